//! Administration from the terminal: people, roles, tenants, installations.
//!
//! Invariant: what the program signs is a proposal. It applies at once where the tenant has one
//! admin, and otherwise changes nothing before a second one has signed it.

use console::ErrorCode;
use ledger::{Decision, Role};
use serde_json::Value;
use tests::terminal::{ADA, Ran, Terminal};

const GRACE: &str = "Grace Hopper";
const BOB: &str = "Bob Noyce";
/// The file with Bob's own passphrase.
const BOBS: &str = "bobs";

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no {field} in {value}"))
}

fn done(ran: &Ran) -> Value {
    assert_eq!(ran.status, 0, "{ran:?}");
    ran.document()
}

fn error(ran: &Ran) -> (i32, String) {
    assert!(ran.out.is_empty(), "{ran:?}");
    let said: Value = serde_json::from_str(&ran.err).unwrap_or_else(|_| panic!("{ran:?}"));
    (ran.status, text(&said["error"], "code").to_owned())
}

fn code(code: ErrorCode) -> String {
    serde_json::to_value(code).unwrap().as_str().unwrap().to_owned()
}

fn bank() -> Terminal {
    let terminal = Terminal::with_workspace();
    terminal.write(BOBS, b"what Bob alone knows\n");
    terminal.write("weak", b"short\n");
    terminal
}

/// Ada adds somebody whose passphrase lies in a file.
fn add(terminal: &Terminal, name: &str, role: &str, file: &str) -> Ran {
    let words = ["user", "add", name, "--role", role, "--reason", "joins the desk"];
    terminal.ada(&[&words[..], &["--new-passphrase-file", file]].concat())
}

fn states(act: &Value) -> Vec<(&str, &str)> {
    let changes = act["changes"].as_array().unwrap();
    changes.iter().map(|change| (text(change, "kind"), text(change, "state"))).collect()
}

fn requests(act: &Value) -> Vec<String> {
    let changes = act["changes"].as_array().unwrap();
    changes.iter().map(|change| text(change, "request_id").to_owned()).collect()
}

/// What somebody with a passphrase of their own gets.
fn asks(terminal: &Terminal, name: &str, file: &str, words: &[&str]) -> Ran {
    terminal.nobody(&[&["--user", name, "--passphrase-file", file], words].concat())
}

#[test]
fn the_only_admin_adds_moves_and_dismisses_at_once_and_it_says_single() {
    let terminal = bank();
    let added = done(&add(&terminal, BOB, "approver", BOBS));
    assert_eq!(states(&added), [("key.enroll", "applied"), ("role.grant", "applied")]);
    assert_eq!((text(&added, "name"), text(&added, "tenant_id")), (BOB, "main"));
    assert_eq!(asks(&terminal, BOB, BOBS, &["model", "list"]).status, 0);
    assert_eq!(asks(&terminal, BOB, "passphrase", &["model", "list"]).status, 3, "not the admin's");

    let words = ["role", "grant", BOB, "ANALYST", "--group", "Risk", "--reason", "moves"];
    let said = terminal.run_as(Some(ADA), &words);
    assert_eq!(said.status, 0, "{said:?}");
    assert!(said.out.contains("role.grant applies, under single control"), "{said:?}");
    let held = terminal.ada(&["role", "list"]).lines();
    let bob = held.iter().find(|line| line["name"] == BOB).unwrap();
    assert_eq!((text(bob, "role"), bob["enrolled"].as_bool()), ("ANALYST", Some(true)));
    let granted = terminal.ada(&["audit", "list", "--action", "role.grant"]).lines();
    assert!(granted[0].to_string().contains("Risk"), "the group is on record: {}", granted[0]);

    let revoked = done(&terminal.ada(&["role", "revoke", BOB, "--reason", "leaves"]));
    assert_eq!(states(&revoked), [("role.revoke", "applied")]);
    let gone = asks(&terminal, BOB, BOBS, &["model", "list"]);
    assert_eq!(gone.status, 3, "{gone:?}");
    assert_eq!(terminal.nobody(&["audit", "verify"]).status, 0);
}

