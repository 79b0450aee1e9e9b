//! What waits, in the order of its urgency: whole, in pages, and at the cost of a page.

use governance::state::{ApprovalRequest, CastVote};
use ledger::statement::Conditions;
use ledger::{Decision, Digest, Lifecycle, Role, TenantId, Tier, Timestamp};
use rusqlite::{Connection, StatementStatus, params_from_iter};

use super::fixtures::*;
use crate::sqlite::{connect, log, migrate, open_requests};
use crate::{
    Band, Commit, OpenQuery, RequestKind, RequestSearch, StateWrite, Store, Urgency, Urgent,
};

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;
/// When it is looked.
const NOW: u64 = 1_000_000;

fn query(tenant_id: TenantId, limit: u32) -> OpenQuery {
    OpenQuery {
        tenant_id,
        now: at(NOW),
        kind: None,
        tier: None,
        requested_by: None,
        search: None,
        without_vote_of: None,
        after: None,
        limit,
    }
}

/// A request by its number; `left` seconds until it expires.
fn waiting(number: u64, tier: Tier, left: Option<u64>) -> ApprovalRequest {
    let mut request = request_for(&model(&credit(), &format!("m{number}"), "1", number), number);
    request.tier = Some(tier);
    request.expires_at = left.map(|left| at(NOW + left));
    request
}

/// Writes requests of `numbers`, each under its own record.
fn commit_of(size: u64, requests: Vec<ApprovalRequest>) -> Commit {
    let count = requests.len() as u64;
    let state = requests.into_iter().map(StateWrite::PutRequest).collect();
    with_state(records(&credit(), size, count), state)
}

/// Every page, one after the other.
fn pages(desk: &Desk, mut query: OpenQuery) -> Vec<Urgent> {
    let mut all: Vec<Urgent> = Vec::new();
    loop {
        let page = wait(desk.store.most_urgent(query.clone())).unwrap();
        let Some(last) = page.last() else { return all };
        assert!(page.len() <= query.limit as usize);
        query.after = Some(last.at);
        all.extend(page);
    }
}

#[test]
fn a_band_ends_where_its_words_do() {
    let band = |left: i64| {
        let expires = Timestamp::from_micros(at(NOW).as_micros() + left).unwrap();
        Band::of(Some(expires), at(NOW))
    };
    let (day, second) = (24 * 3_600 * Timestamp::SECOND, Timestamp::SECOND);
    for (left, expected) in [
        (-second, Band::Today),
        (0, Band::Today),
        (day - 1, Band::Today),
        (day, Band::Week),
        (7 * day, Band::Week),
        (8 * day - 1, Band::Week),
        (8 * day, Band::Later),
        (4_000 * day, Band::Later),
    ] {
        assert_eq!(band(left), expected, "{left}");
    }
    assert_eq!(Band::of(None, at(NOW)), Band::Later);
}

#[test]
fn what_expires_soon_comes_first_then_tier_then_age_whatever_the_page() {
    let desk = Desk::new();
    let tiers = [Tier::Low, Tier::High, Tier::Medium];
    let left = [None, Some(HOUR), Some(3 * DAY), Some(DAY), Some(8 * DAY), Some(90 * DAY), Some(1)];
    let mut requests: Vec<ApprovalRequest> = (1..=210_u64)
        .map(|number| {
            let tier = tiers[number as usize % 3];
            let mut request = waiting(number, tier, left[number as usize % 7]);
            // Some were asked at the same time.
            request.requested_at = at(number / 4);
            request
        })
        .collect();
    // These wait no more.
    requests[10].expires_at = Some(at(NOW));
    requests[20].lifecycle = Lifecycle::Withdrawn;
    desk.commit(commit_of(1, requests.clone())).unwrap();
    let mut expected: Vec<Urgency> = requests
        .iter()
        .filter(|request| request.lifecycle_at(at(NOW)) == Lifecycle::Open)
        .map(|request| Urgency::of(request, at(NOW)))
        .collect();
    expected.sort_unstable();
    assert_eq!(expected.len(), 208);
    for limit in [1, 7, 64, 100] {
        let all = pages(&desk, query(credit(), limit));
        assert_eq!(all.iter().map(|row| row.at).collect::<Vec<_>>(), expected, "pages of {limit}");
        assert!(all.iter().all(|row| row.at == Urgency::of(&row.request, at(NOW))));
    }
    let bands = |band| expected.iter().filter(|at| at.band == band).count();
    assert!(Band::ALL.into_iter().all(|band| bands(band) >= 20), "each band has some");
    assert_eq!(pages(&desk, query(tenant("fraud"), 10)), []);
    // The same after the swept ones are gone.
    wait(desk.store.rebuild_index()).unwrap();
    assert_eq!(pages(&desk, query(credit(), 50)).len(), 208);
    let sum: u64 =
        wait(desk.store.open_alike(&credit(), at(NOW))).unwrap().iter().map(|a| a.many).sum();
    assert_eq!(sum, 208);
}

