//! The closed code of what the parts under a use case refuse.
//!
//! Invariant: each of their causes is named here: a new one does not compile before somebody said
//! what it is to a person.

use governance::GovernanceError;
use ledger::LedgerError;
use security::SecurityError;
use store::StoreError;

use crate::error::ErrorCode;
use crate::keychain::KeychainError;

pub(super) fn governance_code(error: &GovernanceError) -> ErrorCode {
    match error {
        GovernanceError::ModelNotApproved { .. } | GovernanceError::PromptNotApproved { .. } => {
            ErrorCode::NotApproved
        }
        GovernanceError::InvalidModelState { .. }
        | GovernanceError::InvalidPromptState { .. }
        | GovernanceError::InvalidWorkflowState { .. }
        | GovernanceError::AlreadyVoted
        | GovernanceError::FindingClosed
        | GovernanceError::AlreadyRequested { .. }
        | GovernanceError::NothingLater
        | GovernanceError::StillInForce { .. }
        | GovernanceError::TokenRevoked
        | GovernanceError::InvalidChange { .. }
        | GovernanceError::PolicyUnmeetable { .. } => ErrorCode::InvalidState,
        GovernanceError::FourEyes { .. }
        | GovernanceError::NotAPerson
        | GovernanceError::NotTheRequester
        | GovernanceError::NotYourRequest
        | GovernanceError::SecondAdminNeeded => ErrorCode::NotAllowed,
        GovernanceError::StaleReview { .. }
        | GovernanceError::StatementMismatch { .. }
        | GovernanceError::StaleVersion { .. } => ErrorCode::StaleReview,
        GovernanceError::ArtefactUnchecked => ErrorCode::ArtefactUnchecked,
        GovernanceError::NotFound { .. } => ErrorCode::NotFound,
        GovernanceError::AlreadyExists { .. } | GovernanceError::NameTaken { .. } => {
            ErrorCode::AlreadyExists
        }
        GovernanceError::Text { .. }
        | GovernanceError::Limit { .. }
        | GovernanceError::PolicyMissing { .. }
        | GovernanceError::TokenLife { .. }
        | GovernanceError::ReservedTenant => ErrorCode::InvalidInput,
        GovernanceError::TokenRefused(_) => ErrorCode::NotSignedIn,
        GovernanceError::Repository { .. } => ErrorCode::Unexpected,
        GovernanceError::Security(error) => security_code(error),
        GovernanceError::Ledger(LedgerError::Format { .. } | LedgerError::TooLarge { .. }) => {
            ErrorCode::InvalidInput
        }
        GovernanceError::Ledger(_) => ErrorCode::VerificationFailed,
    }
}

pub(super) fn security_code(error: &SecurityError) -> ErrorCode {
    use security::error::PassphraseFault;
    match error {
        SecurityError::Authorization { .. } => ErrorCode::NotAllowed,
        SecurityError::TenantIsolation { .. } => ErrorCode::NotFound,
        SecurityError::Passphrase { fault: PassphraseFault::Wrong } => ErrorCode::WrongPassphrase,
        SecurityError::Passphrase { .. } => ErrorCode::WeakPassphrase,
        SecurityError::Encryption { .. } | SecurityError::KeyFormat { .. } => ErrorCode::Encryption,
        SecurityError::Seal { .. } => ErrorCode::VerificationFailed,
        SecurityError::Throttled { .. } => ErrorCode::Throttled,
        SecurityError::Actor { .. } | SecurityError::Entropy => ErrorCode::Unexpected,
    }
}

pub(super) fn store_code(error: &StoreError) -> ErrorCode {
    match error {
        StoreError::HeadMoved { .. } | StoreError::OtherSecret { .. } | StoreError::Busy => {
            ErrorCode::DatabaseBusy
        }
        StoreError::SecretInUse { .. } => ErrorCode::InvalidState,
        StoreError::NotFound { .. }
        | StoreError::ForeignApplication { .. }
        | StoreError::NotADatabase
        | StoreError::Damaged { .. } => ErrorCode::NoWorkspace,
        StoreError::FolderNotEmpty { .. } | StoreError::Io { .. } => ErrorCode::File,
        StoreError::LoosePermissions { .. } => ErrorCode::LoosePermissions,
        StoreError::NewerVersion { .. } => ErrorCode::DatabaseNewer,
        StoreError::ReadOnly => ErrorCode::DatabaseReadOnly,
        StoreError::DiskFull => ErrorCode::DiskFull,
        StoreError::UnknownTenant => ErrorCode::NotFound,
        StoreError::StateWithoutRecord
        | StoreError::RowOutOfOrder { .. }
        | StoreError::TenantNotExpected { .. }
        | StoreError::AlreadyDone { .. }
        | StoreError::AttestationRepeated
        | StoreError::Conflict { .. }
        | StoreError::SqliteTooOld { .. }
        | StoreError::Stopped
        | StoreError::Closed
        | StoreError::Unexpected { .. } => ErrorCode::Unexpected,
    }
}

pub(super) fn keychain_code(error: &KeychainError) -> ErrorCode {
    match error {
        KeychainError::Unavailable { .. }
        | KeychainError::Locked { .. }
        | KeychainError::TimedOut { .. }
        | KeychainError::Busy
        | KeychainError::Forgetful
        | KeychainError::Ambiguous { .. } => ErrorCode::Keychain,
        KeychainError::LoosePermissions { .. } => ErrorCode::LoosePermissions,
        KeychainError::KeyFileExists { .. } | KeychainError::File { .. } => ErrorCode::File,
        KeychainError::TooLong { .. }
        | KeychainError::Name { .. }
        | KeychainError::NotText { .. }
        | KeychainError::KeyFileDamaged { .. } => ErrorCode::Encryption,
        KeychainError::Encryption(error) => security_code(error),
    }
}
