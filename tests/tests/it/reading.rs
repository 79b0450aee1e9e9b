//! Who reads what is protected on the command line: on record for a person, not for a token
//! (issue 4, `data.decrypt`).
//!
//! Invariant: the record comes before the text, and never holds it.

use serde_json::Value;
use tests::terminal::{Ran, Terminal};

const CARD: &str = r#"{"intended_use":"Refuse nobody"}"#;
const TEXT: &str = "Refuse {{name}} politely.\n";

/// A workspace with a prompt of two versions and a model, of this tier.
fn with(tier: &str) -> Terminal {
    let terminal = Terminal::with_workspace();
    terminal.write("weights.bin", b"weights");
    terminal.write("card.json", CARD.as_bytes());
    for text in [TEXT, "Refuse {{name}}.\n"] {
        terminal.write("text", text.as_bytes());
        let push = ["prompt", "push", "kyc", "--file", "text", "--tier", tier, "--reason", "new"];
        done(&terminal.ada(&push));
    }
    let register = [
        "model",
        "register",
        "pd",
        "1",
        "--artifact",
        "weights.bin",
        "--card",
        "card.json",
        "--tier",
        tier,
        "--reason",
        "new",
    ];
    done(&terminal.ada(&register));
    terminal
}

fn done(ran: &Ran) {
    assert_eq!(ran.status, 0, "{ran:?}");
}

/// Resource, reason and value of each `data.decrypt`, the oldest first.
fn readings(terminal: &Terminal) -> Vec<[String; 3]> {
    let listed = terminal.ada(&["audit", "list", "--action", "data.decrypt"]);
    done(&listed);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let told = |leaf: &Value| {
        assert!(!leaf.to_string().contains("Refuse"), "{leaf}");
        let resource = format!("{}/{}", text(&leaf["resource_type"]), text(&leaf["resource_id"]));
        [resource, text(&leaf["reason"]), text(&leaf["metadata"]["value"])]
    };
    let mut told: Vec<[String; 3]> = listed.lines().iter().map(told).collect();
    told.reverse();
    told
}

/// Every command that prints a text or a card.
const READS: [&[&str]; 4] = [
    &["prompt", "get", "kyc"],
    &["prompt", "diff", "kyc", "1", "2", "--reason", "asked by audit"],
    &["prompt", "diff", "kyc", "2", "1"],
    &["model", "show", "pd", "1"],
];

#[test]
fn a_person_who_reads_what_is_of_tier_high_is_on_record_each_time() {
    let terminal = with("high");
    for read in READS {
        let ran = terminal.ada(read);
        done(&ran);
        assert!(ran.out.contains("Refuse"), "{ran:?}");
    }
    // What prints neither text nor card reads nothing.
    done(&terminal.ada(&["prompt", "show", "kyc"]));
    done(&terminal.ada(&["model", "list"]));
    let usual = "read on the command line";
    let expected = [
        ["prompt/kyc@2", usual, "text"],
        ["prompt/kyc@1", "asked by audit", "text"],
        ["prompt/kyc@2", "asked by audit", "text"],
        ["prompt/kyc@2", usual, "text"],
        ["prompt/kyc@1", usual, "text"],
        ["model/pd@1", usual, "card"],
    ];
    assert_eq!(readings(&terminal), expected);
    let empty = terminal.ada(&["prompt", "get", "kyc", "--reason", " "]);
    assert_eq!((empty.status, empty.out.contains("Refuse")), (2, false), "{empty:?}");
    assert_eq!(terminal.nobody(&["audit", "verify"]).status, 0);
}

#[test]
fn a_lower_tier_and_a_token_leave_no_such_record() {
    let terminal = with("medium");
    for read in READS {
        done(&terminal.ada(read));
    }
    assert_eq!(readings(&terminal), [] as [[String; 3]; 0]);

    let terminal = with("high");
    let create = [
        "token",
        "create",
        "--name",
        "gate",
        "--role",
        "VIEWER",
        "--expires",
        "90d",
        "--reason",
        "reads nightly",
    ];
    let token = terminal.ada(&create).document()["token"].as_str().unwrap().to_owned();
    for read in READS {
        let ran = terminal.pipeline(&token, read);
        done(&ran);
        assert!(ran.out.contains("Refuse"), "{ran:?}");
    }
    assert_eq!(readings(&terminal), [] as [[String; 3]; 0], "a pipeline's reads are no person's");
}

#[tokio::test]
async fn where_it_cannot_be_put_on_record_nothing_is_printed() {
    let terminal = with("high");
    terminal.lose_anchor("main").await;
    for read in READS {
        let ran = terminal.ada(read);
        assert_eq!((ran.status, ran.out.contains("Refuse")), (5, false), "{ran:?}");
    }
}