#[test]
fn filters_narrow_and_keep_the_order() {
    let desk = Desk::new();
    let mut requests: Vec<ApprovalRequest> = (1..=60_u64)
        .map(|number| waiting(number, if number % 2 == 0 { Tier::High } else { Tier::Low }, None))
        .collect();
    for (number, request) in requests.iter_mut().enumerate() {
        if number % 3 == 0 {
            request.votes.push(CastVote {
                seq: 1,
                actor: person(9),
                role: Role::Approver,
                decision: Decision::Approved,
                attestation_sha256: Digest::of(b"vote"),
                at: at(5),
                conditions: Conditions::default(),
            });
        }
        if number % 10 == 0 {
            request.requested_by = person(70);
            request.reason = "Drift in the SELF-EMPLOYED segment, 100 % of it".to_owned();
        }
    }
    desk.commit(commit_of(1, requests)).unwrap();
    let all = query(credit(), 100);
    let search = |text: &str, requesters: Vec<ledger::Actor>| OpenQuery {
        search: Some(RequestSearch { text: text.to_owned(), requesters }),
        ..all.clone()
    };
    for (query, expected) in [
        (all.clone(), 60),
        (OpenQuery { tier: Some(Tier::High), ..all.clone() }, 30),
        (OpenQuery { kind: Some(RequestKind::Model), ..all.clone() }, 60),
        (OpenQuery { kind: Some(RequestKind::Prompt), ..all.clone() }, 0),
        (OpenQuery { requested_by: Some(person(70)), ..all.clone() }, 6),
        (OpenQuery { without_vote_of: Some(person(9)), ..all.clone() }, 40),
        (OpenQuery { without_vote_of: Some(person(8)), ..all.clone() }, 60),
        (search("M5", Vec::new()), 11),
        (search("self-employed", Vec::new()), 6),
        (search("100 %", Vec::new()), 6),
        (search("%", Vec::new()), 6),
        (search("_", Vec::new()), 0),
        (search("model", Vec::new()), 0),
        (search("no such text", vec![person(70)]), 6),
    ] {
        let found = pages(&desk, OpenQuery { limit: 4, ..query.clone() });
        assert_eq!(found.len(), expected, "{query:?}");
        assert!(found.is_sorted_by_key(|row| row.at), "{query:?}");
    }
}

#[test]
fn a_page_of_ten_thousand_costs_a_page_wherever_it_begins() {
    const ALL: u64 = 10_000;
    let desk = Desk::new();
    let requests = (1..=ALL)
        .map(|number| {
            let tier = [Tier::High, Tier::Medium, Tier::Low][number as usize % 3];
            let left = [Some(3 * DAY), Some(30 * DAY), None][number as usize % 3];
            // A handful expires today.
            waiting(number, tier, if number % 2_000 == 0 { Some(HOUR) } else { left })
        })
        .collect();
    desk.commit(commit_of(1, requests)).unwrap();
    let reader = connect::to_read(&desk.folder()).unwrap();
    let number = log::number_of(&reader, &credit()).unwrap().unwrap();
    let mut query = query(credit(), 100);
    let (mut read, mut steps) = (0, Vec::new());
    loop {
        let page = wait(desk.store.most_urgent(query.clone())).unwrap();
        let Some(last) = page.last() else { break };
        read += page.len() as u64;
        let band = query.after.map_or(Band::Today, |after| after.band);
        let (sql, values) = open_requests::page_statement(&query, number, band, 100).unwrap();
        let (plan, cost) = cost(&reader, &sql, values);
        assert!(plan.iter().any(|step| step.contains("request_open_by_urgency")), "{plan:?}");
        let bad = plan.iter().find(|step| step.contains("TEMP B-TREE") || step.starts_with("SCAN"));
        assert_eq!(bad, None, "{plan:?}");
        steps.push(cost);
        query.after = Some(last.at);
    }
    assert_eq!(read, ALL);
    assert!(steps.len() >= 100);
    // Whole rows are read for the page only; what lies in other bands is passed in the index.
    let most = steps.iter().copied().max().unwrap();
    println!("steps of {} pages: first {}, most {most}", steps.len(), steps[0]);
    assert!(most < 40 * i64::try_from(ALL).unwrap(), "{most}");
    let alike = wait(desk.store.open_alike(&credit(), at(NOW))).unwrap();
    assert_eq!((alike.len(), alike.iter().map(|alike| alike.many).sum::<u64>()), (1, ALL));
    // Negative control: the same page by a count of rows to skip is sorted.
    let skipping = "SELECT r.reason FROM request_open AS o CROSS JOIN request AS r USING (position)
         ORDER BY r.reason LIMIT 100 OFFSET 9000";
    let (plan, _) = cost(&reader, skipping, Vec::new());
    assert!(plan.iter().any(|step| step.contains("TEMP B-TREE")), "{plan:?}");
}

