//! This installation's log key, enrolled from the terminal.
//!
//! Invariant: the key is made on this computer and goes on record by an admin's own act: at once where
//! a log has one admin, else when a second one has signed it. It sets no anchor and ends no alarm.

use ledger::{Decision, Role};
use serde_json::Value;
use tests::tamper::Attacker;
use tests::terminal::{ADA, Ran, Terminal};

const GRACE: &str = "Grace Hopper";
const JOINS: [&str; 4] = ["device", "enroll", "--reason", "a computer joins"];

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no {field} in {value}"))
}

fn done(ran: &Ran) -> Vec<Value> {
    assert_eq!(ran.status, 0, "{ran:?}");
    ran.lines()
}

/// Where it was enrolled, and how it stands there.
fn stands(lines: &[Value]) -> Vec<(&str, &str)> {
    lines.iter().map(|line| (text(line, "tenant_id"), text(line, "state"))).collect()
}

fn two_tenants() -> Terminal {
    let terminal = Terminal::with_workspace();
    let founded = ["tenant", "add", "second", "--title", "Second", "--reason", "more"];
    assert_eq!(terminal.ada(&founded).status, 0);
    terminal
}

fn devices(terminal: &Terminal, tenant: &str) -> Vec<Value> {
    done(&terminal.ada(&["--tenant", tenant, "device", "list"]))
}

#[test]
fn where_the_log_knows_this_computer_nothing_is_done() {
    let terminal = two_tenants();
    let size = || done(&terminal.ada(&["--tenant", "main", "audit", "list"])).len();
    let before = size();
    let known = done(&terminal.ada(&JOINS));
    // The workspace's own log first, then the tenants by title.
    assert_eq!(stands(&known), [("_workspace", "known"), ("second", "known"), ("main", "known")]);
    assert!(known.iter().all(|line| line["seq"] == 0 && line["alarm"].is_null()), "{known:?}");
    assert_eq!(size(), before);
    let said = terminal.run_as(Some(ADA), &JOINS);
    assert!(said.status == 0 && said.out.contains("enrolled already: record 0"), "{said:?}");
}

#[tokio::test]
async fn a_computer_whose_log_key_is_lost_gets_another_and_the_alarm_stays_for_an_admin() {
    let terminal = two_tenants();
    terminal.lose_log_key().await;
    // Whoever only looked before leaves a record that nobody vouches for, and so an alarm.
    assert_eq!(devices(&terminal, "main")[0]["here"], false);

    let one = done(&terminal.ada(&[&["--tenant", "main"], &JOINS[..]].concat()));
    assert_eq!(stands(&one), [("main", "applied")]);
    assert!(one[0]["alarm"].is_null(), "everything in its log is vouched for: {one:?}");
    let all = done(&terminal.ada(&JOINS));
    let expected = [("_workspace", "applied"), ("second", "applied"), ("main", "known")];
    assert_eq!(stands(&all), expected);
    assert_eq!(text(&all[0], "alarm"), "Records came that nobody vouches for");
    let here = |tenant: &str| {
        let known = devices(&terminal, tenant);
        let here = known.iter().filter(|line| line["here"] == true);
        here.map(|line| text(line, "id").to_owned()).collect::<Vec<_>>()
    };
    for tenant in ["main", "second"] {
        assert_eq!(here(tenant), [text(&all[0], "id")], "{tenant}");
        assert_eq!(devices(&terminal, tenant).len(), 2, "the lost one stays on record");
        assert_eq!(terminal.nobody(&["--tenant", tenant, "audit", "verify"]).status, 0);
    }
    let enrolled = ["--tenant", "main", "audit", "list", "--action", "device.enroll"];
    let records = done(&terminal.ada(&enrolled));
    assert_eq!(records.len(), 1);
    assert!(records[0].to_string().contains("a computer joins"), "{}", records[0]);
    let export = ["--tenant", "main", "trust", "export", "-o", "trust.json"];
    assert_eq!(terminal.nobody(&export).status, 0);
}

#[tokio::test]
async fn with_two_admins_it_waits_for_the_second() {
    let terminal = Terminal::with_workspace();
    terminal.hire(GRACE, Role::Admin).await;
    terminal.lose_log_key().await;
    let waits = done(&terminal.ada(&[&["--tenant", "main"], &JOINS[..]].concat()));
    assert_eq!(stands(&waits), [("main", "waiting")]);
    assert_eq!(waits[0]["can_sign"], serde_json::json!([GRACE]), "Ada proposed it");
    let request = text(&waits[0], "request_id").to_owned();
    let again = done(&terminal.ada(&[&["--tenant", "main"], &JOINS[..]].concat()));
    assert_eq!((text(&again[0], "request_id"), stands(&again)), (&*request, stands(&waits)));
    assert!(devices(&terminal, "main").iter().all(|line| line["here"] == false));
    let said = terminal.run_as(Some(ADA), &[&["--tenant", "main"], &JOINS[..]].concat());
    assert!(said.out.contains("waits for a second admin in the console"), "{said:?}");

    terminal.decide(GRACE, &request, Decision::Approved).await;
    assert!(devices(&terminal, "main").iter().any(|line| line["here"] == true));
    let known = done(&terminal.ada(&[&["--tenant", "main"], &JOINS[..]].concat()));
    assert_eq!(stands(&known), [("main", "known")]);
    assert_eq!(terminal.nobody(&["audit", "verify"]).status, 0);
}

