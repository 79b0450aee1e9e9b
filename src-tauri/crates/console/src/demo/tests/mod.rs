//! The demo, made whole and judged by the ledger's own rules.

mod judge;
mod unfinished;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use ledger::{CorrelationId, Timestamp};

use self::judge::{judge_content, judge_log, judge_people, judge_tenants, log, told};
use self::unfinished::FailingKeychain;
use super::*;
use crate::edge::SystemEntropy;
use crate::keychain::{Keychain, MemoryKeychain};
use crate::login::Nobody;

/// A Tuesday afternoon.
const NOW: &str = "2026-11-24T14:05:02.345678Z";

/// The click on "Explore the demo".
const CLICK: &str = "01930000-0000-7000-8000-0000000000c1";

struct FixedClock(Timestamp);

impl crate::Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

fn edge(keychain: Arc<dyn Keychain>) -> Edge {
    Edge {
        clock: Arc::new(FixedClock(Timestamp::parse(NOW).unwrap())),
        entropy: Arc::new(SystemEntropy),
        keychain: KeychainThread::start(keychain).unwrap(),
        login: Arc::new(Nobody),
        encryption_key: None,
        settings: None,
        data: None,
    }
}

struct Made {
    told: Vec<String>,
    passphrase: String,
    id: String,
}

async fn make(folder: &Path, edge: Edge, keys: DemoKeys) -> DemoReport {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hearing = Arc::clone(&heard);
    let progress: Progress = Arc::new(move |view| hearing.lock().unwrap().push(view.per_mille));
    let started = Instant::now();
    let click = CorrelationId::parse(CLICK).unwrap();
    let report = ids::under(click, create(folder, &edge, keys, progress)).await.unwrap();
    println!("the demo was made in {:.1} s", started.elapsed().as_secs_f64());
    let heard = heard.lock().unwrap();
    assert!(heard.is_sorted() && heard.last() == Some(&1000), "{heard:?}");
    report
}

async fn judged(folder: &Path) -> Made {
    let keychain = Arc::new(MemoryKeychain::default());
    let edge = edge(Arc::clone(&keychain) as Arc<dyn Keychain>);
    let report = make(folder, edge.clone(), DemoKeys::Keychain).await;
    let workspace = Workspace::open(folder, edge.keychain.clone(), edge).await.unwrap();
    assert!(workspace.is_demo() && workspace.key_storage() == KeyStorage::Keychain);
    let names: BTreeMap<String, String> = workspace
        .store
        .people()
        .await
        .unwrap()
        .into_iter()
        .map(|person| (person.id.to_string(), person.title))
        .collect();
    assert_eq!(names.len(), report.people.len());
    let mut all = Vec::new();
    for tenant in workspace.log_ids().await.unwrap() {
        assert_eq!(workspace.alarm(&tenant), None, "{tenant}");
        let log = log(&workspace, &tenant).await;
        judge_log(&workspace, &tenant, &log).await;
        all.extend(told(&log.records, &names));
    }
    judge_people(&workspace, &report).await;
    judge_tenants(&workspace, &report).await;
    let passphrase = report.people[0].passphrase.expose().to_owned();
    let kept = keychain.read(&ItemName::demo(workspace.id())).unwrap().unwrap();
    assert_eq!(kept.expose(), passphrase, "the signing window can show it");
    Made { told: all, passphrase, id: workspace.id().to_string() }
}

#[test]
fn it_is_founded_a_year_ago_on_a_weekday_before_the_first_act() {
    let catalogue = content::catalogue().unwrap();
    let mut weekdays = BTreeSet::new();
    for days in 0..14 {
        for minutes in [0, 5, 500, 845, 1_439] {
            let now = Timestamp::parse("2026-11-16T00:00:00.000000Z").unwrap();
            let now = now.plus_micros(days * DAY + minutes * MINUTE).unwrap();
            let founded = founding_time(now).unwrap();
            let age = now.micros_since(founded);
            assert!((363 * DAY..368 * DAY).contains(&age), "{now} {founded}");
            assert!(moment(founded).weekday <= FRIDAY, "{founded}");
            weekdays.insert(moment(now).weekday);
            let first = &content::timeline(&catalogue, moment(now))[0];
            assert!(age > first.seconds_before_now * Timestamp::SECOND + 4 * 60 * MINUTE, "{now}");
        }
    }
    assert_eq!(weekdays.len(), 7);
}

#[tokio::test]
async fn two_demos_tell_the_same_year_under_other_ids_and_keys() {
    let place = tempfile::tempdir().unwrap();
    let first = judged(&place.path().join("one")).await;
    let second = judged(&place.path().join("two")).await;
    println!("{} records in each", first.told.len());
    assert!(first.told.len() > 3_000, "a floor under what was compared");
    for (number, (one, two)) in first.told.iter().zip(&second.told).enumerate() {
        assert_eq!(one, two, "record {number}");
    }
    assert_eq!(first.told.len(), second.told.len());
    assert_ne!(first.id, second.id);
    assert_ne!(first.passphrase, second.passphrase);
}

#[tokio::test]
async fn a_demo_with_a_key_file_holds_what_its_content_says_and_leaves_the_keychain_alone() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("demo");
    let edge = edge(Arc::new(FailingKeychain::after(0)));
    let report = make(&folder, edge.clone(), DemoKeys::KeyFile { secret: None }).await;
    let file = KeyFile::open(&folder, &report.people[0].passphrase).unwrap();
    let keys = KeychainThread::start(Arc::new(file)).unwrap();
    let workspace = Workspace::open(&folder, keys, edge).await.unwrap();
    assert_eq!(workspace.key_storage(), KeyStorage::KeyFile);
    for tenant in workspace.log_ids().await.unwrap() {
        assert_eq!(workspace.alarm(&tenant), None, "{tenant}");
        let anchor = workspace.keys.read(&ItemName::anchor(workspace.id(), &tenant)).await;
        assert!(anchor.unwrap().is_some(), "{tenant}");
    }
    judge_content(&workspace).await;
}
