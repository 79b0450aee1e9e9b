//! Vectors that others wrote, and our own worked examples, against this crate.
//!
//! Each test prints how many cases it ran, demands a floor, and shows by a negative control that it
//! can fail. Suites lie in the project's `tests/vectors` (or where `COUNTERSIGN_VECTORS` points);
//! payload lists that are not carried are looked for beside the checkout and said to be absent.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "tests read vector files, say what they ran, and fail loudly"
)]

mod canonical_json;
mod ed25519;
mod evidence;
mod found;
mod in_toto;
mod merkle;
mod notes;
mod signed_anew;
mod worked_examples;
