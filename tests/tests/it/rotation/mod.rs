//! Rotation of the workspace secret: killed, hindered at every step, and beside other processes.
//!
//! Invariant: what is asked here is what people see: values that open, and items in a keychain.

mod beside;
mod columns;
mod faults;
mod kills;
mod terminal;

use console::artefact::Continue;
use console::session::Session;
use console::workspace::Rotated;
use console::{ConsoleError, Workspace};
use ledger::Tier;
use store::Store as _;
use tests::house::{ADA, House};

/// A house with some texts and cards.
async fn furnished() -> House {
    let house = House::new().await;
    for based_on in 0..3 {
        house.write("kyc-summary", based_on, None).await;
    }
    house.register("credit-pd", Tier::Low).await;
    house.workspace.settle().await.unwrap();
    house
}

/// Begins a rotation and carries it to its end.
async fn rotate(workspace: &Workspace, session: &Session) -> Result<(), ConsoleError> {
    let new = workspace.new_secret(session).await?;
    workspace.begin_rotation(session, &new, "as every quarter").await?;
    finish(workspace, session).await
}

async fn finish(workspace: &Workspace, session: &Session) -> Result<(), ConsoleError> {
    let rotated = workspace.continue_rotation(session, &mut |_| Continue::Yes).await?;
    assert_eq!(rotated, Rotated::Finished);
    Ok(())
}

/// Every text and card that does not open for Ada, with why not.
async fn unreadable(house: &House, workspace: &Workspace) -> Vec<String> {
    let ada = house.session(ADA);
    let mut found = Vec::new();
    let prompts = workspace.list_prompts(&ada, None).await.unwrap();
    for newest in prompts {
        let name = &newest.record.name;
        for version in 1..=newest.record.version {
            if let Err(error) = workspace.prompt_version_text(&ada, name, version).await {
                found.push(format!("{name} {version}: {error}"));
            }
        }
    }
    for model in workspace.list_models(&ada, None).await.unwrap() {
        if let Err(error) = workspace.model_card_text(&ada, &model.record).await {
            found.push(format!("{}: {error}", model.record.model_name));
        }
    }
    found
}

/// The keys that values are sealed under.
async fn keys(house: &House) -> Vec<String> {
    house.store().sealed_counts().await.unwrap().into_keys().collect()
}

/// The items of the keychain that hold a secret of the workspace.
fn secret_items(house: &House) -> Vec<String> {
    let items = house.items.all().into_keys();
    items.filter(|item| item.starts_with("workspace-secret/")).collect()
}
