//! A locked console has no secret left in its memory.
//!
//! Invariant: the same search finds every typed secret while the process still holds its parent's
//! lines; after the lock it is repeated until nothing is found, for a second at most.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::forms::Wanted;
use super::memory;
use super::planted::{ADMIN, APPROVER, CARD, Holder, IN_VAIN, KEY_FILE, Made, Opened, PROMPT};

/// Within this time of locking the memory is clean.
const SECOND: Duration = Duration::from_secs(1);
/// Fewer bytes than this are no process's memory.
const FLOOR: u64 = 1 << 18;

/// What is found, by secret, form and mapping.
fn found(holder: &Holder, secrets: &[Wanted]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let read = memory::read(holder.process(), |name, bytes| {
        for secret in secrets {
            for form in secret.found_in(bytes) {
                found.insert(format!("{} ({form}, {name})", secret.name));
            }
        }
    });
    let read = read.unwrap();
    assert!(read >= FLOOR, "only {read} bytes could be read");
    println!("secrets: {} searched for in {} KiB of memory", secrets.len(), read >> 10);
    found
}

fn typed() -> Vec<Wanted> {
    vec![
        Wanted::text("admin's passphrase", ADMIN),
        Wanted::text("approver's passphrase", APPROVER),
        Wanted::text("passphrase typed in vain", IN_VAIN),
        Wanted::text("key file's passphrase", KEY_FILE),
        Wanted::text("prompt", PROMPT),
        Wanted::text("card", CARD),
    ]
}

#[test]
fn a_second_after_locking_no_secret_is_in_memory() {
    let mut holder = Holder::start("hold", Opened::ByPassphrase);
    let typed = typed();
    let control = found(&holder, &typed);
    for secret in &typed {
        let there = control.iter().any(|line| line.starts_with(secret.name));
        assert!(there, "control: {} is not found while it is held: {control:?}", secret.name);
    }
    holder.go_on_to("working");
    let Made { mut wanted, kit } = Made::of(&holder, Opened::ByPassphrase);
    wanted.extend(kit);
    wanted.extend(typed);
    assert!(wanted.len() >= 12, "only {} secrets", wanted.len());
    holder.go_on_to("locked");
    let locked = Instant::now();
    let mut left = found(&holder, &wanted);
    while !left.is_empty() && locked.elapsed() < SECOND {
        left = found(&holder, &wanted);
    }
    assert!(left.is_empty(), "in memory after the lock: {left:#?}");
}
