//! Hashing an artefact that a person chose, and stopping long work.
//!
//! Invariant: a path comes from the system's dialog; a page learns a name, a digest and a handle.

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use ledger::ResourceType;

use super::{Answer, Desk, Progress};
use crate::artefact::{self, ArtefactError, Continue};
use crate::failure::ConsoleError;
use crate::hidden;
use crate::session::off_thread;
use crate::views::{ArtefactView, ProgressView};
use crate::words;

impl Desk {
    /// Computes the checksum of a file or folder, off the async threads.
    pub async fn hash_artefact(&self, path: PathBuf, progress: Progress) -> Answer<ArtefactView> {
        self.answer(async {
            self.reading((ResourceType::Model, "")).await?;
            let stop = self.state().begin_work();
            let hashed = off_thread(move || {
                artefact::checksum(&path, &mut |now| {
                    progress(ProgressView {
                        per_mille: per_mille(now.bytes_done, now.bytes_total),
                        text: format!(
                            "{} of {}",
                            words::size(now.bytes_done),
                            words::size(now.bytes_total)
                        ),
                    });
                    if stop.load(Ordering::Relaxed) { Continue::No } else { Continue::Yes }
                })
            });
            let hashed = hashed.await?.map_err(refused)?;
            let handle = self.inner.ids.nonce()?;
            self.state().artefacts.insert(handle.clone(), hashed.digest);
            Ok(ArtefactView {
                artefact_id: handle,
                name: hidden::drawn(&hashed.name),
                digest_kind: hashed.digest.algorithm().to_owned(),
                digest: hashed.digest.digest().to_hex(),
                size: words::size(hashed.bytes),
            })
        })
        .await
    }

    /// Stops all long work; each answers that it was stopped.
    pub async fn cancel_work(&self) -> Answer<()> {
        self.answer(async {
            self.state().stop_works();
            Ok(())
        })
        .await
    }
}

fn refused(error: ArtefactError) -> ConsoleError {
    match error {
        ArtefactError::Cancelled => ConsoleError::Cancelled,
        ArtefactError::Missing { .. }
        | ArtefactError::EmptyFolder { .. }
        | ArtefactError::Link { .. }
        | ArtefactError::NotAFile { .. }
        | ArtefactError::Unreadable { .. }
        | ArtefactError::NameNotUtf8 { .. }
        | ArtefactError::NameForbidden { .. }
        | ArtefactError::Changed { .. } => ConsoleError::Artefact { reason: error.to_string() },
    }
}

/// Part of a whole, in thousandths; the whole of nothing is done.
pub(super) fn per_mille(done: u64, all: u64) -> u32 {
    let part = u128::from(done.min(all)) * 1000;
    part.checked_div(u128::from(all)).map_or(1000, |part| u32::try_from(part).unwrap_or(1000))
}
