//! Random acts of random people on one request, held against a model of the rules.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use ledger::{Decision, Lifecycle, Policy, Role, Status, SubjectKind, Tier, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use security::rbac::Action as Verb;

use super::*;
use crate::state::SubjectRecord;
use crate::testing::*;

const PEOPLE: [&str; 5] = [ADA, BOB, CYD, EVE, VIC];
/// Seconds after which the request expires.
const EXPIRY: u64 = 60;

#[derive(Debug, Clone, Copy)]
enum Act {
    Approve(usize),
    Reject(usize),
    Withdraw(usize),
    Dismiss(usize),
    Restore(usize),
    Supersede,
    Wait,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let person = 0..PEOPLE.len();
    let act = prop_oneof![
        8 => person.clone().prop_map(Act::Approve),
        1 => person.clone().prop_map(Act::Reject),
        1 => person.clone().prop_map(Act::Withdraw),
        2 => person.clone().prop_map(Act::Dismiss),
        2 => person.prop_map(Act::Restore),
        1 => Just(Act::Supersede),
        1 => Just(Act::Wait),
    ];
    proptest::collection::vec(act, 1..16)
}

/// The rules again, as simply as they can be said.
struct Model {
    deciders: BTreeSet<&'static str>,
    votes: BTreeMap<&'static str, Decision>,
    open: bool,
}

impl Model {
    /// Whether this vote is taken, and what it leads to.
    fn vote(&mut self, name: &'static str, decision: Decision) -> Option<Status> {
        if !self.open || !self.deciders.contains(name) || self.votes.contains_key(name) {
            return None;
        }
        self.votes.insert(name, decision);
        let approved = self
            .votes
            .iter()
            .filter(|(name, vote)| **vote == Decision::Approved && self.deciders.contains(*name))
            .count();
        let status = match (decision, approved) {
            (Decision::Rejected, _) => Status::Rejected,
            (_, 2..) => Status::Approved,
            _ => Status::Pending,
        };
        self.open = status == Status::Pending;
        Some(status)
    }
}

fn run(acts: &[Act]) -> (Status, Lifecycle) {
    let mut world = World::new();
    let tenant = world.occasion.tenant_id.clone();
    let standard = Policy::standard(&tenant, SubjectKind::Model, Tier::High);
    world.set_policy(Policy { expires_after_seconds: Some(EXPIRY), ..standard }).unwrap();
    let (subject, mut request) = world.request("credit-pd", Tier::High);
    let mut model =
        Model { deciders: BTreeSet::from([BOB, CYD]), votes: BTreeMap::new(), open: true };
    for act in acts {
        let before = request.clone();
        step(&mut world, &subject, &mut request, &mut model, *act);
        let ended = request.lifecycle_at(world.occasion.now) != Lifecycle::Open;
        model.open &= !ended;
        assert_eq!(model.open, !ended, "{act:?}");
        if before.lifecycle != Lifecycle::Open {
            assert_eq!(request, before, "what left the queue stays as it is");
        }
        let approvers: BTreeSet<_> = request
            .votes
            .iter()
            .filter(|vote| vote.decision == Decision::Approved)
            .map(|vote| &vote.actor)
            .collect();
        assert!(request.status != Status::Approved || approvers.len() >= 2, "too few people");
        let tied = [world.actor(ADA), world.actor(EVE)];
        assert!(!request.votes.iter().any(|vote| tied.contains(&vote.actor)), "a tied voter");
    }
    (request.status, request.lifecycle_at(world.occasion.now))
}

fn step(
    world: &mut World,
    subject: &SubjectRecord,
    request: &mut ApprovalRequest,
    model: &mut Model,
    act: Act,
) {
    let on = (subject, &request.clone());
    match act {
        Act::Approve(who) | Act::Reject(who) => {
            let decision = if matches!(act, Act::Approve(_)) {
                Decision::Approved
            } else {
                Decision::Rejected
            };
            let answer = world.vote_with(PEOPLE[who], decision, on, |_, _, _| {});
            let expected = model.vote(PEOPLE[who], decision);
            let status = answer.as_ref().ok().map(|voted| voted.request.status);
            assert_eq!(status, expected, "{act:?} by {}: {answer:?}", PEOPLE[who]);
            if let Ok(voted) = answer {
                *request = voted.request;
            }
        }
        Act::Withdraw(who) => {
            let why = reason("taken back");
            let Ok(permit) = world.permit(PEOPLE[who], Verb::Create) else { return };
            let answer =
                world.act(|_, records| ApprovalWorkflow::withdraw(&permit, request, &why, records));
            let expected = model.open && PEOPLE[who] == EVE;
            assert_eq!(answer.is_ok(), expected, "withdraw by {}", PEOPLE[who]);
            if let Ok(withdrawn) = answer {
                *request = withdrawn;
            }
        }
        Act::Dismiss(who) => {
            if [BOB, CYD].contains(&PEOPLE[who]) && model.deciders.remove(PEOPLE[who]) {
                world.dismiss(PEOPLE[who]);
            }
        }
        Act::Restore(who) => {
            if [BOB, CYD].contains(&PEOPLE[who]) && model.deciders.insert(PEOPLE[who]) {
                world.grant(PEOPLE[who], Role::Approver, None);
            }
        }
        Act::Supersede => {
            let (author, why) = (world.actor(EVE), reason("a newer version"));
            let answer = world
                .act(|_, records| ApprovalWorkflow::supersede(&author, request, &why, records))
                .unwrap();
            assert_eq!(answer.is_some(), model.open, "supersede");
            *request = answer.unwrap_or_else(|| request.clone());
        }
        Act::Wait => {
            let seconds = i64::try_from(EXPIRY).unwrap() / 2;
            world.pass(seconds * Timestamp::SECOND);
        }
    }
    model.open &= request.lifecycle_at(world.occasion.now) == Lifecycle::Open;
}

#[test]
fn a_decision_stands_and_is_never_made_by_too_few() {
    let config = Config { cases: 200, failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let seen = RefCell::new(BTreeMap::<(Status, Lifecycle), usize>::new());
    TestRunner::new_with_rng(config, rng)
        .run(&acts(), |acts| {
            *seen.borrow_mut().entry(run(&acts)).or_default() += 1;
            Ok(())
        })
        .unwrap();
    let seen = seen.into_inner();
    println!("ends reached: {seen:?}");
    for end in [
        (Status::Approved, Lifecycle::Decided),
        (Status::Rejected, Lifecycle::Decided),
        (Status::Pending, Lifecycle::Withdrawn),
        (Status::Pending, Lifecycle::Superseded),
        (Status::Pending, Lifecycle::Expired),
        (Status::Pending, Lifecycle::Open),
    ] {
        assert!(seen.get(&end).is_some_and(|count| *count >= 5), "{end:?} is hardly reached");
    }
}
