//! The lists agree, and what is packaged keeps its promises about the web view.

use std::collections::BTreeSet;
use std::fs;

use countersign_desktop::is_own;
use serde_json::Value;

use crate::bindings;
use crate::shell::{OURS, allowed, root};

#[test]
fn the_capability_files_allow_commands_and_two_events() {
    let events = ["core:event:allow-listen", "core:event:allow-unlisten"];
    let cases = [("main", &events[..]), ("signing", &[])];
    for (label, of_tauri) in cases {
        let file = json(&format!("src-tauri/capabilities/{label}.json"));
        assert_eq!(file["windows"], serde_json::json!([label]));
        assert!(file.get("webviews").is_none() && file.get("remote").is_none(), "{label}");
        let permissions = file["permissions"].as_array().unwrap();
        let expected: Vec<Value> = of_tauri
            .iter()
            .map(|permission| Value::from(*permission))
            .chain(
                allowed(label)
                    .iter()
                    .map(|name| format!("allow-{}", name.replace('_', "-")).into()),
            )
            .collect();
        assert_eq!(permissions, &expected, "{label}");
    }
    let files = fs::read_dir(root().join("src-tauri/capabilities")).unwrap().count();
    assert_eq!(files, cases.len(), "a capability file that no test knows");
}

#[test]
fn every_registered_command_is_allowed_to_one_window() {
    let listed: Vec<String> = [allowed("main"), allowed("signing")].concat();
    let unique: BTreeSet<&str> = listed.iter().map(String::as_str).collect();
    assert_eq!(listed.len(), unique.len(), "a command is allowed twice");
    let text = bindings::generated();
    let registered: BTreeSet<&str> = bindings::commands(&text);
    println!("configuration: {} commands allowed, {} registered", listed.len(), registered.len());
    assert!(listed.len() >= 45);
    assert_eq!(unique, registered);
}

#[test]
fn no_command_of_the_main_window_takes_a_passphrase() {
    let text = bindings::generated();
    let takes = |name: &&String| {
        let call = format!("__TAURI_INVOKE(\"{name}\"");
        let line = text.lines().find(|line| line.contains(&call)).unwrap();
        line.to_lowercase().contains("passphrase:") || line.contains("repeat:")
    };
    assert_eq!(allowed("main").iter().find(|name| takes(name)), None);
    let signing = allowed("signing");
    assert!(signing.iter().filter(|name| takes(name)).count() >= 6, "the control finds none");
}

#[test]
fn the_page_may_load_nothing_that_is_not_packaged() {
    let file = json("src-tauri/tauri.conf.json");
    let security = &file["app"]["security"];
    assert_eq!(file["app"]["windows"], serde_json::json!([]), "windows are opened by the shell");
    assert_eq!(file["app"]["withGlobalTauri"], false);
    assert_eq!(security["freezePrototype"], true);
    assert_eq!(security["capabilities"], serde_json::json!(["main", "signing"]));
    assert_eq!(security["dangerousDisableAssetCspModification"], serde_json::json!(["style-src"]));
    let policy = security["csp"].as_str().unwrap();
    assert_eq!(loose_parts(policy), Vec::<&str>::new());
    let control = "default-src 'none'; script-src 'self' 'unsafe-inline'; connect-src https: ipc:";
    assert_eq!(loose_parts(control).len(), 2);
    for needed in ["default-src 'none'", "base-uri 'none'", "form-action 'none'"] {
        assert!(policy.contains(needed), "{needed}");
    }
}

#[test]
fn a_window_goes_to_its_own_page_and_nowhere_else() {
    let own = [("", "index.html"), ("/", "index.html"), ("/index.html", "index.html")];
    let own = own
        .into_iter()
        .chain([("/index.html#/inbox", "index.html"), ("/signing.html", "signing.html")]);
    for (path, page) in own {
        assert!(is_own(&format!("{OURS}{path}").parse().unwrap(), page), "{path} in {page}");
    }
    let foreign = [
        &format!("{OURS}/signing.html"),
        &format!("{OURS}/assets/index.html"),
        "tauri://localhost.example/index.html",
        "https://tauri.localhost.example/index.html",
        "https://countersign.example/index.html",
        "http://ipc.localhost/index.html",
        "file:///index.html",
        "data:text/html,index.html",
        "javascript:index.html",
        "about:blank",
    ];
    for address in foreign {
        assert!(!is_own(&address.parse().unwrap(), "index.html"), "{address}");
    }
    assert!(!is_own(&OURS.parse().unwrap(), "signing.html"));
}

/// Directives that let in more than our own files and calls to the core.
fn loose_parts(policy: &str) -> Vec<&str> {
    let known = ["'none'", "'self'", "data:", "ipc:", "http://ipc.localhost"];
    let strict = |part: &&str| part.split_whitespace().skip(1).all(|word| known.contains(&word));
    policy.split(';').map(str::trim).filter(|part| !strict(part)).collect()
}

fn json(path: &str) -> Value {
    serde_json::from_slice(&fs::read(root().join(path)).unwrap()).unwrap()
}
