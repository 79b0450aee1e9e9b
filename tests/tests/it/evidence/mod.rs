//! The verifier of evidence against those who make it (issue "Proof", done when 1 and 4, and "Bad
//! input"): logs on paper, honest and crooked, and every kind of file that a stranger checks.
//!
//! Invariant: an insider holds the log key and every key but the one that would make the lie true.
//! A refusal is compared by the name of its check; each harness prints what it tried.

mod bits;
mod exact;
pub(crate) mod fields;
mod files;
mod hidden;
mod honest;
mod insiders;
mod limits;
mod moved;
mod mutations;
mod order;
mod parts;
mod refused;
mod tokens;

use ledger::Timestamp;
use ledger::json::to_canonical;
use ledger::offline::{Asked, Bundle, Evidence, Trust};
use ledger::replay::{Check, Refusal};
use serde_json::Value;
use tests::paper::Log;

/// An hour after the noon of the logs.
const NOW: i64 = 3_600;

/// What a verifier asks that wants to know no more than whether it is sound.
fn asked(log: &Log, at: i64) -> Asked<'static> {
    let now = Timestamp::parse(&log.stamp(at)).unwrap();
    Asked { now, artefact: None, environment: None, max_age_micros: None }
}

/// Reads and judges a bundle by a trust file, both as JSON.
fn judge(bundle: &Value, trust: &Value, asked: &Asked<'_>) -> Result<Evidence, Refusal> {
    let bytes = to_canonical(bundle).map_err(|e| Refusal::new(Check::Shape, e.to_string()))?;
    Bundle::parse(&bytes)?.verify(&trusted(trust), asked)
}

fn trusted(trust: &Value) -> Trust {
    Trust::parse(&to_canonical(trust).unwrap()).unwrap()
}
