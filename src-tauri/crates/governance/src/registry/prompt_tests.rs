//! Prompts and their versions.

use security::SecurityError;

use super::*;
use crate::error::Tie;
use crate::state::SubjectRecord;
use crate::testing::*;

fn new_prompt(name: &str) -> NewPrompt {
    NewPrompt {
        name: Name::parse(name).unwrap(),
        text: PromptText::parse("Summarise the file.").unwrap(),
        tier: None,
        reason: reason("first version"),
    }
}

fn edit(based_on: u32, text: &str) -> PromptEdit {
    PromptEdit {
        based_on,
        text: PromptText::parse(text).unwrap(),
        tier: None,
        reason: reason("shorter answers"),
    }
}

fn register(world: &mut World, name: &str) -> PromptRecord {
    let permit = world.permit(EVE, Verb::Create).unwrap();
    let new = new_prompt(name);
    world.act(|_, records| PromptRegistry::register_prompt(&permit, &[], &new, records)).unwrap()
}

fn update(
    world: &mut World,
    last: &PromptRecord,
    waiting: &[ApprovalRequest],
    edit: &PromptEdit,
) -> Result<UpdatedPrompt, GovernanceError> {
    let permit = world.permit(ADA, Verb::Create).unwrap();
    world.act(|_, records| {
        PromptRegistry::update_prompt(&permit, Some(last), waiting, edit, records)
    })
}

#[test]
fn versions_count_up_and_each_has_its_own_author_and_reason() {
    let mut world = World::new();
    let first = register(&mut world, "kyc/letters");
    assert_eq!((first.version, first.tier, &first.author), (1, Tier::Medium, &world.actor(EVE)));
    assert_eq!(first.digest, ledger::Digest::of(b"Summarise the file."));
    let second = update(&mut world, &first, &[], &edit(1, "Summarise it.")).unwrap().prompt;
    assert_eq!((second.version, &second.author), (2, &world.actor(ADA)));
    assert_eq!((second.reason.as_str(), second.tier), ("shorter answers", first.tier));
    assert_eq!(second.makers, [world.actor(ADA)]);
    let raised = PromptEdit { tier: Some(Tier::High), ..edit(2, "Summarise.") };
    let third = update(&mut world, &second, &[], &raised).unwrap().prompt;
    assert_eq!((third.version, third.tier), (3, Tier::High));
}

#[test]
fn an_edit_begins_from_the_last_version() {
    let mut world = World::new();
    let mut last = register(&mut world, "kyc");
    last = update(&mut world, &last, &[], &edit(1, "b")).unwrap().prompt;
    for based_on in [0, 1, 3] {
        let refused = update(&mut world, &last, &[], &edit(based_on, "c")).map(|_| ());
        assert_eq!(refused, Err(GovernanceError::StaleVersion { based_on, last: 2 }));
    }
}

#[test]
fn a_new_version_supersedes_the_requests_that_wait_and_no_others() {
    let mut world = World::new();
    let first = register(&mut world, "kyc");
    let (_, waiting) = world.ask(EVE, &SubjectRecord::Prompt(first.clone()));
    let (_, of_a_model) = world.request("credit-pd", Tier::Medium);
    let other = register(&mut world, "complaints");
    let (_, of_another) = world.ask(EVE, &SubjectRecord::Prompt(other));
    let gone = ApprovalRequest { lifecycle: ledger::Lifecycle::Withdrawn, ..waiting.clone() };
    let all = [gone, waiting.clone(), of_a_model, of_another];
    let updated = update(&mut world, &first, &all, &edit(1, "b")).unwrap();
    let [superseded] = updated.superseded.as_slice() else { panic!("{:?}", updated.superseded) };
    assert_eq!(superseded.id, waiting.id);
    assert_eq!(
        (superseded.lifecycle, superseded.status),
        (ledger::Lifecycle::Superseded, Status::Pending)
    );
    let refused = world.approve(BOB, (&SubjectRecord::Prompt(first), superseded));
    assert!(matches!(refused, Err(GovernanceError::InvalidWorkflowState { .. })));
}

#[test]
fn the_author_of_a_prompt_cannot_decide_on_it() {
    let mut world = World::new();
    let first = register(&mut world, "kyc");
    let second = update(&mut world, &first, &[], &edit(1, "b")).unwrap().prompt;
    let (subject, request) = world.ask(EVE, &SubjectRecord::Prompt(second));
    let refused = world.approve(ADA, (&subject, &request)).map(|_| ());
    assert_eq!(refused, Err(GovernanceError::FourEyes { tie: Tie::Made }));
    let voted = world.approve(BOB, (&subject, &request)).unwrap();
    let Some(SubjectRecord::Prompt(prompt)) = voted.subject else { panic!("no prompt") };
    assert!(prompt.approved());

    let viewer = world.permit(VIC, Verb::View).unwrap();
    let get = |effect| PromptRegistry::get_approved_prompt(&viewer, Some(&prompt), effect);
    assert_eq!(get(Effect::InForce), Ok(&prompt));
    assert!(matches!(get(Effect::Revoked), Err(GovernanceError::PromptNotApproved { .. })));
    let foreign = PromptRecord { tenant_id: TenantId::parse("fraud").unwrap(), ..prompt.clone() };
    assert!(matches!(
        PromptRegistry::get_prompt(&viewer, Some(&foreign)),
        Err(GovernanceError::Security(SecurityError::TenantIsolation { .. }))
    ));
}

#[test]
fn a_rejected_prompt_stays_rejected() {
    let mut world = World::new();
    let first = register(&mut world, "kyc");
    let (subject, request) = world.ask(EVE, &SubjectRecord::Prompt(first));
    let rejected = world.reject(BOB, (&subject, &request)).unwrap();
    let Some(SubjectRecord::Prompt(prompt)) = rejected.subject else { panic!("no prompt") };
    let status = prompt.status;
    assert_eq!(status, Status::Rejected);
    let (actor, at) = (world.actor(CYD), world.occasion.now);
    let refused = Err(GovernanceError::InvalidPromptState { status });
    assert_eq!(PromptRegistry::approve_prompt(&prompt, &request.id, &actor, at), refused);
    assert_eq!(PromptRegistry::reject_prompt(&prompt, &request.id), refused);
}

#[test]
fn a_name_is_registered_once() {
    let mut world = World::new();
    let first = register(&mut world, "kyc");
    let permit = world.permit(EVE, Verb::Create).unwrap();
    for (name, expected) in [
        ("kyc", GovernanceError::AlreadyExists { subject: first.subject().name }),
        ("KYC", GovernanceError::NameTaken { existing: first.name.clone() }),
    ] {
        let new = new_prompt(name);
        let names = [first.name.clone()];
        let refused =
            world.act(|_, records| PromptRegistry::register_prompt(&permit, &names, &new, records));
        assert_eq!(refused, Err(expected));
    }
}
