//! Decides which removed line stands beside which added line.
//!
//! Invariant: pairs keep the order of both sides, every line is in exactly one row, and every line
//! of the shorter side has a partner: there are as many rows as the longer side has lines. Which
//! lines changed is not decided here.

use std::collections::HashMap;

use super::{count, words};

/// A row of a change: index into the removed lines, index into the added ones.
pub(super) type Pair = (Option<u32>, Option<u32>);

/// Above this many comparisons lines are paired as they stand.
const COMPARISONS: u32 = 1_024;

/// More than all shared words of the lines compared are worth together.
const A_PAIR: u32 = 100 * COMPARISONS;

/// Whether so many lines are paired as they stand, whatever they say.
pub(super) const fn in_order_suffices(removed: u32, added: u32) -> bool {
    removed == added || removed == 0 || added == 0 || removed.saturating_mul(added) > COMPARISONS
}

/// The line that one stands beside; `read` gives its own side of a pair first.
pub(super) fn partner(
    pairs: &[Pair],
    line: u32,
    read: impl Fn(&Pair) -> (Option<u32>, Option<u32>),
) -> Option<u32> {
    let as_it_stands = pairs.get(line as usize).map(&read).filter(|(own, _)| *own == Some(line));
    let found = as_it_stands.or_else(|| pairs.iter().map(read).find(|(own, _)| *own == Some(line)));
    found.and_then(|(_, other)| other)
}

/// Pairs lines so that similar ones stand beside each other.
pub(super) fn pair(removed: &[&str], added: &[&str]) -> Vec<Pair> {
    let (rows, columns) = (removed.len(), added.len());
    let scores = scores(removed, added);
    let best = best_sums(&scores, rows, columns);
    let (mut row, mut column) = (0, 0);
    let mut pairs = Vec::with_capacity(rows + columns);
    while row < rows && column < columns {
        let here = best[row][column];
        if here == best[row + 1][column + 1] + scores[row * columns + column] {
            pairs.push((Some(count(row)), Some(count(column))));
            (row, column) = (row + 1, column + 1);
        } else if here == best[row + 1][column] {
            pairs.push((Some(count(row)), None));
            row += 1;
        } else {
            pairs.push((None, Some(count(column))));
            column += 1;
        }
    }
    pairs.extend((row..rows).map(|row| (Some(count(row)), None)));
    pairs.extend((column..columns).map(|column| (None, Some(count(column)))));
    pairs
}

/// Pairs lines from the top.
pub(super) fn in_order(rows: u32, columns: u32) -> Vec<Pair> {
    let longer = rows.max(columns);
    (0..longer).map(|at| ((at < rows).then_some(at), (at < columns).then_some(at))).collect()
}

/// The best sum of scores from each place on: the longest-common-subsequence table, weighted.
fn best_sums(scores: &[u32], rows: usize, columns: usize) -> Vec<Vec<u32>> {
    let mut best = vec![vec![0; columns + 1]; rows + 1];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            let paired = best[row + 1][column + 1] + scores[row * columns + column];
            best[row][column] = paired.max(best[row + 1][column]).max(best[row][column + 1]);
        }
    }
    best
}

/// For each pair so much that no pair is given up, and up to 100 for shared words.
fn scores(removed: &[&str], added: &[&str]) -> Vec<u32> {
    let mut known = HashMap::new();
    let mut bag = |line| {
        let mut bag: Vec<usize> = words::tokens(line)
            .filter(|token| token.contains(char::is_alphanumeric))
            .map(|token| {
                let next = known.len();
                *known.entry(token).or_insert(next)
            })
            .collect();
        bag.sort_unstable();
        bag
    };
    let removed: Vec<Vec<usize>> = removed.iter().map(|line| bag(line)).collect();
    let added: Vec<Vec<usize>> = added.iter().map(|line| bag(line)).collect();
    let one = |left: &Vec<usize>, right: &Vec<usize>| {
        let words = left.len() + right.len();
        A_PAIR + count((200 * shared(left, right)).checked_div(words).unwrap_or_default())
    };
    removed.iter().flat_map(|left| added.iter().map(move |right| one(left, right))).collect()
}

/// How many words two sorted bags share.
fn shared(mut left: &[usize], mut right: &[usize]) -> usize {
    let mut shared = 0;
    while let ([one, lefts @ ..], [other, rights @ ..]) = (left, right) {
        if one <= other {
            left = lefts;
        }
        if other <= one {
            right = rights;
        }
        shared += usize::from(one == other);
    }
    shared
}
