//! The words of `key`.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// List the keys of people and computers in the tenant, ended ones too.
    List,
    /// Show the workspace secret: its key, its age, the values under it, a rotation under way.
    Status,
    /// Replace the workspace secret and seal every value anew; run it again to go on after a stop.
    ///
    /// Prints the new SECRET line of the recovery kit once, before anything is changed. With --json,
    /// one line when it begins (stage, from, to, values, secret) and one at the end (stage, key_id,
    /// values).
    Rotate {
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}
