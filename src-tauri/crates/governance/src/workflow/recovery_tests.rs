//! The kit enrols a key of an ADMIN and does nothing else; each record is read back by the replay.

use ledger::change::{
    Change, ChangeBody, ChangeKind, KeyEnrollBody, RoleGrantBody, key_proof_text,
};
use ledger::dsse::Envelope;
use ledger::statement::{Predicate, Reviewer};
use ledger::{Actor, CorrelationId, Digest, PublicKey, RequestId, Role, Signature};
use security::secret::SecretText;
use security::signing::SigningKey;

use super::*;
use crate::audit::Written;
use crate::error::Mismatch;
use crate::testing::*;

/// A key that nobody has enrolled yet.
fn fresh_key() -> SigningKey {
    let seed = Digest::of(b"made after all others were lost").to_base64();
    SigningKey::from_seed_text(&SecretText::new(seed)).unwrap()
}

fn key_of(world: &World, person: &str) -> Change {
    let (actor, key) = (world.actor(person), fresh_key());
    let public_key = PublicKey::from_bytes(key.public_key()).unwrap();
    let authority = world.authority();
    let text =
        key_proof_text(authority.workspace(), authority.tenant(), &actor, &public_key.keyid());
    let body = KeyEnrollBody {
        keyid: public_key.keyid(),
        name: person.to_owned(),
        person_id: actor,
        proof: Signature::from_bytes(key.sign(text.as_bytes())),
        public_key,
    };
    let change = world.change(ADA, ChangeKind::KeyEnroll, ChangeBody::KeyEnroll(body));
    Change { proposed_by: Actor::System, ..change }
}

/// The world's recovery key is Ada's; `signer` holds another where it is not hers.
fn recover(
    world: &mut World,
    signer: &str,
    change: &Change,
    bend: impl FnOnce(&mut Predicate),
) -> Result<Written, GovernanceError> {
    let mut predicate = world.proposal(signer, change);
    predicate.reviewer = Reviewer::recovery_kit();
    bend(&mut predicate);
    let signed = world.sign(signer, change.subject().unwrap(), predicate);
    let kept = &world.attestations[signed.attestation_sha256()];
    let envelope = Envelope::parse(kept).unwrap();
    world.act(|authority, records| {
        ApprovalWorkflow::recover_key(change, &signed, &envelope, authority, records)
    })
}

#[test]
fn the_kit_enrols_a_key_of_an_admin_also_where_there_are_two() {
    for admins in [1, 2] {
        let mut world = World::new();
        if admins == 2 {
            world.hire(DAN, Role::Admin, None);
        }
        let change = key_of(&world, ADA);
        let written = recover(&mut world, ADA, &change, |_| {}).unwrap();
        assert_eq!(world.authority().applied(&change.id), Some(written.seq));
        assert_eq!(world.authority().keys_of(&world.actor(ADA)).count(), 2);
    }
}

#[test]
fn anything_else_is_refused_by_its_cause() {
    let mut world = World::new();
    let invalid = |reason| GovernanceError::InvalidChange { reason };
    let good = key_of(&world, ADA);
    let grant = RoleGrantBody { group: None, person_id: world.actor(VIC), role: Role::Admin };
    let grant = world.change(ADA, ChangeKind::RoleGrant, ChangeBody::RoleGrant(grant));
    let cases = [
        (
            Change { proposed_by: Actor::System, ..grant },
            invalid("the recovery kit enrols a key and does nothing else"),
        ),
        (key_of(&world, VIC), invalid("the recovery kit enrols a key of an ADMIN only")),
        (
            Change { proposed_by: world.actor(ADA), ..good.clone() },
            invalid("it names another proposer"),
        ),
    ];
    for (change, refused) in cases {
        assert_eq!(recover(&mut world, ADA, &change, |_| {}), Err(refused));
    }
    let by_another_key = recover(&mut world, VIC, &good, |_| {});
    assert!(matches!(by_another_key, Err(GovernanceError::Ledger(_))), "{by_another_key:?}");
    type Bend = fn(&mut Predicate);
    let bends: [(Bend, Mismatch); 3] = [
        (|predicate| predicate.reviewer.name = ADA.to_owned(), Mismatch::Reviewer),
        (
            |predicate| {
                let other = "01930000-0000-7000-8000-0000000000ff";
                predicate.correlation_id = CorrelationId::parse(other).unwrap();
            },
            Mismatch::Occasion,
        ),
        (
            |predicate| {
                let other = "01930000-0000-7000-8000-0000000000ff";
                predicate.request.id = RequestId::parse(other).unwrap();
            },
            Mismatch::Request,
        ),
    ];
    for (bend, what) in bends {
        let refused = recover(&mut world, ADA, &good, bend);
        assert_eq!(refused, Err(GovernanceError::StatementMismatch { what }));
    }
    recover(&mut world, ADA, &good, |_| {}).unwrap();
    let again = recover(&mut world, ADA, &good, |_| {});
    assert_eq!(again, Err(invalid("it was applied before")));
}
