//! The secrets of the workspace as an admin sees them: ages, values under each, a rotation under way.
//!
//! Invariant: secrets are named by the ids of their keys; nothing here reads more of a value than
//! that, and what a rotation is comes from the record that began it.

use std::collections::BTreeMap;

use ledger::{AuditRecord, ResourceType};
use store::{SecretRow, SecretStanding};

use crate::failure::ConsoleError;
use crate::session::Session;
use crate::workspace::{Rotation, Workspace};

/// The secrets of a workspace.
pub struct SecretStatus {
    /// The primary one first, then the others, newest first; each with the values under it.
    pub secrets: Vec<(SecretRow, u64)>,
    /// The rotation that is under way, with the record that began it.
    pub rotation: Option<(Rotation, AuditRecord)>,
    /// Whether the secret is `ENCRYPTION_KEY`.
    pub is_variable: bool,
    /// Values under keys that are on record nowhere.
    pub strange: u64,
}

impl SecretStatus {
    /// Values under the secret with this key.
    #[must_use]
    pub fn under(&self, key_id: &str) -> u64 {
        let found = self.secrets.iter().find(|(secret, _)| secret.key_id == key_id);
        found.map_or(0, |(_, values)| *values)
    }
}

impl Workspace {
    /// The secrets, for an ADMIN of the workspace.
    ///
    /// # Errors
    /// A denial for anybody else; [`ConsoleError::Damaged`] when the record of a rotation does not
    /// say what is stored of it; for a workspace that never rotated also those of the keychain.
    pub async fn secret_status(&self, session: &Session) -> Result<SecretStatus, ConsoleError> {
        let asked = (ResourceType::Secret, "");
        self.workspace_permit(session, asked, &self.ids.correlation()).await?;
        let mut on_record = self.store.secrets().await?;
        if on_record.is_empty() {
            on_record.push(self.first_secret().await?);
        }
        on_record.sort_by_key(|secret| {
            (secret.standing != SecretStanding::Primary, std::cmp::Reverse(secret.since))
        });
        let mut counts: BTreeMap<String, u64> = self.store.sealed_counts().await?;
        let counted = |secret: SecretRow| {
            let values = counts.remove(&secret.key_id).unwrap_or_default();
            (secret, values)
        };
        let secrets = on_record.into_iter().map(counted).collect();
        let rotation = match self.rotation().await? {
            Some(rotation) => {
                let begun = self.begun(&rotation).await?;
                Some((rotation, begun))
            }
            None => None,
        };
        let is_variable = self.edge.encryption_key.is_some();
        Ok(SecretStatus { secrets, rotation, is_variable, strange: counts.values().sum() })
    }

    /// The secret of a workspace that never had another: nothing of it is stored but its values.
    async fn first_secret(&self) -> Result<SecretRow, ConsoleError> {
        Ok(SecretRow {
            key_id: self.secrets().await?.primary().key_id().to_owned(),
            standing: SecretStanding::Primary,
            since: self.row.created_at,
            begun_seq: None,
            ended_at: None,
        })
    }
}
