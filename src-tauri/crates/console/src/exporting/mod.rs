//! What leaves the workspace as a file, and what is proven of a record.
//!
//! Invariant: nothing leaves without its record in the log, written before the file stands under
//! its name; a file is whole or not there, for its owner only, and takes no other file's place.

mod covering;
mod new_file;
mod records;

pub use records::ExportedRecords;
