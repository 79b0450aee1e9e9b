//! Commands of the workspace secret: what it is, and its rotation.
//!
//! Invariant: a rotation begins in the signing window; the page only carries it on.

use console::views::KeyStatusView;

asks! {
    key_status() -> KeyStatusView;
    continue_rotation(; progress) -> KeyStatusView;
}

asks_to_sign! {
    rotate_secret();
}
