//! How honest logs go: each shape of a decision that evidence can be about, from the genesis to
//! the final record and what came after it.
//!
//! Invariant: a story is honest from end to end; each record is a step with a name, at which a test
//! lets an insider in. The request under evidence is always the step `request`.

use serde_json::json;

use super::decisions::{MODEL, subject};
use super::{ADA, ANN, BOB, By, EVE, Log, MAX, Signer};

/// Writes a log.
pub type Story = fn(&mut Log);

/// Alone, Ada signs for everything.
pub const ALONE: By = By::Single(ADA);
/// Ada proposes, Max approves.
pub const TOGETHER: By = By::Dual(ADA, MAX);

/// One admin, one approver, one vote.
pub fn single(log: &mut Log) {
    found(log, ALONE);
    join(log, "bob", BOB, None, ALONE);
    ask(log, "low");
    vote(log, "bob", BOB, "APPROVED");
    finish(log, "approval.approve");
}

/// Two admins sign every act together.
pub fn dual(log: &mut Log) {
    found(log, TOGETHER);
    join(log, "bob", BOB, None, TOGETHER);
    ask(log, "low");
    vote(log, "bob", BOB, "APPROVED");
    finish(log, "approval.approve");
}

/// The only admin lost her key; the recovery kit enrolled a new one, and she went on with it.
pub fn recovery(log: &mut Log) {
    let anew = ADA.with_key(ADA.seed + super::STRAY);
    found(log, ALONE);
    log.write("ada's new key", |log| log.key_enroll(anew, By::Recovery));
    join(log, "bob", BOB, None, By::Single(anew));
    ask(log, "low");
    vote(log, "bob", BOB, "APPROVED");
    finish(log, "approval.approve");
}

/// Two people, one of them for the group `risk`.
pub fn groups(log: &mut Log) {
    found(log, ALONE);
    let policy = log.policy("model", "high", 2, &["risk"]);
    log.write("policy", |log| log.policy_change(&policy, ALONE));
    join(log, "bob", BOB, Some("risk"), ALONE);
    join(log, "eve", EVE, None, ALONE);
    ask(log, "high");
    vote(log, "bob", BOB, "APPROVED");
    log.write("remark", |log| log.remark(ANN));
    vote(log, "eve", EVE, "APPROVED");
    finish(log, "approval.approve");
}

/// The second version of a prompt.
pub fn prompt(log: &mut Log) {
    found(log, ALONE);
    join(log, "bob", BOB, None, ALONE);
    log.write("first version", |log| log.make(subject("prompt/kyc@1", b"one"), "medium", ANN));
    log.write("making", |log| {
        let mut draft = log.make(subject("prompt/kyc@2", b"two"), "medium", ANN);
        draft.action = "prompt.update".to_owned();
        draft
    });
    log.write("request", |log| log.request("making", 1, ANN));
    vote(log, "bob", BOB, "APPROVED");
    finish(log, "approval.approve");
}

/// A model that is a folder.
pub fn folder(log: &mut Log) {
    found(log, ALONE);
    join(log, "bob", BOB, None, ALONE);
    let mut tree = subject(MODEL, b"lines of a folder");
    tree["digest"] = json!({"dirHash1": tree["digest"]["sha256"]});
    log.write("making", |log| log.make(tree, "low", ANN));
    log.write("request", |log| log.request("making", 1, ANN));
    vote(log, "bob", BOB, "APPROVED");
    finish(log, "approval.approve");
}

/// One approval, then a rejection.
pub fn rejected(log: &mut Log) {
    two(log);
    vote(log, "bob", BOB, "APPROVED");
    vote(log, "eve", EVE, "REJECTED");
    finish(log, "approval.reject");
}

/// Approved, and revoked by somebody else.
pub fn revoked(log: &mut Log) {
    found(log, ALONE);
    join(log, "bob", BOB, None, ALONE);
    join(log, "eve", EVE, None, ALONE);
    ask(log, "low");
    vote(log, "bob", BOB, "APPROVED");
    finish(log, "approval.approve");
    log.write("revocation", |log| log.revocation("request", EVE));
}

/// Approved with an end and a scope, and exported before the end.
pub fn conditional(log: &mut Log) {
    found(log, ALONE);
    join(log, "bob", BOB, None, ALONE);
    ask(log, "low");
    let end = log.stamp(log.now() + 3_600);
    log.write("bob votes", |log| {
        let mut draft = log.vote("request", BOB, "APPROVED");
        draft.say("/conditions", json!({"expires_at": end, "scope": ["production", "test"]}));
        draft
    });
    finish(log, "approval.approve");
}

/// The same, exported after the end.
pub fn lapsed(log: &mut Log) {
    conditional(log);
    log.wait(7_200);
}

/// The key of the only vote was found compromised from before it.
pub fn void(log: &mut Log) {
    single(log);
    let since = log.seq("bob votes") as u64;
    log.write("bob's key ends", |log| log.key_revoke(BOB, "compromised", since, ALONE));
}

