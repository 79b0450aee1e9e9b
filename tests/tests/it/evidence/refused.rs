//! A lie: a story with an insider in it, how it is exported, and what must be said of it.
//!
//! Invariant: apart from the lie everything is in order: the crooked log is hashed, signed and
//! proven anew, exported with the records of its honest twin, and judged by the trust file that the
//! verifier got while the log was honest (that the stories hold untwisted is `honest`'s). The words of the refusal are compared too, so that a case
//! proves the very demand that it was made for.

use ledger::json::to_canonical;
use ledger::offline::{Bundle, Evidence, Trust};
use ledger::replay::{Finding, Refusal};
use serde_json::Value;
use tests::paper::stories::Story;
use tests::paper::{Draft, Log, Plan, Twist, at, before, skip};

use super::{NOW, asked};

/// A crooked log and its export.
#[derive(Clone)]
pub(super) struct Lie {
    story: Story,
    twists: Vec<Twist>,
    plan: fn(&mut Plan, &Log),
    bundle: fn(&mut Value, &Log),
    trust: fn(&mut Value, &Log),
    log_holds: bool,
}

/// A crooked log with what was exported of it.
pub(super) struct Told {
    pub(super) log: Log,
    pub(super) bundle: Value,
    pub(super) trust: Value,
}

impl Lie {
    pub(super) fn about(story: Story) -> Self {
        let (plan, bundle, trust) = (|_: &mut Plan, _: &Log| {}, nothing, nothing);
        Self { story, twists: Vec::new(), plan, bundle, trust, log_holds: true }
    }

    /// The log itself is in order, only not the one that the verifier knows.
    pub(super) fn in_a_log_that_holds(self) -> Self {
        Self { log_holds: true, ..self }
    }

    /// The record of a step is another one.
    pub(super) fn at(self, step: &str, change: impl Fn(&mut Draft, &Log) + 'static) -> Self {
        self.twisted(at(step, change))
    }

    /// Records are written before a step; they are exported only when they are planned.
    pub(super) fn before(self, step: &str, write: impl Fn(&mut Log) + 'static) -> Self {
        self.twisted(before(step, write))
    }

    /// A step is left out of the log.
    pub(super) fn without(self, step: &str) -> Self {
        self.twisted(skip(step))
    }

    /// Other records are listed, or held.
    pub(super) fn planned(self, plan: fn(&mut Plan, &Log)) -> Self {
        Self { plan, ..self }
    }

    /// The bundle is changed when it is made.
    pub(super) fn edited(self, bundle: fn(&mut Value, &Log)) -> Self {
        Self { bundle, ..self }
    }

    /// The verifier has another trust file.
    pub(super) fn trusted(self, trust: fn(&mut Value, &Log)) -> Self {
        Self { trust, ..self }
    }

    /// What is twisted before the export, whoever reads the whole log sees too.
    fn twisted(mut self, twist: Twist) -> Self {
        self.log_holds &= twist.step() == "export";
        self.twists.push(twist);
        self
    }

    pub(super) fn tell(&self) -> Told {
        let honest = Log::told(self.story, Vec::new());
        let survey = honest.survey();
        let mut log = Log::told(self.story, self.twists.clone());
        let mut plan = log.plan(&survey);
        (self.plan)(&mut plan, &log);
        let mut bundle = log.export(&plan);
        (self.bundle)(&mut bundle, &log);
        assert_eq!(log.twisted().len(), self.twists.len(), "a twist found no step");
        let mut trust = honest.trust();
        (self.trust)(&mut trust, &log);
        Told { log, bundle, trust }
    }
}

/// The record of a step is listed and held as well.
pub(super) fn with(plan: &mut Plan, log: &Log, step: &str) {
    plan.listed.insert(log.seq(step));
    plan.held.insert(log.seq(step));
}

fn nothing(_: &mut Value, _: &Log) {}

impl Told {
    /// The bundle, judged; one that no writer would write is judged by the bytes it would have.
    pub(super) fn judged(&self) -> Result<Evidence, Refusal> {
        let trust = Trust::parse(&to_canonical(&self.trust).unwrap()).unwrap();
        let bundle = Bundle::parse(&to_canonical(&self.bundle).unwrap())?;
        bundle.verify(&trust, &asked(&self.log, NOW))
    }

    /// What does not hold first when the whole log is read.
    pub(super) fn first_finding(&self) -> Option<Finding> {
        self.log.replay().findings().first().cloned()
    }
}

/// A lie with its name, the check that must refuse it, and words of that refusal.
pub(super) type Case = (&'static str, &'static str, &'static str, Lie);

/// Every lie is refused by its check, by the bundle and, where it is in the log, by whoever reads
/// the whole log.
pub(super) fn check_all(what: &str, floor: usize, cases: &[Case]) {
    for (name, check, words, lie) in cases {
        let told = lie.tell();
        let refusal = match told.judged() {
            Ok(evidence) => panic!("{name}: accepted, {} {:?}", evidence.outcome, evidence.effect),
            Err(refusal) => refusal,
        };
        assert_eq!(refusal.check.as_str(), *check, "{name}: {refusal}");
        assert!(refusal.detail.contains(words), "{name}: {refusal}");
        match (told.first_finding(), lie.log_holds) {
            (None, true) => {}
            (Some(found), false) => assert_eq!(found.check.as_str(), *check, "{name}: {found}"),
            (found, _) => panic!("{name}: in the whole log {found:?}"),
        }
    }
    println!("evidence: {} {what}, each refused by its check", cases.len());
    assert!(cases.len() >= floor, "{} {what}", cases.len());
}
