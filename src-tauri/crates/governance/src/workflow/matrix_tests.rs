//! Roles × verbs, for people and services: the table of domain.md, kept by hand.

use ledger::{Decision, Name, Tier};
use security::rbac::{Action, Permit, Principal, RbacService, Role};

use super::*;
use crate::audit::RecordBuilder;
use crate::registry::{ModelRegistry, NewPrompt, PromptRegistry};
use crate::state::{ApprovalRequest, SubjectRecord};
use crate::testing::*;
use crate::text::PromptText;

/// Verb, and which of ADMIN, ANALYST, APPROVER, VIEWER may; then the same for a service.
const VERBS: [(&str, [bool; 4], [bool; 4]); 7] = [
    ("register_model", [true, false, false, false], [true, false, false, false]),
    ("register_prompt", [true, true, false, false], [true, true, false, false]),
    ("request_approval", [true, true, false, false], [true, true, false, false]),
    ("withdraw", [true, true, false, false], [true, true, false, false]),
    ("approve", [true, false, true, false], [false, false, false, false]),
    ("reject", [true, false, true, false], [false, false, false, false]),
    ("get_model", [true, true, true, true], [true, true, true, true]),
];
const ROLES: [Role; 4] = [Role::Admin, Role::Analyst, Role::Approver, Role::Viewer];
const PERSON: &str = "person/01930000-0000-7000-8000-00000000bea7";
const SERVICE: &str = "service/01930000-0000-7000-8000-00000000bea8";

/// What the verbs work on.
struct Desk {
    world: World,
    subject: SubjectRecord,
    request: ApprovalRequest,
    decisions: [SignedDecision; 2],
}

impl Desk {
    fn new() -> Self {
        let mut world = World::new();
        let (subject, request) = world.request("credit-pd", Tier::Medium);
        let decisions = [Decision::Approved, Decision::Rejected].map(|decision| {
            let predicate = world.predicate(BOB, decision, &request);
            world.sign(BOB, request.subject.clone(), predicate)
        });
        Self { world, subject, request, decisions }
    }

    /// Tries the verb with this permit; `Ok` when the permit was enough, whatever came after.
    fn try_verb(&self, verb: &str, permit: &Permit) -> Result<(), GovernanceError> {
        let world = &self.world;
        let mut builder = RecordBuilder::new(world.occasion.clone(), world.head, &world.ids);
        let (records, why) = (&mut builder, reason("because"));
        let SubjectRecord::Model(model) = &self.subject else { panic!("no model") };
        let unasked = SubjectRecord::Model(model.clone());
        let review = |signed: &SignedDecision, records: &mut RecordBuilder<'_>| {
            let policy = world.policy(&self.request);
            let current = CurrentSubject {
                record: self.subject.clone(),
                digest: self.request.subject.digest,
                documents: self.request.documents.clone(),
                hidden_characters: 0,
            };
            let review = Review {
                request: &self.request,
                subject: &current,
                policy: &policy,
                authority: world.authority(),
                blocking: 0,
            };
            if signed.statement().predicate.decision == Decision::Approved {
                ApprovalWorkflow::approve(permit, &review, signed, records).map(|_| ())
            } else {
                ApprovalWorkflow::reject(permit, &review, signed, records).map(|_| ())
            }
        };
        let answer = match verb {
            "register_model" => {
                let new = new_model("other", Tier::Low);
                ModelRegistry::register_model(permit, &[], None, &new, records).map(|_| ())
            }
            "register_prompt" => {
                let new = NewPrompt {
                    name: Name::parse("kyc").unwrap(),
                    text: PromptText::parse("text").unwrap(),
                    tier: None,
                    reason: why,
                };
                PromptRegistry::register_prompt(permit, &[], &new, records).map(|_| ())
            }
            "request_approval" => {
                let authority = world.authority();
                ApprovalWorkflow::request_approval(permit, &unasked, None, &why, authority, records)
                    .map(|_| ())
            }
            "withdraw" => {
                ApprovalWorkflow::withdraw(permit, &self.request, &why, records).map(|_| ())
            }
            "approve" => review(&self.decisions[0], records),
            "reject" => review(&self.decisions[1], records),
            "get_model" => ModelRegistry::get_model(permit, Some(model)).map(|_| ()),
            other => panic!("{other}"),
        };
        match answer {
            Err(GovernanceError::Security(refusal)) => Err(refusal.into()),
            // These come after the permit was found enough.
            Err(GovernanceError::NotTheRequester | GovernanceError::StatementMismatch { .. })
            | Ok(()) => Ok(()),
            Err(other) => panic!("{verb}: {other}"),
        }
    }
}

fn principals(role: Role, tenant: &str) -> [Principal; 2] {
    [
        Principal::person(PERSON, tenant, role).unwrap(),
        Principal::service(SERVICE, PERSON, tenant, role).unwrap(),
    ]
}

#[test]
fn a_verb_takes_its_own_permit_of_its_own_tenant_and_no_other() {
    let desk = Desk::new();
    let mut asked = 0;
    for (verb, people, services) in VERBS {
        for (index, role) in ROLES.into_iter().enumerate() {
            for (principal, may) in principals(role, TENANT).iter().zip([people, services]) {
                let permits: Vec<Permit> = Action::ALL
                    .into_iter()
                    .filter_map(|action| RbacService::permit(principal, action).ok())
                    .collect();
                let enough =
                    permits.iter().filter(|permit| desk.try_verb(verb, permit).is_ok()).count();
                assert_eq!(enough, usize::from(may[index]), "{verb} as {principal:?}");
                asked += permits.len();
            }
            for principal in principals(role, "fraud") {
                let foreign = Action::ALL
                    .into_iter()
                    .filter_map(|action| RbacService::permit(&principal, action).ok())
                    .filter(|permit| desk.try_verb(verb, permit).is_ok())
                    .count();
                assert_eq!(foreign, 0, "{verb} from another tenant as {principal:?}");
            }
        }
    }
    println!("{asked} permits held up to {} verbs", VERBS.len());
    assert!(asked >= 100, "only {asked}");
}

/// domain.md, rule 1: the owner of the service that asks does not decide.
#[test]
fn the_owner_of_a_service_that_asks_does_not_decide() {
    let mut world = World::new();
    let subject = SubjectRecord::Model(world.register("credit-pd", Tier::Medium));
    let permit =
        RbacService::permit(&world.service(BOB, ledger::Role::Analyst), Action::Create).unwrap();
    let mut records = RecordBuilder::new(world.occasion.clone(), world.head, &world.ids);
    let requested = ApprovalWorkflow::request_approval(
        &permit,
        &subject,
        None,
        &reason("nightly build"),
        world.authority(),
        &mut records,
    )
    .unwrap();
    assert_eq!(requested.request.makers, [world.actor(ADA), world.actor(BOB)]);
    let policy = ledger::Policy::standard(
        &world.occasion.tenant_id,
        ledger::SubjectKind::Model,
        Tier::Medium,
    );
    let bob = world.permit(BOB, Action::Approve).unwrap();
    let at = world.occasion.now;
    let refused = ApprovalWorkflow::check_voter(&bob, &requested.request, &policy, at);
    assert_eq!(refused, Err(GovernanceError::FourEyes { tie: crate::error::Tie::Made }));
    let cyd = world.permit(CYD, Action::Approve).unwrap();
    assert_eq!(ApprovalWorkflow::check_voter(&cyd, &requested.request, &policy, at), Ok(()));
}
