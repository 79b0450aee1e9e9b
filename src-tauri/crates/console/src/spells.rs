//! When which version could be used: the times between an approval and what ended it.
//!
//! Invariant: a version is in one spell at a time; an approval that a later one of the same version
//! took the place of ends there. Only shown: what may be used is asked of the gate.

use ledger::Timestamp;

/// An approval of a version, with what is known of its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Approval {
    pub(crate) version: String,
    /// The record that ended its request, and its time.
    pub(crate) given: (u64, Timestamp),
    /// The record that revoked it, and its time.
    pub(crate) revoked: Option<(u64, Timestamp)>,
    /// When it ends by its own terms.
    pub(crate) ends_at: Option<Timestamp>,
    /// It needs a key that was found compromised.
    pub(crate) is_void: bool,
}

/// What ended a spell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Running,
    Renewed,
    Lapsed,
    Revoked,
    Void,
}

/// A time in which a version could be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spell {
    pub(crate) approval: Approval,
    /// When it ended, or will by its own terms.
    pub(crate) until: Option<Timestamp>,
    /// The record that ended it.
    pub(crate) until_seq: Option<u64>,
    pub(crate) end: End,
    /// The version in force: of those running, the one approved last.
    pub(crate) is_current: bool,
}

/// The spells of these approvals of one name, the newest first.
pub(crate) fn spells(mut approvals: Vec<Approval>, now: Timestamp) -> Vec<Spell> {
    approvals.sort_by_key(|approval| std::cmp::Reverse(approval.given.0));
    let mut spells: Vec<Spell> = Vec::with_capacity(approvals.len());
    for approval in approvals {
        let same = |later: &&Spell| later.approval.version == approval.version;
        let next = spells.iter().rev().find(same).map(|later| later.approval.given);
        spells.push(spell(approval, next, now));
    }
    let current = spells.iter_mut().find(|spell| spell.end == End::Running);
    if let Some(current) = current {
        current.is_current = true;
    }
    spells
}

/// What ends first counts; `next` is the next approval of the same version.
fn spell(approval: Approval, next: Option<(u64, Timestamp)>, now: Timestamp) -> Spell {
    let record = |(seq, at): (u64, Timestamp), end| (at, Some(seq), end);
    let ends = [
        approval.ends_at.map(|at| (at, None, End::Lapsed)),
        approval.revoked.map(|by| record(by, End::Revoked)),
        next.map(|by| record(by, End::Renewed)),
    ];
    let first = ends.into_iter().flatten().min_by_key(|(at, ..)| *at);
    let (until, until_seq, end) = match first {
        // A revoked approval stays revoked.
        _ if approval.is_void && approval.revoked.is_none() => (None, None, End::Void),
        None => (None, None, End::Running),
        Some((at, None, End::Lapsed)) if at > now => (Some(at), None, End::Running),
        Some((at, seq, end)) => (Some(at), seq, end),
    };
    Spell { approval, until, until_seq, end, is_current: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: u64) -> Timestamp {
        let minute = i64::try_from(minute).unwrap();
        Timestamp::from_micros(1_790_000_000_000_000 + minute * 60 * Timestamp::SECOND).unwrap()
    }

    /// Approved at a minute, by a record of the same number.
    fn approved(version: &str, minute: u64) -> Approval {
        Approval {
            version: version.to_owned(),
            given: (minute, at(minute)),
            revoked: None,
            ends_at: None,
            is_void: false,
        }
    }

    /// At minute 100: version, from, until, what ended it, whether it is the one in force.
    fn check(approvals: Vec<Approval>, expected: &[(&str, u64, Option<u64>, End, bool)]) {
        let found = spells(approvals, at(100));
        let told: Vec<_> = found
            .iter()
            .map(|spell| {
                let approval = &spell.approval;
                let from = approval.given.0;
                (approval.version.as_str(), from, spell.until, spell.end, spell.is_current)
            })
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(version, from, until, end, current)| {
                (*version, *from, until.map(at), *end, *current)
            })
            .collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn a_spell_ends_by_what_comes_first_and_the_one_approved_last_is_in_force() {
        let revoked = |minute| Some((minute, at(minute)));
        let ends = |minute| Some(at(minute));
        check(vec![], &[]);
        check(vec![approved("1", 5)], &[("1", 5, None, End::Running, true)]);
        check(
            vec![approved("1", 5), approved("2", 9)],
            &[("2", 9, None, End::Running, true), ("1", 5, None, End::Running, false)],
        );
        let gone = Approval { revoked: revoked(20), ..approved("2", 9) };
        check(
            vec![approved("1", 5), gone],
            &[("2", 9, Some(20), End::Revoked, false), ("1", 5, None, End::Running, true)],
        );
        let limited = Approval { ends_at: ends(30), ..approved("1", 5) };
        check(vec![limited.clone()], &[("1", 5, Some(30), End::Lapsed, false)]);
        let planned = Approval { ends_at: ends(101), ..limited.clone() };
        check(vec![planned], &[("1", 5, Some(101), End::Running, true)]);
        let now = Approval { ends_at: ends(100), ..limited.clone() };
        check(vec![now], &[("1", 5, Some(100), End::Lapsed, false)]);
        let both = Approval { revoked: revoked(20), ..limited };
        check(vec![both], &[("1", 5, Some(20), End::Revoked, false)]);
    }

    #[test]
    fn a_version_approved_again_is_renewed_not_twice_in_force() {
        let limited = Approval { ends_at: Some(at(50)), ..approved("1", 5) };
        check(
            vec![limited.clone(), approved("1", 20)],
            &[("1", 20, None, End::Running, true), ("1", 5, Some(20), End::Renewed, false)],
        );
        check(
            vec![limited, approved("2", 10), approved("1", 60)],
            &[
                ("1", 60, None, End::Running, true),
                ("2", 10, None, End::Running, false),
                ("1", 5, Some(50), End::Lapsed, false),
            ],
        );
        check(
            vec![approved("1", 5), approved("1", 20), approved("1", 30)],
            &[
                ("1", 30, None, End::Running, true),
                ("1", 20, Some(30), End::Renewed, false),
                ("1", 5, Some(20), End::Renewed, false),
            ],
        );
    }

    #[test]
    fn what_is_void_was_never_good_unless_it_was_revoked() {
        let void = Approval { is_void: true, ..approved("2", 9) };
        check(
            vec![approved("1", 5), void.clone()],
            &[("2", 9, None, End::Void, false), ("1", 5, None, End::Running, true)],
        );
        let revoked = Approval { revoked: Some((20, at(20))), ..void };
        check(vec![revoked], &[("2", 9, Some(20), End::Revoked, false)]);
    }
}
