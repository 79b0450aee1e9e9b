//! Registering and reading models.

use ledger::TenantId;
use security::SecurityError;
use security::rbac::{Principal, RbacService, Role};

use super::*;
use crate::audit::{LogHead, Occasion};
use crate::testing::*;

#[test]
fn a_model_is_pending_with_card_and_makers_in_its_record() {
    let mut world = World::new();
    let model = world.register("credit-pd", Tier::High);
    assert_eq!((model.status, model.approved()), (Status::Pending, false));
    assert_eq!((model.approved_by, model.approved_at, model.request_id), (None, None, None));
    assert_eq!(model.makers, [world.actor(ADA)]);
    assert_eq!(model.documents[CARD_DOCUMENT], new_model("credit-pd", Tier::High).card.digest());
    assert_eq!(
        (model.seq + 1, Some(model.created_at)),
        (world.head.next_seq, world.head.last_stamp)
    );
    let name = SubjectName::parse("model/credit-pd@1").unwrap();
    assert_eq!(world.replay.requests().making(&name).unwrap().seq, model.seq);
}

#[test]
fn a_version_is_registered_once_and_names_do_not_differ_by_case_alone() {
    let mut world = World::new();
    let model = world.register("credit-pd", Tier::High);
    let permit = world.permit(ADA, Verb::RegisterModel).unwrap();
    let names = [model.model_name.clone()];
    let mut register = |new: &NewModel, existing: Option<&ModelRecord>| {
        world
            .act(|_, records| {
                ModelRegistry::register_model(&permit, &names, existing, new, records)
            })
            .map(|model| model.subject().name.to_string())
    };
    let twin = new_model("Credit-PD", Tier::High);
    let existing = model.model_name.clone();
    assert_eq!(register(&twin, None), Err(GovernanceError::NameTaken { existing }));
    let same = new_model("credit-pd", Tier::High);
    let subject = model.subject().name;
    assert_eq!(register(&same, Some(&model)), Err(GovernanceError::AlreadyExists { subject }));
    let next = NewModel { version: Version::parse("2").unwrap(), ..same };
    assert_eq!(register(&next, None).as_deref(), Ok("model/credit-pd@2"));
}

#[test]
fn the_workspace_itself_holds_no_models() {
    let world = World::new();
    let workspace = TenantId::workspace();
    let actor = world.actor(ADA).to_string();
    let principal = Principal::person(&actor, workspace.as_str(), Role::Admin).unwrap();
    let permit = RbacService::permit(&principal, Verb::RegisterModel).unwrap();
    let occasion = Occasion { tenant_id: workspace, ..world.occasion.clone() };
    let mut records = RecordBuilder::new(occasion, LogHead::default(), &world.ids);
    let new = new_model("credit-pd", Tier::High);
    let refused = ModelRegistry::register_model(&permit, &[], None, &new, &mut records);
    assert_eq!(refused, Err(GovernanceError::ReservedTenant));
    assert!(records.records().is_empty());
}

/// domain.md: `get_approved_model` is `ModelNotApproved` unless APPROVED and still in force.
#[test]
fn a_model_may_be_used_when_approved_and_in_force_and_never_else() {
    let mut world = World::new();
    let model = world.register("credit-pd", Tier::High);
    let permit = world.permit(VIC, Verb::View).unwrap();
    let mut allowed = 0;
    for status in Status::ALL {
        for effect in Effect::ALL {
            let model = ModelRecord { status: *status, ..model.clone() };
            let answer = ModelRegistry::get_approved_model(&permit, Some(&model), *effect);
            if (*status, *effect) == (Status::Approved, Effect::InForce) {
                assert_eq!(answer, Ok(&model));
                allowed += 1;
            } else {
                let subject = model.subject().name;
                let effect = *effect;
                assert_eq!(answer, Err(GovernanceError::ModelNotApproved { subject, effect }));
            }
        }
    }
    assert_eq!(allowed, 1);
}

#[test]
fn a_model_of_another_tenant_is_not_read() {
    let mut world = World::new();
    let model = world.register("credit-pd", Tier::High);
    let permit = world.permit(VIC, Verb::View).unwrap();
    assert_eq!(ModelRegistry::get_model(&permit, Some(&model)), Ok(&model));
    let missing = GovernanceError::NotFound { what: "model version" };
    assert_eq!(ModelRegistry::get_model(&permit, None), Err(missing));
    let foreign = ModelRecord { tenant_id: TenantId::parse("fraud").unwrap(), ..model };
    for answer in [
        ModelRegistry::get_model(&permit, Some(&foreign)),
        ModelRegistry::get_approved_model(&permit, Some(&foreign), Effect::InForce),
    ] {
        assert!(matches!(
            answer,
            Err(GovernanceError::Security(SecurityError::TenantIsolation { .. }))
        ));
    }
}

#[test]
fn a_decided_model_is_never_decided_again() {
    let mut world = World::new();
    let (subject, request) = world.request("credit-pd", Tier::Medium);
    let crate::state::SubjectRecord::Model(model) = subject else { panic!("no model") };
    for status in [Status::Approved, Status::Rejected] {
        let model = ModelRecord { status, ..model.clone() };
        let (actor, at) = (world.actor(BOB), world.occasion.now);
        let refused = Err(GovernanceError::InvalidModelState { status });
        assert_eq!(ModelRegistry::approve_model(&model, &request.id, &actor, at), refused);
        assert_eq!(ModelRegistry::reject_model(&model, &request.id), refused);
    }
}
