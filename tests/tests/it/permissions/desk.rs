//! The commands of the windows, each as a page or a script on it could send it.
//!
//! Invariant: whatever can be known of another's things is known here: the caller holds every id.
//! To add a command, add a line to `call` and a row to `matrix.tsv`.

use std::sync::Arc;

use console::SecretText;
use console::desk::{Answer, Desk};
use console::views::{
    ActDraft, AuditFilter, ConditionsDraft, DecisionDraft, DiffLayout, DraftPlace, ErrorView,
    InboxFilter, InboxTab, InboxViewDraft, KeyStorage, ModelDraft, Notifications, PersonDraft,
    PromptDraft, ProofDraft, RemarkDraft, RenderDraft, ReviewPart, SampleDraft, TenantDraft,
    TokenDraft, WhitespaceView, WorkspaceDraft,
};
use ledger::Actor;
use tests::house::{self, ADA, CREDIT, MIA, NED};

use super::cast::{Works, typed};
use super::table::{Seat, Whose};

/// What a command is sent with.
pub(crate) struct Call<'a> {
    pub(crate) desk: &'a Desk,
    pub(crate) who: &'static str,
    pub(crate) whose: Whose,
    pub(crate) works: &'a Works,
    /// The version of the prompt that a new one is written on.
    pub(crate) version: u32,
    /// A review that the caller opened, or one that nobody did.
    pub(crate) review: String,
    /// A diff that the caller has open, or one that nobody has.
    pub(crate) diff: String,
    /// A handle of an artefact, where the caller may have one.
    pub(crate) artefact: String,
    pub(crate) folder: &'a std::path::Path,
    /// Different at every call.
    pub(crate) number: usize,
}

const NO_KEY: &str = "00000000000000000000000000000000000000000000000000000000000000aa";
const AT: &str = "2026-03-02T08:00:00.000000Z";
const EXACT: WhitespaceView = WhitespaceView::Exact;
const NO_REVIEW: &str = "00000000000000000000000000000000";

/// Whether a command stands on something that was opened or asked before, in the role: a review,
/// an artefact, a question of the signing window.
pub(crate) fn wants_preparation(command: &str) -> bool {
    let reviewed = [
        "open_part",
        "acknowledge_hidden",
        "discussion",
        "say",
        "decide",
        "revoke",
        "register_model",
        "drop_draft",
    ];
    command.starts_with("diff_")
        || ["check_artefact", "continue_check"].contains(&command)
        || command.starts_with("review_")
        || command.starts_with("answer_")
        || reviewed.contains(&command)
}

/// Whether after a command in this state somebody else sits there, or nobody, or elsewhere.
pub(crate) fn unseats(command: &str, seat: Seat) -> bool {
    match (command, seat) {
        ("close_workspace", _) => true,
        (
            "open_last" | "sign_out",
            Seat::Active(_) | Seat::Stale(_) | Seat::Locked | Seat::Workspace,
        )
        | ("lock", Seat::Active(_) | Seat::Stale(_) | Seat::Workspace)
        | ("session", Seat::Stale(_)) => true,
        (
            _,
            Seat::Active(_)
            | Seat::Stale(_)
            | Seat::Locked
            | Seat::Out
            | Seat::Service(_)
            | Seat::Workspace,
        ) => false,
    }
}

/// What somebody does before such a command.
pub(crate) async fn prepare(call: &mut Call<'_>, command: &str) {
    let desk = call.desk;
    if command == "register_model" {
        let path = call.folder.join("artefact.bin");
        let hashed = desk.hash_artefact(path, Arc::new(|_| ())).await;
        call.artefact = hashed.unwrap().artefact_id;
        return;
    }
    if command == "drop_draft" {
        // Refused or not: where nothing is kept, nothing is dropped.
        let (tenant, text) = (call.works.tenant.to_owned(), "{}".to_owned());
        let _ = desk.keep_draft(tenant, DraftPlace::Model {}, None, text).await;
        return;
    }
    let ends = matches!(command, "revoke" | "answer_revocation");
    let reviewed = if ends { &call.works.decided } else { &call.works.request };
    call.review = match desk.open_review(reviewed.to_string()).await {
        Ok(opened) => opened.review_id,
        Err(_) => NO_REVIEW.to_owned(),
    };
    if command.starts_with("diff_") {
        call.diff = match desk.review_changes(call.review.clone(), None, EXACT).await {
            Ok(diff) => diff.diff_id,
            Err(_) => NO_REVIEW.to_owned(),
        };
        return;
    }
    // Refused or not: what was asked is what the answer meets.
    let _ = match command {
        "answer_decision" => desk.decide(call.review.clone(), DecisionDraft::Approve).await,
        "answer_revocation" => desk.revoke(call.review.clone()).await,
        "answer_enrol" => desk.propose(role(house::person(NED)), why()).await,
        "answer_change" => desk.propose(role(house::person(call.who)), why()).await,
        "answer_confirm" => desk.create_tenant(founded(call)).await,
        "answer_alarm" => desk.end_alarm(CREDIT.to_owned()).await,
        "answer_token" => desk.create_token(token()).await,
        "answer_rotation" => desk.rotate_secret().await,
        "answer_reveal" => reveal(call).await,
        _ => Ok(()),
    };
}

