//! Tests of the SQLite store, on real files in temporary folders.

mod commit;
mod fixtures;
mod opening;
mod projection;
mod state;
