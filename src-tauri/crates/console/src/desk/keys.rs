//! Keys of people and log keys of installations, in the tenant in front, and what a key that was in
//! other hands takes with it.
//!
//! Invariant: read from the signed records of the tenant. That a private half lies on this computer
//! is a fact about the keychain and decides nothing.

use std::collections::BTreeMap;

use ledger::change::{Change, ChangeBody, ChangeKind, KeyRevokeBody, RevocationMode};
use ledger::replay::{EnrolledKey, LogKey};
use ledger::{Actor, AuditRecord, DeviceId, Digest, Effect, ResourceType, Status, Timestamp};

use super::reading::{Reading, count};
use super::{Answer, Desk};
use crate::administering::administers;
use crate::failure::ConsoleError;
use crate::hidden;
use crate::keychain::ItemName;
use crate::views::{CompromiseView, DeviceView, KeyState, KeyView, KeysView, StampView};

/// Records read at once while a time is looked for.
const CHUNK: u32 = 4096;

impl Desk {
    /// Every key of the tenant in front.
    pub async fn keys(&self) -> Answer<KeysView> {
        self.answer(async {
            let reading = self.reading((ResourceType::Key, "")).await?;
            let authority = &reading.log.authority;
            let everyone: Vec<&EnrolledKey> = authority.keys_ever().collect();
            Ok(KeysView {
                keys: reading.key_views(everyone).await?,
                devices: reading.device_views().await?,
                administers: administers(authority, &reading.session),
            })
        })
        .await
    }

    /// What it would mean that a key was in other hands from a time on: the record, and the approvals
    /// in force now that would be void.
    pub async fn compromise(&self, keyid: String, at: String) -> Answer<CompromiseView> {
        self.answer(async {
            let keyid = Digest::from_hex(&keyid)?;
            let at = Timestamp::parse(&at)?;
            let work = self.administering().await?;
            let reading = Reading::of(work, (ResourceType::Key, &keyid.to_hex())).await?;
            if reading.log.authority.key(&keyid).is_none() {
                return Err(ConsoleError::NotFound { what: "key" });
            }
            reading.compromise(keyid, at).await
        })
        .await
    }
}

impl Reading {
    /// Keys by owner, the newest first.
    pub(super) async fn key_views(
        &self,
        mut keys: Vec<&EnrolledKey>,
    ) -> Result<Vec<KeyView>, ConsoleError> {
        keys.sort_by_key(|key| (self.names.title(&key.owner), std::cmp::Reverse(key.enrolled_at)));
        let ending = self.waiting_ends().await?;
        let mut views = Vec::new();
        for key in keys {
            let keyid = key.public_key.keyid();
            let item = ItemName::person_key(&self.workspace.row.id, &keyid);
            views.push(KeyView {
                keyid: keyid.to_hex(),
                owner: self.names.view(&key.owner),
                tenant_id: self.tenant().to_string(),
                name: hidden::drawn(&key.name),
                state: match (key.compromised_since, key.revoked_at) {
                    (Some(_), _) => KeyState::Compromised,
                    (None, Some(_)) => KeyState::Retired,
                    (None, None) => KeyState::Good,
                },
                enrolled: self.stamp(key.enrolled_at).await?,
                ended: self.stamp_if_any(key.revoked_at).await?,
                void_since: key.compromised_since.map(count),
                here: self.workspace.keys.read(&item).await?.is_some(),
                request_id: ending.get(&ChangeTarget::Key(keyid)).cloned(),
            });
        }
        Ok(views)
    }

    async fn device_views(&self) -> Result<Vec<DeviceView>, ConsoleError> {
        let own = self.workspace.device().await?;
        let ending = self.waiting_ends().await?;
        let mut keys: Vec<(&DeviceId, &LogKey)> = self.log.authority.log_keys().collect();
        keys.sort_by_key(|(_, key)| (key.revoked_at.is_some(), key.enrolled_at));
        let mut views = Vec::new();
        for (device, key) in keys {
            views.push(DeviceView {
                id: device.to_string(),
                here: own.as_ref().is_some_and(|own| own.id == *device),
                fingerprint: key.public_key.keyid().to_hex(),
                enrolled: self.stamp(key.enrolled_at).await?,
                ended: self.stamp_if_any(key.revoked_at).await?,
                request_id: ending.get(&ChangeTarget::Device(device.clone())).cloned(),
            });
        }
        Ok(views)
    }