/// A prompt of tier high that nobody revealed yet.
async fn reveal(call: &Call<'_>) -> Answer<()> {
    let name = protected(&call.works.prompt);
    call.desk.reveal("prompt".to_owned(), name, "1".to_owned()).await
}

fn role(person: &Actor) -> ActDraft {
    ActDraft::GrantRole { person_id: person.to_string(), role: "APPROVER".to_owned(), group: None }
}

fn why() -> String {
    "asked for".to_owned()
}

/// What came of it: the view as the page gets it, or the refusal.
pub(crate) async fn call(call: &Call<'_>, command: &str) -> Result<String, ErrorView> {
    let Call { desk, works, whose, .. } = call;
    let (review, model, prompt) = (call.review.clone(), works.model.clone(), works.prompt.clone());
    let (request, decided) = (works.request.to_string(), works.decided.to_string());
    let person = house::person(match (whose.is_here(), whose.is_own()) {
        (true, true) => call.who,
        (true, false) => ADA,
        (false, _) => MIA,
    });
    let tenant = works.tenant.to_owned();
    let (text, key) = (format!("Text {}\n", call.number), format!("a page's key {}", call.number));
    let key = key.replace(' ', "-");
    let quiet = || Arc::new(|_| ());
    match command {
        "first_page" => told(desk.first_page().await),
        "check_keychain" => told(desk.check_keychain().await),
        "session" => told(desk.session().await),
        "open_demo" => told(desk.open_demo(KeyStorage::Keychain, quiet()).await),
        "create_workspace" => told(desk.create_workspace(workspace()).await),
        "open_last" => told(desk.open_last().await),
        "close_workspace" => told(desk.close_workspace().await),
        "sign_in" => told(desk.sign_in(person.to_string()).await),
        "lock" => told(desk.lock().await),
        "sign_out" => told(desk.sign_out().await),
        "choose_tenant" => told(desk.choose_tenant(tenant).await),
        "inbox" => told(desk.inbox(InboxTab::All, InboxFilter::default(), None).await),
        "attend" => told(desk.attend().await),
        "keep_draft" => told(desk.keep_draft(tenant, DraftPlace::Model {}, None, text).await),
        "draft" => told(desk.draft(tenant, DraftPlace::Model {}).await),
        "drop_draft" => told(desk.drop_draft(tenant, DraftPlace::Model {}).await),
        "own_settings" => told(desk.own_settings().await),
        "save_view" => told(desk.save_view(saved(call)).await),
        "delete_view" => told(desk.delete_view(NO_REVIEW.to_owned()).await),
        "choose_notifications" => told(desk.choose_notifications(Notifications::On).await),
        "link" => told(desk.link().await),
        "open_review" => told(desk.open_review(request).await),
        "open_part" => told(desk.open_part(review, ReviewPart::Changes).await),
        "review_changes" => told(desk.review_changes(review, None, EXACT).await),
        "diff_rows" => {
            told(desk.diff_rows(call.diff.clone(), DiffLayout::Unified, Vec::new()).await)
        }
        "diff_search" => told(desk.diff_search(call.diff.clone(), "a".to_owned()).await),
        "review_history" => told(desk.review_history(review).await),
        "acknowledge_hidden" => told(desk.acknowledge_hidden(review).await),
        "discussion" => told(desk.discussion(review).await),
        "say" => told(desk.say(review, RemarkDraft::Comment {}, text, key).await),
        "check_artefact" => {
            let path = call.folder.join("artefact.bin");
            told(desk.check_artefact(review, Some(path), quiet()).await)
        }
        // Nothing was stopped.
        "continue_check" => told(desk.continue_check(review, quiet()).await),
        "decide" => told(desk.decide(review, DecisionDraft::Reject).await),
        "withdraw" => told(desk.withdraw(request, why()).await),
        "request_again" => {
            told(desk.request_again(format!("prompt/{prompt}-decided@1"), why(), key).await)
        }
        "re_reviews" => told(desk.re_reviews().await),
        "revoke" => told(desk.revoke(review).await),
        "roll_back" => told(desk.roll_back(format!("prompt/{prompt}-two@1")).await),
        "models" => told(desk.models(None, None).await),
        "model" => told(desk.model(model).await),
        "timeline" => told(desk.timeline("model".to_owned(), model).await),
        "model_diff" => told(desk.model_diff(model, String::new(), "1".to_owned(), EXACT).await),
        "prompts" => told(desk.prompts(None, None).await),
        "prompt" => told(desk.prompt(prompt).await),
        "card_sections" => told(desk.card_sections("{}".to_owned(), "high".to_owned()).await),
        "model_card" => told(desk.model_card(model, "1".to_owned()).await),
        "reveal" => told(reveal(call).await),
        "prompt_text" => told(desk.prompt_text(prompt, 1).await),
        "prompt_diff" => told(desk.prompt_diff(prompt, 0, 1, EXACT).await),
        "prompt_draft_diff" => told(desk.prompt_draft_diff(prompt, text, EXACT).await),
        "render_prompt" => told(desk.render_prompt(rendered(prompt)).await),
        "choose_artefact" => {
            told(desk.hash_artefact(call.folder.join("artefact.bin"), quiet()).await)
        }
        "register_model" => told(desk.register_model(registered(call), key).await),
        "save_prompt" => told(desk.save_prompt(written(call, text), key).await),
        "audit" => told(desk.audit(AuditFilter::default(), None).await),
        "record" => told(desk.record(0).await),
        "signed_record" => told(desk.signed_record(0).await),
        "verify_log" => told(desk.verify_log(quiet()).await),
        "cancel_work" => told(desk.cancel_work().await),
        "end_alarm" => told(desk.end_alarm(tenant).await),
        "save_proof" => save(call, ProofDraft::Evidence { request_id: decided }).await,
        "people" => told(desk.people().await),
        "matrix" => told(desk.matrix().await),
        "add_person" => told(desk.add_person(added(call)).await),
        "consequences" => told(desk.consequences(role(person)).await),
        "propose" => told(desk.propose(role(person), why()).await),
        "policies" => told(desk.policies().await),
        "keys" => told(desk.keys().await),
        "compromise" => told(desk.compromise(NO_KEY.to_owned(), AT.to_owned()).await),
        "person" => told(desk.person(Some(person.to_string())).await),
        "disable_person" => told(desk.disable_person(person.to_string(), why()).await),
        "reset_person" => told(desk.reset_person(person.to_string(), why()).await),
        "tenants" => told(desk.tenants().await),
        "create_tenant" => told(desk.create_tenant(founded(call)).await),
        "archive_tenant" => told(desk.archive_tenant(tenant, why()).await),
        "tokens" => told(desk.tokens().await),
        "create_token" => told(desk.create_token(token()).await),
        "revoke_token" => told(desk.revoke_token(works.token.to_string(), why()).await),
        "key_status" => told(desk.key_status().await),
        "rotate_secret" => told(desk.rotate_secret().await),
        "continue_rotation" => told(desk.continue_rotation(quiet()).await),
        "open_folder" => told(desk.open_folder(Some(call.folder.join("nothing-here"))).await),
        "restore_backup" => {
            told(desk.restore_backup(Some(call.folder.join("nothing-here")), quiet()).await)
        }
        "recover" => told(desk.recover().await),
        "back_up" => {
            // As the shell does it: a name, a place from the dialog, the file.
            let name = desk.backup_name().await?;
            told(desk.back_up(Some(call.folder.join(name)), quiet()).await)
        }
        "signing" => told(desk.signing().await),
        "answer_sign_in" => told(desk.answer_sign_in(typed()).await),
        "answer_decision" => {
            let free = ConditionsDraft::default();
            told(desk.answer_decision("Limits hold".to_owned(), free, typed(), key).await)
        }
        "answer_revocation" => told(desk.answer_revocation(why(), 0, typed(), key).await),
        "answer_enrol" => told(desk.answer_enrol(typed(), typed(), typed()).await),
        "answer_change" => told(desk.answer_change(typed()).await),
        "answer_confirm" => told(desk.answer_confirm(typed()).await),
        "answer_create" => told(desk.answer_create(typed(), typed()).await),
        "answer_alarm" => told(desk.answer_alarm("Made anew".to_owned(), typed()).await),
        "answer_token" => told(desk.answer_token(why(), typed()).await),
        "answer_rotation" => told(desk.answer_rotation(why(), typed()).await),
        "answer_reveal" => told(desk.answer_reveal(why(), typed()).await),
        "save_new_secret" => {
            told(desk.save_new_secret(call.folder.join(format!("line-{}", call.number))).await)
        }
        "new_secret_saved" => told(desk.new_secret_saved().await),
        "answer_key_file" => told(desk.answer_key_file(typed()).await),
        "answer_new_key_file" => told(desk.answer_new_key_file(typed(), typed()).await),
        "passphrase_strength" => told(desk.passphrase_strength(typed()).await),
        "save_kit" => told(desk.save_kit(call.folder.join(format!("kit-{}", call.number))).await),
        "print_kit" => told(desk.print_kit(|| Ok(())).await),
        "keep_reason" => told(desk.keep_reason(why(), ConditionsDraft::default()).await),
        "kit_saved" => told(desk.kit_saved().await),
        "try_kit" => told(desk.try_kit().await),
        "leave_trial" => told(desk.leave_trial().await),
        "answer_kit" => told(desk.answer_kit(line(), line()).await),
        "load_kit" => told(desk.load_kit(call.folder.join("artefact.bin")).await),
        "answer_recovery" => {
            told(desk.answer_recovery(person.to_string(), why(), typed(), typed()).await)
        }
        "cancel_signing" => told(desk.cancel_signing().await),
        "save_receipt" => save(call, desk.receipt_proof().await?).await,
        _ => panic!("add a line for `{command}` to permissions/desk.rs"),
    }
}

