//! Conditions of an approval as a person types them.
//!
//! Invariant: what is signed is exactly what these texts were read as, and was shown before; an
//! approval that could never be in force is refused.

use ledger::Timestamp;
use ledger::statement::{Conditions, is_environment};

use crate::failure::ConsoleError;

/// On a rejection or a change there are none.
pub(super) const NOT_HERE: ConsoleError = ConsoleError::Input {
    what: "conditions",
    reason: "only the approval of a model or prompt has them",
};
const END: ConsoleError = ConsoleError::Input {
    what: "end",
    reason: "a day and a time in UTC, such as 2027-03-31 17:00",
};
const PASSED: ConsoleError =
    ConsoleError::Input { what: "end", reason: "the approval must end after now" };
const OVER: ConsoleError = ConsoleError::Input {
    what: "approval",
    reason: "one given before on this request has reached its end, so that it could never be in \
             force; reject this request or have it withdrawn, and ask again",
};
const ENVIRONMENTS: ConsoleError = ConsoleError::Input {
    what: "environments",
    reason: "names of 1 to 64 small letters, digits and hyphens, with commas between them",
};
const NOWHERE: ConsoleError = ConsoleError::Input {
    what: "environments",
    reason: "none of them is left by the approvals given before",
};

/// Reads both fields; an empty one sets no condition.
///
/// # Errors
/// [`ConsoleError::Input`] that names the field.
pub(crate) fn read(end: &str, environments: &str) -> Result<Conditions, ConsoleError> {
    Ok(Conditions { expires_at: read_end(end)?, scope: read_scope(environments)? })
}

/// An approval under what was given before could be in force now: one whose time is over already
/// would be granted and end at once.
pub(crate) fn demand_not_over(earlier: &Conditions, now: Timestamp) -> Result<(), ConsoleError> {
    if earlier.have_ended(now) { Err(OVER) } else { Ok(()) }
}

/// The end lies ahead, and with the conditions of earlier approvals an environment is left.
pub(crate) fn demand_ahead(
    conditions: &Conditions,
    earlier: &Conditions,
    now: Timestamp,
) -> Result<(), ConsoleError> {
    demand_not_over(earlier, now)?;
    if conditions.have_ended(now) {
        return Err(PASSED);
    }
    let together = Conditions::joined([earlier, conditions]);
    if together.scope.is_some_and(|scope| scope.is_empty()) { Err(NOWHERE) } else { Ok(()) }
}

/// `2027-03-31 17:00`, with `T` or a space, with or without seconds and `Z` or `UTC`.
fn read_end(text: &str) -> Result<Option<Timestamp>, ConsoleError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let text = text.strip_suffix("UTC").or_else(|| text.strip_suffix('Z')).unwrap_or(text).trim();
    let (day, time) = text.split_once(['T', ' ']).ok_or(END)?;
    let time = time.trim();
    let time = match time.len() {
        5 => format!("{time}:00"),
        _ => time.to_owned(),
    };
    Timestamp::parse(&format!("{day}T{time}.000000Z")).map(Some).map_err(|_| END)
}

/// Names with commas or spaces between them, in any order.
fn read_scope(text: &str) -> Result<Option<Vec<String>>, ConsoleError> {
    let names = text.split([',', ' ', '\n', '\t']).filter(|name| !name.is_empty());
    let mut scope: Vec<String> = names.map(str::to_owned).collect();
    if scope.iter().any(|name| !is_environment(name)) {
        return Err(ENVIRONMENTS);
    }
    scope.sort();
    scope.dedup();
    Ok((!scope.is_empty()).then_some(scope))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_a_day_and_a_time_in_utc() {
        for text in [
            "2027-03-31 17:00",
            " 2027-03-31T17:00 ",
            "2027-03-31 17:00:00",
            "2027-03-31 17:00 UTC",
            "2027-03-31T17:00Z",
            "2027-03-31T17:00:00Z",
        ] {
            let read = read(text, "").unwrap();
            assert_eq!(
                read.expires_at.unwrap().to_string(),
                "2027-03-31T17:00:00.000000Z",
                "{text}"
            );
        }
        for text in [
            "tomorrow",
            "2027-03-31",
            "17:00",
            "31.03.2027 17:00",
            "2027-02-29 17:00",
            "2027-03-31 24:00",
            "2027-03-31 17:00 CET",
            "2027-03-31 17:00+01:00",
            "2027-03-31 17:00:00.5",
            "12027-03-31 17:00",
        ] {
            assert_eq!(read(text, ""), Err(END), "{text}");
        }
        assert_eq!(read(" ", " , ").unwrap(), Conditions::default());
    }

    #[test]
    fn environments_are_sorted_and_stand_once() {
        let scope = |text: &str| read("", text).map(|read| read.scope);
        let names =
            |names: &[&str]| Ok(Some(names.iter().map(|name| (*name).to_owned()).collect()));
        assert_eq!(scope("staging"), names(&["staging"]));
        assert_eq!(scope("uat, staging,staging  eu-1"), names(&["eu-1", "staging", "uat"]));
        let long = "x".repeat(64);
        assert_eq!(scope(&long), names(&[long.as_str()]));
        for text in ["Staging", "pre_prod", "staging;uat", "é", &"x".repeat(65)] {
            assert_eq!(scope(text), Err(ENVIRONMENTS), "{text}");
        }
    }

    #[test]
    fn an_approval_that_could_never_be_in_force_is_refused() {
        let now = Timestamp::parse("2027-01-01T00:00:00.000000Z").unwrap();
        let of = |end: &str, scope: &str| read(end, scope).unwrap();
        let free = Conditions::default();
        for (typed, earlier, refusal) in [
            (of("2027-01-01 00:01", ""), free.clone(), None),
            (of("2027-01-01 00:00", ""), free.clone(), Some(PASSED)),
            (of("", "staging"), of("2027-02-01 00:00", "staging, uat"), None),
            (of("", "staging"), of("", "uat"), Some(NOWHERE)),
            (of("2028-01-01 00:00", ""), of("2027-02-01 00:00", ""), None),
            (of("2028-01-01 00:00", ""), of("2027-01-01 00:00", ""), Some(OVER)),
            (of("", "staging"), of("2026-12-31 23:59", ""), Some(OVER)),
            (free.clone(), of("2026-12-31 23:59", ""), Some(OVER)),
            (free.clone(), of("2027-01-01 00:01", ""), None),
        ] {
            assert_eq!(demand_ahead(&typed, &earlier, now).err(), refusal, "{typed:?}");
        }
    }
}
