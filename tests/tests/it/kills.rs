//! A process killed at random while it decides loses nothing that it acknowledged (issue "First
//! sign-off", done when 5, second half).
//!
//! Invariant: after every kill each acknowledged decision is there with its vote and its outcome,
//! the replay of the log has no finding and agrees with the rows, and the next process goes on in
//! the same folder. The controls acknowledge too early, or write state first, and are caught.

use std::io::{BufRead, BufReader, Lines, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use console::SecretText;
use console::edge::SystemEntropy;
use console::keychain::{KeyFile, Keychain as _};
use ledger::{Decision, Digest, RequestId, Status};
use store::{SqliteStore, Store as _};
use tests::chance::Chance;
use tests::house::{self, CREDIT};
use tests::logs::{Reader, tenant};
use tests::size::{VARIABLE, rounds};

pub(crate) const KEY_FILE_PASSPHRASE: &str = "the key file of a machine without a keychain";
/// In how many of a hundred kills something must have been acknowledged before.
const FLOOR_PERCENT: usize = 80;

/// How the decider behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Honest,
    Early,
    StateFirst,
}

impl Mode {
    const fn word(self) -> &'static str {
        match self {
            Self::Honest => "honest",
            Self::Early => "early",
            Self::StateFirst => "state-first",
        }
    }
}

/// What a decider said it had done.
pub(crate) struct Acknowledged {
    request: RequestId,
    status: Status,
}

/// A decider at work.
pub(crate) struct Decider {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Decider {
    pub(crate) fn start(place: &Path, mode: Mode) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_decider"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let told = format!("{}\n{KEY_FILE_PASSPHRASE}\n{}\n", place.display(), mode.word());
        child.stdin.take().unwrap().write_all(told.as_bytes()).unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// Waits for so many acknowledgements.
    pub(crate) fn wait_for(&mut self, number: usize) -> Vec<Acknowledged> {
        let next = || acknowledged(&self.lines.next().expect("it decides until it is killed"));
        std::iter::repeat_with(next).take(number).collect()
    }

    /// Kills it (SIGKILL) and reads what it had still said.
    pub(crate) fn kill(mut self) -> Vec<Acknowledged> {
        self.child.kill().unwrap();
        let status = self.child.wait().unwrap();
        assert!(!status.success(), "it ended by itself");
        self.lines.map(|line| acknowledged(&line)).collect()
    }
}

fn acknowledged(line: &std::io::Result<String>) -> Acknowledged {
    let line = line.as_ref().unwrap();
    let words: Vec<&str> = line.split(' ').collect();
    let ["ack", request, _seq, status] = words.as_slice() else { panic!("it said: {line}") };
    let request = RequestId::parse(request).unwrap();
    Acknowledged { request, status: Status::parse(status).unwrap() }
}

/// A folder that deciders work in, one after the other.
pub(crate) struct Place {
    pub(crate) path: PathBuf,
    reader: Reader,
    _folder: tempfile::TempDir,
}

impl Place {
    /// A copy of the house whose keys lie in a key file: no keychain outlives a process here.
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bank");
        house::lay_out(&path);
        let secret = SecretText::new(KEY_FILE_PASSPHRASE.to_owned());
        let keys = KeyFile::create(&path, &secret, &SystemEntropy).unwrap();
        for (account, value) in house::items() {
            keys.write(&account, &SecretText::new(value)).unwrap();
        }
        let id = SqliteStore::open(&path).unwrap().workspace().await.unwrap().id;
        Self { path, reader: Reader::new(&id, CREDIT), _folder: folder }
    }

