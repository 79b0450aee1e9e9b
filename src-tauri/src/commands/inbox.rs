//! Commands of the inbox and of a review.
//!
//! Invariant: deciding opens the signing window, which alone can sign.

use console::views::{
    DecisionDraft, DiffView, DiscussionView, HistoryView, InboxFilter, InboxTab, InboxView,
    RemarkDraft, ReviewPart, ReviewView,
};

asks! {
    inbox(tab: InboxTab, filter: InboxFilter, after: Option<String>) -> InboxView;
    open_review(request_id: String) -> ReviewView;
    open_part(review_id: String, part: ReviewPart) -> ();
    review_changes(review_id: String, base: Option<String>) -> DiffView;
    review_history(review_id: String) -> Vec<HistoryView>;
    acknowledge_hidden(review_id: String) -> ReviewView;
    discussion(review_id: String) -> DiscussionView;
    say(review_id: String, draft: RemarkDraft, text: String, key: String) -> DiscussionView;
}

asks_to_sign! {
    decide(review_id: String, decision: DecisionDraft);
}