#[tokio::test]
async fn with_two_admins_a_change_waits_and_says_for_whom() {
    let terminal = bank();
    done(&add(&terminal, GRACE, "ADMIN", "passphrase"));
    let added = done(&add(&terminal, BOB, "APPROVER", BOBS));
    assert_eq!(states(&added), [("key.enroll", "waiting"), ("role.grant", "waiting")]);
    for change in added["changes"].as_array().unwrap() {
        assert_eq!(change["can_sign"], serde_json::json!([GRACE]), "Ada proposed it");
        assert!(change["seq"].is_null(), "{change}");
    }
    let early = asks(&terminal, BOB, BOBS, &["model", "list"]);
    assert_eq!(early.status, 3, "{early:?}");
    let people = terminal.ada(&["user", "list"]).lines();
    let bob = people.iter().find(|line| line["name"] == BOB).unwrap();
    assert_eq!((bob["enrolled"].as_bool(), &bob["role"]), (Some(false), &Value::Null));

    let words = ["role", "grant", ADA, "APPROVER", "--reason", "grants herself"];
    let said = terminal.run_as(Some(ADA), &words);
    let waits = format!("role.grant waits for a second admin in the console ({GRACE}): request ");
    assert!(said.status == 0 && said.out.contains(&waits), "{said:?}");
    let held = terminal.ada(&["role", "list"]).lines();
    assert!(held.iter().any(|line| line["name"] == ADA && line["role"] == "ADMIN"), "{held:?}");

    for request in requests(&added) {
        let shown = done(&terminal.ada(&["request", "show", &request]));
        assert!(text(&shown, "subject").starts_with("change/"), "{shown}");
        terminal.decide(GRACE, &request, Decision::Approved).await;
    }
    assert_eq!(asks(&terminal, BOB, BOBS, &["model", "list"]).status, 0);
    assert_eq!(terminal.nobody(&["audit", "verify"]).status, 0);
}

#[tokio::test]
async fn nobody_but_an_admin_administers_and_each_attempt_is_on_record() {
    let terminal = bank();
    let people = [("Vic Iewer", Role::Viewer), (BOB, Role::Approver), ("Ann Lyst", Role::Analyst)];
    for (name, role) in people {
        terminal.hire(name, role).await;
    }
    let acts: [&[&str]; 4] = [
        // No file with the new passphrase: nobody may be asked for it before the refusal.
        &["user", "add", "Eve", "--role", "ADMIN", "--reason", "joins"],
        &["role", "grant", BOB, "ADMIN", "--reason", "more"],
        &["role", "revoke", ADA, "--reason", "less"],
        &["tenant", "add", "second", "--title", "Second", "--reason", "more"],
    ];
    for (name, _) in people {
        for act in acts {
            let refused = terminal.run_as(Some(name), &[&["--json"], act].concat());
            assert_eq!(error(&refused), (3, code(ErrorCode::NotAllowed)), "{name} {act:?}");
        }
        for list in [["tenant", "list"], ["device", "list"]] {
            assert_eq!(terminal.run_as(Some(name), &list).status, 0, "{name} looks");
        }
    }
    let denials = terminal.ada(&["audit", "list", "--action", "permission.deny"]).lines();
    assert_eq!(denials.len(), people.len() * acts.len(), "{denials:?}");
    assert_eq!(terminal.ada(&["user", "list"]).lines().len(), 4, "nobody was added");
    for act in acts {
        assert_eq!(error(&terminal.nobody(act)), (3, code(ErrorCode::NotSignedIn)), "{act:?}");
    }
}

