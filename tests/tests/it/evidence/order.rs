//! The checks have an order, and the first that fails is named (formats.md, "Evidence bundle").
//!
//! Invariant: every two faults that can stand in one bundle are put into one; whoever reads it
//! names the earlier. Faults within the replay are named in the order of the records, not of the
//! checks, and have one place here.

use ledger::offline::Asked;
use ledger::{Digest, SubjectDigest};
use serde_json::{Value, json};
use tests::paper::{DEVICE, Draft, Log, Plan, STRAY, stories};

use super::refused::Lie;
use super::{NOW, asked, judge};

/// One fault, and the check that it fails.
struct Fault {
    check: &'static str,
    vote: fn(&mut Draft),
    plan: fn(&mut Plan, &Log),
    bundle: fn(&mut Value),
    trust: fn(&mut Value),
    asked: fn(&mut Asked<'_>),
}

const fn fault(check: &'static str) -> Fault {
    const fn nothing(_: &mut Value) {}
    Fault { check, vote: |_| {}, plan: |_, _| {}, bundle: nothing, trust: nothing, asked: |_| {} }
}

/// One fault of each check, in the order of the page.
fn faults() -> Vec<Fault> {
    vec![
        Fault {
            bundle: |bundle| bundle["keys"][0]["keyid"] = json!(Digest::of(b"another key")),
            ..fault("shape")
        },
        Fault { plan: |plan, _| plan.log_key = DEVICE.with_key(STRAY), ..fault("checkpoint") },
        Fault {
            trust: |trust| trust["genesis"] = json!(Digest::of(b"another genesis")),
            ..fault("genesis")
        },
        Fault {
            bundle: |bundle| bundle["records"][2]["proof"] = bundle["records"][1]["proof"].clone(),
            ..fault("inclusion")
        },
        Fault {
            bundle: |bundle| {
                let other = bundle["attestations"][1]["signatures"][0]["sig"].clone();
                bundle["attestations"][0]["signatures"][0]["sig"] = other;
            },
            ..fault("signatures")
        },
        Fault {
            bundle: |bundle| {
                let proofs = bundle["consistency"].as_object_mut().unwrap();
                let last = proofs.keys().next_back().unwrap().clone();
                proofs.remove(&last);
            },
            ..fault("history")
        },
        Fault { vote: |vote| vote.reason = "limits held".to_owned(), ..fault("binding") },
        Fault { bundle: |bundle| bundle["policy"]["approvals"] = json!(1), ..fault("policy") },
        Fault { plan: |plan, log| plan.listed.extend([log.seq("remark")]), ..fault("complete") },
        Fault { plan: |plan, _| plan.effect = "lapsed".to_owned(), ..fault("effect") },
        Fault {
            asked: |asked| asked.artefact = Some(SubjectDigest::Sha256(Digest::of(b"other"))),
            ..fault("artefact")
        },
        Fault { asked: |asked| asked.max_age_micros = Some(0), ..fault("freshness") },
    ]
}

/// The check that a bundle with these faults fails.
fn named(faults: &[&Fault]) -> String {
    let story = stories::approved_by_two;
    let honest = Log::told(story, Vec::new());
    let votes: Vec<fn(&mut Draft)> = faults.iter().map(|fault| fault.vote).collect();
    let twist = tests::paper::at("eve votes", move |draft, _| {
        votes.iter().for_each(|change| change(draft));
    });
    let mut log = Log::told(story, vec![twist]);
    let mut plan = log.plan(&honest.survey());
    faults.iter().for_each(|fault| (fault.plan)(&mut plan, &log));
    let (mut bundle, mut trust) = (log.export(&plan), honest.trust());
    let mut asked = asked(&log, NOW);
    for fault in faults {
        (fault.bundle)(&mut bundle);
        (fault.trust)(&mut trust);
        (fault.asked)(&mut asked);
    }
    match judge(&bundle, &trust, &asked) {
        Ok(_) => "none".to_owned(),
        Err(refusal) => refusal.check.to_string(),
    }
}

#[test]
fn of_two_faults_the_first_in_the_order_of_the_page_is_named() {
    let faults = faults();
    assert_eq!(named(&[]), "none", "the control");
    let mut tried = 0;
    for (at, first) in faults.iter().enumerate() {
        assert_eq!(named(&[first]), first.check);
        for second in &faults[at + 1..] {
            assert_eq!(named(&[second, first]), first.check, "and {}", second.check);
            tried += 1;
        }
    }
    println!("evidence: {tried} pairs of faults, each named by the first");
    assert!(tried >= 66, "{tried}");
}

/// The control of all lies: to change nothing at a step changes nothing.
#[test]
fn an_insider_who_changes_nothing_is_not_refused() {
    let log = Log::told(stories::groups, Vec::new());
    for step in &log.survey().steps {
        let told = Lie::about(stories::groups).at(step, |_, _| {}).tell();
        assert!(told.judged().unwrap().allows() && told.first_finding().is_none(), "{step}");
    }
}
