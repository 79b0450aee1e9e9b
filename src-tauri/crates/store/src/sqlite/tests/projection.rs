//! The projection answers as a scan of the log would, wherever it stopped; pages visit everything
//! once; no filter scans.

use ledger::{Action, Actor, AuditRecord, CorrelationId, ResourceType, TenantId};
use rusqlite::Connection;
use rusqlite::types::Value;

use super::fixtures::*;
use crate::sqlite::writer::{Syncing, Writer};
use crate::sqlite::{audit, connect, index, requests, versions};
use crate::{AuditQuery, Facets, RequestKind, RequestsQuery, ResourceFilter};

const ACTIONS: [Action; 4] =
    [Action::GateAllow, Action::GateDeny, Action::ApprovalVote, Action::TenantDeny];
const TYPES: [ResourceType; 3] = [ResourceType::Model, ResourceType::Prompt, ResourceType::Request];

/// A small generator with a fixed seed (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % bound
    }
}

fn varied(dice: &mut Dice, tenant: &TenantId, seq: u64) -> crate::LogRow {
    let mut record = parts(tenant, seq);
    record.actor = if dice.below(9) == 0 { Actor::System } else { person(dice.below(4) as u64) };
    record.action = ACTIONS[dice.below(ACTIONS.len())];
    record.resource_type = TYPES[dice.below(TYPES.len())];
    record.resource_id = format!("r{}@1", dice.below(5));
    record.correlation_id = CorrelationId::parse(&id(dice.below(40) as u64)).unwrap();
    row_of(record)
}

fn queries(dice: &mut Dice, tenant: &TenantId) -> Vec<AuditQuery> {
    let mut queries = Vec::new();
    for mask in 0..16_u32 {
        for _ in 0..6 {
            let kind = TYPES[dice.below(TYPES.len())];
            queries.push(AuditQuery {
                actor: (mask & 1 > 0).then(|| person(dice.below(5) as u64)),
                action: (mask & 2 > 0).then(|| ACTIONS[dice.below(ACTIONS.len())]),
                resource: (mask & 4 > 0).then(|| match dice.below(2) {
                    0 => ResourceFilter::OfType(kind),
                    _ => ResourceFilter::Exactly(kind, format!("r{}@1", dice.below(5))),
                }),
                correlation_id: (mask & 8 > 0)
                    .then(|| CorrelationId::parse(&id(dice.below(40) as u64)).unwrap()),
                before: (dice.below(2) > 0).then(|| dice.below(700) as u64),
                limit: 1 + dice.below(40) as u32,
                tenant_id: tenant.clone(),
            });
        }
    }
    queries
}

/// What a scan of everything gives.
fn scan(records: &[AuditRecord], query: &AuditQuery) -> Vec<u64> {
    let holds = |record: &&AuditRecord| {
        let parts = record.parts();
        query.before.is_none_or(|before| parts.seq < before)
            && query.actor.as_ref().is_none_or(|actor| *actor == parts.actor)
            && query.action.is_none_or(|action| action == parts.action)
            && query.correlation_id.as_ref().is_none_or(|id| *id == parts.correlation_id)
            && query.resource.as_ref().is_none_or(|resource| match resource {
                ResourceFilter::OfType(kind) => *kind == parts.resource_type,
                ResourceFilter::Exactly(kind, id) => {
                    *kind == parts.resource_type && *id == parts.resource_id
                }
            })
    };
    records
        .iter()
        .rev()
        .filter(holds)
        .map(|record| record.parts().seq)
        .take(query.limit as usize)
        .collect()
}

fn facets_of(records: &[AuditRecord]) -> Facets {
    let (mut actors, mut actions) =
        (std::collections::BTreeMap::new(), std::collections::BTreeMap::new());
    for record in records {
        *actors.entry(record.parts().actor.clone()).or_default() += 1;
        *actions.entry(record.parts().action).or_default() += 1;
    }
    Facets { actors: actors.into_iter().collect(), actions: actions.into_iter().collect() }
}

