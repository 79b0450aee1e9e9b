//! What the records of `_workspace` say about service accounts: the only thing that is believed
//! about a token.
//!
//! Invariant: a token is what its `token.create` says, written by an ADMIN of the workspace; nothing
//! widens it afterwards, and it opens nothing unless whoever made it owns it. A record that does not hold grants nothing and ends nothing.

use std::collections::{BTreeMap, BTreeSet};

use ledger::replay::Authority;
use ledger::{
    Action, Actor, AuditRecord, Digest, LedgerError, ResourceType, Role, TenantId, Timestamp,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::state::ServiceAccount;

/// `2026-11-22T18:35:02.123456Z`.
const STAMP_BYTES: usize = 27;

/// The one kind of account that a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AccountKind {
    /// A pipeline, which never decides.
    Service,
}

/// Metadata of `token.create`: all that is kept of a token. Free by formats.md; this is what this
/// program writes and reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenMetadata {
    pub(super) expires_at: Timestamp,
    pub(super) kind: AccountKind,
    pub(super) owner: Actor,
    pub(super) role: Role,
    pub(super) tenant_id: TenantId,
    pub(super) title: String,
    pub(super) token_sha256: Digest,
}

/// Why a token does not open anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TokenEnd {
    /// No record made it.
    #[error("unknown")]
    Unknown,
    /// It was revoked.
    #[error("revoked")]
    Revoked,
    /// Its time is over.
    #[error("expired")]
    Expired,
    /// The account of its owner was closed.
    #[error("its owner is disabled")]
    OwnerDisabled,
    /// Whoever made it, and saw its secret, is not its owner: they could decide on what they made with
    /// it. Programs before this one made such tokens; their records stay good.
    #[error("its owner is another than who made it")]
    OtherOwner,
}

/// Why a record about a token does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TokenFault {
    /// It is not about a service account.
    #[error("it is not about a service account")]
    Resource,
    /// Its metadata are not those of its action.
    #[error("{0}")]
    Metadata(#[from] LedgerError),
    /// Whoever wrote it was no ADMIN of the workspace.
    #[error("its actor was no ADMIN of the workspace")]
    NotAnAdmin,
    /// A token of that id was made before.
    #[error("that service account was made before")]
    Repeated,
    /// Its tenant is the workspace's own log.
    #[error("a token is for a tenant")]
    Scope,
    /// Its owner is no person.
    #[error("its owner is no person")]
    Owner,
    /// The token was not in force there.
    #[error("the token was not in force: {0}")]
    NotInForce(TokenEnd),
    /// A service account uses its own token.
    #[error("a token was used by another actor than its service account")]
    OtherActor,
}

/// Every service account that the log knows, as it stands after the records read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceAccounts {
    accounts: BTreeMap<Actor, ServiceAccount>,
    /// The newest stamp since each was made.
    newest: BTreeMap<Actor, Timestamp>,
    /// People whose accounts were closed.
    closed: BTreeSet<Actor>,
    /// Accounts that somebody else than their owner made.
    others: BTreeSet<Actor>,
}

impl ServiceAccounts {
    /// Whether this leaf can matter here, by the first bytes of its canonical form.
    pub fn concerns(leaf: &[u8]) -> bool {
        let closing = format!("{}\"", Action::UserDisable);
        leaf.strip_prefix(b"{\"action\":\"")
            .is_some_and(|rest| rest.starts_with(b"token.") || rest.starts_with(closing.as_bytes()))
    }

    /// Takes note of the time of the next record, whatever it says, by the last bytes of its canonical
    /// form: a clock that is set back revives no token.
    pub fn pass(&mut self, leaf: &[u8]) {
        let Some(at) = stamp_of(leaf) else { return };
        for newest in self.newest.values_mut() {
            *newest = at.max(*newest);
        }
    }

