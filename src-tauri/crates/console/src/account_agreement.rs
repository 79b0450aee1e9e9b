//! Whether the table of accounts says what the workspace's own log says.
//!
//! Invariant: an account stands there only with the record that made it, and is closed exactly when
//! a record says so: a status changed by hand is found and named by its record.

use std::collections::BTreeMap;

use governance::state::PersonStatus;
use ledger::{Action, AuditRecord, TenantId};

use crate::failure::ConsoleError;
use crate::rereading::Fault;
use crate::workspace::Workspace;

/// Rows read at once.
const CHUNK: u32 = 4096;
/// How the canonical form of a record about an account begins.
const CONCERNS: &[u8] = b"{\"action\":\"user.";

/// What the log says of one account.
#[derive(Default)]
struct Account {
    made_at: Option<u64>,
    closed_at: Option<u64>,
}

impl Workspace {
    /// Every account that contradicts the log; nothing for another log than the workspace's own.
    pub(crate) async fn account_faults(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<Fault>, ConsoleError> {
        if !tenant.is_workspace() {
            return Ok(Vec::new());
        }
        let mut accounts = self.accounts_on_record(tenant).await?;
        let mut faults = Vec::new();
        for person in self.store.people().await? {
            let account = accounts.remove(&person.id.to_string()).unwrap_or_default();
            let closed = person.status == PersonStatus::Disabled;
            let detail = match (account.made_at, account.closed_at, closed) {
                (None, _, _) => format!("The account {} has no record that made it.", person.id),
                (Some(_), Some(seq), false) => format!(
                    "Record {seq}: the account {} is closed on record, and open in its row.",
                    person.id
                ),
                (Some(_), None, true) => {
                    format!("The account {} is closed, and no record says so.", person.id)
                }
                (Some(_), Some(_), true) | (Some(_), None, false) => continue,
            };
            faults.push(Fault { seq: account.closed_at.or(account.made_at), detail });
        }
        let lost = accounts.into_iter().map(|(id, account)| Fault {
            seq: account.made_at,
            detail: format!("The account {id} on record has no row."),
        });
        faults.extend(lost);
        Ok(faults)
    }

    async fn accounts_on_record(
        &self,
        tenant: &TenantId,
    ) -> Result<BTreeMap<String, Account>, ConsoleError> {
        let mut accounts: BTreeMap<String, Account> = BTreeMap::new();
        let mut from = 0;
        loop {
            let rows = self.store.rows(tenant, from, CHUNK).await?;
            let Some(last) = rows.last() else { return Ok(accounts) };
            from = last.seq + 1;
            for row in rows.iter().filter(|row| row.leaf.starts_with(CONCERNS)) {
                // What is no record is the replay's to name.
                let Ok(record) = AuditRecord::parse(&row.leaf) else { continue };
                let parts = record.parts();
                let account = accounts.entry(parts.resource_id.clone()).or_default();
                if parts.action == Action::UserCreate {
                    account.made_at = account.made_at.or(Some(row.seq));
                } else if parts.action == Action::UserDisable {
                    account.closed_at = Some(row.seq);
                }
            }
        }
    }
}
