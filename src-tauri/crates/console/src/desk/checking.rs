//! Checking the artefact of an opened review: the file or folder that a reviewer chose, hashed in place
//! and held against the digest that they sign.
//!
//! Invariant: what was found stands beside the review that the core opened, so that what is signed says
//! what was done. No file is kept, sent or named on record; only the digest under review is signed.

use std::path::PathBuf;

use governance::ApprovalRequest;
use ledger::ResourceType;

use super::artefacts::Hashed;
use super::reading::Reading;
use super::reviews::NO_REVIEW;
use super::state::{Opened, Stopped};
use super::{Answer, Desk, Progress};
use crate::failure::ConsoleError;
use crate::hidden;
use crate::reviewing::{ArtefactCheck, OpenReview};
use crate::views::{CheckView, FoundView, ReviewView, StoppedView};
use crate::words;

impl Desk {
    /// Recomputes the checksum of what a reviewer chose; none where they turned back. Work that is
    /// stopped is told as such, and can go on.
    pub async fn check_artefact(
        &self,
        review_id: String,
        path: Option<PathBuf>,
        progress: Progress,
    ) -> Answer<Option<ReviewView>> {
        self.answer(async {
            let (_, reading) = self.checking(&review_id).await?;
            match path {
                None => Ok(None),
                Some(path) => self.check(&review_id, &reading, path, progress).await.map(Some),
            }
        })
        .await
    }

    /// Goes on with the check that was stopped.
    pub async fn continue_check(
        &self,
        review_id: String,
        progress: Progress,
    ) -> Answer<ReviewView> {
        self.answer(async {
            let (opened, reading) = self.checking(&review_id).await?;
            let stopped = opened.stopped.ok_or(ConsoleError::NotFound { what: "check" })?;
            self.check(&review_id, &reading, stopped.path, progress).await
        })
        .await
    }

    /// An opened review of something that has an artefact, for whoever may look at it.
    async fn checking(&self, review_id: &str) -> Result<(Opened, Reading), ConsoleError> {
        let (opened, at) = self.opened(review_id).await?;
        let asked = (ResourceType::Request, opened.review.request_id.as_str());
        let reading = Reading::of(at, asked).await?;
        if opened.review.subject.name.kind().is_none() {
            let reason = "a change of authority has no artefact";
            return Err(ConsoleError::Input { what: "review", reason });
        }
        Ok((opened, reading))
    }

    async fn check(
        &self,
        review_id: &str,
        reading: &Reading,
        path: PathBuf,
        progress: Progress,
    ) -> Result<ReviewView, ConsoleError> {
        let hashed = self.hashed(&reading.session, path.clone(), progress).await?;
        let now = reading.workspace.now();
        {
            let mut state = self.state();
            let opened = state.review(review_id).ok_or(NO_REVIEW)?;
            match hashed {
                Hashed::Whole(found) => {
                    opened.stopped = None;
                    opened.review.keep_check(found, now);
                }
                Hashed::Stopped { how_far } => opened.stopped = Some(Stopped { path, how_far }),
            }
        }
        let (opened, reading) = self.checking(review_id).await?;
        reading.review(review_id, &opened).await
    }
}

impl Reading {
    /// What is known of the artefact of a request; a change has none.
    pub(super) fn check_view(
        &self,
        request: &ApprovalRequest,
        opened: &Opened,
    ) -> Option<CheckView> {
        request.subject.name.kind()?;
        let review = &opened.review;
        Some(CheckView {
            required: self.policy_of(request).is_some_and(|policy| policy.artefact_check),
            found: review.check().map(|check| found_view(review, check)),
            stopped: opened.stopped.as_ref().map(|stopped| StoppedView {
                name: hidden::drawn(&stopped.name()),
                text: stopped.how_far.clone(),
            }),
        })
    }
}

fn found_view(review: &OpenReview, check: &ArtefactCheck) -> FoundView {
    FoundView {
        matches: review.artefact_matches(),
        name: hidden::drawn(&check.name),
        size: words::size(check.bytes),
        digest_kind: check.digest.algorithm().to_owned(),
        digest: check.digest.digest().to_hex(),
        at: check.at.to_string(),
    }
}

/// What the signer is told of it: "credit-pd-7.onnx matches, checked 14:02 UTC".
pub(super) fn told(review: &OpenReview) -> Option<String> {
    let Some(check) = review.check() else {
        // The text of a prompt is what was shown; the artefact of a model is elsewhere.
        let is_model = matches!(review.subject.name, ledger::SubjectName::Model(..));
        return is_model.then(|| "Not checked".to_owned());
    };
    let word = if review.artefact_matches() { "matches" } else { "does not match" };
    let at = check.at.to_string();
    let at = at.get(11..16).unwrap_or_default();
    Some(format!("{} {word}, checked {at} UTC", hidden::drawn(&check.name)))
}
