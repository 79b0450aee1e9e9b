//! The artefact of what is reviewed, and what recomputing its checksum beside an opened review found.
//!
//! Invariant: a statement says that the artefact was checked only where its checksum was recomputed to
//! the end for exactly the subject that is signed, and for an approval only where it matched. Whoever
//! rejects has checked it whatever came of it: that it is another one is a reason to reject.

use ledger::statement::Reviewed;
use ledger::{Decision, SubjectDigest, Timestamp};

use super::OpenReview;
use crate::artefact::Artefact;

/// A checksum that was recomputed for a reviewer.
#[derive(Debug, Clone)]
pub struct ArtefactCheck {
    /// Of the file or folder that the reviewer chose.
    pub(crate) digest: SubjectDigest,
    /// What it is called, untrusted text.
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) at: Timestamp,
}

impl OpenReview {
    /// The checksum of an artefact was recomputed; what was found before counts no more.
    pub(crate) fn keep_check(&mut self, found: Artefact, at: Timestamp) {
        let Artefact { digest, bytes, name } = found;
        self.check = Some(ArtefactCheck { digest, name, bytes, at });
    }

    /// The same request opened anew: what its person has checked of the same subject stays checked,
    /// whichever of both openings they checked it in.
    pub(crate) fn keep_check_of(&mut self, earlier: &Self) {
        let is_same = earlier.request_id == self.request_id
            && earlier.subject == self.subject
            && earlier.person == self.person
            && earlier.tenant_id == self.tenant_id;
        let at = |review: &Self| review.check.as_ref().map(|check| check.at);
        if is_same && at(earlier) > at(self) {
            self.check.clone_from(&earlier.check);
        }
    }

    /// What was found last.
    pub(crate) const fn check(&self) -> Option<&ArtefactCheck> {
        self.check.as_ref()
    }

    /// Whether what was found last is the artefact that is reviewed; kinds never match each other.
    pub(crate) fn artefact_matches(&self) -> bool {
        self.check.as_ref().is_some_and(|check| check.digest == self.subject.digest)
    }

    /// What a decision says of this review.
    pub(crate) fn reviewed(&self, decision: Decision, seconds: u64) -> Reviewed {
        let artefact_checked = match decision {
            Decision::Approved => self.artefact_matches(),
            Decision::Rejected | Decision::Revoked | Decision::Proposed => self.check.is_some(),
        };
        Reviewed {
            artefact_checked,
            base_sha256: self.base_sha256(),
            documents: self.documents.clone(),
            hidden_characters: self.hidden_characters,
            log_root: self.seen.root,
            log_size: self.seen.size,
            opened_at: self.seen.opened_at,
            parts: self.parts(),
            seconds,
        }
    }
}
