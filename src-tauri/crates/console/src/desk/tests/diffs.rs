//! Diffs as the page asks for them: a handle, rows of it, a search in it, and who may.

use super::acts::policy;
use super::*;
use crate::views::{
    DiffLayout, DiffRow, DiffSpan, DiffView, PolicyDraft, SignatureLine, WhitespaceView,
};

const TEXT: &str = "# Task\nSummarise {{file}}.\nBe brief.\n";

impl Bench {
    /// The diff of a review, every byte counting.
    pub(super) async fn changes(&self, review_id: &str, base: Option<&str>) -> Answer<DiffView> {
        let base = base.map(str::to_owned);
        self.desk.review_changes(review_id.to_owned(), base, WhitespaceView::Exact).await
    }

    /// Rows of a diff that stand together.
    pub(super) async fn rows(
        &self,
        diff_id: &str,
        layout: DiffLayout,
        (from, rows): (u32, u32),
    ) -> Answer<Vec<DiffRow>> {
        let span = DiffSpan { from, rows };
        let parts = self.desk.diff_rows(diff_id.to_owned(), layout, vec![span]).await?;
        Ok(parts.into_iter().flatten().collect())
    }
}

async fn approved(bench: &Bench, request_id: &str) {
    bench.sit("Bob").await;
    bench.decide(request_id, DecisionDraft::Approve).await.unwrap();
    bench.sit("Ann").await;
}

/// A prompt with versions 1 and 2 in force and 3 waiting.
async fn three_versions() -> (Bench, String, String) {
    let bench = Bench::staffed().await;
    bench.sit("Ann").await;
    let first = bench.prompt("kyc", 0, TEXT).await;
    approved(&bench, &first.request_id).await;
    let second = bench.prompt("kyc", 1, &TEXT.replace("brief", "short")).await;
    approved(&bench, &second.request_id).await;
    let third = bench.prompt("kyc", 2, &TEXT.replace("Be brief", "Never guess")).await;
    (bench, second.request_id, third.request_id)
}

#[tokio::test]
async fn a_review_is_shown_against_the_version_approved_last_that_is_still_in_force() {
    let (bench, second, third) = three_versions().await;
    let review = bench.open(&third).await;
    assert_eq!(review.base_version.as_deref(), Some("2"));
    // The key that approved both is compromised from before the second vote.
    let seq = bench.open(&second).await.foot.lines.iter().find_map(|line| match line {
        SignatureLine::Signed { seq, .. } => Some(*seq),
        SignatureLine::OpenToYou { .. } | SignatureLine::Open { .. } => None,
    });
    bench.sit(ADMIN).await;
    let keys = bench.desk.keys().await.unwrap().keys;
    let keyid = keys.iter().find(|key| key.owner.name == "Bob").unwrap().keyid.clone();
    bench.act(ActDraft::CompromiseKey { keyid, since: seq.unwrap() }).await.unwrap();
    let review = bench.open(&third).await;
    assert_eq!(review.base_version.as_deref(), Some("1"), "2 is void");
    let diff = bench.changes(&review.review_id, None).await.unwrap();
    let words: Vec<_> = diff.bases.iter().map(|base| (&*base.version, &*base.word)).collect();
    assert_eq!(words, [("2", "void"), ("1", "in force")]);
    assert_eq!(diff.signed_base.as_deref(), Some("1"));
}

#[tokio::test]
async fn any_version_can_stand_left_and_the_signature_still_names_the_one_in_force() {
    let (bench, _, third) = three_versions().await;
    bench.sit("Bob").await;
    let review = bench.open(&third).await;
    let other = bench.changes(&review.review_id, Some("1")).await.unwrap();
    assert_eq!(other.left.unwrap().version, "1");
    assert_eq!(other.signed_base.as_deref(), Some("2"));
    let usual = bench.changes(&review.review_id, None).await.unwrap();
    let left = usual.left.unwrap();
    assert_eq!(Some(left.digest), review.base_digest, "the signed base is what stands left");
    assert_eq!(usual.right.digest, review.digest);
}

