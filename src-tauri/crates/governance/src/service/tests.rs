//! Tokens: made by an admin of the workspace, believed as recorded, ended for good.

use ledger::AuditRecord;
use security::SecurityError;
use security::rbac::{Action as Verb, Principal, RbacService};
use serde_json::{Value, json};

use super::*;
use crate::acting::{makers_of, matrix_role};
use crate::audit::{LogHead, Occasion};
use crate::testing::*;

const ID: &str = "service/01930000-0000-7000-8000-000000000c1c";

/// The workspace's own log, with Ada as its ADMIN, and what it says of tokens.
struct Office {
    world: World,
    accounts: ServiceAccounts,
    head: LogHead,
    now: Timestamp,
}

impl Office {
    fn new() -> Self {
        let now = timestamp("2026-11-22T18:40:00.000000Z");
        let accounts = ServiceAccounts::default();
        Self { world: World::new(), accounts, head: LogHead::default(), now }
    }

    /// Decides, and reads back what was decided.
    fn act<T>(
        &mut self,
        decide: impl FnOnce(&ServiceAccounts, &mut RecordBuilder<'_>) -> Result<T, GovernanceError>,
    ) -> Result<T, GovernanceError> {
        let occasion = Occasion {
            tenant_id: TenantId::workspace(),
            now: self.now,
            ..self.world.occasion.clone()
        };
        let ids = CountingIds::default();
        let mut records = RecordBuilder::new(occasion, self.head, &ids);
        let done = decide(&self.accounts, &mut records)?;
        for record in records.into_records() {
            let parts = record.parts();
            self.head = LogHead { next_seq: parts.seq + 1, last_stamp: Some(parts.timestamp_utc) };
            let leaf = record.to_leaf().unwrap();
            assert!(ServiceAccounts::concerns(&leaf));
            self.accounts.pass(&leaf);
            assert_eq!(self.accounts.read(&record, self.world.authority()), Ok(()));
        }
        Ok(done)
    }

    fn admin(&self, name: &str, tenant: &str) -> AdminPermit {
        let (actor, role) = (self.world.actor(name).to_string(), security::rbac::Role::Admin);
        RbacService::administer(&Principal::person(&actor, tenant, role).unwrap()).unwrap()
    }

    fn new_token(&self) -> NewToken {
        NewToken {
            id: Actor::parse(ID).unwrap(),
            title: Title::parse("nightly build").unwrap(),
            tenant_id: TenantId::parse(TENANT).unwrap(),
            role: Role::Admin,
            token_sha256: Digest::of(b"secret"),
            life_days: 90,
            reason: reason("registers models"),
        }
    }

    fn create(&mut self, new: &NewToken) -> Result<ServiceAccount, GovernanceError> {
        let (permit, over) = (self.admin(ADA, "_workspace"), self.admin(ADA, TENANT));
        self.act(|_, records| TokenRegistry::create_token(&permit, &over, new, records))
    }

    fn use_it(&mut self) -> Result<ServiceAccount, GovernanceError> {
        let id = Actor::parse(ID).unwrap();
        self.act(|accounts, records| TokenRegistry::use_token(accounts, &id, records))
    }

    fn revoke(&mut self) -> Result<ServiceAccount, GovernanceError> {
        let (permit, id) = (self.admin(ADA, "_workspace"), Actor::parse(ID).unwrap());
        let account = self.accounts.account(&id).unwrap().clone();
        self.act(|_, records| {
            TokenRegistry::revoke_token(&permit, &account, &reason("leaked"), records)
        })
    }
}

/// A record as another hand may have written it.
fn record(
    actor: &Actor,
    action: Action,
    resource: (ResourceType, &str),
    metadata: Value,
) -> AuditRecord {
    let Value::Object(metadata) = metadata else { panic!("an object") };
    let world = World::founded();
    let ids = CountingIds::default();
    let mut records = RecordBuilder::new(world.occasion.clone(), LogHead::default(), &ids);
    let resource = (resource.0, resource.1.to_owned());
    records.record(actor, RecordDraft::of(action, resource, "", &metadata).unwrap()).unwrap();
    records.into_records().remove(0)
}

#[test]
fn what_is_on_record_is_the_whole_account_and_no_secret() {
    let mut office = Office::new();
    let new = office.new_token();
    let made = office.create(&new).unwrap();
    assert_eq!(office.accounts.account(&new.id), Some(&made));
    assert_eq!(made.expires_at, made.created_at.plus_micros(90 * DAY_MICROS).unwrap());
    assert_eq!((&made.owner, made.role), (&office.world.actor(ADA), Role::Admin));
    office.now = office.now.plus_micros(Timestamp::SECOND).unwrap();
    let used = office.use_it().unwrap();
    assert_eq!(used.last_used_at, Some(office.now));
    assert_eq!(office.accounts.account(&new.id), Some(&used));
    let revoked = office.revoke().unwrap();
    assert_eq!(office.accounts.account(&new.id), Some(&revoked));
    assert_eq!(office.revoke(), Err(GovernanceError::TokenRevoked));
    assert_eq!(office.accounts.all().count(), 1);
}

#[test]
fn a_token_has_an_end_and_a_tenant_that_its_maker_administers() {
    let mut office = Office::new();
    let base = office.new_token();
    let life = Err(GovernanceError::TokenLife { most_days: TOKEN_LIFE_DAYS });
    for days in [0, TOKEN_LIFE_DAYS + 1, u32::MAX] {
        assert_eq!(office.create(&NewToken { life_days: days, ..base.clone() }), life, "{days}");
    }
    let elsewhere = TenantId::parse("markets").unwrap();
    let refused = office.create(&NewToken { tenant_id: elsewhere, ..base.clone() });
    let isolated =
        Err(GovernanceError::Security(SecurityError::TenantIsolation { fault: mismatch() }));
    assert_eq!(refused, isolated);
    let (own, over) = (office.admin(ADA, "_workspace"), office.admin(BOB, TENANT));
    for (permit, over) in [(&over, &over), (&own, &over)] {
        let refused =
            office.act(|_, records| TokenRegistry::create_token(permit, over, &base, records));
        assert!(refused.is_err(), "{refused:?}");
    }
    let home = NewToken { tenant_id: TenantId::workspace(), ..base.clone() };
    let refused = office.act(|_, records| TokenRegistry::create_token(&own, &own, &home, records));
    assert_eq!(refused, Err(GovernanceError::ReservedTenant));
    assert_eq!(office.accounts, ServiceAccounts::default());
    assert!(office.create(&NewToken { life_days: TOKEN_LIFE_DAYS, ..base }).is_ok());
}

fn mismatch() -> security::error::TenantFault {
    security::error::TenantFault::Mismatch {
        resource_tenant: "markets".to_owned(),
        request_tenant: TENANT.to_owned(),
    }
}

#[test]
fn a_token_ends_by_time_revocation_and_with_its_owner() {
    let mut office = Office::new();
    assert_eq!(office.use_it(), Err(TokenEnd::Unknown.into()));
    let new = office.new_token();
    let made = office.create(&new).unwrap();
    office.now = made.expires_at.plus_micros(-1).unwrap();
    assert!(office.use_it().is_ok());
    for late in [0, 1, DAY_MICROS] {
        office.now = made.expires_at.plus_micros(late).unwrap();
        assert_eq!(office.use_it(), Err(TokenEnd::Expired.into()), "{late}");
    }
    // A clock that is set back wins nothing, however often it is: the newest stamp tells.
    let late = made.expires_at.to_string();
    office.accounts.pass(format!("{{\"timestamp_utc\":\"{late}\",\"v\":1}}").as_bytes());
    for passed in ["", "}", "\",\"v\":1}", "no stamp at the end of this, either\",\"v\":1}"] {
        office.accounts.pass(passed.as_bytes());
    }
    office.now = made.created_at;
    for _ in 0..2 {
        assert_eq!(office.use_it(), Err(TokenEnd::Expired.into()));
        office.head.last_stamp = Some(office.now);
    }
    // What was made after such a stamp counts from its own making.
    let other = "service/01930000-0000-7000-8000-000000000c1d";
    let fresh = NewToken { id: Actor::parse(other).unwrap(), ..new.clone() };
    office.create(&fresh).unwrap();
    assert!(office.accounts.in_force(&fresh.id, office.now).is_ok());

    let mut office = Office::new();
    office.create(&new).unwrap();
    office.revoke().unwrap();
    assert_eq!(office.use_it(), Err(TokenEnd::Revoked.into()));

    let mut office = Office::new();
    office.create(&new).unwrap();
    let owner = office.world.actor(ADA).to_string();
    let closing = |whose: &str| {
        let ada = office.world.actor(ADA);
        record(&ada, Action::UserDisable, (ResourceType::Person, whose), json!({}))
    };
    let (other, own) = (closing(&office.world.actor(CYD).to_string()), closing(&owner));
    office.accounts.read(&other, office.world.authority()).unwrap();
    assert!(office.use_it().is_ok());
    office.accounts.read(&own, office.world.authority()).unwrap();
    assert_eq!(office.use_it(), Err(TokenEnd::OwnerDisabled.into()));
}

#[test]
fn a_record_that_does_not_hold_grants_nothing_and_ends_nothing() {
    let mut office = Office::new();
    let new = office.new_token();
    let made = office.create(&new).unwrap();
    let (ada, bob) = (office.world.actor(ADA), office.world.actor(BOB));
    let service = (ResourceType::Service, ID);
    let other = "service/01930000-0000-7000-8000-000000000c1d";
    let fresh = (ResourceType::Service, other);
    let said = |field: &str, value: Value| {
        let mut said = json!({
            "expires_at": made.expires_at, "kind": "service", "owner": made.owner,
            "role": "ADMIN", "tenant_id": TENANT, "title": "x", "token_sha256": made.token_sha256,
        });
        said[field] = value;
        said
    };
    let whole = said("title", json!("y"));
    let cases = [
        ("by no admin", record(&bob, Action::TokenCreate, fresh, whole.clone())),
        ("by itself", record(&made.id, Action::TokenCreate, fresh, whole.clone())),
        ("twice", record(&ada, Action::TokenCreate, service, whole.clone())),
        (
            "for a person",
            record(&ada, Action::TokenCreate, (ResourceType::Person, other), whole.clone()),
        ),
        (
            "of a person's id",
            record(
                &ada,
                Action::TokenCreate,
                (ResourceType::Service, &bob.to_string()),
                whole.clone(),
            ),
        ),
        ("a key more", record(&ada, Action::TokenCreate, fresh, said("can_decide", json!(true)))),
        (
            "a person's kind",
            record(&ada, Action::TokenCreate, fresh, said("kind", json!("person"))),
        ),
        (
            "a role of its own",
            record(&ada, Action::TokenCreate, fresh, said("role", json!("ROOT"))),
        ),
        ("owned by itself", record(&ada, Action::TokenCreate, fresh, said("owner", json!(other)))),
        (
            "for the workspace",
            record(&ada, Action::TokenCreate, fresh, said("tenant_id", json!("_workspace"))),
        ),
        ("used by another", record(&ada, Action::TokenUse, service, json!({}))),
        ("revoked by its owner", record(&bob, Action::TokenRevoke, service, json!({}))),
        ("revoked by itself", record(&made.id, Action::TokenRevoke, service, json!({}))),
        ("unknown revoked", record(&ada, Action::TokenRevoke, fresh, json!({}))),
    ];
    let before = office.accounts.clone();
    for (name, record) in &cases {
        let read = office.accounts.read(record, office.world.authority());
        println!("{name}: {read:?}");
        assert!(read.is_err(), "{name}");
        assert_eq!(office.accounts, before, "{name}");
    }
    // Negative control: by an admin and whole, it is another account.
    let good = record(&ada, Action::TokenCreate, fresh, whole);
    office.accounts.read(&good, office.world.authority()).unwrap();
    assert_eq!(office.accounts.all().count(), 2);
}

/// As programs made them before: the record stays good, uses and end with it; it opens nothing.
#[test]
fn a_token_of_another_owner_than_its_maker_is_known_and_opens_nothing() {
    let mut office = Office::new();
    let made = office.create(&office.new_token()).unwrap();
    let (ada, bob) = (office.world.actor(ADA), office.world.actor(BOB));
    let id = "service/01930000-0000-7000-8000-000000000c1d";
    let (service, about) = (Actor::parse(id).unwrap(), (ResourceType::Service, id));
    let said = json!({
        "expires_at": made.expires_at, "kind": "service", "owner": bob, "role": "ADMIN",
        "tenant_id": TENANT, "title": "x", "token_sha256": made.token_sha256,
    });
    let acts = [
        record(&ada, Action::TokenCreate, about, said),
        record(&service, Action::TokenUse, about, json!({})),
        record(&ada, Action::TokenRevoke, about, json!({})),
    ];
    let at = made.created_at;
    let mut ends = Vec::new();
    for act in &acts {
        office.accounts.read(act, office.world.authority()).unwrap();
        ends.push(office.accounts.in_force(&service, at).map(drop));
    }
    let other = Err(TokenEnd::OtherOwner);
    assert_eq!(ends, [other, other, Err(TokenEnd::Revoked)]);
    assert_eq!(office.accounts.account(&service).map(|account| &account.owner), Some(&bob));
    assert!(office.accounts.in_force(&made.id, at).is_ok(), "the control: its maker owns it");
}

#[test]
fn a_service_makes_things_together_with_its_owner_and_never_decides() {
    let office = Office::new();
    let owner = office.world.actor(BOB);
    for role in Role::ALL {
        let principal =
            Principal::service(ID, &owner.to_string(), TENANT, matrix_role(*role)).unwrap();
        let mut both = vec![owner.clone(), Actor::parse(ID).unwrap()];
        both.sort();
        assert_eq!(makers_of(&principal), Ok(both));
        assert!(RbacService::permit(&principal, Verb::Approve).is_err(), "{role}");
        assert!(RbacService::administer(&principal).is_err(), "{role}");
        assert!(RbacService::permit(&principal, Verb::View).is_ok(), "{role}");
    }
}
