//! Models, prompts, requests, people and tenants: read back as written, in pages, by tenant.

use governance::state::{ApprovalRequest, ModelRecord, Person, PersonStatus, SignIn, Tenant};
use ledger::{Decision, Lifecycle, Name, RequestId, Role, Status, TenantId, Version};

use super::fixtures::*;
use crate::{
    Commit, NamesQuery, RequestCounts, RequestKind, RequestsQuery, StateWrite, Store, StoreError,
};

pub(super) fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn version(text: &str) -> Version {
    Version::parse(text).unwrap()
}

fn names(tenant: TenantId, limit: u32) -> NamesQuery {
    NamesQuery { tenant_id: tenant, containing: None, status: None, after: None, limit }
}

#[test]
fn a_model_its_card_and_its_request_are_read_back_as_written() {
    let desk = Desk::new();
    desk.commit(registration(&credit(), "credit-pd", "1", 1)).unwrap();
    let written = model(&credit(), "credit-pd", "1", 1);
    let asked = request_for(&written, 2);
    let read = || wait(desk.store.model(&credit(), &name("credit-pd"), &version("1"))).unwrap();
    let read_request = || wait(desk.store.request(&credit(), &asked.id)).unwrap();
    assert_eq!(read(), Some(written.clone()));
    assert_eq!(read_request(), Some(asked.clone()));
    let card = wait(desk.store.model_card(&credit(), &name("credit-pd"), &version("1"))).unwrap();
    assert_eq!(card.as_deref(), Some("token of credit-pd"));

    let approve = approval(&credit(), "credit-pd", 1, 3);
    let (decided, voted) = decided_of(&approve);
    desk.commit(approve).unwrap();
    assert_eq!(read(), Some(decided));
    assert_eq!(read_request(), Some(voted));
    assert_eq!(wait(desk.store.open_requests(&credit())).unwrap(), []);
    // Nothing of it exists for another tenant.
    for other in [tenant("fraud"), TenantId::workspace()] {
        assert_eq!(
            wait(desk.store.model(&other, &name("credit-pd"), &version("1"))).unwrap(),
            None
        );
        assert_eq!(wait(desk.store.request(&other, &asked.id)).unwrap(), None);
        let card = wait(desk.store.model_card(&other, &name("credit-pd"), &version("1")));
        assert_eq!(card.unwrap(), None);
        assert!(wait(desk.store.models(names(other, 10))).unwrap().is_empty());
    }
}

#[test]
fn what_was_registered_is_never_written_again() {
    let desk = Desk::new();
    desk.commit(registration(&credit(), "credit-pd", "1", 1)).unwrap();
    let put = |model: ModelRecord, card: Option<&str>| {
        let state = StateWrite::PutModel { model, card: card.map(str::to_owned) };
        desk.commit(with_state(records(&credit(), 3, 2), vec![state]))
    };
    let refused = |result| matches!(result, Err(StoreError::Conflict { .. }));
    let original = model(&credit(), "credit-pd", "1", 1);
    let other_tier = ModelRecord { tier: ledger::Tier::Low, ..original.clone() };
    assert!(refused(put(other_tier, None)), "facts changed");
    assert!(refused(put(original.clone(), Some("another card"))), "card replaced");
    let at_other_place = ModelRecord { seq: 3, ..original.clone() };
    assert!(refused(put(at_other_place, None)), "version made twice");
    let other_case = model(&credit(), "Credit-PD", "2", 3);
    assert!(refused(put(other_case, None)), "name differs by case");
    let unrecorded = model(&credit(), "ghost", "1", 99);
    assert!(refused(put(unrecorded, None)), "made by a record that is not there");
    let request = request_for(&original, 2);
    let other_reason = ApprovalRequest { reason: "else".to_owned(), ..request };
    let state = vec![StateWrite::PutRequest(other_reason)];
    assert!(refused(desk.commit(with_state(records(&credit(), 3, 1), state))), "request rewritten");
    // Negative control.
    put(original, None).unwrap();
}

