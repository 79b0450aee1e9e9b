//! Reads the one-line note that stands at each version in `text/`:
//! `[status age Name Surname age] reason || second text || metric=value; metric=value`.
//!
//! Everything but the reason may be missing; without a status the version was approved. The second
//! text is the vote's or the withdrawal's reason.

use super::slot::Slot;
use super::{ContentFault, people};

/// A parsed note.
pub(super) struct Note {
    pub(super) reason: &'static str,
    pub(super) fate: Fate,
    /// When it was asked, if the file says so.
    pub(super) asked: Option<Slot>,
    /// Metric values that the file fixes.
    pub(super) values: Vec<(&'static str, &'static str)>,
}

/// What the file says became of a version.
#[derive(Clone, Copy)]
pub(super) enum Fate {
    Approved(Option<Ballot>),
    Rejected(Option<Ballot>, &'static str),
    Waiting(Option<Ballot>, &'static str),
    Withdrawn(&'static str),
    Superseded,
}

/// A vote that the file fixes.
#[derive(Clone, Copy)]
pub(super) struct Ballot {
    pub(super) by: &'static str,
    pub(super) at: Slot,
}

/// Parses one note.
pub(super) fn parse(line: &'static str) -> Result<Note, ContentFault> {
    let (status, rest) = match line.trim().strip_prefix('[') {
        Some(rest) => rest.split_once(']').ok_or_else(|| fault(line, "no closing bracket"))?,
        None => ("approved", line),
    };
    let mut parts = rest.split("||").map(str::trim);
    let reason = parts.next().filter(|text| !text.is_empty());
    let reason = reason.ok_or_else(|| fault(line, "no reason"))?;
    let second = parts.next().unwrap_or("");
    let values = parts.next().unwrap_or("").split(';').filter_map(|pair| pair.split_once('='));
    let values = values.map(|(name, value)| (name.trim(), value.trim())).collect();
    let mut words = status.split_whitespace();
    let kind = words.next().unwrap_or("");
    let words: Vec<&'static str> = words.collect();
    let asked = words.first().map(|age| age_of(age, line)).transpose()?;
    let ballot = match words.as_slice() {
        [] | [_] => None,
        [_, first, last, age] => {
            Some(Ballot { by: person(first, last, line)?, at: age_of(age, line)? })
        }
        _ => return Err(fault(line, "status is `kind [age [Name Surname age]]`")),
    };
    let fate = match kind {
        "approved" => Fate::Approved(ballot),
        "rejected" => Fate::Rejected(ballot, second),
        "waiting" => Fate::Waiting(ballot, second),
        "withdrawn" => Fate::Withdrawn(second),
        "superseded" => Fate::Superseded,
        other => return Err(fault(line, &format!("unknown status {other}"))),
    };
    if matches!(fate, Fate::Waiting(..)) && asked.is_none() {
        return Err(fault(line, "waiting needs an age"));
    }
    let says_why = second.is_empty();
    if says_why
        && matches!(fate, Fate::Rejected(..) | Fate::Withdrawn(_) | Fate::Waiting(Some(_), _))
    {
        return Err(fault(line, "a second text must say why"));
    }
    Ok(Note { reason, fate, asked, values })
}

fn age_of(text: &str, line: &str) -> Result<Slot, ContentFault> {
    // Requests of one age should not fall into one minute.
    let spread = i64::try_from(line.len() * 37).unwrap_or(0);
    let (number, unit) = text.split_at(text.len().saturating_sub(1));
    let number: i64 =
        number.parse().map_err(|_| fault(line, "an age is a number and m, h or d"))?;
    match unit {
        "m" => Ok(Slot::ago(number)),
        "h" => Ok(Slot::ago(number * 60 + spread % 43)),
        "d" => Ok(Slot::ago(number * 1_440 + spread % 470)),
        _ => Err(fault(line, "an age is a number and m, h or d")),
    }
}

fn person(first: &str, last: &str, line: &str) -> Result<&'static str, ContentFault> {
    let full = format!("{first} {last}");
    let known = people::PEOPLE.iter().find(|person| person.name == full);
    known.map(|person| person.name).ok_or_else(|| fault(line, "nobody has that name"))
}

fn fault(line: &str, what: &str) -> ContentFault {
    ContentFault::new(format!("{what}: {line}"))
}
