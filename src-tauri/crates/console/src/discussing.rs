//! What people say about a request: comments, findings, and wishes for changes.
//!
//! Invariant: what was said is read from the tenant's log; the table holds the sealed text alone,
//! under the id of its record, and a text that is not the one on record is not shown. A command sent
//! twice under one idempotency key is carried out once.

use governance::discussion::{
    Discussion, NewRemark, Remark, Talk, in_discussion_of, open_blocking,
};
use governance::{ApprovalRequest, ApprovalWorkflow, RemarkText, Said};
use ledger::replay::Authority;
use ledger::{Action, AuditRecord, CorrelationId, RecordId, RequestId, TenantId};
use security::rbac::{Action as Verb, Permit, RbacService};
use serde::{Deserialize, Serialize};
use store::{
    AuditQuery, CommentRow, PAGE_LIMIT, RequestsQuery, ResourceFilter, StateWrite, StoreError,
};

use crate::failure::ConsoleError;
use crate::registering::writes;
use crate::rereading::Fault;
use crate::reviewing::resource;
use crate::session::Session;
use crate::workspace::{Column, Workspace};

/// Where something said stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemarkPlace {
    /// Id of its record.
    pub id: RecordId,
    /// Position of its record.
    pub seq: u64,
}

/// A remark with its text.
pub(crate) struct Spoken {
    pub(crate) remark: Remark,
    /// None: what lies in its place is not the text on record.
    pub(crate) text: Option<String>,
}

impl Workspace {
    /// Says something about a request of the session's tenant.
    ///
    /// # Errors
    /// [`ConsoleError`]; nothing was changed, and denials are on record.
    pub async fn say(
        &self,
        session: &Session,
        request_id: &RequestId,
        (said, text): (Said, &str),
        idempotency_key: &str,
    ) -> Result<RemarkPlace, ConsoleError> {
        if let Some(done) = self.done(idempotency_key).await? {
            return Ok(done);
        }
        let correlation_id = self.ids.correlation();
        let request = self.request_seen(session, request_id, &correlation_id).await?;
        let asked = resource(&request);
        let asked = (asked.0, asked.1.as_str());
        let new = NewRemark { said, text: RemarkText::parse(text)? };
        let said = self.say_by(session, &request, &new, idempotency_key, &correlation_id).await;
        match said {
            Err(ConsoleError::Security(refusal)) => {
                Err(self.deny(session, asked, refusal, &correlation_id).await)
            }
            Ok(_) | Err(_) => self.denial_on_record(session, asked, said, &correlation_id).await,
        }
    }

    async fn say_by(
        &self,
        session: &Session,
        request: &ApprovalRequest,
        new: &NewRemark,
        idempotency_key: &str,
        correlation_id: &CorrelationId,
    ) -> Result<RemarkPlace, ConsoleError> {
        let tenant = &request.tenant_id;
        let _turn = self.turn().await;
        loop {
            // First: what is read after it is as the head it takes, or the write is refused.
            let mut page = self.page(tenant, correlation_id).await?;
            let permit = self.speaking_permit(session, page.authority()).await?;
            let request = self.store.request(tenant, &request.id).await?;
            let request = &request.ok_or(ConsoleError::NotFound { what: "request" })?;
            self.demand_as_recorded(request).await?;
            if let Said::Finding { owner: Some(owner), .. } = &new.said {
                // Somebody elsewhere and nobody are answered alike.
                page.authority().grant(owner).ok_or(ConsoleError::NotFound { what: "person" })?;
            }
            let said = self.remarks(request).await?;
            let requests = match &new.said {
                // Who is tied to one that the finding stops is read from the log as well.
                Said::Closing { .. } => self.recorded_beside(request).await?,
                Said::Comment
                | Said::Finding { .. }
                | Said::Answer { .. }
                | Said::ChangesWanted => vec![request.clone()],
            };
            let talk = Talk { request, requests: &requests, said: &said };
            let remark = Discussion::say(&permit, &talk, new, &mut page.records)?;
            let text =
                self.seal(tenant, &remark.id, Column::CommentText, new.text.as_str()).await?;
            let place = RemarkPlace { id: remark.id.clone(), seq: remark.seq };
            let tenant_id = tenant.clone();
            let row = CommentRow { tenant_id, seq: remark.seq, row_id: remark.id, text };
            let state = vec![StateWrite::PutComment(row)];
            if self.write(vec![page], writes(state, idempotency_key, &place)?).await? {
                return Ok(place);
            }
        }
    }

    /// To approve, or else to create, as the log says that is written to: whoever holds either may
    /// speak, each about other requests.
    async fn speaking_permit(
        &self,
        session: &Session,
        authority: &Authority,
    ) -> Result<Permit, ConsoleError> {
        let principal = self.principal(session, authority).await??;
        let permit = RbacService::permit(&principal, Verb::Approve)
            .or_else(|_| RbacService::permit(&principal, Verb::Create))?;
        Ok(permit)
    }

