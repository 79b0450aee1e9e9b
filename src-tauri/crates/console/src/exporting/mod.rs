//! What leaves the workspace as a file, and what is proven of a record.
//!
//! Invariant: nothing leaves without its record in the log, written before the file stands under
//! its name; a file is whole or not there, for its owner only, and takes another file's place only
//! where a person said so.

mod evidence;
mod log_files;
mod new_file;
mod proving;
mod records;
mod report;
mod report_page;
mod trust;

pub use evidence::{EvidenceForm, ExportedEvidence};
pub use new_file::Destination;
pub(crate) use proving::InLog;

use std::path::PathBuf;

use governance::audit::RecordDraft;
use ledger::{Action, Actor, Digest, ResourceType, TenantId};
use new_file::NewFile;
use serde_json::{Map, Value, json};

use crate::failure::ConsoleError;
use crate::session::off_thread;
use crate::workspace::Workspace;

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedFile {
    /// Where it stands.
    pub path: PathBuf,
    /// How many records it holds or speaks of.
    pub records: u64,
    /// SHA-256 of the file.
    pub sha256: Digest,
}

/// What a file is, on record.
#[derive(Debug, Clone, Copy)]
enum Format {
    /// Leaves, a line each.
    Lines,
    /// A completeness range.
    Range,
    /// Two checkpoints and their proof.
    Consistency,
    /// One record and its proof.
    Record,
    /// Genesis and log keys.
    Trust,
}

impl Format {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Lines => "jsonl",
            Self::Range => "range",
            Self::Consistency => "consistency",
            Self::Record => "tlog-proof",
            Self::Trust => "trust",
        }
    }
}

/// Begins a file where it is to stand.
async fn begin(to: &Destination) -> Result<(PathBuf, NewFile), ConsoleError> {
    let to = to.absolute();
    let path = to.path().to_owned();
    let file = off_thread(move || NewFile::begin(to)).await??;
    Ok((path, file))
}

/// Adds the whole content of a small file.
async fn fill(mut file: NewFile, bytes: Vec<u8>) -> Result<NewFile, ConsoleError> {
    off_thread(move || file.write(&bytes).map(|()| file)).await?
}

impl Workspace {
    /// Puts an export of a log on record, then gives the file its name.
    async fn keep_exported(
        &self,
        (tenant, actor): (&TenantId, &Actor),
        (format, records): (Format, u64),
        (path, file): (PathBuf, NewFile),
    ) -> Result<ExportedFile, ConsoleError> {
        let sha256 = file.digest();
        let metadata: Map<String, Value> = Map::from_iter([
            ("format".to_owned(), json!(format.as_str())),
            ("records".to_owned(), json!(records)),
            ("sha256".to_owned(), json!(sha256)),
        ]);
        let resource = (ResourceType::Log, tenant.to_string());
        let draft = RecordDraft::of(Action::AuditExport, resource, "", &metadata)?;
        self.log_alone(tenant, &self.ids.correlation(), actor, &draft).await?;
        off_thread(move || file.keep()).await??;
        Ok(ExportedFile { path, records, sha256 })
    }
}
