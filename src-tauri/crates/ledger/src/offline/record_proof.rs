//! One record with its inclusion proof: a C2SP tlog-proof whose `extra` is the leaf (formats.md,
//! "Range, consistency, single record").
//!
//! Invariant: [`RecordProof::parse`] accepts exactly what [`RecordProof::to_text`] writes. `extra`
//! is unauthenticated in that format; here it is hashed and must be the leaf.

use super::{Trust, checkpoint, not_included, shape};
use crate::digest::{from_base64, to_base64};
use crate::replay::{Check, Refusal, demand};
use crate::tree::{self, MAX_PROOF_HASHES, verify_inclusion};
use crate::{AuditRecord, Digest, LedgerError};

/// The first line, which names the format.
const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// A record, its place and its proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordProof {
    /// The bytes of the record.
    pub leaf: Vec<u8>,
    /// Its place.
    pub index: u64,
    /// RFC 6962 inclusion proof.
    pub proof: Vec<Digest>,
    /// The note, verbatim.
    pub checkpoint: String,
}

impl RecordProof {
    /// The file's text.
    pub fn to_text(&self) -> String {
        let hashes: String = self.proof.iter().map(|hash| hash.to_base64() + "\n").collect();
        let (extra, index) = (to_base64(&self.leaf), self.index);
        format!("{FIRST_LINE}\nextra {extra}\nindex {index}\n{hashes}\n{}", self.checkpoint)
    }

    /// Reads a file strictly; nothing is verified by this.
    ///
    /// # Errors
    /// [`Refusal`] of `shape`.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        Self::read(bytes).map_err(shape)
    }

    fn read(bytes: &[u8]) -> Result<Self, LedgerError> {
        let refuse = |reason: &str| LedgerError::format("record proof", reason);
        let text = std::str::from_utf8(bytes).map_err(|_| refuse("no UTF-8"))?;
        let (head, note) = text.split_once("\n\n").ok_or_else(|| refuse("no blank line"))?;
        let mut lines = head.split('\n');
        if lines.next() != Some(FIRST_LINE) {
            return Err(refuse("a type that this version does not know"));
        }
        let extra = lines.next().and_then(|line| line.strip_prefix("extra "));
        let index = lines.next().and_then(|line| line.strip_prefix("index "));
        let (Some(extra), Some(index)) = (extra, index) else {
            return Err(refuse("no lines `extra` and `index`"));
        };
        let hashes: Result<Vec<_>, _> =
            lines.take(MAX_PROOF_HASHES).map(Digest::from_base64).collect();
        let read = Self {
            leaf: from_base64(extra)?,
            index: index.parse().map_err(|_| refuse("the index is no number"))?,
            proof: hashes?,
            checkpoint: note.to_owned(),
        };
        // Catches "+3" and "03", and more hashes than any proof has.
        if read.to_text() == text { Ok(read) } else { Err(refuse("not the one spelling")) }
    }

    /// Verifies the note, the leaf and the proof, and gives the record.
    ///
    /// # Errors
    /// [`Refusal`] of `shape`, `checkpoint`, `genesis` or `inclusion`.
    pub fn verify(&self, trust: &Trust) -> Result<AuditRecord, Refusal> {
        let record = AuditRecord::parse(&self.leaf).map_err(shape)?;
        demand(
            record.parts().seq == self.index && record.parts().tenant_id == trust.tenant_id,
            Check::Shape,
            "it is not the record of this log and place",
        )?;
        let signed = checkpoint(&self.checkpoint, trust)?;
        let hash = tree::leaf_hash(&self.leaf);
        // Beside record 1 the proof shows record 0.
        let shown = if self.index == 0 { Some(&hash) } else { self.proof.first() };
        let genesis = self.index > 1 || shown == Some(&trust.genesis);
        demand(genesis, Check::Genesis, "record 0 is not the one of the trust file")?;
        let (size, root) = (signed.checkpoint().size, signed.checkpoint().root);
        verify_inclusion(self.index, size, &hash, &self.proof, &root).map_err(not_included)?;
        Ok(record)
    }
}
