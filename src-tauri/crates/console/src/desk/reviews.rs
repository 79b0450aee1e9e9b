//! Opening a review, and what the person did in it.
//!
//! Invariant: what is shown is what the opened review fixed: the texts of a view are compared with
//! its digests each time one is made.

use governance::{ApprovalRequest, SubjectRecord};
use ledger::{Part, RequestId, ResourceType};

use super::at_work::AtWork;
use super::facts::{Facts, version_text};
use super::reading::{Reading, count};
use super::rows::{effect, lifecycle, status};
use super::state::Opened;
use super::{Answer, Desk};
use crate::failure::ConsoleError;
use crate::reviewing::{Material, OpenReview};
use crate::views::{FootView, HiddenView, ReviewPart, ReviewView, SinceView};
use crate::{hidden, words};

/// Hidden characters listed one by one; the others are counted.
pub(super) const HIDDEN_LISTED: usize = 100;

impl Desk {
    /// Opens a review: digest, policy and log head are fixed from here on.
    pub async fn open_review(&self, request_id: String) -> Answer<ReviewView> {
        self.answer(async {
            let request_id = RequestId::parse(&request_id)?;
            let at = self.seated().await?;
            let review = at.workspace.open_review(&at.session, &request_id).await?;
            let reading = Reading::of(at, (ResourceType::Request, request_id.as_str())).await?;
            let since_micros = self.inner.edge.clock.elapsed_micros();
            let withheld = reading.withheld(&review).await?;
            let mut opened = Opened { review, withheld, since_micros, stopped: None };
            self.state().recall(&mut opened);
            let review_id = self.inner.ids.nonce()?;
            let view = reading.review(&review_id, &opened).await?;
            // A lock that came meanwhile cleared the table: nothing is put on it afterwards.
            let mut state = self.state();
            if !state.has_in_chair(&reading.session) {
                return Err(ConsoleError::NotSignedIn);
            }
            state.keep_review(review_id, opened);
            Ok(view)
        })
        .await
    }

    /// A part of a review came to the front.
    pub async fn open_part(&self, review_id: String, part: ReviewPart) -> Answer<()> {
        self.answer(async {
            self.seated().await?;
            let mut state = self.state();
            let opened = state.review(&review_id).ok_or(NO_REVIEW)?;
            opened.review.open_part(part_of(part));
            Ok(())
        })
        .await
    }

    /// The person has looked at the hidden characters.
    pub async fn acknowledge_hidden(&self, review_id: String) -> Answer<ReviewView> {
        self.answer(async {
            let (mut opened, at) = self.opened(&review_id).await?;
            opened.review.acknowledge();
            let request_id = opened.review.request_id.clone();
            let reading = Reading::of(at, (ResourceType::Request, request_id.as_str())).await?;
            let view = reading.review(&review_id, &opened).await?;
            let mut state = self.state();
            state.review(&review_id).ok_or(NO_REVIEW)?.review.acknowledge();
            Ok(view)
        })
        .await
    }

    /// A review that the person at work opened in the tenant in front; an act of theirs begins.
    pub(super) async fn opened(&self, review_id: &str) -> Result<(Opened, AtWork), ConsoleError> {
        self.opened_by(self.at_work().await?, review_id)
    }

    /// The same for a look that may not be theirs: a page reads again when others act.
    pub(super) async fn looked_at(
        &self,
        review_id: &str,
    ) -> Result<(Opened, AtWork), ConsoleError> {
        self.opened_by(self.seated().await?, review_id)
    }

    fn opened_by(&self, at: AtWork, review_id: &str) -> Result<(Opened, AtWork), ConsoleError> {
        let opened = self.state().review(review_id).cloned().ok_or(NO_REVIEW)?;
        let theirs = opened.review.person == at.session.person
            && opened.review.tenant_id == at.session.tenant_id;
        if theirs { Ok((opened, at)) } else { Err(NO_REVIEW) }
    }
}

pub(super) const NO_REVIEW: ConsoleError = ConsoleError::NotFound { what: "review" };

/// What a review shows of card or text.
#[derive(Default)]
struct Shown {
    since: Option<SinceView>,
    facts: Facts,
    hidden: Vec<HiddenView>,
    changes: u32,
}

