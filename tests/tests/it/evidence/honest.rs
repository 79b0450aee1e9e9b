//! Honest evidence of every shape holds, and says what it proves.
//!
//! Invariant: the control of everything else here: the same logs, told without a twist.

use ledger::offline::{Asked, Bundle};
use ledger::{Digest, Effect, Status, SubjectDigest};
use tests::paper::stories::{self, Story};
use tests::paper::{Log, digest, in_base64, key_entry};

use super::{NOW, asked, judge, trusted};

/// An honest log, exported, verifies with this outcome, effect and list of uncommon control.
fn check(name: &str, story: Story, outcome: Status, effect: Effect, control: &str) {
    let mut log = Log::told(story, Vec::new());
    let survey = log.survey();
    let bundle = log.export(&log.plan(&survey));
    assert_eq!(log.replay().findings(), &[], "{name}: with the record of the export");
    let bytes = ledger::json::to_canonical(&bundle).unwrap();
    let read = Bundle::parse(&bytes).unwrap();
    assert_eq!(read.to_canonical().unwrap(), bytes, "{name}: written alike");
    let asked = Asked { environment: Some("production"), ..asked(&log, NOW) };
    let evidence = read.verify(&trusted(&log.trust()), &asked);
    let evidence = evidence.unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
    assert_eq!((evidence.outcome, evidence.effect.effect), (outcome, effect), "{name}");
    let allowed = outcome == Status::Approved && effect == Effect::InForce;
    assert_eq!(evidence.allows(), allowed, "{name}: what the gate hears");
    assert_eq!(survey.outcome, outcome.to_string(), "{name}");
    assert_eq!(survey.effect, effect.to_string(), "{name}");
    let said: Vec<String> = evidence
        .control
        .iter()
        .map(|act| format!("{} {}", log.steps()[usize::try_from(act.seq).unwrap()], act.control))
        .collect();
    assert_eq!(said.join(", "), control, "{name}: what a verifier prints");
}

const GENESIS_AND_BOB: &str = "genesis single, bob is enrolled single, bob is granted single";

#[test]
fn honest_evidence_of_every_shape_holds_and_says_what_it_proves() {
    use Effect::{InForce, Lapsed, None as Nothing, Revoked, Void};
    use Status::{Approved, Rejected};
    let bob_and_eve = format!("{GENESIS_AND_BOB}, eve is enrolled single, eve is granted single");
    let with = |more: &str| format!("{GENESIS_AND_BOB}, {more}");
    let grouped = format!(
        "genesis single, policy single, {}",
        bob_and_eve.strip_prefix("genesis single, ").unwrap()
    );
    let strict = "genesis single, policy single, bob is enrolled single, bob is granted single";
    let rotated = with("bob's new key single");
    let regranted = "genesis single, bob is enrolled single, bob is granted again single";
    let recovered =
        "genesis single, ada's new key recovery, bob is enrolled single, bob is granted single";
    let cascade = "genesis single, max is enrolled single, max is granted single";
    check("single", stories::single, Approved, InForce, GENESIS_AND_BOB);
    check("dual", stories::dual, Approved, InForce, "");
    check("recovery", stories::recovery, Approved, InForce, recovered);
    check("groups", stories::groups, Approved, InForce, &grouped);
    check("two", stories::approved_by_two, Approved, InForce, &bob_and_eve);
    check("prompt", stories::prompt, Approved, InForce, GENESIS_AND_BOB);
    check("folder", stories::folder, Approved, InForce, GENESIS_AND_BOB);
    check("strict", stories::strict, Approved, InForce, strict);
    check(
        "rotated",
        stories::rotated,
        Approved,
        InForce,
        &rotated.replace("bob is enrolled single, ", ""),
    );
    check("regranted", stories::regranted, Approved, InForce, regranted);
    check("rejected", stories::rejected, Rejected, Nothing, &bob_and_eve);
    check("revoked", stories::revoked, Approved, Revoked, &bob_and_eve);
    check("conditional", stories::conditional, Approved, InForce, GENESIS_AND_BOB);
    check("lapsed", stories::lapsed, Approved, Lapsed, GENESIS_AND_BOB);
    check("void", stories::void, Approved, Void, &with("bob's key ends single"));
    check("cascade", stories::cascade, Approved, Void, cascade);
    check("retired", stories::retired, Approved, InForce, &with("bob's key ends single"));
    let back = "max is enrolled single, max is granted single, bob stays single, \
                bob looks on single, bob is back single";
    let wavering = format!("{bob_and_eve}, {back}");
    check("wavering", stories::wavering, Approved, InForce, &wavering);
    println!("evidence: 18 shapes of honest evidence hold");
}

