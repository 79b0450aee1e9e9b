//! Tenants that are founded and archived from the window.

use super::*;
use crate::administering::{OwnKey, RoleWish};
use crate::views::TenantDraft;

fn tenant(id: &str) -> TenantDraft {
    TenantDraft { id: id.to_owned(), title: "Retail UK".to_owned(), reason: "opens".to_owned() }
}

#[tokio::test]
async fn an_admin_of_the_workspace_founds_a_tenant_and_nobody_else() {
    let bench = Bench::staffed().await;
    for (draft, expected) in [
        (tenant("_workspace"), ErrorCode::InvalidInput),
        (tenant("Retail"), ErrorCode::InvalidInput),
        (tenant(TENANT), ErrorCode::InvalidInput),
        (TenantDraft { title: String::new(), ..tenant("retail-uk") }, ErrorCode::InvalidInput),
        (TenantDraft { reason: " ".to_owned(), ..tenant("retail-uk") }, ErrorCode::InvalidInput),
    ] {
        assert_eq!(code(bench.desk.create_tenant(draft.clone()).await), expected, "{draft:?}");
    }
    bench.desk.create_tenant(tenant("retail-uk")).await.unwrap();
    let asked = bench.desk.signing().await.unwrap();
    assert!(matches!(&asked, SigningView::Confirm { .. }), "{asked:?}");
    bench.desk.answer_confirm(typed(ADMIN)).await.unwrap();
    let view = bench.desk.tenants().await.unwrap();
    let rows: Vec<(&str, u32, u32, u32)> = view
        .tenants
        .iter()
        .map(|row| (row.id.as_str(), row.people, row.admins, row.records))
        .collect();
    assert_eq!(rows[1], ("retail-uk", 1, 1, 1));
    assert!(view.administers);
    bench.sit("Bob").await;
    assert_eq!(code(bench.desk.create_tenant(tenant("other")).await), ErrorCode::NotAllowed);
    assert_eq!(
        code(bench.desk.archive_tenant(TENANT.to_owned(), "x".to_owned()).await),
        ErrorCode::NotAllowed
    );
    assert_eq!(code(bench.desk.tenants().await), ErrorCode::NotAllowed);
}

#[tokio::test]
async fn an_archived_tenant_is_read_and_takes_no_change_any_more() {
    let bench = Bench::staffed().await;
    let waiting = bench.model("alpha", "medium").await;
    let done = bench.model("beta", "medium").await;
    bench.sit("Bob").await;
    bench.decide(&done.request_id, DecisionDraft::Approve).await.unwrap();
    let open = bench.open(&waiting.request_id).await;
    bench.sit(ADMIN).await;
    let absent = bench.desk.archive_tenant("nowhere".to_owned(), "closes".to_owned()).await;
    assert_eq!(code(absent), ErrorCode::NotFound);
    bench.desk.archive_tenant(TENANT.to_owned(), "closes".to_owned()).await.unwrap();
    bench.desk.answer_confirm(typed(ADMIN)).await.unwrap();

    let again = bench.desk.archive_tenant(TENANT.to_owned(), "closes".to_owned()).await;
    assert_eq!(code(again), ErrorCode::InvalidState);
    assert!(bench.desk.tenants().await.unwrap().tenants[0].archived_at.is_some());
    let bob = bench.id_of("Bob").await;
    let act = ActDraft::RevokeRole { person_id: bob };
    assert_eq!(code(bench.act(act).await), ErrorCode::InvalidState);
    let write = bench.desk.save_prompt(prompt("letter", 0, "x"), bench.key()).await;
    assert_eq!(code(write), ErrorCode::InvalidState);
    bench.sit("Bob").await;
    assert_eq!(bench.inbox(InboxTab::NeedsMe).await.needs_me, 0);
    let foot = bench.open(&waiting.request_id).await.foot;
    assert_eq!((foot.may_decide, foot.why_not.as_str()), (false, "This tenant is archived."));
    assert_eq!(
        code(bench.desk.decide(open.review_id, DecisionDraft::Approve).await),
        ErrorCode::NotFound
    );
    let review = bench.open(&waiting.request_id).await;
    let decided = bench.desk.decide(review.review_id, DecisionDraft::Approve).await;
    assert_eq!(code(decided), ErrorCode::InvalidState);
    // Reading goes on, and so do records that stand alone.
    assert_eq!(bench.recorded("tenant.archive").await, 1);
    assert_eq!(
        code(bench.desk.compromise("0".repeat(64), "2026-01-01T00:00:00.000000Z".to_owned()).await),
        ErrorCode::NotAllowed
    );
    assert_eq!(bench.recorded("permission.deny").await, 1);
}

/// Whether each tenant is offered to be archived, and why not.
async fn offered(bench: &Bench) -> Vec<(String, bool, bool)> {
    let rows = bench.desk.tenants().await.unwrap().tenants;
    rows.into_iter().map(|row| (row.id, row.may_archive, !row.why_not.is_empty())).collect()
}