    async fn recorded_beside(
        &self,
        request: &ApprovalRequest,
    ) -> Result<Vec<ApprovalRequest>, ConsoleError> {
        let requests = self.requests_beside(request).await?;
        for other in &requests {
            self.demand_as_recorded(other).await?;
        }
        Ok(requests)
    }

    /// Every request for the subject of this one, itself among them, newest first.
    pub(crate) async fn requests_beside(
        &self,
        request: &ApprovalRequest,
    ) -> Result<Vec<ApprovalRequest>, ConsoleError> {
        let mut query = RequestsQuery {
            subject: Some(request.subject.name.clone()),
            ..RequestsQuery::newest(request.tenant_id.clone(), PAGE_LIMIT)
        };
        let mut requests = Vec::new();
        loop {
            let rows = self.store.requests(query.clone()).await?;
            query.before = rows.last().map(|row| row.seq);
            let is_last = rows.len() < PAGE_LIMIT as usize;
            requests.extend(rows);
            if is_last {
                return Ok(requests);
            }
        }
    }

    /// Everything in the discussion of a request, in the order of its records: what was said about
    /// it, and the findings that are carried over from earlier requests for its subject.
    pub(crate) async fn remarks(
        &self,
        request: &ApprovalRequest,
    ) -> Result<Vec<Remark>, ConsoleError> {
        let mut remarks = Vec::new();
        for action in Remark::ACTIONS {
            // Findings outlive the request that they were opened on.
            let since = if Remark::is_of_a_finding(action) { None } else { Some(request.seq) };
            self.take_remarks(request, (action, since), &mut remarks).await?;
        }
        remarks.sort_by_key(|remark| remark.seq);
        Ok(in_discussion_of(request, remarks))
    }

    /// What was said about the subject of a request by records of this action, after this one.
    async fn take_remarks(
        &self,
        request: &ApprovalRequest,
        (action, since): (Action, Option<u64>),
        remarks: &mut Vec<Remark>,
    ) -> Result<(), ConsoleError> {
        let (kind, id) = resource(request);
        let mut query = AuditQuery::newest(request.tenant_id.clone(), PAGE_LIMIT);
        query.action = Some(action);
        query.resource = Some(ResourceFilter::Exactly(kind, id));
        loop {
            let rows = self.store.audit(query.clone()).await?;
            query.before = rows.last().map(|row| row.seq);
            let is_last = rows.len() < PAGE_LIMIT as usize;
            for row in rows.iter().take_while(|row| since.is_none_or(|since| row.seq > since)) {
                remarks.extend(Remark::read(&AuditRecord::parse(&row.leaf)?)?);
            }
            if is_last || query.before.is_none_or(|seq| since.is_some_and(|since| seq <= since)) {
                return Ok(());
            }
        }
    }

    /// How many open findings refuse an approving vote on a request, wherever they were opened.
    pub(crate) async fn blocking_findings(
        &self,
        request: &ApprovalRequest,
    ) -> Result<u32, ConsoleError> {
        Ok(open_blocking(&self.remarks(request).await?))
    }

    /// What was said about a request, with its texts.
    pub(crate) async fn spoken(
        &self,
        request: &ApprovalRequest,
    ) -> Result<Vec<Spoken>, ConsoleError> {
        let mut spoken = Vec::new();
        for remark in self.remarks(request).await? {
            let text = self.remark_text(&request.tenant_id, &remark).await?;
            spoken.push(Spoken { remark, text });
        }
        Ok(spoken)
    }

    async fn remark_text(
        &self,
        tenant: &TenantId,
        remark: &Remark,
    ) -> Result<Option<String>, ConsoleError> {
        let column = Column::CommentText;
        let Some(stored) = self.store.sealed(tenant, column, &remark.id).await? else {
            return Ok(None);
        };
        match self.unseal(tenant, &remark.id, column, stored, &remark.text_sha256).await {
            Ok(text) => Ok(Some(text)),
            Err(
                ConsoleError::Damaged { .. }
                | ConsoleError::Security(_)
                | ConsoleError::Store(StoreError::Damaged { .. }),
            ) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Remarks on record whose text is not the one on record.
    pub(crate) async fn remark_faults(
        &self,
        tenant: &TenantId,
        remarks: &[Remark],
    ) -> Result<Vec<Fault>, ConsoleError> {
        let mut faults = Vec::new();
        for remark in remarks {
            if self.remark_text(tenant, remark).await?.is_none() {
                let seq = remark.seq;
                let detail =
                    format!("Record {seq}: the text of its comment is not the one on record.");
                faults.push(Fault { seq: Some(seq), detail });
            }
        }
        Ok(faults)
    }

    /// Refuses an approving vote that an open finding stands in the way of.
    pub(crate) async fn demand_unblocked(
        &self,
        request: &ApprovalRequest,
    ) -> Result<(), ConsoleError> {
        let blocking = self.blocking_findings(request).await?;
        Ok(ApprovalWorkflow::check_unblocked(request, blocking)?)
    }
}
