//! What the signing window shows: what the core, not a page, says is about to happen.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{FactView, RevocationView, RevokedView};

/// Why the signing window is open. One window serves every passphrase (console.md).
#[derive(Debug, Clone, Serialize, Type)]
#[serde(tag = "purpose", rename_all = "snake_case")]
pub enum SigningView {
    /// Nothing is asked: the window closes.
    Idle {},
    /// A person signs in or unlocks.
    SignIn {
        /// Who.
        name: String,
        /// True to unlock a locked console.
        unlock: bool,
        /// In a demo, its passphrase, made for this demo alone; else absent.
        demo_passphrase: Option<String>,
        /// True where that passphrase opens the demo's key file too: it is asked for at every start.
        opens_key_file: bool,
    },
    /// A person decides.
    Decide(Box<DecisionView>),
    /// A person makes their key, then an admin vouches for it.
    Enrol {
        /// Whose key it is.
        name: String,
        /// Role they get; absent: the key takes the place of the ones they had.
        role: Option<String>,
        /// Tenant.
        tenant_id: String,
        /// Admin who signs.
        admin: String,
        /// In a demo, its passphrase.
        demo_passphrase: Option<String>,
    },
    /// An admin signs an act of authority.
    Change {
        /// "Kenji Morimoto becomes Approver in retail-uk."
        sentence: String,
        /// Digest of the change.
        digest: String,
        /// What it is now and what it becomes, entry by entry.
        changes: Vec<super::EntryChange>,
        /// What follows from it, one sentence each.
        follows: Vec<String>,
        /// "Applies at once and is marked single" or "waits for a second admin".
        control: String,
        /// Reason already given.
        reason: String,
        /// Admin who signs.
        name: String,
        /// In a demo, its passphrase.
        demo_passphrase: Option<String>,
    },
    /// An admin does what is no act of authority: their passphrase is the proof that they are there.
    Confirm {
        /// "Close the account of Kenji Morimoto."
        sentence: String,
        /// What it means, line by line.
        facts: Vec<FactView>,
        /// Reason already given.
        reason: String,
        /// Admin at work.
        name: String,
        /// Words of the button: "Close account".
        verb: String,
        /// In a demo, its passphrase.
        demo_passphrase: Option<String>,
    },
    /// The first admin chooses a passphrase.
    Create {
        /// Workspace title.
        title: String,
        /// First tenant.
        tenant_id: String,
        /// First admin.
        admin: String,
        /// Where the keys will lie.
        keys: super::KeyStorage,
        /// The keychain as it was found; absent where the keys will not lie there.
        keychain: Option<super::KeychainView>,
    },
    /// The key file of a workspace is opened; until then nothing of it is.
    OpenKeyFile {
        /// Workspace title.
        title: String,
        /// Where the key file lies, as the operating system shows it.
        path: String,
        /// True for a demo: its people's passphrase opens the key file as well.
        demo: bool,
    },
    /// A key file that is to be made gets a passphrase of its own.
    NewKeyFile {
        /// Workspace title.
        title: String,
        /// True where the workspace is there and its key file is not.
        lost: bool,
    },
    /// The recovery kit, shown once; nothing is committed before it is confirmed.
    Kit {
        /// Workspace title.
        title: String,
        /// When its lines were made.
        made_at: String,
        /// Workspace id.
        workspace_id: String,
        /// Line SECRET; absent where S is `ENCRYPTION_KEY`.
        secret: Option<String>,
        /// Line RECOVERY.
        recovery: String,
        /// True once it was saved to a file.
        saved: bool,
        /// True once the system's print dialog was opened on it.
        printed: bool,
        /// True once its lines were given back in trial, and fit.
        tried: bool,
    },
    /// The lines of a kit are asked for.
    KitLines(super::KitLinesView),
    /// The kit fits: an admin comes back.
    Recover(Box<super::RecoverView>),
    /// They are back, and that is on record.
    Recovered(Box<super::RecoveredView>),
    /// It is signed and on record.
    Receipt(Box<ReceiptView>),
    /// A person ends approvals.
    Revoke(Box<RevocationView>),
    /// They are ended, and that is on record.
    Revoked(Box<RevokedView>),
    /// An admin ends an alarm.
    EndAlarm(Box<super::EndAlarmView>),
    /// The alarm is over.
    AlarmEnded(Box<super::AlarmEndedView>),
    /// An admin makes a token for a pipeline.
    CreateToken(Box<super::CreateTokenView>),
    /// The token is made, and shown once.
    NewToken(Box<super::NewTokenView>),
    /// An admin rotates the workspace secret.
    RotateSecret(Box<super::RotateSecretView>),
    /// A person reveals a protected text or card.
    Reveal(Box<RevealView>),
    /// The new SECRET line of the recovery kit, shown once; the rotation begins when it is kept.
    NewSecret {
        /// Workspace id.
        workspace_id: String,
        /// Id of the new secret's key.
        key_id: String,
        /// Line SECRET. Line RECOVERY of the kit before stays good.
        secret: String,
        /// True once it was saved to a file.
        saved: bool,
    },
}

