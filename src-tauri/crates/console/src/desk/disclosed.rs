//! What the person at work has read of protected values in this sitting, each on record.
//!
//! Invariant: a lock, a leave and another tenant end the sitting: what a command of it still writes
//! counts for nobody afterwards. Whoever reads a version twice stands there once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use governance::protection::is_protected;
use governance::{Reason, SubjectRecord};
use ledger::{Name, SubjectName, Tier};
use tokio::sync::Mutex as Turnstile;

use super::facts::version_text;
use super::reading::Reading;
use crate::failure::ConsoleError;
use crate::revealing::FOR_REVIEW;

/// How it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Door {
    /// A review of it, or of another version, was opened: it is read in reviews.
    Review,
    /// The person revealed it, with reason and passphrase: it is read everywhere.
    Revealed,
}

/// The versions of one sitting, in the tenant in front. One writer at a time, so that none is
/// recorded twice.
#[derive(Clone, Default)]
pub(super) struct Disclosed(Arc<Turnstile<BTreeMap<SubjectName, Door>>>);

impl Disclosed {
    /// Carries out `write` unless the version was read through this door or a wider one.
    pub(super) async fn once<F: Future<Output = Result<(), ConsoleError>>>(
        &self,
        version: &SubjectRecord,
        door: Door,
        write: impl FnOnce() -> F,
    ) -> Result<(), ConsoleError> {
        let mut read = self.0.lock().await;
        let name = version.subject().name;
        if read.get(&name).is_none_or(|before| *before < door) {
            write().await?;
            read.insert(name, door);
        }
        Ok(())
    }

    /// The versions of a prompt that the person revealed.
    pub(super) async fn revealed_of(&self, prompt: &Name) -> BTreeSet<u32> {
        let read = self.0.lock().await;
        let versions = read.iter().filter_map(|(name, door)| match name {
            SubjectName::Prompt(name, version) if name == prompt && *door == Door::Revealed => {
                Some(*version)
            }
            SubjectName::Prompt(..) | SubjectName::Model(..) | SubjectName::Change(_) => None,
        });
        versions.collect()
    }

    /// Whether both are of one sitting.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Whether the page of a version says "revealed" or shows nothing of it.
    pub(super) async fn withholds(&self, version: &SubjectRecord) -> bool {
        self.withholds_of(&version.subject().name, Some(version.tier())).await
    }

    /// The same of a version of which only name and tier are known.
    pub(super) async fn withholds_of(&self, name: &SubjectName, tier: Option<Tier>) -> bool {
        tier.is_some_and(is_protected) && self.0.lock().await.get(name) != Some(&Door::Revealed)
    }
}

impl Reading {
    /// Puts on record that these versions are read in a review, those that are protected, once each.
    pub(super) async fn read_in_review(
        &self,
        versions: [Option<&SubjectRecord>; 2],
    ) -> Result<(), ConsoleError> {
        let reason = Reason::parse(FOR_REVIEW)?;
        for version in versions.into_iter().flatten() {
            if !is_protected(version.tier()) {
                continue;
            }
            let write = || self.workspace.record_reading(&self.session, version, &reason);
            self.disclosed.once(version, Door::Review, write).await?;
        }
        Ok(())
    }

    /// Demands that these versions may be read outside of a review; names each that may not.
    pub(super) async fn demand_revealed(
        &self,
        versions: [Option<&SubjectRecord>; 2],
    ) -> Result<(), ConsoleError> {
        let mut withheld = Vec::new();
        for version in versions.into_iter().flatten() {
            if self.disclosed.withholds(version).await {
                withheld.push(version_text(&version.subject().name));
            }
        }
        match withheld.as_slice() {
            [] => Ok(()),
            [one] => Err(ConsoleError::Protected { what: format!("version {one} is") }),
            several => {
                let what = format!("versions {} are", several.join(" and "));
                Err(ConsoleError::Protected { what })
            }
        }
    }

    /// Card or text of a version, outside of a review.
    pub(super) async fn revealed_text(
        &self,
        version: Option<&SubjectRecord>,
    ) -> Result<Option<String>, ConsoleError> {
        self.demand_revealed([version, None]).await?;
        self.text_of(version).await
    }
}
