//! in-toto's own cases against the statement reader: whatever its parents refuse is refused here,
//! and so is what they accept under a predicate that this version does not know by name.

use ledger::Statement;

use crate::found::{carried, cases, report};

#[test]
fn statements_of_other_kinds_are_refused_and_ours_is_read() {
    let cases = cases("in-toto", "statement_cases.json");
    for case in &cases {
        let json = case["json"].as_str().unwrap();
        assert!(Statement::parse(json.as_bytes()).is_err(), "accepted {json}");
    }
    report("in-toto statements", cases.len(), 6);
    // The control: a reader that refuses everything would pass the cases above.
    let vote = carried("countersign", "vote.payload.json");
    assert!(Statement::parse(&vote).is_ok(), "our own statement is refused");
    // Each fault of the cases, alone, in a statement that is otherwise ours.
    let vote = String::from_utf8(vote).unwrap();
    let subject = &vote[vote.find("\"subject\":[").unwrap()..vote.len() - 1];
    for (from, to) in [
        ("https://in-toto.io/Statement/v1", "https://not-in-toto.io/Statement/v1"),
        (subject, "\"subject\":[]"),
        (subject, "\"subject\":[{\"downloadLocation\":\"https://example.com/test.zip\"}]"),
        (subject, "\"subject\":[{\"name\":\"model/credit-pd@3\"}]"),
    ] {
        assert!(vote.contains(from));
        let spoilt = vote.replace(from, to);
        assert!(Statement::parse(spoilt.as_bytes()).is_err(), "accepted {spoilt}");
    }
}
