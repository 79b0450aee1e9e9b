//! What others do in the open workspace is told to the page: another console, the command line.
//!
//! Invariant: it asks the store whether another process wrote, off every window's thread, and tells
//! only that something changed. It is no command of the person: a console that follows still locks.

use std::collections::BTreeSet;
use std::mem;
use std::sync::{Arc, Weak};
use std::time::Duration;

use ledger::{Lifecycle, SubjectName, TenantId, Timestamp};
use store::{PAGE_LIMIT, RequestsQuery};

use super::at_work::AtWork;
use super::reading::Reading;
use super::state::Seat;
use super::{DeskEvent, Inner};
use crate::failure::ConsoleError;
use crate::own_settings;
use crate::session::{Session, off_thread};
use crate::views::Notifications;
use crate::workspace::Workspace;

/// How often is looked: what others do is seen well within two seconds.
const LOOK: Duration = Duration::from_millis(500);

/// When is looked again, in microseconds, after a look that did not come to its end.
const AGAIN_MICROS: i64 = 5 * Timestamp::SECOND;

/// What was seen at the last look.
struct Seen {
    others_wrote: i64,
    in_front: InFront,
}

/// The tenant in front, as it stood.
#[derive(Default)]
struct InFront {
    tenant: Option<TenantId>,
    /// When whoever sits there came.
    came_at: Option<Timestamp>,
    /// Sizes of its log and of the workspace's own; none until something was written after it came to
    /// the front, since the page may have read before that.
    sizes: Option<[u64; 2]>,
    /// When its inbox changes by time alone.
    turn: Option<Timestamp>,
    /// Requests before this position are known to the person.
    known: u64,
    /// Approvals of theirs of which is known that they are to be looked at again; none until that was
    /// looked for.
    again: Option<BTreeSet<SubjectName>>,
    /// When one that such an approval may rest on ends by its own terms.
    ends: Option<Timestamp>,
}

/// What a look found that the person may not know of.
#[derive(Clone, Copy)]
struct News {
    /// Requests may have come.
    asked: bool,
    /// What an approval of theirs rests on may have changed, and not by what they did themself.
    again: bool,
    /// How long the log of the tenant in front is.
    size: u64,
}

/// Follows a workspace for as long as it lies on the desk.
pub(super) async fn follow(desk: Weak<Inner>, workspace: Weak<Workspace>) {
    let mut seen = None;
    loop {
        let (Some(inner), Some(workspace)) = (desk.upgrade(), workspace.upgrade()) else { return };
        if !inner.has_open(&workspace) {
            return;
        }
        if let Err(error) = inner.look(&workspace, &mut seen).await {
            tracing::debug!(%error, "what others wrote was not seen; it is looked for again");
        }
        // Neither is held meanwhile: a workspace that was closed is let go.
        drop((inner, workspace));
        tokio::time::sleep(LOOK).await;
    }
}

impl Inner {
    fn has_open(&self, workspace: &Arc<Workspace>) -> bool {
        self.state().workspace.as_ref().is_some_and(|open| Arc::ptr_eq(open, workspace))
    }

