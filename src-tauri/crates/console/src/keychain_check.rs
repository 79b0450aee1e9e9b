//! Whether the keychain of this computer keeps keys, and what it is: for the first page, for the sheet
//! that makes a workspace, and for `doctor`.
//!
//! Invariant: what is said about it was tried, with an item that is taken away again. Nothing here
//! chooses where keys lie.

use crate::edge::Edge;
use crate::keychain::{self, KeychainError, MAX_CHARACTERS};
use crate::views::{KeyPlaceView, KeychainFound, KeychainView};
use crate::words::grouped;

/// The keychain of an operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Platform {
    SecretService,
    LoginKeychain,
    CredentialManager,
}

/// All of them.
const PLATFORMS: [Platform; 3] =
    [Platform::SecretService, Platform::LoginKeychain, Platform::CredentialManager];

/// Writes an item into the keychain, reads it back and deletes it, and says what came of it.
pub async fn check_keychain(edge: &Edge) -> KeychainView {
    let tried: Result<(), KeychainError> =
        edge.keychain.ask(|keychain| keychain::probe(keychain)).await;
    Platform::of_this_computer().view(&tried)
}

impl Platform {
    const fn of_this_computer() -> Self {
        if cfg!(target_os = "macos") {
            Self::LoginKeychain
        } else if cfg!(windows) {
            Self::CredentialManager
        } else {
            Self::SecretService
        }
    }

    fn view(self, tried: &Result<(), KeychainError>) -> KeychainView {
        let (found, detail) = found(tried);
        let elsewhere = PLATFORMS.into_iter().filter(|other| *other != self);
        KeychainView {
            found,
            detail,
            next: self.next(found).to_owned(),
            here: self.explained(),
            elsewhere: elsewhere.map(Self::explained).collect(),
            key_file: key_file(),
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::SecretService => "Secret Service (GNOME Keyring or KWallet)",
            Self::LoginKeychain => "macOS Keychain (the login keychain)",
            Self::CredentialManager => "Windows Credential Manager",
        }
    }

    fn explained(self) -> KeyPlaceView {
        let sentences = match self {
            Self::SecretService => vec![
                "The keyring of your desktop keeps the keys, sealed with your login password: \
                 signing in to the desktop unlocks it, signing out locks it."
                    .to_owned(),
                "Locked, it asks for that password in a window of its own, and the console waits. \
                 Where none runs, as on a server or over a remote shell, no key can be kept in it."
                    .to_owned(),
                "While it is unlocked, programs that run as you can ask it for what it keeps."
                    .to_owned(),
            ],
            Self::LoginKeychain => vec![
                "The login keychain of your account keeps the keys: signing in to macOS unlocks \
                 it, and it can be locked by hand."
                    .to_owned(),
                "macOS may ask whether this program may use an item, after an update again. \
                 Whoever denies it keeps the workspace closed."
                    .to_owned(),
            ],
            Self::CredentialManager => vec![
                "Windows keeps the keys with your account and seals them with your sign-in: there \
                 is nothing else to unlock."
                    .to_owned(),
                "Another account of this computer does not have them, and they may be lost when \
                 somebody else resets your password."
                    .to_owned(),
                format!(
                    "An item holds 2,560 bytes at most. The console keeps each of its own under \
                     {} characters.",
                    grouped(MAX_CHARACTERS as u64)
                ),
            ],
        };
        KeyPlaceView { title: self.title().to_owned(), sentences }
    }

    const fn next(self, found: KeychainFound) -> &'static str {
        match (self, found) {
            (_, KeychainFound::Available) => "",
            (Self::SecretService, KeychainFound::Waiting) => {
                "Unlock your login keyring in the window that asks for it, or make a default one; \
                 then check again."
            }
            (Self::LoginKeychain, KeychainFound::Waiting) => {
                "Unlock the login keychain in Keychain Access, or allow what macOS asks; then \
                 check again."
            }
            (Self::CredentialManager, KeychainFound::Waiting) => {
                "Sign in to Windows with your own account, then check again."
            }
            (Self::SecretService, KeychainFound::Missing) => {
                "Start GNOME Keyring or KWallet and then this program again, or choose a key file \
                 for a new workspace."
            }
            (Self::LoginKeychain | Self::CredentialManager, KeychainFound::Missing) => {
                "Start this program from a session of your own account, or choose a key file for \
                 a new workspace."
            }
            (_, KeychainFound::Refused) => {
                "Look at its items of the name countersign, then check again; or choose a key \
                 file for a new workspace."
            }
        }
    }
}

