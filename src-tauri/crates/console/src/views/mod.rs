//! What a shell shows: plain data that crosses to the web view and to `--json`.
//!
//! Invariant: a view holds nothing secret and nothing that decides; texts are untrusted and are
//! shown as text nodes. No 64-bit integers (JavaScript would round them): counts are `u32`,
//! times are the text of formats.md. A view never carries a passphrase, a key or a token,
//! but for what the signing window shows once: the recovery kit, a demo's passphrase, a new token.

mod admin;
mod alarms;
mod audit;
mod authority;
mod diff;
mod discussion;
mod drafts;
mod inbox;
mod keychain;
mod own;
mod recovery;
mod registry;
mod review;
mod revocation;
mod secret;
mod session;
mod signature;
mod signing;
mod tokens;

pub use admin::*;
pub use alarms::*;
pub use audit::*;
pub use authority::*;
pub use diff::*;
pub use discussion::*;
pub use drafts::*;
pub use inbox::*;
pub use keychain::*;
pub use own::*;
pub use recovery::*;
pub use registry::*;
pub use review::*;
pub use revocation::*;
pub use secret::*;
pub use session::*;
pub use signature::*;
pub use signing::*;
pub use tokens::*;
