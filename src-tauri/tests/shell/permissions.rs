//! Which window reaches which command: the whole product of windows and commands (T5).

use countersign_desktop::names::{MAIN, SIGNING};
use tauri::Manager;
use tauri::ipc::CapabilityBuilder;
use tauri::test::MockRuntime;

use crate::shell::{OURS, Outcome, call, shell, window};

/// Commands of Tauri itself that no page of ours needs.
const TAURI: &[&str] = &[
    "plugin:app|version",
    "plugin:event|emit",
    "plugin:event|emit_to",
    "plugin:image|from_path",
    "plugin:menu|new",
    "plugin:path|resolve_directory",
    "plugin:resources|close",
    "plugin:tray|new",
    "plugin:webview|create_webview_window",
    "plugin:webview|internal_toggle_devtools",
    "plugin:window|create",
    "plugin:window|close",
    "plugin:window|set_always_on_top",
    "plugin:dialog|open",
    "plugin:dialog|save",
    "plugin:dialog|message",
];

/// Commands of Tauri itself with which the main page learns that something changed.
const EVENTS: &[&str] = &["plugin:event|listen", "plugin:event|unlisten"];

#[test]
fn each_window_reaches_its_own_commands_and_no_other() {
    let app = shell();
    let findings = check(&app);
    assert!(MAIN.len() >= 35 && SIGNING.len() >= 10, "{} + {}", MAIN.len(), SIGNING.len());
    assert_eq!(findings, Vec::<String>::new());
}

#[test]
fn a_capability_that_gives_the_main_window_a_signature_is_found() {
    let app = shell();
    let wrong = CapabilityBuilder::new("wrong").window("main").permission("allow-answer-decision");
    app.add_capability(wrong).unwrap();
    assert_eq!(check(&app), ["main reaches answer_decision"]);
}

#[test]
fn a_capability_that_lets_the_signing_window_listen_is_found() {
    let app = shell();
    let wrong = CapabilityBuilder::new("wrong").window("signing").permission("core:event:default");
    app.add_capability(wrong).unwrap();
    let found = check(&app);
    assert!(found.contains(&"signing reaches plugin:event|listen".to_owned()), "{found:?}");
}

/// Every window with every command, from our own pages and from a foreign one; what is wrong.
fn check(app: &tauri::App<MockRuntime>) -> Vec<String> {
    let cases = [
        ("main", OURS, [MAIN, EVENTS].concat()),
        ("signing", OURS, SIGNING.to_vec()),
        ("other", OURS, Vec::new()),
        ("main", "https://main.example", Vec::new()),
        ("signing", "https://signing.example", Vec::new()),
    ];
    let every = [MAIN, SIGNING, TAURI, EVENTS].concat();
    let (mut reached, mut refused, mut findings) = (0, 0, Vec::new());
    for (label, page, own) in cases {
        let window = app.get_webview_window(label).unwrap_or_else(|| window(app, label));
        for command in &every {
            let outcome = call(&window, page, command);
            match (&outcome, own.contains(command)) {
                (Outcome::Reached, true) => reached += 1,
                (Outcome::Refused(_), false) => refused += 1,
                (Outcome::Reached, false) => findings.push(format!("{label} reaches {command}")),
                (Outcome::Refused(words), true) => findings.push(format!("{label}: {words}")),
            }
        }
    }
    println!("permissions: {reached} calls reached, {refused} refused, {} wrong", findings.len());
    assert!(reached + refused + findings.len() >= 5 * (35 + 10), "too few cases");
    findings
}
