//! Reasons that somebody has typed and not signed yet, with the conditions beside them: a console that locks
//! meanwhile, or ends, loses none.
//!
//! Invariant: what is held here is wiped when it goes; what is written is sealed as every draft is. It is
//! given back to nobody but who typed it, in the tenant where they did, on the same sheet. Signing, giving
//! up, signing out and another tenant drop it. No passphrase ever comes here.

use std::collections::{BTreeSet, VecDeque};
use std::mem;

use security::secret::SecretText;
use serde::{Deserialize, Serialize};

use super::signing::Asked;
use super::state::Seat;
use super::{Answer, Desk, Inner};
use crate::session::Session;
use crate::views::ConditionsDraft;

/// What the draft of all sheets of a person is of.
const PLACE: &str = "signing";

/// Sheets whose reasons are kept at once; the one typed first makes room.
const SHEETS: usize = 8;
/// Longest texts of a sheet kept, in bytes: more than any reason that can be signed.
const LONGEST: usize = 16 * 1024;

/// What one person has typed in one tenant, by sheet.
#[derive(Default)]
pub(super) struct TypedReasons {
    typed_by: Option<Session>,
    /// True once what was sealed before is among them.
    is_read: bool,
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

/// A sheet as it is sealed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet<T> {
    end: T,
    environments: T,
    reason: T,
    sheet: T,
}

impl TypedReasons {
    /// Those that were sealed by the same person in the same tenant.
    fn read(session: &Session, sealed: &str) -> Self {
        let sheets: Vec<Sheet<String>> = serde_json::from_str(sealed).unwrap_or_default();
        let typed = |Sheet { end, environments, reason, sheet }| {
            (sheet, Typed::new(reason, ConditionsDraft { end, environments }))
        };
        let texts = sheets.into_iter().map(typed).collect();
        Self { typed_by: Some(session.clone()), is_read: true, texts }
    }

    /// All of them as they are sealed; none where there is nothing.
    fn written(&self, session: &Session) -> Option<SecretText> {
        if !self.are_of(session) || self.texts.is_empty() {
            return None;
        }
        let sheets = self.texts.iter().map(|(sheet, typed)| {
            let [reason, end, environments] = typed.fields();
            Sheet { end, environments, reason, sheet }
        });
        serde_json::to_string(&sheets.collect::<Vec<_>>()).ok().map(SecretText::new)
    }

    fn are_of(&self, session: &Session) -> bool {
        self.typed_by
            .as_ref()
            .is_some_and(|by| by.person == session.person && by.tenant_id == session.tenant_id)
    }

    fn are_read(&self, session: &Session) -> bool {
        self.are_of(session) && self.is_read
    }

    /// Adds what was sealed before; what was typed on a sheet since stands.
    fn take_in(&mut self, mut sealed: Self) {
        let same = sealed.typed_by.as_ref().is_some_and(|session| self.are_of(session));
        if same {
            for (sheet, typed) in mem::take(&mut self.texts) {
                sealed.forget(&sheet);
                sealed.texts.push_back((sheet, typed));
            }
        }
        *self = sealed;
    }

    fn keep(&mut self, session: &Session, sheet: &str, typed: Typed) {
        if !self.are_of(session) {
            self.clear();
            self.typed_by = Some(session.clone());
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

    fn of(&self, session: &Session, sheet: &str) -> Option<&Typed> {
        let theirs = self.are_of(session);
        let mut texts = self.texts.iter().filter(|_| theirs);
        texts.find(|(known, _)| known == sheet).map(|(_, typed)| typed)
    }

    /// It was signed, or given up; who had typed it, if somebody had.
    pub(super) fn forget(&mut self, sheet: &str) -> Option<Session> {
        let before = self.texts.len();
        self.texts.retain(|(known, _)| known != sheet);
        self.typed_by.clone().filter(|_| self.texts.len() < before)
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
            let (turn, asked) = self.state().asked();
            self.read_reasons(turn, &asked).await;
            let session = {
                let mut state = self.state();
                // On another sheet it would be somebody's reason for something else.
                let is_asked = state.asked().0 == turn;
                let (seat, sheet) = (seated(&state.seat), asked.sheet().filter(|_| is_asked));
                let (Some(session), Some(sheet)) = (seat, sheet) else { return Ok(()) };
                state.reasons.keep(&session, &sheet, typed);
                session
            };
            self.inner.write_reasons(&session).await;
            Ok(())
        })
        .await
    }

    /// Reads what the person in the chair had typed when the console ended last, once they are asked for
    /// a reason.
    pub(super) async fn read_reasons(&self, turn: u64, asked: &Asked) {
        let (session, workspace) = {
            let state = self.state();
            let session = seated(&state.seat).filter(|session| !state.reasons.are_read(session));
            (session.filter(|_| asked.sheet().is_some()), state.workspace.clone())
        };
        let (Some(session), Some(workspace)) = (session, workspace) else { return };
        let sealed = match workspace.draft(&session, PLACE).await {
            Ok(draft) => draft.map(|draft| SecretText::new(draft.text)),
            Err(error) => {
                tracing::warn!(%error, "what was typed in the signing window before was not read");
                return;
            }
        };
        let mut state = self.state();
        // Whoever gave up meanwhile finds nothing of it.
        let is_asked = state.asked().0 == turn && seated(&state.seat).as_ref() == Some(&session);
        if is_asked && !state.reasons.are_read(&session) {
            let sealed = sealed.as_ref().map_or("[]", SecretText::expose);
            state.reasons.take_in(TypedReasons::read(&session, sealed));
        }
    }

