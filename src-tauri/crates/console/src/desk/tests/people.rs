//! People whose accounts are closed, who enrol anew, and whose pages are looked at.

use super::*;

fn reason() -> String {
    "as agreed".to_owned()
}

#[tokio::test]
async fn somebody_who_enrols_anew_signs_with_the_new_key_and_what_they_signed_stays() {
    let bench = Bench::staffed().await;
    let first = bench.model("alpha", "medium").await;
    let second = bench.model("beta", "medium").await;
    bench.sit("Bob").await;
    bench.decide(&first.request_id, DecisionDraft::Approve).await.unwrap();
    bench.sit(ADMIN).await;
    let bob = bench.id_of("Bob").await;
    bench.desk.reset_person(bob.clone(), reason()).await.unwrap();
    let asked = bench.desk.signing().await.unwrap();
    assert!(matches!(&asked, SigningView::Enrol { role: None, .. }), "{asked:?}");
    bench.desk.answer_enrol(typed("Rob"), typed("Rob"), typed(ADMIN)).await.unwrap();

    let page = bench.desk.person(Some(bob.clone())).await.unwrap();
    let states: Vec<crate::views::KeyState> = page.keys.iter().map(|key| key.state).collect();
    assert_eq!(states, [crate::views::KeyState::Good, crate::views::KeyState::Retired]);
    assert_eq!(page.decisions.len(), 1, "what was signed stays");
    let out = bench.desk.sign_out().await.unwrap();
    bench.desk.sign_in(person_id(&out, "Bob")).await.unwrap();
    let old = bench.desk.answer_sign_in(typed("Bob")).await;
    assert_eq!(code(old), ErrorCode::WrongPassphrase, "the old passphrase opens nothing");
    bench.desk.answer_sign_in(typed("Rob")).await.unwrap();
    let review = bench.open(&second.request_id).await;
    bench.desk.decide(review.review_id, DecisionDraft::Approve).await.unwrap();
    let sign = |name: &str| bench.desk.answer_decision(reason(), free(), typed(name), bench.key());
    assert_eq!(code(sign("Bob").await), ErrorCode::WrongPassphrase);
    assert!(matches!(sign("Rob").await, Ok(SigningView::Receipt(_))));
}

#[tokio::test]
async fn with_two_admins_the_new_key_opens_nothing_before_the_second_has_signed() {
    let bench = Bench::staffed().await;
    let (bob, eve) = (bench.id_of("Bob").await, bench.id_of("Eve").await);
    bench.ask_for_role(&eve, "ADMIN").await.unwrap();
    bench.desk.answer_change(typed(ADMIN)).await.unwrap();
    bench.desk.reset_person(bob, reason()).await.unwrap();
    bench.desk.answer_enrol(typed("Rob"), typed("Rob"), typed(ADMIN)).await.unwrap();
    let out = bench.desk.sign_out().await.unwrap();
    let id = person_id(&out, "Bob");
    bench.desk.sign_in(id.clone()).await.unwrap();
    let early = bench.desk.answer_sign_in(typed("Rob")).await;
    assert_eq!(code(early), ErrorCode::WrongPassphrase, "one admin cannot sit down as Bob");
    bench.desk.answer_sign_in(typed("Bob")).await.unwrap();

    bench.sit("Eve").await;
    let waiting = bench.inbox(InboxTab::NeedsMe).await;
    assert_eq!(waiting.rows.len(), 2, "the new key, and the end of the old one");
    for row in waiting.rows {
        bench.decide(&row.id, DecisionDraft::Approve).await.unwrap();
    }
    bench.desk.sign_out().await.unwrap();
    bench.desk.sign_in(id).await.unwrap();
    assert_eq!(code(bench.desk.answer_sign_in(typed("Bob")).await), ErrorCode::WrongPassphrase);
    bench.desk.answer_sign_in(typed("Rob")).await.unwrap();
}

#[tokio::test]
async fn enrolling_anew_in_one_tenant_opens_no_other() {
    let bench = Bench::founded().await;
    bench.join("Bob", "APPROVER").await;
    bench.join("Max", "VIEWER").await;
    let bob = bench.id_of("Bob").await;
    bench.found_tenant("retail-uk").await;
    for name in ["Bob", "Max"] {
        let role = if name == "Max" { "ADMIN" } else { "APPROVER" };
        bench.ask_for_role(&bench.id_of(name).await, role).await.unwrap();
        bench.desk.answer_enrol(typed(name), typed(name), typed(ADMIN)).await.unwrap();
    }
    // The founder leaves: Max is the only admin of retail-uk, and looks at retail-eu only.
    let ada = bench.id_of(ADMIN).await;
    bench.act(ActDraft::RevokeRole { person_id: ada }).await.unwrap();
    bench.sit("Max").await;
    bench.desk.choose_tenant("retail-uk".to_owned()).await.unwrap();
    let waiting = bench.inbox(InboxTab::NeedsMe).await;
    bench.decide(&waiting.rows[0].id, DecisionDraft::Approve).await.unwrap();
    bench.desk.reset_person(bob, reason()).await.unwrap();
    bench.desk.answer_enrol(typed("Rob"), typed("Rob"), typed("Max")).await.unwrap();

    let tenants = |view: SessionView| {
        let SessionView::Open { tenants, .. } = view else { panic!("{view:?}") };
        tenants.into_iter().map(|tenant| tenant.id).collect::<Vec<String>>()
    };
    let out = bench.desk.sign_out().await.unwrap();
    let id = person_id(&out, "Bob");
    bench.desk.sign_in(id.clone()).await.unwrap();
    bench.desk.answer_sign_in(typed("Rob")).await.unwrap();
    assert_eq!(tenants(bench.desk.session().await.unwrap()), ["retail-uk"]);
    let there = bench.desk.choose_tenant("retail-eu".to_owned()).await;
    assert_eq!(code(there), ErrorCode::NotFound, "the admin of one tenant opened no other");
    bench.desk.sign_out().await.unwrap();
    bench.desk.sign_in(id).await.unwrap();
    bench.desk.answer_sign_in(typed("Bob")).await.unwrap();
    assert_eq!(tenants(bench.desk.session().await.unwrap()), ["retail-eu"]);
}

