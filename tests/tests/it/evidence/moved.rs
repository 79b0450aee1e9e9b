//! A signature that is moved says nothing where it was not made (issue "Proof", done when 4;
//! threats T9): every statement of four logs, into every record that binds one, as it was signed
//! and signed anew over the log where it is put.
//!
//! Invariant: the four logs have the same people, keys, ids and clock, and differ in workspace and
//! tenant alone. Whoever moves a statement also gives the record its actor, reason and clock, or
//! moves the whole record; the whole log and the bundle both refuse.

use std::collections::BTreeMap;

use ledger::Timestamp;
use ledger::dsse::Envelope;
use serde_json::{Value, json};
use tests::paper::stories::{self, ALONE};
use tests::paper::{
    ALL, ANN, BOB, Draft, EVE, Log, MODEL, OTHER_TENANT, OTHER_WORKSPACE, Slip, Survey, TENANT,
    WORKSPACE, at, subject,
};

use super::{NOW, asked, judge};

/// Two subjects, three requests, one of them on the subject of the first after its revocation.
fn story(log: &mut Log) {
    let policies = [log.policy("model", "high", 1, &[])];
    log.write("genesis", |log| log.genesis(ALONE, &policies));
    let policy = log.policy("model", "high", 2, &[]);
    log.write("policy", |log| log.policy_change(&policy, ALONE));
    stories::join(log, "bob", BOB, None, ALONE);
    stories::join(log, "eve", EVE, None, ALONE);
    log.write("making", |log| log.make(subject(MODEL, b"weights"), "high", ANN));
    log.write("other making", |log| log.make(subject("model/lgd@1", b"weights"), "high", ANN));
    log.write("request", |log| log.request("making", 1, ANN));
    log.write("other request", |log| log.request("other making", 2, ANN));
    log.write("bob votes", |log| log.vote("request", BOB, "APPROVED"));
    log.write("bob votes on the other", |log| log.vote("other request", BOB, "APPROVED"));
    log.write("eve votes on the other", |log| log.vote("other request", EVE, "REJECTED"));
    log.write("other final", |log| log.outcome("other request", "approval.reject"));
    log.write("eve votes", |log| log.vote("request", EVE, "APPROVED"));
    log.write("final", |log| log.outcome("request", "approval.approve"));
    log.write("revocation", |log| log.revocation("request", EVE));
    log.write("request again", |log| log.request("making", 3, ANN));
    log.write("bob votes again", |log| log.vote("request again", BOB, "APPROVED"));
    log.write("eve votes again", |log| log.vote("request again", EVE, "APPROVED"));
    log.write("final again", |log| log.outcome("request again", "approval.approve"));
}

/// A record with the statement that it binds.
#[derive(Clone)]
struct Source {
    of: String,
    step: String,
    leaf: Value,
    envelope: Envelope,
}

/// Every statement of the four logs.
fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    for workspace in [WORKSPACE, OTHER_WORKSPACE] {
        for tenant in [TENANT, OTHER_TENANT] {
            let mut log = Log::new(workspace, tenant, Vec::new());
            story(&mut log);
            assert_eq!(log.replay().findings(), &[], "the control");
            for (seq, step) in log.steps().iter().enumerate() {
                let (of, step, leaf) =
                    (format!("{workspace} {tenant}"), step.clone(), log.leaf(seq));
                let source = |envelope| Source {
                    of: of.clone(),
                    step: step.clone(),
                    leaf: leaf.clone(),
                    envelope,
                };
                found.extend(log.bound(seq).into_iter().map(source));
            }
        }
    }
    found
}

/// How a statement is put into another record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// The statement alone, as it was signed.
    Alone,
    /// The statement alone, signed anew over the log as it stands there.
    AloneAnew,
    /// The whole record.
    Whole,
    /// The whole record, signed anew.
    WholeAnew,
}

impl Way {
    const ALL: [Self; 4] = [Self::Alone, Self::AloneAnew, Self::Whole, Self::WholeAnew];

    const fn anew(self) -> bool {
        matches!(self, Self::AloneAnew | Self::WholeAnew)
    }