#[test]
fn every_filter_answers_as_a_scan_wherever_the_projection_stopped() {
    let desk = Desk::new();
    let folder = desk.folder();
    let _guard = desk.close();
    let connection = connect::to_write(&folder).unwrap();
    connect::make_durable(&connection).unwrap();
    let mut writer = Writer::new(connection, Syncing::EveryCommit).unwrap();
    let reader = connect::to_read(&folder).unwrap();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let tenants = [credit(), tenant("fraud")];
    let mut sizes = [1_u64, 0];
    let (mut compared, mut found) = (0, 0);
    for round in 0..8_u32 {
        for (tenant, size) in tenants.iter().zip(&mut sizes) {
            let count = 30 + dice.below(60) as u64;
            let mut commit = records(tenant, *size, 0);
            commit.rows =
                (*size..*size + count).map(|seq| varied(&mut dice, tenant, seq)).collect();
            writer.commit(&commit).unwrap();
            *size += count;
        }
        // From nothing to everything, stopped anywhere between.
        writer.advance(round * 17).unwrap();
        for (tenant, size) in tenants.iter().zip(sizes) {
            let all: Vec<_> = crate::sqlite::log::rows(&reader, tenant, 0, u32::MAX)
                .unwrap()
                .iter()
                .map(|row| AuditRecord::parse(&row.leaf).unwrap())
                .collect();
            assert_eq!(all.len() as u64, size);
            for query in queries(&mut dice, tenant) {
                let page = audit::page(&reader, &query).unwrap();
                let seqs: Vec<_> = page.iter().map(|row| row.seq).collect();
                assert_eq!(seqs, scan(&all, &query), "{query:?}");
                compared += 1;
                found += seqs.len();
            }
            assert_eq!(index::facets(&reader, tenant).unwrap(), facets_of(&all));
        }
    }
    println!("{compared} pages compared with a scan, {found} records in them");
    assert!(compared > 1000 && found > 2000);
    let before = audit::page(&reader, &AuditQuery::newest(credit(), 100)).unwrap();
    writer.rebuild_index().unwrap();
    assert_eq!(audit::page(&reader, &AuditQuery::newest(credit(), 100)).unwrap(), before);
}

#[test]
fn pages_visit_every_record_once() {
    let desk = Desk::new();
    desk.commit(records(&credit(), 1, 250)).unwrap();
    let reader = connect::to_read(&desk.folder()).unwrap();
    for filtered in [false, true] {
        let mut query = AuditQuery::newest(credit(), 37);
        query.actor = filtered.then(|| person(1));
        let mut visited = Vec::new();
        loop {
            let page = audit::page(&reader, &query).unwrap();
            let Some(last) = page.last() else { break };
            query.before = Some(last.seq);
            visited.extend(page.iter().map(|row| row.seq));
        }
        assert_eq!(visited, (0..=250).rev().collect::<Vec<_>>());
    }
    let greedy = audit::page(&reader, &AuditQuery::newest(credit(), u32::MAX)).unwrap();
    assert_eq!(greedy.len(), 100);
}

#[test]
fn no_question_scans_sorts_or_skips() {
    let desk = Desk::new();
    let reader = connect::to_read(&desk.folder()).unwrap();
    let mut dice = Dice(7);
    let mut plans = 0;
    let mut check = |sql: &str, values: Vec<Value>, allowed: &[&str]| {
        let plan = plan_of(&reader, sql, values);
        plans += 1;
        assert!(!sql.contains("OFFSET") && !sql.contains("LIKE"), "{sql}");
        for step in &plan {
            assert!(!step.contains("TEMP B-TREE"), "{step} in {sql}");
            let scans = step.starts_with("SCAN");
            assert!(!scans || allowed.iter().any(|free| step.contains(free)), "{step} in {sql}");
        }
        plan
    };
    for query in queries(&mut dice, &credit()) {
        let (sql, filters) = audit::statement(&query);
        let values = [0, 0, 0].map(Value::Integer).into_iter().chain(filters.clone()).collect();
        let plan = check(&sql, values, &[]);
        // One filter or a pair is answered by its own index alone.
        if (1..=2).contains(&filters.len()) && query.correlation_id.is_none() {
            let equalities = plan[0].matches("=?").count();
            assert_eq!(equalities, filters.len(), "{plan:?} for {query:?}");
        }
        if query.correlation_id.is_some() || !filters.is_empty() {
            assert!(plan[0].contains("USING"), "{plan:?}");
        }
    }
    let all = RequestsQuery::newest(credit(), 10);
    for query in [
        all.clone(),
        RequestsQuery { lifecycle: Some(ledger::Lifecycle::Open), ..all.clone() },
        RequestsQuery { kind: Some(RequestKind::Model), ..all.clone() },
        RequestsQuery { requested_by: Some(person(1)), ..all.clone() },
        RequestsQuery { subject: Some(model(&credit(), "a", "1", 1).subject().name), ..all },
    ] {
        let (sql, filters) = requests::page_statement(&query);
        let bounds = [0, 0, 0].map(Value::Integer).into_iter();
        check(&sql, bounds.chain(filters.into_iter().map(Value::Text)).collect(), &[]);
    }
    let names = versions::page_statement::<governance::state::ModelRecord>();
    let values = vec![
        Value::Integer(1),
        Value::Text("model".into()),
        Value::Text(String::new()),
        Value::Null,
        Value::Null,
        Value::Integer(9),
    ];
    check(&names, values, &[]);
    println!("{plans} plans read");
    // Negative control: the check sees a scan and a sort.
    let bad = plan_of(&reader, "SELECT * FROM log_index ORDER BY resource_id || actor", vec![]);
    assert!(bad[0].starts_with("SCAN") && bad[1].contains("TEMP B-TREE"), "{bad:?}");
}

fn plan_of(connection: &Connection, sql: &str, values: Vec<Value>) -> Vec<String> {
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let rows = statement
        .query_map(rusqlite::params_from_iter(values), |row| row.get::<_, String>(3))
        .unwrap();
    rows.map(Result::unwrap).collect()
}
