//! The words of `token`.
//!
//! Invariant: no argument takes a token.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Make a token for the tenant and show it, once. Whoever makes it owns it, and cannot decide on
    /// what it makes.
    Create(NewToken),
    /// List the tokens for the tenant.
    List,
    /// End a token for good.
    Revoke {
        /// Id.
        id: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct NewToken {
    /// What it is called.
    #[arg(long, value_name = "TITLE")]
    pub(crate) name: String,
    /// ADMIN, ANALYST, APPROVER or VIEWER; whatever it is, a token never decides.
    #[arg(long, value_name = "ROLE")]
    pub(crate) role: String,
    /// How long it lasts, in days.
    #[arg(long, value_name = "90d")]
    pub(crate) expires: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}
