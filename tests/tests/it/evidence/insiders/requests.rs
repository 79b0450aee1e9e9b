//! Requests and votes that are not about one thing, at one time, in one log.
//!
//! Invariant: everybody here may do what they do; they signed something else than stands on record.

use ledger::Digest;
use serde_json::json;
use tests::paper::stories::{self, ALONE};
use tests::paper::{
    ADA, EVE, Log, MODEL, OTHER_TENANT, OTHER_WORKSPACE, WORKSPACE, digest, subject, uuid,
};

use crate::evidence::refused::{Case, Lie, check_all};

#[test]
fn a_request_and_its_votes_are_about_one_thing() {
    let single = || Lie::about(stories::single);
    let weak = |log: &Log| log.policy("model", "high", 1, &[]);
    let foreign = "the log that its signer saw is not this log";
    let cases: Vec<Case> = vec![
        ("a policy never in force", "policy", "its policy was not in force", {
            Lie::about(stories::approved_by_two)
                .at("request", move |asked, log| {
                    asked.put("/policy_sha256", digest(&weak(log)));
                })
                .without("eve votes")
                .edited(|bundle, log| bundle["policy"] = log.policy("model", "high", 1, &[]))
        }),
        ("an end that is not the policy's", "policy", "its end is not the one", {
            Lie::about(stories::strict).at("request", |asked, _| {
                asked.put("/expires_at", json!(null));
            })
        }),
        ("another tier", "binding", "not as it was made", {
            Lie::about(stories::approved_by_two).at("request", |asked, log| {
                asked.put("/tier", "low");
                let low = log.policy("model", "low", 1, &[]);
                asked.put("/policy_sha256", digest(&low));
            })
        }),
        ("a maker left out", "binding", "not as it was made", {
            single().at("request", |asked, _| asked.put("/makers", json!([])))
        }),
        ("makers without the one who wrote it", "binding", "its actor is no maker", {
            single().at("making", |making, _| making.put("/makers", json!([EVE.actor])))
        }),
        ("another card in the request", "binding", "not as it was made", {
            single().at("request", |asked, _| {
                let other = Digest::of(b"another card");
                asked.put("/documents/card", json!(other));
            })
        }),
        ("another card in the vote", "binding", "other documents were reviewed", {
            single().at("bob votes", |vote, _| {
                let other = Digest::of(b"another card");
                vote.say("/reviewed/documents/card", json!(other));
            })
        }),
        ("another subject in the request", "binding", "not as it was made", {
            single().at("request", |asked, _| {
                asked.put("/subject", subject(MODEL, b"other weights"));
            })
        }),
        ("another subject in the vote", "binding", "another subject was signed", {
            single().at("bob votes", |vote, _| {
                vote.statement(0)["subject"] = json!([subject(MODEL, b"other")]);
            })
        }),
        ("a folder's digest in the vote", "binding", "another subject was signed", {
            single().at("bob votes", |vote, _| {
                let digest = vote.statement(0)["subject"][0]["digest"]["sha256"].clone();
                vote.statement(0)["subject"][0]["digest"] = json!({"dirHash1": digest});
            })
        }),
        ("another policy in the vote", "binding", "another policy was signed", {
            single().at("bob votes", |vote, log| {
                let other = digest(&log.policy("model", "low", 2, &[]));
                vote.say("/policy/sha256", other);
            })
        }),
        ("another tenant in the vote", "binding", "signed for another log", {
            single().at("bob votes", |vote, _| vote.say("/tenant_id", OTHER_TENANT))
        }),
        ("another workspace in the vote", "binding", "signed for another log", {
            single().at("bob votes", |vote, _| vote.say("/workspace_id", OTHER_WORKSPACE))
        }),
        ("another request in the vote", "binding", "does not repeat the request", {
            single().at("bob votes", |vote, _| vote.say("/request/id", uuid(0x3_0002)))
        }),
        ("other makers in the vote", "binding", "does not repeat the request", {
            single().at("bob votes", |vote, _| vote.say("/request/makers", json!([])))
        }),
        ("another requester in the vote", "binding", "does not repeat the request", {
            single().at("bob votes", |vote, _| vote.say("/request/requested_by", ADA.actor))
        }),
        ("another reason in the record", "binding", "its reason was not signed", {
            single().at("bob votes", |vote, _| vote.reason = "limits held".to_owned())
        }),
        ("another click in the record", "binding", "correlation or device", {
            single().at("bob votes", |vote, _| vote.correlation = uuid(0xc1))
        }),
        ("another device in the record", "binding", "correlation or device", {
            single().at("bob votes", |vote, _| vote.device = json!(null))
        }),
        ("signed more than five minutes before", "binding", "within five minutes", {
            single().at("bob votes", |vote, log| {
                let old = log.stamp(vote.at - 301);
                vote.say("/decided_at", old);
            })
        }),
        ("signed after it was written", "binding", "within five minutes", {
            single().at("bob votes", |vote, log| {
                let later = log.stamp(vote.at + 1);
                vote.say("/decided_at", later);
            })
        }),
        ("a meaning of the signer's own", "shape", "the meaning is not that", {
            single().at("bob votes", |vote, _| vote.say("/meaning", "I have seen this model."))
        }),
        ("the meaning of a rejection", "shape", "the meaning is not that", {
            single().at("bob votes", |vote, _| {
                vote.say("/meaning", "I reviewed this model and reject it.");
            })
        }),
        ("a root that nobody saw", "history", "root", {
            single().at("bob votes", |vote, _| {
                vote.say("/reviewed/log_root", json!(Digest::of(b"a root")));
            })
        }),
        ("the root of another log", "history", "root", {
            single().at("bob votes", |vote, log| {
                let (workspace, tenant) = (WORKSPACE, OTHER_TENANT);
                let mut other = Log::new(workspace, tenant, Vec::new());
                stories::single(&mut other);
                let root = other.past().root_at(log.now_seq()).unwrap();
                vote.say("/reviewed/log_root", json!(root));
            })
        }),
        ("an empty log of another root", "history", foreign, {
            single()
                .at("genesis", |act, _| {
                    act.say("/reviewed/log_root", json!(Digest::of(b"a root")));
                })
                .trusted(|trust, log| trust["genesis"] = json!(log.past().leaf_hash(0).unwrap()))
        }),
        ("a log without the request", "history", "did not see the request", {
            single().at("bob votes", |vote, log| {
                let seq = log.seq("request") as u64;
                vote.say("/reviewed/log_size", seq);
                vote.say("/reviewed/log_root", json!(log.past().root_at(seq).unwrap()));
            })
        }),
        ("a model made as a prompt", "binding", "not for subjects of this kind", {
            single().at("making", |making, _| making.action = "prompt.register".to_owned())
        }),
        ("a prompt made as a model", "binding", "not for subjects of this kind", {
            Lie::about(stories::prompt)
                .at("making", |making, _| making.action = "model.register".to_owned())
        }),
        ("a model revoked as a prompt", "binding", "not for subjects of this kind", {
            Lie::about(stories::revoked)
                .at("revocation", |revocation, _| revocation.action = "prompt.revoke".to_owned())
        }),
        ("a revocation by an analyst", "authority", "only an APPROVER or ADMIN revokes", {
            Lie::about(stories::revoked).at("eve is granted", |act, log| {
                *act = log.role_grant(EVE, "ANALYST", None, ALONE);
            })
        }),
    ];
    check_all("lies about what was decided on", 31, &cases);
}
