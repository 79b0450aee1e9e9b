//! Proofs made by the definition of RFC 6962, for every small tree, against the verifiers: those
//! of the published suites that hold are few.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may fail loudly and say what it ran"
)]

use ledger::Digest;
use ledger::tree::{leaf_hash, root_of, verify_consistency, verify_inclusion};

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
