//! Keys for a pipeline: those of people and installations in a tenant, and the workspace secret.
//!
//! Invariant: keys are those of the tenant's log. The line of a new secret is given once, before the
//! rotation begins; there is no call that gives it again, nor that of the secret in use.

use governance::Reason;
use ledger::{AuditRecord, ResourceType, TenantId};
use security::rbac::Action as Verb;
use security::secret::SecretText;

use super::{KeyLine, Pipeline, RotationLine, SecretLine, SecretStatusLine};
use crate::artefact::Continue;
use crate::failure::ConsoleError;
use crate::workspace::{NewSecret, RotationProgress};

/// A rotation that is prepared: nothing of it is written.
pub struct PreparedRotation {
    new: NewSecret,
    reason: String,
}

impl PreparedRotation {
    /// The line SECRET of the recovery kit, from the rotation on.
    pub const fn line(&self) -> &SecretText {
        self.new.line()
    }

    /// Ids of the old key and the new one.
    pub fn keys(&self) -> (&str, &str) {
        (&self.new.from, &self.new.key_id)
    }

    /// Values that will be sealed anew.
    pub const fn values(&self) -> u64 {
        self.new.values
    }
}

impl Pipeline {
    /// Every key of a person or installation that the tenant's log ever enrolled, oldest first.
    ///
    /// # Errors
    /// [`ConsoleError`].
    pub async fn keys(&self) -> Result<Vec<KeyLine>, ConsoleError> {
        let session = self.session()?;
        let tenant = &session.tenant_id;
        let asked = (ResourceType::Tenant, tenant.as_str());
        let correlation_id = self.workspace.ids.correlation();
        self.workspace.permit(session, Verb::View, asked, &correlation_id).await?;
        let log = self.workspace.log(tenant).await?;
        let mut lines = Vec::new();
        for key in log.authority.keys_ever() {
            let (enrolled, ended) = (key.enrolled_at, key.revoked_at);
            lines.push(KeyLine {
                kind: "person",
                keyid: key.public_key.keyid().to_hex(),
                owner: key.owner.to_string(),
                name: key.name.clone(),
                enrolled_seq: enrolled,
                enrolled_at: self.stamp(tenant, enrolled).await?,
                ended_seq: ended,
                ended_at: self.stamp_if_any(tenant, ended).await?,
                compromised_since: key.compromised_since,
            });
        }
        for (device, key) in log.authority.log_keys() {
            let (enrolled, ended) = (key.enrolled_at, key.revoked_at);
            lines.push(KeyLine {
                kind: "device",
                keyid: key.public_key.keyid().to_hex(),
                owner: device.to_string(),
                name: String::new(),
                enrolled_seq: enrolled,
                enrolled_at: self.stamp(tenant, enrolled).await?,
                ended_seq: ended,
                ended_at: self.stamp_if_any(tenant, ended).await?,
                compromised_since: None,
            });
        }
        lines.sort_by(|one, other| {
            (one.enrolled_seq, one.kind, &one.keyid).cmp(&(
                other.enrolled_seq,
                other.kind,
                &other.keyid,
            ))
        });
        Ok(lines)
    }

    /// The secrets of the workspace, for its admins.
    ///
    /// # Errors
    /// [`ConsoleError`].
    pub async fn secret_status(&self) -> Result<SecretStatusLine, ConsoleError> {
        let status = self.workspace.secret_status(self.session()?).await?;
        let now = self.workspace.now();
        let secrets = status.secrets.iter().map(|(secret, values)| SecretLine {
            key_id: secret.key_id.clone(),
            standing: secret.standing.as_str(),
            since: secret.since.to_string(),
            age_days: now.as_micros().saturating_sub(secret.since.as_micros()) / DAY_MICROS,
            ended_at: secret.ended_at.map(|at| at.to_string()),
            values: *values,
        });
        let rotation = status.rotation.as_ref().map(|(rotation, begun)| RotationLine {
            from: rotation.from.clone(),
            to: rotation.to.clone(),
            left: status.under(&rotation.from),
            begun_at: begun.parts().timestamp_utc.to_string(),
            by: begun.parts().actor.to_string(),
            reason: begun.parts().reason.clone(),
            seq: rotation.begun_seq,
        });
        Ok(SecretStatusLine {
            secrets: secrets.collect(),
            rotation,
            is_variable: status.is_variable,
            strange: status.strange,
        })
    }

    /// Prepares a rotation; none where one is under way, which is to be continued.
    ///
    /// # Errors
    /// [`ConsoleError`]; nothing is written.
    pub async fn prepare_rotation(
        &self,
        reason: &str,
    ) -> Result<Option<PreparedRotation>, ConsoleError> {
        Reason::parse(reason)?;
        match self.workspace.new_secret(self.session()?).await {
            Ok(new) => Ok(Some(PreparedRotation { new, reason: reason.to_owned() })),
            Err(ConsoleError::RotationUnderWay) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Begins a rotation whose new line was given.
    ///
    /// # Errors
    /// [`ConsoleError`].
    pub async fn begin_rotation(&self, prepared: &PreparedRotation) -> Result<(), ConsoleError> {
        let session = self.session()?;
        self.workspace.begin_rotation(session, &prepared.new, &prepared.reason).await
    }

    /// Carries the rotation on to its end; `progress` is told how many of how many values are done.
    ///
    /// # Errors
    /// [`ConsoleError`]; it can be continued.
    pub async fn continue_rotation(
        &self,
        mut progress: impl FnMut(u64, u64) + Send,
    ) -> Result<(), ConsoleError> {
        let mut watch = |now: RotationProgress| {
            progress(now.done, now.total);
            Continue::Yes
        };
        self.workspace.continue_rotation(self.session()?, &mut watch).await?;
        Ok(())
    }

    /// The stamp of a record.
    async fn stamp(&self, tenant: &TenantId, seq: u64) -> Result<String, ConsoleError> {
        let row = self.workspace.store.row(tenant, seq).await?;
        let row = row.ok_or(ConsoleError::Damaged { what: "the log: a record is missing" })?;
        Ok(AuditRecord::parse(&row.leaf)?.parts().timestamp_utc.to_string())
    }

    async fn stamp_if_any(
        &self,
        tenant: &TenantId,
        seq: Option<u64>,
    ) -> Result<Option<String>, ConsoleError> {
        match seq {
            Some(seq) => Ok(Some(self.stamp(tenant, seq).await?)),
            None => Ok(None),
        }
    }
}

const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;