#[test]
fn what_cannot_be_is_told_and_changes_nothing() {
    let terminal = bank();
    done(&add(&terminal, BOB, "APPROVER", BOBS));
    let size = || terminal.ada(&["audit", "list"]).lines().len();
    let before = size();
    let long = "n".repeat(129);
    let add = |name: &str, role: &str, file: &str, reason: &str| {
        let words = ["user", "add", name, "--role", role, "--reason", reason];
        terminal.ada(&[&words[..], &["--new-passphrase-file", file]].concat())
    };
    let grant = |words: &[&str]| terminal.ada(&[&["role", "grant"], words].concat());
    let tenant = |id: &str, title: &str| {
        terminal.ada(&["tenant", "add", id, "--title", title, "--reason", "more"])
    };
    use ErrorCode::{AlreadyExists, File, InvalidInput, NotFound, WeakPassphrase};
    let cases = [
        (add("Eve", "ROOT", BOBS, "joins"), 2, InvalidInput),
        (add("Eve", "VIEWER", BOBS, " "), 2, InvalidInput),
        (add("", "VIEWER", BOBS, "joins"), 2, InvalidInput),
        (add(&long, "VIEWER", BOBS, "joins"), 2, InvalidInput),
        (add("Eve", "VIEWER", "weak", "joins"), 2, WeakPassphrase),
        (add("Eve", "VIEWER", "absent", "joins"), 7, File),
        (add(" bob NOYCE", "VIEWER", BOBS, "joins"), 6, AlreadyExists),
        (grant(&["Eve", "VIEWER", "--reason", "x"]), 4, NotFound),
        (grant(&[BOB, "ROOT", "--reason", "x"]), 2, InvalidInput),
        (grant(&[BOB, "VIEWER", "--reason", ""]), 2, InvalidInput),
        (grant(&[BOB, "VIEWER", "--group", "", "--reason", "x"]), 2, InvalidInput),
        (terminal.ada(&["role", "revoke", "Eve", "--reason", "x"]), 4, NotFound),
        (terminal.ada(&["role", "revoke", BOB, "--reason", ""]), 2, InvalidInput),
        (tenant("Second", "Second"), 2, InvalidInput),
        (tenant("_workspace", "Second"), 2, InvalidInput),
        (tenant("main", "Main again"), 2, InvalidInput),
        (tenant("second", ""), 2, InvalidInput),
    ];
    for (index, (ran, status, expected)) in cases.iter().enumerate() {
        assert_eq!(error(ran), (*status, code(*expected)), "case {index}: {ran:?}");
    }
    println!("administration: {} refusals", cases.len());
    assert_eq!(size(), before, "nothing stands in the tenant's log");
    assert_eq!(terminal.ada(&["user", "list"]).lines().len(), 2);
    done(&terminal.ada(&["role", "revoke", BOB, "--reason", "leaves"]));
    let again = terminal.ada(&["role", "revoke", BOB, "--reason", "leaves"]);
    assert_eq!(error(&again), (4, code(NotFound)), "there is no role left");
}

#[test]
fn a_second_tenant_has_people_of_its_own_and_theirs_is_the_key_they_have() {
    let terminal = bank();
    done(&add(&terminal, BOB, "APPROVER", BOBS));
    done(&add(&terminal, GRACE, "ADMIN", "passphrase"));
    let founded = ["tenant", "add", "second", "--title", "Second line", "--reason", "more"];
    let founded = done(&terminal.ada(&founded));
    assert_eq!((text(&founded, "id"), text(&founded, "title")), ("second", "Second line"));
    assert_eq!((text(&founded, "control"), founded["admins"].as_u64()), ("single", Some(1)));
    assert_eq!(terminal.ada(&["model", "list"]).status, 2, "of several one is named");
    let ids = |ran: Ran| -> Vec<String> {
        sorted(ran.lines().iter().map(|line| text(line, "id").to_owned()).collect())
    };
    assert_eq!(ids(terminal.ada(&["tenant", "list"])), ["main", "second"], "none has to be");
    assert_eq!(ids(asks(&terminal, GRACE, "passphrase", &["tenant", "list"])), ["main"]);

    let hers = ["--tenant", "second", "role", "grant", BOB, "VIEWER", "--reason", "looks"];
    let foreign = asks(&terminal, GRACE, "passphrase", &hers);
    assert_eq!(error(&foreign), (4, code(ErrorCode::NotFound)), "told like an absent one");
    let third = ["--tenant", "main", "tenant", "add", "third", "--title", "T", "--reason", "r"];
    let refused = asks(&terminal, GRACE, "passphrase", &third);
    assert_eq!(error(&refused), (3, code(ErrorCode::NotAllowed)), "no admin of the workspace");

    let file = |file| [&hers[..], &["--new-passphrase-file", file]].concat();
    let wrong = terminal.ada(&file("passphrase"));
    assert_eq!(error(&wrong), (3, code(ErrorCode::WrongPassphrase)), "it opens the key he has");
    let granted = done(&terminal.ada(&[&file(BOBS)[..], &["--group", "Risk"]].concat()));
    assert_eq!(states(&granted), [("key.enroll", "applied"), ("role.grant", "applied")]);
    let there = asks(&terminal, BOB, BOBS, &["--tenant", "second", "model", "list"]);
    assert_eq!(there.status, 0, "{there:?}");
    for tenant in ["main", "second"] {
        assert_eq!(terminal.nobody(&["--tenant", tenant, "audit", "verify"]).status, 0);
        let devices = terminal.ada(&["--tenant", tenant, "device", "list"]).lines();
        assert_eq!(devices.len(), 1, "{devices:?}");
        assert_eq!(devices[0]["here"], true);
    }
}

