//! Checking files of others: no workspace, no keychain, no network; only a trust file is believed.
//!
//! Invariant: memory is bounded by one bundle, or one record of a range, whatever the file holds;
//! anything unexpected is a refusal by name.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

use ledger::offline::{
    Asked, Bundle, ConsistencyFile, EVIDENCE_LIMIT, Evidence, RangeReader, Trust,
};
use ledger::record::LEAF_LIMIT;
use ledger::replay::Check;
use ledger::{SubjectDigest, Timestamp};

use super::{EvidenceLine, LogProofLine};
use crate::edge::Edge;
use crate::failure::ConsoleError;
use crate::session::off_thread;

/// Largest trust file, in bytes: far more keys than a desk has installations.
const TRUST_LIMIT: usize = 1 << 20;

/// What is to be checked of a bundle, as typed.
#[derive(Debug, Clone)]
pub struct EvidenceTexts {
    /// The bundle.
    pub evidence: PathBuf,
    /// The trust file.
    pub trust: PathBuf,
    /// Checksum of the artefact at hand, `sha256:HEX` or `dirHash1:HEX`; or why it has none.
    pub given: Option<Result<String, String>>,
    /// Oldest export that is taken, such as `24h`.
    pub max_age: Option<String>,
}

/// Verifies a bundle.
///
/// # Errors
/// [`ConsoleError::File`] when a file cannot be read, [`ConsoleError::Input`] for a malformed age
/// or checksum. A bundle that does not hold is no error but the result.
pub async fn verify_evidence(
    edge: &Edge,
    texts: EvidenceTexts,
) -> Result<EvidenceLine, ConsoleError> {
    let now = edge.clock.now();
    let judged = off_thread(move || judge(&texts, now, None)).await?;
    told(judged.map(|(bundle, evidence)| EvidenceLine::sound(&bundle, &evidence)))
}

/// Reads and judges a bundle; what does not hold is [`ConsoleError::Refused`].
pub(super) fn judge(
    texts: &EvidenceTexts,
    now: Timestamp,
    environment: Option<&str>,
) -> Result<(Bundle, Evidence), ConsoleError> {
    let max_age_micros = texts.max_age.as_deref().map(age).transpose()?;
    let artefact = match &texts.given {
        None => None,
        Some(Ok(checksum)) => Some(SubjectDigest::parse(checksum)?),
        Some(Err(why)) => {
            return Err(ConsoleError::Refused { check: Check::Artefact, detail: why.clone() });
        }
    };
    let trust = read_trust(&texts.trust)?;
    let bundle = Bundle::parse(&read(&texts.evidence, EVIDENCE_LIMIT)?)?;
    let evidence = bundle.verify(&trust, &Asked { now, artefact, environment, max_age_micros })?;
    Ok((bundle, evidence))
}

/// Verifies a completeness range, a record at a time.
///
/// # Errors
/// As [`verify_evidence`].
pub async fn verify_range(path: PathBuf, trust: PathBuf) -> Result<LogProofLine, ConsoleError> {
    told(off_thread(move || range(&path, &read_trust(&trust)?)).await?)
}

/// Verifies that one checkpoint continues another.
///
/// # Errors
/// As [`verify_evidence`].
pub async fn verify_consistency(
    path: PathBuf,
    trust: PathBuf,
) -> Result<LogProofLine, ConsoleError> {
    let judged = off_thread(move || {
        let file = ConsistencyFile::parse(&read(&path, EVIDENCE_LIMIT)?)?;
        let (first, second) = file.verify(&read_trust(&trust)?)?;
        Ok(LogProofLine::sound((first.size, second.size), &second))
    });
    told(judged.await?)
}

fn range(path: &Path, trust: &Trust) -> Result<LogProofLine, ConsoleError> {
    let file = File::open(path).map_err(|cause| failed(path, &cause))?;
    let mut lines = Lines { path, file: BufReader::new(file) };
    let header = lines.next()?.unwrap_or_default();
    let mut reader = RangeReader::begin(&header, trust)?;
    while let Some(line) = lines.next()? {
        reader.leaf(&line)?;
    }
    let range = reader.finish()?;
    Ok(LogProofLine::sound((range.start, range.end), &range.checkpoint))
}

/// The lines of a file, each without its line end. A line that is longer than any record can be,
/// or has no end, is refused before more of it is read.
struct Lines<'a> {
    path: &'a Path,
    file: BufReader<File>,
}

impl Lines<'_> {
    fn next(&mut self) -> Result<Option<Vec<u8>>, ConsoleError> {
        let (mut line, most) = (Vec::new(), LEAF_LIMIT as u64 + 1);
        let read = self.file.by_ref().take(most).read_until(b'\n', &mut line);
        match read.map_err(|cause| failed(self.path, &cause))? {
            0 => Ok(None),
            _ if line.pop() == Some(b'\n') => Ok(Some(line)),
            _ => Err(ConsoleError::Refused {
                check: Check::Shape,
                detail: "a line is longer than a record can be, or has no end".to_owned(),
            }),
        }
    }
}

/// Reads a trust file; one that is malformed vouches for nothing.
pub(super) fn read_trust(path: &Path) -> Result<Trust, ConsoleError> {
    Trust::parse(&read(path, TRUST_LIMIT)?).map_err(|error| ConsoleError::Refused {
        check: Check::Checkpoint,
        detail: format!("the trust file cannot be used: {error}"),
    })
}

fn read(path: &Path, limit: usize) -> Result<Vec<u8>, ConsoleError> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|cause| failed(path, &cause))?;
    // One more than allowed, so that its reader sees that it is too large.
    let read = file.take(limit as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|cause| failed(path, &cause))?;
    Ok(bytes)
}

fn failed(path: &Path, cause: &io::Error) -> ConsoleError {
    ConsoleError::File { path: path.display().to_string(), reason: cause.to_string() }
}

/// `90s`, `30m`, `24h` or `7d`, in microseconds.
fn age(text: &str) -> Result<i64, ConsoleError> {
    let refuse = || ConsoleError::Input { what: "max-age", reason: "not like 90s, 30m, 24h or 7d" };
    let (number, seconds) = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400)]
        .into_iter()
        .find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)))
        .ok_or_else(refuse)?;
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    let number: i64 = number.parse().ok().filter(|_| digits).ok_or_else(refuse)?;
    number.checked_mul(seconds * Timestamp::SECOND).ok_or_else(refuse)
}

/// A file that does not hold is a result.
fn told<T: From<(Check, String)>>(judged: Result<T, ConsoleError>) -> Result<T, ConsoleError> {
    match judged {
        Err(ConsoleError::Refused { check, detail }) => Ok((check, detail).into()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::age;

    #[test]
    fn an_age_has_a_number_and_a_unit() {
        for (text, seconds) in [("90s", 90), ("30m", 1_800), ("24h", 86_400), ("7d", 604_800)] {
            assert_eq!(age(text), Ok(seconds * 1_000_000), "{text}");
        }
        for text in ["", "h", "24", "-1h", "+1h", "1.5h", "1 h", "24H", "1w", "99999999999999d"] {
            assert!(age(text).is_err(), "accepted {text:?}");
        }
    }
}
