//! What a person at work may read: the tenant in front, and nothing of another.
//!
//! Invariant: made only with a View permit; whoever holds one may look at everything in the
//! session's tenant (the matrix), and at nothing else.

use std::sync::Arc;

use ledger::{ResourceType, TenantId, Timestamp};
use security::rbac::Action as Verb;

use super::Desk;
use super::at_work::AtWork;
use super::disclosed::Disclosed;
use super::names::Names;
use crate::failure::ConsoleError;
use crate::principals::reached;
use crate::session::Session;
use crate::workspace::{LogView, Workspace};

/// The tenant in front, as it stands now.
pub(super) struct Reading {
    pub(super) workspace: Arc<Workspace>,
    pub(super) session: Session,
    pub(super) log: Arc<LogView>,
    pub(super) names: Names,
    pub(super) now: Timestamp,
    pub(super) disclosed: Disclosed,
}

impl Desk {
    /// The proof that the person at work may look, with what every look needs. A refusal is on
    /// record.
    pub(super) async fn reading(
        &self,
        asked: (ResourceType, &str),
    ) -> Result<Reading, ConsoleError> {
        Reading::of(self.seated().await?, asked).await
    }
}

impl Reading {
    /// For a look that nobody asked for: where the person has no role any more it is none, and
    /// nothing is on record.
    pub(super) async fn unasked(at: AtWork) -> Result<Option<Self>, ConsoleError> {
        let log = at.workspace.log(&at.session.tenant_id).await?;
        if reached(&log.authority, &at.session.person, at.session.keyid).is_none() {
            return Ok(None);
        }
        // As that state of the log has it: a role that is taken a moment later is no denial either.
        Self::under(log, at, (ResourceType::Request, "")).await.map(Some)
    }

    pub(super) async fn of(at: AtWork, asked: (ResourceType, &str)) -> Result<Self, ConsoleError> {
        let log = at.workspace.log(&at.session.tenant_id).await?;
        Self::under(log, at, asked).await
    }

    async fn under(
        log: Arc<LogView>,
        at: AtWork,
        asked: (ResourceType, &str),
    ) -> Result<Self, ConsoleError> {
        let AtWork { workspace, session, disclosed } = at;
        let correlation_id = workspace.ids.correlation();
        workspace.permit_under(&log, &session, Verb::View, asked, &correlation_id).await?;
        Ok(Self {
            log,
            names: Names::of(&workspace.store.people().await?)
                .with(&workspace.log(&TenantId::workspace()).await?.services),
            now: workspace.now(),
            workspace,
            session,
            disclosed,
        })
    }

    /// The person at work again, once everything was looked at.
    pub(super) fn at(self) -> AtWork {
        let Self { workspace, session, disclosed, .. } = self;
        AtWork { workspace, session, disclosed }
    }

    pub(super) fn tenant(&self) -> &TenantId {
        &self.session.tenant_id
    }
}

/// Counts cross to views as 32 bits.
pub(super) fn count(number: impl TryInto<u32>) -> u32 {
    number.try_into().unwrap_or(u32::MAX)
}
