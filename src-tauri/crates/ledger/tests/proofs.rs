//! Proofs made by the definition of RFC 6962, for every small tree, against the verifiers: those
//! of the published suites that hold are few.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may fail loudly and say what it ran"
)]

use ledger::Digest;
use ledger::proof::{Beside, Plan};
use ledger::replay::Past;
use ledger::tree::{StoredHash, leaf_hash, root_of, verify_consistency, verify_inclusion};

const LARGEST: usize = 40;

fn leaves(count: usize) -> Vec<Digest> {
    (0..count).map(|index| leaf_hash(&index.to_be_bytes())).collect()
}

fn root(leaves: &[Digest]) -> Digest {
    root_of(leaves.iter().copied())
}

fn split(size: usize) -> usize {
    size.next_power_of_two() / 2
}

/// PATH(m, D[n]) of RFC 6962 §2.1.1.
fn path(index: usize, leaves: &[Digest]) -> Vec<Digest> {
    if leaves.len() < 2 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    let (mut below, sibling) = if index < left.len() {
        (path(index, left), root(right))
    } else {
        (path(index - left.len(), right), root(left))
    };
    below.push(sibling);
    below
}

/// PROOF(m, D[n]) of RFC 6962 §2.1.2: `whole` tells whether D[n] began as the first tree itself.
fn subproof(first: usize, leaves: &[Digest], whole: bool) -> Vec<Digest> {
    if first == leaves.len() {
        return if whole { Vec::new() } else { vec![root(leaves)] };
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    let (mut below, sibling) = if first <= left.len() {
        (subproof(first, left, whole), root(right))
    } else {
        (subproof(first - left.len(), right, false), root(left))
    };
    below.push(sibling);
    below
}

/// A proof that is one hash short, one too long, or changed in one hash.
fn spoilt(proof: &[Digest]) -> Vec<Vec<Digest>> {
    let stranger = Digest::of(b"stranger");
    let mut all = vec![[proof, &[stranger]].concat(), [&[stranger], proof].concat()];
    for index in 0..proof.len() {
        all.push([&proof[..index], &proof[index + 1..]].concat());
        all.push([&proof[..index], &[stranger], &proof[index + 1..]].concat());
    }
    all
}

#[test]
fn an_inclusion_proof_holds_for_its_leaf_only() {
    let (all, mut held, mut refused) = (leaves(LARGEST), 0, 0);
    for size in 1..=LARGEST {
        let (tree, root) = (&all[..size], root(&all[..size]));
        for (index, leaf) in tree.iter().enumerate() {
            let proof = path(index, tree);
            let check = |at: usize, of: usize, leaf: &Digest, proof: &[Digest]| {
                verify_inclusion(at as u64, of as u64, leaf, proof, &root).is_ok()
            };
            assert!(check(index, size, leaf, &proof), "leaf {index} of {size}");
            held += 1;
            assert!(!check(index, size, &leaf_hash(b"other"), &proof));
            assert!(!check(size, size, leaf, &proof));
            assert!((0..size).all(|at| at == index || !check(at, size, leaf, &proof)));
            for proof in spoilt(&proof) {
                assert!(!check(index, size, leaf, &proof), "leaf {index} of {size}");
                refused += 1;
            }
        }
    }
    println!("inclusion by definition: {held} hold, {refused} spoilt ones refused");
    assert!(held == LARGEST * (LARGEST + 1) / 2 && refused > held);
}

#[test]
fn a_consistency_proof_holds_for_its_two_trees_only() {
    let (all, mut held, mut refused) = (leaves(LARGEST), 0, 0);
    for second in 1..=LARGEST {
        let second_root = root(&all[..second]);
        for first in 1..=second {
            let (proof, first_root) = (subproof(first, &all[..second], true), root(&all[..first]));
            let check = |from: usize, from_root: &Digest, proof: &[Digest]| {
                let sizes = (from as u64, second as u64);
                verify_consistency(sizes.0, sizes.1, from_root, &second_root, proof).is_ok()
            };
            assert!(check(first, &first_root, &proof), "{first} in {second}");
            held += 1;
            assert!(!check(first, &Digest::of(b"other"), &proof), "{first} in {second}");
            assert!(!check(0, &root(&[]), &proof), "0 in {second}");
            assert!(!check(second + 1, &first_root, &proof), "{} in {second}", second + 1);
            for proof in spoilt(&proof) {
                assert!(!check(first, &first_root, &proof), "{first} in {second}");
                refused += 1;
            }
        }
    }
    println!("consistency by definition: {held} hold, {refused} spoilt ones refused");
    assert!(held == LARGEST * (LARGEST + 1) / 2 && refused > held);
}

/// A log that keeps its subtree hashes as the store does.
fn past(leaves: &[Digest]) -> Past {
    let mut past = Past::default();
    for leaf in leaves {
        past.push(*leaf).unwrap();
    }
    past
}

#[test]
fn a_planned_proof_is_the_one_of_the_definition() {
    let all = leaves(LARGEST);
    let (past, mut made) = (past(&all), 0);
    for size in 1..=LARGEST {
        let tree = &all[..size];
        for index in 0..size {
            let plan = Plan::inclusion(index as u64, size as u64).unwrap();
            assert_eq!(past.prove(&plan).unwrap(), path(index, tree), "leaf {index} of {size}");
            let first = index + 1;
            let plan = Plan::consistency(first as u64, size as u64).unwrap();
            let proof = subproof(first, tree, true);
            assert_eq!(past.prove(&plan).unwrap(), proof, "{first} in {size}");
            made += 2;
        }
        assert!(Plan::inclusion(size as u64, size as u64).is_err());
        assert!(Plan::consistency(size as u64 + 1, size as u64).is_err());
    }
    assert!(Plan::consistency(0, 5).is_err());
    println!("planned proofs: {made} equal those of the definition");
    assert!(made == LARGEST * (LARGEST + 1));
}

#[test]
fn a_plan_needs_few_hashes_however_long_the_log_is() {
    let mut most = 0;
    for size in [1_000_000_u64, 10_000_000, (1 << 40) - 1] {
        let limit = 2 * (size.ilog2() as usize + 1);
        for part in 0..997 {
            let index = size / 997 * part;
            let inclusion = Plan::inclusion(index, size).unwrap().places().len();
            let consistency = Plan::consistency(index + 1, size).unwrap().places().len();
            most = most.max(inclusion).max(consistency);
            assert!(inclusion <= limit && consistency <= limit, "{index} of {size}");
        }
    }
    println!("the largest plan names {most} stored hashes");
}

/// The subtrees beside a range, as formats.md walks the tree.
fn walk(start: usize, end: usize, tree: (usize, usize), found: &mut [Vec<(usize, usize)>; 2]) {
    let (from, to) = tree;
    let side = match (to <= start, from >= end) {
        (true, _) => Some(0),
        (_, true) => Some(1),
        (false, false) => None,
    };
    match side {
        Some(side) if (to - from).is_power_of_two() => found[side].push(tree),
        None if from >= start && to <= end => {}
        Some(_) | None => {
            let middle = from + split(to - from);
            walk(start, end, (from, middle), found);
            walk(start, end, (middle, to), found);
        }
    }
}

#[test]
fn what_stands_beside_a_range_is_what_the_walk_lists() {
    let mut ranges = 0;
    for size in 1..=LARGEST {
        for start in 0..size {
            for end in start + 1..=size {
                let mut walked = [Vec::new(), Vec::new()];
                walk(start, end, (0, size), &mut walked);
                let beside = Beside::range(start as u64, end as u64, size as u64).unwrap();
                let spans = |places: &[StoredHash]| -> Vec<(usize, usize)> {
                    let span = |place: &StoredHash| {
                        let last = usize::try_from(place.row_index).unwrap() + 1;
                        (last - (1 << place.level), last)
                    };
                    places.iter().map(span).collect()
                };
                assert_eq!(spans(&beside.left), walked[0], "[{start}, {end}) of {size}");
                assert_eq!(spans(&beside.right), walked[1], "[{start}, {end}) of {size}");
                ranges += 1;
            }
        }
    }
    println!("ranges walked: {ranges}");
    assert!(ranges > 10_000);
    for (start, end, size) in [(0, 0, 5), (3, 3, 5), (4, 3, 5), (0, 6, 5)] {
        assert!(Beside::range(start, end, size).is_err());
    }
}
