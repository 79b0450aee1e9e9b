//! What ends an approval, and how it comes back, as a pipeline meets it: the built program's gate,
//! the evidence of the decision, `request open`, and the verification of all of it.
//!
//! Invariant: every no has its yes before or after it, from the same program over the same log.

use ledger::statement::Conditions;
use ledger::{Decision, Role};
use serde_json::Value;
use tests::terminal::{ADA, Ran, Terminal};

const BOB: &str = "Bob Noyce";

/// A prompt that Bob approved under these conditions, and its request.
async fn approved(conditions: &Conditions) -> (Terminal, String) {
    let terminal = Terminal::with_workspace();
    terminal.hire(BOB, Role::Approver).await;
    terminal.write("letter.txt", b"Be kind.\n");
    let pushed =
        terminal.ada(&["prompt", "push", "letter", "--file", "letter.txt", "--reason", "asked"]);
    let request = text(&pushed.document(), "request_id");
    terminal.decide_under(BOB, &request, (Decision::Approved, conditions)).await;
    (terminal, request)
}

fn text(document: &Value, key: &str) -> String {
    document[key].as_str().unwrap().to_owned()
}

fn gate(terminal: &Terminal, scope: Option<&str>) -> Ran {
    let mut words = vec!["gate", "prompt", "letter", "1", "--file", "letter.txt"];
    words.extend(scope.iter().flat_map(|scope| ["--scope", scope]));
    terminal.nobody(&words)
}

fn reopen(terminal: &Terminal) -> Ran {
    terminal.ada(&["request", "open", "prompt/letter@1", "--reason", "looked at again"])
}

fn verified(terminal: &Terminal) {
    let verified = terminal.ada(&["audit", "verify"]);
    assert_eq!(verified.status, 0, "{}", verified.err);
}

#[tokio::test]
async fn a_revoked_approval_is_a_no_and_comes_back_by_a_request_that_is_approved() {
    let (terminal, request) = approved(&Conditions::default()).await;
    assert_eq!(gate(&terminal, None).status, 0);
    let stands = reopen(&terminal);
    assert_eq!(stands.status, 6, "it is in force: {}", stands.err);
    terminal.revoke(BOB, &request).await;
    let refused = gate(&terminal, None);
    assert_eq!(refused.status, 4);
    assert!(text(&refused.document(), "reason").contains("revoked"));
    let shown = terminal.ada(&["prompt", "show", "letter"]);
    assert_eq!(text(&shown.lines()[0], "effect"), "revoked");
    assert_eq!(terminal.ada(&["prompt", "get", "letter", "--approved"]).status, 4);
    verified(&terminal);

    let evidence = ["evidence", "export", &request, "-o", "letter.countersign.json"];
    assert_eq!(terminal.ada(&evidence).status, 0);
    assert_eq!(terminal.ada(&["trust", "export", "-o", "trust.json"]).status, 0);
    let sound = terminal.nobody(&[
        "evidence",
        "verify",
        "letter.countersign.json",
        "--trust",
        "trust.json",
    ]);
    assert_eq!((sound.status, text(&sound.document(), "effect").as_str()), (0, "revoked"));
    let offline = terminal.nobody(&[
        "gate",
        "prompt",
        "letter",
        "1",
        "--evidence",
        "letter.countersign.json",
        "--trust",
        "trust.json",
    ]);
    assert_eq!(offline.status, 4, "{}", offline.err);

    let opened = reopen(&terminal).document();
    assert_eq!(text(&opened, "subject"), "prompt/letter@1");
    assert_eq!(gate(&terminal, None).status, 4, "asking approves nothing");
    assert_eq!(reopen(&terminal).status, 6, "one waits");
    terminal.decide(BOB, &text(&opened, "request_id"), Decision::Approved).await;
    assert_eq!(gate(&terminal, None).status, 0);
    verified(&terminal);
}

#[tokio::test]
async fn a_limited_approval_is_a_yes_where_it_says() {
    let scope = Some(vec!["staging".to_owned()]);
    let (terminal, _) = approved(&Conditions { expires_at: None, scope }).await;
    for (scope, status) in [(Some("staging"), 0), (Some("production"), 4), (None, 4)] {
        assert_eq!(gate(&terminal, scope).status, status, "{scope:?}");
    }
    verified(&terminal);
    let (shown, reopened) = (terminal.ada(&["prompt", "list"]), reopen(&terminal));
    assert_eq!(text(&shown.lines()[0], "effect"), "in_force");
    assert_eq!(reopened.status, 0, "more may be asked for: {}", reopened.err);
    assert_eq!(gate(&terminal, Some("staging")).status, 0, "and what stands stays");
}

#[tokio::test]
async fn only_what_exists_and_who_may_ask_opens_a_request() {
    let (terminal, request) = approved(&Conditions::default()).await;
    terminal.revoke(ADA, &request).await;
    let asks = |who: &str, subject: &str, reason: &str| {
        let words = ["--json", "request", "open", subject, "--reason", reason];
        terminal.run_as(Some(who), &words).status
    };
    assert_eq!(asks(ADA, "prompt/letter@2", "again"), 4);
    assert_eq!(asks(ADA, "model/letter@1", "again"), 4);
    assert_eq!(asks(ADA, "letter", "again"), 4);
    assert_eq!(asks(ADA, "prompt/letter@1", ""), 2);
    assert_eq!(asks(BOB, "prompt/letter@1", "again"), 3);
    assert_eq!(terminal.nobody(&["request", "open", "prompt/letter@1", "--reason", "x"]).status, 3);
    assert_eq!(asks(ADA, "prompt/letter@1", "again"), 0);
}