#[test]
fn names_are_paged_with_their_newest_version() {
    let desk = Desk::new();
    let mut size = 1;
    for number in 0..120_u64 {
        for version in ["1", "2"] {
            if version == "2" && number % 3 > 0 {
                continue;
            }
            let name =
                format!("{}-model-{number:03}", if number % 2 == 0 { "Fraud" } else { "kyc" });
            desk.commit(registration(&credit(), &name, version, size)).unwrap();
            size += 2;
        }
    }
    let mut query = names(credit(), 50);
    let mut visited = Vec::new();
    loop {
        let page = wait(desk.store.models(query.clone())).unwrap();
        let Some(last) = page.last() else { break };
        query.after = Some(last.record.model_name.clone());
        visited.extend(page.iter().map(|row| {
            let number: u64 = row.record.model_name.as_str()
                [row.record.model_name.as_str().len() - 3..]
                .parse()
                .unwrap();
            assert_eq!(row.versions, if number.is_multiple_of(3) { 2 } else { 1 });
            assert_eq!(row.record.version.as_str(), row.versions.to_string());
            row.record.model_name.as_str().to_ascii_lowercase()
        }));
    }
    assert_eq!(visited.len(), 120);
    assert!(visited.is_sorted());
    let containing = |text: &str, status| {
        let containing = Some(text.to_owned());
        let query = NamesQuery { containing, status, ..names(credit(), 100) };
        wait(desk.store.models(query)).unwrap().len()
    };
    assert_eq!(containing("FRAUD", None), 60);
    assert_eq!(containing("model-11", None), 10);
    assert_eq!(containing("%", None), 0);
    assert_eq!(containing("fraud", Some(Status::Pending)), 60);
    assert_eq!(containing("fraud", Some(Status::Approved)), 0);
    let versions = wait(desk.store.model_versions(&credit(), &name("FRAUD-model-000"))).unwrap();
    let numbers: Vec<_> = versions.iter().map(|model| model.version.as_str()).collect();
    assert_eq!(numbers, ["2", "1"]);
}

#[test]
fn prompts_keep_every_version_and_its_text() {
    let desk = Desk::new();
    for number in 1..=12_u32 {
        let prompt = prompt(&credit(), "kyc/summary", number, u64::from(number));
        let text = Some(format!("token {number}"));
        let state = vec![StateWrite::PutPrompt { prompt, text }];
        desk.commit(with_state(records(&credit(), u64::from(number), 1), state)).unwrap();
    }
    let summary = name("kyc/summary");
    let third = wait(desk.store.prompt(&credit(), &summary, 3)).unwrap();
    assert_eq!(third, Some(prompt(&credit(), "kyc/summary", 3, 3)));
    let text = wait(desk.store.prompt_text(&credit(), &summary, 12)).unwrap();
    assert_eq!(text.as_deref(), Some("token 12"));
    assert_eq!(wait(desk.store.prompt(&credit(), &summary, 13)).unwrap(), None);
    let all = wait(desk.store.prompt_versions(&credit(), &summary)).unwrap();
    assert_eq!(
        all.iter().map(|prompt| prompt.version).collect::<Vec<_>>(),
        (1..=12).rev().collect::<Vec<_>>()
    );
    let page = wait(desk.store.prompts(names(credit(), 10))).unwrap();
    assert_eq!((page.len(), page[0].record.version, page[0].versions), (1, 12, 12));
    assert!(wait(desk.store.models(names(credit(), 10))).unwrap().is_empty());
}

#[test]
fn requests_are_found_by_where_they_stand() {
    let desk = Desk::new();
    for number in 0..40_u64 {
        desk.commit(registration(&credit(), &format!("m{number}"), "1", 1 + 2 * number)).unwrap();
    }
    for number in 0..10_u64 {
        let size = desk.size(&credit());
        desk.commit(approval(&credit(), &format!("m{number}"), 1 + 2 * number, size)).unwrap();
    }
    let size = desk.size(&credit());
    let mut withdrawn = request_for(&model(&credit(), "m20", "1", 41), 42);
    withdrawn.lifecycle = Lifecycle::Withdrawn;
    desk.commit(with_state(records(&credit(), size, 1), vec![StateWrite::PutRequest(withdrawn)]))
        .unwrap();
    let all = RequestsQuery::newest(credit(), 100);
    let subject = model(&credit(), "m7", "1", 15).subject().name;
    for _ in 0..2 {
        let cases = [
            (all.clone(), 40),
            (RequestsQuery { lifecycle: Some(Lifecycle::Open), ..all.clone() }, 29),
            (RequestsQuery { lifecycle: Some(Lifecycle::Decided), ..all.clone() }, 10),
            (RequestsQuery { lifecycle: Some(Lifecycle::Withdrawn), ..all.clone() }, 1),
            (RequestsQuery { status: Some(Status::Approved), ..all.clone() }, 10),
            (RequestsQuery { status: Some(Status::Pending), ..all.clone() }, 30),
            (RequestsQuery { kind: Some(RequestKind::Model), ..all.clone() }, 40),
            (RequestsQuery { kind: Some(RequestKind::Change), ..all.clone() }, 0),
            (RequestsQuery { tier: Some(ledger::Tier::High), ..all.clone() }, 40),
            (RequestsQuery { requested_by: Some(person(1)), ..all.clone() }, 0),
            (RequestsQuery { requested_by: Some(person(2)), ..all.clone() }, 40),
            (RequestsQuery { subject: Some(subject.clone()), ..all.clone() }, 1),
            (RequestsQuery { tenant_id: tenant("fraud"), ..all.clone() }, 0),
            (RequestsQuery { before: Some(10), ..all.clone() }, 4),
        ];
        for (query, expected) in cases {
            let page = wait(desk.store.requests(query.clone())).unwrap();
            assert_eq!(page.len(), expected, "{query:?}");
            assert!(page.is_sorted_by(|left, right| left.seq > right.seq));
        }
        let open = wait(desk.store.open_requests(&credit())).unwrap();
        assert_eq!(open.len(), 29);
        assert!(open.is_sorted_by(|left, right| left.seq < right.seq));
        let counts = wait(desk.store.request_counts(&credit())).unwrap();
        assert_eq!(counts, RequestCounts { open: 29, all: 40 });
        // Then with the decided ones swept out of the open ones.
        wait(desk.store.rebuild_index()).unwrap();
    }
    let mut query = RequestsQuery { limit: 7, ..all };
    let mut visited = Vec::new();
    loop {
        let page = wait(desk.store.requests(query.clone())).unwrap();
        let Some(last) = page.last() else { break };
        query.before = Some(last.seq);
        visited.extend(page.into_iter().map(|request| request.seq));
    }
    assert_eq!(visited, (0..40).rev().map(|number| 2 + 2 * number).collect::<Vec<u64>>());
}

