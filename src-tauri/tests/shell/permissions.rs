//! Which window reaches which command: the whole product of windows and commands (T5).

use tauri::Manager;
use tauri::ipc::CapabilityBuilder;
use tauri::test::MockRuntime;

use crate::shell::{OURS, Outcome, allowed, call, shell, window};

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
    let (main, signing) = (allowed("main").len(), allowed("signing").len());
    assert!(main >= 35 && signing >= 10, "{main} + {signing}");
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
    let (main, signing) = (allowed("main"), allowed("signing"));
    let main: Vec<&str> = main.iter().map(String::as_str).collect();
    let signing: Vec<&str> = signing.iter().map(String::as_str).collect();
    let cases = [
        ("main", OURS, [&main, EVENTS].concat()),
        ("signing", OURS, signing.clone()),
        ("other", OURS, Vec::new()),
        ("main", "https://main.example", Vec::new()),
        ("signing", "https://signing.example", Vec::new()),
    ];
    let every = [&main, &signing, TAURI, EVENTS].concat();
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