#[test]
fn the_shapes_that_help_documents_are_those_that_are_printed() {
    let terminal = bank();
    let added = done(&add(&terminal, BOB, "APPROVER", BOBS));
    let change = added["changes"][0].clone();
    let first = |words: &[&str]| terminal.ada(words).lines().remove(0);
    let cases: [(&[&str], Vec<Value>); 7] = [
        (&["user", "add"], vec![added.clone(), change.clone()]),
        (&["role", "grant"], vec![added, change]),
        (&["user", "list"], vec![first(&["user", "list"])]),
        (&["role", "list"], vec![first(&["role", "list"])]),
        (&["tenant", "list"], vec![first(&["tenant", "list"])]),
        (&["device", "list"], vec![first(&["device", "list"])]),
        (&["device", "enroll"], vec![first(&["device", "enroll", "--reason", "joins"])]),
    ];
    for (command, printed) in cases {
        let help = terminal.run_as(None, &[command, &["--help"]].concat());
        let shapes: Vec<Vec<String>> = help.out.split('{').skip(1).map(shape).collect();
        let fields: Vec<Vec<String>> = printed
            .iter()
            .map(|value| value.as_object().unwrap().keys().cloned().collect())
            .map(sorted)
            .collect();
        assert_eq!(shapes, fields, "{command:?}: {}", help.out);
    }
}

/// The names in quotes up to the end of a shape.
fn shape(rest: &str) -> Vec<String> {
    let inside = rest.split('}').next().unwrap();
    sorted(inside.split('"').skip(1).step_by(2).map(ToOwned::to_owned).collect())
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

#[test]
fn an_account_is_closed_and_a_log_key_ended_and_what_was_signed_stays() {
    let terminal = bank();
    done(&add(&terminal, BOB, "APPROVER", BOBS));
    let own = error(&terminal.ada(&["user", "disable", ADA, "--reason", "leaves"]));
    assert_eq!(own, (2, code(ErrorCode::InvalidInput)), "nobody closes their own account");
    let by_bob = asks(&terminal, BOB, BOBS, &["user", "disable", ADA, "--reason", "no"]);
    assert_eq!(by_bob.status, 3, "{by_bob:?}");
    let closed = done(&terminal.ada(&["user", "disable", BOB, "--reason", "leaves"]));
    assert_eq!((text(&closed, "status"), &closed["role"]), ("disabled", &Value::Null));
    assert_eq!(asks(&terminal, BOB, BOBS, &["model", "list"]).status, 3);
    let again = error(&terminal.ada(&["user", "disable", BOB, "--reason", "leaves"]));
    assert_eq!(again, (2, code(ErrorCode::InvalidInput)));

    let device = text(&terminal.ada(&["device", "list"]).lines()[0], "id").to_owned();
    for unknown in ["01930000-0000-7000-8000-00000000dead", "nowhere"] {
        let absent = error(&terminal.ada(&["device", "revoke", unknown, "--reason", "lost"]));
        assert_eq!(absent, (4, code(ErrorCode::NotFound)));
    }
    let own = error(&terminal.ada(&["device", "revoke", &device, "--reason", "sold"]));
    assert_eq!(own, (2, code(ErrorCode::InvalidInput)), "no computer ends its own log key");
}
