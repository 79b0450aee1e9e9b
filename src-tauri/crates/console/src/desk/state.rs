//! What a desk holds between two commands.
//!
//! Invariant: nothing here opens anything: no passphrase and no unlocked key is kept, but the keys of
//! a workspace that is being founded and the passphrase of its key file, the secret of a rotation that
//! is to begin, and the kit of a workspace that is being recovered, until that is done or given up;
//! and a key that a policy lets sign again without the passphrase (`kept_key`). A lock of the state is
//! held for a look, never across a wait.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ledger::{SubjectDigest, TenantId, Timestamp};

use super::counting::Counted;
use super::diffs::OpenDiff;
use super::disclosed::Disclosed;
use super::kept_key::KeptKey;
use super::links::Link;
use super::reasons::TypedReasons;
use super::signing::Asked;
use crate::artefact::Kept;
use crate::failure::ConsoleError;
use crate::reviewing::OpenReview;
use crate::session::Session;
use crate::workspace::Workspace;

/// Reviews kept open at once; the one opened first makes room.
const REVIEWS: usize = 32;

/// Diffs kept open at once, each with both of its texts.
const DIFFS: usize = 8;

/// A person's chair.
#[derive(Default, Clone)]
pub(super) enum Seat {
    /// Nobody.
    #[default]
    Empty,
    /// Somebody works.
    Taken(Session),
    /// Somebody is away; their place is kept.
    Locked(Session),
}

/// A review that is open on the page.
#[derive(Clone)]
pub(super) struct Opened {
    pub(super) review: OpenReview,
    /// Why a protected text is not shown: its reading could not be put on record.
    pub(super) withheld: Option<ConsoleError>,
    /// On the clock that nobody sets.
    pub(super) since_micros: i64,
    /// A check of the artefact that was stopped.
    pub(super) stopped: Option<Stopped>,
}

/// A check of an artefact that can go on.
#[derive(Clone)]
pub(super) struct Stopped {
    /// What was chosen; no page learns it.
    pub(super) path: PathBuf,
    /// "1.2 GB of 4.0 GB".
    pub(super) how_far: String,
}

impl Stopped {
    /// The last part of the path, untrusted text.
    pub(super) fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// How far a log was found to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verified {
    pub(super) size: u64,
    pub(super) at: Timestamp,
}

/// Everything between two commands.
#[derive(Default)]
pub(super) struct State {
    pub(super) workspace: Option<Arc<Workspace>>,
    pub(super) seat: Seat,
    /// When somebody came to the tenant in front, or began to want to be told of what comes there.
    pub(super) came_at: Option<Timestamp>,
    /// Something was written from here since others were looked for last.
    pub(super) own_wrote: bool,
    /// Last act of the person, on the clock that nobody sets.
    pub(super) last_command: i64,
    /// The task that locks the chair when it is left.
    pub(super) watch: Option<tokio::task::JoinHandle<()>>,
    /// The task that locks it when the login manager says so.
    pub(super) heeding: Option<tokio::task::JoinHandle<()>>,
    reviews: VecDeque<(String, Opened)>,
    diffs: VecDeque<(String, OpenDiff)>,
    asked: Asked,
    /// Protected values that the person in the chair has read; a new one with each sitting.
    pub(super) disclosed: Disclosed,
    /// A key that stays open for as long as a policy says.
    pub(super) kept_key: Option<KeptKey>,
    /// How often the signing window was given something else to ask.
    turn: u64,
    /// Artefacts that the core hashed, by handle.
    pub(super) artefacts: BTreeMap<String, SubjectDigest>,
    /// What was hashed of an artefact when it was stopped.
    pub(super) hashed: Kept,
    /// Long work under way, each with the flag that stops it.
    works: Vec<Arc<AtomicBool>>,
    pub(super) verified: BTreeMap<TenantId, Verified>,
    /// Reasons typed and not signed, which a lock does not take away.
    pub(super) reasons: TypedReasons,
    /// A link that was given to the program and not followed yet.
    pub(super) link: Option<Link>,
    /// What waits, as it was counted last.
    pub(super) counted: Option<Counted>,
}

impl State {
    /// What the signing window asks, with the turn it was asked in.
    pub(super) fn asked(&self) -> (u64, Asked) {
        (self.turn, self.asked.clone())
    }

    /// Whether this session still sits in the chair.
    pub(super) fn has_in_chair(&self, session: &Session) -> bool {
        matches!(&self.seat, Seat::Taken(seated) if seated == session)
    }

    /// Gives the signing window something to ask.
    pub(super) fn ask(&mut self, asked: Asked) {
        self.turn += 1;
        self.asked = asked;
    }

    /// The same, unless somebody asked for something else since that turn.
    pub(super) fn ask_after(&mut self, turn: u64, asked: Asked) -> bool {
        let same = self.turn == turn;
        if same {
            self.ask(asked);
        }
        same
    }

    pub(super) fn keep_review(&mut self, id: String, opened: Opened) {
        if self.reviews.len() == REVIEWS {
            self.reviews.pop_front();
        }
        self.reviews.push_back((id, opened));
    }

    /// What was checked in earlier openings of the same request counts in this one too.
    pub(super) fn recall(&self, opened: &mut Opened) {
        let of_same = |(_, earlier): &&(String, Opened)| {
            earlier.review.request_id == opened.review.request_id
        };
        let earlier: Vec<Opened> =
            self.reviews.iter().filter(of_same).map(|(_, earlier)| earlier.clone()).collect();
        for earlier in earlier {
            opened.review.keep_check_of(&earlier.review);
            opened.stopped = earlier.stopped;
        }
    }

    pub(super) fn review(&mut self, id: &str) -> Option<&mut Opened> {
        self.reviews.iter_mut().find(|(known, _)| known == id).map(|(_, opened)| opened)
    }

    pub(super) fn keep_diff(&mut self, id: String, open: OpenDiff) {
        if self.diffs.len() == DIFFS {
            self.diffs.pop_front();
        }
        self.diffs.push_back((id, open));
    }

    #[cfg(test)]
    pub(super) fn diffs_open(&self) -> usize {
        self.diffs.len()
    }

    /// An open diff; the one looked at last makes room last.
    pub(super) fn diff(&mut self, id: &str) -> Option<&OpenDiff> {
        let at = self.diffs.iter().position(|(known, _)| known == id)?;
        let found = self.diffs.remove(at)?;
        self.diffs.push_back(found);
        self.diffs.back().map(|(_, open)| open)
    }

    /// Forgets what was open in front of a person who leaves their chair.
    pub(super) fn clear_table(&mut self) {
        self.reviews.clear();
        self.diffs.clear();
        self.hashed = Kept::default();
        self.kept_key = None;
        self.disclosed = Disclosed::default();
        self.ask(Asked::Nothing);
    }

    /// Forgets the workspace and everything of it.
    pub(super) fn close(&mut self) -> Option<Arc<Workspace>> {
        self.clear_table();
        self.seat = Seat::Empty;
        self.artefacts.clear();
        self.reasons.clear();
        self.verified.clear();
        self.counted = None;
        self.stop_works();
        self.workspace.take()
    }

    /// Begins long work; its flag says when to stop.
    pub(super) fn begin_work(&mut self) -> Arc<AtomicBool> {
        // Work that ended let go of its flag.
        self.works.retain(|flag| Arc::strong_count(flag) > 1);
        let flag = Arc::new(AtomicBool::new(false));
        self.works.push(Arc::clone(&flag));
        flag
    }

    pub(super) fn stop_works(&mut self) {
        for flag in self.works.drain(..) {
            flag.store(true, Ordering::Relaxed);
        }
    }
}