    /// Reads the next record; `authority` is that of `_workspace` at it.
    ///
    /// # Errors
    /// [`TokenFault`] for one that does not hold: nothing follows from it.
    pub fn read(&mut self, record: &AuditRecord, authority: &Authority) -> Result<(), TokenFault> {
        #[allow(clippy::wildcard_enum_match_arm, reason = "other actions say nothing of tokens")]
        match record.parts().action {
            Action::TokenCreate => self.read_create(record, authority),
            Action::TokenUse => self.read_use(record),
            Action::TokenRevoke => self.read_revoke(record, authority),
            Action::UserDisable => {
                self.closed.extend(Actor::parse(&record.parts().resource_id));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// One account, whatever became of its token.
    pub fn account(&self, id: &Actor) -> Option<&ServiceAccount> {
        self.accounts.get(id)
    }

    /// All of them, in the order of their ids, which is that of their making.
    pub fn all(&self) -> impl Iterator<Item = &ServiceAccount> {
        self.accounts.values()
    }

    /// The account whose token is good at this time, or the newest stamp since it was made, whichever
    /// is later.
    ///
    /// # Errors
    /// [`TokenEnd`] with what ended it.
    pub fn in_force(&self, id: &Actor, at: Timestamp) -> Result<&ServiceAccount, TokenEnd> {
        let account = self.was_in_force(id, at)?;
        match self.others.contains(id) {
            true => Err(TokenEnd::OtherOwner),
            false => Ok(account),
        }
    }

    /// The same for a use that is on record, by whichever program.
    fn was_in_force(&self, id: &Actor, at: Timestamp) -> Result<&ServiceAccount, TokenEnd> {
        let account = self.accounts.get(id).ok_or(TokenEnd::Unknown)?;
        if account.revoked_at.is_some() {
            return Err(TokenEnd::Revoked);
        }
        if self.closed.contains(&account.owner) {
            return Err(TokenEnd::OwnerDisabled);
        }
        let newest = self.newest.get(id).map_or(at, |newest| at.max(*newest));
        if newest >= account.expires_at {
            return Err(TokenEnd::Expired);
        }
        Ok(account)
    }

    fn read_create(
        &mut self,
        record: &AuditRecord,
        authority: &Authority,
    ) -> Result<(), TokenFault> {
        let id = service_of(record)?;
        demand_admin(record, authority)?;
        let said: TokenMetadata = record.metadata_as()?;
        if said.tenant_id.is_workspace() {
            return Err(TokenFault::Scope);
        }
        if !said.owner.is_person() {
            return Err(TokenFault::Owner);
        }
        if self.accounts.contains_key(&id) {
            return Err(TokenFault::Repeated);
        }
        if said.owner != record.parts().actor {
            self.others.insert(id.clone());
        }
        let account = ServiceAccount {
            id: id.clone(),
            title: said.title,
            tenant_id: said.tenant_id,
            role: said.role,
            owner: said.owner,
            token_sha256: said.token_sha256,
            created_at: record.parts().timestamp_utc,
            expires_at: said.expires_at,
            last_used_at: None,
            revoked_at: None,
        };
        self.newest.insert(id.clone(), account.created_at);
        self.accounts.insert(id, account);
        Ok(())
    }

    fn read_use(&mut self, record: &AuditRecord) -> Result<(), TokenFault> {
        let id = service_of(record)?;
        if record.parts().actor != id {
            return Err(TokenFault::OtherActor);
        }
        let at = record.parts().timestamp_utc;
        self.was_in_force(&id, at).map_err(TokenFault::NotInForce)?;
        if let Some(account) = self.accounts.get_mut(&id) {
            account.last_used_at = Some(at);
        }
        Ok(())
    }

    fn read_revoke(
        &mut self,
        record: &AuditRecord,
        authority: &Authority,
    ) -> Result<(), TokenFault> {
        let id = service_of(record)?;
        demand_admin(record, authority)?;
        match self.accounts.get_mut(&id) {
            None => Err(TokenFault::NotInForce(TokenEnd::Unknown)),
            Some(account) if account.revoked_at.is_some() => {
                Err(TokenFault::NotInForce(TokenEnd::Revoked))
            }
            Some(account) => {
                account.revoked_at = Some(record.parts().timestamp_utc);
                Ok(())
            }
        }
    }
}

/// The stamp of a record, which stands at its end.
fn stamp_of(leaf: &[u8]) -> Option<Timestamp> {
    let before = leaf.strip_suffix(b"\",\"v\":1}")?;
    let stamp = before.get(before.len().checked_sub(STAMP_BYTES)?..)?;
    Timestamp::parse(std::str::from_utf8(stamp).ok()?).ok()
}

/// The service account that a record is about.
fn service_of(record: &AuditRecord) -> Result<Actor, TokenFault> {
    let parts = record.parts();
    match (parts.resource_type, Actor::parse(&parts.resource_id)) {
        (ResourceType::Service, Ok(id @ Actor::Service(_))) => Ok(id),
        _ => Err(TokenFault::Resource),
    }
}

fn demand_admin(record: &AuditRecord, authority: &Authority) -> Result<(), TokenFault> {
    match authority.admins().any(|admin| *admin == record.parts().actor) {
        true => Ok(()),
        false => Err(TokenFault::NotAnAdmin),
    }
}
