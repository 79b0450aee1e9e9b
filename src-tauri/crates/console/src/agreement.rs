//! Whether the tables of models, prompts, requests, tokens and secrets say what the log says.
//!
//! Invariant: tables are caches of the log. Every row is compared with the record that made it and
//! with what followed, so that a column changed by hand is found and named by its record.

use std::collections::BTreeSet;

use governance::SubjectRecord;
use governance::state::ApprovalRequest;
use ledger::replay::{Replay, RequestState};
use ledger::{Name, Status, SubjectName, TenantId};
use store::{NamesQuery, Newest, PAGE_LIMIT, RequestsQuery, StoreError};

use crate::failure::ConsoleError;
use crate::rereading::{Fault, Reading};
use crate::workspace::Workspace;

impl Workspace {
    /// Every row of a tenant that contradicts its log, and every request without its row.
    pub(crate) async fn disagreements(
        &self,
        tenant: &TenantId,
        reading: &Reading,
    ) -> Result<Vec<Fault>, ConsoleError> {
        let replay = &reading.replay;
        let mut faults = Vec::new();
        if tenant.is_workspace() {
            faults.extend(self.service_faults(&reading.services).await?);
        }
        faults.extend(self.owner_faults(replay).await?);
        faults.extend(self.tenant_fault(tenant, replay).await?);
        faults.extend(self.account_faults(tenant).await?);
        faults.extend(self.remark_faults(tenant, &reading.remarks).await?);
        if tenant.is_workspace() {
            faults.extend(self.secrets_fault().await?);
        }
        let mut listed = BTreeSet::new();
        for subject in self.all_subjects(tenant).await? {
            faults.extend(self.subject_fault(&subject, replay).await?);
            if !self.protected_value_holds(&subject).await? {
                let name = subject.subject().name;
                let detail = format!("The card or text of {name} is not the one on record.");
                faults.push(Fault { seq: Some(Row::of(&subject).seq), detail });
            }
            listed.insert(subject.subject().name);
        }
        for (name, making) in replay.requests().makings() {
            if !listed.contains(name) {
                let detail = format!("Record {}: {name} has no row, or is not listed.", making.seq);
                faults.push(Fault { seq: Some(making.seq), detail });
            }
        }
        let mut found = 0;
        for request in self.all_requests(tenant).await? {
            let known = replay.requests().request(&request.id);
            found += usize::from(known.is_some());
            faults.extend(self.request_fault(&request, known).await?);
        }
        if found != replay.requests().all().count() {
            let detail = "A request on record has no row, or a row of another id.".to_owned();
            faults.push(Fault { seq: None, detail });
        }
        Ok(faults)
    }

    /// The title of a tenant is that of its genesis. The workspace's own log has no row.
    async fn tenant_fault(
        &self,
        tenant: &TenantId,
        replay: &Replay,
    ) -> Result<Option<Fault>, ConsoleError> {
        let tenants = self.store.tenants().await?;
        let Some(row) = tenants.iter().find(|row| row.id == *tenant) else { return Ok(None) };
        let wrong = [(row.title != replay.authority().title(), "title")];
        Ok(fault(0, &format!("the row of tenant {tenant}"), &wrong))
    }

    /// What is wrong with the row of one subject, if it has one.
    pub(crate) async fn subject_row_fault(
        &self,
        tenant: &TenantId,
        name: &SubjectName,
        replay: &Replay,
    ) -> Result<Option<Fault>, ConsoleError> {
        let subject = match name {
            SubjectName::Model(name, version) => {
                self.store.model(tenant, name, version).await?.map(SubjectRecord::Model)
            }
            SubjectName::Prompt(name, version) => {
                self.store.prompt(tenant, name, *version).await?.map(SubjectRecord::Prompt)
            }
            SubjectName::Change(_) => None,
        };
        match subject {
            Some(subject) => self.subject_fault(&subject, replay).await,
            None => Ok(None),
        }
    }

