//! What is wrong with a log that is read and not written any more, and what a person does then.
//!
//! Invariant: every cause says what is missing and what to do; only a cause that leaves the log
//! itself whole has an act that ends it. Nothing here looks at a log.

use ledger::TenantId;
use ledger::checkpoint::Checkpoint;

use crate::words::grouped;

/// Why a log is only read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlarmCause {
    /// It has fewer records than this computer has seen.
    Behind,
    /// It has as many, and they are others.
    Forked,
    /// The keychain has this installation's log key and no anchor.
    AnchorGone,
    /// The anchor is none of this log, or was signed by a log key that was not good any more.
    AnchorRefused,
    /// Records came behind the anchor for which nobody vouches.
    Unvouched,
    /// The log key of this installation was retired.
    KeyRetired,
    /// A record, a hash or a seal does not hold.
    Broken,
}

/// The act of an admin that ends an alarm ([`super::Workspace::end_alarm`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// None: the data must be put right first.
    PutRight,
    /// Accepting that the log was restored from a backup on purpose.
    AcceptRestore,
    /// Setting the anchor anew.
    ReAnchor,
}

impl AlarmCause {
    /// The word on record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Behind => "behind",
            Self::Forked => "forked",
            Self::AnchorGone => "anchor_gone",
            Self::AnchorRefused => "anchor_refused",
            Self::Unvouched => "unvouched",
            Self::KeyRetired => "key_retired",
            Self::Broken => "broken",
        }
    }

    /// What the badge at the top says.
    pub const fn badge(self) -> &'static str {
        match self {
            Self::Behind => "Log is behind this computer",
            Self::Forked => "Log is another history",
            Self::AnchorGone => "Log has lost its anchor",
            Self::AnchorRefused => "Anchor is not this log’s",
            Self::Unvouched => "Nobody vouches for the newest records",
            Self::KeyRetired => "Log key was retired",
            Self::Broken => "Log does not hold",
        }
    }

    /// What is wrong, as a title.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Behind => "The log is behind what this computer has seen",
            Self::Forked => "The log is another history than this computer has seen",
            Self::AnchorGone => "The anchor of the log is gone",
            Self::AnchorRefused => "The anchor does not belong to the log",
            Self::Unvouched => "Records came that nobody vouches for",
            Self::KeyRetired => "The log key of this computer was retired",
            Self::Broken => "The log does not hold",
        }
    }

    /// What it may mean, one sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Behind => {
                "Somebody may have put back an older copy of the database, or cut off its end."
            }
            Self::Forked => {
                "Somebody may have written another history, or two copies went on separately."
            }
            Self::AnchorGone => {
                "The keychain may have been made anew, or somebody took the anchor out so that \
                 missing records are not noticed."
            }
            Self::AnchorRefused => "Somebody may have put another anchor in its place.",
            Self::Unvouched => "Somebody may have written to the database past the console.",
            Self::KeyRetired => "This computer may read the log and no longer signs over it.",
            Self::Broken => "Somebody may have changed what is stored, or the disk has failed.",
        }
    }

    /// What to do, one or two sentences.
    pub const fn next(self) -> &'static str {
        match self {
            Self::Behind => {
                "Put the newest copy of the workspace's folder back, its -wal file included. If a \
                 backup was restored on purpose, an admin accepts it in the console."
            }
            Self::Forked => {
                "Keep this copy as it is, put back the one that this computer wrote, and find out \
                 who wrote the other."
            }
            Self::AnchorGone => {
                "Verify the log against evidence or a checkpoint that was kept elsewhere; then an \
                 admin sets the anchor anew in the console."
            }
            Self::AnchorRefused => {
                "Find out who wrote the anchor, and verify the log against evidence that was kept \
                 elsewhere; then an admin sets it anew in the console."
            }
            Self::Unvouched => {
                "Find out who wrote these records. An admin who stands by them sets the anchor \
                 anew in the console; else put back the copy from before."
            }
            Self::KeyRetired => "Work at a computer whose log key is enrolled.",
            Self::Broken => {
                "Decide nothing on it; verify the log, and put back the newest copy that holds."
            }
        }
    }

    /// Whether comparing the log with the anchor alone finds it.
    pub(crate) const fn concerns_anchor(self) -> bool {
        match self {
            Self::Behind | Self::Forked | Self::AnchorGone | Self::AnchorRefused => true,
            Self::Unvouched | Self::KeyRetired | Self::Broken => false,
        }
    }

    /// What ends it.
    pub const fn remedy(self) -> Remedy {
        match self {
            Self::Behind => Remedy::AcceptRestore,
            Self::AnchorGone | Self::AnchorRefused | Self::Unvouched => Remedy::ReAnchor,
            Self::Forked | Self::KeyRetired | Self::Broken => Remedy::PutRight,
        }
    }
}

