//! The sentences, word for word.

use ledger::TenantId;

use super::*;

fn name(text: &str) -> SubjectName {
    SubjectName::parse(text).unwrap()
}

const CHANGE: &str = "change/01930000-0000-7000-8000-000000000201";

#[test]
fn sizes_have_one_decimal_in_decimal_units() {
    let check = |bytes: u64, expected: &str| assert_eq!(size(bytes), expected);
    check(0, "0 bytes");
    check(1, "1 byte");
    check(999, "999 bytes");
    check(1_000, "1.0 kB");
    check(1_049, "1.0 kB");
    check(1_050, "1.1 kB");
    check(999_949, "999.9 kB");
    check(999_950, "1.0 MB");
    check(48_200_000, "48.2 MB");
    check(4 << 30, "4.3 GB");
    check(u64::MAX, "18.4 EB");
}

#[test]
fn long_work_counts_in_thousands() {
    let check = |(done, total): (u64, u64), expected: &str| {
        assert_eq!(how_far(done, total, "values"), expected);
    };
    check((0, 7), "0 of 7 values");
    check((999, 1_000), "999 of 1,000 values");
    check((1_204, 12_482), "1,204 of 12,482 values");
    check((1_000_000, u64::MAX), "1,000,000 of 18,446,744,073,709,551,615 values");
}

#[test]
fn a_decision_is_one_plain_sentence() {
    let check = |decided: Decision, subject: &str, expected: &str| {
        assert_eq!(decision(decided, &name(subject), "retail-eu"), expected);
    };
    check(
        Decision::Approved,
        "model/credit-pd@7",
        "Approve model credit-pd, version 7, for production use in retail-eu.",
    );
    check(
        Decision::Approved,
        "prompt/kyc-summary@12",
        "Approve prompt kyc-summary, version 12, for production use in retail-eu.",
    );
    check(
        Decision::Rejected,
        "model/credit-pd@7",
        "Reject model credit-pd, version 7, in retail-eu.",
    );
    check(
        Decision::Revoked,
        "prompt/kyc@2",
        "Revoke the approval of prompt kyc, version 2, in retail-eu.",
    );
    check(Decision::Approved, CHANGE, "Approve this change in retail-eu.");
    check(Decision::Rejected, CHANGE, "Reject this change in retail-eu.");
    check(Decision::Proposed, CHANGE, "Propose this change in retail-eu.");
}

#[test]
fn a_receipt_says_what_is_so_now() {
    let check = |decided: Decision, subject: &str, missing: u32, expected: &str| {
        assert_eq!(outcome(decided, &name(subject), "retail-eu", missing), expected);
    };
    check(
        Decision::Approved,
        "model/credit-pd@7",
        0,
        "credit-pd, version 7, is approved and in force in retail-eu.",
    );
    check(
        Decision::Approved,
        "model/credit-pd@7",
        1,
        "credit-pd, version 7, waits for one more person to sign in retail-eu.",
    );
    check(
        Decision::Approved,
        "model/credit-pd@7",
        2,
        "credit-pd, version 7, waits for two more people to sign in retail-eu.",
    );
    check(Decision::Rejected, "prompt/kyc@2", 0, "kyc, version 2, is rejected in retail-eu.");
    check(Decision::Revoked, "prompt/kyc@2", 0, "kyc, version 2, is revoked in retail-eu.");
    check(Decision::Approved, CHANGE, 0, "The change is approved and in force in retail-eu.");
    check(
        Decision::Proposed,
        CHANGE,
        1,
        "The change waits for one more person to sign in retail-eu.",
    );
    check(Decision::Proposed, CHANGE, 0, "The change is in force in retail-eu.");
}

#[test]
fn a_policy_is_told_as_people() {
    let tenant = TenantId::parse("retail-eu").unwrap();
    let standard = |kind, tier| Policy::standard(&tenant, kind, tier);
    let check = |asked: &Policy, expected: &str| assert_eq!(policy(asked), expected);
    let high = standard(SubjectKind::Model, Tier::High);
    check(&high, "High tier: two people, neither of them the requester");
    check(&standard(SubjectKind::Prompt, Tier::Medium), "Medium tier: one person, not the author");
    check(&standard(SubjectKind::Model, Tier::Low), "Low tier: one person, not the requester");
    let three = Policy { approvals: 3, ..high.clone() };
    check(&three, "High tier: three people, none of them the requester");
    let open = Policy { four_eyes: false, ..high.clone() };
    check(&open, "High tier: two people, one of whom may be the requester");
    let alone = Policy { four_eyes: false, approvals: 1, ..high.clone() };
    check(&alone, "High tier: one person, who may be the requester");
    let strict = Policy {
        artefact_check: true,
        groups: vec!["Model Risk".to_owned(), "Fair Lending".to_owned()],
        ..high.clone()
    };
    check(
        &strict,
        "High tier: two people, neither of them the requester; from Model Risk and Fair Lending; \
         with the artefact checked",
    );

    let check = |asked: &Policy, signed, expected: &str| {
        assert_eq!(policy_for_signer(asked, signed), expected);
    };
    check(
        &high,
        1,
        "High tier, two people. Yours is the second: the model is in force once you sign.",
    );
    check(&high, 0, "High tier, two people. Yours is the first: one more must sign.");
    check(&three, 0, "High tier, three people. Yours is the first: two more must sign.");
    check(
        &standard(SubjectKind::Prompt, Tier::Low),
        0,
        "Low tier, one person. The prompt is in force once you sign.",
    );
}

#[test]
fn who_is_missing_is_said_by_name() {
    let check = |needed, signed, able: &[&str], expected: &str| {
        let able: Vec<String> = able.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(missing(needed, signed, &able), expected);
    };
    check(2, 0, &[], "Needs 2, nobody can sign yet");
    check(2, 0, &["Ingrid Solheim"], "Needs 2, only Ingrid Solheim can sign yet");
    check(3, 0, &["Ada", "Bob"], "Needs 3, only Ada and Bob can sign yet");
    check(2, 1, &[], "Needs 1 more, nobody can sign yet");
    check(2, 1, &["Ada"], "");
    check(1, 1, &[], "");
    check(2, 0, &["Ada", "Bob", "Chi"], "");
}
