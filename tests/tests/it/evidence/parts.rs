//! Lies of an exporter: an honest log, and a bundle that shows it otherwise.
//!
//! Invariant: checkpoint and proofs are made anew for what is shown; what a bundle cannot tell by
//! itself is in `hidden`.

use ledger::dsse::Envelope;
use serde_json::{Value, json};
use tests::paper::stories;
use tests::paper::{
    ADA, DEVICE, EVE, Log, MAX, OTHER_TENANT, OTHER_WORKSPACE, Plan, STRAY, Slip, key_entry, place,
};

use super::refused::{Case, Lie, check_all, with};

/// The record of a step is neither listed nor held.
fn hide(plan: &mut Plan, log: &Log, step: &str) {
    plan.listed.remove(&log.seq(step));
    plan.held.remove(&log.seq(step));
}

fn list<'value>(bundle: &'value mut Value, key: &str) -> &'value mut Vec<Value> {
    bundle[key].as_array_mut().unwrap()
}

#[test]
fn what_stands_for_a_decision_is_shown_whole() {
    let two = || Lie::about(stories::approved_by_two);
    let others = "not those that stand for the request";
    let listed = "the export lists other records";
    let cases: Vec<Case> = vec![
        ("a vote left out", "binding", "it lists other votes", {
            two().planned(|plan, log| hide(plan, log, "bob votes"))
        }),
        ("a rejection left out", "binding", "does not follow the vote", {
            Lie::about(stories::rejected).planned(|plan, log| hide(plan, log, "eve votes"))
        }),
        ("the final record left out", "binding", others, {
            two().planned(|plan, log| hide(plan, log, "final"))
        }),
        ("the request left out", "binding", "no open request", {
            two().planned(|plan, log| hide(plan, log, "request"))
        }),
        ("the making left out", "binding", "never made", {
            two().planned(|plan, log| hide(plan, log, "making"))
        }),
        ("an enrolment left out", "keys", "not enrolled", {
            two().planned(|plan, log| hide(plan, log, "bob is enrolled"))
        }),
        ("a grant left out", "authority", "the role they signed in", {
            two().planned(|plan, log| hide(plan, log, "bob is granted"))
        }),
        ("a policy left out", "policy", "was not in force", {
            Lie::about(stories::groups).planned(|plan, log| hide(plan, log, "policy"))
        }),
        ("the genesis left out", "genesis", "record 0 is not", {
            two().planned(|plan, log| hide(plan, log, "genesis"))
        }),
        ("a revocation that the export lists", "complete", listed, {
            Lie::about(stories::revoked).planned(|plan, log| {
                for step in ["revocation", "eve is granted", "eve is enrolled"] {
                    plan.held.remove(&log.seq(step));
                }
            })
        }),
        ("the end of a key that the export lists", "complete", listed, {
            Lie::about(stories::void).planned(|plan, log| {
                plan.held.remove(&log.seq("bob's key ends"));
            })
        }),
        ("a revocation that the export does not list", "complete", listed, {
            Lie::about(stories::revoked).planned(|plan, log| {
                plan.listed.remove(&log.seq("revocation"));
            })
        }),
        ("a stranger's record", "binding", others, {
            two().planned(|plan, log| with(plan, log, "remark"))
        }),
        ("a stranger's record, unlisted", "binding", others, {
            two().planned(|plan, log| plan.held.extend([log.seq("remark")]))
        }),
        ("a stranger's record, only listed", "complete", listed, {
            two().planned(|plan, log| plan.listed.extend([log.seq("remark")]))
        }),
        ("an act that made nobody what they are", "binding", others, {
            Lie::about(stories::regranted).planned(|plan, log| with(plan, log, "bob is granted"))
        }),
    ];
    check_all("records left out or added", 16, &cases);
}

