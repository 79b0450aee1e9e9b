//! Hashes a folder as in-toto `dirHash1`: lists it, hashes its files on all cores, lists it again.
//!
//! Invariant: both listings are equal, or there is no digest. Hidden files count; modes, owners
//! and empty subfolders are not covered by the format.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use ledger::{Digest, SubjectDigest};
use sha2::{Digest as _, Sha256};

use super::file::{self, Begun, Stamp};
use super::{ArtefactError, Continue, Kept, Progress, manifest_line};

/// Files by their path in the folder, with `/`, sorted bytewise as the format wants them.
type Listing = BTreeMap<String, Stamp>;

/// The digest of the folder at `root`, called `shown` in errors, and the bytes of its files. Where it
/// ends early, what was hashed of its files is kept.
pub(super) fn hash(
    shown: &Path,
    root: &Path,
    kept: &mut Kept,
    watch: &mut dyn FnMut(Progress) -> Continue,
) -> Result<(SubjectDigest, u64), ArtefactError> {
    let listing = list(root)?;
    if listing.is_empty() {
        return Err(ArtefactError::EmptyFolder { path: shown.to_owned() });
    }
    let bytes_total = listing.values().map(|stamp| stamp.bytes).sum();
    let digests = hash_all(root, &listing, kept, &mut |bytes_done| {
        watch(Progress { bytes_done, bytes_total })
    })?;
    still_the_same(root, &listing)?;
    let mut manifest = Sha256::new();
    for (path, digest) in listing.keys().zip(&digests) {
        manifest.update(manifest_line(digest, path));
    }
    let digest = Digest::from_bytes(manifest.finalize().into());
    Ok((SubjectDigest::DirHash1(digest), bytes_total))
}

/// What a worker tells.
enum Report {
    Read(u64),
    Done(usize, Result<Digest, ArtefactError>, Box<Begun>),
}

/// A file that a worker has left, with its digest where it came to the end.
struct Left {
    digest: Option<Digest>,
    begun: Box<Begun>,
}

/// Digests in the order of the listing. The first failing file, in that order, of those tried is
/// the error.
fn hash_all(
    root: &Path,
    listing: &Listing,
    kept: &mut Kept,
    watch: &mut dyn FnMut(u64) -> Continue,
) -> Result<Vec<Digest>, ArtefactError> {
    let files: Vec<(&String, &Stamp)> = listing.iter().collect();
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (sender, reports) = mpsc::channel();
    let earlier: &Kept = kept;
    let work = |sender: mpsc::Sender<Report>| {
        while let Some((index, (path, stamp))) = take(&next, &files) {
            let full = root.join(path);
            let mut begun = Box::new(earlier.begun(&full, **stamp));
            if begun.bytes > 0 && sender.send(Report::Read(begun.bytes)).is_err() {
                return;
            }
            let mut read = |bytes| {
                let heard = sender.send(Report::Read(bytes)).is_ok();
                if heard && !stop.load(Ordering::Relaxed) { Continue::Yes } else { Continue::No }
            };
            let digest = file::hash(&full, Path::new(path), **stamp, &mut begun, &mut read);
            let failed = digest.is_err();
            if sender.send(Report::Done(index, digest, begun)).is_err() || failed {
                stop.store(true, Ordering::Relaxed);
            }
            if stop.load(Ordering::Relaxed) {
                return;
            }
        }
    };
    let workers = thread::available_parallelism().map_or(1, NonZero::get).min(files.len());
    let (left, failure) = thread::scope(|scope| {
        for _ in 0..workers {
            let sender = sender.clone();
            scope.spawn(|| work(sender));
        }
        // The channel ends when the last worker drops its sender.
        drop(sender);
        collect(reports, files.len(), &stop, watch)
    });
    let digest = |file: &Option<Left>| file.as_ref().and_then(|file| file.digest);
    let digests: Option<Vec<Digest>> = left.iter().map(digest).collect();
    match (failure, digests) {
        (None, Some(digests)) => Ok(digests),
        (failure, _) => {
            for ((path, stamp), left) in files.iter().zip(left) {
                if let Some(left) = left {
                    kept.keep(root.join(path), **stamp, *left.begun);
                }
            }
            Err(failure.unwrap_or(ArtefactError::Cancelled))
        }
    }
}

fn take<'a, T>(next: &AtomicUsize, files: &'a [T]) -> Option<(usize, &'a T)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    files.get(index).map(|file| (index, file))
}

/// What became of each file, and why the whole has no digest.
fn collect(
    reports: mpsc::Receiver<Report>,
    files: usize,
    stop: &AtomicBool,
    watch: &mut dyn FnMut(u64) -> Continue,
) -> (Vec<Option<Left>>, Option<ArtefactError>) {
    let mut left: Vec<Option<Left>> = (0..files).map(|_| None).collect();
    let mut failures = BTreeMap::new();
    let mut bytes_done = 0;
    let mut cancelled = false;
    for report in reports {
        match report {
            Report::Read(bytes) => {
                bytes_done += bytes;
                if !cancelled && watch(bytes_done) == Continue::No {
                    cancelled = true;
                    stop.store(true, Ordering::Relaxed);
                }
            }
            Report::Done(index, Ok(digest), begun) => {
                left[index] = Some(Left { digest: Some(digest), begun });
            }
            // Stopped because of another's failure, or the watcher's word.
            Report::Done(index, Err(ArtefactError::Cancelled), begun) => {
                left[index] = Some(Left { digest: None, begun });
            }
            Report::Done(index, Err(failure), _) => drop(failures.insert(index, failure)),
        }
    }
    let failure = failures.pop_first().map(|(_, failure)| failure);
    (left, if cancelled { Some(ArtefactError::Cancelled) } else { failure })
}

fn still_the_same(root: &Path, before: &Listing) -> Result<(), ArtefactError> {
    let after = list(root)?;
    if after == *before {
        return Ok(());
    }
    let differs = |path: &&String| before.get(*path) != after.get(*path);
    let path = before.keys().chain(after.keys()).find(differs).cloned().unwrap_or_default();
    Err(ArtefactError::Changed { path: path.into() })
}

/// Every file under the root; the first thing that the format does not cover is the error.
fn list(root: &Path) -> Result<Listing, ArtefactError> {
    let mut listing = Listing::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        let unreadable =
            |cause| ArtefactError::Unreadable { path: Path::new(&folder).to_owned(), cause };
        for entry in fs::read_dir(root.join(&folder)).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let path = checked_path(&folder, &entry)?;
            let metadata = entry.path().symlink_metadata().map_err(|cause| {
                if cause.kind() == std::io::ErrorKind::NotFound {
                    ArtefactError::Changed { path: PathBuf::from(&path) }
                } else {
                    ArtefactError::Unreadable { path: PathBuf::from(&path), cause }
                }
            })?;
            if metadata.is_dir() {
                folders.push(path);
            } else {
                let stamp = Stamp::of_file(Path::new(&path), &metadata)?;
                listing.insert(path, stamp);
            }
        }
    }
    Ok(listing)
}

/// The path of an entry in the folder, if its name can stand in a manifest.
fn checked_path(folder: &str, entry: &fs::DirEntry) -> Result<String, ArtefactError> {
    let name = entry.file_name();
    let Some(name) = name.to_str() else {
        return Err(ArtefactError::NameNotUtf8 { path: Path::new(folder).join(name) });
    };
    let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    if name.contains(|character: char| character.is_control() || character == '\\') {
        return Err(ArtefactError::NameForbidden { path: path.into() });
    }
    Ok(path)
}
