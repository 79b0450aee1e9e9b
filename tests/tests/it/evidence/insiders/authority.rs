//! Acts of authority without the right to them.
//!
//! Invariant: what an act would change is what its honest twin changes; only who signed it, how
//! often, or under which control is a lie.

use serde_json::json;
use tests::paper::stories::{self, ALONE};
use tests::paper::{ADA, BOB, By, Draft, Log, MAX, STRAY, Slip};

use crate::evidence::refused::{Case, Lie, check_all, with};

#[test]
fn an_act_of_authority_needs_its_admins() {
    let single = || Lie::about(stories::single);
    let dual = || Lie::about(stories::dual);
    let drop_second = |act: &mut Draft| {
        act.slips.truncate(1);
        ADA.actor.clone_into(&mut act.actor);
    };
    let cases: Vec<Case> = vec![
        ("unsigned", "authority", "nobody signed it", {
            single().at("bob is granted", |act, _| act.slips.clear())
        }),
        ("by a non-admin", "authority", "the role they signed in", {
            single().at("bob is granted", |act, log| *act = bobs_own_grant(log, "ADMIN"))
        }),
        ("not as an admin", "authority", "not signed as ADMIN", {
            single().at("bob is granted", |act, log| *act = bobs_own_grant(log, "APPROVER"))
        }),
        ("by an admin whose key was revoked", "keys", "a key that was revoked", {
            dual()
                .before("bob is granted", |log| {
                    let ends = |log: &Log| log.key_revoke(MAX, "retired", 0, By::Dual(ADA, MAX));
                    log.write("max's key ends", ends);
                })
                .planned(|plan, log| with(plan, log, "max's key ends"))
        }),
        ("dual, by one", "authority", "the number of signatures", {
            dual().at("bob is granted", move |act, _| drop_second(act))
        }),
        ("dual, by one twice", "authority", "one admin signed twice", {
            dual().at("bob is granted", |act, log| {
                *act = log.role_grant(BOB, "APPROVER", None, By::Dual(ADA, ADA));
            })
        }),
        ("dual, without an approval", "authority", "another decision was signed", {
            dual().at("bob is granted", |act, log| {
                let proposed = log.role_grant(BOB, "APPROVER", None, By::Single(MAX));
                let Slip::Open(proposed, _) = &proposed.slips[0] else { panic!("it is signed") };
                for key in ["decision", "meaning"] {
                    act.predicate(1)[key] = proposed["predicate"][key].clone();
                }
            })
        }),
        ("dual, in the second place only", "authority", "its proposer did not sign it", {
            dual().at("bob is granted", |act, log| {
                act.metadata["change"]["proposed_by"] = json!(BOB.actor);
                log.sign_change_again(act);
            })
        }),
        ("single relabelled dual", "authority", "the number of signatures", {
            single().at("bob is granted", |act, _| act.put("/control", "dual"))
        }),
        ("dual relabelled single", "authority", "the number of signatures", {
            dual().at("bob is granted", |act, _| act.put("/control", "single"))
        }),
        ("single relabelled recovery", "authority", "not signed as the recovery kit", {
            single().at("bob is granted", |act, _| act.put("/control", "recovery"))
        }),
        ("recovery without its key", "authority", "not signed by the recovery key", {
            Lie::about(stories::recovery).at("ada's new key", |act, _| act.sign_with(0, ADA))
        }),
        ("recovery by the key enrolled", "authority", "not signed by the recovery key", {
            Lie::about(stories::recovery).at("ada's new key", |act, _| {
                act.sign_with(0, ADA.with_key(ADA.seed + STRAY));
            })
        }),
        ("recovery relabelled single", "authority", "not signed as ADMIN", {
            Lie::about(stories::recovery)
                .at("ada's new key", |act, _| act.put("/control", "single"))
        }),
        ("recovery that grants a role", "authority", "enrols a key and does nothing else", {
            single().at("bob is granted", |act, log| {
                *act = log.role_grant(BOB, "APPROVER", None, By::Recovery);
            })
        }),
        ("another role than was signed", "binding", "another change was signed", {
            single().at("bob is granted", |act, _| act.put("/change/body/role", "ADMIN"))
        }),
        ("a change that was applied before", "binding", "its change was applied before", {
            Lie::about(stories::regranted)
                .at("bob is granted again", |act, log| {
                    let first = log.leaf(log.seq("bob is granted"))["metadata"]["change"].clone();
                    act.put("/change", first);
                    log.sign_change_again(act);
                })
                .planned(|plan, log| with(plan, log, "bob is granted"))
        }),
        ("a grant replayed after its revocation", "binding", "bound by an earlier record", {
            Lie::about(stories::regranted)
                .at("bob is granted again", |act, log| {
                    let first = log.seq("bob is granted");
                    act.put("/change", log.leaf(first)["metadata"]["change"].clone());
                    act.slips = log.bound(first).into_iter().map(Slip::Signed).collect();
                })
                .planned(|plan, log| with(plan, log, "bob is granted"))
        }),
        ("compromised from a later record on", "keys", "void from a later record on", {
            Lie::about(stories::void).at("bob's key ends", |act, log| {
                *act = log.key_revoke(BOB, "compromised", log.now_seq() + 1, ALONE);
            })
        }),
        ("a second genesis", "genesis", "at record 0 and only there", {
            single().at("bob is enrolled", |act, log| *act = log.genesis(ALONE, &[]))
        }),
    ];
    check_all("lies about authority", 20, &cases);
}

/// Bob, who is nobody yet, grants himself the role.
fn bobs_own_grant(log: &Log, role: &str) -> Draft {
    let mut act = log.role_grant(BOB, "APPROVER", None, By::Single(BOB));
    act.say("/reviewer/role", role);
    act
}