    async fn subject_fault(
        &self,
        subject: &SubjectRecord,
        replay: &Replay,
    ) -> Result<Option<Fault>, ConsoleError> {
        let row = Row::of(subject);
        let name = subject.subject().name;
        let Some(making) = replay.requests().making(&name) else {
            let detail = format!("The row of {name} has no record that made it.");
            return Ok(Some(Fault { seq: Some(row.seq), detail }));
        };
        let record = self.recorded(subject.tenant_id(), making.seq).await?;
        let (parts, metadata) = (record.parts(), &making.metadata);
        let asked = standing(&name, replay);
        let status = asked.map_or(Status::Pending, |(_, request)| request.status);
        let decided = asked.and_then(|(_, request)| request.decided_at);
        let approved = match decided.filter(|_| status == Status::Approved) {
            Some(seq) => {
                let record = self.recorded(subject.tenant_id(), seq).await?;
                Some((record.parts().actor.clone(), record.parts().timestamp_utc))
            }
            None => None,
        };
        let wrong = [
            (row.seq != making.seq, "position"),
            (metadata.subject != subject.subject(), "digest"),
            (metadata.tier != subject.tier(), "tier"),
            (metadata.makers != subject.makers(), "makers"),
            (metadata.documents != *subject.documents(), "documents"),
            (parts.actor != *row.author, "author"),
            (parts.reason != row.reason, "reason"),
            (parts.timestamp_utc != row.created_at, "time"),
            (status != subject.status(), "status"),
            (approved.as_ref().map(|(actor, _)| actor) != row.approved_by, "approver"),
            (approved.as_ref().map(|(_, at)| *at) != row.approved_at, "time of approval"),
            (asked.map(|(id, _)| id) != row.request_id, "request"),
        ];
        Ok(fault(making.seq, &format!("the row of {name}"), &wrong))
    }

    async fn request_fault(
        &self,
        row: &ApprovalRequest,
        known: Option<&RequestState>,
    ) -> Result<Option<Fault>, ConsoleError> {
        let Some(state) = known else {
            let detail = format!("The request {} has no record that opened it.", row.id);
            return Ok(Some(Fault { seq: Some(row.seq), detail }));
        };
        let metadata = &state.metadata;
        let wrong = [
            (row.seq != state.seq, "position"),
            (metadata.subject != row.subject, "subject"),
            (metadata.makers != row.makers, "makers"),
            (metadata.documents != row.documents, "documents"),
            (metadata.tier != row.tier, "tier"),
            (metadata.policy_sha256 != row.policy_sha256, "policy"),
            (metadata.expires_at != row.expires_at, "end"),
            (metadata.change != row.change, "change"),
            (state.requested_by != row.requested_by, "requester"),
            (state.requested_at != row.requested_at, "time"),
            (state.reason != row.reason, "reason"),
            (state.status != row.status, "status"),
            (state.lifecycle != row.lifecycle, "life cycle"),
            (state.decided_at != row.decided_seq, "deciding record"),
            (revoked_at(state) != row.revoked_seq, "revocation"),
            (!self.votes_agree(row, state).await?, "votes"),
        ];
        Ok(fault(state.seq, &format!("the row of request {}", row.id), &wrong))
    }

    /// Votes as the replay has them. The approval of a change is no vote of its own there: its row
    /// names the act of authority that binds it.
    async fn votes_agree(
        &self,
        row: &ApprovalRequest,
        state: &RequestState,
    ) -> Result<bool, ConsoleError> {
        let applied = row.change.is_some() && state.status == Status::Approved;
        if !applied {
            return Ok(row.votes.len() == state.votes.len()
                && row.votes.iter().zip(&state.votes).all(|(row, vote)| {
                    row.seq == vote.seq
                        && row.actor == vote.person
                        && Some(row.role) == vote.role
                        && row.decision == vote.decision
                        && row.attestation_sha256 == vote.payload_sha256
                        && row.conditions == vote.statement.predicate.conditions
                }));
        }
        for vote in &row.votes {
            let record = self.recorded(&row.tenant_id, vote.seq).await?;
            let bound = ledger::replay::bound_by(&record)?;
            let is_of_it = record.parts().actor == vote.actor
                && bound.contains(&vote.attestation_sha256)
                && vote.conditions.are_none();
            if !is_of_it {
                return Ok(false);
            }
        }
        Ok(row.votes.len() == 1)
    }

    async fn all_subjects(&self, tenant: &TenantId) -> Result<Vec<SubjectRecord>, ConsoleError> {
        let mut subjects = Vec::new();
        let mut query = NamesQuery {
            tenant_id: tenant.clone(),
            containing: None,
            status: None,
            after: None,
            limit: PAGE_LIMIT,
        };
        loop {
            let page = self.store.models(query.clone()).await?;
            for newest in &page {
                let name = &newest.record.model_name;
                let versions = self.store.model_versions(tenant, name).await?;
                demand_listed(name, newest, &versions)?;
                subjects.extend(versions.into_iter().map(SubjectRecord::Model));
            }
            query.after = next_name(&query, page.last().map(|newest| &newest.record.model_name))?;
            if query.after.is_none() {
                break;
            }
        }
        loop {
            let page = self.store.prompts(query.clone()).await?;
            for newest in &page {
                let name = &newest.record.name;
                let versions = self.store.prompt_versions(tenant, name).await?;
                demand_listed(name, newest, &versions)?;
                subjects.extend(versions.into_iter().map(SubjectRecord::Prompt));
            }
            query.after = next_name(&query, page.last().map(|newest| &newest.record.name))?;
            if query.after.is_none() {
                return Ok(subjects);
            }
        }
    }