    /// A record is moved whole only among those of its own kind: elsewhere it is no longer there.
    fn fits(self, source: &Source, target: &Value) -> bool {
        let is_act = |leaf: &Value| leaf["metadata"]["change"].is_object();
        match self {
            Self::Alone | Self::AloneAnew => true,
            Self::Whole | Self::WholeAnew => is_act(&source.leaf) && is_act(target),
        }
    }
}

fn put(draft: &mut Draft, log: &Log, source: &Source, way: Way) {
    let text = |key: &str| source.leaf[key].as_str().unwrap().to_owned();
    draft.actor = text("actor");
    draft.reason = text("reason");
    if matches!(way, Way::Whole | Way::WholeAnew) {
        draft.action = text("action");
        draft.resource = (text("resource_type"), text("resource_id"));
        draft.metadata = source.leaf["metadata"].clone();
        draft.metadata["attestations"] = Value::Null;
    }
    if let Some(decision) = draft.metadata.get_mut("decision") {
        let statement: Value = serde_json::from_slice(source.envelope.payload()).unwrap();
        *decision = statement["predicate"]["decision"].clone();
    }
    if way.anew() {
        draft.slips = vec![signed_anew(log, source)];
    } else {
        draft.at = seconds(log, &text("timestamp_utc"));
        draft.slips = vec![Slip::Signed(source.envelope.clone())];
    }
}

fn seconds(log: &Log, stamp: &str) -> i64 {
    let [noon, at] = [&log.stamp(0), stamp].map(|text| Timestamp::parse(text).unwrap());
    at.micros_since(noon) / Timestamp::SECOND
}

/// The same words by the same person, who now looks at the log where they are put.
fn signed_anew(log: &Log, source: &Source) -> Slip {
    let mut statement: Value = serde_json::from_slice(source.envelope.payload()).unwrap();
    let signer = ALL.into_iter().find(|signer| signer.keyid() == *source.envelope.keyid()).unwrap();
    let predicate = &mut statement["predicate"];
    predicate["decided_at"] = json!(log.stamp(log.now()));
    predicate["reviewed"]["log_root"] = json!(log.past().root());
    predicate["reviewed"]["log_size"] = json!(log.now_seq());
    Slip::Open(statement, signer)
}

/// Tells the story with one statement moved, and names the checks that refuse it: in the whole log
/// and in the bundle.
fn refusals(
    survey: &Survey,
    trust: &Value,
    target: &str,
    source: &Source,
    way: Way,
) -> (String, String) {
    let what = format!("{} of {} into {target}, {way:?}", source.step, source.of);
    let moved = source.clone();
    let twist = at(target, move |draft, log| put(draft, log, &moved, way));
    let mut log = Log::new(WORKSPACE, TENANT, vec![twist]);
    story(&mut log);
    let findings = log.replay().findings().to_vec();
    let found = findings.first().unwrap_or_else(|| panic!("{what}: the log is believed"));
    let bundle = log.export(&log.plan(survey));
    let refused = judge(&bundle, trust, &asked(&log, NOW)).err();
    let refused = refused.unwrap_or_else(|| panic!("{what}: the bundle is believed"));
    (found.check.to_string(), refused.check.to_string())
}

/// The control: a statement put into its own record counts there, signed anew or not.
fn stays_good(survey: &Survey, trust: &Value, source: &Source) {
    for way in [Way::Alone, Way::AloneAnew] {
        let own = source.clone();
        let twist = at(&source.step, move |draft, log| put(draft, log, &own, way));
        let mut log = Log::new(WORKSPACE, TENANT, vec![twist]);
        story(&mut log);
        assert_eq!(log.replay().findings(), &[], "{} {way:?}", source.step);
        let bundle = log.export(&log.plan(survey));
        judge(&bundle, trust, &asked(&log, NOW)).unwrap();
    }
}

fn honest() -> (Log, Survey, Value) {
    let mut log = Log::new(WORKSPACE, TENANT, Vec::new());
    story(&mut log);
    let survey = log.survey();
    let trust = log.trust();
    let mut exported = log.clone();
    let bundle = exported.export(&exported.plan(&survey));
    let evidence = judge(&bundle, &trust, &asked(&log, NOW)).expect("the control");
    assert!(!evidence.allows() && survey.effect == "revoked");
    (log, survey, trust)
}

