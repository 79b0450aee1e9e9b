//! What stands between two acts: models, prompts, requests, people, tenants and service
//! accounts as plain data.
//!
//! Invariant: nothing here decides. Protected values (the text of a card or a prompt) are not
//! part of these types; the store keeps them apart, encrypted, and these hold their digests.

mod account;
mod model;
mod prompt;
mod request;
mod service;
mod subject;

pub use account::{Person, PersonStatus, SignIn, Tenant};
pub use model::ModelRecord;
pub use prompt::PromptRecord;
pub use request::{ApprovalRequest, CastVote, effect_at, lifecycle_at};
pub use service::ServiceAccount;
pub use subject::SubjectRecord;