    /// What is lost or half-written after a kill.
    async fn losses(&mut self, said: &[Acknowledged]) -> Vec<String> {
        let store = SqliteStore::open(&self.path).unwrap();
        self.reader.read_on(&store).await;
        let mut losses = self.reader.faults(&store).await;
        for said in said {
            let state = self.reader.replay.requests().request(&said.request);
            let kept = state.is_some_and(|state| {
                state.status == said.status
                    && state.decided_at.is_some()
                    && state.votes.iter().filter(|vote| vote.why_not.is_none()).count() == 1
                    && state.votes.iter().all(|vote| decision_of(vote.decision) == said.status)
            });
            let row = store.request(&tenant(CREDIT), &said.request).await.unwrap();
            if !kept || row.map(|row| row.status) != Some(said.status) {
                losses.push(format!("{} was acknowledged as {}", said.request, said.status));
            }
        }
        if let Err(error) = store.check().await {
            losses.push(error.to_string());
        }
        losses
    }
}

const fn decision_of(decision: Decision) -> Status {
    match decision {
        Decision::Approved => Status::Approved,
        Decision::Rejected => Status::Rejected,
        Decision::Revoked | Decision::Proposed => Status::Pending,
    }
}

#[tokio::test]
async fn a_killed_process_loses_nothing_that_it_acknowledged() {
    let wanted = rounds(25, 500);
    let mut chance = Chance::of_seed(0x5eed_0005);
    let mut place = Place::new().await;
    let (mut said, mut with_one, mut slowest) = (0, 0, Duration::ZERO);
    let began = Instant::now();
    for kill in 1..=wanted {
        let mut decider = Decider::start(&place.path, Mode::Honest);
        // Most are killed after some decisions, every tenth at any time after the start.
        let mut heard = Vec::new();
        if kill % 10 != 0 {
            heard = decider.wait_for(1 + chance.below(4));
        }
        let delay = Duration::from_micros(500 + chance.below(14_500) as u64);
        spin(delay);
        slowest = slowest.max(delay);
        heard.extend(decider.kill());
        said += heard.len();
        with_one += usize::from(!heard.is_empty());
        let losses = place.losses(&heard).await;
        assert_eq!(losses, Vec::<String>::new(), "after kill {kill} of {wanted}");
        if kill % 25 == 0 {
            println!("kills: sample {kill} of {wanted}, {said} acknowledged");
        }
    }
    let records = place.reader.replay.past().size();
    let summary = format!(
        "{wanted} kills, {with_one} after an acknowledgement, {said} acknowledged decisions, \
         {records} records, 0 lost, 0 half-written, {} s",
        began.elapsed().as_secs()
    );
    println!("kills ({VARIABLE}): {summary}");
    assert!(with_one * 100 >= wanted * FLOOR_PERCENT, "only {with_one} of {wanted} said anything");
    assert_ne!(place.reader.replay.past().root(), Digest::of(b""));
}

#[tokio::test]
async fn a_decider_that_acknowledges_before_the_commit_is_caught() {
    caught(Mode::Early, 20).await;
}

#[tokio::test]
async fn a_decider_that_writes_state_first_is_caught() {
    caught(Mode::StateFirst, 60).await;
}

/// Kills a control until it is caught, a fresh folder each time.
async fn caught(mode: Mode, tries: usize) {
    let mut chance = Chance::of_seed(0x5eed_0006);
    for kill in 1..=tries {
        let mut place = Place::new().await;
        let mut decider = Decider::start(&place.path, mode);
        let mut heard = decider.wait_for(1);
        if mode == Mode::StateFirst {
            spin(Duration::from_millis(5 + chance.below(120) as u64));
        }
        heard.extend(decider.kill());
        let losses = place.losses(&heard).await;
        if !losses.is_empty() {
            println!("kills: the control {mode:?} was caught at kill {kill}: {}", losses[0]);
            return;
        }
    }
    panic!("{mode:?} was not caught in {tries} kills");
}

/// Passes the time without giving the processor away: sleeping is not this exact.
pub(crate) fn spin(time: Duration) {
    let began = Instant::now();
    while began.elapsed() < time {
        std::hint::spin_loop();
    }
}
