//! What is wrong with a log that is only read, and the act of an admin that ends it.

use serde::Serialize;
use specta::Type;

/// A place in a log: how many records, and the root over them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct PlaceView {
    /// Records.
    pub size: u32,
    /// Root, hex; empty where the stored hashes give none.
    pub root: String,
}

/// What is wrong with a log that is read and not written any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct AlarmView {
    /// The log.
    pub tenant_id: String,
    /// What is wrong, as a title.
    pub title: String,
    /// What is missing or does not hold, one sentence.
    pub detail: String,
    /// What it may mean, one sentence.
    pub meaning: String,
    /// What to do, one or two sentences.
    pub next: String,
    /// What this computer has seen of the log; absent where nothing here tells.
    pub anchor: Option<PlaceView>,
    /// The log as it is stored now.
    pub log: PlaceView,
    /// How many records are missing at its end; absent where that is not what is wrong.
    pub missing: Option<u32>,
    /// The first record that is missing, does not hold or has nobody who vouches for it.
    pub seq: Option<u32>,
    /// The act that ends it.
    pub remedy: AlarmRemedy,
    /// True when the person at work can do that act now.
    pub may_end: bool,
    /// Who can do it, by name; empty where there is no such act.
    pub admins: Vec<String>,
}

/// The act of an admin that ends an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AlarmRemedy {
    /// None: the data must be put right first.
    PutRight,
    /// Accepting that the log was restored from a backup.
    AcceptRestore,
    /// Setting the anchor anew.
    ReAnchor,
}

/// The act that ends an alarm, before it is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct EndAlarmView {
    /// Which.
    pub remedy: AlarmRemedy,
    /// "Set the anchor of retail-eu anew."
    pub sentence: String,
    /// What is missing or does not hold, one sentence.
    pub detail: String,
    /// The anchor that is given up; absent where there is none that can be read.
    pub old: Option<PlaceView>,
    /// The log now, from then on what this computer has seen.
    pub new: PlaceView,
    /// What goes on record: "anchor.reset in retail-eu".
    pub records: Vec<String>,
    /// Admin who does it.
    pub name: String,
    /// Longest reason, in characters.
    pub reason_limit: u32,
    /// What the person typed on this sheet before the console was locked; empty: nothing.
    pub typed_reason: String,
    /// In a demo, its passphrase.
    pub demo_passphrase: Option<String>,
}

/// An alarm that is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct AlarmEndedView {
    /// "The anchor of retail-eu is set anew."
    pub sentence: String,
    /// What went on record, the act in the log concerned first.
    pub records: Vec<EndingRecord>,
    /// The place that was taken.
    pub new: PlaceView,
    /// Why.
    pub reason: String,
    /// Correlation id of both records.
    pub correlation_id: String,
}

/// One record of the act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct EndingRecord {
    /// Position.
    pub seq: u32,
    /// "anchor.reset in retail-eu".
    pub what: String,
}
