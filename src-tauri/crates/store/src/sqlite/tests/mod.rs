//! Tests of the SQLite store, on real files in temporary folders.

mod commit;
mod copying;
mod drafts;
mod fixtures;
mod hashes;
mod opening;
mod projection;
mod secrets;
mod services;
mod standings;
mod state;
mod urgency;
