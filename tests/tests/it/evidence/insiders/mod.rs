//! Lies in the log itself: votes, keys, roles, policies and requests that an insider writes with
//! the log key in hand, and hashes, signs and proves anew.
//!
//! Invariant: each is refused by the check meant, in the bundle and in the whole log alike; nothing
//! else in the log is out of order.

mod authority;
mod requests;
mod votes;
