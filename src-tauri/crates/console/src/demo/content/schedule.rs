//! When each version of a subject was asked for, and who voted on it when.
//!
//! Invariant: makers never vote, nobody votes twice on a request, a voter holds the role on that
//! day, and a version is decided before the next one arrives (a superseded one is not).

use super::chance::Chance;
use super::note::{Ballot, Fate, Note};
use super::people;
use super::slot::{FIRST_DAY, Slot};
use super::{DemoOutcome, DemoVote};

/// Fewest working days between a decided version and the next.
const LEAST_GAP: i64 = 9;

/// The moments at which the versions were asked for, oldest first.
pub(super) fn moments(notes: &[Note], chance: &mut Chance) -> Vec<Slot> {
    let count = i64::try_from(notes.len()).unwrap_or(1);
    let newest = notes.last().and_then(|note| note.asked).map(Slot::day);
    let least = (count - 1) * LEAST_GAP;
    let end = newest.map_or_else(
        || {
            let free = FIRST_DAY - 6 - least;
            2 + chance.minutes(free).min(chance.minutes(free))
        },
        |day| day.max(0),
    );
    let room = FIRST_DAY - 2 - end;
    let slack = (room - least).max(0);
    let first_wave = chance.below(100) < 22;
    let span = if first_wave {
        room - chance.minutes(slack.min(14))
    } else {
        least + chance.minutes(slack)
    };
    let gap = if count > 1 { span / (count - 1) } else { 0 };
    let mut days: Vec<i64> = (0..count)
        .map(|index| {
            let jitter = if index == 0 || index == count - 1 { 0 } else { chance.minutes(gap / 4) };
            end + (count - 1 - index) * gap - jitter
        })
        .collect();
    for index in (0..notes.len().saturating_sub(1)).rev() {
        if matches!(notes.get(index).map(|note| note.fate), Some(Fate::Superseded)) {
            days[index] = days[index + 1] + 1 + chance.minutes(3);
        }
    }
    let fixed = notes.iter().map(|note| note.asked);
    days.into_iter()
        .zip(fixed)
        .map(|(day, fixed)| fixed.unwrap_or_else(|| Slot::working(day, 485 + chance.minutes(510))))
        .collect()
}

/// Who asks and what a vote needs.
pub(super) struct Request<'a> {
    pub(super) tenant: &'static str,
    pub(super) tier: &'static str,
    pub(super) maker: &'static str,
    pub(super) asked: Slot,
    pub(super) chance: &'a mut Chance,
}

impl Request<'_> {
    /// Turns what the file says into votes with names, times and reasons.
    pub(super) fn outcome(
        mut self,
        fate: Fate,
        mut reason: impl FnMut(&mut Chance) -> String,
    ) -> DemoOutcome {
        match fate {
            Fate::Superseded => DemoOutcome::Superseded,
            Fate::Withdrawn(reason) => DemoOutcome::Withdrawn {
                reason,
                at: self.asked.later(35 + self.chance.minutes(200)),
            },
            Fate::Rejected(ballot, why) => {
                DemoOutcome::Rejected { vote: self.ballot(ballot, why.to_owned(), &[], None) }
            }
            Fate::Waiting(None, _) => DemoOutcome::Waiting { votes: Vec::new() },
            Fate::Waiting(Some(ballot), why) => {
                let vote = self.ballot(Some(ballot), why.to_owned(), &[], None);
                DemoOutcome::Waiting { votes: vec![vote] }
            }
            Fate::Approved(ballot) => {
                let needed = if self.tier == "high" { 2 } else { 1 };
                let mut votes: Vec<DemoVote> = Vec::with_capacity(needed);
                while votes.len() < needed {
                    let text = reason(self.chance);
                    let given = ballot.filter(|_| votes.len() + 1 == needed);
                    let vote = self.ballot(given, text, &votes, ballot);
                    votes.push(vote);
                }
                DemoOutcome::Approved { votes }
            }
        }
    }

    /// `last` is the ballot that the file reserves for the final vote.
    fn ballot(
        &mut self,
        given: Option<Ballot>,
        reason: String,
        earlier: &[DemoVote],
        last: Option<Ballot>,
    ) -> DemoVote {
        if let Some(Ballot { by, at }) = given {
            return DemoVote { by, reason, at };
        }
        let after = earlier.last().map_or(self.asked, |vote| vote.at);
        let at = self.next_moment(after);
        let mut free = people::voters(self.tenant, at.day());
        free.retain(|name| {
            let reserved = last.is_some_and(|ballot| ballot.by == *name);
            *name != self.maker && !reserved && earlier.iter().all(|vote| vote.by != *name)
        });
        let by = self.chance.pick(&free).copied().unwrap_or("");
        DemoVote { by, reason, at }
    }

    /// Later the same day or within three working days.
    fn next_moment(&mut self, after: Slot) -> Slot {
        let days = self.chance.minutes(4).min(after.day());
        if days <= 0 {
            return after.later(25 + self.chance.minutes(170));
        }
        Slot::working(after.day() - days, 490 + self.chance.minutes(520))
    }
}
