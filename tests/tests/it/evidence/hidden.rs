//! What a bundle by itself cannot tell (formats.md, "Not proven by a bundle"), and what the range
//! [0, n) of the same log then does; and what is sound evidence of a decision that no gate lets in.
//!
//! Invariant: a lie by omission is accepted here on purpose, and the same checkpoint's range is
//! read to the end and shows it. If a bundle ever learns to tell, these cases move to `insiders`.

use ledger::offline::RangeReader;
use ledger::{Control, Effect};
use tests::paper::stories::{self, ALONE, Story, TOGETHER};
use tests::paper::{ADA, ANN, BOB, By, EVE, Log, MAX, Signer, Slip};

use super::refused::{Lie, Told};
use super::{NOW, asked, judge, trusted};

/// Reads the range [0, n) by the verifier's trust file, and gives the check that its records fail.
fn whole_log(told: &Told) -> String {
    let size = told.log.now_seq();
    let range = told.log.range(0, size, size).bytes();
    let mut lines = range.strip_suffix(b"\n").unwrap().split(|byte| *byte == b'\n');
    let mut reader = RangeReader::begin(lines.next().unwrap(), &trusted(&told.trust)).unwrap();
    for line in lines {
        reader.leaf(line).unwrap();
    }
    assert_eq!(reader.finish().unwrap().end, size, "the whole log is there");
    told.first_finding().map_or("nothing".to_owned(), |finding| finding.check.to_string())
}

#[test]
fn what_is_left_out_of_a_bundle_is_found_in_the_range() {
    let single = || Lie::about(stories::single);
    let cases = [
        ("a rejection that ended it", "binding", {
            Lie::about(stories::approved_by_two)
                .before("eve votes", |log| {
                    log.write("ada votes", |log| log.vote("request", ADA, "REJECTED"));
                    log.write("the end", |log| log.outcome("request", "approval.reject"));
                })
                .at("final", |draft, _| {
                    draft.metadata["attestations"].as_array_mut().unwrap().remove(1);
                })
        }),
        ("a stronger policy", "policy", {
            single()
                .before("making", |log| {
                    let policy = log.policy("model", "low", 2, &[]);
                    log.write("policy", |log| log.policy_change(&policy, ALONE));
                })
                .at("request", |asked, log| {
                    let weak = log.policy("model", "low", 1, &[]);
                    asked.put("/policy_sha256", tests::paper::digest(&weak));
                })
        }),
        ("a key that was retired", "keys", {
            single().before("bob votes", |log| {
                log.write("bob's key ends", |log| log.key_revoke(BOB, "retired", 0, ALONE));
            })
        }),
        ("a role that was taken", "authority", {
            single()
                .before("bob votes", |log| {
                    log.write("bob is revoked", |log| log.role_revoke(BOB, ALONE));
                })
                .at("bob votes", |vote, _| vote.say("/reviewer/role", "APPROVER"))
        }),
        ("the first use of a grant", "binding", {
            Lie::about(stories::regranted).at("bob is granted again", |act, log| {
                let first = log.seq("bob is granted");
                act.put("/change", log.leaf(first)["metadata"]["change"].clone());
                act.slips = log.bound(first).into_iter().map(Slip::Signed).collect();
            })
        }),
        ("that there was a second admin", "authority", {
            Lie::about(stories::dual).at("bob is granted", |act, _| {
                act.slips.truncate(1);
                act.put("/control", "single");
                ADA.actor.clone_into(&mut act.actor);
            })
        }),
    ];
    for (name, check, lie) in &cases {
        let told = lie.tell();
        let evidence = told.judged().unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        let single = evidence.control.iter().any(|act| act.control == Control::Single);
        assert!(single, "{name}: what was done alone is printed");
        assert_eq!(whole_log(&told), *check, "{name}");
    }
    assert_eq!(whole_log(&single().tell()), "nothing", "the control: an honest log");
    println!("evidence: {} lies by omission, each found in the range [0, n)", cases.len());
    assert!(cases.len() >= 6);
}

/// Max is an admin, made by Ada alone, whose key is found compromised from a step on.
fn with_max(log: &mut Log, since: &str, until_the_final_record: Story) {
    let policies = [log.policy("model", "high", 2, &[]), log.policy("model", "low", 1, &[])];
    log.write("genesis", |log| log.genesis(ALONE, &policies));
    log.write("max is enrolled", |log| log.key_enroll(MAX, ALONE));
    log.write("max is granted", |log| log.role_grant(MAX, "ADMIN", None, ALONE));
    until_the_final_record(log);
    let since = log.seq(since) as u64;
    log.write("max's key ends", |log| log.key_revoke(MAX, "compromised", since, TOGETHER));
}

