//! The words of the command line.
//!
//! Invariant: no argument takes a secret: passphrases are read from a file or typed, a token comes
//! from the environment. No command decides; those of administration propose.

mod administration;
mod key;
mod proof;
mod token;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use console::pipeline::ON_THE_COMMAND_LINE;

pub(crate) use administration::{Device, Role, Tenant, User};
pub(crate) use key::Key;
pub(crate) use proof::{Audit, AuditList, Evidence, Gate, Trust};
pub(crate) use token::{NewToken, Token};

/// Sign-off for models and prompts: registers, asks the gate, verifies the log.
///
/// Exit status: 0 yes or done; 1 unexpected; 2 usage or input over a limit; 3 not signed in, or
/// the role does not allow it; 4 not approved, not in force or unknown; 5 verification failed;
/// 6 invalid state; 7 store or keychain unavailable.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Folder of the workspace; without it, the one the console opened last.
    #[arg(long, global = true, env = "COUNTERSIGN_WORKSPACE", value_name = "PATH")]
    pub(crate) workspace: Option<PathBuf>,
    /// Tenant; may be left out where there is one.
    #[arg(long, global = true, env = "COUNTERSIGN_TENANT", value_name = "ID")]
    pub(crate) tenant: Option<String>,
    /// One JSON document, or JSON Lines for lists.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Id under which everything this command causes goes on record; UUID v7.
    #[arg(long, global = true, value_name = "UUID")]
    pub(crate) correlation_id: Option<String>,
    /// Who asks; the passphrase is asked for on the terminal.
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// File to read the passphrase from instead.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a workspace and show its recovery kit, once.
    Init(Init),
    /// Make the demo workspace and show its people and passphrases.
    Demo(Demo),
    /// Say what works here, and what to do about the rest.
    Doctor,
    /// Register and list models.
    #[command(subcommand)]
    Model(Model),
    /// Write, list and compare prompts.
    #[command(subcommand)]
    Prompt(Prompt),
    /// Look at requests for approval, open and withdraw them.
    #[command(subcommand)]
    Request(Request),
    /// May it run? The exit status is the answer: 0, 4, 5 or 7.
    #[command(subcommand)]
    Gate(Gate),
    /// Read, verify and prove the log.
    #[command(subcommand)]
    Audit(Audit),
    /// Take the evidence of a decision away, and check what was taken away.
    #[command(subcommand)]
    Evidence(Evidence),
    /// What a verifier elsewhere is to believe.
    #[command(subcommand)]
    Trust(Trust),
    /// Roles and the matrix.
    #[command(subcommand)]
    Role(Role),
    /// People.
    #[command(subcommand)]
    User(User),
    /// Tenants.
    #[command(subcommand)]
    Tenant(Tenant),
    /// Installations that vouch for the log.
    #[command(subcommand)]
    Device(Device),
    /// Tokens for pipelines.
    #[command(subcommand)]
    Token(Token),
    /// Keys of people and computers, and the workspace secret.
    #[command(subcommand)]
    Key(Key),
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// Name of the first admin.
    #[arg(long, value_name = "NAME")]
    pub(crate) admin: String,
    /// Title of the workspace; the name of its folder without it.
    #[arg(long, value_name = "TITLE")]
    pub(crate) name: Option<String>,
    /// Why.
    #[arg(long, default_value = "created", value_name = "TEXT")]
    pub(crate) reason: String,
    /// Keep the keys in a file in the folder, not in the keychain; weaker.
    #[arg(long)]
    pub(crate) key_file: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Folder to make it in.
    #[arg(long, value_name = "DIR")]
    pub(crate) into: Option<PathBuf>,
    /// Keep the keys in a file in the folder, not in the keychain; weaker.
    #[arg(long)]
    pub(crate) key_file: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Model {
    /// Register a version as pending and ask for its approval.
    Register(Register),
    /// List every version of every model.
    List,
    /// Show the versions of a model with their cards, or one of them. That a person reads a card of
    /// tier high goes on record.
    Show {
        /// Name.
        name: String,
        /// Version.
        version: Option<String>,
        /// Why a card of tier high is read.
        #[arg(long, default_value = ON_THE_COMMAND_LINE, value_name = "TEXT")]
        reason: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Register {
    /// Name.
    pub(crate) name: String,
    /// Version.
    pub(crate) version: String,
    #[command(flatten)]
    pub(crate) artefact: RegisteredArtefact,
    /// File with the card, a JSON object.
    #[arg(long, value_name = "FILE")]
    pub(crate) card: Option<PathBuf>,
    /// high, medium or low.
    #[arg(long, default_value = "medium", value_name = "TIER")]
    pub(crate) tier: String,
    /// Why it is registered and approval is asked for.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct RegisteredArtefact {
    /// File or folder to hash.
    #[arg(long, visible_alias = "artefact", value_name = "PATH")]
    pub(crate) artifact: Option<PathBuf>,
    /// Its checksum: sha256:HEX of a file, dirHash1:HEX of a folder.
    #[arg(long, value_name = "KIND:HEX")]
    pub(crate) checksum: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Prompt {
    /// Write the next version and ask for its approval.
    Push {
        /// Name.
        name: String,
        /// File with the text, stored byte for byte.
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
        /// high, medium or low; that of the last version without it, else medium.
        #[arg(long, value_name = "TIER")]
        tier: Option<String>,
        /// What changed and why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// List the newest version of every prompt.
    List,
    /// Show the versions of a prompt.
    Show {
        /// Name.
        name: String,
    },
    /// Compare two versions. That a person reads a text of tier high goes on record.
    Diff {
        /// Name.
        name: String,
        /// Older version.
        left: u32,
        /// Newer version.
        right: u32,
        /// Why a text of tier high is read.
        #[arg(long, default_value = ON_THE_COMMAND_LINE, value_name = "TEXT")]
        reason: String,
    },
    /// Print the text of the newest version. That a person reads a text of tier high goes on record.
    Get {
        /// Name.
        name: String,
        /// The version in force instead, the one approved last.
        #[arg(long)]
        approved: bool,
        /// Why a text of tier high is read.
        #[arg(long, default_value = ON_THE_COMMAND_LINE, value_name = "TEXT")]
        reason: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Request {
    /// List all requests, newest first.
    List,
    /// Show one.
    Show {
        /// Id.
        id: String,
    },
    /// Ask again for a version whose last request ended without an approval in force.
    ///
    /// With --json: {"subject","request_id","seq"}.
    Open {
        /// model/NAME@VERSION or prompt/NAME@VERSION.
        subject: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Take back a request of one's own.
    Withdraw {
        /// Id.
        id: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}
