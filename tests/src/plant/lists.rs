//! The lists of hostile payloads, as one list without doubles, in the size that was asked for.
//!
//! Invariant: a sample is drawn with a fixed seed, so that what failed fails again, and is never
//! less than a twentieth. A list that is absent is named (`tests::vectors`).

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::chance::Chance;
use crate::{size, vectors};

/// The lists, and how the file of each is read.
const LISTS: [(&str, &str, Reader); 4] = [
    ("owasp-xss", "xss_filter_evasion.json", with_payload),
    ("payloadbox-xss", "xss-payload-list.txt", lines),
    ("dompurify", "expect.json", with_payload),
    ("blns", "blns.json", texts),
];

/// Reads a list's file.
type Reader = fn(&[u8]) -> Result<Vec<String>, String>;

/// How many of so many make a sample.
const SHARE: usize = 20;
const SEED: u64 = 20_261_126;

/// Writes the payloads of this run, with the number of all of them.
///
/// # Errors
/// A sentence, when a list cannot be read or the file cannot be written.
pub fn write(to: &Path) -> Result<(), String> {
    let all = all()?;
    let count = size::rounds(all.len().div_ceil(SHARE), all.len());
    println!("payloads: sample {count} of {}", all.len());
    let drawn = json!({ "of": all.len(), "payloads": sample(all, count) });
    fs::write(to, drawn.to_string()).map_err(|cause| format!("{}: {cause}", to.display()))
}

/// So many payloads of each list, without doubles; none of a list that is absent.
///
/// # Errors
/// A sentence, when a list cannot be read.
pub fn of_each(count: usize) -> Result<Vec<String>, String> {
    let mut some = BTreeSet::new();
    for list in LISTS {
        some.extend(sample(found(list)?, count));
    }
    Ok(some.into_iter().collect())
}

fn all() -> Result<Vec<String>, String> {
    let mut all = BTreeSet::new();
    for list in LISTS {
        all.extend(found(list)?);
    }
    Ok(all.into_iter().collect())
}

/// What one list holds.
fn found((name, file, read): (&str, &str, Reader)) -> Result<Vec<String>, String> {
    let Some(folder) = vectors::payloads(name) else { return Ok(Vec::new()) };
    let path = folder.join(file);
    let bytes = fs::read(&path).map_err(|cause| format!("{}: {cause}", path.display()))?;
    let mut found = read(&bytes)?;
    println!("payloads: {name}: {}", found.len());
    // Nothing but white space is nothing that anybody could run.
    found.retain(|text| !text.trim().is_empty());
    Ok(found)
}

/// So many of them, drawn without putting back, in the order of the list.
fn sample(all: Vec<String>, count: usize) -> Vec<String> {
    let mut chance = Chance::of_seed(SEED);
    let mut left = all.len();
    let mut wanted = count;
    all.into_iter()
        .filter(|_| {
            let taken = left > 0 && chance.below(left) < wanted;
            left = left.saturating_sub(1);
            wanted -= usize::from(taken);
            taken
        })
        .collect()
}

fn lines(bytes: &[u8]) -> Result<Vec<String>, String> {
    Ok(String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect())
}

fn texts(bytes: &[u8]) -> Result<Vec<String>, String> {
    serde_json::from_slice(bytes).map_err(|cause| cause.to_string())
}

fn with_payload(bytes: &[u8]) -> Result<Vec<String>, String> {
    let cases: Vec<Value> = serde_json::from_slice(bytes).map_err(|cause| cause.to_string())?;
    let texts = cases.iter().filter_map(|case| case["payload"].as_str());
    Ok(texts.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_has_its_size_and_is_the_same_each_time() {
        let all: Vec<String> = (0..1000).map(|number| number.to_string()).collect();
        let drawn = sample(all.clone(), 50);
        assert_eq!(drawn.len(), 50);
        assert_eq!(drawn, sample(all.clone(), 50));
        assert_eq!(sample(all.clone(), 1000), all);
    }
}
