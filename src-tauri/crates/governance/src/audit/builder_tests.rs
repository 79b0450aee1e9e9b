//! Stamps and places, as formats.md, "Audit leaf", gives them.

use super::*;
use crate::testing::{CountingIds, timestamp};

const NOW: &str = "2026-11-22T18:35:00.000000Z";
const MINUTES: i64 = 60 * Timestamp::SECOND;

fn draft() -> RecordDraft {
    RecordDraft {
        action: Action::SessionLock,
        resource_type: ResourceType::Person,
        resource_id: "person/01930000-0000-7000-8000-000000000ada".to_owned(),
        reason: String::new(),
        metadata: Map::new(),
    }
}

fn occasion() -> Occasion {
    Occasion {
        tenant_id: TenantId::parse("credit").unwrap(),
        correlation_id: CorrelationId::parse("01930000-0000-7000-8000-0000000000c1").unwrap(),
        device_id: DeviceId::parse("01930000-0000-7000-8000-000000000de5").ok(),
        now: timestamp(NOW),
    }
}

/// Makes two records and gives the actions and stamps written, in microseconds from now.
fn stamps(last: Option<i64>) -> Vec<(Action, i64)> {
    let ids = CountingIds::default();
    let now = timestamp(NOW);
    let last_stamp = last.map(|micros| now.plus_micros(micros).unwrap());
    let head = LogHead { next_seq: 7, last_stamp };
    let mut builder = RecordBuilder::new(occasion(), head, &ids);
    for _ in 0..2 {
        let foretold = builder.next().unwrap();
        assert_eq!(builder.record(&Actor::System, draft()).unwrap(), foretold);
    }
    let records = builder.into_records();
    let places: Vec<u64> = records.iter().map(|record| record.parts().seq).collect();
    assert_eq!(places, (7..).take(records.len()).collect::<Vec<_>>(), "no gaps");
    let stamp = |record: &AuditRecord| record.parts().timestamp_utc.micros_since(now);
    records.iter().map(|record| (record.parts().action, stamp(record))).collect()
}

#[test]
fn a_stamp_is_now_or_just_after_the_last_and_a_jumped_clock_is_written_down() {
    let (lock, jump) = (Action::SessionLock, Action::ClockJump);
    let limit = 5 * MINUTES;
    let cases = [
        (None, vec![(lock, 0), (lock, 1)]),
        (Some(-MINUTES), vec![(lock, 0), (lock, 1)]),
        (Some(-1), vec![(lock, 0), (lock, 1)]),
        (Some(0), vec![(lock, 1), (lock, 2)]),
        (Some(MINUTES), vec![(lock, MINUTES + 1), (lock, MINUTES + 2)]),
        (Some(limit - 1), vec![(lock, limit), (lock, limit + 1)]),
        (Some(limit + 1), vec![(jump, 0), (lock, 1), (lock, 2)]),
        (Some(1_000 * MINUTES), vec![(jump, 0), (lock, 1), (lock, 2)]),
    ];
    for (last, expected) in cases {
        assert_eq!(stamps(last), expected, "last stamp {last:?} µs from now");
    }
    // Exactly at the limit the first record still follows; its own stamp then passes the limit.
    assert_eq!(stamps(Some(limit)), [(lock, limit + 1), (jump, 0), (lock, 1)]);
}

#[test]
fn a_jump_is_the_systems_and_names_both_stamps() {
    let ids = CountingIds::default();
    let last = timestamp("2026-11-22T19:35:00.000000Z");
    let head = LogHead { next_seq: 3, last_stamp: Some(last) };
    let mut builder = RecordBuilder::new(occasion(), head, &ids);
    let person = Actor::parse("person/01930000-0000-7000-8000-000000000ada").unwrap();
    builder.record(&person, draft()).unwrap();
    let records = builder.into_records();
    let jump = records[0].parts();
    assert_eq!((jump.action, &jump.actor), (Action::ClockJump, &Actor::System));
    assert_eq!((jump.resource_type, jump.resource_id.as_str()), (ResourceType::Log, "credit"));
    assert_eq!(jump.metadata["last_stamp"], last.to_string());
    assert_eq!(jump.metadata["now"], NOW);
    let act = records[1].parts();
    assert_eq!((act.action, &act.actor), (Action::SessionLock, &person));
    assert_ne!(jump.id, act.id);
    for parts in [jump, act] {
        assert_eq!(parts.correlation_id, occasion().correlation_id);
        assert_eq!(parts.device_id, occasion().device_id);
    }
}

#[test]
fn too_much_metadata_is_refused_and_leaves_no_record() {
    let ids = CountingIds::default();
    let mut builder = RecordBuilder::new(occasion(), LogHead::default(), &ids);
    let mut large = draft();
    large.metadata.insert("text".to_owned(), Value::String("x".repeat(256 * 1024)));
    assert!(matches!(
        builder.record(&Actor::System, large),
        Err(GovernanceError::Ledger(ledger::LedgerError::TooLarge { .. }))
    ));
    assert!(builder.records().is_empty());
    assert_eq!(builder.record(&Actor::System, draft()).unwrap().seq, 0);
}