    /// What the person in the chair typed on the sheet that is asked, and did not sign.
    pub(super) fn typed_reason(&self, asked: &Asked) -> Option<(String, ConditionsDraft)> {
        let state = self.state();
        let (session, sheet) = (seated(&state.seat)?, asked.sheet()?);
        state.reasons.of(&session, &sheet).map(Typed::shown)
    }
}

impl Inner {
    /// Writes down what a person has typed by now, or that it is nothing: the last to write has what is
    /// so. A console that cannot keeps it for as long as it runs; one that could not read what was there
    /// does not write over it.
    pub(super) async fn write_reasons(&self, session: &Session) {
        let _turn = self.writing_reasons.lock().await;
        let (workspace, typed) = {
            let state = self.state();
            if state.reasons.are_of(session) && !state.reasons.is_read {
                return;
            }
            (state.workspace.clone(), state.reasons.written(session))
        };
        let Some(workspace) = workspace else { return };
        let kept = match &typed {
            Some(typed) => {
                workspace.keep_draft(session, PLACE, (typed.expose(), BTreeSet::new())).await
            }
            None => workspace.drop_draft(session, PLACE).await,
        };
        match (kept, typed.is_some()) {
            (Ok(()), _) => {}
            (Err(error), true) => {
                tracing::warn!(%error, "what is typed in the signing window does not outlive this console");
            }
            (Err(error), false) => {
                tracing::warn!(%error, "what was typed in the signing window stays sealed on the disk");
            }
        }
    }
}

fn seated(seat: &Seat) -> Option<Session> {
    match seat {
        Seat::Taken(session) => Some(session.clone()),
        Seat::Empty | Seat::Locked(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use ledger::{Actor, TenantId};

    use super::{LONGEST, SHEETS, Typed, TypedReasons};
    use crate::session::Session;
    use crate::views::ConditionsDraft;

    fn person(last: char) -> Session {
        let id = format!("person/01930000-0000-7000-8000-00000000000{last}");
        Session {
            person: Actor::parse(&id).unwrap(),
            name: "Somebody".to_owned(),
            tenant_id: TenantId::parse("retail-eu").unwrap(),
            keyid: None,
        }
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
        let of = |kept: &TypedReasons, person: &Session, sheet: &str| {
            kept.of(person, sheet).map(|typed| typed.shown().0)
        };
        let cases = [
            (&ada, "approve", Some("Reproduced")),
            (&ada, "reject", None),
            (&bob, "approve", None),
        ];
        for (person, sheet, expected) in cases {
            assert_eq!(of(&kept, person, sheet).as_deref(), expected, "{sheet}");
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
    fn what_is_written_is_read_by_who_typed_it_where_they_did() {
        let (ada, bob) = (person('a'), person('b'));
        let elsewhere = Session { tenant_id: TenantId::parse("retail-uk").unwrap(), ..ada.clone() };
        let mut kept = TypedReasons::default();
        assert!(kept.written(&ada).is_none());
        kept.keep(&ada, "approve", limited("Reproduced", "2027-03-31 17:00"));
        kept.keep(&ada, "reject", text("Drifts"));
        assert!(kept.written(&bob).is_none() && kept.written(&elsewhere).is_none());
        let read = TypedReasons::read(&ada, kept.written(&ada).unwrap().expose());
        for sheet in ["approve", "reject"] {
            assert_eq!(
                read.of(&ada, sheet).unwrap().shown(),
                kept.of(&ada, sheet).unwrap().shown()
            );
        }
        assert!(read.of(&elsewhere, "approve").is_none());
        assert!(TypedReasons::read(&ada, "no list").is_empty(), "what cannot be read is nothing");
        kept.forget("approve");
        kept.forget("reject");
        assert!(kept.written(&ada).is_none(), "nothing is left");
    }

    #[test]
    fn what_was_sealed_does_not_take_the_place_of_what_was_typed_since() {
        let ada = person('a');
        let sealed = || {
            let mut sealed = TypedReasons::default();
            sealed.keep(&ada, "approve", text("Before"));
            sealed.keep(&ada, "reject", text("Drifts"));
            TypedReasons::read(&ada, sealed.written(&ada).unwrap().expose())
        };
        let mut kept = TypedReasons::default();
        kept.keep(&ada, "approve", text("Since"));
        assert!(!kept.are_read(&ada), "nobody has looked yet");
        kept.take_in(sealed());
        assert!(kept.are_read(&ada));
        let shown = |sheet| kept.of(&ada, sheet).unwrap().shown().0;
        assert_eq!((shown("approve"), shown("reject")), ("Since".to_owned(), "Drifts".to_owned()));
        let mut bobs = TypedReasons::default();
        bobs.keep(&person('b'), "approve", text("His"));
        bobs.take_in(sealed());
        assert_eq!(bobs.of(&ada, "approve").unwrap().shown().0, "Before", "his is not hers");
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
