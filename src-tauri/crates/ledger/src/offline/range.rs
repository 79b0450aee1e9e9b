//! The completeness range: all records of [start, end) and the subtrees beside them, under one
//! checkpoint (formats.md, "Range, consistency, single record").
//!
//! Invariant: header and leaves fold to the root of the checkpoint, so nothing is missing between
//! start and end. A [`RangeReader`] holds one leaf at a time, whatever the length of the file.

use serde::{Deserialize, Serialize};

use super::{Trust, checkpoint, shape};
use crate::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::digest::in_base64;
use crate::proof::Beside;
use crate::replay::{Check, Refusal, demand};
use crate::tree::{self, Frontier, StoredHash};
use crate::{AuditRecord, Digest, LedgerError, json};

const MEDIA_TYPE: &str = "application/vnd.countersign.range.v1+json";

/// The first line of a range file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RangeHeader {
    /// The note, verbatim.
    pub checkpoint: String,
    /// One after the last record.
    pub end: u64,
    /// Roots of the subtrees before the range.
    #[serde(with = "in_base64")]
    pub left: Vec<Digest>,
    #[serde(rename = "mediaType")]
    media_type: String,
    /// The log.
    pub origin: String,
    /// Roots of the subtrees from its end on.
    #[serde(with = "in_base64")]
    pub right: Vec<Digest>,
    /// Size of the checkpoint.
    pub size: u64,
    /// First record.
    pub start: u64,
}

impl RangeHeader {
    /// The header of [`start`, `end`) under a checkpoint; the hashes are those that
    /// [`Beside::range`] asks for.
    pub fn new(
        signed: &SignedCheckpoint,
        (start, end): (u64, u64),
        (left, right): (Vec<Digest>, Vec<Digest>),
    ) -> Self {
        let Checkpoint { origin, size, .. } = signed.checkpoint().clone();
        let (checkpoint, media_type) = (signed.text().to_owned(), MEDIA_TYPE.to_owned());
        Self { checkpoint, end, left, media_type, origin, right, size, start }
    }

    /// The line, with its line end.
    ///
    /// # Errors
    /// [`LedgerError::Number`] when a size passes 2^53 − 1.
    pub fn to_line(&self) -> Result<Vec<u8>, LedgerError> {
        let mut line = json::canonical_of(self)?;
        line.push(b'\n');
        Ok(line)
    }
}

/// A range that is being read.
#[derive(Debug, Clone)]
pub struct RangeReader {
    header: RangeHeader,
    checkpoint: Checkpoint,
    trust: Trust,
    right: Vec<StoredHash>,
    edge: Frontier,
}

/// A range that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedRange {
    /// First record.
    pub start: u64,
    /// One after the last record.
    pub end: u64,
    /// What the log had, by one of its keys.
    pub checkpoint: Checkpoint,
}

impl RangeReader {
    /// Reads the header line, without its line end.
    ///
    /// # Errors
    /// [`Refusal`] of `shape` or `checkpoint`; of `genesis` when the range begins with record 1 and
    /// the record 0 beside it is not the one of the trust file.
    pub fn begin(line: &[u8], trust: &Trust) -> Result<Self, Refusal> {
        let header: RangeHeader = json::parse_as(line).map_err(shape)?;
        let known = header.media_type == MEDIA_TYPE;
        demand(known, Check::Shape, "a type that this version does not know")?;
        let beside = Beside::range(header.start, header.end, header.size).map_err(shape)?;
        demand(
            header.left.len() == beside.left.len() && header.right.len() == beside.right.len(),
            Check::Shape,
            "not one hash for each subtree beside the range",
        )?;
        let signed = checkpoint(&header.checkpoint, trust)?;
        let checkpoint = signed.checkpoint().clone();
        demand(
            checkpoint.origin == header.origin && checkpoint.size == header.size,
            Check::Checkpoint,
            "the header names another log or size than the checkpoint",
        )?;
        // The one hash before record 1 is that of record 0.
        let genesis = header.start != 1 || header.left.first() == Some(&trust.genesis);
        demand(genesis, Check::Genesis, "record 0 is not the one of the trust file")?;
        let mut edge = Frontier::new();
        append(&mut edge, &beside.left, &header.left)?;
        Ok(Self { header, checkpoint, trust: trust.clone(), right: beside.right, edge })
    }

    /// Reads the next leaf, a line without its line end, and gives the record that it is.
    ///
    /// # Errors
    /// [`Refusal`] of `shape` for a line that is no record of this log at this place, or is beyond
    /// the end; of `genesis` when record 0 is not the one of the trust file.
    pub fn leaf(&mut self, line: &[u8]) -> Result<AuditRecord, Refusal> {
        let seq = self.edge.size();
        demand(seq < self.header.end, Check::Shape, "there are more records than its header says")?;
        let record = AuditRecord::parse(line).map_err(shape)?;
        demand(
            record.parts().seq == seq && record.parts().tenant_id == self.trust.tenant_id,
            Check::Shape,
            "a line is not the record of this log and place",
        )?;
        let hash = tree::leaf_hash(line);
        let genesis = seq > 0 || hash == self.trust.genesis;
        demand(genesis, Check::Genesis, "record 0 is not the one of the trust file")?;
        self.edge.push(hash).map_err(shape)?;
        Ok(record)
    }

    /// After the last line.
    ///
    /// # Errors
    /// [`Refusal`] of `shape` when records are missing at the end, of `inclusion` when they do not
    /// lead to the root.
    pub fn finish(mut self) -> Result<VerifiedRange, Refusal> {
        let whole = self.edge.size() == self.header.end;
        demand(whole, Check::Shape, "there are fewer records than its header says")?;
        append(&mut self.edge, &self.right, &self.header.right)?;
        demand(
            self.edge.size() == self.checkpoint.size && self.edge.root() == self.checkpoint.root,
            Check::Inclusion,
            "its records do not lead to the root of the checkpoint",
        )?;
        let RangeHeader { start, end, .. } = self.header;
        Ok(VerifiedRange { start, end, checkpoint: self.checkpoint })
    }
}

fn append(edge: &mut Frontier, places: &[StoredHash], roots: &[Digest]) -> Result<(), Refusal> {
    places
        .iter()
        .zip(roots)
        .try_for_each(|(place, root)| edge.push_subtree(place.level, *root))
        .map_err(shape)
}
