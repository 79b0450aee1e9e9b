//! Honest logs that no two tell alike: whose log, under which control, about what, by which policy,
//! who voted how, what happened before, between and after.
//!
//! Invariant: a tale draws everything when it is made, so that it is told the same way each time,
//! with an insider in it or without. Steps that a decision can rest on have a name of their own.

use serde_json::{Value, json};
use tests::chance::Chance;
use tests::paper::{
    ANN, BOB, EVE, Log, OTHER_TENANT, OTHER_WORKSPACE, STRAY, Signer, TENANT, Twist, WORKSPACE,
    subject,
};

use super::telling::Telling;

/// Whose log it may be.
const LOGS: [(&str, &str); 3] =
    [(WORKSPACE, TENANT), (WORKSPACE, OTHER_TENANT), (OTHER_WORKSPACE, "treasury-2")];
/// What may be decided on.
const SUBJECTS: [&str; 6] = [
    "model/credit-pd@3",
    "model/lgd/retail@2026.1+b",
    "model/x@1",
    "prompt/kyc@1",
    "prompt/kyc@2",
    "prompt/desk/mail_7@41",
];

/// How a person came to vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Past {
    /// Enrolled and granted.
    Plain,
    /// An analyst or viewer first.
    Promoted(&'static str),
    /// The role was taken and given again.
    Regranted,
    /// A second key, and the first one retired.
    Rotated,
    /// Two keys, both good; signs with the second.
    TwoKeys,
}

/// What happens once it is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    Nothing,
    Revoked,
    Retired,
    /// From so many records before the end of the key on.
    Compromised(u64),
    /// The same, of an admin's key, where there are two.
    AdminCompromised(u64),
    RoleTaken,
    Lapsed,
    NewPolicy,
}

/// Who votes, and what came before.
#[derive(Debug, Clone)]
pub(super) struct Voter {
    pub(super) who: &'static str,
    pub(super) person: Signer,
    pub(super) group: Option<&'static str>,
    pub(super) role: &'static str,
    pub(super) past: Past,
    pub(super) conditions: Option<(Option<i64>, Option<Value>)>,
}

/// Everything that a log of one decision depends on.
#[derive(Debug, Clone)]
pub(super) struct Tale {
    pub(super) seed: u64,
    pub(super) log: (&'static str, &'static str),
    pub(super) two_founders: bool,
    pub(super) second_admin: bool,
    pub(super) recovered: bool,
    pub(super) subject: Value,
    pub(super) tier: &'static str,
    pub(super) policy: Value,
    pub(super) policy_changed: bool,
    pub(super) by_service: bool,
    /// A voter made it, where the policy lets them.
    pub(super) own_work: bool,
    pub(super) aside: bool,
    pub(super) voters: Vec<Voter>,
    pub(super) rejected: bool,
    pub(super) after: After,
    /// At most so many unrelated records between two steps.
    pub(super) chatter: usize,
}

impl Tale {
    pub(super) fn drawn(seed: u64) -> Self {
        let mut chance = Chance::of_seed(seed);
        let log = LOGS[chance.below(LOGS.len())];
        let name = SUBJECTS[chance.below(SUBJECTS.len())];
        let tier = ["low", "medium", "high"][chance.below(3)];
        let two_founders = chance.below(3) == 0;
        let approvals = 1 + chance.below(3);
        let voters = voters(approvals, &mut chance);
        let mut after = after(&mut chance);
        if voters.iter().all(|voter| voter.conditions.is_none()) && after == After::Lapsed {
            after = After::Nothing;
        }
        Self {
            seed,
            log,
            two_founders,
            second_admin: !two_founders && chance.below(4) == 0,
            recovered: !two_founders && chance.below(5) == 0,
            subject: made_subject(name, &mut chance),
            tier,
            policy: policy(log.1, name, tier, &voters, &mut chance),
            policy_changed: chance.below(2) == 0,
            by_service: chance.below(5) == 0,
            own_work: chance.below(2) == 0,
            aside: chance.below(4) == 0,
            voters,
            rejected: chance.below(5) == 0,
            after,
            chatter: [0, 1, 3, 9][chance.below(4)],
        }
    }

