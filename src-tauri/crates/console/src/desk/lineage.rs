//! Where a model comes from, with where each version that its card names stands in this tenant.
//!
//! Invariant: only what the person at work may read anyway: versions of the tenant in front. A name
//! that is none here is told as such, whoever else may have it.

use ledger::{Lifecycle, SubjectName};

use super::facts::version_text;
use super::reading::Reading;
use super::rows::{effect, lifecycle, status};
use crate::card::Source;
use crate::failure::ConsoleError;
use crate::hidden;
use crate::views::{NamedView, SourceView, StandingView};

impl Reading {
    /// What a card says of lineage.
    pub(super) async fn lineage(
        &self,
        sources: Vec<Source>,
    ) -> Result<Vec<SourceView>, ConsoleError> {
        let mut lineage = Vec::new();
        for source in sources {
            let named = match &source.subject {
                Some(subject) => self.named_version(subject).await?,
                None => None,
            };
            lineage.push(SourceView {
                what: hidden::drawn(&source.what),
                text: hidden::drawn(&source.text),
                named,
            });
        }
        Ok(lineage)
    }

    async fn named_version(
        &self,
        subject: &SubjectName,
    ) -> Result<Option<NamedView>, ConsoleError> {
        let name = match subject {
            SubjectName::Model(name, _) | SubjectName::Prompt(name, _) => name.to_string(),
            SubjectName::Change(_) => return Ok(None),
        };
        let standing = self.workspace.standing_of(self.tenant(), subject).await?;
        let standing = standing.map(|standing| {
            let at = standing.request.as_ref().map(|request| request.lifecycle_at(self.now));
            StandingView {
                status: status(standing.record.status()),
                lifecycle: lifecycle(at.unwrap_or(Lifecycle::Open)),
                effect: effect(standing.effect(self.now)),
            }
        });
        Ok(Some(NamedView {
            kind: subject.resource_type().to_owned(),
            name,
            version: version_text(subject),
            standing,
        }))
    }
}
