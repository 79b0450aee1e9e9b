//! Installations for whoever administers from a terminal: which there are, enrolling this one, ending
//! another's log key.
//!
//! Invariant: as in [`super::administration`]: a person's key signs here as a proposing admin's and
//! never as anything else. The log key that is enrolled was made on this computer.

use std::sync::Arc;

use governance::Reason;
use ledger::change::ChangeKind;
use ledger::{DeviceId, RequestId, ResourceType, TenantId};
use security::rbac::Action as Verb;

use super::{DeviceActLine, DeviceLine, EnrolledLine, Passphrase, Pipeline};
use crate::devices::Standing;
use crate::failure::ConsoleError;
use crate::session::Session;

/// Where this installation is to be enrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnrolIn {
    /// In the tenant in front alone.
    Front,
    /// In every log that whoever asks administers, the workspace's own included.
    Everywhere,
}

impl Pipeline {
    /// Enrols the log key of this installation, which is made here if there is none: one act for each
    /// log that does not know it, all in one commit. A log in which it was retired is left alone.
    ///
    /// # Errors
    /// A denial for whoever administers nothing there; [`ConsoleError`]; no log was changed.
    pub async fn enrol_device(
        &self,
        scope: EnrolIn,
        reason: &str,
        admin: &Arc<Passphrase>,
    ) -> Result<Vec<EnrolledLine>, ConsoleError> {
        let session = self.session()?;
        Reason::parse(reason)?;
        let logs = match scope {
            EnrolIn::Front => vec![self.tenant_id.clone()],
            EnrolIn::Everywhere => self.workspace.administered_in(session).await?,
        };
        if scope == EnrolIn::Front || logs.is_empty() {
            self.demand_admin().await?;
        }
        let mut standings = self.workspace.own_standings(&logs).await?;
        let missing = |(_, standing): &&(TenantId, Standing)| *standing == Standing::Unknown;
        let asked: Vec<TenantId> =
            standings.iter().filter(missing).map(|(tenant, _)| tenant.clone()).collect();
        if !asked.is_empty() {
            let signer = self.admin_key(session, admin).await?;
            let outcomes =
                self.workspace.enrol_this_device(session, &signer, &asked, reason).await?;
            for (tenant, outcome) in asked.iter().zip(outcomes) {
                let found = standings.iter_mut().find(|(known, _)| known == tenant);
                if let Some((_, standing)) = found {
                    *standing = Standing::of_outcome(outcome);
                }
            }
        }
        let mut lines = Vec::new();
        for (tenant, standing) in standings {
            lines.push(self.enrolled_line(tenant, standing).await?);
        }
        Ok(lines)
    }

    async fn enrolled_line(
        &self,
        tenant: TenantId,
        standing: Standing,
    ) -> Result<EnrolledLine, ConsoleError> {
        let device = self.workspace.device().await?.ok_or(ConsoleError::NoLogKey)?;
        let mut line = EnrolledLine {
            id: device.id.to_string(),
            keyid: device.verifying_key().keyid().to_hex(),
            state: standing.word(),
            seq: None,
            request_id: None,
            can_sign: Vec::new(),
            alarm: self.workspace.alarm(&tenant).map(|alarm| alarm.cause.title()),
            tenant_id: tenant.to_string(),
        };
        match standing {
            Standing::Applied { seq } | Standing::Known { seq } | Standing::Retired { seq } => {
                line.seq = Some(seq);
            }
            Standing::Waiting { request_id } => {
                line.can_sign = self.can_sign_in(tenant, &request_id).await?;
                line.request_id = Some(request_id.to_string());
            }
            Standing::Unknown => {}
        }
        Ok(line)
    }

    /// Who can sign a request of a log that is not the one in front.
    async fn can_sign_in(
        &self,
        tenant: TenantId,
        request: &RequestId,
    ) -> Result<Vec<String>, ConsoleError> {
        let there = Session { tenant_id: tenant, ..self.session()?.clone() };
        Ok(self.workspace.show_request(&there, request).await?.can_sign)
    }

    /// Ends the log key of an installation in the tenant in front: what it signed goes on counting.
    ///
    /// # Errors
    /// [`ConsoleError`]; nothing was changed. [`ConsoleError::NotFound`] for an installation that the
    /// tenant does not know.
    pub async fn revoke_device(
        &self,
        id: &str,
        reason: &str,
        admin: &Arc<Passphrase>,
    ) -> Result<DeviceActLine, ConsoleError> {
        const ABSENT: ConsoleError = ConsoleError::NotFound { what: "device" };
        let session = self.session()?;
        Reason::parse(reason)?;
        self.demand_admin().await?;
        let device = DeviceId::parse(id).map_err(|_| ABSENT)?;
        let log = self.workspace.log(&session.tenant_id).await?;
        if !log.authority.log_keys().any(|(known, _)| *known == device) {
            return Err(ABSENT);
        }
        self.workspace.demand_other_device(&device).await?;
        let signer = self.admin_key(session, admin).await?;
        let outcome = self.workspace.retire_device(session, &signer, device, reason).await?;
        Ok(DeviceActLine {
            tenant_id: self.tenant_id.to_string(),
            id: id.to_owned(),
            change: self.change_line(ChangeKind::DeviceRevoke, outcome).await?,
        })
    }

    /// The log keys that the tenant in front ever enrolled, oldest first.
    ///
    /// # Errors
    /// [`ConsoleError`].
    pub async fn devices(&self) -> Result<Vec<DeviceLine>, ConsoleError> {
        let session = self.session()?;
        let asked = (ResourceType::Tenant, session.tenant_id.as_str());
        let correlation_id = self.workspace.ids.correlation();
        self.workspace.permit(session, Verb::View, asked, &correlation_id).await?;
        let here = self.workspace.device().await?.map(|device| device.id.clone());
        let log = self.workspace.log(&session.tenant_id).await?;
        let mut lines: Vec<DeviceLine> = log
            .authority
            .log_keys()
            .map(|(id, key)| DeviceLine {
                id: id.to_string(),
                keyid: key.public_key.keyid().to_hex(),
                enrolled_seq: key.enrolled_at,
                revoked_seq: key.revoked_at,
                here: here.as_ref() == Some(id),
            })
            .collect();
        lines.sort_by_key(|line| line.enrolled_seq);
        Ok(lines)
    }
}
