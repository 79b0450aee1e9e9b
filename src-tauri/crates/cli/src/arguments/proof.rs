//! The words of the gate, the log and what is proven of it.
//!
//! Invariant: as in [`super`]. Commands that check files of others take a trust file and open no
//! workspace.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// May it run?
///
/// With --json it prints {"answer","subject","reason","cause"}.
#[derive(Debug, Subcommand)]
pub(crate) enum Gate {
    /// May this model version run?
    Model {
        /// Name.
        name: String,
        /// Version.
        version: String,
        /// The file or folder that is about to run.
        #[arg(long, visible_alias = "artefact", value_name = "PATH")]
        artifact: Option<PathBuf>,
        /// The environment it is to run in.
        #[arg(long, value_name = "ENV")]
        scope: Option<String>,
        #[command(flatten)]
        root: Root,
    },
    /// May this prompt version run?
    Prompt {
        /// Name.
        name: String,
        /// Version.
        version: String,
        /// The text that is about to run.
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
        /// The environment it is to run in.
        #[arg(long, value_name = "ENV")]
        scope: Option<String>,
        #[command(flatten)]
        root: Root,
    },
}

/// What the gate believes.
#[derive(Debug, Args)]
pub(crate) struct Root {
    /// Believe this trust file instead of the anchor on this machine.
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Option<PathBuf>,
    /// Ask this evidence bundle instead of a workspace: offline, nothing goes on record.
    #[arg(long, value_name = "FILE", requires = "trust")]
    pub(crate) evidence: Option<PathBuf>,
    /// Oldest evidence that is taken, such as 90s, 30m, 24h or 7d; 24h without it.
    #[arg(long, value_name = "AGE", requires = "evidence")]
    pub(crate) max_age: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// List records as they are stored, newest first.
    List(AuditList),
    /// Derive everything again from the stored bytes.
    Verify {
        /// A note, bundle, range, consistency file or record's proof kept from before: what it
        /// was made over must be in the log's past. May be given several times.
        #[arg(long, value_name = "FILE")]
        against: Vec<PathBuf>,
    },
    /// Print the newest signed checkpoint.
    Checkpoint,
    /// Write the whole log to a new file, a record a line, as they are stored.
    ///
    /// With --json it prints {"path","records","sha256"}. The export goes on record. A file that
    /// is there already is not written over.
    Export {
        /// The new file.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Write records with the proof that none between them is missing.
    ///
    /// With --json it prints {"path","records","sha256"}. Check the file elsewhere with `audit
    /// verify-range`.
    Range {
        /// First record.
        #[arg(long, default_value_t = 0, value_name = "SEQ")]
        from: u64,
        /// One after the last record; without it, all under the newest checkpoint.
        #[arg(long, value_name = "SEQ")]
        to: Option<u64>,
        /// The new file.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Write the proof that the log continues a checkpoint kept from before.
    ///
    /// With --json it prints {"path","records","sha256"}. Check the file elsewhere with `audit
    /// verify-consistency`.
    Consistency {
        /// The note, bundle, range, consistency file or record's proof kept from before.
        file: PathBuf,
        /// The new file.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Write one record with the proof that it is in the log, as a C2SP tlog-proof.
    ///
    /// With --json it prints {"path","records","sha256"}.
    Proof {
        /// The record.
        seq: u64,
        /// The new file.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Check a range with nothing but a trust file.
    ///
    /// With --json it prints {"result","check","detail","from","to","size","root"}; result is
    /// verified or refused.
    VerifyRange {
        /// The range.
        file: PathBuf,
        /// The trust file.
        #[arg(long, value_name = "FILE")]
        trust: PathBuf,
    },
    /// Check that one checkpoint continues another with nothing but a trust file.
    ///
    /// With --json it prints {"result","check","detail","from","to","size","root"}; from and to are
    /// the two sizes.
    VerifyConsistency {
        /// The consistency file.
        file: PathBuf,
        /// The trust file.
        #[arg(long, value_name = "FILE")]
        trust: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct AuditList {
    /// Only of this actor: person/UUID, service/UUID or system.
    #[arg(long)]
    pub(crate) actor: Option<String>,
    /// Only this action, such as approval.vote.
    #[arg(long)]
    pub(crate) action: Option<String>,
    /// Only this resource, such as model/credit-pd@3, or its type alone.
    #[arg(long)]
    pub(crate) resource: Option<String>,
    /// Only under this correlation id.
    #[arg(long, value_name = "UUID")]
    pub(crate) correlation: Option<String>,
    /// At most so many.
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Evidence {
    /// Write everything that stands for a decided request to one file that a stranger can check.
    ///
    /// With --json it prints {"path","subject","outcome","effect","seq","sha256"}. The export goes
    /// on record. It needs an installation with a log key.
    Export {
        /// Id of the request.
        request: String,
        /// The new file, by custom *.countersign.json.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// Write a page for a person instead, which tells what the bundle proves: HTML.
        #[arg(long)]
        report: bool,
    },
    /// Check a bundle with nothing but a trust file: no workspace, no network.
    ///
    /// Ends with 0 for sound evidence of any outcome, with 5 and the name of the check otherwise.
    /// With --json it prints {"result","check","detail","subject","digest","outcome","effect",
    /// "exported_at","control"}; control lists acts of authority that one admin made alone, or the
    /// recovery kit.
    Verify {
        /// The bundle.
        file: PathBuf,
        /// The trust file.
        #[arg(long, value_name = "FILE")]
        trust: PathBuf,
        /// The file or folder, or the prompt's text, that the decision should be about.
        #[arg(long, visible_alias = "artefact", value_name = "PATH")]
        artifact: Option<PathBuf>,
        /// Oldest export that is taken, such as 90s, 30m, 24h or 7d.
        #[arg(long, value_name = "AGE")]
        max_age: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Trust {
    /// Write genesis and log keys of the tenant to one file; compare the SHA-256 by voice.
    ///
    /// With --json it prints {"path","records","sha256"}. Take it by a way that you trust: it is
    /// what everything else is checked by.
    Export {
        /// The new file.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
}
