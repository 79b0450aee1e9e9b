//! The gate from a bundle alone: no workspace, nothing on record.
//!
//! Invariant: yes only for sound, fresh evidence of exactly the subject asked about, APPROVED and
//! in force in the environment named, and for the artefact at hand; anything unexpected is a no.

use ledger::offline::Evidence;
use ledger::{Status, SubjectDigest, SubjectKind};

use super::offline::judge;
use super::{ControlLine, EvidenceTexts, GateLine, GateTexts};
use crate::edge::Edge;
use crate::error::ErrorCode;
use crate::failure::ConsoleError;
use crate::gate::{GateAnswer, GateCause, out_of_force};
use crate::session::off_thread;

/// Oldest evidence that is taken where no age is named.
const MAX_AGE: &str = "24h";

/// Asks a bundle instead of a workspace; `tenant`, where one is named, must be the bundle's.
///
/// # Errors
/// [`ConsoleError::Input`] for a malformed age; [`ConsoleError::Ledger`] for a malformed checksum.
pub async fn gate_evidence(
    edge: &Edge,
    tenant: Option<String>,
    texts: GateTexts,
    mut evidence: EvidenceTexts,
) -> Result<(GateLine, GateCause), ConsoleError> {
    let now = edge.clock.now();
    let kind = SubjectKind::parse(texts.kind)?;
    let subject = format!("{kind}/{}@{}", texts.name, texts.version);
    // The artefact is judged last: a pending model with the wrong file is not approved.
    let given = match evidence.given.take() {
        Some(Ok(checksum)) => Some(Ok(SubjectDigest::parse(&checksum)?)),
        Some(Err(why)) => Some(Err(why)),
        None => None,
    };
    evidence.max_age.get_or_insert_with(|| MAX_AGE.to_owned());
    let (asked, scope) = (subject.clone(), texts.scope);
    let judged = off_thread(move || {
        let (bundle, found) = judge(&evidence, now, scope.as_deref())?;
        let control: Vec<ControlLine> = found.control.iter().map(ControlLine::of).collect();
        let foreign = tenant.is_some_and(|tenant| tenant != bundle.tenant_id.as_str());
        if foreign || bundle.subject.name.to_string() != asked {
            return Ok((no("The evidence is not about that."), control));
        }
        if let Some(why) = not_in_force(&found) {
            return Ok((no(&format!("{asked} {why}.")), control));
        }
        let approved = bundle.subject.digest;
        let judged = match given {
            Some(Ok(digest)) if digest == approved => yes(&asked),
            Some(Ok(digest)) => {
                other(format!("What was handed in is {digest}, approved is {approved}."))
            }
            Some(Err(why)) => other(format!("What was handed in cannot be read: {why}.")),
            None => yes(&asked),
        };
        Ok((judged, control))
    });
    let ((cause, reason), control) = match judged.await? {
        Ok(judged) => judged,
        Err(error) => (of_error(error)?, Vec::new()),
    };
    let answer = GateAnswer { cause, subject, reason };
    Ok((GateLine { control, ..GateLine::of(&answer) }, cause))
}

fn yes(subject: &str) -> (GateCause, String) {
    (GateCause::Approved, format!("{subject} is approved and in force."))
}

fn no(why: &str) -> (GateCause, String) {
    (GateCause::NotApproved, why.to_owned())
}

const fn other(why: String) -> (GateCause, String) {
    (GateCause::OtherArtefact, why)
}

/// Why sound evidence does not let it run; none when it does.
fn not_in_force(evidence: &Evidence) -> Option<&'static str> {
    if evidence.allows() {
        return None;
    }
    match evidence.outcome {
        Status::Approved => out_of_force(evidence.effect).or(Some("is not in force")),
        Status::Rejected => Some("was rejected"),
        Status::Pending => Some("is not decided"),
    }
}

/// What does not hold is a no, and so is what cannot be read; a mistake in typing is told as one.
fn of_error(error: ConsoleError) -> Result<(GateCause, String), ConsoleError> {
    if let ConsoleError::Refused { check, detail } = error {
        let why = format!("The evidence does not count: {detail} ({check}).");
        return Ok((GateCause::Unverified, why));
    }
    if error.code() == ErrorCode::InvalidInput {
        return Err(error);
    }
    Ok((GateCause::Unverified, error.view("").message))
}
