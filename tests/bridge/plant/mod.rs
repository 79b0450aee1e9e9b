//! Puts hostile texts wherever somebody can put a text, through the core, into a copy of the house.
//!
//! Invariant: what the core refuses by its grammar or its limits is counted as refused, never cut
//! or changed; what it keeps stands there to the letter. Each bed is a home of its own, so that no
//! page has more to show than a person would meet.

mod garden;
pub(crate) mod lists;

use std::collections::BTreeMap;
use std::fs;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;

use console::ConsoleError;
use serde_json::{Value, json};

use self::garden::Garden;
use crate::Outcome;
use crate::home::alone;

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
    plant: Plant,
}

/// Every text surface that there is. A new one is a line here and what it calls in `garden`.
#[rustfmt::skip]
const SURFACES: &[Surface] = &[
    Surface { bed: "registry", name: "prompt text", together: 60, plant: |g, t| Box::pin(g.prompt_text(t)) },
    Surface { bed: "registry", name: "reason of a version", together: 1, plant: |g, t| Box::pin(g.version_reason(t)) },
    Surface { bed: "registry", name: "reason of a decision", together: 1, plant: |g, t| Box::pin(g.decision_reason(t)) },
    Surface { bed: "registry", name: "entry of a card", together: 40, plant: |g, t| Box::pin(g.card_entry(t)) },
    Surface { bed: "registry", name: "key of a card", together: 40, plant: |g, t| Box::pin(g.card_key(t)) },
    Surface { bed: "registry", name: "lineage of a card", together: 40, plant: |g, t| Box::pin(g.lineage(t)) },
    Surface { bed: "registry", name: "metric", together: 40, plant: |g, t| Box::pin(g.metric(t)) },
    Surface { bed: "registry", name: "name of a model", together: 1, plant: |g, t| Box::pin(g.model_name(t)) },
    Surface { bed: "registry", name: "version of a model", together: 1, plant: |g, t| Box::pin(g.model_version(t)) },
    Surface { bed: "registry", name: "name of a prompt", together: 1, plant: |g, t| Box::pin(g.prompt_name(t)) },
    Surface { bed: "registry", name: "correlation id", together: 1, plant: |g, t| Box::pin(g.correlation_id(t)) },
    Surface { bed: "people", name: "name of a person", together: 1, plant: |g, t| Box::pin(g.person(t)) },
    Surface { bed: "people", name: "reason for a person", together: 1, plant: |g, t| Box::pin(g.person_reason(t)) },
    Surface { bed: "people", name: "group", together: 1, plant: |g, t| Box::pin(g.group(t)) },
    Surface { bed: "people", name: "reason of a change", together: 1, plant: |g, t| Box::pin(g.change_reason(t)) },
    Surface { bed: "people", name: "title of a token", together: 1, plant: |g, t| Box::pin(g.token(t)) },
    Surface { bed: "people", name: "reason for a token's end", together: 1, plant: |g, t| Box::pin(g.token_end(t)) },
    Surface { bed: "tenants", name: "title of a tenant", together: 1, plant: |g, t| Box::pin(g.tenant(t)) },
    Surface { bed: "tenants", name: "id of a tenant", together: 1, plant: |g, t| Box::pin(g.tenant_id(t)) },
    Surface { bed: "tenants", name: "reason for a tenant", together: 1, plant: |g, t| Box::pin(g.tenant_reason(t)) },
];

/// Plants the texts of a file in one bed, and prints how many were kept and refused where.
pub(crate) fn run(home: &Path, bed: &str, texts: &Path) -> Outcome<()> {
    let bytes = fs::read(texts).map_err(|cause| format!("{}: {cause}", texts.display()))?;
    let texts: Vec<String> = serde_json::from_slice(&bytes).map_err(|cause| cause.to_string())?;
    let told = alone()?.block_on(planted(home, bed, &texts))?;
    println!("{told}");
    Ok(())
}

async fn planted(home: &Path, bed: &str, texts: &[String]) -> Outcome<Value> {
    let mut garden = Garden::lay_out(home).await?;
    let mut told = BTreeMap::new();
    for surface in SURFACES.iter().filter(|surface| surface.bed == bed) {
        let mut refused = Vec::new();
        for some in texts.chunks(surface.together) {
            // Where one of many is refused, the others are put in without it.
            if (surface.plant)(&mut garden, some).await.is_ok() {
                continue;
            }
            for text in some {
                let alone = std::slice::from_ref(text);
                if some.len() == 1 || (surface.plant)(&mut garden, alone).await.is_err() {
                    refused.push(text.clone());
                }
            }
        }
        let kept = texts.len() - refused.len();
        told.insert(surface.name, json!({ "kept": kept, "refused": refused }));
    }
    garden.leave().await?;
    Ok(json!(told))
}