#[test]
fn people_and_tenants_change_with_a_record_and_keep_their_titles_apart() {
    let desk = Desk::new();
    let home = TenantId::workspace();
    let somebody = |number: u64, title: &str| Person {
        id: person(number),
        title: title.to_owned(),
        title_key: title.to_lowercase(),
        sign_ins: Vec::new(),
        status: PersonStatus::Active,
        created_at: at(1),
        last_sign_in_at: None,
        failures: 0,
        last_failure_at: None,
    };
    let (ada, bob) = (somebody(1, "Ada"), somebody(2, "Bob"));
    let put = |size, people: &[&Person]| {
        let state = people.iter().map(|person| StateWrite::PutPerson((*person).clone())).collect();
        desk.commit(with_state(records(&home, size, 1), state))
    };
    put(0, &[&bob, &ada]).unwrap();
    assert_eq!(wait(desk.store.people()).unwrap(), [ada.clone(), bob.clone()]);
    let locked = Person {
        failures: 3,
        last_failure_at: Some(at(9)),
        sign_ins: vec![
            SignIn { keyid: None, hash: "$pbkdf2-sha256$…".to_owned() },
            SignIn { keyid: Some(ledger::Digest::of(b"key")), hash: "$pbkdf2…".to_owned() },
        ],
        status: PersonStatus::Disabled,
        last_sign_in_at: Some(at(8)),
        ..ada.clone()
    };
    put(1, &[&locked]).unwrap();
    assert_eq!(wait(desk.store.person(&ada.id)).unwrap(), Some(locked));
    assert_eq!(wait(desk.store.person(&person(7))).unwrap(), None);
    let twin = put(2, &[&somebody(3, "ADA")]);
    assert!(matches!(twin, Err(StoreError::Conflict { .. })), "{twin:?}");

    let tenant = Tenant { id: credit(), title: "Retail credit".to_owned(), created_at: at(0) };
    let state = vec![StateWrite::PutTenant(tenant.clone())];
    desk.commit(with_state(records(&credit(), 1, 1), state)).unwrap();
    assert_eq!(wait(desk.store.tenants()).unwrap(), [tenant]);
}

#[test]
fn a_request_for_a_change_keeps_the_change() {
    let desk = Desk::new();
    let change: ledger::change::Change = serde_json::from_value(serde_json::json!({
        "body": {"group": null, "person_id": person(2).to_string(), "role": "APPROVER"},
        "id": id(77), "kind": "role.grant", "proposed_by": person(1).to_string(),
        "reason": "joins the desk", "tenant_id": "credit", "v": 1, "workspace_id": id(0xa)
    }))
    .unwrap();
    let mut request = request_for(&model(&credit(), "x", "1", 0), 1);
    request.id = RequestId::parse(&id(77)).unwrap();
    request.subject = change.subject().unwrap();
    request.tier = None;
    request.policy_sha256 = None;
    request.expires_at = None;
    request.change = Some(change);
    request.proposal_sha256 = Some(ledger::Digest::of(b"proposal"));
    let state = vec![StateWrite::PutRequest(request.clone())];
    desk.commit(with_state(records(&credit(), 1, 1), state)).unwrap();
    let found = wait(desk.store.request(&credit(), &request.id)).unwrap();
    assert_eq!(found, Some(request));
}

/// Model and request as an approving commit writes them.
fn decided_of(commit: &Commit) -> (ModelRecord, ApprovalRequest) {
    match commit.state.as_slice() {
        [StateWrite::PutModel { model, .. }, StateWrite::PutRequest(request)] => {
            assert_eq!(request.votes[0].decision, Decision::Approved);
            assert_eq!(request.votes[0].role, Role::Approver);
            (model.clone(), request.clone())
        }
        other => panic!("{other:?}"),
    }
}
