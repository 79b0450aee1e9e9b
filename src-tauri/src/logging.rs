//! What the program tells whoever started it from a terminal: warnings, on standard error.
//!
//! Invariant: no event carries a secret; `COUNTERSIGN_LOG` chooses how much is told, never where.

use tracing_subscriber::EnvFilter;

/// Names the level, or levels by module, in the form of `EnvFilter`: `info`, `console=debug`.
const LEVEL: &str = "COUNTERSIGN_LOG";

/// Starts telling; a second call changes nothing.
pub(crate) fn start() {
    let filter = EnvFilter::try_from_env(LEVEL).unwrap_or_else(|_| EnvFilter::new("warn"));
    // Refused only if somebody listens already, who is then told instead.
    let _ =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
