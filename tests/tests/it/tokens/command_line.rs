//! A token through the built program: shown once, used from the environment, found nowhere.

use std::fs;
use std::path::Path;

use ledger::{Decision, Role};
use tests::terminal::{ADA, Ran, Terminal};

/// A token that Ada makes, with its id.
fn create(terminal: &Terminal, role: &str, more: &[&str]) -> (String, String) {
    let words =
        ["token", "create", "--name", "nightly build", "--role", role, "--reason", "registers"];
    let made = terminal.ada(&[&words[..], more].concat());
    assert_eq!(made.status, 0, "{made:?}");
    let made = made.document();
    let text = |field: &str| made[field].as_str().unwrap().to_owned();
    (text("token"), text("id"))
}

fn register(version: &str) -> [&str; 8] {
    ["model", "register", "m", version, "--artifact", "weights.bin", "--reason", "new"]
}

#[tokio::test]
async fn a_pipeline_registers_with_its_token_and_is_refused_after_revocation() {
    let terminal = Terminal::with_workspace();
    terminal.write("weights.bin", b"weights");
    terminal.hire("Bob Noyce", Role::Approver).await;
    let (token, id) = create(&terminal, "ADMIN", &["--expires", "90d"]);
    let made = terminal.pipeline(&token, &register("1"));
    assert_eq!(made.status, 0, "{made:?}");
    let request = made.document()["request_id"].as_str().unwrap().to_owned();
    let shown = terminal.pipeline(&token, &["request", "show", &request]).document();
    assert_eq!(shown["requested_by"], id.as_str());
    assert_eq!(shown["requester"], "nightly build");
    let cases: Vec<(Ran, i32)> = vec![
        (terminal.pipeline(&token, &["model", "list"]), 0),
        (terminal.pipeline(&token, &["audit", "list"]), 0),
        (terminal.pipeline(&token, &["gate", "model", "m", "1"]), 4),
        (terminal.pipeline(&token, &["--tenant", "main", "model", "list"]), 0),
        (terminal.pipeline(&token, &["--tenant", "other", "model", "list"]), 4),
        (terminal.pipeline(&token, &["request", "approve", &request]), 2),
        (terminal.pipeline(&token, &["token", "list"]), 3),
        (terminal.pipeline(&token, &["token", "revoke", &id, "--reason", "x"]), 3),
        (terminal.pipeline(&token, &["--user", ADA, "model", "list"]), 2),
        (terminal.pipeline("cst_nonsense", &["model", "list"]), 3),
        (terminal.pipeline("", &["model", "list"]), 3),
    ];
    for (ran, status) in &cases {
        assert_eq!(ran.status, *status, "{ran:?}");
        assert!(!format!("{ran:?}").contains(&token), "{ran:?}");
    }
    let listed = terminal.ada(&["token", "list"]).lines();
    assert_eq!(
        (listed.len(), &listed[0]["state"], &listed[0]["owner_name"]),
        (1, &"good".into(), &ADA.into())
    );
    assert!(listed[0]["last_used_at"].is_string(), "{listed:?}");
    terminal.decide("Bob Noyce", &request, Decision::Approved).await;
    assert_eq!(terminal.pipeline(&token, &["gate", "model", "m", "1"]).status, 0);

    let export = ["evidence", "export", &request, "-o", "m.countersign.json"];
    assert_eq!(terminal.pipeline(&token, &export).status, 0);
    assert_eq!(terminal.pipeline(&token, &["trust", "export", "-o", "trust.json"]).status, 0);
    let verify = ["evidence", "verify", "m.countersign.json", "--trust", "trust.json"];
    assert_eq!(terminal.pipeline(&token, &verify).status, 0, "offline, a token is not looked at");

    let revoked = terminal.ada(&["token", "revoke", &id, "--reason", "leaked"]);
    assert_eq!((revoked.status, revoked.document()["state"].as_str()), (0, Some("revoked")));
    let (after, unknown) =
        (terminal.pipeline(&token, &register("2")), terminal.pipeline("cst_x", &register("2")));
    assert_eq!((after.status, &after.err), (3, &unknown.err), "told alike");
    assert_eq!(terminal.ada(&["token", "revoke", &id, "--reason", "again"]).status, 6);
    for log in ["main", "_workspace"] {
        let verified = terminal.nobody(&["--tenant", log, "audit", "verify"]);
        assert_eq!(verified.status, 0, "{verified:?}");
    }
    let secret = token.rsplit_once('_').map_or(token.as_str(), |_| &token[41..]);
    let searched = demand_absent(&terminal.workspace(), &[token.as_bytes(), secret.as_bytes()]);
    println!("tokens: {searched} bytes of the workspace searched");
    assert!(searched > 100_000);
}

#[test]
fn a_token_that_cannot_be_is_a_usage_error_and_none_is_made() {
    let terminal = Terminal::with_workspace();
    let base = ["token", "create", "--name", "x", "--reason", "y"];
    let cases: [(&[&str], i32); 8] = [
        (&["--role", "VIEWER", "--expires", "90d", "--tenant", "_workspace"], 2),
        (&["--role", "ADMIN", "--expires", "0d"], 2),
        (&["--role", "ADMIN", "--expires", "367d"], 2),
        (&["--role", "ADMIN", "--expires", "24h"], 2),
        (&["--role", "ROOT", "--expires", "90d"], 2),
        (&["--role", "ADMIN"], 2),
        // Whoever makes it owns it: nobody else can be named.
        (&["--role", "ADMIN", "--expires", "90d", "--owner", ADA], 2),
        (&["--role", "VIEWER", "--expires", "366d"], 0),
    ];
    for (more, status) in cases {
        let ran = terminal.ada(&[&base[..], more].concat());
        assert_eq!(ran.status, status, "{more:?}: {ran:?}");
    }
    assert_eq!(terminal.nobody(&["token", "list"]).status, 3);
    assert_eq!(terminal.ada(&["token", "list"]).lines().len(), 1);
    let said = terminal.run_as(Some(ADA), &["token", "list"]).out;
    assert!(said.contains("VIEWER") && said.contains("never used"), "{said}");
}

/// Demands that none of these bytes stands in a file below; gives how many bytes were searched.
fn demand_absent(folder: &Path, needles: &[&[u8]]) -> usize {
    let mut searched = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            searched += demand_absent(&path, needles);
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        for needle in needles {
            let found = bytes.windows(needle.len()).any(|window| window == *needle);
            assert!(!found, "the token stands in {}", path.display());
        }
        searched += bytes.len();
    }
    searched
}
