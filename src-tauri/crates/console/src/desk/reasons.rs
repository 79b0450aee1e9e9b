//! Reasons that somebody has typed and not signed yet, with the conditions beside them: a console that locks
//! meanwhile loses none.
//!
//! Invariant: they are kept in memory alone, wiped when they go, and given back to nobody but who typed
//! them, on the same sheet. Signing, giving up, signing out and another tenant drop them. No passphrase
//! ever comes here.

use std::collections::VecDeque;

use ledger::Actor;
use security::secret::SecretText;

use super::signing::Asked;
use super::state::Seat;
use super::{Answer, Desk};
use crate::views::ConditionsDraft;

/// Sheets whose reasons are kept at once; the one typed first makes room.
const SHEETS: usize = 8;
/// Longest texts of a sheet kept, in bytes: more than any reason that can be signed.
const LONGEST: usize = 16 * 1024;

/// What one person has typed, by sheet.
#[derive(Default)]
pub(super) struct TypedReasons {
    typed_by: Option<Actor>,
    texts: VecDeque<(String, Typed)>,
}

/// What stands in the fields of one sheet.
struct Typed {
    reason: SecretText,
    end: SecretText,
    environments: SecretText,
}

impl Typed {
    fn new(reason: String, conditions: ConditionsDraft) -> Self {
        let ConditionsDraft { end, environments } = conditions;
        let [reason, end, environments] = [reason, end, environments].map(SecretText::new);
        Self { reason, end, environments }
    }

    fn fields(&self) -> [&str; 3] {
        [&self.reason, &self.end, &self.environments].map(SecretText::expose)
    }

    fn is_kept(&self) -> bool {
        let fields = self.fields();
        let bytes: usize = fields.iter().map(|text| text.len()).sum();
        bytes <= LONGEST && fields.iter().any(|text| !text.trim().is_empty())
    }

    fn shown(&self) -> (String, ConditionsDraft) {
        let [reason, end, environments] = self.fields().map(str::to_owned);
        (reason, ConditionsDraft { end, environments })
    }
}

impl TypedReasons {
    fn keep(&mut self, person: &Actor, sheet: &str, typed: Typed) {
        if self.typed_by.as_ref() != Some(person) {
            self.clear();
            self.typed_by = Some(person.clone());
        }
        self.forget(sheet);
        if !typed.is_kept() {
            return;
        }
        if self.texts.len() == SHEETS {
            self.texts.pop_front();
        }
        self.texts.push_back((sheet.to_owned(), typed));
    }

    fn of(&self, person: &Actor, sheet: &str) -> Option<&Typed> {
        let theirs = self.typed_by.as_ref() == Some(person);
        let mut texts = self.texts.iter().filter(|_| theirs);
        texts.find(|(known, _)| known == sheet).map(|(_, typed)| typed)
    }

    /// It was signed, or given up.
    pub(super) fn forget(&mut self, sheet: &str) {
        self.texts.retain(|(known, _)| known != sheet);
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Whoever typed them left.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Desk {
    /// Keeps what stands in the field of the reason, and in those of the conditions, as it is typed. Where
    /// no sheet asks for one, or nobody sits here, nothing is kept.
    pub async fn keep_reason(&self, reason: String, conditions: ConditionsDraft) -> Answer<()> {
        self.answer(async {
            let typed = Typed::new(reason, conditions);
            let mut state = self.state();
            if let (Some(person), Some(sheet)) = (seated(&state.seat), state.asked().1.sheet()) {
                state.reasons.keep(&person, &sheet, typed);
            }
            Ok(())
        })
        .await
    }

    /// What the person in the chair typed on the sheet that is asked, and did not sign.
    pub(super) fn typed_reason(&self, asked: &Asked) -> Option<(String, ConditionsDraft)> {
        let state = self.state();
        let (person, sheet) = (seated(&state.seat)?, asked.sheet()?);
        state.reasons.of(&person, &sheet).map(Typed::shown)
    }
}

fn seated(seat: &Seat) -> Option<Actor> {
    match seat {
        Seat::Taken(session) => Some(session.person.clone()),
        Seat::Empty | Seat::Locked(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use ledger::Actor;

    use super::{LONGEST, SHEETS, Typed, TypedReasons};
    use crate::views::ConditionsDraft;

    fn person(last: char) -> Actor {
        Actor::parse(&format!("person/01930000-0000-7000-8000-00000000000{last}")).unwrap()
    }

    fn text(text: &str) -> Typed {
        Typed::new(text.to_owned(), ConditionsDraft::default())
    }

    fn limited(reason: &str, end: &str) -> Typed {
        let environments = "uat".to_owned();
        Typed::new(reason.to_owned(), ConditionsDraft { end: end.to_owned(), environments })
    }

    #[test]
    fn a_reason_is_its_typists_and_its_sheets() {
        let (ada, bob) = (person('a'), person('b'));
        let mut kept = TypedReasons::default();
        kept.keep(&ada, "approve", text("Reproduced"));
        let of = |kept: &TypedReasons, person: &Actor, sheet: &str| {
            kept.of(person, sheet).map(|typed| typed.shown().0)
        };
        let cases = [
            (&ada, "approve", Some("Reproduced")),
            (&ada, "reject", None),
            (&bob, "approve", None),
        ];
        for (person, sheet, expected) in cases {
            assert_eq!(of(&kept, person, sheet).as_deref(), expected, "{person} {sheet}");
        }
        kept.keep(&bob, "reject", text("Drifts"));
        assert_eq!(of(&kept, &ada, "approve"), None, "another person typed since");
        assert_eq!(of(&kept, &bob, "reject").as_deref(), Some("Drifts"));
        kept.keep(&bob, "reject", text(" "));
        assert_eq!(of(&kept, &bob, "reject"), None, "emptied by hand");
        kept.keep(&bob, "reject", text(&"x".repeat(LONGEST + 1)));
        assert_eq!(of(&kept, &bob, "reject"), None, "no reason is that long");
    }

    #[test]
    fn conditions_are_kept_beside_it_also_where_no_reason_was_typed_yet() {
        let ada = person('a');
        let mut kept = TypedReasons::default();
        for reason in ["Reproduced", ""] {
            kept.keep(&ada, "approve", limited(reason, "2027-03-31 17:00"));
            let (shown, conditions) = kept.of(&ada, "approve").unwrap().shown();
            assert_eq!((&*shown, &*conditions.end), (reason, "2027-03-31 17:00"));
            assert_eq!(conditions.environments, "uat");
        }
        kept.keep(&ada, "approve", limited("Reproduced", &"2".repeat(LONGEST)));
        assert!(kept.of(&ada, "approve").is_none(), "no condition is that long");
    }

    #[test]
    fn the_oldest_makes_room() {
        let ada = person('a');
        let mut kept = TypedReasons::default();
        for sheet in 0..=SHEETS {
            kept.keep(&ada, &sheet.to_string(), text("why"));
        }
        assert!(kept.of(&ada, "0").is_none());
        assert!((1..=SHEETS).all(|sheet| kept.of(&ada, &sheet.to_string()).is_some()));
    }
}
