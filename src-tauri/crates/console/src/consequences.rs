//! What an act of authority would mean, before anybody signs it.
//!
//! Invariant: judged by the same code that counts votes and policies, over what the log would say
//! after the act; only sentences come out, and nothing is granted.

use std::collections::BTreeSet;

use governance::policy::check_meetable;
use governance::workflow::Missing;
use governance::{ApprovalRequest, who_is_missing};
use ledger::change::{Change, ChangeBody, RevocationMode};
use ledger::replay::{Authority, Ballot, standing};
use ledger::{Actor, Control, Policy, Role, Tier, Timestamp};

use crate::views::EntryChange;
use crate::words;

/// Subjects named in one sentence; of the others only how many.
const NAMED: usize = 3;

/// A log before and after an act, with what waits in it.
pub(crate) struct Supposed<'a> {
    pub(crate) before: &'a Authority,
    pub(crate) after: &'a Authority,
    /// Requests that wait for a decision.
    pub(crate) open: &'a [ApprovalRequest],
    pub(crate) now: Timestamp,
}

impl Supposed<'_> {
    /// What follows for requests, policies and admins, one sentence each.
    pub(crate) fn follows(&self, change: &Change, title: &dyn Fn(&Actor) -> String) -> Vec<String> {
        let mut follows = Vec::new();
        follows.extend(self.undecidable());
        follows.extend(self.decidable());
        follows.extend(self.lost_signatures());
        follows.extend(self.unmet_policies());
        follows.extend(self.control());
        follows.extend(self.without_key(title));
        follows.extend(self.of_policy(change));
        follows
    }

    fn undecidable(&self) -> Option<String> {
        let lost =
            self.named(|before, after| before.is_some_and(enough) && !after.is_some_and(enough));
        let plural = plural(lost.len(), "waiting request loses", "waiting requests lose");
        (!lost.is_empty())
            .then(|| format!("{plural} the people who could decide: {}.", some_of(&lost)))
    }

    fn decidable(&self) -> Option<String> {
        let won =
            self.named(|before, after| !before.is_some_and(enough) && after.is_some_and(enough));
        let plural = plural(won.len(), "waiting request", "waiting requests");
        (!won.is_empty()).then(|| format!("{plural} could then be decided: {}.", some_of(&won)))
    }

    /// Subjects of open requests for which this holds of who is missing before and after.
    fn named(&self, holds: impl Fn(Option<&Missing>, Option<&Missing>) -> bool) -> Vec<String> {
        let missing = |request: &ApprovalRequest, authority: &Authority| {
            let policy = pinned(request, authority)?;
            who_is_missing(policy, request, authority, self.now)
        };
        let hit = self.open.iter().filter(|request| {
            let (before, after) = (missing(request, self.before), missing(request, self.after));
            holds(before.as_ref(), after.as_ref())
        });
        hit.map(|request| request.subject.name.to_string()).collect()
    }

    fn lost_signatures(&self) -> Option<String> {
        let counted = |request: &ApprovalRequest, authority: &Authority| {
            let Some(policy) = pinned(request, authority) else { return 0 };
            let ballots = request.votes.iter();
            let ballots: Vec<Ballot<'_>> = ballots
                .map(|vote| Ballot { person: &vote.actor, decision: vote.decision })
                .collect();
            standing(policy, &ballots, authority).approved_by.len()
        };
        let lost = self
            .open
            .iter()
            .filter(|request| counted(request, self.before) > counted(request, self.after));
        let lost: Vec<String> = lost.map(|request| request.subject.name.to_string()).collect();
        (!lost.is_empty())
            .then(|| format!("Signatures given already would no longer count: {}.", some_of(&lost)))
    }

    fn unmet_policies(&self) -> Vec<String> {
        let unmet = |(policy, _): &&(Policy, ledger::Digest)| {
            let was_met = self
                .before
                .policy(policy.resource_type, policy.tier)
                .is_some_and(|(policy, _)| check_meetable(policy, self.before).is_ok());
            was_met && check_meetable(policy, self.after).is_err()
        };
        let sentence = |(policy, _): &(Policy, ledger::Digest)| {
            let why = gap(policy, self.after);
            format!("The policy for {} could no longer be met: {why}.", policy_name(policy))
        };
        self.after.policies().filter(unmet).map(sentence).collect()
    }

    fn control(&self) -> Option<String> {
        let tenant = self.before.tenant();
        match (self.before.control(), self.after.control()) {
            (Control::Single, Control::Dual) => {
                Some(format!("{tenant} gets a second admin: changes then wait for the other one."))
            }
            (Control::Dual, Control::Single) => Some(format!(
                "{tenant} is left with one admin: changes then apply at once, marked single."
            )),
            (Control::Single, Control::Single | Control::Recovery)
            | (Control::Dual, Control::Dual | Control::Recovery)
            | (Control::Recovery, _) => None,
        }
    }

    fn without_key(&self, title: &dyn Fn(&Actor) -> String) -> Vec<String> {
        let owners: BTreeSet<&Actor> = self.before.keys_ever().map(|key| &key.owner).collect();
        let lost = owners
            .into_iter()
            .filter(|owner| self.before.is_enrolled(owner) && !self.after.is_enrolled(owner));
        let sentence = |owner: &Actor| {
            format!("{} has no key left and can sign nothing until they enrol anew.", title(owner))
        };
        lost.map(sentence).collect()
    }

    fn of_policy(&self, change: &Change) -> Vec<String> {
        let ChangeBody::PolicyChange(body) = &change.body else { return Vec::new() };
        let (kind, tier) = (body.policy.resource_type, body.policy.tier);
        let mut follows = Vec::new();
        let had_four_eyes = self.before.policy(kind, tier).is_some_and(|(now, _)| now.four_eyes);
        if had_four_eyes && !body.policy.four_eyes {
            follows.push(format!(
                "Four eyes are off for {}: whoever made one may sign it, and every review says so.",
                policy_name(&body.policy)
            ));
        }
        let keep = self.open.iter().filter(|request| {
            request.subject.name.kind() == Some(kind) && request.tier == Some(tier)
        });
        match keep.count() {
            0 => {}
            1 => follows.push("1 waiting request keeps the policy it was opened under.".to_owned()),
            count => follows
                .push(format!("{count} waiting requests keep the policy they were opened under.")),
        }
        follows
    }
}

