//! Commands of the signing window: the only ones that take a passphrase or the lines of a kit.
//!
//! Invariant (7): what is secret becomes a secret of the core as the first act of its command; it is
//! never logged, kept or sent back. The main window's capability allows none of these.

use console::views::{PassphraseStrength, SigningView};
use console::{Passphrase, SecretText};
use tauri::{AppHandle, Runtime, WebviewWindow};

use super::{Answer, Core};
use crate::{dialogs, windows};

asks! {
    try_kit() -> SigningView;
    leave_trial() -> SigningView;
    new_secret_saved() -> SigningView;
    signing() -> SigningView;
    kit_saved() -> SigningView;
    keep_reason(reason: String) -> ();
    cancel_signing() -> ();
}

answers! {
    answer_sign_in()[passphrase];
    answer_enrol()[passphrase, repeat, admin_passphrase];
    answer_change()[passphrase];
    answer_confirm()[passphrase];
    answer_create()[passphrase, repeat];
    answer_alarm(reason)[passphrase];
    answer_token(reason)[passphrase];
    answer_rotation(reason)[passphrase];
    answer_reveal(reason)[passphrase];
    answer_key_file()[passphrase];
    answer_new_key_file()[passphrase, repeat];
    answer_recovery(person_id, reason)[passphrase, repeat];
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_decision(
    desk: Core<'_>,
    reason: String,
    passphrase: String,
    idempotency_key: String,
) -> Answer<SigningView> {
    desk.answer_decision(reason, Passphrase::new(passphrase), idempotency_key).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn passphrase_strength(
    desk: Core<'_>,
    passphrase: String,
) -> Answer<PassphraseStrength> {
    desk.passphrase_strength(Passphrase::new(passphrase)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn save_kit<R: Runtime>(app: AppHandle<R>, desk: Core<'_>) -> Answer<SigningView> {
    let asked = ("Save the recovery kit", "countersign-recovery-kit.txt");
    match dialogs::save(&app, windows::SIGNING, asked).await {
        Some(path) => desk.save_kit(path).await,
        None => desk.signing().await,
    }
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn print_kit<R: Runtime>(
    window: WebviewWindow<R>,
    desk: Core<'_>,
) -> Answer<SigningView> {
    desk.print_kit(move || window.print().map_err(|cause| cause.to_string())).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_kit(
    desk: Core<'_>,
    secret: String,
    recovery: String,
) -> Answer<SigningView> {
    desk.answer_kit(SecretText::new(secret), SecretText::new(recovery)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn load_kit<R: Runtime>(app: AppHandle<R>, desk: Core<'_>) -> Answer<SigningView> {
    match dialogs::open(&app, windows::SIGNING, "Choose the recovery kit").await {
        Some(path) => desk.load_kit(path).await,
        None => desk.signing().await,
    }
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn save_new_secret<R: Runtime>(
    app: AppHandle<R>,
    desk: Core<'_>,
) -> Answer<SigningView> {
    let asked = ("Save the new SECRET line", "countersign-new-secret.txt");
    match dialogs::save(&app, windows::SIGNING, asked).await {
        Some(path) => desk.save_new_secret(path).await,
        None => desk.signing().await,
    }
}
