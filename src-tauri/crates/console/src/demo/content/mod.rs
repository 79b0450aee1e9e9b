//! What the demo workspace says: Northmere Bank's people, models, prompts and one year of work.
//!
//! Invariant: a pure function of the files in `text/`; the same texts, names, counts and order on
//! every call and every machine. Only the calendar (which offset is a weekday) depends on the
//! moment handed in. It writes nothing, signs nothing, knows no ids, keys or digests: the caller
//! plays the timeline through the core.

mod calendar;
mod cards;
mod chance;
mod families;
mod models;
mod note;
mod people;
mod prompts;
mod schedule;
mod sessions;
mod slot;
mod talks;
mod timeline;
mod votes;

#[cfg(test)]
mod tests;

pub(crate) use calendar::Moment;
pub(crate) use people::{DemoPerson, DemoRoleChange, DemoTenant, WORKSPACE_TITLE};
pub(crate) use slot::Slot;
pub(crate) use talks::{DemoRemark, DemoSaid};
pub(crate) use timeline::{DemoAct, DemoEvent, DemoSubject, timeline};

/// Everything in the demo workspace that has a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Catalogue {
    /// Two tenants, the first one being where the tour takes place.
    pub(crate) tenants: &'static [DemoTenant],
    /// Eleven people; who is not there from the first day has an empty `opening`.
    pub(crate) people: &'static [DemoPerson],
    /// Models in the order of `text/models-*.txt`.
    pub(crate) models: Vec<DemoModel>,
    /// Prompts in the order of `text/prompts-*.txt`.
    pub(crate) prompts: Vec<DemoPrompt>,
}

/// A model and its versions, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DemoModel {
    /// Tenant id.
    pub(crate) tenant: &'static str,
    /// Unique in its tenant, valid per formats.md.
    pub(crate) name: &'static str,
    /// Registered versions in order of time.
    pub(crate) versions: Vec<DemoModelVersion>,
}

/// One registered version of a model and what became of its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DemoModelVersion {
    /// Version label, valid per formats.md.
    pub(crate) version: &'static str,
    /// `high`, `medium` or `low`.
    pub(crate) tier: &'static str,
    /// Card as canonical-JSON-safe value: strings only, metric values as decimal text.
    pub(crate) card: serde_json::Value,
    /// File name the artefact would have.
    pub(crate) artefact_name: String,
    /// Seed from which the caller makes the artefact's bytes.
    pub(crate) artefact_seed: String,
    /// Who registered it and asked: an ADMIN of the tenant.
    pub(crate) by: &'static str,
    /// Reason of the registration.
    pub(crate) reason: String,
    /// Reason of the request: what changed and why.
    pub(crate) request_reason: &'static str,
    /// When it was registered and asked for.
    pub(crate) at: Slot,
    /// How the request ended, or that it waits.
    pub(crate) outcome: DemoOutcome,
}

/// A prompt and its versions 1, 2, 3…
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DemoPrompt {
    /// Tenant id.
    pub(crate) tenant: &'static str,
    /// Unique in its tenant, valid per formats.md.
    pub(crate) name: &'static str,
    /// `high`, `medium` or `low`.
    pub(crate) tier: &'static str,
    /// Versions in order; version n is at index n − 1.
    pub(crate) versions: Vec<DemoPromptVersion>,
}

/// One version of a prompt and what became of its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DemoPromptVersion {
    /// Full text, lines ended by `\n`.
    pub(crate) text: String,
    /// Why this version was written; also the reason of its request.
    pub(crate) reason: &'static str,
    /// Author and requester: an ANALYST of the tenant.
    pub(crate) by: &'static str,
    /// When it was pushed.
    pub(crate) at: Slot,
    /// How the request ended, or that it waits.
    pub(crate) outcome: DemoOutcome,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DemoOutcome {
    /// As many approving votes as the tier asks for, in order of time.
    Approved {
        /// High tier two, else one.
        votes: Vec<DemoVote>,
    },
    /// One rejecting vote ended it.
    Rejected {
        /// The rejection.
        vote: DemoVote,
    },
    /// It waits at the end of the year.
    Waiting {
        /// None, or the first of two.
        votes: Vec<DemoVote>,
    },
    /// The requester took it back before a vote.
    Withdrawn {
        /// Why.
        reason: &'static str,
        /// When.
        at: Slot,
    },
    /// Prompts only: the next version arrived while it waited.
    Superseded,
}

/// One signature to be made by one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DemoVote {
    /// The voter's name.
    pub(crate) by: &'static str,
    /// Reason as signed.
    pub(crate) reason: String,
    /// When.
    pub(crate) at: Slot,
}

/// A text file in `text/` breaks its own format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ContentFault {
    /// What is wrong, and in which block or edit.
    pub(crate) what: String,
}

impl ContentFault {
    fn new(what: impl Into<String>) -> Self {
        Self { what: what.into() }
    }
}

impl std::fmt::Display for ContentFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for ContentFault {}

/// Reads the whole demo.
///
/// # Errors
/// [`ContentFault`] names the block when a file in `text/` breaks its format; the tests of this
/// module read every file, so a build that passes them never sees it.
pub(crate) fn catalogue() -> Result<Catalogue, ContentFault> {
    let mut reasons = votes::Reasons::new();
    Ok(Catalogue {
        tenants: people::TENANTS,
        people: people::PEOPLE,
        models: models::read(&mut reasons)?,
        prompts: prompts::read(&mut reasons)?,
    })
}
