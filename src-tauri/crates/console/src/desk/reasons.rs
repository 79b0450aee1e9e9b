//! Reasons that somebody has typed and not signed yet: a console that locks meanwhile loses none.
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

/// Sheets whose reasons are kept at once; the one typed first makes room.
const SHEETS: usize = 8;
/// Longest text kept, in bytes: more than any reason that can be signed.
const LONGEST: usize = 16 * 1024;

/// What one person has typed, by sheet.
#[derive(Default)]
pub(super) struct TypedReasons {
    typed_by: Option<Actor>,
    texts: VecDeque<(String, SecretText)>,
}

impl TypedReasons {
    fn keep(&mut self, person: &Actor, sheet: &str, text: SecretText) {
        if self.typed_by.as_ref() != Some(person) {
            self.clear();
            self.typed_by = Some(person.clone());
        }
        self.forget(sheet);
        if text.expose().trim().is_empty() || text.expose().len() > LONGEST {
            return;
        }
        if self.texts.len() == SHEETS {
            self.texts.pop_front();
        }
        self.texts.push_back((sheet.to_owned(), text));
    }

    fn of(&self, person: &Actor, sheet: &str) -> Option<&SecretText> {
        let theirs = self.typed_by.as_ref() == Some(person);
        let mut texts = self.texts.iter().filter(|_| theirs);
        texts.find(|(known, _)| known == sheet).map(|(_, text)| text)
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
    /// Keeps what stands in the field of the reason, as it is typed. Where no sheet asks for one, or
    /// nobody sits here, nothing is kept.
    pub async fn keep_reason(&self, reason: String) -> Answer<()> {
        self.answer(async {
            let reason = SecretText::new(reason);
            let mut state = self.state();
            if let (Some(person), Some(sheet)) = (seated(&state.seat), state.asked().1.sheet()) {
                state.reasons.keep(&person, &sheet, reason);
            }
            Ok(())
        })
        .await
    }

    /// What the person in the chair typed on the sheet that is asked, and did not sign.
    pub(super) fn typed_reason(&self, asked: &Asked) -> Option<String> {
        let state = self.state();
        let (person, sheet) = (seated(&state.seat)?, asked.sheet()?);
        state.reasons.of(&person, &sheet).map(|text| text.expose().to_owned())
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
    use security::secret::SecretText;

    use super::{LONGEST, SHEETS, TypedReasons};

    fn person(last: char) -> Actor {
        Actor::parse(&format!("person/01930000-0000-7000-8000-00000000000{last}")).unwrap()
    }

    fn text(text: &str) -> SecretText {
        SecretText::new(text.to_owned())
    }

    #[test]
    fn a_reason_is_its_typists_and_its_sheets() {
        let (ada, bob) = (person('a'), person('b'));
        let mut kept = TypedReasons::default();
        kept.keep(&ada, "approve", text("Reproduced"));
        let of = |kept: &TypedReasons, person: &Actor, sheet: &str| {
            kept.of(person, sheet).map(|text| text.expose().to_owned())
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