#[test]
fn the_record_of_the_export_says_what_is_true() {
    let effect = "another outcome or effect";
    let cases: Vec<Case> = vec![
        ("lapsed, said to be in force", "effect", effect, {
            Lie::about(stories::lapsed).planned(|plan, _| plan.effect = "in_force".to_owned())
        }),
        ("revoked, said to be in force", "effect", effect, {
            Lie::about(stories::revoked).planned(|plan, _| plan.effect = "in_force".to_owned())
        }),
        ("void, said to be in force", "effect", effect, {
            Lie::about(stories::void).planned(|plan, _| plan.effect = "in_force".to_owned())
        }),
        ("void by cascade, said to be in force", "effect", effect, {
            Lie::about(stories::cascade).planned(|plan, _| plan.effect = "in_force".to_owned())
        }),
        ("in force, said to be revoked", "effect", effect, {
            Lie::about(stories::single).planned(|plan, _| plan.effect = "revoked".to_owned())
        }),
        ("rejected, said to be approved", "effect", effect, {
            Lie::about(stories::rejected).planned(|plan, _| plan.outcome = "APPROVED".to_owned())
        }),
        ("approved, said to be pending", "effect", effect, {
            Lie::about(stories::single).planned(|plan, _| plan.outcome = "PENDING".to_owned())
        }),
        ("another request", "binding", "not about the subject named", {
            Lie::about(stories::single).at("export", |export, _| {
                export.put("/request_id", tests::paper::uuid(0x3_0002));
                export.resource.1 = tests::paper::uuid(0x3_0002);
            })
        }),
        ("made by no installation", "shape", "names no installation", {
            Lie::about(stories::single).at("export", |export, _| export.device = json!(null))
        }),
        ("another request in its resource", "shape", "names another request", {
            Lie::about(stories::single)
                .at("export", |export, _| export.resource.1 = tests::paper::uuid(0x3_0002))
        }),
        ("statements in another order", "complete", "other records or statements", {
            Lie::about(stories::single).at("export", |export, _| {
                export.metadata["attestations"].as_array_mut().unwrap().reverse();
            })
        }),
        ("a statement less", "complete", "other records or statements", {
            Lie::about(stories::single)
                .at("export", |export, _| drop(list(&mut export.metadata, "attestations").pop()))
        }),
        ("no export", "shape", "not that of an export", {
            Lie::about(stories::single).at("export", |export, log| *export = log.remark(ADA))
        }),
        ("an export of something else", "shape", "metadata", {
            Lie::about(stories::single).at("export", |export, _| export.metadata = json!({}))
        }),
    ];
    check_all("lies of the record of the export", 14, &cases);
}

