//! What the person at work set for themself.
//!
//! Invariant: it is theirs alone: who it is comes from the session. It governs nothing and is not on
//! record.

use super::at_work::AtWork;
use super::{Answer, Desk};
use crate::failure::ConsoleError;
use crate::notifying;
use crate::own_settings::{self, Own};
use crate::session::off_thread;
use crate::views::{InboxViewDraft, Notifications, OwnSettingsView};

impl Desk {
    /// Views and notifications of the person at work.
    pub async fn own_settings(&self) -> Answer<OwnSettingsView> {
        self.answer(async {
            let AtWork { workspace, session, .. } = self.seated().await?;
            let edge = self.inner.edge.clone();
            let read = move || own_settings::of(&edge, workspace.id(), &session.person);
            off_thread(read).await?.map(view)
        })
        .await
    }

    /// Keeps a view of the inbox under a name.
    pub async fn save_view(&self, view: InboxViewDraft) -> Answer<OwnSettingsView> {
        self.answer(async {
            let new_id = self.inner.ids.nonce()?;
            self.change_own(move |own| own.keep(view, new_id)).await
        })
        .await
    }

    /// Forgets one.
    pub async fn delete_view(&self, view_id: String) -> Answer<OwnSettingsView> {
        self.answer(self.change_own(move |own| own.drop_view(&view_id))).await
    }

    /// Turns notifications of the desktop on or off.
    pub async fn choose_notifications(
        &self,
        notifications: Notifications,
    ) -> Answer<OwnSettingsView> {
        self.answer(async {
            let own = self.change_own(move |own| {
                own.notifications = notifications;
                Ok(())
            });
            let own = own.await?;
            // What is there now is known.
            self.state().came_at = Some(self.inner.edge.clock.now());
            Ok(own)
        })
        .await
    }

    async fn change_own(
        &self,
        act: impl FnOnce(&mut Own) -> Result<(), ConsoleError> + Send + 'static,
    ) -> Result<OwnSettingsView, ConsoleError> {
        let AtWork { workspace, session, .. } = self.at_work().await?;
        let edge = self.inner.edge.clone();
        let change = move || own_settings::change(&edge, workspace.id(), &session.person, act);
        off_thread(change).await?.map(view)
    }
}

fn view(own: Own) -> OwnSettingsView {
    let notifications = notifying::KNOWS_THIS_DESKTOP.then_some(own.notifications);
    OwnSettingsView { views: own.views, notifications }
}