/// How a statement is carried out, and in how many steps of SQLite's machine.
fn cost(
    connection: &Connection,
    sql: &str,
    values: Vec<rusqlite::types::Value>,
) -> (Vec<String>, i64) {
    let mut explained = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let plan = explained
        .query_map(params_from_iter(values.clone()), |row| row.get::<_, String>(3))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut statement = connection.prepare(sql).unwrap();
    let mut rows = statement.query(params_from_iter(values)).unwrap();
    while rows.next().unwrap().is_some() {}
    drop(rows);
    (plan, i64::from(statement.get_status(StatementStatus::VmStep)))
}

#[test]
fn the_next_expiry_is_the_next_one_and_never_never() {
    let desk = Desk::new();
    let left = [None, Some(9 * DAY), Some(HOUR), Some(2 * HOUR)];
    let requests = (1..=4).map(|n| waiting(n, Tier::Low, left[n as usize - 1])).collect();
    desk.commit(commit_of(1, requests)).unwrap();
    let next = |after| wait(desk.store.next_expiry(&credit(), at(after))).unwrap();
    assert_eq!(next(NOW), Some(at(NOW + HOUR)));
    assert_eq!(next(NOW + HOUR), Some(at(NOW + 2 * HOUR)));
    assert_eq!(next(NOW + 9 * DAY), None);
    assert_eq!(wait(desk.store.next_expiry(&tenant("fraud"), at(0))).unwrap(), None);
}

#[test]
fn only_another_process_changes_what_others_wrote() {
    let desk = Desk::new();
    let before = wait(desk.store.others_wrote()).unwrap();
    desk.commit(records(&credit(), 1, 3)).unwrap();
    wait(desk.store.rebuild_index()).unwrap();
    assert_eq!(wait(desk.store.others_wrote()).unwrap(), before, "it wrote itself");
    let other = crate::SqliteStore::open(&desk.folder()).unwrap();
    wait(other.commit(records(&credit(), 4, 1))).unwrap();
    assert_ne!(wait(desk.store.others_wrote()).unwrap(), before);
}

#[test]
fn open_requests_of_before_are_ordered_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut connection = Connection::open(folder.path().join("workspace.db")).unwrap();
    migrate::migrate(&mut connection, folder.path(), &migrate::MIGRATIONS[..4]).unwrap();
    let insert = "INSERT INTO request VALUES (?1, 1, ?2, 'model/a@1', 'd', 'model', '[]', 'p', ?3,
                  'r', ?4, NULL, '{}', ?5, NULL, NULL)";
    connection.execute_batch("PRAGMA foreign_keys = off").unwrap();
    for (position, tier, expires) in
        [(11, Some("low"), Some("2026-01-02")), (12, Some("medium"), None), (13, None, None)]
    {
        let id = format!("id-{position}");
        connection
            .execute(insert, rusqlite::params![position, id, "2026-01-01", tier, expires])
            .unwrap();
        connection.execute("INSERT INTO request_open VALUES (?1)", [position]).unwrap();
    }
    connection
        .execute(insert, rusqlite::params![14, "id-14", "2026-01-01", "low", None::<&str>])
        .unwrap();
    migrate::migrate(&mut connection, folder.path(), migrate::MIGRATIONS).unwrap();
    let mut statement = connection
        .prepare("SELECT position, tenant_no, tier_rank, expires_at FROM request_open")
        .unwrap();
    let kept: Vec<(i64, i64, i64, String)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let expected = [(11, 1, 2, "2026-01-02"), (12, 1, 1, "~"), (13, 1, 0, "~")];
    assert_eq!(kept, expected.map(|(at, tenant, rank, end)| (at, tenant, rank, end.to_owned())));
}
