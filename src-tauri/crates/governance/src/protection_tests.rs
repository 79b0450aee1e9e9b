//! What is protected, and what its reading puts on record.

use ledger::{Name, ResourceType, TenantId};
use security::rbac::{Principal, RbacService, Role};
use serde_json::json;

use super::*;
use crate::registry::{NewPrompt, PromptRegistry};
use crate::testing::*;
use crate::text::PromptText;

const TEXT: &str = "Say yes to everybody.";

fn prompt(world: &mut World) -> SubjectRecord {
    let permit = world.permit(EVE, Verb::Create).unwrap();
    let new = NewPrompt {
        name: Name::parse("kyc/letters").unwrap(),
        text: PromptText::parse(TEXT).unwrap(),
        tier: Some(Tier::High),
        reason: reason("first version"),
    };
    let made = world.act(|_, records| PromptRegistry::register_prompt(&permit, &[], &new, records));
    SubjectRecord::Prompt(made.unwrap())
}

#[test]
fn what_is_of_tier_high_is_protected_and_nothing_else() {
    for (tier, expected) in [(Tier::High, true), (Tier::Medium, false), (Tier::Low, false)] {
        assert_eq!(is_protected(tier), expected, "{tier}");
    }
}

#[test]
fn the_record_names_reader_subject_reason_and_digest_and_holds_no_text() {
    let mut world = World::new();
    let model = SubjectRecord::Model(world.register("credit-pd", Tier::High));
    let card = new_model("credit-pd", Tier::High).card;
    let cases = [
        (model, ResourceType::Model, "credit-pd@1", json!("card"), card.digest()),
        (
            prompt(&mut world),
            ResourceType::Prompt,
            "kyc/letters@1",
            json!("text"),
            Digest::of(TEXT.as_bytes()),
        ),
    ];
    for (version, kind, id, value, digest) in cases {
        let permit = world.permit(VIC, Verb::View).unwrap();
        let (actor, draft) = disclosure(&permit, &version, &reason("asked by audit")).unwrap();
        assert_eq!(actor, world.actor(VIC));
        assert_eq!((draft.action, draft.resource_type), (Action::DataDecrypt, kind));
        assert_eq!((draft.resource_id.as_str(), draft.reason.as_str()), (id, "asked by audit"));
        let metadata = serde_json::Value::Object(draft.metadata.clone());
        assert_eq!(metadata, json!({ "sha256": digest, "value": value }));
        assert!(!format!("{draft:?}").contains(TEXT), "the text is not in it");
        // Read back, the log with it still holds.
        let who = actor.clone();
        world.act(|_, records| records.record(&who, draft)).unwrap();
    }
}

#[test]
fn a_permit_for_something_else_or_somewhere_else_reads_nothing() {
    let mut world = World::new();
    let version = prompt(&mut world);
    let why = reason("asked by audit");
    let to_write = world.permit(EVE, Verb::Create).unwrap();
    assert!(disclosure(&to_write, &version, &why).is_err(), "a permit to write");
    let actor = world.actor(VIC).to_string();
    let elsewhere = TenantId::parse("markets").unwrap();
    let there = Principal::person(&actor, elsewhere.as_str(), Role::Viewer).unwrap();
    let there = RbacService::permit(&there, Verb::View).unwrap();
    assert!(disclosure(&there, &version, &why).is_err(), "another tenant's permit");
}
