//! What stands between two acts: models, prompts, requests, people and tenants as plain data.
//!
//! Invariant: nothing here decides. Protected values (the text of a card or a prompt) are not
//! part of these types; the store keeps them apart, encrypted, and these hold their digests.

mod account;
mod model;
mod prompt;
mod request;
mod subject;

pub use account::{Person, PersonStatus, SignIn, Tenant};
pub use model::ModelRecord;
pub use prompt::PromptRecord;
pub use request::{ApprovalRequest, CastVote};
pub use subject::SubjectRecord;