/// The key of the admin who made the approver one was found compromised.
pub fn cascade(log: &mut Log) {
    found(log, ALONE);
    log.write("max is enrolled", |log| log.key_enroll(MAX, ALONE));
    log.write("max is granted", |log| log.role_grant(MAX, "ADMIN", None, ALONE));
    let since = log.now_seq();
    join(log, "bob", BOB, None, By::Dual(MAX, ADA));
    ask(log, "low");
    vote(log, "bob", BOB, "APPROVED");
    finish(log, "approval.approve");
    log.write("max's key ends", |log| log.key_revoke(MAX, "compromised", since, TOGETHER_OF_MAX));
}

/// Max signs his own end beside Ada: there is no third admin.
const TOGETHER_OF_MAX: By = By::Dual(ADA, MAX);

/// The key of the vote was retired after it: that undoes nothing.
pub fn retired(log: &mut Log) {
    single(log);
    log.write("bob's key ends", |log| log.key_revoke(BOB, "retired", 0, ALONE));
}

/// A new key, the old one retired, and the vote by the new one.
pub fn rotated(log: &mut Log) {
    found(log, ALONE);
    join(log, "bob", BOB, None, ALONE);
    let anew = BOB.with_key(BOB.seed + super::STRAY);
    log.write("bob's new key", |log| log.key_enroll(anew, ALONE));
    log.write("bob's key ends", |log| log.key_revoke(BOB, "retired", 0, ALONE));
    ask(log, "low");
    vote(log, "bob", anew, "APPROVED");
    finish(log, "approval.approve");
}

/// A policy with an end for requests and the check of the artefact.
pub fn strict(log: &mut Log) {
    found(log, ALONE);
    let mut policy = log.policy("model", "low", 1, &[]);
    policy["expires_after_seconds"] = json!(600);
    policy["artefact_check"] = json!(true);
    log.write("policy", |log| log.policy_change(&policy, ALONE));
    join(log, "bob", BOB, None, ALONE);
    ask(log, "low");
    vote(log, "bob", BOB, "APPROVED");
    finish(log, "approval.approve");
}

/// The approver was granted, revoked and granted again before the vote.
pub fn regranted(log: &mut Log) {
    found(log, ALONE);
    join(log, "bob", BOB, None, ALONE);
    log.write("bob is revoked", |log| log.role_revoke(BOB, ALONE));
    log.write("bob is granted again", |log| log.role_grant(BOB, "APPROVER", None, ALONE));
    ask(log, "low");
    vote(log, "bob", BOB, "APPROVED");
    finish(log, "approval.approve");
}

/// Two approvals are needed; whoever approved first had no role when the second did, and has one again
/// at the third, which ends it.
pub fn wavering(log: &mut Log) {
    found(log, ALONE);
    for (name, person) in [("bob", BOB), ("eve", EVE), ("max", MAX)] {
        join(log, name, person, None, ALONE);
    }
    ask(log, "high");
    vote(log, "bob", BOB, "APPROVED");
    log.write("bob stays", |log| log.role_grant(BOB, "APPROVER", None, ALONE));
    log.write("bob looks on", |log| log.role_grant(BOB, "VIEWER", None, ALONE));
    vote(log, "eve", EVE, "APPROVED");
    log.write("bob is back", |log| log.role_grant(BOB, "APPROVER", None, ALONE));
    vote(log, "max", MAX, "APPROVED");
    finish(log, "approval.approve");
}

/// Two approvals.
pub fn approved_by_two(log: &mut Log) {
    two(log);
    vote(log, "bob", BOB, "APPROVED");
    vote(log, "eve", EVE, "APPROVED");
    finish(log, "approval.approve");
}

/// Everything that stands before two people vote.
pub fn two(log: &mut Log) {
    found(log, ALONE);
    join(log, "bob", BOB, None, ALONE);
    join(log, "eve", EVE, None, ALONE);
    ask(log, "high");
}

fn found(log: &mut Log, by: By) {
    let policies = [
        log.policy("model", "high", 2, &[]),
        log.policy("model", "low", 1, &[]),
        log.policy("prompt", "medium", 1, &[]),
    ];
    log.write("genesis", |log| log.genesis(by, &policies));
    log.write("remark", |log| log.remark(ANN));
}

/// Somebody gets a key and the role of an approver.
pub fn join(log: &mut Log, who: &str, person: Signer, group: Option<&str>, by: By) {
    log.write(&format!("{who} is enrolled"), |log| log.key_enroll(person, by));
    log.write(&format!("{who} is granted"), |log| log.role_grant(person, "APPROVER", group, by));
}

fn ask(log: &mut Log, tier: &str) {
    log.write("making", |log| log.make(subject(MODEL, b"weights"), tier, ANN));
    log.write("remark", |log| log.remark(ANN));
    log.write("request", |log| log.request("making", 1, ANN));
}

/// Somebody votes on the request.
pub fn vote(log: &mut Log, who: &str, person: Signer, decision: &str) {
    log.write(&format!("{who} votes"), |log| log.vote("request", person, decision));
}

/// The final record.
pub fn finish(log: &mut Log, action: &str) {
    log.write("final", |log| log.outcome("request", action));
    log.write("remark", |log| log.remark(ANN));
}
