//! The shell without a display: what it answers when a page of a window calls a command.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;

use console::Desk;
use console::edge::{Edge, SystemClock, SystemEntropy};
use console::keychain::{KeychainThread, MemoryKeychain};
use console::login::Nobody;
use countersign_desktop::collected;
use tauri::ipc::{CallbackFn, Invoke, InvokeBody, InvokeResponse};
use tauri::test::{INVOKE_KEY, MockRuntime, mock_builder, noop_assets};
use tauri::webview::InvokeRequest;
use tauri::{App, WebviewWindow, WebviewWindowBuilder};

/// Where our own pages come from.
pub(crate) const OURS: &str =
    if cfg!(windows) { "http://tauri.localhost" } else { "tauri://localhost" };

/// They open a dialog of the system, which the mock runtime has not: they count as reached.
const DIALOGS: [&str; 4] = ["save_kit", "save_new_secret", "load_kit", "open_folder"];

/// What became of a call.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The command answered, whatever it said.
    Reached,
    /// Tauri refused before the command began, in these words.
    Refused(String),
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The commands that the capability file of a window allows, in its order.
pub(crate) fn allowed(label: &str) -> Vec<String> {
    let path = root().join(format!("src-tauri/capabilities/{label}.json"));
    let file: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let permissions = file["permissions"].as_array().unwrap().iter();
    let names = permissions.filter_map(|permission| permission.as_str()?.strip_prefix("allow-"));
    names.map(|name| name.replace('-', "_")).collect()
}

/// The shell with the configuration and the capability files that are packaged.
pub(crate) fn shell() -> App<MockRuntime> {
    let handler = collected().invoke_handler();
    mock_builder()
        .manage(Desk::new(edge(), Arc::new(|_| ())))
        .invoke_handler(move |invoke: Invoke<MockRuntime>| {
            if DIALOGS.contains(&invoke.message.command()) {
                invoke.resolver.resolve(());
                return true;
            }
            handler(invoke)
        })
        .build(tauri::generate_context!(assets = noop_assets(), test = true))
        .unwrap()
}

/// A window of that label.
pub(crate) fn window(app: &App<MockRuntime>, label: &str) -> WebviewWindow<MockRuntime> {
    WebviewWindowBuilder::new(app, label, tauri::WebviewUrl::default()).build().unwrap()
}

/// Calls a command from a page of that window, without arguments.
pub(crate) fn call(window: &WebviewWindow<MockRuntime>, page: &str, command: &str) -> Outcome {
    let request = InvokeRequest {
        cmd: command.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: page.parse().unwrap(),
        body: InvokeBody::default(),
        headers: tauri::http::HeaderMap::default(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    let (answer, answered) = mpsc::channel();
    let respond = move |_, _, response, _, _| answer.send(response).unwrap();
    window.as_ref().clone().on_message(request, Box::new(respond));
    match answered.recv().unwrap() {
        InvokeResponse::Err(error) if is_refusal(&error.0, command) => {
            Outcome::Refused(error.0.to_string())
        }
        InvokeResponse::Ok(_) | InvokeResponse::Err(_) => Outcome::Reached,
    }
}

/// Tauri refuses with a bare text that names the command; a command with an `ErrorView` or with
/// a word about a missing argument.
fn is_refusal(error: &serde_json::Value, command: &str) -> bool {
    let name = command.trim_start_matches("plugin:").replace('|', ".");
    error.as_str().is_some_and(|text| {
        text.contains("not allowed") && (text.contains(&name) || text.contains(command))
    })
}

/// Nothing of this computer but its clock and entropy.
fn edge() -> Edge {
    Edge {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        keychain: KeychainThread::start(Arc::new(MemoryKeychain::new())).unwrap(),
        login: Arc::new(Nobody),
        encryption_key: None,
        settings: None,
        data: None,
    }
}
