//! Diffs that are open on the page: their rows and a search in them, asked for as they are shown.
//!
//! Invariant: a handle belongs to the person who compared, in the tenant where they did, for as long
//! as they sit there; each look asks again whether they may. The texts are those that were compared,
//! whose digests held then.

use std::ops::Range;
use std::sync::Arc;

use ledger::{Actor, ResourceType, TenantId};

use super::disclosed::Disclosed;
use super::reading::Reading;
use super::{Answer, Desk};
use crate::diff::{Comparison, Layout, Side};
use crate::failure::ConsoleError;
use crate::session::off_thread;
use crate::views::{DiffHits, DiffLayout, DiffPlace, DiffRow, DiffSpan};

/// Rows in one answer.
const ROWS: u32 = 200;

const NO_DIFF: ConsoleError = ConsoleError::NotFound { what: "diff" };

/// A comparison that a page may ask about.
#[derive(Clone)]
pub(super) struct OpenDiff {
    pub(super) person: Actor,
    pub(super) tenant: TenantId,
    /// What they had read of protected values when they compared.
    pub(super) sitting: Disclosed,
    /// What was compared.
    pub(super) asked: (ResourceType, String),
    pub(super) compared: Arc<Comparison>,
}

impl Desk {
    /// The rows of each span, at most 200 in all; fewer where they are long.
    pub async fn diff_rows(
        &self,
        diff_id: String,
        layout: DiffLayout,
        spans: Vec<DiffSpan>,
    ) -> Answer<Vec<Vec<DiffRow>>> {
        self.answer(async {
            let compared = self.open_diff(&diff_id).await?;
            let mut left = ROWS;
            let range = |DiffSpan { from, rows }: &DiffSpan| {
                let rows = left.min(*rows);
                left -= rows;
                *from..from.saturating_add(rows)
            };
            let ranges: Vec<Range<u32>> = spans.iter().map(range).collect();
            off_thread(move || compared.rows_of(layout_of(layout), &ranges)).await
        })
        .await
    }

    /// Where a text stands in a diff, on both sides and in what is folded too.
    pub async fn diff_search(&self, diff_id: String, text: String) -> Answer<DiffHits> {
        self.answer(async {
            let compared = self.open_diff(&diff_id).await?;
            let hits = off_thread(move || compared.search(&text)).await?;
            let place = |(side, line)| DiffPlace { side: side_word(side).to_owned(), line };
            Ok(DiffHits { total: hits.total, places: hits.places.into_iter().map(place).collect() })
        })
        .await
    }

    async fn open_diff(&self, diff_id: &str) -> Result<Arc<Comparison>, ConsoleError> {
        let at = self.at_work().await?;
        let open = self.state().diff(diff_id).cloned().ok_or(NO_DIFF)?;
        let theirs = open.person == at.session.person && open.tenant == at.session.tenant_id;
        // A command that was still comparing while they left keeps its diff for nobody.
        if !theirs || !open.sitting.is(&self.state().disclosed) {
            return Err(NO_DIFF);
        }
        let (kind, id) = &open.asked;
        Reading::of(at, (*kind, id)).await?;
        Ok(open.compared)
    }
}

pub(super) const fn layout_of(layout: DiffLayout) -> Layout {
    match layout {
        DiffLayout::SideBySide => Layout::SideBySide,
        DiffLayout::Unified => Layout::Unified,
    }
}

const fn side_word(side: Side) -> &'static str {
    match side {
        Side::Left => "left",
        Side::Right => "right",
    }
}