/// What is wrong with one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// The log.
    pub tenant_id: TenantId,
    /// Why.
    pub cause: AlarmCause,
    /// The first record that is missing, does not hold or has nobody who vouches for it.
    pub seq: Option<u64>,
    /// What is missing or does not hold, one sentence.
    pub detail: String,
}

impl Alarm {
    const fn whole(tenant_id: TenantId, cause: AlarmCause, detail: String) -> Self {
        Self { tenant_id, cause, seq: None, detail }
    }

    const fn at(tenant_id: TenantId, cause: AlarmCause, seq: u64, detail: String) -> Self {
        Self { tenant_id, cause, seq: Some(seq), detail }
    }

    /// What is wrong and what to do next.
    pub(crate) fn said(&self) -> String {
        format!("{} {}", self.detail, self.cause.next())
    }

    pub(super) fn behind(tenant: &TenantId, size: u64, anchor: &Checkpoint) -> Self {
        let last = anchor.size.saturating_sub(1);
        let missing = if size == last {
            format!("record {} is missing", grouped(last))
        } else {
            format!("records {} to {} are missing", grouped(size), grouped(last))
        };
        let (has, seen) = (grouped(size), grouped(anchor.size));
        let detail =
            format!("The log has {has} records, this computer has seen {seen}: {missing}.");
        Self::at(tenant.clone(), AlarmCause::Behind, size, detail)
    }

    pub(super) fn forked(tenant: &TenantId, anchor: &Checkpoint) -> Self {
        let detail = format!(
            "The first {} records are not the ones this computer has seen: it is another history \
             of the same log.",
            grouped(anchor.size)
        );
        Self::whole(tenant.clone(), AlarmCause::Forked, detail)
    }

    pub(super) fn anchor_gone(tenant: &TenantId) -> Self {
        let detail = "The keychain has no anchor of the log: nothing on this computer tells \
                      whether records are missing at its end.";
        Self::whole(tenant.clone(), AlarmCause::AnchorGone, detail.to_owned())
    }

    pub(super) fn anchor_refused(tenant: &TenantId, why: &str) -> Self {
        let detail = format!("The anchor is not of this log: {why}.");
        Self::whole(tenant.clone(), AlarmCause::AnchorRefused, detail)
    }

    pub(super) fn unvouched(tenant: &TenantId, seq: u64, why: &str) -> Self {
        let detail = format!(
            "Record {} came behind the anchor of this computer and nobody vouches for it: {why}.",
            grouped(seq)
        );
        Self::at(tenant.clone(), AlarmCause::Unvouched, seq, detail)
    }

    pub(super) fn key_retired(tenant: &TenantId) -> Self {
        let detail = "The log key of this computer was retired: it signs nothing more over the \
                      log.";
        Self::whole(tenant.clone(), AlarmCause::KeyRetired, detail.to_owned())
    }

    pub(super) fn broken(tenant: &TenantId, seq: u64, what: &str) -> Self {
        let detail = format!("Record {} {what}.", grouped(seq));
        Self::at(tenant.clone(), AlarmCause::Broken, seq, detail)
    }
}
