//! Drafts: one a place, each person's own, only so many, sealed as everything else is.

use governance::state::{Person, PersonStatus};
use ledger::{Actor, RecordId, TenantId};

use super::fixtures::*;
use crate::draft::{DRAFTS_CHARACTERS, DRAFTS_LIMIT};
use crate::{DraftRow, Resealed, RotationBegun, SealedColumn, StateWrite, Store, StoreError};

const OLD: &str = "00000000000000aa";
const NEW: &str = "00000000000000bb";

fn draft(number: u64, person: &Actor, place: &str, text: &str) -> DraftRow {
    DraftRow {
        tenant_id: credit(),
        row_id: RecordId::parse(&id(number)).unwrap(),
        person: person.clone(),
        place: place.to_owned(),
        kept_at: at(number),
        text: format!("{OLD}:{text}"),
    }
}

fn put(desk: &Desk, draft: &DraftRow) -> Result<(), StoreError> {
    wait(desk.store.put_draft(draft.clone()))
}

fn found(desk: &Desk, tenant: &TenantId, person: &Actor, place: &str) -> Option<DraftRow> {
    wait(desk.store.draft(tenant, person, place)).unwrap()
}

#[test]
fn a_draft_is_its_persons_in_its_tenant_and_takes_the_place_of_the_one_before() {
    let desk = Desk::new();
    let (ada, bob) = (person(1), person(2));
    put(&desk, &draft(10, &ada, "prompt", "one")).unwrap();
    let kept = draft(11, &ada, "prompt", "two");
    put(&desk, &kept).unwrap();
    assert_eq!(found(&desk, &credit(), &ada, "prompt"), Some(kept));
    for (tenant, person, place) in [
        (credit(), &bob, "prompt"),
        (credit(), &ada, "model"),
        (TenantId::workspace(), &ada, "prompt"),
        (tenant("markets"), &ada, "prompt"),
    ] {
        assert_eq!(found(&desk, &tenant, person, place), None, "{tenant} {person} {place}");
        wait(desk.store.drop_draft(&tenant, person, place)).unwrap();
    }
    assert!(found(&desk, &credit(), &ada, "prompt").is_some(), "it was another that was dropped");
    wait(desk.store.drop_draft(&credit(), &ada, "prompt")).unwrap();
    assert_eq!(found(&desk, &credit(), &ada, "prompt"), None);
    let elsewhere = DraftRow { tenant_id: tenant("markets"), ..draft(12, &ada, "prompt", "") };
    assert_eq!(put(&desk, &elsewhere), Err(StoreError::UnknownTenant));
}

#[test]
fn the_one_kept_longest_ago_makes_room() {
    let desk = Desk::new();
    let (ada, bob) = (person(1), person(2));
    let limit = u64::from(DRAFTS_LIMIT);
    put(&desk, &draft(1, &bob, "his", "")).unwrap();
    for number in 0..=limit {
        put(&desk, &draft(10 + number, &ada, &number.to_string(), "")).unwrap();
    }
    assert_eq!(found(&desk, &credit(), &ada, "0"), None);
    for number in 1..=limit {
        assert!(found(&desk, &credit(), &ada, &number.to_string()).is_some(), "{number}");
    }
    let half = "x".repeat(usize::try_from(DRAFTS_CHARACTERS / 2).unwrap());
    put(&desk, &draft(500, &ada, "half", &half)).unwrap();
    assert!(found(&desk, &credit(), &ada, "half").is_some());
    put(&desk, &draft(501, &ada, "other half", &half)).unwrap();
    assert!(found(&desk, &credit(), &ada, "other half").is_some(), "what is typed now stays");
    assert_eq!(found(&desk, &credit(), &ada, "half"), None);
    assert!(found(&desk, &credit(), &bob, "his").is_some(), "others have limits of their own");
}

#[test]
fn a_closed_account_takes_its_drafts_along() {
    let desk = Desk::new();
    let account = |status| Person {
        id: person(1),
        title: "Ada".to_owned(),
        title_key: "ada".to_owned(),
        sign_ins: Vec::new(),
        status,
        created_at: at(1),
        last_sign_in_at: None,
        failures: 0,
        last_failure_at: None,
    };
    let write = |status| {
        let home = TenantId::workspace();
        let state = vec![StateWrite::PutPerson(account(status))];
        desk.commit(with_state(records(&home, desk.size(&home), 1), state)).unwrap();
    };
    for owner in [1, 2] {
        put(&desk, &draft(10 + owner, &person(owner), "prompt", "")).unwrap();
    }
    write(PersonStatus::Active);
    assert!(found(&desk, &credit(), &person(1), "prompt").is_some(), "the control");
    write(PersonStatus::Disabled);
    assert_eq!(found(&desk, &credit(), &person(1), "prompt"), None);
    assert!(found(&desk, &credit(), &person(2), "prompt").is_some());
}

#[test]
fn a_rotation_seals_it_anew_and_one_that_was_kept_or_sent_meanwhile_is_let_be() {
    let desk = Desk::new();
    let ada = person(1);
    for (number, place) in [(10, "stays"), (11, "kept again"), (12, "sent")] {
        put(&desk, &draft(number, &ada, place, "typed")).unwrap();
    }
    let home = TenantId::workspace();
    let own = |state| desk.commit(with_state(records(&home, desk.size(&home), 1), state));
    let begun = RotationBegun {
        from: OLD.to_owned(),
        from_since: at(0),
        to: NEW.to_owned(),
        begun_seq: desk.size(&home),
        begun_at: at(900),
    };
    own(vec![StateWrite::BeginRotation(begun)]).unwrap();
    let refused = put(&desk, &draft(13, &ada, "late", "typed"));
    assert_eq!(refused, Err(StoreError::OtherSecret { primary: NEW.to_owned() }));
    let column = SealedColumn::DraftText;
    let values = wait(desk.store.sealed_under(OLD, column, None)).unwrap();
    assert_eq!(values.len(), 3);
    // Between the look and the write.
    let again = DraftRow { text: format!("{NEW}:typed on"), ..draft(11, &ada, "kept again", "") };
    put(&desk, &again).unwrap();
    wait(desk.store.drop_draft(&credit(), &ada, "sent")).unwrap();
    let anew = values.into_iter().map(|was| {
        let token = was.token.replace(OLD, NEW);
        StateWrite::Reseal(Resealed { was, token })
    });
    own(anew.collect()).unwrap();
    let texts = ["stays", "kept again", "sent"]
        .map(|place| found(&desk, &credit(), &ada, place).map(|draft| draft.text));
    assert_eq!(texts, [Some(format!("{NEW}:typed")), Some(format!("{NEW}:typed on")), None]);
    own(vec![StateWrite::EndRotation { from: OLD.to_owned(), ended_at: at(950) }]).unwrap();
}
