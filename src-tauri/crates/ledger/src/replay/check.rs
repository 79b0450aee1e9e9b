//! The checks by name, and what it is to fail one (formats.md, "Evidence bundle", the checks).
//!
//! Invariant: the names are those of the format; every verifier says the same one.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::LedgerError;
use crate::terms::words;

words!(
    /// What was checked when something did not hold, in the order of formats.md.
    Check, "check" {
        /// The bytes of a file, record, statement or envelope.
        Shape = "shape",
        /// A checkpoint that no trusted log key signed for this log at this size.
        Checkpoint = "checkpoint",
        /// Record 0.
        Genesis = "genesis",
        /// A record that is not in the log, or not at its place.
        Inclusion = "inclusion",
        /// A signature.
        Signatures = "signatures",
        /// The log that a signer saw is not in this log's past.
        History = "history",
        /// An act of authority without the right to it.
        Authority = "authority",
        /// A key that is not enrolled, or not any more.
        Keys = "keys",
        /// A statement that does not belong to its record, is used twice, or not at all.
        Binding = "binding",
        /// A policy that was not in force, or an outcome that does not follow from the votes.
        Policy = "policy",
        /// An export that lists something else than the bundle holds.
        Complete = "complete",
        /// An effect other than the one listed.
        Effect = "effect",
        /// An artefact that is not the one decided on.
        Artefact = "artefact",
        /// Evidence that is too old, or from the future.
        Freshness = "freshness",
    }
);

/// Why a record or a file does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Which check.
    pub check: Check,
    /// What is wrong, in one clause.
    pub detail: String,
}

impl Refusal {
    /// A refusal by name.
    pub fn new(check: Check, detail: impl Into<String>) -> Self {
        Self { check, detail: detail.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({})", self.detail, self.check)
    }
}

/// A condition that must hold, or a refusal by name.
pub(crate) fn demand(holds: bool, check: Check, detail: &str) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(Refusal::new(check, detail)) }
}

/// A record that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The record.
    pub seq: u64,
    /// Which check.
    pub check: Check,
    /// What is wrong, in one clause.
    pub detail: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "record {}: {} ({})", self.seq, self.detail, self.check)
    }
}
