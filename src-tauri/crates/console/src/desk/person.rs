//! A person's page: what stands about them in the tenants that the reader may see.
//!
//! Invariant: everybody may see their own page, admins that of the people of their tenants; whom a
//! reader's tenants do not know is as unknown as somebody who is not there.

use std::collections::BTreeMap;

use governance::state::{Person, PersonStatus};
use ledger::metadata::VoteMetadata;
use ledger::{Action, Actor, AuditRecord, ResourceType, TenantId};
use store::{AuditQuery, PAGE_LIMIT};

use super::at_work::AtWork;
use super::disclosed::Disclosed;
use super::keys::keys_of;
use super::reading::{Reading, count};
use super::{Answer, Desk};
use crate::administering::administers;
use crate::failure::ConsoleError;
use crate::hidden;
use crate::principals::reached;
use crate::session::Session;
use crate::views::{DecidedView, HeldRole, PersonPageView, SeenDevice, StampView};

const NO_PERSON: ConsoleError = ConsoleError::NotFound { what: "person" };

impl Desk {
    /// A person's page; without an id, the reader's own.
    pub async fn person(&self, person_id: Option<String>) -> Answer<PersonPageView> {
        self.answer(async {
            let at = self.at_work().await?;
            let id = match person_id {
                Some(id) => Actor::parse(&id)?,
                None => at.session.person.clone(),
            };
            let at = if id == at.session.person { at } else { self.administering().await? };
            let person = at.workspace.store.person(&id).await?.ok_or(NO_PERSON)?;
            at.page_of(person).await
        })
        .await
    }
}

impl AtWork {
    async fn page_of(&self, person: Person) -> Result<PersonPageView, ConsoleError> {
        let (workspace, session) = (&self.workspace, &self.session);
        let you = person.id == session.person;
        let readings = self.readings().await?;
        let (mut roles, mut keys) = (Vec::new(), Vec::new());
        for reading in &readings {
            let authority = &reading.log.authority;
            if let Some(grant) = authority.grant(&person.id) {
                roles.push(HeldRole {
                    tenant_id: reading.tenant().to_string(),
                    role: grant.role.as_str().to_owned(),
                    group: grant.group.as_deref().map(hidden::drawn),
                    granted: reading.stamp(grant.granted_at).await?,
                    control: grant.control.as_str().to_owned(),
                });
            }
            keys.extend(reading.key_views(keys_of(authority, &person.id)).await?);
        }
        let own_log = workspace.log(&TenantId::workspace()).await?;
        let front = readings.iter().find(|reading| *reading.tenant() == session.tenant_id);
        let (devices, decisions) = match front {
            Some(front) => front.acts_of(&person.id).await?,
            None => (Vec::new(), Vec::new()),
        };
        let active = person.status == PersonStatus::Active;
        let enrolled = front.is_some_and(|front| front.log.authority.is_enrolled(&person.id));
        Ok(PersonPageView {
            id: person.id.to_string(),
            name: hidden::drawn(&person.title),
            you,
            active,
            created_at: person.created_at.to_string(),
            seen_at: person.last_sign_in_at.map(|at| at.to_string()),
            failures: person.failures,
            roles,
            keys,
            devices,
            decisions,
            may_disable: active && !you && administers(&own_log.authority, session),
            may_reset: active
                && enrolled
                && front.is_some_and(|front| administers(&front.log.authority, session)),
        })
    }

    /// Every log in which the reader holds a role.
    async fn readings(&self) -> Result<Vec<Reading>, ConsoleError> {
        let mut readings = Vec::new();
        for tenant in self.workspace.log_ids().await? {
            let log = self.workspace.log(&tenant).await?;
            if reached(&log.authority, &self.session.person, self.session.keyid).is_none() {
                continue;
            }
            let there = Session { tenant_id: tenant, ..self.session.clone() };
            let disclosed = Disclosed::default();
            let at = AtWork { workspace: self.workspace.clone(), session: there, disclosed };
            readings.push(Reading::of(at, (ResourceType::Person, "")).await?);
        }
        Ok(readings)
    }
}

impl Reading {
    /// Where a person acted lately, and their newest decisions in this tenant.
    async fn acts_of(
        &self,
        person: &Actor,
    ) -> Result<(Vec<SeenDevice>, Vec<DecidedView>), ConsoleError> {
        let own = self.workspace.device().await?;
        let of_person = AuditQuery {
            actor: Some(person.clone()),
            ..AuditQuery::newest(self.tenant().clone(), PAGE_LIMIT)
        };
        let votes = AuditQuery { action: Some(Action::ApprovalVote), ..of_person.clone() };
        let mut seen = BTreeMap::new();
        for row in self.workspace.store.audit(of_person).await? {
            let record = AuditRecord::parse(&row.leaf)?;
            let parts = record.parts();
            if let Some(device) = &parts.device_id {
                // Newest first: the first one seen stays.
                seen.entry(device.clone()).or_insert(parts.timestamp_utc);
            }
        }
        let mut devices: Vec<_> = seen.into_iter().collect();
        devices.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
        let devices = devices.into_iter().map(|(id, at)| SeenDevice {
            here: own.as_ref().is_some_and(|own| own.id == id),
            id: id.to_string(),
            seen_at: at.to_string(),
        });
        let mut decisions = Vec::new();
        for row in self.workspace.store.audit(votes).await? {
            let record = AuditRecord::parse(&row.leaf)?;
            let parts = record.parts();
            let vote: VoteMetadata = record.metadata_as()?;
            decisions.push(DecidedView {
                request_id: vote.request_id.to_string(),
                subject: format!("{}/{}", parts.resource_type, parts.resource_id),
                decision: vote.decision.as_str().to_owned(),
                record: StampView { seq: count(parts.seq), at: parts.timestamp_utc.to_string() },
                reason: hidden::drawn(&parts.reason),
            });
        }
        Ok((devices.collect(), decisions))
    }
}