#[tokio::test]
async fn rows_come_as_they_are_asked_for_and_a_search_finds_what_is_folded() {
    let (bench, _, third) = three_versions().await;
    let review = bench.open(&third).await;
    let diff = bench.changes(&review.review_id, None).await.unwrap();
    assert_eq!(diff.changes, [2, 1, 1]);
    assert_eq!(diff.headings[0].text, "Task");
    let rows = |layout, from, rows| bench.rows(&diff.diff_id, layout, (from, rows));
    let kinds =
        |rows: Vec<DiffRow>| -> Vec<String> { rows.into_iter().map(|row| row.kind).collect() };
    let beside = rows(DiffLayout::SideBySide, 0, 10).await.unwrap();
    assert_eq!(kinds(beside), ["same", "same", "changed"]);
    let below = rows(DiffLayout::Unified, 1, 10).await.unwrap();
    assert_eq!(kinds(below), ["same", "removed", "added"]);
    assert!(rows(DiffLayout::Unified, 99, 10).await.unwrap().is_empty());
    let spans = [(3, 1), (0, 1), (99, 1), (2, 5)].map(|(from, rows)| DiffSpan { from, rows });
    let id = diff.diff_id.clone();
    let parts = bench.desk.diff_rows(id, DiffLayout::Unified, spans.to_vec()).await.unwrap();
    let parts: Vec<Vec<String>> = parts.into_iter().map(kinds).collect();
    assert_eq!(parts, [vec!["added"], vec!["same"], vec![], vec!["removed", "added"]]);
    let hits = bench.desk.diff_search(diff.diff_id.clone(), "SUMMARISE".to_owned()).await.unwrap();
    assert_eq!((hits.total, hits.places[0].line), (1, 2));
}

#[tokio::test]
async fn a_handle_is_good_for_whoever_compared_and_as_long_as_they_sit() {
    let (bench, _, third) = three_versions().await;
    let review = bench.open(&third).await;
    let diff = bench.changes(&review.review_id, None).await.unwrap().diff_id;
    let rows = || bench.rows(&diff, DiffLayout::Unified, (0, 1));
    rows().await.unwrap();
    for _ in 0..8 {
        rows().await.unwrap();
        bench.changes(&review.review_id, None).await.unwrap();
    }
    rows().await.unwrap();
    bench.sit("Bob").await;
    assert_eq!(code(rows().await), ErrorCode::NotFound);
}

#[tokio::test]
async fn blanks_alone_can_be_left_out_and_are_counted_then() {
    let bench = Bench::staffed().await;
    bench.sit("Ann").await;
    let first = bench.prompt("kyc", 0, TEXT).await;
    approved(&bench, &first.request_id).await;
    let second = bench.prompt("kyc", 1, &TEXT.replace("Be brief", "Be  brief")).await;
    let review = bench.open(&second.request_id).await;
    let ask = |whitespace| bench.desk.review_changes(review.review_id.clone(), None, whitespace);
    let exact = ask(WhitespaceView::Exact).await.unwrap();
    assert_eq!((exact.changes.len(), exact.whitespace_hidden), (3, 0));
    let ignored = ask(WhitespaceView::Ignored).await.unwrap();
    assert_eq!((ignored.changes.len(), ignored.whitespace_hidden, ignored.all_changes), (0, 1, 1));
}

#[tokio::test]
async fn cards_of_two_versions_of_a_model_are_compared_with_any_or_none() {
    let bench = Bench::staffed().await;
    bench.model("credit-pd", "medium").await;
    let draft = ModelDraft {
        name: "credit-pd".to_owned(),
        version: "2".to_owned(),
        artefact_id: bench.artefact(b"other weights").await,
        card: CARD.replace("0.640", "0.650"),
        tier: "medium".to_owned(),
        reason: "Recalibrated".to_owned(),
    };
    bench.desk.register_model(draft, bench.key()).await.unwrap();
    let ask = |left: &str, right: &str| {
        let (name, left, right) = ("credit-pd".to_owned(), left.to_owned(), right.to_owned());
        bench.desk.model_diff(name, left, right, WhitespaceView::Exact)
    };
    let diff = ask("1", "2").await.unwrap();
    assert_eq!(diff.facts[0].text, "Metrics: Gini: value: 0.640 became 0.650");
    assert_eq!(diff.facts.len(), 1);
    assert!(ask("", "2").await.unwrap().left.is_none());
    assert_eq!(code(ask("1", "3").await), ErrorCode::NotFound);
    assert_eq!(code(ask("3", "2").await), ErrorCode::NotFound);
}

