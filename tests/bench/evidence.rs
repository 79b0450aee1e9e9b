//! Checking evidence where there is no workspace (performance.md, row 16): in a process that is
//! there, and as the whole process that a pipeline starts.
//!
//! Invariant: the bundle is the worked example of formats.md, and it holds each time.

use std::hint::black_box;
use std::process::{Command, Stdio};
use std::time::Duration;

use ledger::Timestamp;
use ledger::offline::{Asked, Bundle, Trust};

use crate::figures::{Reach, measure};

const REACH: Reach = Reach { percentile: 95, below: Duration::from_millis(50) };
/// In a process that is there.
const CHECKS: usize = 500;
/// Each starts a process.
const PROCESSES: usize = 100;

pub(crate) fn run() -> bool {
    let vectors = tests::root().join("tests/vectors/countersign");
    let [bundle, trust] = ["bundle.countersign.json", "trust.json"].map(|name| vectors.join(name));
    let (bytes, trusted) = (std::fs::read(&bundle).unwrap(), std::fs::read(&trust).unwrap());
    let now = Timestamp::parse("2026-11-22T19:00:00.000000Z").unwrap();
    let asked = Asked { now, artefact: None, environment: None, max_age_micros: None };
    let checked = measure("offline evidence check, 20 kB bundle", CHECKS, REACH, |_| {
        let trust = Trust::parse(black_box(&trusted)).unwrap();
        black_box(Bundle::parse(black_box(&bytes)).unwrap().verify(&trust, &asked).unwrap());
    });
    let program = std::env::current_exe().unwrap().with_file_name("countersign");
    let process = measure("the same, `evidence verify` as a process", PROCESSES, REACH, |_| {
        let mut command = Command::new(&program);
        command.args(["evidence", "verify"]).arg(&bundle).arg("--trust").arg(&trust);
        assert!(command.stdout(Stdio::null()).status().unwrap().success());
    });
    checked && process
}
