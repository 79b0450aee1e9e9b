//! Who sits here, in which workspace, and what works on this computer.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Whether one thing this program needs works here, and what to do if not.
#[derive(Debug, Clone, Serialize, Type)]
pub struct HealthView {
    /// "Keychain", "Clock", "Display", "Database", "Version".
    pub name: String,
    /// How it stands.
    pub state: HealthState,
    /// One sentence: what was found.
    pub detail: String,
    /// What to do next, empty when nothing is to be done.
    pub next: String,
}

/// Ready, worth a look, or in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum HealthState {
    /// Works.
    Ready,
    /// Works with a limit that `detail` names.
    Limited,
    /// Does not work.
    Failed,
    /// Is not used here.
    Unused,
}

/// The page before any workspace is open.
#[derive(Debug, Clone, Serialize, Type)]
pub struct FirstPageView {
    /// Version of this program.
    pub version: String,
    /// What works on this computer.
    pub health: Vec<HealthView>,
    /// The workspace that was opened last, if its folder is still there.
    pub last: Option<WorkspaceView>,
}

/// A workspace by name and place.
#[derive(Debug, Clone, Serialize, Type)]
pub struct WorkspaceView {
    /// Title given when it was created.
    pub title: String,
    /// Folder, as the operating system shows it.
    pub path: String,
    /// True for a demo: a banner says so on every screen.
    pub demo: bool,
    /// How its keys are kept.
    pub keys: KeyStorage,
}

/// Where keys of a workspace are kept: fixed when it is created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum KeyStorage {
    /// The operating system's keychain.
    Keychain,
    /// `keys.json` in the folder: weaker, since anchors in it roll back with the disk.
    KeyFile,
}

impl KeyStorage {
    /// The word that the workspace keeps.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Keychain => "keychain",
            Self::KeyFile => "key_file",
        }
    }

    /// Reads the word; anything but `key_file` is the keychain, the stronger of the two.
    pub fn of_word(word: &str) -> Self {
        if word == "key_file" { Self::KeyFile } else { Self::Keychain }
    }
}

/// A person who may sign in.
#[derive(Debug, Clone, Serialize, Type)]
pub struct PersonView {
    /// `person/<uuid>`.
    pub id: String,
    /// Title, as typed by whoever added them.
    pub name: String,
    /// False until a key was made where the person sits: shown as "Not enrolled".
    pub enrolled: bool,
    /// Roles in words, "Approver in retail-eu, Viewer in retail-uk"; empty: none. A hint beside the
    /// name, so that somebody new finds the person who can sign.
    pub roles: String,
}

/// A tenant the signed-in person may see.
#[derive(Debug, Clone, Serialize, Type)]
pub struct TenantView {
    /// Id, e.g. `retail-eu`.
    pub id: String,
    /// Title.
    pub title: String,
    /// The person's role there, as the log says: ADMIN, ANALYST, APPROVER or VIEWER.
    pub role: String,
}

/// Where the program stands: decides which page is shown.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SessionView {
    /// No workspace is open.
    Closed {},
    /// A workspace is open, nobody is signed in.
    SignedOut {
        /// The workspace.
        workspace: WorkspaceView,
        /// Who may sign in, by name.
        people: Vec<PersonView>,
        /// False for a copy on a computer that has no keys of it: it is recovered with its kit first.
        keys_here: bool,
    },
    /// Somebody locked the console: their place is kept, their keys are wiped.
    Locked {
        /// The workspace.
        workspace: WorkspaceView,
        /// Who must unlock it.
        person: PersonView,
    },
    /// Somebody works.
    Open {
        /// The workspace.
        workspace: WorkspaceView,
        /// Who.
        person: PersonView,
        /// The tenant in front.
        tenant: TenantView,
        /// All tenants the person may choose.
        tenants: Vec<TenantView>,
        /// How many requests wait for this person.
        waiting: u32,
        /// What the log badge says.
        log: LogBadge,
        /// What is wrong with the logs in which the person holds a role: the workspace's own first.
        alarms: Vec<super::AlarmView>,
        /// What stands about the tenant in front, one sentence each: four eyes that are off, an
        /// archived tenant.
        standing: Vec<String>,
    },
}

/// The badge at the top: to which record the log is verified, or what is wrong.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum LogBadge {
    /// Verified from the stored bytes against the anchor.
    Verified {
        /// `seq` of the last verified record.
        seq: u32,
        /// When, UTC.
        at: String,
    },
    /// Records came after the last verification, or none was made yet.
    Unverified {
        /// Number of records.
        size: u32,
    },
    /// It raised an alarm.
    Broken {
        /// What is wrong, in a few words: "Log is behind this computer".
        words: String,
    },
}

/// What the core answers when something does not work: one closed code, words for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct ErrorView {
    /// Which one: the UI's table of texts is total over it.
    pub code: crate::error::ErrorCode,
    /// What is wrong, one sentence.
    pub message: String,
    /// What to do next, one sentence.
    pub hint: String,
    /// Correlation id under which the audit trail has it.
    pub incident: String,
}
