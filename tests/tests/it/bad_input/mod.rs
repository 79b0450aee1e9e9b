//! Bad input (issue "First sign-off"): each kind gets its own clear error, nothing is lost, nothing
//! is half-written, and the next call works.
//!
//! Invariant: every refusal is checked by code and by its words, and the database is compared value
//! by value with what it was before.

mod foreign;
mod keychain;
mod places;
mod texts;

use console::{ConsoleError, ErrorCode};
use tests::dump::dump;
use tests::house::House;

/// Refused with this code, in words that hold all of these, and no trace of it.
fn refused<T>(
    house: &House,
    before: &[String],
    answer: Result<T, ConsoleError>,
    (what, code, words): (&str, ErrorCode, &[&str]),
) {
    let Err(error) = answer else { panic!("{what}: it was accepted") };
    assert_eq!(error.code(), code, "{what}: {error}");
    let view = error.view("an incident");
    for word in words {
        assert!(view.message.contains(word), "{what}: {} does not name {word}", view.message);
    }
    assert!(view.message.ends_with('.') && !view.hint.is_empty(), "{what}: {}", view.message);
    assert!(dump(&house.database()) == before, "{what}: it left a trace");
}
