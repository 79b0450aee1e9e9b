//! The names of all commands, by the window that may call them.
//!
//! Invariant: no name stands in both lists, and no window may call a command of the other's list.
//! `build.rs` gives the lists to Tauri, which refuses every command that no capability allows; a
//! test compares them with the capability files and with the commands that are registered.

/// What the main window may call, screen by screen: nothing here takes a passphrase or signs.
#[rustfmt::skip]
pub const MAIN: &[&str] = &[
    "first_page", "check_keychain", "session", "open_demo", "create_workspace", "open_last", "close_workspace",
    "sign_in", "lock", "sign_out", "choose_tenant", "attend",
    "inbox", "own_settings", "save_view", "delete_view", "choose_notifications", "link",
    "open_review", "open_part", "review_changes", "diff_rows", "diff_search",
    "review_history", "acknowledge_hidden", "check_artefact", "continue_check", "decide",
    "withdraw", "request_again", "re_reviews", "revoke", "roll_back",
    "models", "model", "model_diff", "model_card", "prompts", "prompt", "reveal", "prompt_text",
    "prompt_diff", "prompt_draft_diff", "choose_artefact", "register_model",
    "save_prompt", "audit", "record", "verify_log", "cancel_work", "end_alarm", "save_proof",
    "people", "matrix", "add_person", "consequences", "propose", "policies", "keys", "compromise",
    "person", "disable_person", "reset_person", "tenants", "create_tenant", "archive_tenant",
    "tokens", "create_token", "revoke_token",
    "key_status", "rotate_secret", "continue_rotation",
    "open_folder", "restore_backup", "recover", "back_up",
];

/// What the signing window may call: it answers what the core asks, and asks for nothing else.
#[rustfmt::skip]
pub const SIGNING: &[&str] = &[
    "signing", "answer_sign_in", "answer_decision", "answer_revocation", "answer_enrol", "answer_change",
    "answer_confirm", "answer_create", "answer_alarm", "answer_token", "answer_key_file",
    "answer_new_key_file",
    "keep_reason", "passphrase_strength", "save_kit", "print_kit", "kit_saved",
    "try_kit", "leave_trial", "answer_kit", "load_kit", "answer_recovery",
    "cancel_signing", "save_receipt",
    "answer_rotation", "save_new_secret", "new_secret_saved", "answer_reveal",
];
