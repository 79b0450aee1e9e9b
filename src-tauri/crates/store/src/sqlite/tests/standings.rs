//! Versions with where they stand, many at once.

use governance::state::ModelRecord;
use ledger::statement::Conditions;
use ledger::{Effect, Lifecycle, Status, SubjectKind};

use super::super::standings::statement_for;
use super::fixtures::{
    Desk, approval, at, credit, prompt, records, registration, tenant, wait, with_state,
};
use super::state::name;
use crate::sqlite::connect;
use crate::{STANDINGS_LIMIT, StateWrite, Store, VersionStanding, WhichVersions};

fn asked(desk: &Desk, kind: SubjectKind, which: WhichVersions) -> Vec<VersionStanding> {
    wait(desk.store.version_standings(&credit(), kind, which)).unwrap()
}

fn models(desk: &Desk, which: WhichVersions) -> Vec<VersionStanding> {
    asked(desk, SubjectKind::Model, which)
}

#[test]
fn a_standing_says_what_the_rows_of_version_and_request_say() {
    let desk = Desk::new();
    for (number, version) in [(0, "1"), (1, "1"), (2, "2")] {
        let name = if number == 1 { "kyc" } else { "Fraud/graph" };
        desk.commit(registration(&credit(), name, version, 1 + 2 * number)).unwrap();
    }
    desk.commit(approval(&credit(), "kyc", 3, 7)).unwrap();
    let all = models(&desk, WhichVersions::From(0));
    let told: Vec<_> = all
        .iter()
        .map(|one| (one.name.as_str(), one.version.as_str(), one.seq, one.status))
        .collect();
    let expected = [
        ("Fraud/graph", "1", 1, Status::Pending),
        ("kyc", "1", 3, Status::Approved),
        ("Fraud/graph", "2", 5, Status::Pending),
    ];
    assert_eq!(told, expected);
    for one in &all {
        let rows: Vec<ModelRecord> = wait(desk.store.model_versions(&credit(), &one.name)).unwrap();
        let row = rows.into_iter().find(|row| row.version.as_str() == one.version).unwrap();
        assert_eq!(
            (one.tier, &one.author, one.created_at),
            (row.tier, &row.author, row.created_at)
        );
        let request = row.request_id.map(|id| wait(desk.store.request(&credit(), &id)).unwrap());
        let request = request.flatten();
        assert_eq!(one.request.is_some(), request.is_some());
        if let (Some(standing), Some(request)) = (&one.request, request) {
            assert_eq!((&standing.id, standing.status), (&request.id, request.status));
            assert_eq!(standing.conditions, request.conditions());
            assert_eq!(standing.decided_seq, request.decided_seq);
            for now in [at(0), at(8_000), at(9_007), at(99_000)] {
                assert_eq!(standing.effect_at(now), request.effect_at(now));
                assert_eq!(standing.lifecycle_at(now), request.lifecycle_at(now));
            }
        }
    }
    let kyc = all[1].request.as_ref().unwrap();
    assert_ne!(kyc.conditions, Conditions::default(), "the control");
    assert_eq!((kyc.effect_at(at(0)), kyc.lifecycle), (Effect::InForce, Lifecycle::Decided));
    assert_eq!(kyc.effect_at(at(99_000)), Effect::Lapsed);
}

#[test]
fn those_from_a_position_on_and_those_of_a_name_are_told_and_no_others() {
    let desk = Desk::new();
    for number in 0..4_u64 {
        let name = if number == 3 { "kyc" } else { "Fraud" };
        let made = registration(&credit(), name, &format!("{number}"), 1 + 2 * number);
        desk.commit(made).unwrap();
    }
    let text = Some("token".to_owned());
    let state = vec![StateWrite::PutPrompt { prompt: prompt(&credit(), "kyc", 1, 9), text }];
    desk.commit(with_state(records(&credit(), 9, 1), state)).unwrap();
    let versions = |which| {
        let found = models(&desk, which);
        found.into_iter().map(|one| one.version).collect::<Vec<_>>()
    };
    assert_eq!(versions(WhichVersions::From(0)), ["0", "1", "2", "3"]);
    assert_eq!(versions(WhichVersions::From(4)), ["2", "3"]);
    assert_eq!(versions(WhichVersions::From(8)), [""; 0]);
    assert_eq!(versions(WhichVersions::Of(name("FRAUD"))), ["0", "1", "2"]);
    assert_eq!(versions(WhichVersions::Of(name("kyc"))), ["3"]);
    assert_eq!(versions(WhichVersions::Of(name("absent"))), [""; 0]);
    let prompts = asked(&desk, SubjectKind::Prompt, WhichVersions::From(0));
    assert_eq!((prompts.len(), prompts[0].seq), (1, 9));
    let other =
        desk.store.version_standings(&tenant("fraud"), SubjectKind::Model, WhichVersions::From(0));
    assert!(wait(other).unwrap().is_empty());
}

#[test]
fn nothing_is_scanned_or_sorted_whichever_are_asked_for() {
    let desk = Desk::new();
    let connection = connect::to_read(&desk.folder()).unwrap();
    for kind in [SubjectKind::Model, SubjectKind::Prompt] {
        for which in [WhichVersions::From(0), WhichVersions::Of(name("kyc"))] {
            let sql = format!("EXPLAIN QUERY PLAN {}", statement_for(kind, &which));
            let mut explained = connection.prepare(&sql).unwrap();
            let plan: Vec<String> = explained
                .query_map([1, 2, 3], |row| row.get(3))
                .unwrap()
                .map(Result::unwrap)
                .collect();
            let scans = plan.iter().filter(|step| step.starts_with("SCAN")).count();
            assert_eq!(scans, 0, "{plan:?}");
            // The versions of one name are few.
            let sorts = plan.iter().any(|step| step.contains("TEMP B-TREE"));
            assert!(!sorts || matches!(which, WhichVersions::Of(_)), "{plan:?}");
        }
    }
    const { assert!(STANDINGS_LIMIT >= 100) };
}
