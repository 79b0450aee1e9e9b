//! The sentences that the window and the command line share.
//!
//! Invariant: a sentence is made of what the core knows, never of what a page sends, and decides
//! nothing. Names of people in it are untrusted text: a shell shows them as text.

use ledger::statement::Conditions;
use ledger::{Decision, Effect, Policy, SubjectKind, SubjectName, Tier, Timestamp};

/// A size in decimal units with one decimal, "48.2 MB"; below 1 000 in bytes.
#[must_use]
pub fn size(bytes: u64) -> String {
    let whole = u128::from(bytes);
    let rounded = |unit: u128| (whole * 10 + unit / 2) / unit;
    let units = [("kB", 3), ("MB", 6), ("GB", 9), ("TB", 12), ("PB", 15), ("EB", 18)];
    match units.into_iter().find(|(_, power)| rounded(10_u128.pow(*power)) < 10_000) {
        Some((name, power)) if bytes >= 1_000 => {
            let tenths = rounded(10_u128.pow(power));
            format!("{}.{} {name}", tenths / 10, tenths % 10)
        }
        Some(_) | None if bytes == 1 => "1 byte".to_owned(),
        Some(_) | None => format!("{bytes} bytes"),
    }
}

/// 12482 as "12,482".
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A moment to the minute: "2027-03-31 17:00 UTC".
#[must_use]
pub fn minute(at: Timestamp) -> String {
    let text = at.to_string();
    let (day, time) = (text.get(..10).unwrap_or_default(), text.get(11..16).unwrap_or_default());
    format!("{day} {time} UTC")
}

/// Conditions of an approval: "until 2027-03-31 17:00 UTC, in staging and uat only". Empty when there
/// are none.
#[must_use]
pub fn conditions(conditions: &Conditions) -> String {
    let until = conditions.expires_at.map(|end| format!("until {}", minute(end)));
    let scope = conditions.scope.as_ref().map(|scope| match scope.as_slice() {
        [] => "in no environment".to_owned(),
        scope => format!("in {} only", listed(scope)),
    });
    until.into_iter().chain(scope).collect::<Vec<_>>().join(", ")
}

/// The same, of a version with this effect: conditions are said of what was approved under them.
#[must_use]
pub fn conditions_under(shown: &Conditions, effect: Effect) -> String {
    match effect {
        Effect::InForce | Effect::Lapsed => conditions(shown),
        Effect::None | Effect::Revoked | Effect::Void => String::new(),
    }
}

/// How far long work is: "1,204 of 12,482 values".
#[must_use]
pub fn how_far(done: u64, total: u64, what: &str) -> String {
    format!("{} of {} {what}", grouped(done), grouped(total))
}

/// A subject in a sentence: "model credit-pd, version 7"; a change is "this change".
#[must_use]
pub fn subject(name: &SubjectName) -> String {
    match name {
        SubjectName::Model(..) | SubjectName::Prompt(..) => {
            format!("{} {}", name.resource_type(), versioned(name))
        }
        SubjectName::Change(_) => "this change".to_owned(),
    }
}

/// What a person is about to sign: "Approve model credit-pd, version 7, for production use in
/// retail-eu." `place` is the tenant, or the environments of a scope.
#[must_use]
pub fn decision(decision: Decision, name: &SubjectName, place: &str) -> String {
    let what = subject(name);
    let comma = match name {
        SubjectName::Model(..) | SubjectName::Prompt(..) => ",",
        SubjectName::Change(_) => "",
    };
    match (decision, name) {
        (Decision::Approved, SubjectName::Model(..) | SubjectName::Prompt(..)) => {
            format!("Approve {what}, for production use in {place}.")
        }
        (Decision::Approved, SubjectName::Change(_)) => format!("Approve {what} in {place}."),
        (Decision::Rejected, _) => format!("Reject {what}{comma} in {place}."),
        (Decision::Revoked, _) => format!("Revoke the approval of {what}{comma} in {place}."),
        (Decision::Proposed, _) => format!("Propose {what}{comma} in {place}."),
    }
}

/// What a signature is: "Approval of model credit-pd, version 7, in retail-eu".
#[must_use]
pub fn signed(decision: Decision, name: &SubjectName, place: &str) -> String {
    let what = match name {
        SubjectName::Model(..) | SubjectName::Prompt(..) => format!("{},", subject(name)),
        SubjectName::Change(_) => "a change".to_owned(),
    };
    let act = match decision {
        Decision::Approved => "Approval",
        Decision::Rejected => "Rejection",
        Decision::Revoked => "Revocation of the approval",
        Decision::Proposed => "Proposal",
    };
    format!("{act} of {what} in {place}")
}

/// What a signature brought about: "credit-pd, version 7, is approved and in force in retail-eu."
/// `missing` is how many people must still sign.
#[must_use]
pub fn outcome(decision: Decision, name: &SubjectName, place: &str, missing: u32) -> String {
    let what = match name {
        SubjectName::Model(..) | SubjectName::Prompt(..) => format!("{},", versioned(name)),
        SubjectName::Change(_) => "The change".to_owned(),
    };
    match (decision, missing) {
        (Decision::Approved | Decision::Proposed, 1..) => {
            let noun = if missing == 1 { "person" } else { "people" };
            format!("{what} waits for {} more {noun} to sign in {place}.", number(missing))
        }
        (Decision::Approved, 0) => format!("{what} is approved and in force in {place}."),
        (Decision::Proposed, 0) => format!("{what} is in force in {place}."),
        (Decision::Rejected, _) => format!("{what} is rejected in {place}."),
        (Decision::Revoked, _) => format!("{what} is revoked in {place}."),
    }
}

