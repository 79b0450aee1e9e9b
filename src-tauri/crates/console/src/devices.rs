//! Installations: their log keys are enrolled and retired by acts of authority.
//!
//! Invariant: a checkpoint counts only by a log key that its own log enrolled and, at the
//! checkpoint's size, had not retired. Private halves never pass through here; this installation's
//! own is made and kept before a log names it.

use ledger::change::{ChangeBody, ChangeKind, DeviceBody, DeviceRevokeBody};
use ledger::{Control, DeviceId, PublicKey, RequestId, Role, TenantId};

use crate::failure::ConsoleError;
use crate::proposing::{Beside, ChangeOutcome, Footing};
use crate::session::{Session, UnlockedKey};
use crate::workspace::{AlarmCause, Device, Workspace};

/// How this installation's log key stands in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The log does not know it.
    Unknown,
    /// It was enrolled just now.
    Applied {
        /// The record.
        seq: u64,
    },
    /// Its enrolment waits for a second admin.
    Waiting {
        /// The request.
        request_id: RequestId,
    },
    /// It is enrolled already.
    Known {
        /// The record that enrolled it.
        seq: u64,
    },
    /// It was retired: a retired key is not enrolled again.
    Retired {
        /// The record that retired it.
        seq: u64,
    },
}

impl Standing {
    pub(crate) fn of_outcome(outcome: ChangeOutcome) -> Self {
        match outcome {
            ChangeOutcome::Applied { seq } => Self::Applied { seq },
            ChangeOutcome::Waiting { request_id } => Self::Waiting { request_id },
        }
    }

    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Applied { .. } => "applied",
            Self::Waiting { .. } => "waiting",
            Self::Known { .. } => "known",
            Self::Retired { .. } => "retired",
        }
    }
}

