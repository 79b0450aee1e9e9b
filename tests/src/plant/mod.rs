//! Puts hostile texts wherever somebody can put a text, through the core, into a copy of the house.
//!
//! Invariant: what the core refuses by its grammar or its limits is counted as refused, never cut
//! or changed; what it keeps stands there to the letter. Each bed is a home of its own, so that no
//! page has more to show than a person would meet.

mod asking;
mod cards;
mod garden;
pub mod lists;
mod people;
mod registries;
mod talking;
mod tenants;

use std::collections::BTreeMap;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;

use console::{ConsoleError, Edge};
use serde_json::{Value, json};

use self::garden::Garden;

/// Puts one text in its place; the number is different for each.
type Plant = for<'a> fn(&'a mut Garden, &'a [String]) -> Planting<'a>;
type Planting<'a> = Pin<Box<dyn Future<Output = Result<(), ConsoleError>> + 'a>>;

/// A place where somebody can put a text.
struct Surface {
    /// Which home it stands in.
    bed: &'static str,
    name: &'static str,
    /// How many texts stand there together; one text fills most places.
    together: usize,
    /// Every so many-th text is put there: all, but where each costs several derivations of a key.
    every: usize,
    plant: Plant,
}

/// Every text surface that there is. A new one is a line here and what it calls in a bed's file.
#[rustfmt::skip]
const SURFACES: &[Surface] = &[
    Surface { bed: "registry", name: "prompt text", together: 60, every: 1, plant: |g, t| Box::pin(g.prompt_text(t)) },
    Surface { bed: "registry", name: "name of a variable", together: 30, every: 1, plant: |g, t| Box::pin(g.variable(t)) },
    Surface { bed: "registry", name: "reason of a version", together: 1, every: 1, plant: |g, t| Box::pin(g.version_reason(t)) },
    Surface { bed: "registry", name: "reason of a decision", together: 1, every: 1, plant: |g, t| Box::pin(g.decision_reason(t)) },
    Surface { bed: "registry", name: "reason of a model", together: 1, every: 1, plant: |g, t| Box::pin(g.model_reason(t)) },
    Surface { bed: "registry", name: "entry of a card", together: 60, every: 1, plant: |g, t| Box::pin(g.card_entry(t)) },
    Surface { bed: "registry", name: "key of a card", together: 60, every: 1, plant: |g, t| Box::pin(g.card_key(t)) },
    Surface { bed: "registry", name: "section of a card", together: 60, every: 1, plant: |g, t| Box::pin(g.section(t)) },
    Surface { bed: "registry", name: "tags of a card", together: 60, every: 1, plant: |g, t| Box::pin(g.tags(t)) },
    Surface { bed: "registry", name: "lineage of a card", together: 60, every: 1, plant: |g, t| Box::pin(g.lineage(t)) },
    Surface { bed: "registry", name: "metric", together: 60, every: 1, plant: |g, t| Box::pin(g.metric(t)) },
    Surface { bed: "registry", name: "name of a model", together: 1, every: 1, plant: |g, t| Box::pin(g.model_name(t)) },
    Surface { bed: "registry", name: "version of a model", together: 1, every: 1, plant: |g, t| Box::pin(g.model_version(t)) },
    Surface { bed: "registry", name: "name of a prompt", together: 1, every: 1, plant: |g, t| Box::pin(g.prompt_name(t)) },
    Surface { bed: "registry", name: "correlation id", together: 1, every: 1, plant: |g, t| Box::pin(g.correlation_id(t)) },
    Surface { bed: "requests", name: "comment", together: 1, every: 1, plant: |g, t| Box::pin(g.comment(t)) },
    Surface { bed: "requests", name: "finding", together: 1, every: 1, plant: |g, t| Box::pin(g.finding(t)) },
    Surface { bed: "requests", name: "answer to a finding", together: 1, every: 1, plant: |g, t| Box::pin(g.answer(t)) },
    Surface { bed: "requests", name: "end of a finding", together: 1, every: 1, plant: |g, t| Box::pin(g.closing(t)) },
    Surface { bed: "requests", name: "wish for changes", together: 1, every: 1, plant: |g, t| Box::pin(g.wish(t)) },
    Surface { bed: "requests", name: "reason of a withdrawal", together: 1, every: 1, plant: |g, t| Box::pin(g.withdrawal(t)) },
    Surface { bed: "requests", name: "reason of asking again", together: 1, every: 1, plant: |g, t| Box::pin(g.asking_again(t)) },
    Surface { bed: "requests", name: "reason of a revocation", together: 1, every: 1, plant: |g, t| Box::pin(g.revocation(t)) },
    Surface { bed: "requests", name: "environment of an approval", together: 1, every: 1, plant: |g, t| Box::pin(g.environment(t)) },
    Surface { bed: "requesters", name: "title of a token that asks", together: 1, every: 1, plant: |g, t| Box::pin(g.token_asks(t)) },
    Surface { bed: "requesters", name: "name of a person at work", together: 1, every: 12, plant: |g, t| Box::pin(g.person_works(t)) },
    Surface { bed: "people", name: "name of a person", together: 1, every: 1, plant: |g, t| Box::pin(g.person(t)) },
    Surface { bed: "people", name: "reason for a person", together: 1, every: 1, plant: |g, t| Box::pin(g.person_reason(t)) },
    Surface { bed: "people", name: "reason for a person's end", together: 1, every: 1, plant: |g, t| Box::pin(g.person_end(t)) },
    Surface { bed: "people", name: "group", together: 1, every: 1, plant: |g, t| Box::pin(g.group(t)) },
    Surface { bed: "people", name: "group of a policy", together: 3, every: 1, plant: |g, t| Box::pin(g.policy_group(t)) },
    Surface { bed: "people", name: "name of a policy", together: 1, every: 1, plant: |g, t| Box::pin(g.policy_name(t)) },
    Surface { bed: "people", name: "reason of a change", together: 1, every: 1, plant: |g, t| Box::pin(g.change_reason(t)) },
    Surface { bed: "people", name: "reason for a role's end", together: 1, every: 1, plant: |g, t| Box::pin(g.role_end(t)) },
    Surface { bed: "people", name: "name of a device", together: 1, every: 1, plant: |g, t| Box::pin(g.device(t)) },
    Surface { bed: "people", name: "title of a token", together: 1, every: 1, plant: |g, t| Box::pin(g.token(t)) },
    Surface { bed: "people", name: "reason for a token's end", together: 1, every: 1, plant: |g, t| Box::pin(g.token_end(t)) },
    Surface { bed: "tenants", name: "title of a tenant", together: 1, every: 1, plant: |g, t| Box::pin(g.tenant(t)) },
    Surface { bed: "tenants", name: "id of a tenant", together: 1, every: 1, plant: |g, t| Box::pin(g.tenant_id(t)) },
    Surface { bed: "tenants", name: "reason for a tenant", together: 1, every: 1, plant: |g, t| Box::pin(g.tenant_reason(t)) },
    Surface { bed: "tenants", name: "reason for a tenant's end", together: 1, every: 1, plant: |g, t| Box::pin(g.tenant_end(t)) },
];

