//! What a person is writing and has not sent: kept for them over a restart, sealed.
//!
//! Invariant: a draft is given back to nobody but who typed it, in the tenant where they typed it: both,
//! and what it is a draft of, are sealed with the text, so that a row that was moved opens as nobody's.
//! It is no act: nothing of it is on record, and no passphrase ever comes here.

use std::collections::BTreeSet;

use governance::audit::Ids as _;
use ledger::Timestamp;
use serde::{Deserialize, Serialize};
use store::{DraftRow, StoreError};

use crate::failure::ConsoleError;
use crate::session::Session;
use crate::workspace::{Column, Workspace};

/// Longest draft, in bytes: the longest prompt, and what stands beside it.
pub const DRAFT_BYTES: usize = 2 << 20;

const DAMAGED: ConsoleError = ConsoleError::Damaged { what: "a stored draft" };

/// A draft as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What was typed, in the form of its page.
    pub text: String,
    /// Versions of the prompt that text of it may come from.
    pub from: BTreeSet<u32>,
    /// When it was kept last.
    pub kept_at: Timestamp,
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    from: BTreeSet<u32>,
    person: String,
    place: String,
    text: String,
    v: u32,
}

impl Workspace {
    /// Keeps what a person typed in the place of what they had typed there before. Versions that it
    /// may come from add up.
    ///
    /// # Errors
    /// [`ConsoleError::Input`] for one that is too long; those of keychain and store.
    pub async fn keep_draft(
        &self,
        session: &Session,
        place: &str,
        (text, mut from): (&str, BTreeSet<u32>),
    ) -> Result<(), ConsoleError> {
        if text.len() > DRAFT_BYTES {
            return Err(ConsoleError::Input { what: "draft", reason: "it has at most 2 MiB" });
        }
        let _turn = self.turn().await;
        let earlier = match self.draft_of(session, place).await {
            // What opens as nobody's is nothing that could be lost.
            Err(ConsoleError::Damaged { .. } | ConsoleError::Security(_)) => None,
            earlier => earlier?,
        };
        let row_id = match earlier {
            Some((row_id, draft)) => {
                from.extend(draft.from);
                row_id
            }
            None => self.ids.record_id(),
        };
        let sealed = Sealed {
            from,
            person: session.person.to_string(),
            place: place.to_owned(),
            text: text.to_owned(),
            v: 1,
        };
        let value = serde_json::to_string(&sealed).map_err(|_| DAMAGED)?;
        loop {
            let tenant = &session.tenant_id;
            let draft = DraftRow {
                tenant_id: tenant.clone(),
                row_id: row_id.clone(),
                person: session.person.clone(),
                place: place.to_owned(),
                kept_at: self.now(),
                text: self.seal(tenant, &row_id, Column::DraftText, &value).await?,
            };
            match self.store.put_draft(draft).await {
                // Another process made another secret primary after this was sealed.
                Err(StoreError::OtherSecret { .. }) => {}
                kept => return Ok(kept?),
            }
        }
    }

    /// What a person typed there and has not sent.
    ///
    /// # Errors
    /// [`ConsoleError::Damaged`] for what is not theirs; those of keychain and store.
    pub async fn draft(
        &self,
        session: &Session,
        place: &str,
    ) -> Result<Option<Draft>, ConsoleError> {
        Ok(self.draft_of(session, place).await?.map(|(_, draft)| draft))
    }

    /// Forgets it: it was sent, or given up.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn drop_draft(&self, session: &Session, place: &str) -> Result<(), ConsoleError> {
        let _turn = self.turn().await;
        Ok(self.store.drop_draft(&session.tenant_id, &session.person, place).await?)
    }

    async fn draft_of(
        &self,
        session: &Session,
        place: &str,
    ) -> Result<Option<(ledger::RecordId, Draft)>, ConsoleError> {
        let (tenant, person) = (&session.tenant_id, &session.person);
        let Some(row) = self.store.draft(tenant, person, place).await? else { return Ok(None) };
        let column = Column::DraftText;
        let value = self.open_sealed(tenant, &row.row_id, column, row.text).await?;
        let sealed: Sealed = serde_json::from_str(&value).map_err(|_| DAMAGED)?;
        let theirs = sealed.v == 1 && sealed.person == person.to_string() && sealed.place == place;
        if !theirs {
            return Err(DAMAGED);
        }
        let draft = Draft { text: sealed.text, from: sealed.from, kept_at: row.kept_at };
        Ok(Some((row.row_id, draft)))
    }
}