/// What changes, entry by entry, as it is now and as it becomes.
pub(crate) fn entries(change: &Change, authority: &Authority) -> Vec<EntryChange> {
    match &change.body {
        ChangeBody::RoleGrant(body) => {
            let held = authority.grant(&body.person_id);
            let role = entry("Role", held.map(|held| word(held.role)), Some(word(body.role)));
            let now = held.and_then(|held| held.group.clone());
            let group = entry("Group", now, body.group.clone());
            [role, group].into_iter().flatten().collect()
        }
        ChangeBody::RoleRevoke(body) => {
            let held = authority.grant(&body.person_id);
            let group = held.and_then(|held| held.group.clone());
            let role = entry("Role", held.map(|held| word(held.role)), None);
            [role, entry("Group", group, None)].into_iter().flatten().collect()
        }
        ChangeBody::PolicyChange(body) => {
            let now = authority.policy(body.policy.resource_type, body.policy.tier);
            policy_entries(now.map(|(policy, _)| policy), &body.policy)
        }
        ChangeBody::KeyRevoke(body) => {
            let then = match body.mode {
                RevocationMode::Retired => "Retired".to_owned(),
                RevocationMode::Compromised => {
                    let since = words::grouped(body.since);
                    format!("Compromised, void from #{since} on")
                }
            };
            entry("Key", Some("Good".to_owned()), Some(then)).into_iter().collect()
        }
        ChangeBody::DeviceEnroll(_) => {
            entry("Checkpoints", None, Some("Signs".to_owned())).into_iter().collect()
        }
        ChangeBody::DeviceRevoke(_) => {
            entry("Checkpoints", Some("Signs".to_owned()), None).into_iter().collect()
        }
        ChangeBody::Genesis(_) | ChangeBody::KeyEnroll(_) => Vec::new(),
    }
}

