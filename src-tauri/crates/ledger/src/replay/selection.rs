//! Which records stand for a decision: what an evidence bundle holds, no more and no less
//! (formats.md, "Evidence bundle", `records`).
//!
//! Invariant: replaying the selected records alone gives the same meaning of the request as the
//! whole log, and selecting again from that replay gives the same records.

use std::collections::BTreeSet;

use super::acts::Signer;
use super::requests::RequestState;
use super::{Authority, Requests};

/// The records of a decided request, without the export; none while it is open.
pub(super) fn records(
    request: &RequestState,
    requests: &Requests,
    authority: &Authority,
) -> Option<BTreeSet<u64>> {
    let decided_at = request.decided_at?;
    let subject = &request.metadata.subject.name;
    let tier = request.metadata.tier?;
    let mut records = BTreeSet::from([0, request.seq, decided_at]);
    records.insert(requests.making(subject)?.seq);
    let mut acts = BTreeSet::from([0]);
    acts.extend(
        subject.kind().and_then(|kind| authority.acts.policy_at((kind, tier), request.seq)),
    );
    for vote in &request.votes {
        records.insert(vote.seq);
        let signer = Signer { person: vote.person.clone(), keyid: vote.keyid };
        // Whether it counts is judged at its own record, at each later vote, which might have ended
        // the request, and at the final record.
        let later = request.votes.iter().map(|later| later.seq).filter(|seq| *seq >= vote.seq);
        for seq in later.chain([decided_at]) {
            acts.extend(authority.acts_about(&signer, seq));
        }
    }
    for (seq, signer) in &request.revocations {
        records.insert(*seq);
        acts.extend(authority.acts_about(signer, *seq));
    }
    records.extend(authority.with_signers(acts));
    Some(records)
}
