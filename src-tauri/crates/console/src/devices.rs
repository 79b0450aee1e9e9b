//! Installations: their log keys are enrolled and retired by acts of authority.
//!
//! Invariant: a checkpoint counts only by a log key that its own log enrolled and, at the
//! checkpoint's size, had not retired. Private halves never pass through here.

use ledger::change::{ChangeBody, ChangeKind, DeviceBody, DeviceRevokeBody};
use ledger::{DeviceId, PublicKey};

use crate::failure::ConsoleError;
use crate::proposing::ChangeOutcome;
use crate::session::{Session, UnlockedKey};
use crate::workspace::Workspace;

impl Workspace {
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