fn ask(log: &mut Log, tier: &str, votes: &[(&str, Signer)]) {
    let made = tests::paper::subject(tests::paper::MODEL, b"weights");
    log.write("making", |log| log.make(made, tier, ANN));
    log.write("request", |log| log.request("making", 1, ANN));
    for (who, person) in votes {
        stories::vote(log, who, *person, "APPROVED");
    }
    stories::finish(log, "approval.approve");
}

fn enrol(log: &mut Log, who: &str, person: Signer, by: By) {
    log.write(&format!("{who} is enrolled"), |log| log.key_enroll(person, by));
}

fn grant(log: &mut Log, who: &str, person: Signer, role: &str, by: By) {
    log.write(&format!("{who} is granted"), |log| log.role_grant(person, role, None, by));
}

/// What Max's key signed from some step on, and whether the approval stands without it.
const WITHOUT_MAX: [(&str, Effect, Story); 9] = [
    ("the vote", Effect::Void, |log| {
        with_max(log, "max votes", |log| ask(log, "low", &[("max", MAX)]));
    }),
    ("one of two votes", Effect::Void, |log| {
        with_max(log, "max votes", |log| {
            stories::join(log, "bob", BOB, None, TOGETHER);
            ask(log, "high", &[("max", MAX), ("bob", BOB)]);
        });
    }),
    ("the enrolment of the voter", Effect::Void, |log| {
        with_max(log, "bob is enrolled", |log| {
            grant(log, "bob", BOB, "APPROVER", TOGETHER);
            enrol(log, "bob", BOB, By::Dual(MAX, ADA));
            ask(log, "low", &[("bob", BOB)]);
        });
    }),
    ("the role of the voter", Effect::Void, |log| {
        with_max(log, "bob is granted", |log| {
            enrol(log, "bob", BOB, TOGETHER);
            grant(log, "bob", BOB, "APPROVER", TOGETHER);
            ask(log, "low", &[("bob", BOB)]);
        });
    }),
    ("the policy", Effect::Void, |log| {
        with_max(log, "policy", |log| {
            let policy = log.policy("model", "low", 1, &[]);
            log.write("policy", |log| log.policy_change(&policy, TOGETHER));
            ask(log, "low", &[("ada", ADA)]);
        });
    }),
    ("the admin who made the voter", Effect::Void, |log| {
        with_max(log, "eve is granted", |log| {
            enrol(log, "eve", EVE, TOGETHER);
            grant(log, "eve", EVE, "ADMIN", TOGETHER);
            enrol(log, "bob", BOB, By::Dual(ADA, EVE));
            grant(log, "bob", BOB, "APPROVER", By::Dual(ADA, EVE));
            ask(log, "low", &[("bob", BOB)]);
        });
    }),
    ("nothing", Effect::InForce, |log| {
        with_max(log, "remark", |log| ask(log, "low", &[("max", MAX)]));
    }),
    ("what somebody else decided", Effect::InForce, |log| {
        with_max(log, "making", |log| ask(log, "low", &[("ada", ADA)]));
    }),
    ("what came later", Effect::InForce, |log| {
        with_max(log, "bob is enrolled", |log| {
            ask(log, "low", &[("max", MAX)]);
            stories::join(log, "bob", BOB, None, TOGETHER);
        });
    }),
];

#[test]
fn an_approval_is_void_where_what_it_rests_on_was_signed_by_a_compromised_key() {
    let mut void = 0;
    for (name, effect, story) in &WITHOUT_MAX {
        let mut log = Log::told(*story, Vec::new());
        let survey = log.survey();
        assert_eq!(survey.effect, effect.to_string(), "{name}: by the whole log");
        let bundle = log.export(&log.plan(&survey));
        let evidence = judge(&bundle, &log.trust(), &asked(&log, NOW));
        let evidence = evidence.unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        assert_eq!(evidence.effect.effect, *effect, "{name}: by the bundle");
        assert_eq!(evidence.allows(), *effect == Effect::InForce, "{name}");
        void += usize::from(*effect == Effect::Void);
    }
    println!("evidence: {void} ways to be void, each sound and each a no");
    assert!(void >= 6);
}