/// "That this is read could not be put on record, so it is not shown. …"
fn why_withheld(error: &ConsoleError) -> String {
    let told = error.view("");
    format!(
        "That this is read cannot be put on record, so it is not shown. {} {}",
        told.message, told.hint
    )
}

impl Reading {
    pub(super) async fn review(
        &self,
        review_id: &str,
        opened: &Opened,
    ) -> Result<ReviewView, ConsoleError> {
        let review = &opened.review;
        let (request, material) = self.workspace.look_at(&self.session, &review.request_id).await?;
        material.demand_on_record(&request)?;
        if request.subject != review.subject || request.documents != review.documents {
            return Err(ConsoleError::Damaged { what: "a request: its subject changed" });
        }
        let base = review.base.as_ref();
        let shown = match &opened.withheld {
            None => self.shown(&request, &material, base).await?,
            Some(_) => Shown::default(),
        };
        let withheld = opened.withheld.as_ref().map(why_withheld);
        let (name, version) = self.name_and_version(&request);
        let remarks = self.workspace.remarks(&request).await?;
        Ok(ReviewView {
            review_id: review_id.to_owned(),
            request_id: request.id.to_string(),
            kind: request.subject.name.resource_type().to_owned(),
            name,
            version,
            digest_kind: request.subject.digest.algorithm().to_owned(),
            digest: request.subject.digest.digest().to_hex(),
            requester: self.names.view(&request.requested_by),
            reason: hidden::drawn(&request.reason),
            requested_at: request.requested_at.to_string(),
            expires_at: request.expires_at.map(|at| at.to_string()),
            tier: request.tier.map(|tier| tier.as_str().to_owned()),
            status: status(request.status),
            lifecycle: lifecycle(request.lifecycle_at(self.now)),
            effect: effect(self.workspace.effect_now(&request).await?),
            conditions: words::conditions(&request.conditions()),
            since: shown.since,
            facts: shown.facts.facts,
            sections: shown.facts.sections,
            lineage: shown.facts.lineage,
            artefact: self.check_view(&request, opened),
            metrics: shown.facts.metrics,
            base_version: base.map(|base| version_text(&base.subject().name)),
            base_digest: review.base_sha256().map(|digest| digest.to_hex()),
            hidden_characters: withheld.as_ref().map_or(review.hidden_characters, |_| 0),
            hidden: shown.hidden,
            hidden_acknowledged: withheld.is_none()
                && review.is_acknowledged()
                && review.hidden_characters > 0,
            foot: self.foot_of(&request, withheld.as_deref()).await?,
            withheld,
            changes: shown.changes,
            history: count(self.history(&request.subject.name).await?.len()),
            said: self.said(&request, &remarks),
        })
    }

    /// Puts on record that this is read; what went wrong is why it is not shown.
    async fn withheld(&self, review: &OpenReview) -> Result<Option<ConsoleError>, ConsoleError> {
        let (_, material) = self.workspace.look_at(&self.session, &review.request_id).await?;
        let subject = material.record();
        Ok(self.read_in_review([subject.as_ref(), review.base.as_ref()]).await.err())
    }

    async fn shown(
        &self,
        request: &ApprovalRequest,
        material: &Material,
        base: Option<&SubjectRecord>,
    ) -> Result<Shown, ConsoleError> {
        let facts = self.facts(request, material, base).await?;
        let changes = self.changes_of(material, base).await?;
        Ok(Shown {
            // What an approval relied on is told from its card.
            since: self.since(request).await?,
            facts,
            hidden: material.hidden().into_iter().take(HIDDEN_LISTED).collect(),
            changes,
        })
    }

    /// The foot; nobody decides on what they are not shown, nor ends its approval.
    async fn foot_of(
        &self,
        request: &ApprovalRequest,
        withheld: Option<&str>,
    ) -> Result<FootView, ConsoleError> {
        let foot = self.foot_with_acts(request).await?;
        let Some(why) = withheld else { return Ok(foot) };
        let why_not = if foot.may_decide { why.to_owned() } else { foot.why_not };
        Ok(FootView { may_decide: false, may_revoke: false, why_not, ..foot })
    }
}

const fn part_of(part: ReviewPart) -> Part {
    match part {
        ReviewPart::Overview => Part::Overview,
        ReviewPart::Changes => Part::Changes,
        ReviewPart::Artefact => Part::Artefact,
        ReviewPart::History => Part::History,
        ReviewPart::Discussion => Part::Discussion,
    }
}
