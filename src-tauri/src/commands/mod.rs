//! Everything a page can ask for, by screen.
//!
//! Invariant: a command is five lines: take the desk, parse, call it, return. A command that asks
//! for a passphrase only opens the signing window; the capability files say which window may call what.

/// Commands that hand their arguments to the desk and its answer back: `name(argument: Type) -> View;`.
/// Long work tells its page how far it is: `name(argument: Type; progress) -> View;`.
macro_rules! asks {
    ($($name:ident($($argument:ident: $type:ty),* $(; $progress:ident)?) -> $view:ty;)*) => {$(
        #[tauri::command]
        #[specta::specta]
        pub(crate) async fn $name(
            desk: $crate::commands::Core<'_>,
            $($argument: $type,)*
            $($progress: tauri::ipc::Channel<console::views::ProgressView>)?
        ) -> $crate::commands::Answer<$view> {
            desk.$name($($argument,)* $($crate::commands::told_to($progress))?).await
        }
    )*};
}

/// The same for commands after which the signing window asks for a passphrase.
macro_rules! asks_to_sign {
    ($($name:ident($($argument:ident: $type:ty),*);)*) => {$(
        #[tauri::command]
        #[specta::specta]
        pub(crate) async fn $name<R: tauri::Runtime>(
            app: tauri::AppHandle<R>,
            desk: $crate::commands::Core<'_>,
            $($argument: $type),*
        ) -> $crate::commands::Answer<()> {
            desk.$name($($argument),*).await?;
            $crate::windows::open_signing(&app).await
        }
    )*};
}

/// The same for commands of the signing window whose last arguments, in brackets, are typed
/// passphrases, each wrapped as the first act, and the key of a signature that counts once.
macro_rules! answers {
    ($($name:ident($($given:ident: $type:ty),*)[$($typed:ident),+ $(; $key:ident)?] -> $view:ty;)*) => {$(
        #[tauri::command]
        #[specta::specta]
        pub(crate) async fn $name(
            desk: $crate::commands::Core<'_>,
            $($given: $type,)*
            $($typed: String,)+
            $($key: String)?
        ) -> $crate::commands::Answer<$view> {
            $(let $typed = console::Passphrase::new($typed);)+
            desk.$name($($given,)* $($typed,)+ $($key)?).await
        }
    )*};
}

/// The same for the signing window's files: the place comes from the system's dialog, and whoever
/// turns back there sees again what is asked.
macro_rules! asks_place {
    ($($name:ident: $dialog:ident($what:expr);)*) => {$(
        #[tauri::command]
        #[specta::specta]
        pub(crate) async fn $name<R: tauri::Runtime>(
            app: tauri::AppHandle<R>,
            desk: $crate::commands::Core<'_>,
        ) -> $crate::commands::Answer<console::views::SigningView> {
            match $crate::dialogs::$dialog(&app, $crate::windows::SIGNING, $what).await {
                Some(path) => desk.$name(path).await,
                None => desk.signing().await,
            }
        }
    )*};
}

mod admin;
mod audit;
mod backup;
mod inbox;
mod proof;
mod registry;
mod secret;
mod session;
mod signing;

use std::sync::Arc;

use console::Desk;
use console::views::{ErrorView, ProgressView};
use tauri::ipc::Channel;
use tauri::{Runtime, State};
use tauri_specta::{Builder, collect_commands};

/// The desk, as a command is given it.
pub(crate) type Core<'a> = State<'a, Desk>;

/// What every command returns: the core's view, or its refusal in the closed set of codes.
pub(crate) type Answer<View> = Result<View, ErrorView>;

/// Every command with the types that cross: handles the calls, and writes the page's bindings.
#[must_use]
pub fn collected<R: Runtime>() -> Builder<R> {
    #[rustfmt::skip]
    let commands = collect_commands![
        session::first_page, session::check_keychain, session::session, session::open_demo,
        session::create_workspace::<tauri::Wry>, session::open_last::<tauri::Wry>, session::close_workspace,
        session::sign_in::<tauri::Wry>, session::lock, session::sign_out, session::choose_tenant,
        session::attend, session::keep_draft, session::draft, session::drop_draft,
        inbox::inbox, inbox::own_settings, inbox::save_view, inbox::delete_view,
        inbox::choose_notifications, inbox::link, inbox::open_review, inbox::open_part, inbox::review_changes,
        inbox::diff_rows, inbox::diff_search, inbox::review_history, inbox::acknowledge_hidden,
        inbox::discussion, inbox::say,
        registry::check_artefact::<tauri::Wry>, inbox::continue_check,
        inbox::decide::<tauri::Wry>, inbox::withdraw, inbox::request_again, inbox::re_reviews,
        inbox::revoke::<tauri::Wry>, inbox::roll_back::<tauri::Wry>,
        registry::models, registry::model, registry::timeline, registry::model_diff,
        registry::model_card, registry::card_sections, registry::prompts, registry::prompt,
        registry::reveal::<tauri::Wry>,
        registry::prompt_text, registry::prompt_diff, registry::prompt_draft_diff, registry::render_prompt,
        registry::choose_artefact::<tauri::Wry>, registry::register_model, registry::save_prompt,
        audit::audit, audit::record, audit::signed_record, audit::verify_log, audit::cancel_work,
        audit::end_alarm::<tauri::Wry>, proof::save_proof::<tauri::Wry>,
        admin::people, admin::matrix, admin::add_person::<tauri::Wry>,
        admin::consequences, admin::propose::<tauri::Wry>, admin::policies, admin::keys,
        admin::compromise, admin::person, admin::disable_person::<tauri::Wry>,
        admin::reset_person::<tauri::Wry>, admin::tenants, admin::create_tenant::<tauri::Wry>,
        admin::archive_tenant::<tauri::Wry>,
        admin::tokens, admin::create_token::<tauri::Wry>, admin::revoke_token,
        secret::key_status, secret::rotate_secret::<tauri::Wry>, secret::continue_rotation,
        backup::open_folder::<tauri::Wry>, backup::restore_backup::<tauri::Wry>,
        backup::recover::<tauri::Wry>, backup::back_up::<tauri::Wry>,
        signing::signing, signing::answer_sign_in, signing::answer_decision, signing::answer_revocation,
        signing::answer_enrol, signing::answer_change, signing::answer_confirm, signing::answer_create,
        signing::answer_token, signing::answer_alarm, signing::answer_key_file,
        signing::answer_new_key_file, signing::keep_reason,
        signing::passphrase_strength, signing::save_kit::<tauri::Wry>,
        signing::print_kit::<tauri::Wry>,
        signing::try_kit, signing::leave_trial, signing::answer_kit, signing::load_kit::<tauri::Wry>,
        signing::answer_recovery, signing::kit_saved, signing::cancel_signing,
        signing::answer_rotation, signing::save_new_secret::<tauri::Wry>,
        signing::new_secret_saved, signing::answer_reveal, proof::save_receipt::<tauri::Wry>,
    ];
    // One type a view: each crosses in one direction, so that the two forms would only double it.
    Builder::new().disable_serde_phases().commands(commands)
}

/// Tells a page how far long work is. A page that was closed meanwhile misses nothing.
pub(crate) fn told_to(page: Channel<ProgressView>) -> Arc<dyn Fn(ProgressView) + Send + Sync> {
    Arc::new(move |progress| drop(page.send(progress)))
}