    /// One look.
    async fn look(
        &self,
        workspace: &Arc<Workspace>,
        seen: &mut Option<Seen>,
    ) -> Result<(), ConsoleError> {
        let others_wrote = workspace.store.others_wrote().await?;
        let (seat, came_at, own) = {
            let mut state = self.state();
            (state.seat.clone(), state.came_at, mem::take(&mut state.own_wrote))
        };
        let session = match seat {
            Seat::Empty => None,
            Seat::Taken(session) | Seat::Locked(session) => Some(session),
        };
        let tenant = session.as_ref().map(|session| session.tenant_id.clone());
        let now = workspace.now();
        let last = seen.get_or_insert_with(|| Seen { others_wrote, in_front: InFront::default() });
        let written = last.others_wrote != others_wrote;
        let moved = last.in_front.tenant != tenant || last.in_front.came_at != came_at;
        let turned = !moved && last.in_front.turn.is_some_and(|turn| now >= turn);
        if !(written || moved || turned || own) {
            return Ok(());
        }
        if written {
            workspace.look_for_device();
        }
        let sizes = sizes(workspace, tenant.as_ref()).await?;
        // The first look at a tenant may come after others wrote.
        let known = match (&tenant, came_at.filter(|_| moved)) {
            (Some(tenant), Some(since)) => asked_since(workspace, tenant, since).await?,
            _ => Some(last.in_front.known),
        };
        let known = known.unwrap_or(sizes[0]);
        let changed = known < sizes[0] && moved || written && last.in_front.sizes != Some(sizes);
        // Noted first: what fails below is not told for ever, and looked for again in a while.
        let noted = (!moved).then_some(sizes);
        let later = now.plus_micros(AGAIN_MICROS).ok();
        let again = last.in_front.again.take().filter(|_| !moved);
        let in_front =
            InFront { tenant, came_at, sizes: noted, turn: later, known, again, ends: later };
        *last = Seen { others_wrote, in_front };
        let Some(session) = session else {
            last.in_front.turn = None;
            // The names on the sign-in page.
            if written {
                (self.listener)(DeskEvent::SessionChanged);
            }
            return Ok(());
        };
        if turned {
            self.settle(workspace).await;
        }
        if changed || turned {
            (self.listener)(DeskEvent::RecordsChanged);
        }
        let disclosed = self.state().disclosed.clone();
        let at = AtWork { workspace: Arc::clone(workspace), session, disclosed };
        let Some(reading) = Reading::unasked(at).await? else {
            last.in_front.turn = None;
            // The page asks for the session, and learns that it is over.
            (self.listener)(DeskEvent::SessionChanged);
            return Ok(());
        };
        let news = News { asked: changed || moved || turned, again: !own, size: sizes[0] };
        self.tell_the_desktop(&reading, &mut last.in_front, news).await?;
        let turns = [reading.next_turn().await?, last.in_front.ends];
        last.in_front.turn = turns.into_iter().flatten().min();
        Ok(())
    }

    /// Tells the desktop where something waits for the person that they do not know of: a request, or
    /// an approval of theirs whose ground has changed.
    async fn tell_the_desktop(
        &self,
        reading: &Reading,
        in_front: &mut InFront,
        news: News,
    ) -> Result<(), ConsoleError> {
        let wants = self.wants_to_be_told(&reading.workspace, &reading.session).await?;
        let mut waits = wants && news.asked && reading.needs_since(in_front.known).await?;
        if news.asked {
            in_front.known = news.size.max(in_front.known);
        }
        in_front.ends = None;
        if wants {
            match reading.mine_to_review_again().await {
                Ok((again, ends)) => {
                    let known = in_front.again.as_ref();
                    waits |= news.again && known.is_some_and(|known| !again.is_subset(known));
                    (in_front.again, in_front.ends) = (Some(again), ends);
                }
                // A card that does not open keeps nobody from hearing of a request.
                Err(error) => tracing::debug!(%error, "what is to be reviewed again is not known"),
            }
        }
        if waits {
            (self.listener)(DeskEvent::SomethingWaits);
        }
        Ok(())
    }

    async fn wants_to_be_told(
        &self,
        workspace: &Arc<Workspace>,
        session: &Session,
    ) -> Result<bool, ConsoleError> {
        let (edge, workspace) = (self.edge.clone(), Arc::clone(workspace));
        let person = session.person.clone();
        let own = off_thread(move || own_settings::of(&edge, workspace.id(), &person)).await??;
        Ok(own.notifications == Notifications::On)
    }
}

async fn sizes(workspace: &Workspace, tenant: Option<&TenantId>) -> Result<[u64; 2], ConsoleError> {
    let home = workspace.store.size(&TenantId::workspace()).await?;
    Ok(match tenant {
        Some(tenant) => [workspace.store.size(tenant).await?, home],
        None => [0, home],
    })
}

/// Where in the log the first of the open requests stands that were made since this time.
async fn asked_since(
    workspace: &Workspace,
    tenant: &TenantId,
    since: Timestamp,
) -> Result<Option<u64>, ConsoleError> {
    let newest = workspace.store.requests(newest_open(tenant)).await?;
    let since = newest.iter().take_while(|request| request.requested_at >= since);
    Ok(since.last().map(|request| request.seq))
}

fn newest_open(tenant: &TenantId) -> RequestsQuery {
    RequestsQuery {
        lifecycle: Some(Lifecycle::Open),
        ..RequestsQuery::newest(tenant.clone(), PAGE_LIMIT)
    }
}

impl Reading {
    /// Whether one of the requests from this position on waits for the person.
    async fn needs_since(&self, known: u64) -> Result<bool, ConsoleError> {
        let newest = self.workspace.store.requests(newest_open(self.tenant())).await?;
        let mut new = newest.iter().take_while(|request| request.seq >= known);
        Ok(new.any(|request| self.may_decide(request)))
    }
}