    /// What there is in it, for a test to see that everything was met.
    pub(super) fn traits(&self) -> Vec<String> {
        let name = self.subject["name"].as_str().unwrap();
        let kind = name.split_once('/').unwrap().0;
        let (form, _) = self.subject["digest"].as_object().unwrap().iter().next().unwrap();
        let groups = self.policy["groups"].as_array().unwrap().len();
        let after = format!("{:?}", self.after);
        let flags = [
            (self.two_founders, "two founders"),
            (self.second_admin, "a second admin later"),
            (self.recovered, "recovery"),
            (self.policy_changed, "a policy changed before"),
            (self.by_service, "made by a service"),
            (self.aside, "another request"),
            (self.rejected, "rejected"),
            (self.policy["expires_after_seconds"].is_null(), "without an end"),
            (self.policy["four_eyes"] == true, "four eyes"),
            (self.voters.iter().any(|voter| voter.conditions.is_some()), "conditions"),
        ];
        let held = flags.iter().filter(|(holds, _)| *holds).map(|(_, word)| (*word).to_owned());
        let pasts = self.voters.iter().map(|voter| format!("{:?}", voter.past));
        held.chain(pasts)
            .chain([
                format!("log of {} in {}", self.log.1, &self.log.0[34..]),
                format!("{kind} by {form}"),
                format!("quorum {} of {groups} groups", self.voters.len()),
                format!("then {}", after.split('(').next().unwrap()),
                format!("chatter {}", self.chatter),
            ])
            .collect()
    }

    /// The log, with these twists in it.
    pub(super) fn told(&self, twists: Vec<Twist>) -> Log {
        let mut log = Log::new(self.log.0, self.log.1, twists);
        Telling::of(self).tell(&mut log);
        log
    }
}

fn voters(approvals: usize, chance: &mut Chance) -> Vec<Voter> {
    let mut people = vec![("bob", BOB), ("eve", EVE), ("ann", ANN)];
    let groups = [Some("risk"), Some("legal"), None];
    let mut voters = Vec::new();
    for _ in 0..approvals {
        let (who, person) = people.remove(chance.below(people.len()));
        let past = match chance.below(8) {
            0 => Past::Promoted(["ANALYST", "VIEWER"][chance.below(2)]),
            1 => Past::Regranted,
            2 => Past::Rotated,
            3 => Past::TwoKeys,
            _ => Past::Plain,
        };
        let ends =
            (chance.below(3) != 0).then(|| 900 + i64::try_from(chance.below(9_000)).unwrap());
        let scopes = [json!(["production"]), json!(["production", "test"]), json!(["dr-1"])];
        let scope = (chance.below(2) == 0).then(|| scopes[chance.below(3)].clone());
        voters.push(Voter {
            who,
            person,
            group: groups[chance.below(3)],
            role: "APPROVER",
            past,
            conditions: (chance.below(3) == 0).then_some((ends, scope)),
        });
    }
    voters
}

fn after(chance: &mut Chance) -> After {
    match chance.below(12) {
        0 | 1 => After::Revoked,
        2 => After::Retired,
        3 => After::Compromised(chance.next() % 24),
        4 => After::AdminCompromised(chance.next() % 40),
        5 => After::RoleTaken,
        6 | 7 => After::Lapsed,
        8 => After::NewPolicy,
        _ => After::Nothing,
    }
}

fn made_subject(name: &str, chance: &mut Chance) -> Value {
    let mut made = subject(name, &chance.next().to_le_bytes());
    if name.starts_with("model/") && chance.below(2) == 0 {
        made["digest"] = json!({"dirHash1": made["digest"]["sha256"]});
    }
    made
}

/// As many people as vote, of those of their groups that it happens to ask for.
fn policy(tenant: &str, name: &str, tier: &str, voters: &[Voter], chance: &mut Chance) -> Value {
    let mut groups: Vec<&str> = voters.iter().filter_map(|voter| voter.group).collect();
    groups.retain(|_| chance.below(2) == 0);
    groups.sort_unstable();
    groups.dedup();
    let expires = [json!(null), json!(null), json!(3_600), json!(86_400)];
    json!({
        "approvals": voters.len(),
        "artefact_check": chance.below(2) == 0,
        "expires_after_seconds": expires[chance.below(4)],
        "four_eyes": chance.below(4) != 0,
        "groups": groups,
        "reauth_seconds": 300 * chance.below(2),
        "resource_type": name.split_once('/').unwrap().0,
        "tenant_id": tenant,
        "tier": tier,
        "v": 1,
    })
}

impl Voter {
    /// With the key that is good when they vote.
    pub(super) fn signer(&self) -> Signer {
        match self.past {
            Past::Rotated | Past::TwoKeys => self.person.with_key(self.person.seed + STRAY),
            Past::Plain | Past::Promoted(_) | Past::Regranted => self.person,
        }
    }
}