#[tokio::test]
async fn policies_and_roles_are_compared_with_what_holds_now() {
    let bench = Bench::staffed().await;
    let eve = bench.id_of("Eve").await;
    // A second admin, so that an act waits for one.
    let admin = ActDraft::GrantRole { person_id: eve, role: "ADMIN".to_owned(), group: None };
    bench.act(admin).await.unwrap();
    let wish =
        PolicyDraft { expires_after_seconds: Some(7 * 86_400), four_eyes: false, ..policy(2) };
    bench.act(ActDraft::ChangePolicy(wish)).await.unwrap();
    let bob = bench.id_of("Bob").await;
    let group = Some("none".to_owned());
    let role = ActDraft::GrantRole { person_id: bob, role: "ADMIN".to_owned(), group };
    bench.act(role).await.unwrap();
    bench.sit("Eve").await;
    let inbox = bench.inbox(InboxTab::NeedsMe).await;
    let (mut told, mut decided) = (Vec::new(), Vec::new());
    for row in &inbox.rows {
        let review = bench.open(&row.id).await;
        let diff = bench.changes(&review.review_id, None).await.unwrap();
        assert_eq!(diff.left.unwrap().version, "now");
        assert_eq!(diff.right.version, "proposed");
        assert_eq!(diff.right.digest, review.digest);
        told.extend(diff.facts.into_iter().map(|fact| fact.text));
        bench.decide(&row.id, DecisionDraft::Approve).await.unwrap();
        // Whoever reads it later sees what it changed, not that nothing differs from it now.
        let later = bench.open(&row.id).await;
        assert!(later.changes > 0, "{}", later.name);
        let diff = bench.changes(&later.review_id, None).await.unwrap();
        assert_eq!(diff.left.unwrap().version, "before");
        decided.extend(diff.facts.into_iter().map(|fact| fact.text));
        let effect = later.facts.iter().find(|fact| fact.label == "Control").unwrap();
        assert_eq!(effect.value, "Took effect when a second admin signed it");
    }
    told.sort_unstable();
    decided.sort_unstable();
    assert_eq!(
        told,
        [
            "A request expires: never became after 7 days",
            "Approvals needed: 1 became 2",
            "Four eyes: on became off",
            "Group: none became “none”",
            "Role: Approver became Admin",
        ]
    );
    assert_eq!(told, decided);
}

#[tokio::test]
async fn a_policy_and_a_role_are_compared_with_any_that_was_there_before() {
    let bench = Bench::staffed().await;
    // At first one is needed; each of these holds at once.
    for approvals in [3, 1] {
        bench.act(ActDraft::ChangePolicy(policy(approvals))).await.unwrap();
    }
    let eve = bench.id_of("Eve").await;
    let role = |role: &str| ActDraft::GrantRole {
        person_id: eve.clone(),
        role: role.to_owned(),
        group: None,
    };
    bench.act(role("ADMIN")).await.unwrap();
    // From here on an act waits for a second admin.
    bench.act(ActDraft::ChangePolicy(policy(2))).await.unwrap();
    bench.act(role("VIEWER")).await.unwrap();
    bench.sit("Eve").await;
    let rows = bench.inbox(InboxTab::NeedsMe).await.rows;
    let mut told = Vec::new();
    for row in &rows {
        let review = bench.open(&row.id).await;
        let usual = bench.changes(&review.review_id, None).await.unwrap();
        assert_eq!((usual.left.unwrap().version.as_str(), usual.signed_base), ("now", None));
        for base in &usual.bases {
            assert!(base.word.starts_with("set 20") && base.word.ends_with(ADMIN), "{}", base.word);
            let diff = bench.changes(&review.review_id, Some(&base.version)).await.unwrap();
            let left = diff.left.unwrap();
            assert_eq!((&left.version, left.author.as_str()), (&base.version, ADMIN));
            assert_eq!(diff.right.digest, review.digest, "what is signed stays what it is");
            told.push(diff.facts.into_iter().map(|fact| fact.text).collect::<Vec<_>>().join("; "));
        }
        for absent in ["record 0x", "record 999999", "1", ""] {
            let refused = bench.changes(&review.review_id, Some(absent)).await;
            assert_eq!(code(refused), ErrorCode::NotFound, "{absent:?}");
        }
    }
    // What two signed names both.
    let of_policy = rows.iter().find(|row| row.name.contains("policy")).unwrap();
    bench.decide(&of_policy.id, DecisionDraft::Approve).await.unwrap();
    bench.act(ActDraft::ChangePolicy(policy(3))).await.unwrap();
    bench.sit(ADMIN).await;
    let row = bench.inbox(InboxTab::NeedsMe).await.rows.remove(0);
    let review = bench.open(&row.id).await;
    let bases = bench.changes(&review.review_id, None).await.unwrap().bases;
    assert_eq!(bases.len(), 3, "all but the newest, which is what holds: {bases:?}");
    bench.decide(&row.id, DecisionDraft::Approve).await.unwrap();
    bench.act(ActDraft::ChangePolicy(policy(1))).await.unwrap();
    bench.sit("Eve").await;
    let rows = bench.inbox(InboxTab::NeedsMe).await.rows;
    let row = rows.iter().find(|row| row.name.contains("policy")).unwrap();
    let review = bench.open(&row.id).await;
    let bases = bench.changes(&review.review_id, None).await.unwrap().bases;
    assert!(bases[0].word.ends_with(&format!("{ADMIN} and Eve")), "{bases:?}");
    told.sort_unstable();
    assert_eq!(
        told,
        [
            "Approvals needed: 1 became 2",
            "Approvals needed: 3 became 2",
            "Role: Approver became Viewer",
        ]
    );
}
