//! Every way a use case can fail, and what a person is told: code, message, next step.
//!
//! Invariant: "not yours", "not in this tenant" and "does not exist" are told alike (rule 10), and
//! no message carries a secret.

mod codes;

use std::path::{Path, PathBuf};

use governance::GovernanceError;
use ledger::replay::{Check, Refusal};
use ledger::{LedgerError, TenantId, Timestamp};
use security::SecurityError;
use store::StoreError;
use thiserror::Error;

use self::codes::{governance_code, keychain_code, security_code, store_code};
use crate::error::ErrorCode;
use crate::keychain::KeychainError;
use crate::views::ErrorView;
use crate::workspace::{Alarm, KitFault};

/// What went wrong in a use case.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConsoleError {
    /// The domain refused.
    #[error(transparent)]
    Governance(#[from] GovernanceError),
    /// Roles, tenants, keys or passphrases refused.
    #[error(transparent)]
    Security(#[from] SecurityError),
    /// The database refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Bytes of the log do not have their form.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The keychain refused or failed.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// No workspace is open.
    #[error("no workspace is open")]
    NoWorkspace,
    /// Nobody is signed in, or the console is locked.
    #[error("nobody is signed in")]
    NotSignedIn,
    /// The person is known here, and has no key yet.
    #[error("the person is not enrolled yet")]
    NotEnrolled,
    /// Nothing of that name for this person.
    #[error("there is no such {what} here")]
    NotFound {
        /// What was asked for.
        what: &'static str,
    },
    /// A text that a person typed does not have its form.
    #[error("{what}: {reason}")]
    Input {
        /// Which field.
        what: &'static str,
        /// What is wrong.
        reason: &'static str,
    },
    /// The two passphrases differ.
    #[error("the two passphrases differ")]
    PassphrasesDiffer,
    /// The passphrase is not the one.
    #[error("the passphrase does not open it")]
    WrongPassphrase,
    /// The passphrase is not that of the key file.
    #[error("this passphrase does not open the key file")]
    WrongKeyFilePassphrase,
    /// A person of that title is there already.
    #[error("a person of that name is there already")]
    TitleTaken,
    /// The token opens nothing here: mistyped, unknown, expired, revoked or without its owner.
    #[error("the token does not open this workspace")]
    TokenRefused,
    /// People, tenants and tokens are added by admins of the workspace itself.
    #[error("only an admin of the workspace adds people, tenants and tokens")]
    WorkspaceAdminNeeded,
    /// The reserved tenant id was asked for.
    #[error("the tenant id `_workspace` is reserved")]
    ReservedTenant,
    /// The tenant is archived.
    #[error("{tenant} is archived: it is read and not changed any more")]
    Archived {
        /// Which.
        tenant: TenantId,
    },
    /// Hidden characters were not acknowledged.
    #[error("{count} hidden characters were not acknowledged")]
    HiddenCharacters {
        /// How many.
        count: u32,
    },
    /// What is protected is not shown before its reading is on record.
    #[error("{what} protected, and not revealed in this session")]
    Protected {
        /// Which, with its verb: "version 3 is".
        what: String,
    },
    /// An item of the keychain is not what this program wrote.
    #[error("the {item} in the keychain cannot be read")]
    KeyItem {
        /// Which.
        item: &'static str,
    },
    /// Stored data contradict the log.
    #[error("{what} does not hold")]
    Damaged {
        /// What.
        what: &'static str,
    },
    /// The log does not agree with the anchor: it is read and not written.
    #[error("the log cannot be trusted: {detail}")]
    Alarm {
        /// What does not hold.
        detail: String,
        /// What to do, one or two sentences.
        next: &'static str,
    },
    /// A recovery kit does not fit.
    #[error(transparent)]
    Kit(#[from] KitFault),
    /// A copy on a computer that has no keys of it: nobody can sign in before it is recovered.
    #[error("no keys of this workspace lie on this computer")]
    KeysElsewhere,
    /// The request waits for its decision, or ended without one: there is no evidence of it.
    #[error("the request is not decided, so there is no evidence of it")]
    Undecided,
    /// This installation signs no checkpoints of the log.
    #[error("this computer has no log key here, so it makes no proofs")]
    NoLogKey,
    /// What is asked for was never signed over.
    #[error("no checkpoint covers that yet, so it cannot be proven")]
    NoCheckpoint,
    /// A file from outside does not prove what it says.
    #[error("{detail} ({check})")]
    Refused {
        /// The name of the check that failed.
        check: Check,
        /// What is wrong.
        detail: String,
    },
    /// An act that ends an alarm was shown for another log, anchor or alarm than stand now.
    #[error(
        "the log, its anchor or the alarm changed since this was shown, so nothing was recorded"
    )]
    EndingMoved,
    /// The secret is `ENCRYPTION_KEY`: whoever sets it must change it.
    #[error(
        "the secret in use is ENCRYPTION_KEY, which this program cannot change; a secret in a \
         keychain or key file can be rotated, with the variable unset"
    )]
    SecretIsVariable,
    /// A rotation is under way already, or the secret was rotated since the new one was shown.
    #[error("the workspace secret was rotated meanwhile, so the new one shown here is not used")]
    SecretMoved,
    /// The rotation that is under way must end before another begins.
    #[error("a rotation of the workspace secret is under way: continue it first")]
    RotationUnderWay,
    /// There is no rotation to continue.
    #[error("no rotation of the workspace secret is under way")]
    NoRotation,
    /// Values that the old secret does not open keep it from being removed.
    #[error(
        "{values} values under the old secret do not open with it, so it is kept; everything else \
         is under the new one"
    )]
    SealedUnreadable {
        /// How many.
        values: u64,
    },
    /// A file or folder could not be read or written.
    #[error("{path}: {reason}")]
    File {
        /// Which.
        path: String,
        /// What the operating system said.
        reason: String,
    },
    /// The program's own settings are open to other users.
    #[error(
        "{} is open to other users of this machine; take their rights away with: chmod -R go-rwx {}",
        .path.display(),
        quoted(.path)
    )]
    LooseSettings {
        /// The file or folder.
        path: PathBuf,
    },
    /// A file would take another's place.
    #[error("{path} is there already, and nothing is written over it")]
    FileThere {
        /// Which.
        path: String,
    },
    /// The system opened no print dialog.
    #[error("nothing was printed: {reason}")]
    NotPrinted {
        /// What it said.
        reason: String,
    },
    /// An artefact was refused.
    #[error("{reason}")]
    Artefact {
        /// Why.
        reason: String,
    },
    /// Somebody stopped the work.
    #[error("the work was stopped")]
    Cancelled,
    /// A background task ended before its answer.
    #[error("the work was interrupted")]
    Interrupted,
}

