//! What somebody is writing: there again after a restart, for whoever typed it, where they typed it,
//! and for nobody else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ledger::Actor;

use super::{ADMIN, Bench, TENANT, code, person_id, prompt, typed};
use crate::desk::{Answer, Desk};
use crate::drafting::DRAFT_BYTES;
use crate::error::ErrorCode;
use crate::views::{DraftPlace, DraftView, PromptDraft};

const TYPED: &str = "Summarise {{case}} for the second line of defence.";

fn of_prompt(name: &str) -> DraftPlace {
    DraftPlace::Prompt { name: name.to_owned() }
}

fn of_act(act: &str, about: &str) -> DraftPlace {
    DraftPlace::Act { act: act.to_owned(), about: about.to_owned() }
}

async fn keep(bench: &Bench, place: &DraftPlace, text: &str) -> Answer<()> {
    keep_in(&bench.desk, TENANT, place, text).await
}

async fn keep_in(desk: &Desk, tenant: &str, place: &DraftPlace, text: &str) -> Answer<()> {
    desk.keep_draft(tenant.to_owned(), place.clone(), None, text.to_owned()).await
}

async fn look(desk: &Desk, place: &DraftPlace) -> Answer<DraftView> {
    desk.draft(TENANT.to_owned(), place.clone()).await
}

async fn discard(desk: &Desk, place: &DraftPlace) -> Answer<()> {
    desk.drop_draft(TENANT.to_owned(), place.clone()).await
}

async fn shown(bench: &Bench, place: &DraftPlace) -> Option<String> {
    look(&bench.desk, place).await.unwrap().text
}

/// Somebody sits down at another console.
async fn sit(desk: &Desk, name: &str) {
    let session = desk.session().await.unwrap();
    desk.sign_in(person_id(&session, name)).await.unwrap();
    desk.answer_sign_in(typed(name)).await.unwrap();
}

fn places() -> Vec<DraftPlace> {
    let id = "01930000-0000-7000-8000-000000000300".to_owned();
    vec![
        DraftPlace::Model {},
        of_prompt(""),
        of_prompt("kyc/letters"),
        of_prompt("kyc/letters-two"),
        DraftPlace::Remark { request_id: id.clone() },
        DraftPlace::Answer { finding: id.clone() },
        DraftPlace::Withdrawal { request_id: id },
        DraftPlace::AskingAgain { subject: "prompt/kyc/letters@1".to_owned() },
        of_act("create", "tenants"),
        of_act("create", "tokens"),
        of_act("archive", "tenants"),
    ]
}

#[tokio::test]
async fn a_restart_takes_nothing_away_and_each_place_has_its_own() {
    let bench = Bench::staffed().await;
    bench.sit("Ann").await;
    for (number, place) in places().iter().enumerate() {
        keep(&bench, place, &format!("begun {number}")).await.unwrap();
        keep(&bench, place, &format!("typed {number}")).await.unwrap();
    }
    bench.desk.lock().await.unwrap();
    // The program starts anew: nothing that was in memory is there.
    let again = bench.beside().await;
    sit(&again, "Ann").await;
    for (number, place) in places().into_iter().enumerate() {
        let draft = look(&again, &place).await.unwrap();
        assert_eq!(draft.text, Some(format!("typed {number}")), "{place:?}");
        assert!(draft.kept_at.is_some() && draft.withheld.is_empty());
        match number % 2 {
            0 => discard(&again, &place).await.unwrap(),
            _ => keep_in(&again, TENANT, &place, "").await.unwrap(),
        }
        let none = DraftView { text: None, kept_at: None, withheld: Vec::new() };
        assert_eq!(look(&again, &place).await.unwrap(), none, "sent, or emptied by hand");
    }
}

#[tokio::test]
async fn nobody_else_and_no_other_tenant_sees_it_and_nothing_of_it_is_on_record() {
    let bench = Bench::staffed().await;
    bench.found_tenant("retail-uk").await;
    bench.desk.choose_tenant(TENANT.to_owned()).await.unwrap();
    let place = DraftPlace::Model {};
    let workspace = bench.desk.workspace().unwrap();
    let mut sizes = Vec::new();
    for tenant in workspace.log_ids().await.unwrap() {
        sizes.push((workspace.store.head(&tenant).await.unwrap().size, tenant));
    }
    keep(&bench, &place, TYPED).await.unwrap();
    for (size, tenant) in sizes {
        assert_eq!(workspace.store.head(&tenant).await.unwrap().size, size, "{tenant}");
    }
    let uk = || "retail-uk".to_owned();
    bench.desk.choose_tenant(uk()).await.unwrap();
    assert_eq!(bench.desk.draft(uk(), place.clone()).await.unwrap().text, None);
    bench.desk.drop_draft(uk(), place.clone()).await.unwrap();
    for name in ["Bob", "Ann"] {
        bench.sit(name).await;
        assert_eq!(shown(&bench, &place).await, None, "{name}");
        discard(&bench.desk, &place).await.unwrap();
    }
    bench.sit(ADMIN).await;
    assert_eq!(shown(&bench, &place).await.as_deref(), Some(TYPED));
}

