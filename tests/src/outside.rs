//! The outside reader (`tests/outside`), asked about files, and our own answer to the same question.
//!
//! Invariant: both get the same bytes and the same clock, and neither sees the other's answer. The
//! reader's verdicts are taken as they are.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ledger::offline::{Asked, Bundle, ConsistencyFile, RangeReader, RecordProof, Trust};
use ledger::replay::{Check, Refusal};
use ledger::{Digest, SubjectDigest, Timestamp};
use serde_json::{Value, json};

use crate::python::Python;

/// What kind of file is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An evidence bundle.
    Bundle,
    /// A range of records.
    Range,
    /// Two checkpoints.
    Consistency,
    /// One record.
    Record,
}

impl Kind {
    /// As the outside reader calls it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bundle => "bundle",
            Self::Range => "range",
            Self::Consistency => "consistency",
            Self::Record => "record",
        }
    }
}

/// A file, and what is wanted of it.
#[derive(Debug, Clone)]
pub struct Question {
    /// Its kind.
    pub kind: Kind,
    /// Its bytes.
    pub file: Vec<u8>,
    /// The trust file's bytes.
    pub trust: Vec<u8>,
    /// The verifier's clock, for bundles.
    pub now: Timestamp,
    /// Oldest export that is taken, in seconds, for bundles.
    pub max_age_seconds: Option<u32>,
    /// Digest of the artefact at hand, for bundles.
    pub artefact: Option<SubjectDigest>,
}

/// An answer, in the words that both have in common.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// The first check that fails; none for what verifies.
    pub check: Option<String>,
    /// Why, in the reader's own words.
    pub detail: String,
    /// Outcome and effect of a bundle that verifies.
    pub found: Option<(String, String)>,
    /// Record, control and action of each act that did not need two admins.
    pub control: Vec<(u64, String, String)>,
}

impl Verdict {
    /// Whether both say the same: yes with the same outcome, effect and acts, or no. The name of
    /// the check and the words may differ.
    #[must_use]
    pub fn agrees(&self, other: &Self) -> bool {
        let no = (self.check.is_some(), other.check.is_some());
        no.0 == no.1 && self.found == other.found && self.control == other.control
    }
}

/// The outside reader with the Python that it runs in.
#[derive(Debug)]
pub struct Outside {
    python: &'static Python,
}

impl Outside {
    /// The reader, run by this Python.
    #[must_use]
    pub const fn new(python: &'static Python) -> Self {
        Self { python }
    }

    /// Its own check of itself: whether it ended well, and what it printed.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn selfcheck(&self) -> (bool, String) {
        let ran = self.python.command(&folder()).arg("selfcheck.py").output().unwrap();
        let said = [ran.stdout, ran.stderr].concat();
        (ran.status.success(), String::from_utf8_lossy(&said).into_owned())
    }

    /// The bundles of its own tables, made and signed by other code than ours, sound and forged:
    /// their names and what is asked about them.
    ///
    /// # Panics
    /// When they cannot be made.
    #[must_use]
    pub fn tables(&self) -> Vec<(String, Question)> {
        let to = tempfile::tempdir().unwrap();
        let mut command = self.python.command(&folder());
        let ran = command.arg("cases_written.py").arg(to.path()).output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "cases_written.py ends with {}: {said}", ran.status);
        std::str::from_utf8(&ran.stdout).unwrap().lines().map(of_table).collect()
    }

    /// Its verdicts on bundles, each with its trust file and the clock to judge it by, from one
    /// process.
    ///
    /// # Panics
    /// As [`Outside::ask`].
    #[must_use]
    pub fn bundles(&self, list: &[(Vec<u8>, Vec<u8>, Timestamp)]) -> Vec<Verdict> {
        let question = |(file, trust, now): &(Vec<u8>, Vec<u8>, Timestamp)| Question {
            kind: Kind::Bundle,
            file: file.clone(),
            trust: trust.clone(),
            now: *now,
            max_age_seconds: None,
            artefact: None,
        };
        self.ask(&list.iter().map(question).collect::<Vec<_>>())
    }

    /// Its verdicts, in the order of the questions, from one process.
    ///
    /// # Panics
    /// When it does not answer each with a line.
    #[must_use]
    pub fn ask(&self, questions: &[Question]) -> Vec<Verdict> {
        self.batch(&["outside.py"], questions)
    }

    /// The verdicts of the same reader made lax for a control: one function of its bundle reader,
    /// by its name there, says yes to everything.
    ///
    /// # Panics
    /// As [`Outside::ask`].
    #[must_use]
    pub fn ask_without(&self, check: &str, questions: &[Question]) -> Vec<Verdict> {
        let lax = format!(
            "import sys, outside\nfrom reader import bundle\nassert callable(bundle.{check})\n\
             bundle.{check} = lambda *_: True\nsys.exit(outside.main(sys.argv[1:]))"
        );
        self.batch(&["-c", &lax], questions)
    }

    fn batch(&self, program: &[&str], questions: &[Question]) -> Vec<Verdict> {
        let folder = tempfile::tempdir().unwrap();
        let mut files = Files { folder: folder.path(), written: BTreeMap::new() };
        let lines: String = questions.iter().map(|one| entry(one, &mut files)).collect();
        let list = folder.path().join("list");
        fs::write(&list, lines).unwrap();
        let mut command = self.python.command(&self::folder());
        let ran = command.args(program).arg("batch").arg(&list).output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "outside.py ends with {}: {said}", ran.status);
        let answers = std::str::from_utf8(&ran.stdout).unwrap();
        let verdicts: Vec<Verdict> = answers.lines().map(of_line).collect();
        assert_eq!(verdicts.len(), questions.len(), "one line for each: {said}");
        verdicts
    }
}