    async fn all_requests(&self, tenant: &TenantId) -> Result<Vec<ApprovalRequest>, ConsoleError> {
        let mut query = RequestsQuery::newest(tenant.clone(), PAGE_LIMIT);
        let mut requests = Vec::new();
        loop {
            let page = self.store.requests(query.clone()).await?;
            query.before = page.last().map(|request| request.seq);
            requests.extend(page);
            if query.before.is_none() {
                return Ok(requests);
            }
        }
    }
}

/// What both kinds of versions have beside what [`SubjectRecord`] tells.
struct Row<'a> {
    seq: u64,
    author: &'a ledger::Actor,
    reason: &'a str,
    created_at: ledger::Timestamp,
    approved_by: Option<&'a ledger::Actor>,
    approved_at: Option<ledger::Timestamp>,
    request_id: Option<&'a ledger::RequestId>,
}

impl<'a> Row<'a> {
    fn of(subject: &'a SubjectRecord) -> Self {
        match subject {
            SubjectRecord::Model(model) => Self {
                seq: model.seq,
                author: &model.author,
                reason: &model.reason,
                created_at: model.created_at,
                approved_by: model.approved_by.as_ref(),
                approved_at: model.approved_at,
                request_id: model.request_id.as_ref(),
            },
            SubjectRecord::Prompt(prompt) => Self {
                seq: prompt.seq,
                author: &prompt.author,
                reason: &prompt.reason,
                created_at: prompt.created_at,
                approved_by: prompt.approved_by.as_ref(),
                approved_at: prompt.approved_at,
                request_id: prompt.request_id.as_ref(),
            },
        }
    }
}

/// The request that a version stands by: the one that approved it last; else, and where that approval
/// was revoked before the next request was opened, the one opened last. What came of a later request
/// ends no approval.
pub(crate) fn standing<'a>(
    name: &SubjectName,
    replay: &'a Replay,
) -> Option<(&'a ledger::RequestId, &'a RequestState)> {
    let of_subject = replay.requests().all().filter(|(_, request)| {
        request.metadata.subject.name == *name && request.metadata.change.is_none()
    });
    let mut steps = Vec::new();
    for (id, request) in of_subject {
        steps.push((request.seq, Step::Opened, (id, request)));
        let approved = request.decided_at.filter(|_| request.status == Status::Approved);
        steps.extend(approved.map(|seq| (seq, Step::Approved, (id, request))));
    }
    steps.sort_by_key(|(seq, _, _)| *seq);
    let mut standing: Option<(&ledger::RequestId, &RequestState)> = None;
    for (seq, step, next) in steps {
        let stays = match step {
            Step::Approved => false,
            Step::Opened => standing.is_some_and(|(_, now)| {
                now.decided_at.is_some_and(|decided| decided < seq)
                    && now.status == Status::Approved
                    && revoked_at(now).is_none_or(|revoked| revoked > seq)
            }),
        };
        if !stays {
            standing = Some(next);
        }
    }
    standing
}

/// What a request does to the version it is for.
enum Step {
    Opened,
    Approved,
}

/// The record that revoked an approval first.
fn revoked_at(state: &RequestState) -> Option<u64> {
    state.revocations.iter().map(|(seq, _)| *seq).min()
}

/// The list of names counts the versions of each, and shows the newest.
fn demand_listed<T: PartialEq>(
    name: &Name,
    newest: &Newest<T>,
    versions: &[T],
) -> Result<(), StoreError> {
    let counted = usize::try_from(newest.versions).is_ok_and(|count| count == versions.len());
    if counted && versions.first() == Some(&newest.record) {
        return Ok(());
    }
    Err(StoreError::Damaged { reason: format!("{name} is listed with other versions than it has") })
}

/// Where the next page begins. A page whose last row is not listed under its own name would be
/// asked for again and again.
fn next_name(query: &NamesQuery, last: Option<&Name>) -> Result<Option<Name>, StoreError> {
    let key = |name: &Name| name.as_str().to_ascii_lowercase();
    match (query.after.as_ref(), last) {
        (Some(before), Some(last)) if key(last) <= key(before) => {
            Err(StoreError::Damaged { reason: format!("{last} is not listed under its own name") })
        }
        (_, last) => Ok(last.cloned()),
    }
}

fn fault(seq: u64, whose: &str, wrong: &[(bool, &str)]) -> Option<Fault> {
    let fields: Vec<&str> =
        wrong.iter().filter(|(is_wrong, _)| *is_wrong).map(|(_, field)| *field).collect();
    if fields.is_empty() {
        return None;
    }
    let fields = fields.join(", ");
    let detail = format!("Record {seq}: {whose} was changed behind the log ({fields}).");
    Some(Fault { seq: Some(seq), detail })
}
