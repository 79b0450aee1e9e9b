//! What lies in the memory of another process, as whoever owns it may read it.
//!
//! Invariant: everything that the process can have written is read: heap, stacks, anonymous and
//! private writable mappings. Pages of files that it maps to read only hold what lies on the disk.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

/// Larger mappings are read in pieces of this size.
const PIECE: usize = 8 << 20;
/// Pieces overlap by this much: longer than any secret in any form.
const OVERLAP: usize = 64 << 10;

/// Reads all of it, piece by piece; gives the number of bytes.
pub(crate) fn read(process: u32, mut look: impl FnMut(&str, &[u8])) -> io::Result<u64> {
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps"))?;
    let memory = File::open(format!("/proc/{process}/mem"))?;
    let mut piece = vec![0; PIECE];
    let mut total = 0;
    for line in maps.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (range, rights, name) = (words[0], words[1], words.get(5).copied().unwrap_or(""));
        if !rights.starts_with("rw") || name.starts_with("[vv") {
            continue;
        }
        let (start, end) = range.split_once('-').unwrap();
        let end = u64::from_str_radix(end, 16).unwrap();
        let mut at = u64::from_str_radix(start, 16).unwrap();
        while at < end {
            let length = PIECE.min(usize::try_from(end - at).unwrap());
            // What went away since the list was made is in no memory any more.
            if let Ok(count) = memory.read_at(&mut piece[..length], at) {
                look(if name.is_empty() { "anonymous" } else { name }, &piece[..count]);
                total += count as u64;
            }
            let step = if length == PIECE { PIECE - OVERLAP } else { length };
            at += step as u64;
        }
    }
    Ok(total)
}
