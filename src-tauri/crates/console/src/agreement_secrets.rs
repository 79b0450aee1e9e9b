//! Whether the table of secrets says what the log of the workspace says.
//!
//! Invariant: which secret is primary, which are retired and since when is folded again from the
//! `key.rotate` records alone, from record 0 on. No secret is read for it.

use ledger::{AuditRecord, TenantId};
use serde_json::Value;
use store::{SecretRow, SecretStanding};

use crate::failure::ConsoleError;
use crate::rereading::Fault;
use crate::workspace::{Stage, Workspace};

/// Rows read at once.
const CHUNK: u32 = 4096;
/// How the leaf of a rotation begins: the action is the first key of canonical JSON.
const BEGINNING: &[u8] = br#"{"action":"key.rotate","#;

impl Workspace {
    /// A table of secrets that contradicts the log.
    pub(crate) async fn secrets_fault(&self) -> Result<Option<Fault>, ConsoleError> {
        let expected = self.secrets_of_log().await?;
        let found = self.store.secrets().await?;
        if found == expected {
            return Ok(None);
        }
        let differs = found.iter().zip(&expected).find(|(one, other)| one != other);
        let seq = differs.and_then(|(_, expected)| expected.begun_seq);
        let detail = "The table of secrets was changed behind the log.".to_owned();
        Ok(Some(Fault { seq, detail }))
    }

    async fn secrets_of_log(&self) -> Result<Vec<SecretRow>, ConsoleError> {
        let (mut secrets, mut from) = (Vec::new(), 0);
        loop {
            let rows = self.store.rows(&TenantId::workspace(), from, CHUNK).await?;
            let Some(last) = rows.last() else { break };
            from = last.seq + 1;
            for row in rows.iter().filter(|row| row.leaf.starts_with(BEGINNING)) {
                let record = AuditRecord::parse(&row.leaf)?;
                self.fold(&mut secrets, &record);
            }
        }
        secrets.sort_by(|one: &SecretRow, other| {
            (one.since, &one.key_id).cmp(&(other.since, &other.key_id))
        });
        Ok(secrets)
    }

    /// What a record of a rotation made of the secrets; batches change none.
    fn fold(&self, secrets: &mut Vec<SecretRow>, record: &AuditRecord) {
        let parts = record.parts();
        let said = |key: &str| parts.metadata.get(key).and_then(Value::as_str).unwrap_or_default();
        let (from, to) = (said("from"), said("to"));
        match Stage::of(record) {
            Some(Stage::Begin) => {
                if secrets.is_empty() {
                    secrets.push(SecretRow {
                        key_id: from.to_owned(),
                        standing: SecretStanding::Primary,
                        since: self.row.created_at,
                        begun_seq: None,
                        ended_at: None,
                    });
                }
                for secret in secrets.iter_mut().filter(|secret| secret.key_id == from) {
                    secret.standing = SecretStanding::Reading;
                }
                secrets.push(SecretRow {
                    key_id: to.to_owned(),
                    standing: SecretStanding::Primary,
                    since: parts.timestamp_utc,
                    begun_seq: Some(parts.seq),
                    ended_at: None,
                });
            }
            Some(Stage::End) => {
                for secret in secrets.iter_mut().filter(|secret| secret.key_id == from) {
                    secret.standing = SecretStanding::Retired;
                    secret.ended_at = Some(parts.timestamp_utc);
                }
            }
            Some(Stage::Batch) | None => {}
        }
    }
}
