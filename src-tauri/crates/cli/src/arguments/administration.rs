//! The words of administration: people, roles, tenants, installations.
//!
//! Invariant: as in [`super`]. What changes anything wants a reason, and the asking admin's own
//! passphrase signs it as a proposal.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Roles and the matrix.
///
/// What changes a role is signed with the key of the admin who asks. It applies at once where the
/// tenant has one admin; otherwise it waits for a second admin, who signs it in the console.
#[derive(Debug, Subcommand)]
pub(crate) enum Role {
    /// Who holds which role in the tenant.
    ///
    /// With --json a line each: {"id","name","status","role","enrolled"}.
    List,
    /// What each role may do, as it is enforced.
    ///
    /// With --json a line each: {"role","create","approve","view","register_model"}.
    Matrix,
    /// Give a person a role in the tenant.
    ///
    /// With --json it prints {"tenant_id","person","name","changes"}, each change
    /// {"kind","state","seq","request_id","can_sign"}, its state "applied" or "waiting".
    Grant {
        /// Who.
        name: String,
        /// ADMIN, ANALYST, APPROVER or VIEWER.
        role: String,
        /// The group that they represent.
        #[arg(long, value_name = "TITLE")]
        group: Option<String>,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        own: NewPassphrase,
    },
    /// Take a person's role in the tenant away.
    ///
    /// With --json it prints what role grant prints.
    Revoke {
        /// Whose.
        name: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

/// People.
#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Everybody in the workspace.
    ///
    /// With --json a line each: {"id","name","status","role","enrolled"}.
    List,
    /// Close a person's account: they sign in no more, and what they signed stays.
    ///
    /// Their roles end with it in the tenants that you administer, where a second admin may have to
    /// sign. With --json it prints {"id","name","status","role","enrolled"}.
    Disable {
        /// Whose.
        name: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Add a person, who chooses a passphrase, with a role in the tenant.
    ///
    /// The person is there at once; their key and their role apply at once where the tenant has one
    /// admin, and otherwise wait for a second admin, who signs both in the console. With --json it
    /// prints {"tenant_id","person","name","changes"}, each change
    /// {"kind","state","seq","request_id","can_sign"}, its state "applied" or "waiting".
    Add {
        /// Name, as it will stand on signatures.
        name: String,
        /// ADMIN, ANALYST, APPROVER or VIEWER.
        #[arg(long, value_name = "ROLE")]
        role: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        own: NewPassphrase,
    },
}

/// The passphrase of the person whose key it is about.
#[derive(Debug, Args)]
pub(crate) struct NewPassphrase {
    /// File to read that person's passphrase from, instead of asking them.
    #[arg(long, value_name = "FILE")]
    pub(crate) new_passphrase_file: Option<PathBuf>,
}

/// Tenants.
#[derive(Debug, Subcommand)]
pub(crate) enum Tenant {
    /// The tenants in which you hold a role.
    ///
    /// With --json a line each: {"id","title","role","control","admins","archived_at"}.
    List,
    /// Found a tenant; you become its first admin.
    ///
    /// With --json it prints what tenant list prints.
    Add {
        /// Id: small letters, digits and hyphens.
        id: String,
        /// Title.
        #[arg(long, value_name = "TITLE")]
        title: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

/// Installations.
#[derive(Debug, Subcommand)]
pub(crate) enum Device {
    /// Every installation that the tenant's log ever enrolled.
    ///
    /// With --json a line each: {"id","keyid","enrolled_seq","revoked_seq","here"}.
    List,
    /// Enrol this installation: its log key is made here, and its public half goes on record.
    ///
    /// In every tenant that you administer, and in the workspace's own log where you administer that;
    /// with --tenant in that one alone. It applies at once where the tenant has one admin, and otherwise
    /// waits for a second admin, who signs it in the console. What was written here before a log key
    /// was there, and a log that this computer has never seen, raise an alarm: an admin ends it in the
    /// console. With --json a line each:
    /// {"tenant_id","id","keyid","state","seq","request_id","can_sign","alarm"}, the state "applied",
    /// "waiting", "known" from before, or "retired" there and left alone.
    Enroll {
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// End the log key of an installation; what it signed goes on counting.
    ///
    /// With --json it prints {"tenant_id","id","change"}, the change
    /// {"kind","state","seq","request_id","can_sign"}, its state "applied" or "waiting".
    Revoke {
        /// Id of the installation.
        id: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}
