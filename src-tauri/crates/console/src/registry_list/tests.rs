//! Looks at a list, as data.

use std::collections::{BTreeMap, BTreeSet};

use ledger::statement::Conditions;
use ledger::{Actor, Lifecycle, Name, RequestId, Status, Tier, Timestamp};
use store::{RequestStanding, VersionStanding};

use super::*;

const NOW: u64 = 1_000;

fn id(number: u64) -> String {
    format!("01930000-0000-7000-8000-{number:012x}")
}

fn person(number: u64) -> Actor {
    Actor::parse(&format!("person/{}", id(number))).unwrap()
}

fn at(second: u64) -> Timestamp {
    let second = i64::try_from(second).unwrap();
    Timestamp::from_micros(1_790_000_000_000_000 + second * Timestamp::SECOND).unwrap()
}

/// A version that waits, made by a record of this number, at that second, by person 1.
fn waiting(name: &str, version: &str, seq: u64) -> VersionStanding {
    VersionStanding {
        name: Name::parse(name).unwrap(),
        version: version.to_owned(),
        seq,
        tier: Tier::Medium,
        author: person(1),
        created_at: at(seq),
        status: Status::Pending,
        request: Some(RequestStanding {
            id: RequestId::parse(&id(0x30_0000 + seq)).unwrap(),
            status: Status::Pending,
            lifecycle: Lifecycle::Open,
            expires_at: None,
            decided_seq: None,
            revoked_seq: None,
            conditions: Conditions::default(),
        }),
    }
}

fn decided(mut version: VersionStanding, status: Status) -> VersionStanding {
    version.status = status;
    if let Some(request) = &mut version.request {
        request.status = status;
        request.lifecycle = Lifecycle::Decided;
        request.decided_seq = Some(version.seq + 100);
    }
    version
}

fn approved(name: &str, version: &str, seq: u64) -> VersionStanding {
    decided(waiting(name, version, seq), Status::Approved)
}

fn with(
    mut version: VersionStanding,
    change: impl FnOnce(&mut RequestStanding),
) -> VersionStanding {
    change(version.request.as_mut().unwrap());
    version
}

fn list(versions: Vec<VersionStanding>) -> RegistryList {
    let mut names: BTreeMap<String, Vec<VersionStanding>> = BTreeMap::new();
    for version in versions {
        names.entry(NameEntry::key_of(&version.name)).or_default().push(version);
    }
    let mut list = RegistryList::default();
    for entry in names.into_values().filter_map(NameEntry::of) {
        list.put(entry);
    }
    list
}

/// Six names: one in force, one with an earlier version in force, one that lapsed, one revoked, one
/// rejected, one that waits.
fn six() -> RegistryList {
    let lapsed = with(approved("lapsed", "1", 5), |request| {
        request.conditions.expires_at = Some(at(NOW));
    });
    let revoked = with(approved("revoked", "1", 6), |request| request.revoked_seq = Some(200));
    list(vec![
        VersionStanding { tier: Tier::High, ..approved("Alpha/one", "1", 1) },
        approved("beta", "1", 2),
        approved("beta", "2", 3),
        VersionStanding { author: person(2), ..waiting("beta", "3", 4) },
        lapsed,
        revoked,
        decided(waiting("refused", "1", 7), Status::Rejected),
        VersionStanding { tier: Tier::Low, ..waiting("zeta", "1", 8) },
    ])
}

struct Asked<'a> {
    narrowed: Narrowed,
    order: Order,
    after: Option<&'a str>,
    rows: usize,
    void: BTreeSet<RequestId>,
}

impl Default for Asked<'_> {
    fn default() -> Self {
        let (narrowed, void) = (Narrowed::default(), BTreeSet::new());
        Self { narrowed, order: Order::Name, after: None, rows: 100, void }
    }
}

impl Asked<'_> {
    /// Names of the page, how many there are in all, and where the next one begins.
    fn of(&self, list: &RegistryList) -> (Vec<String>, usize, Option<String>) {
        let looked = list.look(&Look {
            narrowed: &self.narrowed,
            order: self.order,
            after: self.after.map(|after| Place::read(after).unwrap()),
            rows: self.rows,
            now: at(NOW),
            void: &self.void,
        });
        let names = looked.page.iter().map(|entry| entry.newest().name.to_string());
        (names.collect(), looked.total, looked.next)
    }
}

#[test]
fn a_list_is_narrowed_by_name_state_tier_and_author() {
    let list = six();
    let check = |narrowed: Narrowed, expected: &[&str]| {
        let (names, total, next) =
            Asked { narrowed: narrowed.clone(), ..Asked::default() }.of(&list);
        assert_eq!(names, expected, "{narrowed:?}");
        assert_eq!((total, next), (expected.len(), None), "{narrowed:?}");
    };
    let all = Narrowed::default;
    let state = |state| Narrowed { state: Some(state), ..all() };
    let containing = |text: &str| Narrowed { containing: Some(text.to_owned()), ..all() };
    check(all(), &["Alpha/one", "beta", "lapsed", "refused", "revoked", "zeta"]);
    check(containing("pha/o"), &["Alpha/one"]);
    check(containing("eta"), &["beta", "zeta"]);
    check(containing("%"), &[]);
    check(containing("one\nbeta"), &[]);
    check(containing("a\n"), &[]);
    check(containing("zeta"), &["zeta"]);
    check(containing("e"), &["Alpha/one", "beta", "lapsed", "refused", "revoked", "zeta"]);
    check(state(State::InForce), &["Alpha/one", "beta"]);
    check(state(State::NotInForce), &["lapsed", "refused", "revoked", "zeta"]);
    check(state(State::Waiting), &["beta", "zeta"]);
    check(state(State::Rejected), &["refused"]);
    check(state(State::Ended), &["lapsed", "revoked"]);
    check(Narrowed { tier: Some(Tier::High), ..all() }, &["Alpha/one"]);
    check(Narrowed { author: Some(person(2)), ..all() }, &["beta"]);
    check(Narrowed { author: Some(person(3)), ..all() }, &[]);
    check(Narrowed { tier: Some(Tier::Low), ..state(State::Waiting) }, &["zeta"]);
    check(Narrowed { tier: Some(Tier::High), ..state(State::Waiting) }, &[]);
}