#[test]
fn a_bundle_is_of_the_log_that_its_verifier_knows() {
    let single = || Lie::about(stories::single);
    let cases: Vec<Case> = vec![
        ("another tenant", "shape", "not of this log", {
            single().edited(|bundle, _| bundle["tenant_id"] = json!(OTHER_TENANT))
        }),
        ("another workspace", "checkpoint", "another log than the trust file", {
            single().edited(|bundle, _| bundle["workspace_id"] = json!(OTHER_WORKSPACE))
        }),
        ("another workspace's trust file", "checkpoint", "another log than the trust file", {
            single().trusted(|trust, _| *trust = elsewhere(OTHER_WORKSPACE, "credit").trust())
        }),
        ("another tenant's trust file", "checkpoint", "another log than the trust file", {
            single().trusted(|trust, _| {
                *trust = elsewhere(tests::paper::WORKSPACE, OTHER_TENANT).trust();
            })
        }),
        ("another log's checkpoint", "checkpoint", "not of the log expected", {
            single().edited(|bundle, log| {
                let other = elsewhere(tests::paper::WORKSPACE, OTHER_TENANT);
                let size = other.now_seq().min(log.now_seq());
                bundle["checkpoint"] = json!(other.note(size, DEVICE).text());
            })
        }),
        ("a checkpoint before the export", "checkpoint", "does not end with the record", {
            single().edited(|bundle, log| {
                bundle["checkpoint"] = json!(log.note(log.now_seq() - 1, DEVICE).text());
            })
        }),
        ("a checkpoint signed twice", "checkpoint", "not exactly one signature line", {
            single().edited(|bundle, _| {
                let note = bundle["checkpoint"].as_str().unwrap().to_owned();
                let line = note.lines().last().unwrap();
                bundle["checkpoint"] = json!(format!("{note}{line}\n"));
            })
        }),
        ("a checkpoint with a line more", "checkpoint", "not exactly three lines", {
            single().edited(|bundle, _| {
                let note = bundle["checkpoint"].as_str().unwrap();
                bundle["checkpoint"] = json!(note.replacen("\n\n", "\nmore\n\n", 1));
            })
        }),
        ("a key that is not trusted", "checkpoint", "unknown key", {
            single().planned(|plan, _| plan.log_key = DEVICE.with_key(STRAY))
        }),
        ("a person's key", "checkpoint", "unknown key", {
            single().planned(|plan, _| plan.log_key = ADA)
        }),
        ("a key that was retired before", "checkpoint", "unknown key", {
            single().trusted(|trust, log| trust["log_keys"][0]["to"] = json!(log.now_seq() - 1))
        }),
        ("a key that came later", "checkpoint", "unknown key", {
            single().trusted(|trust, log| trust["log_keys"][0]["from"] = json!(log.now_seq() + 1))
        }),
        ("another genesis", "genesis", "not the one of the trust file", {
            single()
                .at("genesis", |act, log| {
                    act.put("/change/body/recovery_public_key", MAX.public_text());
                    log.sign_change_again(act);
                })
                .in_a_log_that_holds()
        }),
        ("a weaker policy", "policy", "not the one pinned", {
            Lie::about(stories::approved_by_two)
                .edited(|bundle, _| bundle["policy"]["approvals"] = json!(1))
        }),
        ("another subject", "binding", "not about the subject named", {
            single().edited(|bundle, _| {
                bundle["subject"]["digest"] = json!({"sha256": ledger::Digest::of(b"other")});
            })
        }),
        ("a file for a folder", "binding", "not about the subject named", {
            Lie::about(stories::folder).edited(|bundle, _| {
                let digest = bundle["subject"]["digest"]["dirHash1"].clone();
                bundle["subject"]["digest"] = json!({"sha256": digest});
            })
        }),
        ("another version", "binding", "not about the subject named", {
            single().edited(|bundle, _| bundle["subject"]["name"] = json!("model/credit-pd@4"))
        }),
        ("another format", "shape", "does not know", {
            single().edited(|bundle, _| {
                let other = "application/vnd.countersign.evidence.v2+json";
                bundle["mediaType"] = json!(other);
            })
        }),
    ];
    check_all("lies about the log", 18, &cases);
}

/// The same story in another log.
fn elsewhere(workspace: &str, tenant: &str) -> Log {
    let mut log = Log::new(workspace, tenant, Vec::new());
    stories::single(&mut log);
    log
}