fn told<View: serde::Serialize>(answer: Answer<View>) -> Result<String, ErrorView> {
    answer.map(|view| serde_json::to_string(&view).unwrap())
}

/// As the shell does it: a name, a place from the dialog, the file.
async fn save(call: &Call<'_>, draft: ProofDraft) -> Result<String, ErrorView> {
    call.desk.proof_name(draft.clone()).await?;
    let path = call.folder.join(format!("proof-{}", call.number));
    told(call.desk.save_proof(draft, Some(path)).await)
}

fn line() -> SecretText {
    SecretText::new("SECRET: none".to_owned())
}

fn token() -> TokenDraft {
    TokenDraft { title: "Nightly build".to_owned(), role: "ADMIN".to_owned(), life_days: 90 }
}

fn founded(call: &Call<'_>) -> TenantDraft {
    TenantDraft { id: format!("tenant-{}", call.number), title: "Other".to_owned(), reason: why() }
}

fn workspace() -> WorkspaceDraft {
    WorkspaceDraft {
        title: "Other Bank".to_owned(),
        tenant_id: "main".to_owned(),
        admin: "Otto Ther".to_owned(),
        keys: KeyStorage::Keychain,
    }
}

fn registered(call: &Call<'_>) -> ModelDraft {
    ModelDraft {
        name: format!("model-{}", call.number),
        version: "1".to_owned(),
        artefact_id: call.artefact.clone(),
        card: "{}".to_owned(),
        tier: "low".to_owned(),
        reason: "New".to_owned(),
    }
}