#[tokio::test]
async fn a_closed_account_ends_sign_in_work_and_roles_and_keeps_what_was_signed() {
    let bench = Bench::staffed().await;
    let made = bench.model("alpha", "medium").await;
    bench.sit("Bob").await;
    bench.decide(&made.request_id, DecisionDraft::Approve).await.unwrap();
    bench.sit(ADMIN).await;
    let (bob, ada) = (bench.id_of("Bob").await, bench.id_of(ADMIN).await);
    assert_eq!(code(bench.desk.disable_person(ada, reason()).await), ErrorCode::InvalidInput);
    bench.desk.disable_person(bob.clone(), reason()).await.unwrap();
    let asked = bench.desk.signing().await.unwrap();
    let SigningView::Confirm { sentence, verb, facts, .. } = asked else { panic!("{asked:?}") };
    assert_eq!((sentence.as_str(), verb.as_str()), ("Close the account of Bob.", "Close account"));
    assert_eq!(facts.len(), 2, "{facts:?}");
    assert_eq!(code(bench.desk.answer_confirm(typed("Bob")).await), ErrorCode::WrongPassphrase);
    bench.desk.answer_confirm(typed(ADMIN)).await.unwrap();

    let grid = bench.desk.people().await.unwrap();
    let row = grid.people.iter().find(|row| row.person.id == bob).unwrap();
    assert_eq!((row.active, row.cells[0].role.clone()), (false, None));
    let page = bench.desk.person(Some(bob.clone())).await.unwrap();
    assert_eq!((page.active, page.may_disable, page.decisions.len()), (false, false, 1));
    assert_eq!(
        code(bench.desk.disable_person(bob.clone(), reason()).await),
        ErrorCode::InvalidInput
    );
    assert_eq!(code(bench.desk.reset_person(bob.clone(), reason()).await), ErrorCode::InvalidInput);
    assert_eq!(code(bench.ask_for_role(&bob, "ADMIN").await), ErrorCode::InvalidInput);
    let out = bench.desk.sign_out().await.unwrap();
    let SessionView::SignedOut { people, .. } = &out else { panic!("{out:?}") };
    assert!(people.iter().all(|person| person.name != "Bob"), "not offered to sign in");
    bench.desk.sign_in(bob).await.unwrap();
    let closed = bench.desk.answer_sign_in(typed("Bob")).await;
    assert_eq!(code(closed), ErrorCode::WrongPassphrase, "told like an unknown name");
}

#[tokio::test]
async fn whoever_is_at_work_when_their_account_is_closed_is_out_at_the_next_command() {
    let bench = Bench::staffed().await;
    let bob = bench.id_of("Bob").await;
    let ada = bench.desk.at_work().await.unwrap();
    bench.sit("Bob").await;
    // Another console of the same workspace.
    let given = typed(ADMIN).read().unwrap();
    let key = ada.workspace.unlock(&ada.session.person, &TenantId::workspace(), &given).await;
    let bob = ledger::Actor::parse(&bob).unwrap();
    let key = key.unwrap();
    ada.workspace.disable_person(&ada.session, &key, &bob, "left").await.unwrap();
    assert_eq!(
        code(bench.desk.inbox(InboxTab::All, Default::default(), None).await),
        ErrorCode::NotSignedIn
    );
    let now = bench.desk.session().await.unwrap();
    assert!(matches!(now, SessionView::SignedOut { .. }), "{now:?}");
}

#[tokio::test]
async fn a_page_is_open_to_its_person_and_to_admins_only() {
    let bench = Bench::staffed().await;
    let (bob, ann) = (bench.id_of("Bob").await, bench.id_of("Ann").await);
    bench.sit("Ann").await;
    let own = bench.desk.person(None).await.unwrap();
    assert_eq!(
        (own.name.as_str(), own.you, own.may_disable, own.may_reset),
        ("Ann", true, false, false)
    );
    assert_eq!(own.roles[0].role, "ANALYST");
    assert_eq!(own.roles[0].control, "single");
    assert_eq!(own.keys.len(), 1);
    assert_eq!(bench.desk.person(Some(ann)).await.unwrap().name, "Ann");
    assert_eq!(code(bench.desk.person(Some(bob.clone())).await), ErrorCode::NotAllowed);
    assert_eq!(code(bench.desk.reset_person(bob.clone(), reason()).await), ErrorCode::NotAllowed);
    assert_eq!(code(bench.desk.disable_person(bob, reason()).await), ErrorCode::NotAllowed);
}
