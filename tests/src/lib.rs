//! What every test of the whole builds on: vectors, sizes, fixtures.
//!
//! Invariant: nothing here is product code, and no product crate depends on it. A fixture that
//! cannot be made panics: a test without its fixture has nothing to say.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "fixtures of tests: a failure to build one is the failure of the test"
)]

mod as_stored;
pub mod chance;
pub mod document;
pub mod dump;
mod founding;
pub mod frozen;
pub mod house;
pub mod items;
pub mod logs;
pub mod meddled;
pub mod outside;
pub mod paper;
pub mod plant;
pub mod python;
pub mod size;
pub mod state_first;
pub mod tamper;
pub mod terminal;
pub mod vectors;

use std::path::{Path, PathBuf};

/// The repository's root.
///
/// # Panics
/// When this crate no longer lies directly under it.
#[must_use]
pub fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().expect("tests lies in the repository").to_path_buf()
}
