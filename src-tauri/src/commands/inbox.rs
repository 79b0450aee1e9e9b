//! Commands of the inbox and of a review.
//!
//! Invariant: deciding and ending an approval open the signing window, which alone can sign.

use console::views::{
    DecisionDraft, DiffView, HistoryView, InboxFilter, InboxTab, InboxView, ReReviewView,
    RequestedView, ReviewPart, ReviewView,
};

asks! {
    inbox(tab: InboxTab, filter: InboxFilter, after: Option<String>) -> InboxView;
    open_review(request_id: String) -> ReviewView;
    open_part(review_id: String, part: ReviewPart) -> ();
    review_changes(review_id: String, base: Option<String>) -> DiffView;
    review_history(review_id: String) -> Vec<HistoryView>;
    acknowledge_hidden(review_id: String) -> ReviewView;
    withdraw(request_id: String, reason: String) -> ();
    request_again(subject: String, reason: String, idempotency_key: String) -> RequestedView;
    re_reviews() -> Vec<ReReviewView>;
}

asks_to_sign! {
    decide(review_id: String, decision: DecisionDraft);
    revoke(review_id: String);
    roll_back(subject: String);
}
