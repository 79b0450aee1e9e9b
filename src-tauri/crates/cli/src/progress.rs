//! A line that says how far long work is, on a terminal only.
//!
//! Invariant: nothing is written where standard error is no terminal.

use std::io::{self, IsTerminal as _, Write as _};

const WIDTH: u64 = 30;

/// Shows how much of `total` is done.
pub(crate) fn show(done: u64, total: u64, what: &str) {
    let mut terminal = io::stderr();
    if !terminal.is_terminal() {
        return;
    }
    let filled = done.saturating_mul(WIDTH).checked_div(total).unwrap_or(0).min(WIDTH);
    let bar: String = (0..WIDTH).map(|place| if place < filled { '█' } else { '░' }).collect();
    // A terminal that went away needs no bar.
    let _ = write!(terminal, "\r{bar} {what}\x1b[K").and_then(|()| terminal.flush());
}

/// Wipes the line.
pub(crate) fn clear() {
    let mut terminal = io::stderr();
    if terminal.is_terminal() {
        let _ = write!(terminal, "\r\x1b[K").and_then(|()| terminal.flush());
    }
}
