//! A change beside what it changes: what holds now, what held when it was decided on, or what an
//! earlier act had set.
//!
//! Invariant: the left side follows from the acts of the log alone. What holds unless another is
//! asked for is what the signer decides against.

use ledger::Timestamp;
use ledger::change::Change;

use super::change_facts;
use super::changes::NO_VERSION;
use super::compared::{Compared, Text};
use super::reading::Reading;
use crate::diff::{Fielded, line_count};
use crate::failure::ConsoleError;
use crate::views::{BaseView, DiffSide};
use crate::words;

/// Earlier acts that are offered.
const MOST_ACTS: usize = 50;

/// A change, and the record that decided on it.
type Judged<'a> = (&'a Change, Option<u64>);

impl Reading {
    /// The same as [`Reading::compared_change`], with the acts that it could be compared with.
    pub(super) async fn change_beside(
        &self,
        change: Judged<'_>,
        base: Option<&str>,
    ) -> Result<Compared, ConsoleError> {
        let compared = self.compared_change(change, base).await?;
        let mut bases = Vec::new();
        // What the newest of them set is what stands there unless another is asked for.
        for act in self.acts_before(change).into_iter().skip(1).take(MOST_ACTS) {
            let (who, at) = self.act(act).await?;
            let word = format!("set {} by {who}", words::minute(at));
            bases.push(BaseView { version: act_word(act), word });
        }
        Ok(Compared { bases, ..compared })
    }

    /// A change beside what holds in its place, or beside what an earlier act set there.
    pub(super) async fn compared_change(
        &self,
        judged: Judged<'_>,
        base: Option<&str>,
    ) -> Result<Compared, ConsoleError> {
        let (change, decided) = judged;
        let (seq, left) = match base {
            None => {
                let version = if decided.is_some() { "before" } else { "now" };
                let seq = change_facts::judged_at(change, &self.log.authority, decided);
                (seq, side(version.to_owned(), String::new(), self.now.to_string()))
            }
            Some(base) => {
                let mut acts = self.acts_before(judged).into_iter();
                let act = acts.find(|act| act_word(*act) == base).ok_or(NO_VERSION)?;
                let (who, at) = self.act(act).await?;
                (act + 1, side(act_word(act), who, at.to_string()))
            }
        };
        let (before, then) = change_facts::sides(change, (&self.log.authority, seq), &self.names);
        let author = self.names.title(&change.proposed_by);
        let mut right = side("proposed".to_owned(), author, self.now.to_string());
        right.digest = change.subject()?.digest.digest().to_hex();
        let left = before.map(|before| of_facts(before, left));
        let (text, side) = of_facts(then, right);
        Ok(Compared { left, ..Compared::of(text, side) })
    }

    fn acts_before(&self, (change, decided): Judged<'_>) -> Vec<u64> {
        let authority = &self.log.authority;
        let seq = change_facts::judged_at(change, authority, decided);
        change_facts::set_before(change, authority, seq)
    }

    /// Who signed an act, in the order of its record, and when it took effect.
    async fn act(&self, seq: u64) -> Result<(String, Timestamp), ConsoleError> {
        let record = self.workspace.recorded(self.tenant(), seq).await?;
        let signers = self.log.authority.signers(seq);
        let signers: Vec<String> = signers.map(|signer| self.names.title(&signer.person)).collect();
        Ok((words::listed(&signers), record.parts().timestamp_utc))
    }
}

/// What an earlier act is called where versions are.
fn act_word(seq: u64) -> String {
    format!("record {seq}")
}

fn side(version: String, author: String, at: String) -> DiffSide {
    DiffSide { version, author, at, lines: 0, digest: String::new() }
}

fn of_facts(facts: Fielded, side: DiffSide) -> (Text, DiffSide) {
    let lines = line_count(&facts.text);
    (Text::of_facts(facts), DiffSide { lines, ..side })
}
