//! The records, statements and policies of the worked examples, byte for byte.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "tests read vector files, say what they ran, and fail loudly"
)]

use std::path::PathBuf;

use ledger::metadata::{
    AuthorityMetadata, MakingMetadata, OutcomeMetadata, RequestMetadata, VoteMetadata, to_object,
};
use ledger::{Action, AuditRecord, Digest, Statement, tree};

fn vector(name: &str) -> Vec<u8> {
    let folder = std::env::var_os("COUNTERSIGN_VECTORS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/vectors"),
        PathBuf::from,
    );
    std::fs::read(folder.join("countersign").join(name)).expect("the vectors lie in tests/vectors")
}

fn leaves() -> Vec<Vec<u8>> {
    (0..8).map(|index| vector(&format!("leaf-{index}.json"))).collect()
}

#[test]
fn leaves_are_reproduced_byte_for_byte() {
    let figures: serde_json::Value = serde_json::from_slice(&vector("figures.json")).unwrap();
    let mut checked = 0;
    for (index, leaf) in leaves().iter().enumerate() {
        let record = AuditRecord::parse(leaf).unwrap();
        assert_eq!(&record.to_leaf().unwrap(), leaf, "leaf {index}");
        assert_eq!(record.parts().seq, index as u64);
        checked += 1;
    }
    let hash = |index: usize| tree::leaf_hash(&leaves()[index]).to_hex();
    for index in 0..3 {
        assert_eq!(figures["leaf hashes 0,1,2"][index], hash(index));
    }
    assert_eq!(figures["leaf hash 6"], hash(6));
    println!("{checked} leaves");
    assert!(checked >= 8);
}

/// Reads the metadata as its type and demands the same object back.
fn check<T: serde::Serialize + serde::de::DeserializeOwned>(record: &AuditRecord) {
    let metadata: T = record.metadata_as().unwrap();
    assert_eq!(to_object(&metadata).unwrap(), record.parts().metadata);
}

#[test]
fn metadata_that_verifiers_read_has_its_type() {
    for leaf in leaves() {
        let record = AuditRecord::parse(&leaf).unwrap();
        #[allow(clippy::wildcard_enum_match_arm, reason = "only what the example holds")]
        match record.parts().action {
            Action::TenantCreate | Action::KeyEnroll | Action::RoleGrant => {
                check::<AuthorityMetadata>(&record);
            }
            Action::ModelRegister => check::<MakingMetadata>(&record),
            Action::ApprovalRequest => {
                check::<RequestMetadata>(&record);
                let metadata: RequestMetadata = record.metadata_as().unwrap();
                let genesis = AuditRecord::parse(&vector("leaf-0.json")).unwrap();
                let genesis: AuthorityMetadata = genesis.metadata_as().unwrap();
                let ledger::change::ChangeBody::Genesis(body) = genesis.change.body else {
                    panic!("record 0 is the genesis");
                };
                assert_eq!(metadata.policy_sha256, Some(body.policies[0].digest().unwrap()));
            }
            Action::ApprovalVote => check::<VoteMetadata>(&record),
            Action::ApprovalApprove => check::<OutcomeMetadata>(&record),
            Action::EvidenceExport => {}
            action => panic!("an action that the example does not hold: {action}"),
        }
    }
}

/// A key that may be null must be there, and one that is absent must not be there as null.
#[test]
fn metadata_has_exactly_the_keys_of_its_action() {
    let cases = [
        ("leaf-2.json", "\"group\":null,", ""),
        ("leaf-0.json", "\"expires_after_seconds\":null,", ""),
        ("leaf-4.json", "\"expires_at\":null,", ""),
        ("leaf-4.json", "\"documents\":", "\"change\":null,\"documents\":"),
        ("leaf-4.json", "\"tier\":\"low\"", "\"tier\":\"low\",\"zeal\":1"),
    ];
    for (leaf, from, to) in cases {
        let text = String::from_utf8(vector(leaf)).unwrap();
        assert!(text.contains(from), "{leaf} does not hold {from}");
        let record = AuditRecord::parse(text.replacen(from, to, 1).as_bytes()).unwrap();
        let refused = if record.parts().action == Action::ApprovalRequest {
            record.metadata_as::<RequestMetadata>().is_err()
        } else {
            record.metadata_as::<AuthorityMetadata>().is_err()
        };
        assert!(refused, "{leaf}: accepted {from:?} as {to:?}");
    }
}

#[test]
fn the_vote_is_reproduced_byte_for_byte() {
    let payload = vector("vote.payload.json");
    let statement = Statement::parse(&payload).unwrap();
    assert_eq!(statement.to_payload().unwrap(), payload);
    assert_eq!(
        Digest::of(&payload).to_hex(),
        "c0bf54c6f2073c1f155e60648371dffbcb197e7a7d0d7f6cf28a42136b15dd4b"
    );
}

#[test]
fn a_record_of_any_other_shape_is_refused() {
    let leaf = String::from_utf8(vector("leaf-6.json")).unwrap();
    let cases = [
        leaf.replace("\"v\":1", "\"v\":2"),
        leaf.replace("\"seq\":6,", ""),
        leaf.replace("\"seq\":6", "\"seq\":-6"),
        leaf.replace("\"seq\":6", "\"seq\":6.0"),
        leaf.replace("\"seq\":6", "\"seq\":9007199254740992"),
        leaf.replace("\"v\":1", "\"v\":1,\"w\":1"),
        leaf.replace("approval.approve", "approval.approved"),
        leaf.replace("\"model\"", "\"Model\""),
        leaf.replace("limits hold", "limits\\u0020hold"),
        leaf.replace("person/", "human/"),
        format!("{leaf}\n"),
        format!(" {leaf}"),
        leaf.replacen("\"action\"", "\"action\":\"approval.approve\",\"action\"", 1),
    ];
    for case in &cases {
        assert_ne!(case, &leaf, "the case changes nothing");
        assert!(AuditRecord::parse(case.as_bytes()).is_err(), "accepted {case}");
    }
    assert!(AuditRecord::parse(leaf.as_bytes()).is_ok(), "the control is refused");
    println!("{} shapes refused", cases.len());
}

#[test]
fn a_statement_of_any_other_shape_is_refused() {
    let payload = String::from_utf8(vector("vote.payload.json")).unwrap();
    let cases = [
        payload.replace("approve it for production use", "approve it for testing"),
        payload.replace("human-approval/v1", "human-approval/v2"),
        payload.replace("Statement/v1", "Statement/v0.1"),
        payload.replace("\"APPROVED\"", "\"REJECTED\""),
        payload.replace("[\"overview\",\"artefact\"]", "[\"artefact\",\"overview\"]"),
        payload.replace("[\"overview\",\"artefact\"]", "[\"overview\",\"overview\"]"),
        payload.replace("\"scope\":null", "\"scope\":[\"b\",\"a\"]"),
        payload.replace("\"scope\":null", "\"scope\":[\"A\"]"),
        payload.replace("80112513", "8011251Z"),
        payload.replace("\"seconds\":74", "\"seconds\":74,\"more\":1"),
        payload.replace(",\"seconds\":74", ""),
        payload.replace("\"APPROVER\"", "\"APPROVERS\""),
    ];
    for case in &cases {
        assert_ne!(case, &payload, "the case changes nothing");
        assert!(Statement::parse(case.as_bytes()).is_err(), "accepted {case}");
    }
    println!("{} shapes refused", cases.len());
}