#[tokio::test]
async fn a_page_of_another_tenant_than_the_one_in_front_keeps_reads_and_drops_nothing() {
    let bench = Bench::staffed().await;
    bench.found_tenant("retail-uk").await;
    let place = DraftPlace::Model {};
    for (here, other) in [(TENANT, "retail-uk"), ("retail-uk", TENANT)] {
        bench.desk.choose_tenant(here.to_owned()).await.unwrap();
        keep_in(&bench.desk, here, &place, here).await.unwrap();
        // What a page typed before the switch, and sends after it.
        for tenant in [other, "retail-xx", ""] {
            let kept = keep_in(&bench.desk, tenant, &place, "typed elsewhere").await;
            assert_eq!(code(kept), ErrorCode::NotFound, "{tenant}");
            let emptied = keep_in(&bench.desk, tenant, &place, "").await;
            assert_eq!(code(emptied), ErrorCode::NotFound, "{tenant}");
            let dropped = bench.desk.drop_draft(tenant.to_owned(), place.clone()).await;
            assert_eq!(code(dropped), ErrorCode::NotFound, "{tenant}");
            let read = bench.desk.draft(tenant.to_owned(), place.clone()).await;
            assert_eq!(code(read), ErrorCode::NotFound, "{tenant}");
        }
        let still = bench.desk.draft(here.to_owned(), place.clone()).await.unwrap();
        assert_eq!(still.text.as_deref(), Some(here));
    }
}

#[tokio::test]
async fn it_is_sealed_and_a_row_that_was_moved_opens_as_nobodys() {
    let bench = Bench::staffed().await;
    bench.sit("Ann").await;
    let (one, other) = (of_prompt("alpha"), of_prompt("beta"));
    keep(&bench, &one, TYPED).await.unwrap();
    bench.desk.lock().await.unwrap();
    assert_eq!(holding(bench.folder.path(), TYPED), 0, "it stands there in the clear");
    assert!(holding(bench.folder.path(), "Ann") > 0, "this search finds nothing");
    bench.sit("Ann").await;
    let at = bench.desk.at_work().await.unwrap();
    let store = &at.workspace.store;
    let (tenant, ann) = (&at.session.tenant_id, &at.session.person);
    let row = store.draft(tenant, ann, "prompt alpha").await.unwrap().unwrap();
    store.drop_draft(tenant, ann, "prompt alpha").await.unwrap();
    // Another draft of hers.
    let moved = store::DraftRow { place: "prompt beta".to_owned(), ..row.clone() };
    store.put_draft(moved).await.unwrap();
    let refused = look(&bench.desk, &other).await;
    assert_eq!(code(refused), ErrorCode::VerificationFailed);
    keep(&bench, &other, "typed anew").await.unwrap();
    assert_eq!(shown(&bench, &other).await.as_deref(), Some("typed anew"));
    store.drop_draft(tenant, ann, "prompt beta").await.unwrap();
    // Somebody else's.
    bench.sit("Bob").await;
    let bob: Actor = bench.desk.at_work().await.unwrap().session.person;
    store.put_draft(store::DraftRow { person: bob, ..row.clone() }).await.unwrap();
    assert_eq!(code(look(&bench.desk, &one).await), ErrorCode::VerificationFailed);
    discard(&bench.desk, &one).await.unwrap();
    // The control: in its own place it opens.
    bench.sit("Ann").await;
    store.put_draft(row).await.unwrap();
    assert_eq!(shown(&bench, &one).await.as_deref(), Some(TYPED));
}