fn policy_entries(now: Option<&Policy>, then: &Policy) -> Vec<EntryChange> {
    let of = |read: &dyn Fn(&Policy) -> String| (now.map(read), Some(read(then)));
    let rows = [
        ("Approvals", of(&|policy| policy.approvals.to_string())),
        (
            "Groups",
            of(&|policy| match policy.groups.as_slice() {
                [] => "none".to_owned(),
                groups => words::listed(groups),
            }),
        ),
        (
            "Expiry",
            of(&|policy| match policy.expires_after_seconds {
                None => "never".to_owned(),
                Some(seconds) => format!("after {}", duration(seconds)),
            }),
        ),
        (
            "Passphrase",
            of(&|policy| match policy.reauth_seconds {
                0 => "every signature".to_owned(),
                seconds => format!("every {}", duration(seconds)),
            }),
        ),
        ("Four eyes", of(&|policy| if policy.four_eyes { "on" } else { "off" }.to_owned())),
        (
            "Artefact check",
            of(&|policy| {
                if policy.artefact_check { "asked for" } else { "not asked for" }.to_owned()
            }),
        ),
    ];
    rows.into_iter().filter_map(|(name, (now, then))| entry(name, now, then)).collect()
}

/// An entry that changes; none where nothing does.
fn entry(name: &str, now: Option<String>, then: Option<String>) -> Option<EntryChange> {
    (now != then).then(|| EntryChange {
        entry: name.to_owned(),
        now: now.unwrap_or_default(),
        then: then.unwrap_or_default(),
    })
}

/// Why the people enrolled cannot meet a policy; empty: they can.
pub(crate) fn gap(policy: &Policy, authority: &Authority) -> String {
    match check_meetable(policy, authority) {
        Ok(()) => String::new(),
        Err(governance::GovernanceError::PolicyUnmeetable { gap }) => gap.to_string(),
        Err(error) => error.to_string(),
    }
}

/// "models of high tier".
pub(crate) fn policy_name(policy: &Policy) -> String {
    let tier = match policy.tier {
        Tier::High => "high",
        Tier::Medium => "medium",
        Tier::Low => "low",
    };
    format!("{}s of {tier} tier", policy.resource_type)
}

/// The policy that a request is decided under; none inside for a change, none at all for a pinned
/// policy that is not on record.
fn pinned<'a>(request: &ApprovalRequest, authority: &'a Authority) -> Option<Option<&'a Policy>> {
    match &request.policy_sha256 {
        Some(digest) => authority.policy_pinned(digest).map(Some),
        None => request.change.is_some().then_some(None),
    }
}

/// Whether those who can sign are as many as must, with one of each group.
fn enough(missing: &Missing) -> bool {
    missing.groups_without_signer.is_empty()
        && u32::try_from(missing.can_sign.len()).is_ok_and(|able| able >= missing.needed)
}

fn word(role: Role) -> String {
    crate::desk::role_word(role).to_owned()
}

fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn some_of(names: &[String]) -> String {
    let more = names.len().saturating_sub(NAMED);
    let shown = names.iter().take(NAMED).cloned().collect::<Vec<_>>();
    match more {
        0 => words::listed(&shown),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// "14 days", "5 minutes": in the largest unit that leaves no rest.
fn duration(seconds: u64) -> String {
    let units = [("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)];
    let fitting = units.into_iter().find(|(_, length)| seconds.is_multiple_of(*length));
    let (unit, length) = fitting.unwrap_or(("second", 1));
    let count = seconds / length;
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}
