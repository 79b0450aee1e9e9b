//! Files that a stranger checks with nothing but a trust file: evidence bundles, ranges,
//! consistency proofs and single records (formats.md).
//!
//! Invariant: a reader here accepts exactly the bytes that its writer makes, and names the first
//! check that fails. It reads no file and no clock; it trusts the trust file alone.

mod consistency;
mod evidence;
mod range;
mod record_proof;
mod trust;
mod verdict;

pub use consistency::ConsistencyFile;
pub use evidence::{Bundle, BundleKey, BundleParts, BundleRecord, EVIDENCE_LIMIT, Hashes};
pub use range::{RangeHeader, RangeReader, VerifiedRange};
pub use record_proof::RecordProof;
pub use trust::{Trust, TrustedLogKey};
pub use verdict::{Asked, Evidence, Uncommon};

use crate::LedgerError;
use crate::checkpoint::SignedCheckpoint;
use crate::replay::{Check, Refusal};

/// Bytes that are not those of their format.
fn shape(error: LedgerError) -> Refusal {
    Refusal::new(Check::Shape, error.to_string())
}

/// A proof that does not lead to the root.
fn not_included(error: LedgerError) -> Refusal {
    Refusal::new(Check::Inclusion, error.to_string())
}

/// The checkpoint of a file, by a key of the trust file that was good at its size.
fn checkpoint(note: &str, trust: &Trust) -> Result<SignedCheckpoint, Refusal> {
    trust.verify(note).map_err(|error| Refusal::new(Check::Checkpoint, error.to_string()))
}
