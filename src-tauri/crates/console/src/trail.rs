//! The audit trail as a person browses it: pages, one record, and what one click caused.
//!
//! Invariant: whoever holds View in a tenant may read its whole log and nothing of another's. A
//! record is shown as its stored bytes say; names beside ids are a courtesy.

use std::collections::BTreeMap;

use ledger::{Action, Actor, AuditRecord, CorrelationId, ResourceType, TenantId, tree};
use security::rbac::Action as Verb;
use store::{AuditQuery, PAGE_LIMIT, ResourceFilter, StoredRow};

use crate::failure::ConsoleError;
use crate::hidden;
use crate::session::Session;
use crate::views::{AuditFilter, AuditPage, AuditRow, NameView, RecordView};
use crate::workspace::Workspace;

/// A record exactly as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Position.
    pub seq: u64,
    /// Canonical JSON.
    pub text: String,
    /// Its leaf hash, hex, from these bytes.
    pub leaf_hash: String,
}

impl Workspace {
    /// A page of the session's log, newest first; `before` is the `next` of the page before.
    ///
    /// # Errors
    /// [`ConsoleError`]; a filter that is malformed is [`ConsoleError::Ledger`].
    pub async fn audit_page(
        &self,
        session: &Session,
        filter: &AuditFilter,
        before: Option<u32>,
    ) -> Result<AuditPage, ConsoleError> {
        let rows = self.audit_rows(session, filter, before.map(u64::from), PAGE_LIMIT).await?;
        let names = self.titles().await?;
        let facets = self.store.facets(&session.tenant_id).await?;
        let full = rows.len() == PAGE_LIMIT as usize;
        let next = rows.last().filter(|row| full && row.seq > 0).map(|row| small(row.seq));
        Ok(AuditPage {
            rows: rows.iter().map(|row| view(row, &names)).collect::<Result<_, _>>()?,
            next,
            size: small(self.store.size(&session.tenant_id).await?),
            actors: facets.actors.iter().map(|(actor, _)| name(actor, &names)).collect(),
            actions: facets.actions.iter().map(|(action, _)| action.to_string()).collect(),
        })
    }

    /// One record with its proof state.
    ///
    /// # Errors
    /// [`ConsoleError::NotFound`] beyond the end of the log.
    pub async fn audit_record(
        &self,
        session: &Session,
        seq: u64,
    ) -> Result<RecordView, ConsoleError> {
        self.look_at_log(session).await?;
        let tenant = &session.tenant_id;
        let row = self.store.row(tenant, seq).await?;
        let row = row.ok_or(ConsoleError::NotFound { what: "record" })?;
        let record = AuditRecord::parse(&row.leaf)?;
        let leaf = leaf(&row);
        let correlation_id = record.parts().correlation_id.clone();
        Ok(RecordView {
            row: view(&row, &self.titles().await?)?,
            covered_by: self.covered_by(tenant, &row).await?.map(small),
            bytes: u32::try_from(row.leaf.len()).unwrap_or(u32::MAX),
            unchanged: row.hashes.starts_with(tree::leaf_hash(&row.leaf).as_bytes()),
            leaf: leaf.text,
            leaf_hash: leaf.leaf_hash,
            correlated: self.correlated(tenant, &correlation_id).await?,
            correlation_id: correlation_id.to_string(),
        })
    }

    /// Records as they are stored, newest first, at most `limit`.
    ///
    /// # Errors
    /// As [`Workspace::audit_page`].
    pub async fn audit_leaves(
        &self,
        session: &Session,
        filter: &AuditFilter,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Leaf>, ConsoleError> {
        let rows = self.audit_rows(session, filter, before, limit).await?;
        Ok(rows.iter().map(leaf).collect())
    }

    async fn audit_rows(
        &self,
        session: &Session,
        filter: &AuditFilter,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<StoredRow>, ConsoleError> {
        self.look_at_log(session).await?;
        let query = query(&session.tenant_id, filter, before, limit)?;
        Ok(self.store.audit(query).await?)
    }

    async fn look_at_log(&self, session: &Session) -> Result<(), ConsoleError> {
        let asked = (ResourceType::Log, session.tenant_id.as_str());
        self.permit(session, Verb::View, asked, &self.ids.correlation()).await?;
        Ok(())
    }

    async fn correlated(
        &self,
        tenant: &TenantId,
        correlation_id: &CorrelationId,
    ) -> Result<u32, ConsoleError> {
        let mut query = AuditQuery {
            correlation_id: Some(correlation_id.clone()),
            ..AuditQuery::newest(tenant.clone(), PAGE_LIMIT)
        };
        let mut count = 0;
        loop {
            let page = self.store.audit(query.clone()).await?;
            count += u32::try_from(page.len()).unwrap_or(u32::MAX);
            match page.last() {
                Some(last) if page.len() == PAGE_LIMIT as usize => query.before = Some(last.seq),
                Some(_) | None => return Ok(count),
            }
        }
    }

    async fn titles(&self) -> Result<BTreeMap<Actor, String>, ConsoleError> {
        let people = self.store.people().await?;
        Ok(people.into_iter().map(|person| (person.id, hidden::drawn(&person.title))).collect())
    }
}

fn query(
    tenant: &TenantId,
    filter: &AuditFilter,
    before: Option<u64>,
    limit: u32,
) -> Result<AuditQuery, ConsoleError> {
    let resource = |text: &String| -> Result<ResourceFilter, ConsoleError> {
        Ok(match text.split_once('/') {
            None => ResourceFilter::OfType(ResourceType::parse(text)?),
            Some((kind, "")) => ResourceFilter::OfType(ResourceType::parse(kind)?),
            Some((kind, id)) => ResourceFilter::Exactly(ResourceType::parse(kind)?, id.to_owned()),
        })
    };
    Ok(AuditQuery {
        tenant_id: tenant.clone(),
        actor: filter.actor.as_deref().map(Actor::parse).transpose()?,
        action: filter.action.as_deref().map(Action::parse).transpose()?,
        resource: filter.resource.as_ref().map(resource).transpose()?,
        correlation_id: filter.correlation_id.as_deref().map(CorrelationId::parse).transpose()?,
        before,
        limit: limit.min(PAGE_LIMIT),
    })
}

fn leaf(row: &StoredRow) -> Leaf {
    Leaf {
        seq: row.seq,
        text: String::from_utf8_lossy(&row.leaf).into_owned(),
        leaf_hash: tree::leaf_hash(&row.leaf).to_hex(),
    }
}

fn view(row: &StoredRow, names: &BTreeMap<Actor, String>) -> Result<AuditRow, ConsoleError> {
    let record = AuditRecord::parse(&row.leaf)?;
    let parts = record.parts();
    let refusals =
        [Action::PermissionDeny, Action::TenantDeny, Action::SessionFail, Action::GateDeny];
    Ok(AuditRow {
        seq: small(row.seq),
        at: parts.timestamp_utc.to_string(),
        actor: name(&parts.actor, names),
        action: parts.action.to_string(),
        resource: format!("{}/{}", parts.resource_type, parts.resource_id),
        denied: refusals.contains(&parts.action),
    })
}

fn name(actor: &Actor, names: &BTreeMap<Actor, String>) -> NameView {
    let id = actor.to_string();
    let name = names.get(actor).cloned().unwrap_or_else(|| id.clone());
    NameView { id, name }
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