fn found(tried: &Result<(), KeychainError>) -> (KeychainFound, String) {
    let error = match tried {
        Ok(()) => {
            let detail = "It is unlocked: an item was written, read back and deleted.";
            return (KeychainFound::Available, detail.to_owned());
        }
        Err(error) => error,
    };
    match error {
        KeychainError::Locked { detail } => {
            let detail = format!("It is locked, or has no default keyring ({detail}).");
            (KeychainFound::Waiting, detail)
        }
        KeychainError::TimedOut { after } => {
            let detail =
                format!("It did not answer within {} s: it waits for its owner.", after.as_secs());
            (KeychainFound::Waiting, detail)
        }
        KeychainError::Busy => (KeychainFound::Waiting, "It still waits for its owner.".to_owned()),
        KeychainError::Unavailable { detail } => {
            (KeychainFound::Missing, format!("No keychain answers in this session ({detail})."))
        }
        KeychainError::Forgetful
        | KeychainError::TooLong { .. }
        | KeychainError::Name { .. }
        | KeychainError::Ambiguous { .. }
        | KeychainError::NotText { .. }
        | KeychainError::LoosePermissions { .. }
        | KeychainError::KeyFileExists { .. }
        | KeychainError::KeyFileDamaged { .. }
        | KeychainError::File { .. }
        | KeychainError::Encryption(_) => {
            (KeychainFound::Refused, format!("It does not keep what it is given: {error}."))
        }
    }
}

/// The explicit choice of whoever has no keychain.
fn key_file() -> KeyPlaceView {
    let sentences = [
        "keys.json in the folder of the workspace, each value sealed with a passphrase of the file’s \
         own, which is asked for at every start.",
        "It is weaker. Whoever copies the folder can try passphrases for as long as they like, and \
         the anchors in it roll back with the disk: an older copy of the folder is not noticed here.",
        "It is for computers without a keychain. The choice is made once, goes on record and is shown \
         in the frame.",
    ];
    KeyPlaceView {
        title: "Key file (weaker)".to_owned(),
        sentences: sentences.map(ToOwned::to_owned).to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{PLATFORMS, Platform};
    use crate::keychain::KeychainError;
    use crate::views::KeychainFound;

    #[test]
    fn each_cause_is_one_of_four_and_says_what_to_do_next() {
        let detail = || "said".to_owned();
        let cases = [
            (Ok(()), KeychainFound::Available, "written, read back and deleted"),
            (
                Err(KeychainError::Locked { detail: detail() }),
                KeychainFound::Waiting,
                "locked, or has no default keyring (said)",
            ),
            (
                Err(KeychainError::TimedOut { after: Duration::from_secs(10) }),
                KeychainFound::Waiting,
                "within 10 s",
            ),
            (Err(KeychainError::Busy), KeychainFound::Waiting, "still waits"),
            (
                Err(KeychainError::Unavailable { detail: detail() }),
                KeychainFound::Missing,
                "No keychain answers in this session (said)",
            ),
            (Err(KeychainError::Forgetful), KeychainFound::Refused, "does not give back"),
            (
                Err(KeychainError::Ambiguous { account: detail(), found: 2 }),
                KeychainFound::Refused,
                "2 items",
            ),
        ];
        for platform in PLATFORMS {
            for (tried, found, said) in &cases {
                let view = platform.view(tried);
                assert_eq!(view.found, *found, "{platform:?} {tried:?}");
                assert!(view.detail.contains(said), "{platform:?}: {}", view.detail);
                assert_eq!(view.next.is_empty(), *found == KeychainFound::Available);
            }
        }
    }

    #[test]
    fn this_platform_is_explained_first_and_the_others_after_it() {
        let view = Platform::SecretService.view(&Ok(()));
        assert!(view.here.title.contains("GNOME Keyring"), "{}", view.here.title);
        let others: Vec<&str> = view.elsewhere.iter().map(|place| &*place.title).collect();
        assert_eq!(others, [Platform::LoginKeychain.title(), Platform::CredentialManager.title()]);
        let places = [&view.here, &view.key_file].into_iter().chain(&view.elsewhere);
        assert!(places.clone().all(|place| place.sentences.len() >= 2));
        assert!(view.key_file.sentences[1].contains("roll back with the disk"));
        assert!(view.elsewhere[1].sentences[2].contains("1,200 characters"));
    }
}