/// The first version of a prompt with a sample input, beside nothing.
fn rendered(name: String) -> RenderDraft {
    let sample = SampleDraft { name: "file".to_owned(), value: "of Vaillant".to_owned() };
    let (samples, whitespace) = (vec![sample], EXACT);
    RenderDraft { name, base: 0, version: 1, text: None, samples, whitespace }
}

fn written(call: &Call<'_>, text: String) -> PromptDraft {
    PromptDraft {
        name: rewritten(&call.works.prompt),
        based_on: call.version,
        text,
        tier: "low".to_owned(),
        reason: "Asked for".to_owned(),
    }
}

/// The prompt of an author that is of tier high.
pub(crate) fn protected(prompt: &str) -> String {
    format!("{prompt}-protected")
}

/// The prompt of an author that gets new versions; the others stay as they are.
pub(crate) fn rewritten(prompt: &str) -> String {
    format!("{prompt}-new")
}

fn saved(call: &Call<'_>) -> InboxViewDraft {
    InboxViewDraft {
        id: None,
        name: format!("View {}", call.number),
        tab: InboxTab::All,
        filter: InboxFilter::default(),
    }
}

fn added(call: &Call<'_>) -> PersonDraft {
    PersonDraft {
        name: format!("Person {}", call.number),
        role: "VIEWER".to_owned(),
        reason: "Joins".to_owned(),
    }
}
