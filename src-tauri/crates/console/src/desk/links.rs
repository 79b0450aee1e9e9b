//! A link that was given to the program: it leads to a review and does nothing else.
//!
//! Invariant: a link is `countersign://review/<id of a request>`, written in one way; anything else
//! is refused, and nothing of it is repeated. It waits for a person at work, never opens the signing
//! window, and says nothing of what is there: the review it leads to is opened like any other.

use std::ffi::OsString;

use ledger::{RequestId, TenantId};

use super::session::Logs;
use super::state::Seat;
use super::{Answer, Desk, DeskEvent};
use crate::failure::ConsoleError;
use crate::session::Session;
use crate::views::LinkView;
use crate::workspace::Workspace;

/// What every link begins with; the scheme is what a computer hands to this program.
pub(super) const LINK_PREFIX: &str = "countersign://review/";

/// Where a link leads, until it is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Link {
    /// To a review.
    Review(RequestId),
    /// Nowhere.
    Refused,
}

impl Link {
    fn parse(text: &str) -> Self {
        let id = text.strip_prefix(LINK_PREFIX).and_then(|id| RequestId::parse(id).ok());
        id.map_or(Self::Refused, Self::Review)
    }
}

impl Desk {
    /// What the program was started with, or started again with while it runs: whatever begins with
    /// its scheme is taken as a link, well written or not; anything else is left alone.
    pub fn take_arguments(&self, arguments: impl Iterator<Item = OsString>) {
        // The first one is the program itself.
        let mut texts = arguments.skip(1).filter_map(|argument| argument.into_string().ok());
        if let Some(link) = texts.find(|text| is_ours(text)) {
            self.take_link(&link);
        }
    }

    /// A link was given to the program; the one before is forgotten.
    pub fn take_link(&self, text: &str) {
        self.state().link = Some(Link::parse(text));
        self.tell(DeskEvent::LinkArrived);
    }

    /// Where the link leads, once: it is kept while nobody is at work or the signing window asks.
    pub async fn link(&self) -> Answer<LinkView> {
        self.answer(async {
            self.inner.lock_if_idle().await;
            let (workspace, session) = {
                let state = self.state();
                if state.link.is_none() {
                    return Ok(LinkView::None {});
                }
                match (&state.workspace, &state.seat) {
                    (Some(workspace), Seat::Taken(session)) => (workspace.clone(), session.clone()),
                    (None, _) | (_, Seat::Empty | Seat::Locked(_)) => {
                        return Ok(LinkView::Kept {});
                    }
                }
            };
            if self.asks() {
                return Ok(LinkView::Kept {});
            }
            // Taken out first: no lock is held while the store answers.
            let link = self.state().link.take();
            match link {
                None => Ok(LinkView::None {}),
                Some(Link::Refused) => Ok(LinkView::Refused { sentence: REFUSED.to_owned() }),
                Some(Link::Review(id)) => leads(&workspace, &session, &id).await,
            }
        })
        .await
    }
}

fn is_ours(text: &str) -> bool {
    let scheme = LINK_PREFIX.split_inclusive(':').next().unwrap_or(LINK_PREFIX);
    text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

const REFUSED: &str = "The link is not one of Countersign's: it names no review.";

/// To the tenant in front, unless it is one of the person's others that has such a request.
async fn leads(
    workspace: &Workspace,
    session: &Session,
    id: &RequestId,
) -> Result<LinkView, ConsoleError> {
    let request_id = id.to_string();
    let reached = Logs::of(workspace).await?.tenants_of(workspace, session).await?;
    for tenant in reached.into_iter().filter(|there| there.id != session.tenant_id.as_str()) {
        if workspace.store.request(&TenantId::parse(&tenant.id)?, id).await?.is_some() {
            return Ok(LinkView::Elsewhere { tenant_id: tenant.id, request_id });
        }
    }
    Ok(LinkView::Review { request_id })
}

#[cfg(test)]
mod tests {
    use super::Link;

    const ID: &str = "01930000-0000-7000-8000-000000000304";

    #[test]
    fn a_link_is_written_in_one_way() {
        let to = |text: &str| Link::parse(text);
        let refused = [
            "",
            "countersign:",
            "countersign://",
            "countersign://review/",
            &format!("countersign://review/{ID}/"),
            &format!("countersign://review/{ID}?approve"),
            &format!("countersign://review/{ID}#approve"),
            &format!("countersign://review/{ID} "),
            &format!(" countersign://review/{ID}"),
            &format!("countersign://review//{ID}"),
            &format!("countersign://review/../approve/{ID}"),
            &format!("countersign://approve/{ID}"),
            &format!("countersign://user@review/{ID}"),
            &format!("countersign://review:80/{ID}"),
            &format!("countersign:review/{ID}"),
            &format!("Countersign://review/{ID}"),
            &format!("countersign://Review/{ID}"),
            &format!("https://review/{ID}"),
            &format!("countersign://review/{}", ID.to_uppercase().replace('0', "A")),
            &format!("countersign://review/{}", ID.replace('-', "")),
            &format!("countersign://review/{{{ID}}}"),
            &format!("countersign://review/%30{}", &ID[1..]),
            &format!("countersign://review/{ID}\n"),
            &format!("countersign://review/{ID}{ID}"),
            "countersign://review/00000000-0000-0000-0000-000000000000",
        ];
        let led = refused.iter().filter(|text| to(text) != Link::Refused);
        assert_eq!(led.count(), 0);
        assert_eq!(refused.len(), 25);
        // The control: the one way.
        assert!(
            matches!(to(&format!("countersign://review/{ID}")), Link::Review(id) if id.as_str() == ID)
        );
    }
}
