//! A tenant's log for tests: real keys, real statements, every record read back by the replay.
//!
//! Invariant: whatever a verb writes here must hold for `ledger::replay`; [`World::act`] fails the
//! test otherwise.

mod ending;
mod governing;
mod signing;
mod voting;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use ledger::replay::{Authority, Replay};
use ledger::{
    Actor, CorrelationId, Digest, Name, RecordId, RequestId, Role, SubjectDigest, TenantId, Tier,
    Timestamp, Version, WorkspaceId,
};
use security::SecurityError;
use security::rbac::{Action as Verb, AdminPermit, Permit, Principal, RbacService};
use security::signing::SigningKey;

use crate::acting::matrix_role;
use crate::audit::{Ids, LogHead, Occasion, RecordBuilder};
use crate::card::Card;
use crate::error::GovernanceError;
use crate::registry::NewModel;
use crate::text::Reason;

pub(crate) const TENANT: &str = "credit";
pub(crate) const ADA: &str = "Ada";
pub(crate) const BOB: &str = "Bob";
pub(crate) const CYD: &str = "Cyd";
pub(crate) const EVE: &str = "Eve";
pub(crate) const VIC: &str = "Vic";
pub(crate) const DAN: &str = "Dan";
/// The founder comes first; the others get these roles. Dan is left out, for dual control.
const STAFF: [(&str, Role); 4] =
    [(BOB, Role::Approver), (CYD, Role::Approver), (EVE, Role::Analyst), (VIC, Role::Viewer)];

/// Counts up; ids are UUIDs of version 7 by their form.
#[derive(Default)]
pub(crate) struct CountingIds(AtomicU64);

impl CountingIds {
    fn next_text(&self) -> String {
        format!("01930000-0000-7000-8000-{:012x}", self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

impl Ids for CountingIds {
    fn record_id(&self) -> RecordId {
        RecordId::parse(&self.next_text()).unwrap()
    }

    fn request_id(&self) -> RequestId {
        RequestId::parse(&self.next_text()).unwrap()
    }
}

struct Member {
    actor: Actor,
    key: SigningKey,
}

/// One tenant, its people and its log.
pub(crate) struct World {
    pub(crate) replay: Replay,
    pub(crate) head: LogHead,
    pub(crate) occasion: Occasion,
    pub(crate) ids: CountingIds,
    pub(crate) attestations: BTreeMap<Digest, Vec<u8>>,
    people: BTreeMap<String, Member>,
}

pub(crate) fn reason(text: &str) -> Reason {
    Reason::parse(text).unwrap()
}

pub(crate) fn timestamp(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(crate) fn new_model(name: &str, tier: Tier) -> NewModel {
    NewModel {
        model_name: Name::parse(name).unwrap(),
        version: Version::parse("1").unwrap(),
        checksum: SubjectDigest::Sha256(Digest::of(name.as_bytes())),
        tier,
        card: Card::parse("{\"auc\":0.81}").unwrap(),
        reason: reason("first version"),
    }
}

impl World {
    /// A tenant with Ada (ADMIN), Bob and Cyd (APPROVER), Eve (ANALYST) and Vic (VIEWER).
    pub(crate) fn new() -> Self {
        let mut world = Self::founded();
        for (name, role) in STAFF {
            world.hire(name, role, None);
        }
        world
    }

    /// A tenant with Ada alone.
    pub(crate) fn founded() -> Self {
        let mut world = Self::empty();
        let change = world.genesis();
        world.found(&change).unwrap();
        world
    }

    /// A log without records; Ada is there and holds nothing yet.
    pub(crate) fn empty() -> Self {
        let workspace = WorkspaceId::parse("01930000-0000-7000-8000-00000000000a").unwrap();
        let tenant_id = TenantId::parse(TENANT).unwrap();
        let ids = CountingIds::default();
        let mut world = Self {
            replay: Replay::new(workspace, tenant_id.clone()),
            head: LogHead::default(),
            occasion: Occasion {
                tenant_id,
                correlation_id: CorrelationId::parse(&ids.next_text()).unwrap(),
                device_id: None,
                now: timestamp("2026-11-22T18:35:00.000000Z"),
            },
            ids,
            attestations: BTreeMap::new(),
            people: BTreeMap::new(),
        };
        world.introduce(ADA);
        world
    }

    pub(crate) fn authority(&self) -> &Authority {
        self.replay.authority()
    }

    pub(crate) fn actor(&self, name: &str) -> Actor {
        self.people[name].actor.clone()
    }

    pub(crate) fn permit(&self, name: &str, verb: Verb) -> Result<Permit, SecurityError> {
        let actor = self.actor(name);
        let role = self.authority().grant(&actor).map_or(Role::Viewer, |grant| grant.role);
        let principal = Principal::person(&actor.to_string(), TENANT, matrix_role(role))?;
        RbacService::permit(&principal, verb)
    }

    pub(crate) fn admin(&self, name: &str) -> AdminPermit {
        let actor = self.actor(name).to_string();
        let principal = Principal::person(&actor, TENANT, security::rbac::Role::Admin).unwrap();
        RbacService::administer(&principal).unwrap()
    }

    /// A service account of this owner.
    pub(crate) fn service(&self, owner: &str, role: Role) -> Principal {
        let service = "service/01930000-0000-7000-8000-000000000c1c";
        let owner = self.actor(owner).to_string();
        Principal::service(service, &owner, TENANT, matrix_role(role)).unwrap()
    }

    /// Decides, and commits what was decided: every record must hold for the replay.
    pub(crate) fn act<T>(
        &mut self,
        decide: impl FnOnce(&Authority, &mut RecordBuilder<'_>) -> Result<T, GovernanceError>,
    ) -> Result<T, GovernanceError> {
        let mut builder = RecordBuilder::new(self.occasion.clone(), self.head, &self.ids);
        let done = decide(self.replay.authority(), &mut builder)?;
        let records = builder.into_records();
        for record in records {
            let (seq, at) = (record.parts().seq, record.parts().timestamp_utc);
            self.replay.read(&record.to_leaf().unwrap(), &self.attestations).unwrap();
            assert_eq!(self.replay.findings(), [], "{record:?}");
            self.head = LogHead { next_seq: seq + 1, last_stamp: Some(at) };
        }
        self.occasion.correlation_id = CorrelationId::parse(&self.ids.next_text()).unwrap();
        self.pass(Timestamp::SECOND);
        Ok(done)
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, micros: i64) {
        self.occasion.now = self.occasion.now.plus_micros(micros).unwrap();
    }
}
