//! Who voted, and whether that is a quorum.
//!
//! Invariant: the votes are bound to their request in every other respect.

use serde_json::json;
use tests::paper::stories::{self, ALONE};
use tests::paper::{
    ANN, BOB, Draft, EVE, KIT, Log, OTHER_TENANT, OTHER_WORKSPACE, SERVICE, STRAY, Signer, TENANT,
    WORKSPACE,
};

use crate::evidence::refused::{Case, Lie, check_all, with};

/// An enrolment with the proof of another one.
fn with_proof_of(act: &mut Draft, log: &Log, other: &Draft) {
    act.put("/change/body/proof", other.metadata["change"]["body"]["proof"].clone());
    log.sign_change_again(act);
}

const fn stray(person: Signer) -> Signer {
    person.with_key(STRAY + person.seed)
}

#[test]
fn a_vote_counts_only_by_its_own_persons_good_key() {
    let single = || Lie::about(stories::single);
    let cases: Vec<Case> = vec![
        ("a key never enrolled", "keys", "a key that is not enrolled", {
            single().at("bob votes", |vote, _| vote.sign_with(0, stray(BOB)))
        }),
        ("another person's key", "keys", "another person's key", {
            Lie::about(stories::groups).at("bob votes", |vote, _| vote.sign_with(0, EVE))
        }),
        ("another person's name", "keys", "not under the name enrolled", {
            single().at("bob votes", |vote, _| vote.say("/reviewer/name", "Bob Joyce"))
        }),
        ("a person without a key", "keys", "a key that is not enrolled", {
            single().at("bob votes", |vote, _| vote.by(stray(ANN), "APPROVER"))
        }),
        ("a retired key", "keys", "a key that was revoked", {
            Lie::about(stories::rotated).at("bob votes", |vote, _| vote.sign_with(0, BOB)).planned(
                |plan, log| {
                    with(plan, log, "bob is enrolled");
                    with(plan, log, "bob's key ends");
                },
            )
        }),
        ("the recovery key", "keys", "a key that is not enrolled", {
            single().at("bob votes", |vote, _| {
                vote.by(KIT, "RECOVERY");
            })
        }),
        ("a role revoked before", "authority", "the role they signed in", {
            single()
                .before("bob votes", |log| {
                    log.write("bob is revoked", |log| log.role_revoke(BOB, ALONE));
                })
                .planned(|plan, log| with(plan, log, "bob is revoked"))
        }),
        ("a role never held", "authority", "the role they signed in", {
            single().at("bob votes", |vote, _| vote.say("/reviewer/role", "ADMIN"))
        }),
        ("a service account", "keys", "another person's key", {
            single().at("bob votes", |vote, _| {
                SERVICE.clone_into(&mut vote.actor);
                vote.say("/reviewer/id", SERVICE);
            })
        }),
        ("a service account with a key", "keys", "its owner is no person", {
            single().at("bob is enrolled", |act, log| {
                let mut body = log.key_enroll(Signer { actor: SERVICE, ..BOB }, ALONE);
                std::mem::swap(act, &mut body);
            })
        }),
        ("a service account with a role", "authority", "a role for no person", {
            single().at("bob is granted", |act, log| {
                *act = log.role_grant(Signer { actor: SERVICE, ..BOB }, "APPROVER", None, ALONE);
            })
        }),
        ("a key that nobody holds", "keys", "did not prove to hold it", {
            single().at("bob is enrolled", |act, log| {
                with_proof_of(act, log, &log.key_enroll(EVE, ALONE));
            })
        }),
        ("a key proven for another tenant", "keys", "did not prove to hold it", {
            single().at("bob is enrolled", |act, log| {
                let other = Log::new(WORKSPACE, OTHER_TENANT, Vec::new());
                with_proof_of(act, log, &other.key_enroll(BOB, ALONE));
            })
        }),
        ("a key proven for another workspace", "keys", "did not prove to hold it", {
            single().at("bob is enrolled", |act, log| {
                let other = Log::new(OTHER_WORKSPACE, TENANT, Vec::new());
                with_proof_of(act, log, &other.key_enroll(BOB, ALONE));
            })
        }),
        ("a key proven for another person", "keys", "did not prove to hold it", {
            single().at("bob is enrolled", |act, log| {
                let other = Signer { actor: EVE.actor, ..BOB };
                with_proof_of(act, log, &log.key_enroll(other, ALONE));
            })
        }),
    ];
    check_all("lies about who voted", 15, &cases);
}

