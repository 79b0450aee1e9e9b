//! Whether the table of service accounts, and what tenants' logs say of makers, is what the log of
//! the workspace says.
//!
//! Invariant: the table is never believed; a row that was changed, added or taken away behind the log
//! is found and named. Where a service account made something, its owner made it too.

use governance::{ServiceAccount, ServiceAccounts};
use ledger::replay::Replay;
use ledger::{Actor, TenantId};

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

impl Workspace {
    /// Whether these makers name the owner of every service account among them.
    pub(crate) async fn names_owners(&self, makers: &[Actor]) -> Result<bool, ConsoleError> {
        if makers.iter().all(Actor::is_person) {
            return Ok(true);
        }
        let view = self.log(&TenantId::workspace()).await?;
        Ok(name_owners(&view.services, makers))
    }

    /// Every record of a tenant that leaves out the owner of a service account.
    pub(crate) async fn owner_faults(&self, replay: &Replay) -> Result<Vec<Fault>, ConsoleError> {
        let view = self.log(&TenantId::workspace()).await?;
        let requests = replay.requests();
        let made = requests.makings().map(|(_, making)| (making.seq, &making.metadata.makers));
        let asked = requests.all().map(|(_, request)| (request.seq, &request.metadata.makers));
        let left_out = made.chain(asked).filter(|(_, makers)| !name_owners(&view.services, makers));
        let fault = |(seq, _)| Fault {
            seq: Some(seq),
            detail: format!("Record {seq}: its makers leave out who owns a service account."),
        };
        Ok(left_out.map(fault).collect())
    }
}

fn name_owners(services: &ServiceAccounts, makers: &[Actor]) -> bool {
    makers.iter().all(|maker| match maker {
        Actor::Person(_) | Actor::System => true,
        Actor::Service(_) => {
            services.account(maker).is_some_and(|account| makers.contains(&account.owner))
        }
    })
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

#[cfg(test)]
mod tests {
    use governance::ServiceAccounts;
    use ledger::Actor;

    use super::name_owners;

    #[test]
    fn a_service_that_no_record_made_is_named_by_nobody() {
        let actor = |text: &str| Actor::parse(text).unwrap();
        let ada = actor("person/01930000-0000-7000-8000-000000000ada");
        let build = actor("service/01930000-0000-7000-8000-000000000c1c");
        let services = ServiceAccounts::default();
        for (makers, expected) in [
            (vec![], true),
            (vec![ada.clone()], true),
            (vec![Actor::System], true),
            (vec![build.clone()], false),
            (vec![ada, build], false),
        ] {
            assert_eq!(name_owners(&services, &makers), expected, "{makers:?}");
        }
    }
}
