//! Two sides that are to be compared, and what is told of them: the view of a diff.
//!
//! Invariant: what reads alike and differs in its bytes is not shown as unchanged: it is compared
//! byte by byte then, or the facts say that only its form changed.

use crate::card;
use crate::diff::{Comparison, Fielded, Whitespace, field_facts};
use crate::views::{BaseView, ChangeFactView, DiffSide, DiffView, WhitespaceView};

/// A text as it is read, with its bytes where reading it loses some of them.
pub(super) struct Text {
    pub(super) read: Fielded,
    stored: Option<String>,
}

impl Text {
    pub(super) fn of_card(card: String) -> Self {
        Self { read: card::reading(&card), stored: Some(card) }
    }

    pub(super) const fn of_facts(read: Fielded) -> Self {
        Self { read, stored: None }
    }
}

pub(super) fn plain(text: String) -> Text {
    Text { read: Fielded { text, ..Fielded::default() }, stored: None }
}

/// Two sides that are to be compared.
pub(super) struct Compared {
    pub(super) left: Option<(Text, DiffSide)>,
    pub(super) right: (Text, DiffSide),
    pub(super) bases: Vec<BaseView>,
    pub(super) signed_base: Option<String>,
}

impl Compared {
    pub(super) const fn of(text: Text, side: DiffSide) -> Self {
        Self { left: None, right: (text, side), bases: Vec::new(), signed_base: None }
    }

    /// Compares. Cards that read alike though their bytes differ are compared as exact JSON.
    pub(super) fn comparison(&self, whitespace: Whitespace) -> Comparison {
        let (right, _) = &self.right;
        let Some((left, _)) = &self.left else {
            return Comparison::new(None, right.read.text.clone(), whitespace);
        };
        let both = left.stored.as_deref().zip(right.stored.as_deref());
        let exact = both.map(|(left, right)| (card::exact(left), card::exact(right)));
        let (before, after) = match exact {
            Some((before, after)) if left.read.text == right.read.text && before != after => {
                (before, after)
            }
            Some(_) | None => (left.read.text.clone(), right.read.text.clone()),
        };
        Comparison::new(Some(before), after, whitespace)
    }

    pub(super) fn view(
        self,
        diff_id: String,
        whitespace: WhitespaceView,
    ) -> (DiffView, Comparison) {
        let compared = self.comparison(match whitespace {
            WhitespaceView::Exact => Whitespace::Exact,
            WhitespaceView::Ignored => Whitespace::Ignored,
        });
        let facts = self.facts(&compared);
        let (left_lines, right_lines) = compared.lines();
        let mut right = self.right.1;
        right.lines = right_lines;
        let left = self.left.map(|(_, side)| DiffSide { lines: left_lines, ..side });
        let view = DiffView {
            diff_id,
            left,
            right,
            added: compared.added(),
            removed: compared.removed(),
            changes: compared.changes(),
            all_changes: compared.all_changes(),
            whitespace,
            whitespace_hidden: compared.whitespace_hidden(),
            headings: compared.headings(),
            facts,
            bases: self.bases,
            signed_base: self.signed_base,
        };
        (view, compared)
    }

    /// Of facts, which of them changed; of other texts, what can be counted in the lines.
    fn facts(&self, compared: &Comparison) -> Vec<ChangeFactView> {
        let (right, _) = &self.right;
        let Some((left, _)) = &self.left else { return compared.facts() };
        if right.read.fields.is_empty() && left.read.fields.is_empty() {
            return compared.facts();
        }
        let mut facts = field_facts(&left.read, &right.read);
        let same_reading = left.read.text == right.read.text;
        if same_reading {
            // Lines of the reading, which is not what is shown then.
            facts.iter_mut().for_each(|fact| (fact.side, fact.line) = (None, None));
        }
        if same_reading && left.stored != right.stored {
            let text = if compared.all_changes() > 0 {
                "It reads as before; how a value is written changed, so the exact JSON is compared"
            } else {
                "It says the same; only spaces, escapes or the order of its entries changed"
            };
            let form = ChangeFactView {
                kind: "form".to_owned(),
                text: text.to_owned(),
                side: None,
                line: None,
            };
            facts.push(form);
        }
        facts
    }
}