impl Workspace {
    /// The logs that a session's person administers by the key that opened it; archived ones take no
    /// act any more.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn administered_in(
        &self,
        session: &Session,
    ) -> Result<Vec<TenantId>, ConsoleError> {
        let mut logs = Vec::new();
        for tenant in self.log_ids().await? {
            let is_open = self.log(&tenant).await?.archived_at.is_none();
            let administers = self.role_of(session, &tenant).await? == Some(Role::Admin);
            if session.person.is_person() && is_open && administers {
                logs.push(tenant);
            }
        }
        Ok(logs)
    }

    /// How this installation's log key stands in each of these logs; it is made if there is none.
    ///
    /// # Errors
    /// Those of store and keychain.
    pub(crate) async fn own_standings(
        &self,
        logs: &[TenantId],
    ) -> Result<Vec<(TenantId, Standing)>, ConsoleError> {
        if self.device().await?.is_none() {
            self.keep_log_key().await?;
            // That there was none is not what the keychain says now.
            self.forget_device();
        }
        let device = self.device().await?.ok_or(ConsoleError::NoLogKey)?;
        let mut standings = Vec::new();
        for tenant in logs {
            standings.push((tenant.clone(), self.standing(tenant, &device).await?));
        }
        Ok(standings)
    }

    /// Enrols this installation's own log key in logs that do not know it, each act in its own log and
    /// all in one commit. It sets no anchor: where one is missing, an admin ends the alarm.
    ///
    /// # Errors
    /// [`ConsoleError`] for anybody but an ADMIN of each of them, or where a log does not hold; nothing
    /// was changed.
    pub(crate) async fn enrol_this_device(
        &self,
        session: &Session,
        admin_key: &UnlockedKey,
        logs: &[TenantId],
        reason: &str,
    ) -> Result<Vec<ChangeOutcome>, ConsoleError> {
        let device = self.device().await?.ok_or(ConsoleError::NoLogKey)?;
        let (device_id, public_key) = (&device.id, device.verifying_key());
        let change = |tenant: &TenantId| {
            let there = Session { tenant_id: tenant.clone(), ..session.clone() };
            let body = DeviceBody { device_id: device_id.clone(), public_key };
            self.change(&there, ChangeKind::DeviceEnroll, ChangeBody::DeviceEnroll(body), reason)
        };
        let changes: Vec<_> = logs.iter().map(change).collect();
        // Without a log key nobody vouches for what was written here, and no alarm is ended: this act
        // comes before that one, and only on logs that hold.
        let footing = match logs.iter().any(|tenant| self.alarm(tenant).is_some()) {
            true => Footing::Whole,
            false => Footing::Agreeing,
        };
        if footing == Footing::Whole {
            self.demand_recoverable(logs.iter()).await?;
            self.demand_alone(logs).await?;
            self.demand_behind_after(logs).await?;
        }
        let beside = Beside { footing, ..Beside::default() };
        let outcomes = self.propose(session, admin_key, &changes, beside).await?;
        // From now on these logs are this installation's own, and are compared as such.
        self.compare_anchors().await;
        Ok(outcomes)
    }

    /// Where an alarm stands and a second admin must sign, the request would wait for ever: nobody signs
    /// over that log, and the alarm is ended by a computer that has a log key.
    async fn demand_alone(&self, logs: &[TenantId]) -> Result<(), ConsoleError> {
        for tenant in logs {
            let waits = self.log(tenant).await?.authority.control() == Control::Dual;
            if waits && self.alarm(tenant).is_some() {
                let detail = format!(
                    "an alarm stands in {tenant}, and no second admin can sign there while it does"
                );
                let next = "Recover this computer with the kit, or end the alarm at another one.";
                return Err(ConsoleError::Alarm { detail, next });
            }
        }
        Ok(())
    }

    /// A log that is behind what this computer has seen stays behind: one that reached that length by
    /// this act would from then on be another history, and no act ends that.
    async fn demand_behind_after(&self, logs: &[TenantId]) -> Result<(), ConsoleError> {
        for tenant in logs {
            let alarm = self.alarm(tenant).filter(|alarm| alarm.cause == AlarmCause::Behind);
            let (Some(alarm), Some(seen)) = (alarm, self.anchor_place(tenant).await?) else {
                continue;
            };
            // Without a second admin the act is one record.
            if self.store.head(tenant).await?.size.saturating_add(1) >= seen.size {
                let next = "Put the newest copy of the workspace's folder back, its -wal file \
                            included, and enrol this computer then; or accept the restored copy at \
                            a computer whose log key it knows.";
                return Err(ConsoleError::Alarm { detail: alarm.detail, next });
            }
        }
        Ok(())
    }

    async fn standing(&self, tenant: &TenantId, device: &Device) -> Result<Standing, ConsoleError> {
        let own = device.verifying_key();
        let log = self.log(tenant).await?;
        let mut retired = None;
        for (_, key) in log.authority.log_keys().filter(|(_, key)| key.public_key == own) {
            match key.revoked_at {
                None => return Ok(Standing::Known { seq: key.enrolled_at }),
                Some(seq) => retired = retired.max(Some(seq)),
            }
        }
        if let Some(seq) = retired {
            return Ok(Standing::Retired { seq });
        }
        let waiting = self.store.open_requests(tenant).await?.into_iter().find(|request| {
            let body = request.change.as_ref().map(|change| &change.body);
            matches!(body, Some(ChangeBody::DeviceEnroll(body)) if body.public_key == own)
        });
        Ok(waiting
            .map_or(Standing::Unknown, |request| Standing::Waiting { request_id: request.id }))
    }

    /// Enrols the log key of another installation in the session's tenant.
    ///
    /// # Errors
    /// [`ConsoleError`] for anybody but an ADMIN of the tenant; nothing was changed.
    pub async fn enrol_device(
        &self,
        session: &Session,
        admin_key: &UnlockedKey,
        (device_id, public_key): (DeviceId, PublicKey),
        reason: &str,
    ) -> Result<ChangeOutcome, ConsoleError> {
        let body = ChangeBody::DeviceEnroll(DeviceBody { device_id, public_key });
        let change = self.change(session, ChangeKind::DeviceEnroll, body, reason);
        self.propose_one_change(session, admin_key, change).await
    }

    /// Demands that it is another installation's log key that ends: one that ended its own could not
    /// even vouch for having done so.
    ///
    /// # Errors
    /// [`ConsoleError::Input`]; those of the keychain.
    pub(crate) async fn demand_other_device(&self, device: &DeviceId) -> Result<(), ConsoleError> {
        if self.device().await?.is_some_and(|own| own.id == *device) {
            let reason = "no computer ends its own log key: do it at another one";
            return Err(ConsoleError::Input { what: "device", reason });
        }
        Ok(())
    }

    /// Retires the log key of an installation in the session's tenant: what it signed before goes
    /// on counting.
    ///
    /// # Errors
    /// [`ConsoleError`] for anybody but an ADMIN of the tenant; nothing was changed.
    pub async fn retire_device(
        &self,
        session: &Session,
        admin_key: &UnlockedKey,
        device_id: DeviceId,
        reason: &str,
    ) -> Result<ChangeOutcome, ConsoleError> {
        let body = ChangeBody::DeviceRevoke(DeviceRevokeBody { device_id });
        let change = self.change(session, ChangeKind::DeviceRevoke, body, reason);
        self.propose_one_change(session, admin_key, change).await
    }
}