/// Sound evidence answers what else a verifier asks: artefact, environment, age.
#[test]
fn what_a_verifier_asks_beside_soundness_is_answered_by_name() {
    let mut log = Log::told(stories::conditional, Vec::new());
    let bundle = log.export(&log.plan(&log.survey()));
    let exported = log.now() - 1;
    let file = SubjectDigest::Sha256(Digest::of(b"weights"));
    let folder = SubjectDigest::DirHash1(Digest::of(b"weights"));
    let other = SubjectDigest::Sha256(Digest::of(b"other weights"));
    let minute = Some(60_000_000);
    let ask = |artefact, max_age_micros, at| {
        let asked = Asked { artefact, max_age_micros, ..asked(&log, at) };
        judge(&bundle, &log.trust(), &asked).map(|_| ()).map_err(|refusal| refusal.check.as_str())
    };
    for (artefact, age, at, expected) in [
        (Some(file), minute, exported, Ok(())),
        (Some(file), minute, exported + 60, Ok(())),
        (Some(file), minute, exported - 300, Ok(())),
        (Some(file), minute, exported + 61, Err("freshness")),
        (Some(file), minute, exported - 301, Err("freshness")),
        (Some(folder), minute, exported, Err("artefact")),
        (Some(other), minute, exported, Err("artefact")),
        (Some(other), minute, exported + 61, Err("artefact")),
        (None, None, exported + 1_000_000, Ok(())),
    ] {
        assert_eq!(ask(artefact, age, at), expected, "{artefact:?} at {at}");
    }
    for (environment, allowed) in
        [(Some("production"), true), (Some("test"), true), (Some("prod"), false), (None, false)]
    {
        let asked = Asked { environment, ..asked(&log, exported) };
        let evidence = judge(&bundle, &log.trust(), &asked).unwrap();
        assert_eq!(evidence.allows(), allowed, "{environment:?}");
    }
    let later = judge(&bundle, &log.trust(), &asked(&log, exported + 3_600)).unwrap();
    assert_eq!(later.effect.effect, Effect::Lapsed, "a condition ends while evidence lies around");
}

/// The makers of paper write as the page has it, and not as the program happens to.
#[test]
fn paper_agrees_with_the_worked_examples() {
    let page = tests::vectors::json("countersign", "bundle.countersign.json");
    let log = Log::told(stories::single, Vec::new());
    let ours = key_entry(tests::paper::BOB.with_key(0x0b));
    let bob = page["keys"].as_array().unwrap().iter().find(|key| key["keyid"] == ours["keyid"]);
    assert_eq!(bob.unwrap()["public_key"], ours["public_key"]);
    let trust = tests::vectors::json("countersign", "trust.json");
    assert_eq!(trust["log_keys"], log.trust()["log_keys"]);
    let page_policy = &page["policy"];
    assert_eq!(digest(page_policy), digest(&log.policy("model", "low", 1, &[])));
    let hash = Digest::of(b"x");
    assert_eq!(in_base64(&[hash])[0], hash.to_base64());
}

/// The effect that an export lists is that of the records exported, at its own stamp: its verifier
/// sees no others. A clock that once ran ahead is not among them.
#[test]
fn a_stamp_of_another_record_does_not_change_the_effect_listed() {
    let story: Story = |log| {
        stories::conditional(log);
        log.write("a wrong clock", |log| {
            let mut remark = log.remark(tests::paper::ANN);
            remark.at += 100_000;
            remark
        });
        log.turn_back(100_000);
    };
    let mut log = Log::told(story, Vec::new());
    let survey = log.survey();
    assert_eq!(survey.effect, "in_force");
    let bundle = log.export(&log.plan(&survey));
    let evidence = judge(&bundle, &log.trust(), &asked(&log, NOW)).unwrap();
    assert_eq!(evidence.effect.effect, Effect::InForce);
    let whole = log.replay().meaning().newest_stamp().unwrap().to_string();
    assert!(whole > log.stamp(90_000), "the whole log has seen a later time");
}
