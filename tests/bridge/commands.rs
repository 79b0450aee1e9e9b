//! The shell's commands, as `build.rs` wrote them anew.
//!
//! Invariant: nothing is listed here by hand; what is around the commands has the shell's names.

use std::sync::Arc;

use console::Desk;
use console::views::{ErrorView, ProgressView};

use crate::standin::ipc::Channel;

/// The desk, as a command is given it.
pub(crate) type Core<'a> = &'a Desk;

/// What every command returns.
pub(crate) type Answer<View> = Result<View, ErrorView>;

/// Tells a page how far long work is.
pub(crate) fn told_to(page: Channel<ProgressView>) -> Arc<dyn Fn(ProgressView) + Send + Sync> {
    Arc::new(move |progress| drop(page.send(progress)))
}

include!(concat!(env!("OUT_DIR"), "/commands.rs"));

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::ALL;
    use crate::page::allowed;
    use crate::source::{Command, Source, commands, macros, written};
    use crate::stage::Window;

    #[test]
    fn what_the_capabilities_list_is_answered_and_nothing_else() {
        let answered: BTreeSet<&str> = ALL.iter().copied().collect();
        let (main, signing) = (allowed(Window::Main).unwrap(), allowed(Window::Signing).unwrap());
        let listed: Vec<&str> = main.iter().chain(&signing).map(String::as_str).collect();
        println!("bridge: {} commands answered, {} listed", ALL.len(), listed.len());
        assert!(ALL.len() >= 45 && main.len() >= 35 && signing.len() >= 10);
        assert_eq!(answered.len(), ALL.len(), "one is answered twice");
        assert_eq!(answered, listed.iter().copied().collect(), "the bridge and the capabilities");
        assert!(main.is_disjoint(&signing));
    }

    #[test]
    fn a_command_is_read_in_every_form() {
        let text = "asks! {\n    inbox(tab: InboxTab, after: Option<String>) -> InboxView;\n    \
                    // not_one(a: B) -> C;\n    lock() -> SessionView;\n    \
                    verify_log(; progress) -> V;\n    go_on(id: String; progress) -> V;\n}\n\nasks_to_sign! {\n    \
                    decide(review_id: String,\n        decision: Map<A, B>);\n}\n\n\
                    answers! {\n    answer_alarm(reason: String)[passphrase] -> A;\n    \
                    answer_end(seen: u32)[passphrase; key] -> A;\n}\n\n\
                    asks_place! {\n    load_kit: open(\"a\");\n}\n\n\
                    #[tauri::command]\n#[specta::specta]\npub(crate) async fn save_kit<R: Runtime>(\n    \
                    app: AppHandle<R>,\n    desk: Core<'_>,\n) -> Answer<()> {\n    desk.x(1).await\n}\n";
        let command = |name: &str, given: &[(&str, &str)]| Command {
            name: name.to_owned(),
            parameters: given.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
        };
        let desk = ("desk", "Core<'_>");
        let app = ("app", "AppHandle<R>");
        assert_eq!(
            commands(&format!("\n{text}")).unwrap(),
            [
                command("inbox", &[desk, ("tab", "InboxTab"), ("after", "Option<String>")]),
                command("lock", &[desk]),
                command("verify_log", &[desk, ("progress", "Channel")]),
                command("go_on", &[desk, ("id", "String"), ("progress", "Channel")]),
                command("decide", &[app, desk, ("review_id", "String"), ("decision", "Map<A, B>")]),
                command("answer_alarm", &[desk, ("reason", "String"), ("passphrase", "String")]),
                command(
                    "answer_end",
                    &[desk, ("seen", "u32"), ("passphrase", "String"), ("key", "String")]
                ),
                command("load_kit", &[app, desk]),
                command("save_kit", &[app, desk]),
            ]
        );
        let source = Source { module: "inbox".to_owned(), text: format!("\n{text}") };
        let written = written("", &[source]).unwrap();
        assert!(
            written
                .contains("told(inbox::decide(app.clone(), app.desk(), given.take(\"reviewId\")?")
        );
        assert!(!written.contains("#[tauri::command]") && written.contains("desk.x(1).await"));
    }

    #[test]
    fn the_macros_are_the_shells_own_without_the_framework() {
        let text = "//! Head.\n\n/// One.\nmacro_rules! asks {\n    (a) => {\n        #[tauri::command]\n        \
                    fn a<R: tauri::Runtime>() {}\n    };\n}\n\nmod a;\n";
        let found = macros(text).unwrap();
        assert!(found.starts_with("macro_rules! asks {") && found.ends_with("}\n\n"), "{found}");
        assert!(found.contains("R: $crate::standin::Runtime") && !found.contains("command"));
        assert!(macros("//! Head.\n\nmod a;\n").is_err());
    }

    #[test]
    fn a_form_that_is_not_known_is_an_error() {
        for text in [
            "fn a() {}",
            "#[tauri::command]\nfn a() {}\n",
            "\nasks! {\n    a -> B;\n}\n",
            "\nasks! {\n    a(b: C) -> D;",
            "\nanswers! {\n    a(b);\n}\n",
            "\nasks_place! {\n    a(b);\n}\n",
            "#[tauri::command]\npub(crate) async fn a(b) -> C {}\n",
        ] {
            assert!(commands(text).is_err(), "{text}");
        }
    }
}
