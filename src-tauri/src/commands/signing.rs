//! Commands of the signing window: the only ones that take a passphrase or the lines of a kit.
//!
//! Invariant (7): what is secret becomes a secret of the core as the first act of its command; it is
//! never logged, kept or sent back. The main window's capability allows none of these.

use console::views::{PassphraseStrength, SigningView};
use console::{Passphrase, SecretText};
use tauri::{AppHandle, Runtime};

use super::{Answer, Core};
use crate::{dialogs, windows};

asks! {
    try_kit() -> SigningView;
    leave_trial() -> SigningView;
    new_secret_saved() -> SigningView;
    signing() -> SigningView;
    kit_saved() -> SigningView;
    cancel_signing() -> ();
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_sign_in(desk: Core<'_>, passphrase: String) -> Answer<SigningView> {
    desk.answer_sign_in(Passphrase::new(passphrase)).await
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
pub(crate) async fn answer_enrol(
    desk: Core<'_>,
    passphrase: String,
    repeat: String,
    admin_passphrase: String,
) -> Answer<SigningView> {
    let (new, repeat) = (Passphrase::new(passphrase), Passphrase::new(repeat));
    desk.answer_enrol(new, repeat, Passphrase::new(admin_passphrase)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_change(desk: Core<'_>, passphrase: String) -> Answer<SigningView> {
    desk.answer_change(Passphrase::new(passphrase)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_confirm(desk: Core<'_>, passphrase: String) -> Answer<SigningView> {
    desk.answer_confirm(Passphrase::new(passphrase)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_create(
    desk: Core<'_>,
    passphrase: String,
    repeat: String,
) -> Answer<SigningView> {
    desk.answer_create(Passphrase::new(passphrase), Passphrase::new(repeat)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_alarm(
    desk: Core<'_>,
    reason: String,
    passphrase: String,
) -> Answer<SigningView> {
    desk.answer_alarm(reason, Passphrase::new(passphrase)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_token(
    desk: Core<'_>,
    reason: String,
    passphrase: String,
) -> Answer<SigningView> {
    desk.answer_token(reason, Passphrase::new(passphrase)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_key_file(desk: Core<'_>, passphrase: String) -> Answer<SigningView> {
    desk.answer_key_file(Passphrase::new(passphrase)).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_new_key_file(
    desk: Core<'_>,
    passphrase: String,
    repeat: String,
) -> Answer<SigningView> {
    desk.answer_new_key_file(Passphrase::new(passphrase), Passphrase::new(repeat)).await
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
pub(crate) async fn answer_rotation(
    desk: Core<'_>,
    reason: String,
    passphrase: String,
) -> Answer<SigningView> {
    desk.answer_rotation(reason, Passphrase::new(passphrase)).await
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
pub(crate) async fn answer_recovery(
    desk: Core<'_>,
    person_id: String,
    reason: String,
    passphrase: String,
    repeat: String,
) -> Answer<SigningView> {
    let (new, repeat) = (Passphrase::new(passphrase), Passphrase::new(repeat));
    desk.answer_recovery(person_id, reason, new, repeat).await
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn answer_reveal(
    desk: Core<'_>,
    reason: String,
    passphrase: String,
) -> Answer<SigningView> {
    desk.answer_reveal(reason, Passphrase::new(passphrase)).await
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