/// The records of the evidence that bind a statement.
fn targets(log: &Log, survey: &Survey) -> Vec<String> {
    let all = log.steps().iter().enumerate();
    let bind =
        all.filter(|(seq, step)| survey.steps.contains(*step) && !log.bound(*seq).is_empty());
    bind.map(|(_, step)| step.clone()).collect()
}

#[test]
fn no_statement_counts_in_a_record_that_it_was_not_made_for() {
    let ((log, survey, trust), sources) = (honest(), sources());
    let targets = targets(&log, &survey);
    assert_eq!((targets.len(), sources.len()), (9, 52), "{targets:?}");
    let home = format!("{WORKSPACE} {TENANT}");
    let own = |source: &&Source| source.of == home && targets.contains(&source.step);
    for source in sources.iter().filter(own) {
        stays_good(&survey, &trust, source);
    }
    let mut counted: BTreeMap<(Way, String), usize> = BTreeMap::new();
    for target in &targets {
        let leaf = log.leaf(log.seq(target));
        for source in &sources {
            if source.of == home && source.step == *target {
                continue;
            }
            for way in Way::ALL.into_iter().filter(|way| way.fits(source, &leaf)) {
                let (in_the_log, in_the_bundle) = refusals(&survey, &trust, target, source, way);
                let checks = format!("{in_the_log}, {in_the_bundle}");
                *counted.entry((way, checks)).or_default() += 1;
            }
        }
    }
    let all: usize = counted.values().sum();
    println!("evidence: {all} statements moved, all refused by log and bundle: {counted:?}");
    assert!(all >= 1_194, "{all}");
}

#[test]
fn a_final_record_names_no_votes_but_its_own() {
    let ((_, survey, trust), sources) = (honest(), sources());
    let home = format!("{WORKSPACE} {TENANT}");
    let mut tried = 0;
    for (place, own) in ["bob votes", "eve votes"].into_iter().enumerate() {
        for source in sources.iter().filter(|s| s.of != home || s.step != own) {
            let digest = json!(source.envelope.payload_sha256());
            let twist = at("final", move |draft, _| {
                draft.put(&format!("/attestations/{place}"), digest.clone());
            });
            let mut log = Log::new(WORKSPACE, TENANT, vec![twist]);
            story(&mut log);
            let what = format!("{} of {} for {own}", source.step, source.of);
            assert_eq!(log.replay().findings()[0].check.as_str(), "binding", "{what}");
            let bundle = log.export(&log.plan(&survey));
            let refused = judge(&bundle, &trust, &asked(&log, NOW)).unwrap_err();
            assert_eq!(refused.check.as_str(), "binding", "{what}: {refused}");
            tried += 1;
        }
    }
    println!("evidence: {tried} other statements named by a final record, all refused");
    assert!(tried >= 102, "{tried}");
}

/// Envelopes as they lie in a bundle: one in the place of another, whole or its signature alone.
#[test]
fn envelopes_of_a_bundle_cannot_change_places() {
    let (mut log, survey, trust) = honest();
    let bundle = log.export(&log.plan(&survey));
    let count = bundle["attestations"].as_array().unwrap().len();
    let mut tried = 0;
    for one in 0..count {
        for other in (0..count).filter(|other| *other != one) {
            let mut copied = bundle.clone();
            copied["attestations"][one] = bundle["attestations"][other].clone();
            let mut swapped = copied.clone();
            swapped["attestations"][other] = bundle["attestations"][one].clone();
            let mut signed = bundle.clone();
            signed["attestations"][one]["signatures"] =
                bundle["attestations"][other]["signatures"].clone();
            for (crooked, checks) in [
                (&copied, &["binding", "signatures", "history"][..]),
                (&swapped, &["binding"]),
                (&signed, &["signatures"]),
            ] {
                let refused = judge(crooked, &trust, &asked(&log, NOW)).unwrap_err();
                assert!(checks.contains(&refused.check.as_str()), "{one}, {other}: {refused}");
                tried += 1;
            }
        }
    }
    println!("evidence: {tried} envelopes in another's place, all refused");
    assert!(tried >= 216, "{tried}");
}