#[tokio::test]
async fn archiving_is_offered_to_an_admin_of_workspace_and_tenant_alone() {
    let bench = Bench::staffed().await;
    let both = |tenant: &str| (tenant.to_owned(), true, false);
    assert_eq!(offered(&bench).await, [both(TENANT)]);
    bench.found_tenant("retail-uk").await;
    assert_eq!(offered(&bench).await, [both(TENANT), both("retail-uk")]);

    // Ada makes Eve an admin, who makes Ada an approver: she goes on administering the workspace.
    bench.desk.choose_tenant(TENANT.to_owned()).await.unwrap();
    bench.ask_for_role(&bench.id_of("Eve").await, "ADMIN").await.unwrap();
    bench.desk.answer_change(typed(ADMIN)).await.unwrap();
    bench.ask_for_role(&bench.id_of(ADMIN).await, "APPROVER").await.unwrap();
    bench.desk.answer_change(typed(ADMIN)).await.unwrap();
    bench.sit("Eve").await;
    assert_eq!(offered(&bench).await, [(TENANT.to_owned(), false, false)], "of the tenant alone");
    let waits = bench.inbox(InboxTab::NeedsMe).await.rows[0].id.clone();
    bench.decide(&waits, DecisionDraft::Approve).await.unwrap();
    bench.sit(ADMIN).await;
    bench.desk.choose_tenant("retail-uk".to_owned()).await.unwrap();
    assert_eq!(offered(&bench).await, [(TENANT.to_owned(), false, true), both("retail-uk")]);

    // What is not offered is refused as well, and what is archived is not offered again.
    bench.desk.archive_tenant("retail-uk".to_owned(), "closes".to_owned()).await.unwrap();
    bench.desk.answer_confirm(typed(ADMIN)).await.unwrap();
    assert_eq!(offered(&bench).await[1], ("retail-uk".to_owned(), false, false));
    let refused = bench.desk.archive_tenant(TENANT.to_owned(), "closes".to_owned()).await;
    let refused = match refused {
        Ok(()) => bench.desk.answer_confirm(typed(ADMIN)).await.map(drop),
        Err(error) => Err(error),
    };
    assert_eq!(code(refused), ErrorCode::NotAllowed);
}

/// Eve becomes an admin of the workspace itself, with the key that she has.
async fn second_workspace_admin(bench: &Bench) {
    let at = bench.desk.at_work().await.unwrap();
    let eve = ledger::Actor::parse(&bench.id_of("Eve").await).unwrap();
    let (hers, own) = (typed("Eve").read().unwrap(), typed(ADMIN).read().unwrap());
    let hers = at.workspace.unlock(&eve, &at.session.tenant_id, &hers).await.unwrap();
    let home = at.workspace.enter(&at.session, &TenantId::workspace()).await.unwrap();
    let key = at.workspace.unlock(&home.person, &home.tenant_id, &own).await.unwrap();
    let wish =
        RoleWish { person: &eve, role: ledger::Role::Admin, group: None, reason: "shares it" };
    at.workspace.enrol(&home, &key, &OwnKey::of_unlocked(hers), wish).await.unwrap();
}

#[tokio::test]
async fn what_waits_in_the_workspaces_own_log_is_signed_by_its_second_admin_in_the_console() {
    let bench = Bench::staffed().await;
    second_workspace_admin(&bench).await;
    let home = TenantId::workspace().as_str().to_owned();
    let SessionView::Open { tenants, tenant, .. } =
        bench.desk.choose_tenant(home.clone()).await.unwrap()
    else {
        panic!()
    };
    let ids: Vec<&str> = tenants.iter().map(|tenant| tenant.id.as_str()).collect();
    assert_eq!((ids, tenant.id.as_str()), (vec![TENANT, "_workspace"], "_workspace"));
    let person_id = bench.id_of("Eve").await;
    let act = ActDraft::GrantRole { person_id, role: "VIEWER".to_owned(), group: None };
    bench.act(act).await.unwrap();

    let SessionView::Open { tenant, .. } = bench.sit("Eve").await else { panic!() };
    assert_eq!(tenant.id, TENANT, "people begin in a tenant");
    bench.desk.choose_tenant(home.clone()).await.unwrap();
    let inbox = bench.inbox(InboxTab::NeedsMe).await;
    assert_eq!((inbox.needs_me, inbox.rows.len()), (1, 1));
    let signed = bench.decide(&inbox.rows[0].id, DecisionDraft::Approve).await.unwrap();
    assert!(matches!(signed, SigningView::Receipt(_)), "{signed:?}");
    assert_eq!(bench.inbox(InboxTab::NeedsMe).await.needs_me, 0);
    // Nobody without a role there puts it in front, or is offered it.
    let SessionView::Open { tenants, .. } = bench.sit("Bob").await else { panic!() };
    assert_eq!(tenants.len(), 1);
    assert_eq!(code(bench.desk.choose_tenant(home).await), ErrorCode::NotFound);
}