/// Nobody signs over a log that is in alarm: a request there would wait for ever.
#[tokio::test]
async fn with_two_admins_and_an_alarm_nothing_is_left_waiting() {
    let terminal = Terminal::with_workspace();
    terminal.hire(GRACE, Role::Admin).await;
    terminal.lose_log_key().await;
    terminal.write("weights.bin", b"weights");
    let words = ["model", "register", "m", "1", "--artifact", "weights.bin", "--reason", "new"];
    assert_eq!(terminal.ada(&words).status, 0, "vouched for by nobody");
    let before = done(&terminal.ada(&["request", "list"])).len();
    let refused = terminal.run_as(Some(ADA), &[&["--tenant", "main"], &JOINS[..]].concat());
    assert_eq!(refused.status, 5, "{refused:?}");
    assert!(format!("{refused:?}").contains("Recover this computer with the kit"), "{refused:?}");
    assert_eq!(done(&terminal.ada(&["request", "list"])).len(), before);
}

#[tokio::test]
async fn nobody_but_an_admin_enrols_and_a_key_that_was_made_for_it_signs_nothing() {
    let terminal = Terminal::with_workspace();
    terminal.hire("Vic Iewer", Role::Viewer).await;
    for place in [&[][..], &["--tenant", "main"][..]] {
        let refused = terminal.run_as(Some("Vic Iewer"), &[place, &JOINS[..]].concat());
        assert_eq!(refused.status, 3, "{refused:?}");
    }
    let foreign = terminal.ada(&[&["--tenant", "absent"], &JOINS[..]].concat());
    assert_eq!(foreign.status, 4, "{foreign:?}");
    assert_eq!(terminal.nobody(&JOINS).status, 3, "nobody in particular");
    let empty = ["device", "enroll", "--reason", " "];
    assert_eq!(terminal.ada(&empty).status, 2, "a reason is required");
    let denials = done(&terminal.ada(&["audit", "list", "--action", "permission.deny"]));
    assert_eq!(denials.len(), 2, "{denials:?}");
    assert_eq!(devices(&terminal, "main").len(), 1);
}

#[tokio::test]
async fn a_log_that_does_not_hold_takes_no_log_key() {
    for is_tampered in [true, false] {
        let terminal = Terminal::with_workspace();
        terminal.write("weights.bin", b"weights");
        let words = ["model", "register", "m", "1", "--artifact", "weights.bin", "--reason", "new"];
        assert_eq!(terminal.ada(&words).status, 0);
        terminal.lose_log_key().await;
        if is_tampered {
            let attacker = Attacker::on(&terminal.workspace().join("workspace.db"), "main");
            attacker.edit_leaf("model.register", "\"reason\":\"new\"", "\"reason\":\"old\"");
            attacker.rehash();
        }
        let ran = terminal.ada(&[&["--tenant", "main"], &JOINS[..]].concat());
        let enrolled = terminal.nobody(&["--tenant", "main", "audit", "verify"]).status;
        assert_eq!((ran.status, enrolled), if is_tampered { (5, 5) } else { (0, 0) }, "{ran:?}");
    }
}

/// The files of the database, and nothing of the keys beside it.
fn database(terminal: &Terminal) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let files = std::fs::read_dir(terminal.workspace()).unwrap().map(|entry| entry.unwrap().path());
    let ours = files.filter(|path| path.to_string_lossy().contains("workspace.db"));
    ours.map(|path| (path.clone(), std::fs::read(&path).unwrap())).collect()
}

/// Records cut off and others written in their place are another history, which no act ends.
#[tokio::test]
async fn a_log_behind_what_this_computer_has_seen_takes_no_log_key_that_would_make_it_a_fork() {
    for (missing, expected) in [(1, 5), (2, 0)] {
        let terminal = Terminal::with_workspace();
        terminal.write("weights.bin", b"weights");
        let register = |name: &str| {
            let words =
                ["model", "register", name, "1", "--artifact", "weights.bin", "--reason", "new"];
            done(&terminal.ada(&words)).remove(0)
        };
        let made = register("m");
        let kept = database(&terminal);
        if missing == 1 {
            let request = text(&made, "request_id");
            let left = terminal.ada(&["request", "withdraw", request, "--reason", "a mistake"]);
            assert_eq!(left.status, 0, "{left:?}");
        } else {
            register("n");
        }
        for (path, _) in database(&terminal) {
            std::fs::remove_file(path).unwrap();
        }
        for (path, bytes) in &kept {
            std::fs::write(path, bytes).unwrap();
            #[cfg(unix)]
            {
                let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
                std::fs::set_permissions(path, private).unwrap();
            }
        }
        terminal.lose_log_key().await;
        let size = || done(&terminal.ada(&["--tenant", "main", "audit", "list"])).len();
        let before = size();
        let ran = terminal.ada(&[&["--tenant", "main"], &JOINS[..]].concat());
        assert_eq!(ran.status, expected, "{missing} missing: {ran:?}");
        let told = format!("{ran:?}");
        if expected == 5 {
            assert!(told.contains("Put the newest copy of the workspace"), "{told}");
            assert_eq!(size(), before);
        } else {
            // The control: it is behind as it was, and an admin may still accept it.
            assert!(told.contains("The log is behind what this computer has seen"), "{told}");
            assert_eq!(size(), before + 1);
        }
    }
}