/// Our own verdict on the same question, by the ledger alone.
///
/// # Panics
/// Never: whatever a file holds, the answer is a verdict.
#[must_use]
pub fn ours(question: &Question) -> Verdict {
    judge(question).unwrap_or_else(|Refusal { check, detail }| Verdict {
        check: Some(check.as_str().to_owned()),
        detail,
        ..Verdict::default()
    })
}

fn judge(question: &Question) -> Result<Verdict, Refusal> {
    let trust = Trust::parse(&question.trust)
        .map_err(|error| Refusal::new(Check::Checkpoint, error.to_string()))?;
    match question.kind {
        Kind::Bundle => return bundle(question, &trust),
        Kind::Range => range(&question.file, &trust)?,
        Kind::Consistency => {
            ConsistencyFile::parse(&question.file)?.verify(&trust)?;
        }
        Kind::Record => {
            RecordProof::parse(&question.file)?.verify(&trust)?;
        }
    }
    Ok(Verdict::default())
}

fn bundle(question: &Question, trust: &Trust) -> Result<Verdict, Refusal> {
    let asked = Asked {
        now: question.now,
        artefact: question.artefact,
        environment: None,
        max_age_micros: question.max_age_seconds.map(|age| i64::from(age) * Timestamp::SECOND),
    };
    let evidence = Bundle::parse(&question.file)?.verify(trust, &asked)?;
    let (outcome, effect) = (evidence.outcome.as_str(), evidence.effect.effect.as_str());
    let acts = evidence.control.iter();
    Ok(Verdict {
        found: Some((outcome.to_owned(), effect.to_owned())),
        control: acts
            .map(|act| (act.seq, act.control.as_str().to_owned(), act.action.as_str().to_owned()))
            .collect(),
        ..Verdict::default()
    })
}

/// As the program reads it: a line at a time, each with its end.
fn range(file: &[u8], trust: &Trust) -> Result<(), Refusal> {
    let unended = || Refusal::new(Check::Shape, "a line has no end");
    let (header, leaves) = match file.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&file[..end], &file[end + 1..]),
        None => return Err(unended()),
    };
    let mut reader = RangeReader::begin(header, trust)?;
    for line in leaves.split_inclusive(|byte| *byte == b'\n') {
        reader.leaf(line.strip_suffix(b"\n").ok_or_else(unended)?)?;
    }
    reader.finish().map(|_| ())
}

/// The files of a batch; the same bytes are written once.
struct Files<'a> {
    folder: &'a Path,
    written: BTreeMap<Digest, PathBuf>,
}

impl Files<'_> {
    fn place(&mut self, bytes: &[u8]) -> String {
        let name = self.written.len().to_string();
        let place = self.written.entry(Digest::of(bytes)).or_insert_with(|| {
            let place = self.folder.join(name);
            fs::write(&place, bytes).unwrap();
            place
        });
        place.to_str().unwrap().to_owned()
    }
}

fn entry(question: &Question, files: &mut Files<'_>) -> String {
    let kind = question.kind.as_str();
    let (file, trust) = (files.place(&question.file), files.place(&question.trust));
    let mut entry = json!({"kind": kind, "file": file, "trust": trust});
    if question.kind == Kind::Bundle {
        entry["now"] = question.now.to_string().into();
        if let Some(age) = question.max_age_seconds {
            entry["max_age"] = age.into();
        }
        match question.artefact {
            Some(SubjectDigest::Sha256(digest)) => {
                entry["artefact_sha256"] = digest.to_hex().into();
            }
            Some(SubjectDigest::DirHash1(digest)) => {
                entry["artefact_dirhash1"] = digest.to_hex().into();
            }
            None => {}
        }
    }
    format!("{entry}\n")
}

fn of_table(line: &str) -> (String, Question) {
    let case: Value = serde_json::from_str(line).unwrap();
    let text = |name: &str| case[name].as_str().unwrap();
    let artefact = case["artefact"].as_array().map(|pair| {
        let [kind, hex] = [0, 1].map(|at: usize| pair[at].as_str().unwrap());
        SubjectDigest::parse(&format!("{kind}:{hex}")).unwrap()
    });
    let question = Question {
        kind: Kind::Bundle,
        file: fs::read(text("bundle")).unwrap(),
        trust: fs::read(text("trust")).unwrap(),
        now: Timestamp::parse(text("now")).unwrap(),
        max_age_seconds: case["max_age"].as_u64().map(|age| u32::try_from(age).unwrap()),
        artefact,
    };
    (text("name").to_owned(), question)
}

fn of_line(line: &str) -> Verdict {
    let answer: Value = serde_json::from_str(line).unwrap();
    let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
    let verified = answer["result"] == "verified";
    assert_eq!(verified, answer["check"].is_null(), "{line}");
    let acts = answer["control"].as_array().unwrap().iter();
    let act = |act: &Value| {
        let words = [&act["control"], &act["kind"]].map(|word| text(word).unwrap());
        let [control, kind] = words;
        (act["index"].as_u64().unwrap(), control, kind)
    };
    Verdict {
        check: text(&answer["check"]),
        detail: text(&answer["detail"]).unwrap(),
        found: text(&answer["outcome"]).zip(text(&answer["effect"])),
        control: acts.map(act).collect(),
    }
}

fn folder() -> PathBuf {
    crate::root().join("tests/outside")
}