    /// Requests of changes that would end a key or a log key.
    async fn waiting_ends(&self) -> Result<BTreeMap<ChangeTarget, String>, ConsoleError> {
        let mut ends = BTreeMap::new();
        for request in self.open_requests().await? {
            let target = match request.change.as_ref().map(|change| &change.body) {
                Some(ChangeBody::KeyRevoke(body)) => ChangeTarget::Key(body.keyid),
                Some(ChangeBody::DeviceRevoke(body)) => {
                    ChangeTarget::Device(body.device_id.clone())
                }
                Some(
                    ChangeBody::Genesis(_)
                    | ChangeBody::KeyEnroll(_)
                    | ChangeBody::RoleGrant(_)
                    | ChangeBody::RoleRevoke(_)
                    | ChangeBody::PolicyChange(_)
                    | ChangeBody::DeviceEnroll(_),
                )
                | None => continue,
            };
            ends.insert(target, request.id.to_string());
        }
        Ok(ends)
    }

    /// A record of the tenant in front, with its time.
    pub(super) async fn stamp(&self, seq: u64) -> Result<StampView, ConsoleError> {
        let record = self.workspace.recorded(self.tenant(), seq).await?;
        Ok(StampView { seq: count(seq), at: record.parts().timestamp_utc.to_string() })
    }

    async fn stamp_if_any(&self, seq: Option<u64>) -> Result<Option<StampView>, ConsoleError> {
        match seq {
            Some(seq) => Ok(Some(self.stamp(seq).await?)),
            None => Ok(None),
        }
    }

    async fn compromise(
        &self,
        keyid: Digest,
        at: Timestamp,
    ) -> Result<CompromiseView, ConsoleError> {
        let record = self.first_since(at).await?;
        let parts = record.parts();
        let body = KeyRevokeBody { keyid, mode: RevocationMode::Compromised, since: parts.seq };
        let body = ChangeBody::KeyRevoke(body);
        let change = self.workspace.change(&self.session, ChangeKind::KeyRevoke, body, "—");
        let (signatures, void) = self.voided(&change, &keyid, parts.seq).await?;
        Ok(CompromiseView {
            since: StampView { seq: count(parts.seq), at: parts.timestamp_utc.to_string() },
            record: format!("{} {}/{}", parts.action, parts.resource_type, parts.resource_id),
            signatures,
            void,
        })
    }

    /// The first record stamped at this time or later. Times may fall: the one that comes first in
    /// the log takes along everything after it.
    async fn first_since(&self, at: Timestamp) -> Result<AuditRecord, ConsoleError> {
        let mut from = 0;
        loop {
            let rows = self.workspace.store.rows(self.tenant(), from, CHUNK).await?;
            let Some(last) = rows.last() else {
                let reason = "no record is as late as that: the newest one is earlier";
                return Err(ConsoleError::Input { what: "time", reason });
            };
            from = last.seq + 1;
            for row in &rows {
                let record = AuditRecord::parse(&row.leaf)?;
                if record.parts().timestamp_utc >= at {
                    return Ok(record);
                }
            }
        }
    }

    /// How many signatures of the key stand from a record on, and the approvals in force now that
    /// would be void.
    async fn voided(
        &self,
        change: &Change,
        keyid: &Digest,
        since: u64,
    ) -> Result<(u32, Vec<String>), ConsoleError> {
        let replay = self.workspace.replayed(self.tenant()).await?;
        let meaning = replay.meaning();
        let after = meaning.authority().supposing(change, self.log.size)?;
        let (mut signatures, mut void) = (0_usize, Vec::new());
        for (_, request) in meaning.requests().all() {
            let votes = request.votes.iter();
            signatures += votes.filter(|vote| vote.keyid == *keyid && vote.seq >= since).count();
            if request.status != Status::Approved {
                continue;
            }
            let now = meaning.effect_of(request, self.now, None).effect;
            let then = meaning.effect_under(request, self.now, None, &after).effect;
            if now == Effect::InForce && then == Effect::Void {
                void.push(request.metadata.subject.name.to_string());
            }
        }
        Ok((count(signatures), void))
    }
}

/// What a waiting change would end.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum ChangeTarget {
    Key(Digest),
    Device(DeviceId),
}

/// The keys of one person.
pub(super) fn keys_of<'a>(
    authority: &'a ledger::replay::Authority,
    person: &'a Actor,
) -> Vec<&'a EnrolledKey> {
    authority.keys_ever().filter(|key| key.owner == *person).collect()
}
