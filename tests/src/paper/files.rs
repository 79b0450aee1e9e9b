//! The small files of a log on paper: trust file, range, consistency file, record proof.
//!
//! Invariant: each is put together by the letter of formats.md and stays open to changes until its
//! bytes are asked for.

use ledger::json::to_canonical;
use ledger::note::NoteKey;
use ledger::proof::{Beside, Plan as Proof};
use ledger::tree::StoredHash;
use serde_json::{Value, json};

use super::Log;
use super::export::in_base64;
use super::people::{DEVICE, Signer};

/// A range before its bytes.
#[derive(Debug, Clone)]
pub struct RangeText {
    /// The first line.
    pub header: Value,
    /// The leaves.
    pub lines: Vec<Vec<u8>>,
}

impl RangeText {
    /// The file.
    ///
    /// # Panics
    /// When the header has no canonical form.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let header = to_canonical(&self.header).unwrap();
        let lines = [header].into_iter().chain(self.lines.iter().cloned());
        lines.flat_map(|line| line.into_iter().chain([b'\n'])).collect()
    }
}

/// A consistency file before its bytes.
#[derive(Debug, Clone)]
pub struct ConsistencyText(pub Value);

/// A record proof before its bytes.
#[derive(Debug, Clone)]
pub struct RecordText {
    /// The leaf, in base64.
    pub extra: String,
    /// Its place.
    pub index: String,
    /// Hashes in base64.
    pub proof: Vec<String>,
    /// The note.
    pub checkpoint: String,
}

impl RecordText {
    /// The file.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let Self { extra, index, proof, checkpoint } = self;
        let hashes: String = proof.iter().map(|hash| format!("{hash}\n")).collect();
        let head = format!("c2sp.org/tlog-proof@v1\nextra {extra}\nindex {index}\n{hashes}");
        format!("{head}\n{checkpoint}").into_bytes()
    }
}

impl Log {
    /// The trust file: this log's genesis, and the installation's key for these sizes.
    ///
    /// # Panics
    /// When the log is empty.
    #[must_use]
    pub fn trust(&self) -> Value {
        json!({
            "genesis": self.past.leaf_hash(0).unwrap(),
            "log_keys": [{"from": 0, "to": null, "vkey": self.vkey(DEVICE)}],
            "mediaType": "application/vnd.countersign.trust.v1+json",
            "tenant_id": self.tenant,
            "workspace_id": self.workspace,
        })
    }

    /// A log key as a trust file names it.
    ///
    /// # Panics
    /// Never, for keys of this crate.
    #[must_use]
    pub fn vkey(&self, of: Signer) -> String {
        let origin = format!("countersign.local/{}/{}", self.workspace, self.tenant);
        let key = ledger::checkpoint::CheckpointSigner::public_key(&of);
        NoteKey::new(origin, key).unwrap().to_string()
    }

    /// The records from `start` to before `end`, under a checkpoint of `size`.
    ///
    /// # Panics
    /// When the log is shorter.
    #[must_use]
    pub fn range(&self, start: u64, end: u64, size: u64) -> RangeText {
        let beside = Beside::range(start, end, size).unwrap();
        let hashes = |places: &[StoredHash]| {
            let found: Vec<_> = places.iter().map(|at| self.past.hash(*at).unwrap()).collect();
            in_base64(&found)
        };
        let header = json!({
            "checkpoint": self.note(size, DEVICE).text(),
            "end": end,
            "left": hashes(&beside.left),
            "mediaType": "application/vnd.countersign.range.v1+json",
            "origin": format!("countersign.local/{}/{}", self.workspace, self.tenant),
            "right": hashes(&beside.right),
            "size": size,
            "start": start,
        });
        let [start, end] = [start, end].map(|at| usize::try_from(at).unwrap());
        RangeText { header, lines: self.leaves[start..end].to_vec() }
    }

    /// That the log of one size continues that of a smaller one.
    ///
    /// # Panics
    /// When the log is shorter.
    #[must_use]
    pub fn consistency_file(&self, first: u64, second: u64) -> ConsistencyText {
        let proof = self.past.prove(&Proof::consistency(first, second).unwrap()).unwrap();
        ConsistencyText(json!({
            "first": self.note(first, DEVICE).text(),
            "mediaType": "application/vnd.countersign.consistency.v1+json",
            "proof": in_base64(&proof),
            "second": self.note(second, DEVICE).text(),
        }))
    }

    /// One record with its proof under all records.
    ///
    /// # Panics
    /// When there is no such record.
    #[must_use]
    pub fn record_file(&self, seq: u64) -> RecordText {
        let size = self.leaves.len() as u64;
        let proof = self.past.prove(&Proof::inclusion(seq, size).unwrap()).unwrap();
        RecordText {
            extra: ledger::digest::to_base64(&self.leaves[usize::try_from(seq).unwrap()]),
            index: seq.to_string(),
            proof: proof.iter().map(ledger::Digest::to_base64).collect(),
            checkpoint: self.note(size, DEVICE).text().to_owned(),
        }
    }
}
