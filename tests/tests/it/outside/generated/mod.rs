//! A thousand bundles and a hundred smaller files, made by chance from logs on paper, half of them
//! tampered with, and read by both readers (issue "Proof", done when 3).
//!
//! Invariant: file n is the same in every run and every sample, and no two are alike. What is honest
//! holds for both readers with the same outcome, effect and list of acts; what is tampered with,
//! by an outsider or by an insider who has the log key, is refused by both.

mod insider;
mod outsider;
mod parts;
mod tale;
mod telling;

use std::collections::{BTreeMap, BTreeSet};

use insider::Lie;
use ledger::json::to_canonical;
use ledger::{Digest, Timestamp};
use serde_json::{Value, json};
use tale::Tale;
use tests::chance::Chance;
use tests::outside::{Kind, Question, Verdict, ours};
use tests::paper::{Log, MAX, Plan, at, stories};
use tests::size::rounds;

use super::{Compared, Named, compare, outside};

const SEED: u64 = 0x5eed_b0d1e5;
const BUNDLES: usize = 1_000;
const PARTS: usize = 100;

/// Who had a file in hand before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hand {
    Honest,
    Outsider,
    Insider,
}

impl Hand {
    /// Half are honest, and the other half divided between the two who tamper.
    const fn of(number: usize) -> Self {
        match number % 4 {
            0 | 1 => Self::Honest,
            2 => Self::Outsider,
            _ => Self::Insider,
        }
    }
}

/// A generated file with what is asked about it.
struct Case {
    name: String,
    hand: Hand,
    /// What there is in the log that it is of.
    traits: Vec<String>,
    question: Question,
}

/// The numbers of this run: in the usual size one of each block, wherever chance has it.
fn sample(all: usize, usual: usize) -> Vec<usize> {
    let step = all / rounds(usual, all);
    let mut chance = Chance::of_seed(SEED);
    (0..all / step).map(|block| block * step + chance.below(step)).collect()
}

fn bundle(number: usize) -> Case {
    let mut chance = Chance::of_seed(SEED.wrapping_mul(number as u64 + 1));
    let (hand, tale) = (Hand::of(number), Tale::drawn(chance.next()));
    let mut log = tale.told(Vec::new());
    let survey = log.survey();
    let (honest, told) = (log.clone(), survey.clone());
    let bundle = log.export(&log.plan(&survey));
    let good = to_canonical(&bundle).unwrap();
    let (what, file) = match hand {
        Hand::Honest => (format!("{} {}", survey.outcome, survey.effect), good),
        Hand::Outsider => outsider::changed(Kind::Bundle, &good, &mut chance),
        Hand::Insider => loop {
            let lie = Lie::drawn(&honest, &told, &mut chance);
            let file = to_canonical(&lie.told(&tale, &survey)).unwrap();
            if file != good {
                break (lie.what, file);
            }
        },
    };
    let late = i64::try_from(chance.below(20_000)).unwrap() - 400;
    let question = question(Kind::Bundle, file, &log, log.now() + late);
    Case { name: format!("{number} {hand:?}: {what}"), hand, traits: tale.traits(), question }
}

fn question(kind: Kind, file: Vec<u8>, log: &Log, at: i64) -> Question {
    let trust = to_canonical(&log.trust()).unwrap();
    let now = Timestamp::parse(&log.stamp(at)).unwrap();
    Question { kind, file, trust, now, max_age_seconds: None, artefact: None }
}

/// Both verdicts on each file: the same, and yes or no by whose hand it was in.
fn judged(cases: Vec<Case>, theirs: &[Verdict]) -> (Compared, BTreeMap<Hand, usize>) {
    let own: Vec<Verdict> = cases.iter().map(|case| ours(&case.question)).collect();
    let (mut wrong, mut counted) = (Vec::new(), BTreeMap::new());
    for (case, own) in cases.iter().zip(&own) {
        *counted.entry(case.hand).or_default() += 1;
        if own.check.is_none() != (case.hand == Hand::Honest) {
            wrong.push(format!("{}: {own:?}", case.name));
        }
    }
    let asked: Vec<Named> = cases.into_iter().map(|case| (case.name, case.question)).collect();
    let found = compare(&asked, &own, theirs);
    found.tell();
    assert!(wrong.is_empty(), "{} not as they were made: {wrong:#?}", wrong.len());
    assert!(found.apart.is_empty(), "{} differ: {:#?}", found.apart.len(), found.apart);
    (found, counted)
}

fn distinct(cases: &[Case]) -> usize {
    cases.iter().map(|case| Digest::of(&case.question.file)).collect::<BTreeSet<_>>().len()
}