#[test]
fn statements_keys_and_proofs_fit_each_other() {
    let two = || Lie::about(stories::approved_by_two);
    let alone = "a statement stands for no record, or twice, or not in its order";
    let cases: Vec<Case> = vec![
        ("a statement twice", "binding", alone, {
            two().edited(|bundle, _| {
                let last = list(bundle, "attestations").last().unwrap().clone();
                list(bundle, "attestations").push(last);
            })
        }),
        ("a statement that no record binds", "binding", alone, {
            two().edited(|bundle, _| {
                let other = resigned(&bundle["attestations"], |predicate| {
                    predicate["nonce"] = json!("0".repeat(32));
                });
                list(bundle, "attestations").push(other);
            })
        }),
        ("a statement instead of another", "binding", "its statement is missing", {
            two().edited(|bundle, _| {
                let other = resigned(&bundle["attestations"], |predicate| {
                    predicate["nonce"] = json!("0".repeat(32));
                });
                *list(bundle, "attestations").last_mut().unwrap() = other;
            })
        }),
        ("statements in another order", "binding", alone, {
            two().edited(|bundle, _| list(bundle, "attestations").swap(1, 2))
        }),
        ("a statement left out", "signatures", "a key has signed nothing", {
            two().edited(|bundle, _| drop(list(bundle, "attestations").pop()))
        }),
        ("a statement left out with its key", "history", "a log that no signer saw", {
            two().edited(|bundle, _| {
                list(bundle, "attestations").pop();
                list(bundle, "keys").retain(|key| key["owner"] != EVE.actor);
            })
        }),
        ("a signature from another statement", "signatures", "does not hold", {
            two().edited(|bundle, _| {
                let other = bundle["attestations"][0]["signatures"].clone();
                bundle["attestations"][1]["signatures"] = other;
            })
        }),
        ("a key that signed nothing", "signatures", "a key has signed nothing", {
            two().edited(|bundle, _| {
                list(bundle, "keys").push(key_entry(MAX));
                let keyid = |key: &Value| key["keyid"].as_str().unwrap().to_owned();
                list(bundle, "keys").sort_by_key(keyid);
            })
        }),
        ("a key left out", "signatures", "the key of a signer is missing", {
            two().edited(|bundle, _| drop(list(bundle, "keys").pop()))
        }),
        ("a key under another name", "keys", "not the one enrolled", {
            two().edited(|bundle, _| bundle["keys"][0]["owner"] = json!(MAX.actor))
        }),
        ("a key said to be the kit's", "keys", "not the one enrolled", {
            two().edited(|bundle, _| bundle["keys"][1]["owner"] = json!("system"))
        }),
        ("the kit's key said to be a person's", "keys", "not the one enrolled", {
            Lie::about(stories::recovery).edited(|bundle, _| {
                let kit = list(bundle, "keys").iter_mut().find(|key| key["owner"] == "system");
                kit.unwrap()["owner"] = json!(ADA.actor);
            })
        }),
        ("another key under an id", "shape", "a key id is not that of its key", {
            two().edited(|bundle, _| {
                bundle["keys"][0]["public_key"] = key_entry(MAX)["public_key"].clone()
            })
        }),
        ("the proofs of two records", "inclusion", "another root", {
            two().edited(|bundle, _| {
                let proof = bundle["records"][0]["proof"].clone();
                bundle["records"][0]["proof"] = bundle["records"][1]["proof"].clone();
                bundle["records"][1]["proof"] = proof;
            })
        }),
        ("a record changed after the checkpoint", "inclusion", "another root", {
            two().edited(|bundle, log| {
                let text = String::from_utf8(log.leaves()[log.seq("final")].clone()).unwrap();
                let other = text.replace("limits hold", "limits held");
                let at = list(bundle, "records").len() - 2;
                let leaf = ledger::digest::to_base64(other.as_bytes());
                *place(bundle, &format!("/records/{at}/leaf")) = json!(leaf);
            })
        }),
        ("a record at another place", "shape", "not of this log and place", {
            two().edited(|bundle, _| bundle["records"][1]["index"] = json!(1))
        }),
        ("a proof left out", "history", "no proof for", {
            two().edited(|bundle, _| {
                let proofs = bundle["consistency"].as_object_mut().unwrap();
                let first = proofs.keys().next().unwrap().clone();
                proofs.remove(&first);
            })
        }),
        ("a proof that nobody asked for", "history", "a log that no signer saw", {
            two().edited(|bundle, log| {
                let file = log.consistency_file(1, log.now_seq());
                let proofs = bundle["consistency"].as_object_mut().unwrap();
                assert!(proofs.insert("1".to_owned(), file.0["proof"].clone()).is_none());
            })
        }),
        ("a proof of another size", "history", "consistency proof", {
            two().edited(|bundle, log| {
                let file = log.consistency_file(1, log.now_seq());
                let proofs = bundle["consistency"].as_object_mut().unwrap();
                let last = proofs.keys().next_back().unwrap().clone();
                proofs.insert(last, file.0["proof"].clone());
            })
        }),
    ];
    check_all("parts that do not fit", 19, &cases);
}

/// The last statement of a bundle with something else in it, signed again by Eve.
fn resigned(attestations: &Value, change: impl Fn(&mut Value)) -> Value {
    let last = attestations.as_array().unwrap().last().unwrap();
    let envelope = Envelope::parse(&ledger::json::to_canonical(last).unwrap()).unwrap();
    let mut statement: Value = serde_json::from_slice(envelope.payload()).unwrap();
    change(&mut statement["predicate"]);
    let bytes = Slip::Open(statement, EVE).envelope().to_canonical().unwrap();
    serde_json::from_slice(&bytes).unwrap()
}
