//! Drafts of the person at work: kept as they type, given back where they typed, gone when sent.
//!
//! Invariant: whose and in which tenant comes from the session; a page that was opened in another tenant
//! than the one in front keeps, reads and drops nothing. A draft whose text may come from a
//! protected version is shown only while every such version is revealed in this sitting: what cannot
//! be shown stays where it is. Whoever holds no role here any more keeps and reads nothing.

use std::collections::BTreeSet;

use governance::SubjectRecord;
use ledger::{Digest, Name, RecordId, RequestId, ResourceType, SubjectName};
use security::secret::SecretText;
use security::tenant_context::TenantContext;

use super::at_work::AtWork;
use super::reading::Reading;
use super::{Answer, Desk};
use crate::failure::ConsoleError;
use crate::views::{DraftPlace, DraftView};

/// What a draft is of, as it is stored, and what is looked at for it.
struct Place {
    key: String,
    asked: (ResourceType, String),
    /// The prompt that text of it may come from.
    prompt: Option<Name>,
}

impl Place {
    fn parse(place: &DraftPlace) -> Result<Self, ConsoleError> {
        let plain =
            |key: String, kind, id: &str| Self { key, asked: (kind, id.to_owned()), prompt: None };
        Ok(match place {
            DraftPlace::Model {} => plain("model".to_owned(), ResourceType::Model, ""),
            DraftPlace::Prompt { name } if name.is_empty() => {
                plain("prompt".to_owned(), ResourceType::Prompt, "")
            }
            DraftPlace::Prompt { name } => {
                let name = Name::parse(name)?;
                let of = plain(format!("prompt {name}"), ResourceType::Prompt, name.as_str());
                Self { prompt: Some(name), ..of }
            }
            DraftPlace::Remark { request_id } => {
                let id = RequestId::parse(request_id)?;
                plain(format!("remark {id}"), ResourceType::Request, id.as_str())
            }
            DraftPlace::Answer { finding } => {
                let id = RecordId::parse(finding)?;
                plain(format!("answer {id}"), ResourceType::Request, "")
            }
            DraftPlace::Withdrawal { request_id } => {
                let id = RequestId::parse(request_id)?;
                plain(format!("withdraw {id}"), ResourceType::Request, id.as_str())
            }
            DraftPlace::AskingAgain { subject } => {
                let subject = SubjectName::parse(subject)?;
                plain(format!("again {subject}"), ResourceType::Request, "")
            }
            DraftPlace::Act { act, about } => {
                // Names of the page's own: only that they are the same is of interest.
                let of = Digest::of(format!("{act}\n{about}").as_bytes());
                plain(format!("act {of}"), ResourceType::Request, "")
            }
        })
    }
}

impl Desk {
    /// Keeps what stands on a page as it is typed; nothing typed is nothing kept. `based_on` is the
    /// version of a prompt that its editor began from.
    pub async fn keep_draft(
        &self,
        tenant_id: String,
        place: DraftPlace,
        based_on: Option<u32>,
        text: String,
    ) -> Answer<()> {
        self.answer(async {
            let text = SecretText::new(text);
            let (reading, place) = at_draft(self.at_work().await?, &tenant_id, &place).await?;
            if text.expose().is_empty() {
                return reading.workspace.drop_draft(&reading.session, &place.key).await;
            }
            let mut from = BTreeSet::new();
            if let Some(name) = &place.prompt {
                from = reading.disclosed.revealed_of(name).await;
                from.extend(based_on.filter(|version| *version > 0));
            }
            let typed = (text.expose(), from);
            reading.workspace.keep_draft(&reading.session, &place.key, typed).await
        })
        .await
    }

    /// What the person typed there and has not sent. A page asks by itself: that keeps no console open.
    pub async fn draft(&self, tenant_id: String, place: DraftPlace) -> Answer<DraftView> {
        self.answer(async {
            let (reading, place) = at_draft(self.seated().await?, &tenant_id, &place).await?;
            let kept = reading.workspace.draft(&reading.session, &place.key).await?;
            let Some(kept) = kept else {
                return Ok(DraftView { text: None, kept_at: None, withheld: Vec::new() });
            };
            let withheld = reading.withheld_of(place.prompt.as_ref(), &kept.from).await?;
            Ok(DraftView {
                kept_at: Some(kept.kept_at.to_string()),
                text: withheld.is_empty().then_some(kept.text),
                withheld,
            })
        })
        .await
    }

    /// It was sent, or the person gave it up.
    pub async fn drop_draft(&self, tenant_id: String, place: DraftPlace) -> Answer<()> {
        self.answer(async {
            let (reading, place) = at_draft(self.at_work().await?, &tenant_id, &place).await?;
            reading.workspace.drop_draft(&reading.session, &place.key).await
        })
        .await
    }
}

/// The proof that the person may look here, and what their draft is of. `tenant_id` is the tenant that the
/// page was opened in. That another one is in front is no denial: the page is a moment behind.
async fn at_draft(
    at: AtWork,
    tenant_id: &str,
    place: &DraftPlace,
) -> Result<(Reading, Place), ConsoleError> {
    TenantContext::validate_access(tenant_id, at.session.tenant_id.as_str())?;
    let place = Place::parse(place)?;
    let (kind, id) = &place.asked;
    Ok((Reading::of(at, (*kind, id)).await?, place))
}

impl Reading {
    /// Of these versions of a prompt those that must be revealed first. One that is not there any more
    /// hides nothing: versions are never removed.
    async fn withheld_of(
        &self,
        prompt: Option<&Name>,
        from: &BTreeSet<u32>,
    ) -> Result<Vec<String>, ConsoleError> {
        let Some(name) = prompt else { return Ok(Vec::new()) };
        let mut withheld = Vec::new();
        for version in from {
            let found = self.workspace.store.prompt(self.tenant(), name, *version).await?;
            let Some(found) = found else { continue };
            if self.disclosed.withholds(&SubjectRecord::Prompt(found)).await {
                withheld.push(version.to_string());
            }
        }
        Ok(withheld)
    }
}