/// What is about to be signed at a rollback: "Go back to model credit-pd, version 6: revoke the later
/// approval in retail-eu." `ends` is how many approvals end.
#[must_use]
pub fn rollback(to: &SubjectName, ends: usize, place: &str) -> String {
    let ends = u32::try_from(ends).unwrap_or(u32::MAX);
    let later = if ends == 1 {
        "the later approval".to_owned()
    } else {
        format!("{} later approvals", number(ends))
    };
    format!("Go back to {}: revoke {later} in {place}.", subject(to))
}

/// What a rollback brought about: "credit-pd, version 6, is the version in force in retail-eu."
#[must_use]
pub fn rolled_back(to: &SubjectName, place: &str) -> String {
    format!("{}, is the version in force in {place}.", versioned(to))
}

/// The policy: "High tier: two people, neither of them the requester".
#[must_use]
pub fn policy(policy: &Policy) -> String {
    let maker = match policy.resource_type {
        SubjectKind::Model => "requester",
        SubjectKind::Prompt => "author",
    };
    let not_the_maker = match (policy.four_eyes, policy.approvals) {
        (false, 0 | 1) => format!(", who may be the {maker}"),
        (false, _) => format!(", one of whom may be the {maker}"),
        (true, 0 | 1) => format!(", not the {maker}"),
        (true, 2) => format!(", neither of them the {maker}"),
        (true, 3..) => format!(", none of them the {maker}"),
    };
    let groups = match policy.groups.as_slice() {
        [] => String::new(),
        groups => format!("; from {}", listed(groups)),
    };
    let artefact = if policy.artefact_check { "; with the artefact checked" } else { "" };
    format!("{}: {}{not_the_maker}{groups}{artefact}", tier(policy.tier), people(policy.approvals))
}

/// The policy where one signs: "High tier, two people. Yours is the second: the model is in force
/// once you sign." `signed` is how many have approved before.
#[must_use]
pub fn policy_for_signer(policy: &Policy, signed: u32) -> String {
    let kind = policy.resource_type;
    let head = format!("{}, {}.", tier(policy.tier), people(policy.approvals));
    match policy.approvals.saturating_sub(signed) {
        0 | 1 if policy.approvals <= 1 => format!("{head} The {kind} is in force once you sign."),
        0 | 1 => format!(
            "{head} Yours is the {}: the {kind} is in force once you sign.",
            ordinal(signed + 1)
        ),
        left => format!(
            "{head} Yours is the {}: {} more must sign.",
            ordinal(signed + 1),
            number(left - 1)
        ),
    }
}

/// Who is missing: "Needs 2, nobody can sign yet". Empty when those who can sign are enough.
#[must_use]
pub fn missing(needed: u32, signed: u32, able: &[String]) -> String {
    let open = needed.saturating_sub(signed);
    if u32::try_from(able.len()).is_ok_and(|able| able < open) {
        match able {
            [] if signed == 0 => format!("Needs {needed}, nobody can sign yet"),
            [] => format!("Needs {open} more, nobody can sign yet"),
            able if signed == 0 => format!("Needs {needed}, only {} can sign yet", listed(able)),
            able => format!("Needs {open} more, only {} can sign yet", listed(able)),
        }
    } else {
        String::new()
    }
}

/// "Ada, Bob and Chi".
#[must_use]
pub fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [many @ .., last] => format!("{} and {last}", many.join(", ")),
    }
}

fn versioned(name: &SubjectName) -> String {
    match name {
        SubjectName::Model(name, version) => format!("{name}, version {version}"),
        SubjectName::Prompt(name, version) => format!("{name}, version {version}"),
        SubjectName::Change(id) => format!("change {id}"),
    }
}

fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::High => "High tier",
        Tier::Medium => "Medium tier",
        Tier::Low => "Low tier",
    }
}

fn people(count: u32) -> String {
    let noun = if count == 1 { "person" } else { "people" };
    format!("{} {noun}", number(count))
}

/// A policy asks for at most 16 people (`ledger::policy::APPROVALS_LIMIT`).
const NUMBERS: [(&str, &str); 17] = [
    ("no", "zeroth"),
    ("one", "first"),
    ("two", "second"),
    ("three", "third"),
    ("four", "fourth"),
    ("five", "fifth"),
    ("six", "sixth"),
    ("seven", "seventh"),
    ("eight", "eighth"),
    ("nine", "ninth"),
    ("ten", "tenth"),
    ("eleven", "eleventh"),
    ("twelve", "twelfth"),
    ("thirteen", "thirteenth"),
    ("fourteen", "fourteenth"),
    ("fifteen", "fifteenth"),
    ("sixteen", "sixteenth"),
];

fn number(count: u32) -> String {
    NUMBERS.get(count as usize).map_or_else(|| count.to_string(), |(word, _)| (*word).to_owned())
}

fn ordinal(place: u32) -> String {
    NUMBERS.get(place as usize).map_or_else(|| format!("{place}th"), |(_, word)| (*word).to_owned())
}

#[cfg(test)]
mod tests;