/// Plants texts in one bed of the house that was laid out in `place`; says how many were offered
/// and which were refused where.
///
/// # Errors
/// A sentence, when the house cannot be lived in.
pub async fn planted(
    place: &Path,
    edge: &Edge,
    bed: &str,
    texts: &[String],
) -> Result<Value, String> {
    let mut garden = Garden::of(place, edge).await.map_err(|cause| cause.to_string())?;
    let mut told = BTreeMap::new();
    for surface in SURFACES.iter().filter(|surface| surface.bed == bed) {
        let offered: Vec<String> = texts.iter().step_by(surface.every).cloned().collect();
        let refused = refused_by(&mut garden, surface, &offered).await;
        let kept = offered.len() - refused.len();
        let told_of_it = json!({ "offered": offered.len(), "kept": kept, "refused": refused });
        told.insert(surface.name, told_of_it);
    }
    garden.leave().await.map_err(|cause| cause.to_string())?;
    Ok(json!(told))
}

/// Plants texts in one place; gives those that it does not take.
async fn refused_by(garden: &mut Garden, surface: &Surface, texts: &[String]) -> Vec<String> {
    let mut refused = Vec::new();
    for some in texts.chunks(surface.together) {
        // Where one of many is refused, the others are put in without it.
        if (surface.plant)(garden, some).await.is_ok() {
            continue;
        }
        for text in some {
            let alone = std::slice::from_ref(text);
            if some.len() == 1 || (surface.plant)(garden, alone).await.is_err() {
                refused.push(text.clone());
            }
        }
    }
    refused
}
