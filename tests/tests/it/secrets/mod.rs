//! Secrets that were planted are found nowhere: not in any file, export, log or answer, and not in
//! the memory of a console that was locked (issue 4, done when 5; T4, T17).
//!
//! Invariant: a process of its own does the work through the desk, so that its files, its log and
//! its memory are those of a console. Each search finds what it is meant to find in a control.

#[cfg(target_os = "linux")]
mod after_lock;
mod forms;
#[cfg(target_os = "linux")]
mod memory;
mod planted;
mod written;
