//! Files for a pipeline.
//!
//! Invariant: only a person with View exports; what is written stands under no other file's name.

use std::path::Path;

use super::{ExportLine, Pipeline};
use crate::failure::ConsoleError;

impl Pipeline {
    /// Writes the whole log of the tenant in front to a new file, a record a line.
    ///
    /// # Errors
    /// [`ConsoleError`]; no file is left behind.
    pub async fn export_records(&self, path: &Path) -> Result<ExportLine, ConsoleError> {
        let exported = self.workspace.export_records(self.session()?, path).await?;
        Ok(ExportLine {
            path: exported.path.display().to_string(),
            records: exported.records,
            sha256: exported.sha256.to_hex(),
        })
    }
}
