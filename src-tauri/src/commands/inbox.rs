//! Commands of the inbox and of a review.
//!
//! Invariant: deciding opens the signing window, which alone can sign.

use console::views::{
    DecisionDraft, DiffView, HistoryView, InboxFilter, InboxTab, InboxView, InboxViewDraft,
    LinkView, Notifications, OwnSettingsView, ReviewPart, ReviewView,
};

asks! {
    inbox(tab: InboxTab, filter: InboxFilter, after: Option<String>) -> InboxView;
    own_settings() -> OwnSettingsView;
    save_view(view: InboxViewDraft) -> OwnSettingsView;
    delete_view(view_id: String) -> OwnSettingsView;
    choose_notifications(notifications: Notifications) -> OwnSettingsView;
    link() -> LinkView;
    open_review(request_id: String) -> ReviewView;
    open_part(review_id: String, part: ReviewPart) -> ();
    review_changes(review_id: String, base: Option<String>) -> DiffView;
    review_history(review_id: String) -> Vec<HistoryView>;
    acknowledge_hidden(review_id: String) -> ReviewView;
}

asks_to_sign! {
    decide(review_id: String, decision: DecisionDraft);
}
