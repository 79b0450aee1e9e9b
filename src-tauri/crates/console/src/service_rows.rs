//! Whether the table of service accounts says what the log of the workspace says.
//!
//! Invariant: the table is never believed; a row that was changed, added or taken away behind the log
//! is found and named.

use governance::{ServiceAccount, ServiceAccounts};

use crate::failure::ConsoleError;
use crate::rereading::Fault;
use crate::workspace::Workspace;

impl Workspace {
    /// Every row that contradicts the log, and every account without its row.
    pub(crate) async fn service_faults(
        &self,
        on_record: &ServiceAccounts,
    ) -> Result<Vec<Fault>, ConsoleError> {
        let rows = self.store.services().await?;
        let mut details = Vec::new();
        for row in &rows {
            match on_record.account(&row.id) {
                None => details.push(format!("The row of {} has no record that made it.", row.id)),
                Some(account) => details.extend(difference(row, account)),
            }
        }
        for account in on_record.all() {
            if !rows.iter().any(|row| row.id == account.id) {
                details.push(format!("{} is on record and has no row.", account.id));
            }
        }
        Ok(details.into_iter().map(|detail| Fault { seq: None, detail }).collect())
    }
}

fn difference(row: &ServiceAccount, account: &ServiceAccount) -> Option<String> {
    let wrong = [
        (row.title != account.title, "title"),
        (row.tenant_id != account.tenant_id, "tenant"),
        (row.role != account.role, "role"),
        (row.owner != account.owner, "owner"),
        (row.token_sha256 != account.token_sha256, "hash"),
        (row.created_at != account.created_at, "creation"),
        (row.expires_at != account.expires_at, "expiry"),
        (row.last_used_at != account.last_used_at, "last use"),
        (row.revoked_at != account.revoked_at, "revocation"),
    ];
    let fields: Vec<&str> =
        wrong.iter().filter(|(is_wrong, _)| *is_wrong).map(|(_, field)| *field).collect();
    if fields.is_empty() {
        return None;
    }
    Some(format!("The row of {} was changed behind the log ({}).", row.id, fields.join(", ")))
}
