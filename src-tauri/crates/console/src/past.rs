//! Files from outside that must be in a log's past: notes, evidence bundles, ranges, consistency
//! files and single records (`audit verify --against`).
//!
//! Invariant: every checkpoint that a file carries is demanded of the log, by the log's own keys.
//! Whether the file's own proofs hold is for its offline verifier; here the log is under test.

use ledger::checkpoint::SignedCheckpoint;
use ledger::json::parse_canonical;
use ledger::offline::Trust;
use serde_json::Value;

use crate::rereading::Reading;
use crate::workspace::Workspace;

/// First line of a C2SP tlog-proof.
const RECORD_PROOF: &[u8] = b"c2sp.org/tlog-proof@v1\n";
/// First bytes of a checkpoint of this program.
const ORIGIN: &[u8] = b"countersign.local/";

/// A file that somebody kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenPast {
    /// Its name, for the finding.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl GivenPast {
    /// Demands that every checkpoint of the file is in the past of a log.
    pub(crate) fn demand_past(
        &self,
        reading: &Reading,
        workspace: &Workspace,
    ) -> Result<(), String> {
        for note in notes(&self.bytes)? {
            reading.demand_contained(&note, workspace)?;
        }
        Ok(())
    }
}

impl GivenPast {
    /// The newest checkpoint of the file, by a log key of the trust file.
    pub(crate) fn newest(&self, trust: &Trust) -> Result<SignedCheckpoint, String> {
        let mut newest: Option<SignedCheckpoint> = None;
        for note in notes(&self.bytes)? {
            let signed =
                trust.verify(&note).map_err(|error| format!("is not of this log: {error}"))?;
            let size = signed.checkpoint().size;
            if newest.as_ref().is_none_or(|known| known.checkpoint().size < size) {
                newest = Some(signed);
            }
        }
        newest.ok_or_else(|| "holds no checkpoint".to_owned())
    }
}

/// The notes that a file carries.
fn notes(bytes: &[u8]) -> Result<Vec<String>, String> {
    let text =
        |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(|_| "is no text".to_owned());
    if bytes.starts_with(ORIGIN) {
        return Ok(vec![text(bytes)?]);
    }
    if bytes.starts_with(RECORD_PROOF) {
        // Header, a blank line, the checkpoint.
        let whole = text(bytes)?;
        let (_, note) = whole.split_once("\n\n").ok_or("holds no checkpoint")?;
        return Ok(vec![note.to_owned()]);
    }
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let value = parse_canonical(first).map_err(|error| {
        format!("is no note, bundle, range, consistency file or proof: {error}")
    })?;
    let kind = value.get("mediaType").and_then(Value::as_str).unwrap_or_default();
    let fields: &[&str] = match kind {
        "application/vnd.countersign.evidence.v1+json"
        | "application/vnd.countersign.range.v1+json" => &["checkpoint"],
        "application/vnd.countersign.consistency.v1+json" => &["first", "second"],
        _ => return Err("is of no kind that this program knows".to_owned()),
    };
    let note = |field: &&str| value.get(*field).and_then(Value::as_str).map(str::to_owned);
    fields.iter().map(|field| note(field).ok_or_else(|| format!("has no {field}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::notes;

    #[test]
    fn every_kind_of_file_gives_its_checkpoints_and_nothing_else_does() {
        let note = "countersign.local/w/t\n1\nAAAA\n\n— countersign.local/w/t AAAA\n";
        let proof = format!("c2sp.org/tlog-proof@v1\nextra AA==\nindex 0\n\n{note}");
        let range = format!(
            "{}\n{{}}\n",
            serde_json::json!({"checkpoint": note, "mediaType":
                "application/vnd.countersign.range.v1+json"})
        );
        let both = serde_json::json!({"first": note, "mediaType":
            "application/vnd.countersign.consistency.v1+json", "second": note});
        let good = [(note.to_owned(), 1), (proof, 1), (range, 1), (both.to_string(), 2)];
        for (file, number) in &good {
            assert_eq!(notes(file.as_bytes()), Ok(vec![note.to_owned(); *number]), "{file}");
        }
        for file in ["", "{}", "[]", "hello", "c2sp.org/tlog-proof@v1\nindex 0\n"] {
            assert!(notes(file.as_bytes()).is_err(), "{file}");
        }
    }
}
