//! Hashing an artefact that a person chose, and stopping long work.
//!
//! Invariant: a path comes from the system's dialog; a page learns a name, a digest and a handle. What
//! was stopped goes on where it can (`artefact`).

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use ledger::ResourceType;

use super::{Answer, Desk, Progress};
use crate::artefact::{self, Artefact, ArtefactError, Continue};
use crate::failure::ConsoleError;
use crate::hidden;
use crate::session::{Session, off_thread};
use crate::views::{ArtefactView, ProgressView};
use crate::words;

/// What became of hashing.
pub(super) enum Hashed {
    /// It came to the end.
    Whole(Artefact),
    /// Somebody stopped it: "1.2 GB of 4.0 GB".
    Stopped { how_far: String },
}

impl Desk {
    /// Computes the checksum of a file or folder.
    pub async fn hash_artefact(&self, path: PathBuf, progress: Progress) -> Answer<ArtefactView> {
        self.answer(async {
            let reading = self.reading((ResourceType::Model, "")).await?;
            let hashed = match self.hashed(&reading.session, path, progress).await? {
                Hashed::Whole(artefact) => artefact,
                Hashed::Stopped { .. } => return Err(ConsoleError::Cancelled),
            };
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

    /// Hashes off the async threads. What was hashed when it is stopped is kept for the next time, as
    /// long as the person sits there.
    pub(super) async fn hashed(
        &self,
        session: &Session,
        path: PathBuf,
        progress: Progress,
    ) -> Result<Hashed, ConsoleError> {
        let (stop, mut kept) = {
            let mut state = self.state();
            (state.begin_work(), std::mem::take(&mut state.hashed))
        };
        let hashing = off_thread(move || {
            let mut how_far = String::new();
            let tried = artefact::go_on(&path, &mut kept, &mut |now| {
                how_far =
                    format!("{} of {}", words::size(now.bytes_done), words::size(now.bytes_total));
                let per_mille = per_mille(now.bytes_done, now.bytes_total);
                progress(ProgressView { per_mille, text: how_far.clone() });
                if stop.load(Ordering::Relaxed) { Continue::No } else { Continue::Yes }
            });
            (tried, kept, how_far)
        });
        let (tried, kept, how_far) = hashing.await?;
        {
            let mut state = self.state();
            if state.has_in_chair(session) {
                state.hashed.add(kept);
            }
        }
        match tried {
            Ok(artefact) => Ok(Hashed::Whole(artefact)),
            Err(ArtefactError::Cancelled) => Ok(Hashed::Stopped { how_far }),
            Err(error) => Err(refused(error)),
        }
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