impl From<Refusal> for ConsoleError {
    fn from(Refusal { check, detail }: Refusal) -> Self {
        Self::Refused { check, detail }
    }
}

impl From<&Alarm> for ConsoleError {
    fn from(alarm: &Alarm) -> Self {
        Self::Alarm { detail: alarm.detail.clone(), next: alarm.cause.next() }
    }
}

impl ConsoleError {
    /// Something stored does not hold, and no alarm says what to do about it.
    pub(crate) const fn unsound(detail: String) -> Self {
        Self::Alarm { detail, next: ErrorCode::VerificationFailed.hint() }
    }

    /// The closed code: what a shell acts on.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Governance(error) => governance_code(error),
            Self::Security(error) => security_code(error),
            Self::Store(error) => store_code(error),
            Self::Keychain(error) => keychain_code(error),
            Self::Ledger(LedgerError::Format { .. } | LedgerError::TooLarge { .. })
            | Self::Input { .. }
            | Self::Kit(_)
            | Self::PassphrasesDiffer
            | Self::ReservedTenant => ErrorCode::InvalidInput,
            Self::Ledger(_)
            | Self::Damaged { .. }
            | Self::Alarm { .. }
            | Self::Refused { .. }
            | Self::SealedUnreadable { .. } => ErrorCode::VerificationFailed,
            Self::Undecided
            | Self::NoCheckpoint
            | Self::Archived { .. }
            | Self::RotationUnderWay
            | Self::NoRotation => ErrorCode::InvalidState,
            Self::TitleTaken | Self::FileThere { .. } => ErrorCode::AlreadyExists,
            Self::NoWorkspace => ErrorCode::NoWorkspace,
            Self::NotSignedIn | Self::TokenRefused => ErrorCode::NotSignedIn,
            Self::NotEnrolled | Self::WorkspaceAdminNeeded | Self::NoLogKey => {
                ErrorCode::NotAllowed
            }
            Self::NotFound { .. } => ErrorCode::NotFound,
            Self::WrongPassphrase | Self::WrongKeyFilePassphrase => ErrorCode::WrongPassphrase,
            Self::HiddenCharacters { .. } => ErrorCode::HiddenCharacters,
            Self::Protected { .. } => ErrorCode::Protected,
            Self::EndingMoved | Self::SecretMoved => ErrorCode::StaleReview,
            Self::KeyItem { .. } | Self::SecretIsVariable | Self::KeysElsewhere => {
                ErrorCode::Encryption
            }
            Self::LooseSettings { .. } => ErrorCode::LoosePermissions,
            Self::File { .. } => ErrorCode::File,
            Self::Artefact { .. } => ErrorCode::Artefact,
            Self::Cancelled | Self::Interrupted | Self::NotPrinted { .. } => ErrorCode::Unexpected,
        }
    }

    /// What a shell shows.
    pub fn view(&self, incident: &str) -> ErrorView {
        let code = self.code();
        let message = match code {
            // Told alike, whatever the cause (rule 10).
            ErrorCode::NotFound => "There is nothing of that name here.".to_owned(),
            ErrorCode::Throttled => self.wait_in_words(),
            ErrorCode::InvalidInput
            | ErrorCode::AlreadyExists
            | ErrorCode::NotSignedIn
            | ErrorCode::NotAllowed
            | ErrorCode::InvalidState
            | ErrorCode::StaleReview
            | ErrorCode::HiddenCharacters
            | ErrorCode::Protected
            | ErrorCode::NotApproved
            | ErrorCode::WrongPassphrase
            | ErrorCode::WeakPassphrase
            | ErrorCode::Artefact
            | ErrorCode::ArtefactUnchecked
            | ErrorCode::File
            | ErrorCode::LoosePermissions
            | ErrorCode::Keychain
            | ErrorCode::Encryption
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseReadOnly
            | ErrorCode::DiskFull
            | ErrorCode::DatabaseNewer
            | ErrorCode::NoWorkspace
            | ErrorCode::VerificationFailed
            | ErrorCode::Unexpected => sentence(&self.to_string()),
        };
        let hint = self.next().unwrap_or(code.hint()).to_owned();
        ErrorView { code, message, hint, incident: incident.to_owned() }
    }

    /// What to do next, where the cause knows more than its code.
    const fn next(&self) -> Option<&'static str> {
        if let Self::Alarm { next, .. } = self {
            Some(next)
        } else if let Self::Kit(fault) = self {
            Some(fault.next())
        } else if let Self::KeysElsewhere = self {
            Some("Recover it with its kit, or open it on the computer where its keys lie.")
        } else if let Self::Governance(GovernanceError::InvalidWorkflowState {
            blocking: 1..,
            ..
        }) = self
        {
            Some("Close the blocking findings first, under Discussion.")
        } else if let Self::NoLogKey = self {
            Some("An admin enrols this computer with: countersign device enroll.")
        } else if let Self::NotPrinted { .. } = self {
            Some("Save the kit to a file instead, or write its lines down.")
        } else {
            None
        }
    }

    /// Until when the next attempt waits, as a clock on the wall shows it.
    fn wait_in_words(&self) -> String {
        let (Self::Security(SecurityError::Throttled { until_us })
        | Self::Governance(GovernanceError::Security(SecurityError::Throttled { until_us }))) =
            self
        else {
            return sentence(&self.to_string());
        };
        // Rounded up: at the second that is named, it is over.
        let until = Timestamp::from_micros(until_us.saturating_add(Timestamp::SECOND - 1));
        until.map_or_else(
            |_| sentence(&self.to_string()),
            |at| {
                format!(
                    "After wrong passphrases the next attempt waits until {} UTC.",
                    &at.to_string()[11..19]
                )
            },
        )
    }
}

/// A path as a shell takes it.
pub(crate) fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

/// A clause as a sentence: first letter large, a full stop at the end.
fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    let mut sentence = first.unwrap_or_default() + letters.as_str();
    if !sentence.ends_with('.') {
        sentence.push('.');
    }
    sentence
}