#[test]
fn both_readers_agree_on_a_thousand_generated_bundles() {
    let Some(outside) = outside() else { return };
    let cases: Vec<Case> = sample(BUNDLES, 100).into_iter().map(bundle).collect();
    let count = cases.len();
    assert_eq!(distinct(&cases), count, "no two are alike");
    let questions: Vec<Question> = cases.iter().map(|case| case.question.clone()).collect();
    let mut traits: BTreeMap<String, usize> = BTreeMap::new();
    for one in cases.iter().flat_map(|case| &case.traits) {
        *traits.entry(one.clone()).or_default() += 1;
    }
    println!("outside: bundles of {} kinds of logs: {traits:?}", traits.len());
    assert!(traits.len() >= 40, "{traits:?}");
    let theirs = outside.ask(&questions);
    let of_honest = cases.iter().zip(&theirs).filter(|(case, _)| case.hand == Hand::Honest);
    let shapes: BTreeSet<_> = of_honest.filter_map(|(_, verdict)| verdict.found.clone()).collect();
    let shifted: Vec<Verdict> = theirs.iter().cycle().skip(1).take(count).cloned().collect();
    let own: Vec<Verdict> = questions.iter().map(ours).collect();
    let (found, hands) = judged(cases, &theirs);
    println!("outside: bundles, sample {count} of {BUNDLES}: {hands:?}, found {shapes:?}");
    assert!(count * 20 >= BUNDLES && shapes.len() >= 5, "{count}, {shapes:?}");
    for hand in [Hand::Honest, Hand::Outsider, Hand::Insider] {
        assert!(hands.get(&hand).is_some_and(|met| met * 8 >= count), "{hands:?}");
    }
    assert_eq!(found.yes, hands[&Hand::Honest]);
    // The control: verdicts on other bundles are seen to be others.
    let apart = own.iter().zip(&shifted).filter(|(own, other)| !own.agrees(other)).count();
    assert!(apart * 4 >= count, "{apart} of {count}");
}

#[test]
fn both_readers_agree_on_a_hundred_generated_ranges_and_proofs() {
    let Some(outside) = outside() else { return };
    let cases: Vec<Case> = sample(PARTS, PARTS).into_iter().map(parts::part).collect();
    let count = cases.len();
    assert_eq!(distinct(&cases), count, "no two are alike");
    let questions: Vec<Question> = cases.iter().map(|case| case.question.clone()).collect();
    let (found, hands) = judged(cases, &outside.ask(&questions));
    println!(
        "outside: ranges, consistency files and records, sample {count} of {PARTS}: {hands:?}"
    );
    assert!(found.yes * 2 == count && found.no * 2 == count, "{} yes", found.yes);
}

/// For each of some checks a bundle that nothing but this check refuses.
fn refused_by_one_check() -> [(&'static str, Value, Log); 5] {
    let bad_root = at("bob votes", |vote, _| {
        vote.say("/reviewed/log_root", json!(Digest::of(b"a root")));
    });
    let unproven = |bundle: &mut Value| {
        bundle["records"][1]["proof"] = bundle["records"][2]["proof"].clone();
    };
    let unsigned = |bundle: &mut Value| {
        let other = bundle["attestations"][0]["signatures"].clone();
        bundle["attestations"][1]["signatures"] = other;
    };
    let owned = |bundle: &mut Value| bundle["keys"][0]["owner"] = json!(MAX.actor);
    let listed = |plan: &mut Plan, log: &Log| plan.listed.extend([log.seq("remark")]);
    [
        ("included", Vec::new(), None, Some(unproven as fn(&mut Value))),
        ("_check_signatures", Vec::new(), None, Some(unsigned as fn(&mut Value))),
        ("_check_history", vec![bad_root], None, None),
        ("_check_complete", Vec::new(), Some(listed as fn(&mut Plan, &Log)), None),
        ("check_keys", Vec::new(), None, Some(owned as fn(&mut Value))),
    ]
    .map(|(check, twists, planned, edited)| {
        let survey = Log::told(stories::single, Vec::new()).survey();
        let mut log = Log::told(stories::single, twists);
        let mut plan = log.plan(&survey);
        planned.iter().for_each(|lie| lie(&mut plan, &log));
        let mut bundle = log.export(&plan);
        edited.iter().for_each(|lie| lie(&mut bundle));
        (check, bundle, log)
    })
}

/// The control: a reader without a check takes such a bundle, and that is seen as a verdict that
/// differs.
#[test]
fn an_outside_reader_that_leaves_one_check_out_is_seen_to_differ() {
    let Some(outside) = outside() else { return };
    for (check, bundle, log) in refused_by_one_check() {
        let asked = [question(Kind::Bundle, to_canonical(&bundle).unwrap(), &log, log.now())];
        let own = ours(&asked[0]);
        assert!(own.agrees(&outside.ask(&asked)[0]), "{check}: {own:?}");
        let lax = outside.ask_without(check, &asked);
        assert!(!own.agrees(&lax[0]), "without {check}: {own:?}, {lax:?}");
    }
    println!("outside: 5 readers that each leave one check out are seen to differ");
}