#[test]
fn of_several_in_force_the_one_approved_last_is_told_and_what_is_void_is_not() {
    let list = six();
    let beta = &list.entries[1];
    let in_force = |void: &BTreeSet<RequestId>| {
        beta.in_force(at(NOW), void).map(|version| version.version.clone())
    };
    let request = |seq: u64| RequestId::parse(&id(0x30_0000 + seq)).unwrap();
    assert_eq!(in_force(&BTreeSet::new()).as_deref(), Some("2"));
    assert_eq!(in_force(&BTreeSet::from([request(3)])).as_deref(), Some("1"));
    assert_eq!(in_force(&BTreeSet::from([request(2), request(3)])), None);
    let void = BTreeSet::from([request(1)]);
    let narrowed = Narrowed { state: Some(State::Ended), ..Narrowed::default() };
    let (names, ..) = Asked { narrowed, void, ..Asked::default() }.of(&list);
    assert_eq!(names, ["Alpha/one", "lapsed", "revoked"]);
}

#[test]
fn pages_go_on_behind_the_last_row_in_every_order() {
    let tiers = [Tier::High, Tier::Medium, Tier::Low];
    let versions = (0..230_u64).flat_map(|number| {
        let name = format!("{}-{:03}", if number % 2 == 0 { "Fraud" } else { "kyc" }, number);
        (0..=number % 3).map(move |version| VersionStanding {
            tier: tiers[usize::try_from(number % 3).unwrap()],
            created_at: at(number / 7),
            ..waiting(&name, &version.to_string(), number)
        })
    });
    let list = list(versions.collect());
    let orders = [
        Order::Name,
        Order::NameBack,
        Order::Newest,
        Order::Oldest,
        Order::MostVersions,
        Order::FewestVersions,
        Order::HighestTier,
        Order::LowestTier,
    ];
    for order in orders {
        let whole = Asked { order, rows: 1_000, ..Asked::default() }.of(&list).0;
        for narrowed in [None, Some("fraud".to_owned())] {
            let narrowed = Narrowed { containing: narrowed, ..Narrowed::default() };
            let fits = |name: &&String| {
                let text = narrowed.containing.as_deref().unwrap_or_default();
                name.to_lowercase().contains(text)
            };
            let expected: Vec<String> = whole.iter().filter(fits).cloned().collect();
            let (mut seen, mut after) = (Vec::new(), None::<String>);
            loop {
                let asked = Asked { order, after: after.as_deref(), rows: 50, ..Asked::default() };
                let (names, total, next) = Asked { narrowed: narrowed.clone(), ..asked }.of(&list);
                assert_eq!(total, expected.len(), "{order:?}");
                seen.extend(names);
                after = next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(seen, expected, "{order:?}");
        }
    }
    let first = |order| Asked { order, ..Asked::default() }.of(&list).0.remove(0);
    let firsts: Vec<String> = orders.into_iter().map(first).collect();
    let expected = [
        "Fraud-000",
        "kyc-229",
        "Fraud-224",
        "Fraud-000",
        "Fraud-002",
        "Fraud-000",
        "Fraud-000",
        "Fraud-002",
    ];
    assert_eq!(firsts, expected);
}

#[test]
fn a_page_goes_on_where_its_last_row_was_though_it_has_gone_or_changed() {
    let mut list = six();
    let page = Asked { rows: 2, ..Asked::default() };
    let (_, _, next) = page.of(&list);
    assert_eq!(next.as_deref(), Some("0 beta"));
    list.put(NameEntry::of(vec![waiting("bet", "1", 20)]).unwrap());
    list.put(NameEntry::of(vec![waiting("beta2", "1", 21)]).unwrap());
    let (names, total, _) = Asked { after: next.as_deref(), ..page }.of(&list);
    assert_eq!((names, total), (vec!["beta2".to_owned(), "lapsed".to_owned()], 8));
    for text in ["", "beta", "x beta", "1"] {
        assert_eq!(Place::read(text), None, "{text:?}");
    }
}

#[test]
fn a_name_that_changed_stands_once_and_its_author_with_it() {
    let mut list = six();
    let authors = |list: &RegistryList| list.authors().cloned().collect::<Vec<_>>();
    assert_eq!(authors(&list), [person(1), person(2)]);
    let newer = VersionStanding { author: person(3), ..waiting("BETA", "4", 30) };
    list.put(NameEntry::of(vec![newer]).unwrap());
    assert_eq!((list.len(), authors(&list)), (6, vec![person(1), person(3)]));
    let first = Asked { order: Order::Newest, ..Asked::default() }.of(&list).0.remove(0);
    assert_eq!(first, "BETA", "an order that was asked for before is reckoned anew");
}
