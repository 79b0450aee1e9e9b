//! The closed vocabularies of the log: roles, tiers, decisions, kinds of control, kinds of
//! subject.
//!
//! Invariant: each word has one spelling, in records, statements and policies alike.

use serde::{Deserialize, Serialize};

use crate::LedgerError;

macro_rules! words {
    ($(#[$meta:meta])* $name:ident, $what:literal { $($(#[$variant_meta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_meta])* #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// Every word, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as it stands in records.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads the word.
            ///
            /// # Errors
            /// [`LedgerError::Format`] for any other text.
            pub fn parse(text: &str) -> Result<Self, LedgerError> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text).ok_or_else(|| {
                    LedgerError::format($what, concat!("no such ", $what))
                })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }
    };
}

pub(crate) use words;

words!(
    /// What a person is in a tenant.
    Role, "role" {
        /// Administers, and may decide.
        Admin = "ADMIN",
        /// Writes and asks.
        Analyst = "ANALYST",
        /// Decides.
        Approver = "APPROVER",
        /// Reads.
        Viewer = "VIEWER",
    }
);
words!(
    /// How much a subject can do.
    Tier, "tier" {
        /// Two approvals unless the policy says otherwise.
        High = "high",
        /// One approval unless the policy says otherwise.
        Medium = "medium",
        /// As medium.
        Low = "low",
    }
);
words!(
    /// What a signed statement says.
    Decision, "decision" {
        /// A vote for.
        Approved = "APPROVED",
        /// A vote against.
        Rejected = "REJECTED",
        /// The end of an approval.
        Revoked = "REVOKED",
        /// A proposal of a change: no decision.
        Proposed = "PROPOSED",
    }
);
words!(
    /// Under which control an act of authority took effect.
    Control, "control" {
        /// Two admins signed.
        Dual = "dual",
        /// The only admin signed.
        Single = "single",
        /// The recovery key of the genesis signed.
        Recovery = "recovery",
    }
);
words!(
    /// What a policy is for.
    SubjectKind, "subject kind" {
        /// A model.
        Model = "model",
        /// A prompt.
        Prompt = "prompt",
    }
);
words!(
    /// The parts of a review that a person can open, in this order.
    Part, "part" {
        /// Facts and metrics.
        Overview = "overview",
        /// The diff.
        Changes = "changes",
        /// The checksum of the artefact.
        Artefact = "artefact",
        /// Versions and decisions.
        History = "history",
        /// Comments.
        Discussion = "discussion",
    }
);

words!(
    /// Decision state of a model, a prompt version or a request.
    Status, "status" {
        /// Undecided; for ever, if the request left the queue otherwise.
        Pending = "PENDING",
        /// The policy was satisfied.
        Approved = "APPROVED",
        /// One person rejected.
        Rejected = "REJECTED",
    }
);
words!(
    /// Life cycle of a request beside its decision (domain.md, rule 4).
    Lifecycle, "lifecycle" {
        /// In the queue.
        Open = "open",
        /// Taken back by its requester.
        Withdrawn = "withdrawn",
        /// Past its time.
        Expired = "expired",
        /// A newer version took its place.
        Superseded = "superseded",
        /// Approved or rejected.
        Decided = "decided",
    }
);
words!(
    /// Whether a subject may be used now (formats.md, "Quorum and effect").
    Effect, "effect" {
        /// Not approved.
        None = "none",
        /// May be used.
        InForce = "in_force",
        /// The approval ended by its own terms.
        Lapsed = "lapsed",
        /// A person revoked it.
        Revoked = "revoked",
        /// A signature it rests on does not hold any more.
        Void = "void",
    }
);

impl Role {
    /// True for the roles whose votes count (domain.md, "Governance").
    pub const fn may_decide(self) -> bool {
        match self {
            Self::Admin | Self::Approver => true,
            Self::Analyst | Self::Viewer => false,
        }
    }
}
