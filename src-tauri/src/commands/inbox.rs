//! Commands of the inbox, of a review and of open diffs.
//!
//! Invariant: deciding and ending an approval open the signing window, which alone can sign.

use console::views::{
    DecisionDraft, DiffHits, DiffLayout, DiffRow, DiffSpan, DiffView, DiscussionView, HistoryView,
    InboxFilter, InboxTab, InboxView, InboxViewDraft, LinkView, Notifications, OwnSettingsView,
    ReReviewView, RemarkDraft, RequestedView, ReviewPart, ReviewView, WhitespaceView,
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
    review_changes(review_id: String, base: Option<String>, whitespace: WhitespaceView) -> DiffView;
    diff_rows(diff_id: String, layout: DiffLayout, spans: Vec<DiffSpan>) -> Vec<Vec<DiffRow>>;
    diff_search(diff_id: String, text: String) -> DiffHits;
    review_history(review_id: String) -> Vec<HistoryView>;
    acknowledge_hidden(review_id: String) -> ReviewView;
    discussion(review_id: String) -> DiscussionView;
    say(review_id: String, draft: RemarkDraft, text: String, key: String) -> DiscussionView;
    continue_check(review_id: String; progress) -> ReviewView;
    withdraw(request_id: String, reason: String) -> ();
    request_again(subject: String, reason: String, idempotency_key: String) -> RequestedView;
    re_reviews() -> Vec<ReReviewView>;
}

asks_to_sign! {
    decide(review_id: String, decision: DecisionDraft);
    revoke(review_id: String);
    roll_back(subject: String);
}