impl SigningView {
    /// Where a reason that was typed before is given back, on the sheets that ask for one.
    pub(crate) fn reason_field(&mut self) -> Option<&mut String> {
        match self {
            Self::Decide(view) => Some(&mut view.typed_reason),
            Self::EndAlarm(view) => Some(&mut view.typed_reason),
            Self::CreateToken(view) => Some(&mut view.typed_reason),
            Self::RotateSecret(view) => Some(&mut view.typed_reason),
            Self::Reveal(view) => Some(&mut view.typed_reason),
            Self::Revoke(view) => Some(&mut view.typed_reason),
            Self::Idle {}
            | Self::SignIn { .. }
            | Self::Enrol { .. }
            | Self::Change { .. }
            | Self::Confirm { .. }
            | Self::Create { .. }
            | Self::OpenKeyFile { .. }
            | Self::NewKeyFile { .. }
            | Self::Kit { .. }
            | Self::KitLines(_)
            | Self::Recover(_)
            | Self::Recovered(_)
            | Self::Revoked(_)
            | Self::Receipt(_)
            | Self::AlarmEnded(_)
            | Self::NewToken(_)
            | Self::NewSecret { .. } => None,
        }
    }
}

impl SigningView {
    /// The same for the conditions of an approval.
    pub(crate) fn conditions_field(&mut self) -> Option<&mut ConditionsDraft> {
        if let Self::Decide(view) = self { Some(&mut view.typed_conditions) } else { None }
    }
}

/// A decision before it is signed.
#[derive(Debug, Clone, Serialize, Type)]
pub struct DecisionView {
    /// APPROVED or REJECTED.
    pub decision: String,
    /// The sentence: "Approve model credit-pd, version 7, for production use in retail-eu."
    pub sentence: String,
    /// Subject, `model/credit-pd@7`.
    pub subject: String,
    /// `sha256` or `dirHash1`.
    pub digest_kind: String,
    /// Digest, 64 hex digits.
    pub digest: String,
    /// The policy in words, and which signature this one is.
    pub policy: String,
    /// Its digest; absent for a change.
    pub policy_sha256: Option<String>,
    /// The exact meaning that is signed.
    pub meaning: String,
    /// "Overview, Changes; opened 14:01 UTC, log at #12,482".
    pub seen: String,
    /// More lines, such as acknowledged hidden characters.
    pub facts: Vec<FactView>,
    /// Who signs.
    pub name: String,
    /// Their role.
    pub role: String,
    /// Their key id.
    pub keyid: String,
    /// Longest reason, in characters.
    pub reason_limit: u32,
    /// True where the approval may be given an end or environments.
    pub may_limit: bool,
    /// Conditions of the approvals given before; they hold as well. Empty: none.
    pub conditions_before: String,
    /// What the person typed on this sheet before the console was locked; empty: nothing.
    pub typed_reason: String,
    /// The conditions that they typed beside it.
    pub typed_conditions: ConditionsDraft,
    /// False while the policy lets the passphrase that was typed a moment ago stand.
    pub asks_passphrase: bool,
    /// In a demo, its passphrase.
    pub demo_passphrase: Option<String>,
}

/// A protected value before a person reads it.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RevealView {
    /// "Reveal the text of kyc/letters, version 3."
    pub sentence: String,
    /// `text` or `card`.
    pub what: String,
    /// `prompt/kyc/letters@3`.
    pub subject: String,
    /// Its tier.
    pub tier: String,
    /// SHA-256 of what is read, which goes on record.
    pub digest: String,
    /// Who reads it.
    pub name: String,
    /// Their role.
    pub role: String,
    /// Longest reason, in characters.
    pub reason_limit: u32,
    /// What they typed here before the console was locked.
    pub typed_reason: String,
    /// False while the policy lets the passphrase that was typed a moment ago stand.
    pub asks_passphrase: bool,
    /// In a demo, its passphrase.
    pub demo_passphrase: Option<String>,
}

/// After the signature.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ReceiptView {
    /// "credit-pd, version 7, is approved and in force in retail-eu."
    pub sentence: String,
    /// Who signed so far: name, role, time, record.
    pub signers: Vec<super::SignatureLine>,
    /// Digest of the subject.
    pub digest: String,
    /// SHA-256 of the signed statement.
    pub attestation_sha256: String,
    /// Key id.
    pub keyid: String,
    /// Meaning that was signed.
    pub meaning: String,
    /// The vote's record.
    pub seq: u32,
    /// The record that ended the request, if this vote did.
    pub final_seq: Option<u32>,
    /// Correlation id.
    pub correlation_id: String,
    /// The request, once it is decided and there is evidence of it; absent for a change.
    pub evidence_of: Option<String>,
    /// What was signed, to be read and printed.
    pub signature: super::SignatureView,
}

/// Conditions of an approval as they are typed; empty fields set none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ConditionsDraft {
    /// When it ends, in UTC: "2027-03-31 17:00".
    pub end: String,
    /// Environments it is for, with commas between them.
    pub environments: String,
}

/// Which decision a person asks the signing window for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DecisionDraft {
    /// Approve.
    Approve,
    /// Reject.
    Reject,
}

/// What a person fills in to create a workspace.
#[derive(Debug, Clone, Deserialize, Type)]
pub struct WorkspaceDraft {
    /// Title.
    pub title: String,
    /// Tenant id.
    pub tenant_id: String,
    /// Name of the first admin.
    pub admin: String,
    /// Where keys lie.
    pub keys: super::KeyStorage,
}

/// How hard a new passphrase looks to guess: a hint, not a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PassphraseStrength {
    /// Too short, or soon guessed.
    Weak,
    /// Better than most.
    Fair,
    /// Good.
    Good,
    /// More than anybody will try.
    Strong,
}
