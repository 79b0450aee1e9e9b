//! Verifying a log: it names the first record that does not hold, whatever was changed by hand.
//!
//! Invariant: each change is made to a house that verified a moment before.

use console::Workspace;
use console::artefact::Continue;
use console::rereading::LogProgress;
use console::verify::Verification;
use governance::Said;
use ledger::{Action, Decision, Tier};
use tests::house::{ADA, BOB, CREDIT, House};
use tests::logs::{records, tenant};
use tests::tamper::Attacker;

async fn verify(workspace: &Workspace) -> Verification {
    workspace.verify_log(&tenant(CREDIT), None, &[], &mut |_| Continue::Yes).await.unwrap()
}

async fn house() -> House {
    let house = House::new().await;
    let request = house.register("credit-pd", Tier::Medium).await.request_id;
    house.decide(BOB, &request, Decision::Approved).await.unwrap();
    house.write("kyc-summary", 0, Some(Tier::Low)).await;
    house.write("kyc-summary", 1, None).await;
    for text in ["Read it.", "Read it again."] {
        let said = (Said::Comment, text);
        house.workspace.say(&house.session(ADA), &request, said, text).await.unwrap();
    }
    let left = house.register("churn", Tier::Low).await.request_id;
    house.workspace.withdraw(&house.session(ADA), &left, "not needed").await.unwrap();
    house.workspace.settle().await.unwrap();
    house
}

#[tokio::test]
async fn a_log_that_nobody_touched_holds_and_the_check_is_on_record() {
    let house = house().await;
    for log in [CREDIT, tests::house::MARKETS, "_workspace"] {
        let found =
            house.workspace.verify_log(&tenant(log), None, &[], &mut |_| Continue::Yes).await;
        let found = found.unwrap();
        assert!(found.verified(), "{log}: {:?}", found.findings);
        let last = records(&house.store(), log, found.size).await.pop().unwrap();
        assert_eq!(last.parts().action, Action::AuditVerify);
    }
}

/// What is done to the file, and the record that it must be found at.
type Attack = fn(&Attacker) -> Option<u64>;

const ATTACKS: [(&str, Attack); 17] = [
    ("an edited leaf", |db| Some(db.edit_leaf("model.register", "Recal", "Decal"))),
    ("an edited leaf, with hashes that fit", |db| {
        let seq = db.edit_leaf("approval.vote", "limits hold", "limits held");
        db.rehash();
        // Its seal does not fit any more, before its signature does not.
        Some(seq)
    }),
    ("an edited stored hash", |db| {
        let (seq, position) = db.last("key.enroll");
        db.run(&format!("UPDATE log SET hashes = zeroblob(32) WHERE position = {position}"));
        Some(seq)
    }),
    ("an edited seal", |db| {
        let (seq, position) = db.last("approval.request");
        db.run(&format!("UPDATE log SET seal = zeroblob(32) WHERE position = {position}"));
        Some(seq)
    }),
    ("an edited signature", |db| Some(db.edit_signature("approval.vote"))),
    ("an edited status of a model", |db| {
        let (seq, position) = db.last("model.register");
        db.run(&format!("UPDATE standing SET status = 'APPROVED' WHERE position = {position}"));
        Some(seq)
    }),
    ("an edited status of a request", |db| {
        let (seq, position) = db.last("approval.request");
        db.run(&format!("UPDATE standing SET status = 'REJECTED' WHERE position = {position}"));
        Some(seq)
    }),
    ("an edited approver", |db| {
        let set = "UPDATE standing SET approved_by = 'system' WHERE approved_by IS NOT NULL";
        db.run(set);
        let leaves = db.leaves();
        let made = leaves.iter().position(|(_, leaf)| {
            leaf.starts_with(b"{\"action\":\"model.register\"")
                && leaf.windows(11).any(|part| part == b"credit-pd@1")
        });
        made.map(|seq| seq as u64)
    }),
    ("an edited digest of a prompt", |db| {
        let (seq, position) = db.last("prompt.update");
        let set = "UPDATE prompt_version SET digest = 'sha256:' || lower(hex(zeroblob(32)))";
        db.run(&format!("{set} WHERE position = {position}"));
        Some(seq)
    }),
    ("a row that cannot be read", |db| {
        db.run("UPDATE model_version SET digest = 'md5:00'");
        None
    }),
    ("an edited life cycle", |db| {
        db.run("UPDATE standing SET lifecycle = 'open' WHERE lifecycle = 'withdrawn'");
        Some(db.last("approval.withdraw").0 - 1)
    }),
    ("edited makers of a request", |db| {
        let (seq, position) = db.last("approval.request");
        db.run(&format!("UPDATE request SET makers = '[]' WHERE position = {position}"));
        Some(seq)
    }),
    ("the text of a comment in another's place", |db| {
        let (seq, position) = db.last("comment.add");
        let other = "SELECT text FROM comment ORDER BY position LIMIT 1";
        db.run(&format!("UPDATE comment SET text = ({other}) WHERE position = {position}"));
        Some(seq)
    }),
    ("the text of a comment that is missing", |db| {
        let (seq, position) = db.last("comment.add");
        db.run(&format!("DELETE FROM comment WHERE position = {position}"));
        Some(seq)
    }),
    ("a record that is missing", |db| {
        let (seq, position) = db.last("role.revoke");
        db.run(&format!("PRAGMA foreign_keys = OFF; DELETE FROM log WHERE position = {position}"));
        Some(seq)
    }),
    ("records that are missing at the end", |db| {
        let last = "SELECT position FROM log WHERE position >> 40 = (SELECT tenant_no FROM
                    tenant_log WHERE tenant_id = 'credit') ORDER BY position DESC LIMIT 1";
        db.run(&format!("PRAGMA foreign_keys = OFF; DELETE FROM log WHERE position = ({last})"));
        None
    }),
    ("a record that nobody sealed", |db| {
        let seq = db.leaves().len() as u64;
        db.append(|leaf| leaf["reason"] = "not mine".into());
        Some(seq)
    }),
];

#[tokio::test]
async fn the_first_record_that_does_not_hold_is_named() {
    for (what, attack) in ATTACKS {
        let house = house().await;
        assert!(verify(&house.workspace).await.verified(), "the control of {what}");
        house.workspace.settle().await.unwrap();
        let expected = attack(&Attacker::on(&house.database(), CREDIT));
        let Ok(workspace) = house.open_again().await else { panic!("{what}: not opened") };
        let found = verify(&workspace).await;
        assert!(!found.verified(), "{what} was not found");
        if let Some(seq) = expected {
            assert_eq!(found.first_broken, Some(seq), "{what}: {:?}", found.findings);
        }
    }
    println!("verification: {} attacks", ATTACKS.len());
}

#[tokio::test]
async fn a_verification_tells_how_far_it_is_and_can_be_stopped() {
    let house = house().await;
    let mut seen: Vec<LogProgress> = Vec::new();
    let mut watch = |progress| {
        seen.push(progress);
        Continue::Yes
    };
    let found = house.workspace.verify_log(&tenant(CREDIT), None, &[], &mut watch).await.unwrap();
    assert_eq!(seen.last().map(|progress| progress.done), Some(found.size));
    let stopped =
        house.workspace.verify_log(&tenant(CREDIT), None, &[], &mut |_| Continue::No).await;
    assert_eq!(stopped, Err(console::ConsoleError::Cancelled));
}