#[test]
fn a_quorum_counts_people_who_may_and_who_did() {
    let two = || Lie::about(stories::approved_by_two);
    let policy = "does not follow from the votes";
    let cases: Vec<Case> = vec![
        ("one person twice", "policy", policy, two().at("eve votes", |v, _| v.by(BOB, "APPROVER"))),
        ("one person with two keys", "policy", policy, {
            two()
                .before("making", |log| {
                    log.write("bob's new key", |log| log.key_enroll(stray(BOB), ALONE));
                })
                .at("eve votes", |vote, _| vote.by(stray(BOB), "APPROVER"))
                .planned(|plan, log| with(plan, log, "bob's new key"))
        }),
        ("a maker", "policy", policy, {
            two().at("making", |making, _| making.put("/makers", json!([ANN.actor, EVE.actor])))
        }),
        ("a maker only of the request", "policy", policy, {
            two().at("request", |asked, _| asked.put("/makers", json!([ANN.actor, EVE.actor])))
        }),
        ("the requester", "policy", policy, {
            two().at("request", |asked, _| EVE.actor.clone_into(&mut asked.actor))
        }),
        ("one of two", "policy", policy, two().without("eve votes")),
        ("nobody of a group", "policy", policy, {
            Lie::about(stories::groups).at("bob is granted", |act, log| {
                *act = log.role_grant(BOB, "APPROVER", Some("finance"), ALONE);
            })
        }),
        ("somebody no longer in role at the end", "policy", policy, {
            two()
                .before("eve votes", |log| {
                    log.write("bob is revoked", |log| log.role_revoke(BOB, ALONE));
                })
                .planned(|plan, log| with(plan, log, "bob is revoked"))
        }),
        ("an analyst", "policy", policy, {
            two().at("eve is granted", |act, log| {
                *act = log.role_grant(EVE, "ANALYST", None, ALONE);
            })
        }),
        ("approved after a rejection", "policy", "vote", {
            two().at("bob votes", |vote, log| *vote = log.vote("request", BOB, "REJECTED"))
        }),
        ("rejected without a rejection", "policy", policy, {
            Lie::about(stories::rejected)
                .at("eve votes", |vote, log| *vote = log.vote("request", EVE, "APPROVED"))
        }),
        ("after the end of the request", "policy", policy, {
            Lie::about(stories::strict).at("bob votes", |vote, log| {
                vote.at += 600;
                let signed = log.stamp(vote.at);
                vote.say("/decided_at", signed);
            })
        }),
        ("the artefact unchecked", "policy", policy, {
            Lie::about(stories::strict)
                .at("bob votes", |vote, _| vote.say("/reviewed/artefact_checked", false))
        }),
        ("a final record without votes", "policy", "without votes", {
            Lie::about(stories::single).without("bob votes")
        }),
        ("a final record that lists other votes", "binding", "it lists other votes", {
            two().at("final", |draft, _| {
                let votes = draft.metadata["attestations"].as_array().unwrap()[1..].to_vec();
                draft.put("/attestations", votes);
            })
        }),
        ("a final record of another person", "binding", "does not follow the vote", {
            two().at("final", |draft, _| BOB.actor.clone_into(&mut draft.actor))
        }),
        ("a final record of another click", "binding", "not of the commit of the vote", {
            two().at("final", |draft, _| draft.correlation = tests::paper::uuid(0xc1))
        }),
        ("a final record of another device", "binding", "not of the commit of the vote", {
            two().at("final", |draft, _| draft.device = json!(null))
        }),
        ("a final record that waits", "binding", "does not follow the vote", {
            two().before("final", |log| log.write("later", |log| log.remark(ANN)))
        }),
    ];
    check_all("lies about the quorum", 19, &cases);
}