#[tokio::test]
async fn text_that_may_come_from_a_protected_version_waits_until_that_is_revealed() {
    let bench = Bench::staffed().await;
    let name = "kyc/letters";
    let high = PromptDraft { tier: "high".to_owned(), ..prompt(name, 0, "Refuse politely.\n") };
    bench.desk.save_prompt(high, bench.key()).await.unwrap();
    bench.prompt(name, 1, "Refuse at once.\n").await;
    bench.prompt("other", 0, "Be brief.\n").await;
    bench.sit("Ann").await;
    let (place, other) = (of_prompt(name), of_prompt("other"));
    let keep = async |place: &DraftPlace, based_on, text: &str| {
        let (place, text) = (place.clone(), text.to_owned());
        bench.desk.keep_draft(TENANT.to_owned(), place, Some(based_on), text).await.unwrap();
    };
    reveal(&bench, name).await;
    keep(&other, 1, "of another prompt").await;
    keep(&place, 1, "begun on the protected one").await;
    // It is put on the newest version, which is not protected; the text is what it was.
    keep(&place, 2, TYPED).await;
    assert_eq!(shown(&bench, &place).await.as_deref(), Some(TYPED));
    for way in ["lock", "sit"] {
        match way {
            "lock" => {
                bench.desk.lock().await.unwrap();
                bench.desk.sign_in(bench_person(&bench).await).await.unwrap();
                bench.desk.answer_sign_in(typed("Ann")).await.unwrap();
            }
            _ => drop(bench.sit("Ann").await),
        }
        let waits = look(&bench.desk, &place).await.unwrap();
        assert_eq!((waits.text, waits.withheld), (None, vec!["1".to_owned()]), "{way}");
        assert!(waits.kept_at.is_some(), "it is there");
        // What is typed on meanwhile hides no less.
        keep(&place, 2, TYPED).await;
        assert_eq!(shown(&bench, &place).await, None, "{way}");
        assert_eq!(shown(&bench, &other).await.as_deref(), Some("of another prompt"));
        reveal(&bench, name).await;
        assert_eq!(shown(&bench, &place).await.as_deref(), Some(TYPED), "{way}");
    }
    // What was revealed in this sitting may be in a draft that says it began elsewhere.
    keep(&of_prompt(name), 2, "pasted").await;
    let at = bench.desk.at_work().await.unwrap();
    let kept = at.workspace.draft(&at.session, "prompt kyc/letters").await.unwrap().unwrap();
    assert_eq!(kept.from, BTreeSet::from([1, 2]));
}

async fn bench_person(bench: &Bench) -> String {
    let session = bench.desk.session().await.unwrap();
    let crate::views::SessionView::Locked { person, .. } = session else { panic!("{session:?}") };
    person.id
}

async fn reveal(bench: &Bench, name: &str) {
    let [kind, version] = ["prompt", "1"].map(str::to_owned);
    bench.desk.reveal(kind, name.to_owned(), version).await.unwrap();
    bench.desk.answer_reveal("To write it anew".to_owned(), typed("Ann")).await.unwrap();
}

#[tokio::test]
async fn whoever_lost_their_role_reads_nothing_and_has_lost_nothing() {
    let bench = Bench::staffed().await;
    let ann = bench.id_of("Ann").await;
    let beside = bench.beside().await;
    sit(&beside, "Ann").await;
    let place = of_prompt("kyc");
    keep_in(&beside, TENANT, &place, TYPED).await.unwrap();
    let gone = crate::views::ActDraft::RevokeRole { person_id: ann.clone() };
    bench.act(gone).await.unwrap();
    assert_eq!(code(look(&beside, &place).await), ErrorCode::NotFound);
    let kept = keep_in(&beside, TENANT, &place, "over it").await;
    assert_eq!(code(kept), ErrorCode::NotFound);
    assert_eq!(code(discard(&beside, &place).await), ErrorCode::NotFound);
    bench.ask_for_role(&ann, "VIEWER").await.unwrap();
    bench.desk.answer_change(typed(ADMIN)).await.unwrap();
    let back = look(&beside, &place).await.unwrap();
    assert_eq!(back.text.as_deref(), Some(TYPED));
    // A closed account is the end of it.
    bench.desk.disable_person(ann, "left the bank".to_owned()).await.unwrap();
    bench.desk.answer_confirm(typed(ADMIN)).await.unwrap();
    let at = bench.desk.at_work().await.unwrap();
    let counts = at.workspace.store.sealed_counts().await.unwrap();
    assert_eq!(counts.values().sum::<u64>(), 0, "{counts:?}");
}

#[tokio::test]
async fn what_is_too_long_or_names_no_place_is_told() {
    let bench = Bench::founded().await;
    let long = "x".repeat(DRAFT_BYTES + 1);
    let answers = [
        keep(&bench, &DraftPlace::Model {}, &long).await,
        keep(&bench, &of_prompt("no such name!"), TYPED).await,
        keep(&bench, &DraftPlace::Remark { request_id: "none".to_owned() }, TYPED).await,
        keep(&bench, &DraftPlace::Answer { finding: "none".to_owned() }, TYPED).await,
        keep(&bench, &DraftPlace::AskingAgain { subject: "none".to_owned() }, TYPED).await,
    ];
    for answer in answers {
        assert_eq!(code(answer), ErrorCode::InvalidInput);
    }
    keep(&bench, &DraftPlace::Model {}, &"x".repeat(DRAFT_BYTES)).await.unwrap();
    assert_eq!(
        shown(&bench, &DraftPlace::Model {}).await.map(|text| text.len()),
        Some(DRAFT_BYTES)
    );
}

/// How many files below hold a text.
fn holding(folder: &Path, text: &str) -> usize {
    let mut found = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found += holding(&path, text);
        } else {
            let bytes = fs::read(&path).unwrap();
            found += usize::from(bytes.windows(text.len()).any(|part| part == text.as_bytes()));
        }
    }
    found
}
