//! The table of models at ten thousand entries, at the command layer (performance.md, row 11): what
//! the page asks for, and what it is told.
//!
//! Invariant: the models were registered and some of them approved through the core; whoever looks
//! sits at a desk, and each look is authorised as theirs. A page is what crosses to the window, as
//! bytes.

use std::hint::black_box;
use std::time::{Duration, Instant};

use console::Passphrase;
use console::desk::Desk;
use console::views::{RegistryFilter, RegistryOrder, RegistryPage, RegistryState};
use ledger::{Decision, Tier};
use tests::chance::Chance;
use tests::house::{self, BOB, House, PASSPHRASE, VIC};
use tokio::runtime::Runtime;

use crate::figures::{Reach, measure_each};

const MODELS: usize = 10_000;
/// One in so many is in force.
const APPROVED: usize = 50;
const LOOKS: usize = 2_000;
const REACH: Reach = Reach { percentile: 99, below: Duration::from_millis(1) };
/// Each after another process wrote: its records are read first, and roles with them.
const AFTER_WRITES: usize = 200;
const AFTER_WRITE: Reach = Reach { percentile: 99, below: Duration::from_millis(5) };
const AREAS: [&str; 8] =
    ["aml", "affordability", "card-fraud", "churn", "collections", "credit", "deposit", "kyc"];

pub(crate) fn run() -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let house = runtime.block_on(furnished());
    let desk = runtime.block_on(sat_down(&house));
    let looks = Looks { runtime: &runtime, desk: &desk };
    let began = Instant::now();
    let first = looks.page(None, RegistryFilter::default());
    println!("the first look at them took {:.1} ms", began.elapsed().as_secs_f64() * 1e3);
    assert_eq!((first.rows.len(), first.total as usize), (100, MODELS));
    let [all, found, narrowed] = looks.checked();
    let usual = (LOOKS, REACH);
    let mut reached = looks.timed("a page of 100 of 10,000 models", usual, &all, || ());
    reached &= looks.timed("the same, found by a part of the name", usual, &found, || ());
    reached &= looks.timed("the same, in force, medium, newest first", usual, &narrowed, || ());
    let mut written = 0;
    reached
        & looks.timed(
            "the first page after somebody wrote",
            (AFTER_WRITES, AFTER_WRITE),
            &all[..1],
            || {
                written += 1;
                runtime.block_on(house.write(&format!("prompt-{written}"), 0, None));
            },
        )
}

/// What is asked: the row before the page, and what narrows it.
type Asked = (Option<String>, RegistryFilter);

struct Looks<'a> {
    runtime: &'a Runtime,
    desk: &'a Desk,
}

impl Looks<'_> {
    fn page(&self, after: Option<String>, filter: RegistryFilter) -> RegistryPage {
        self.runtime.block_on(self.desk.models(after, Some(filter))).unwrap()
    }

    /// Every page of everything, searches that find little and much, and a narrowed table in another
    /// order; each leads through all that fit.
    fn checked(&self) -> [Vec<Asked>; 3] {
        let all = self.pages(&RegistryFilter::default(), MODELS);
        assert_eq!(all.len(), MODELS / 100);
        let mut chance = Chance::of_seed(11);
        let searches = (0..200).map(|_| {
            let search = match chance.below(3) {
                0 => format!("-{:05}", chance.below(MODELS)),
                1 => format!("D-{}", chance.below(100)),
                _ => AREAS[chance.below(AREAS.len())].to_uppercase(),
            };
            (None, RegistryFilter { search: Some(search), ..RegistryFilter::default() })
        });
        let narrowed = RegistryFilter {
            state: Some(RegistryState::InForce),
            tier: Some("medium".to_owned()),
            order: Some(RegistryOrder::Newest),
            ..RegistryFilter::default()
        };
        let in_force = self.pages(&narrowed, MODELS / APPROVED);
        [all, searches.collect(), in_force]
    }

    fn pages(&self, filter: &RegistryFilter, names: usize) -> Vec<Asked> {
        let (mut asked, mut after, mut seen) = (Vec::new(), None, 0);
        loop {
            let page = self.page(after.clone(), filter.clone());
            assert_eq!(page.total as usize, names);
            seen += page.rows.len();
            asked.push((after, filter.clone()));
            after = page.next;
            if after.is_none() {
                assert_eq!(seen, names);
                return asked;
            }
        }
    }

    fn timed(
        &self,
        what: &str,
        (times, reach): (usize, Reach),
        asked: &[Asked],
        mut before: impl FnMut(),
    ) -> bool {
        let mut chance = Chance::of_seed(12);
        let mut prepared: Vec<Asked> =
            (0..times + times / 10).map(|_| asked[chance.below(asked.len())].clone()).collect();
        let look = |(after, filter): Asked| {
            let page = self.page(after, filter);
            black_box(serde_json::to_vec(&page).unwrap());
        };
        let prepare = || {
            before();
            prepared.pop().unwrap()
        };
        measure_each(what, times, reach, prepare, look)
    }
}

/// A house with so many models, one in fifty of them approved.
async fn furnished() -> House {
    let (house, began) = (House::new().await, Instant::now());
    for number in 0..MODELS {
        let (tier, approved) = match number % APPROVED {
            0 => (Tier::Medium, true),
            1..25 => (Tier::Low, false),
            _ => (Tier::High, false),
        };
        let name = format!("{}-{number:05}", AREAS[number % AREAS.len()]);
        let made = house.register(&name, tier).await;
        if approved {
            house.decide(BOB, &made.request_id, Decision::Approved).await.unwrap();
        }
    }
    println!("{MODELS} models, registered in {:.1} s", began.elapsed().as_secs_f64());
    house
}

async fn sat_down(house: &House) -> Desk {
    let edge = console::Edge {
        settings: Some(house.place.join("../settings")),
        data: Some(house.place.join("..")),
        ..house.edge.clone()
    };
    let desk = Desk::new(edge, std::sync::Arc::new(|_| ()));
    let seated = async {
        desk.open_folder(Some(house.place.clone())).await?;
        desk.sign_in(house::person(VIC).to_string()).await?;
        desk.answer_sign_in(Passphrase::new(PASSPHRASE.to_owned())).await
    };
    seated.await.unwrap();
    desk
}
