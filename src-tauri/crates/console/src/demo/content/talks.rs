//! What was said about requests that still wait: questions, findings and the answers to them.
//!
//! Invariant: each is about the newest version of its subject and comes after the request; whoever
//! finds something approves in that tenant, and did not make what it is about. No blocking finding
//! stands on what the tour signs.

use super::slot::Slot;
use super::timeline::{DemoAct, DemoSubject, Planned};
use super::{Catalogue, DemoOutcome};

/// Something said about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DemoRemark {
    /// Name of the model or prompt, the first of that name.
    about: &'static str,
    /// Who says it.
    pub(crate) by: DemoSpeaker,
    /// What kind of remark it is.
    pub(crate) said: DemoSaid,
    /// In their words.
    pub(crate) text: &'static str,
    hours_ago: i64,
}

/// Who says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DemoSpeaker {
    /// Whoever made the version.
    Maker,
    /// Somebody else, by name.
    Person(&'static str),
}

/// Kinds of remarks, as far as the demo has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DemoSaid {
    /// A comment.
    Comment,
    /// A finding that the maker is to see to within so many days.
    Finding {
        /// `low`, `medium` or `high`.
        severity: &'static str,
        /// Whether it refuses approving votes.
        blocking: bool,
        /// Days until it is due.
        due_days: i64,
    },
    /// An answer to the finding on the same request.
    Answer,
    /// The end of that finding.
    Closing,
    /// A reviewer asks for changes.
    ChangesWanted,
}

const HANA: DemoSpeaker = DemoSpeaker::Person("Hana Dvořáková");
const INGRID: DemoSpeaker = DemoSpeaker::Person("Ingrid Solheim");
const TOMASZ: DemoSpeaker = DemoSpeaker::Person("Tomasz Wieczorek");

const REMARKS: [DemoRemark; 9] = [
    DemoRemark {
        about: "fraud-graph",
        by: HANA,
        said: DemoSaid::Finding { severity: "high", blocking: true, due_days: 5 },
        text: "The merchant-velocity edges are built from authorisations that include \
               reversals. A run of refunds at one shop looks like a mule ring. Show \
               recall and precision with reversals left out.",
        hours_ago: 21,
    },
    DemoRemark {
        about: "fraud-graph",
        by: DemoSpeaker::Maker,
        said: DemoSaid::Answer,
        text: "Confirmed with the feature owners: reversals are in. The job that leaves \
               them out runs tonight; figures follow tomorrow.",
        hours_ago: 6,
    },
    DemoRemark {
        about: "fraud-graph",
        by: TOMASZ,
        said: DemoSaid::Comment,
        text: "While you are at it: does the graph still hold merchants that closed \
               before 2024?",
        hours_ago: 5,
    },
    DemoRemark {
        about: "sar-narrative",
        by: INGRID,
        said: DemoSaid::Finding { severity: "medium", blocking: false, due_days: 9 },
        text: "\"Both counterparties\" is not defined where a payment passes through an \
               agent bank. Say which one is named.",
        hours_ago: 30,
    },
    DemoRemark {
        about: "sar-narrative",
        by: DemoSpeaker::Maker,
        said: DemoSaid::Answer,
        text: "The narrative names the party that the customer dealt with. I will write \
               that into the next version of the drafting guide.",
        hours_ago: 27,
    },
    DemoRemark {
        about: "sar-narrative",
        by: INGRID,
        said: DemoSaid::Closing,
        text: "That is clear enough for the readers of a report.",
        hours_ago: 25,
    },
    DemoRemark {
        about: "collections-next",
        by: TOMASZ,
        said: DemoSaid::Comment,
        text: "0.4 points of uplift is a price that Conduct accepted; the minutes of 12 \
               November say so.",
        hours_ago: 50,
    },
    DemoRemark {
        about: "collections-next",
        by: HANA,
        said: DemoSaid::ChangesWanted,
        text: "Please add the impact ratios by age and by language to the card: without \
               contact hours the ranking leans more on arrears, and the card does not say \
               whom that meets.",
        hours_ago: 28,
    },
    DemoRemark {
        about: "affordability",
        by: TOMASZ,
        said: DemoSaid::Comment,
        text: "Reading the low quarter is what the regulator's letter asks for. Which \
               share of applicants has four quarters on file?",
        hours_ago: 3,
    },
];

/// What was said, at its planned place.
pub(super) fn planned(catalogue: &Catalogue) -> impl Iterator<Item = Planned> {
    REMARKS.iter().filter_map(|remark| {
        let (subject, maker) = newest(catalogue, remark.about)?;
        let by = match remark.by {
            DemoSpeaker::Maker => maker,
            DemoSpeaker::Person(name) => name,
        };
        Some((Slot::ago(remark.hours_ago * 60), DemoAct::Remark { by, maker, subject, remark }))
    })
}

/// The newest version of the first model or prompt of a name, where it waits, and who made it.
fn newest(catalogue: &Catalogue, name: &str) -> Option<(DemoSubject, &'static str)> {
    let waits = |outcome: &DemoOutcome| matches!(outcome, DemoOutcome::Waiting { .. });
    if let Some(model) = catalogue.models.iter().position(|model| model.name == name) {
        let versions = &catalogue.models[model].versions;
        let last = versions.last().filter(|last| waits(&last.outcome))?;
        return Some((DemoSubject::Model { model, version: versions.len() - 1 }, last.by));
    }
    let prompt = catalogue.prompts.iter().position(|prompt| prompt.name == name)?;
    let versions = &catalogue.prompts[prompt].versions;
    let last = versions.last().filter(|last| waits(&last.outcome))?;
    Some((DemoSubject::Prompt { prompt, version: versions.len() - 1 }, last.by))
}
