//! Two checkpoints of one log and the proof that the second continues the first (formats.md, "Range,
//! consistency, single record").

use serde::{Deserialize, Serialize};

use super::{Trust, checkpoint, shape};
use crate::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::digest::in_base64;
use crate::replay::{Check, Refusal, demand};
use crate::tree::verify_consistency;
use crate::{Digest, LedgerError, json};

const MEDIA_TYPE: &str = "application/vnd.countersign.consistency.v1+json";

/// A consistency file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsistencyFile {
    /// The earlier note, verbatim.
    pub first: String,
    #[serde(rename = "mediaType")]
    media_type: String,
    /// RFC 6962 consistency proof.
    #[serde(with = "in_base64")]
    pub proof: Vec<Digest>,
    /// The later note, verbatim.
    pub second: String,
}

impl ConsistencyFile {
    /// Two checkpoints with the proof between them.
    pub fn new(first: &SignedCheckpoint, second: &SignedCheckpoint, proof: Vec<Digest>) -> Self {
        let [first, second] = [first, second].map(|signed| signed.text().to_owned());
        Self { first, media_type: MEDIA_TYPE.to_owned(), proof, second }
    }

    /// The file's bytes.
    ///
    /// # Errors
    /// None in practice; the type is that of [`json::canonical_of`].
    pub fn to_canonical(&self) -> Result<Vec<u8>, LedgerError> {
        json::canonical_of(self)
    }

    /// Reads a file strictly; nothing is verified by this.
    ///
    /// # Errors
    /// [`Refusal`] of `shape`.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let file: Self = json::parse_as(bytes).map_err(shape)?;
        let known = file.media_type == MEDIA_TYPE;
        demand(known, Check::Shape, "a type that this version does not know")?;
        Ok(file)
    }

    /// Verifies both notes and the proof, and gives what they say.
    ///
    /// # Errors
    /// [`Refusal`] of `checkpoint`, `genesis` or `history`.
    pub fn verify(&self, trust: &Trust) -> Result<(Checkpoint, Checkpoint), Refusal> {
        let (first, second) = (checkpoint(&self.first, trust)?, checkpoint(&self.second, trust)?);
        let (first, second) = (first.checkpoint().clone(), second.checkpoint().clone());
        let genesis = first.size != 1 || first.root == trust.genesis;
        demand(genesis, Check::Genesis, "record 0 is not the one of the trust file")?;
        verify_consistency(first.size, second.size, &first.root, &second.root, &self.proof)
            .map_err(|error| Refusal::new(Check::History, error.to_string()))?;
        Ok((first, second))
    }
}
