//! The keychain of this computer: what it is, and what trying it found.

use serde::Serialize;
use specta::Type;

/// What trying the keychain found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum KeychainFound {
    /// It keeps what it is given.
    Available,
    /// It is there, and locked or waiting for its owner.
    Waiting,
    /// None answers.
    Missing,
    /// One answers, and does not keep what it is given.
    Refused,
}

/// A place in which keys can lie, in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct KeyPlaceView {
    /// "Secret Service (GNOME Keyring or KWallet)".
    pub title: String,
    /// What it is and what follows from it, one sentence each.
    pub sentences: Vec<String>,
}

/// The keychain of this computer, tried with an item of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct KeychainView {
    /// What was found.
    pub found: KeychainFound,
    /// The same in one sentence.
    pub detail: String,
    /// What to do next; empty: nothing.
    pub next: String,
    /// The keychain of this operating system.
    pub here: KeyPlaceView,
    /// Those of the others.
    pub elsewhere: Vec<KeyPlaceView>,
    /// The file that takes a keychain's place where somebody chooses it.
    pub key_file: KeyPlaceView,
}
