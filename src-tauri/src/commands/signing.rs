//! Commands of the signing window: the only ones that take a passphrase or the lines of a kit.
//!
//! Invariant (7): what is secret becomes a secret of the core as the first act of its command; it is
//! never logged, kept or sent back. The main window's capability allows none of these.

use console::SecretText;
use console::views::{ConditionsDraft, PassphraseStrength, SigningView};
use tauri::{Runtime, WebviewWindow};

use super::{Answer, Core};

asks! {
    try_kit() -> SigningView;
    leave_trial() -> SigningView;
    new_secret_saved() -> SigningView;
    signing() -> SigningView;
    kit_saved() -> SigningView;
    keep_reason(reason: String, conditions: ConditionsDraft) -> ();
    cancel_signing() -> ();
}

answers! {
    answer_sign_in()[passphrase] -> SigningView;
    answer_decision(reason: String, conditions: ConditionsDraft)[passphrase; idempotency_key] -> SigningView;
    answer_revocation(reason: String, acknowledged: u32)[passphrase; idempotency_key] -> SigningView;
    answer_enrol()[passphrase, repeat, admin_passphrase] -> SigningView;
    answer_change()[passphrase] -> SigningView;
    answer_confirm()[passphrase] -> SigningView;
    answer_create()[passphrase, repeat] -> SigningView;
    answer_alarm(reason: String)[passphrase] -> SigningView;
    answer_token(reason: String)[passphrase] -> SigningView;
    answer_rotation(reason: String)[passphrase] -> SigningView;
    answer_reveal(reason: String)[passphrase] -> SigningView;
    answer_key_file()[passphrase] -> SigningView;
    answer_new_key_file()[passphrase, repeat] -> SigningView;
    answer_recovery(person_id: String, reason: String)[passphrase, repeat] -> SigningView;
    passphrase_strength()[passphrase] -> PassphraseStrength;
}

asks_place! {
    save_kit: save(("Save the recovery kit", "countersign-recovery-kit.txt"));
    save_new_secret: save(("Save the new SECRET line", "countersign-new-secret.txt"));
    load_kit: open("Choose the recovery kit");
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
