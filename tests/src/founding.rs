//! How the house of [`crate::house`] is founded: its workspace, its two tenants, its people.
//!
//! Invariant: every step is one that an admin could take at the console; nothing is written behind
//! the core. Key derivations are paid here, once for all tests of a run.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use console::Workspace;
use console::administering::{OwnKey, RoleWish};
use console::proposing::ChangeOutcome;
use console::session::Session;
use console::views::KeyStorage;
use console::workspace::{Founding, NewWorkspace};
use governance::text::{Reason, Title};
use ledger::{Actor, Role, TenantId};
use security::passphrase::Passphrase;
use store::WorkspaceKind;

use crate::house::{
    ADA, ANN, BOB, CREDIT, EVE, MARKETS, MAX, MIA, NED, NEW, PASSPHRASE, REX, Template, VIC, edge,
};
use crate::items::Items;

/// Founds the house and takes it apart into files, items, people and keys.
pub(crate) fn found() -> Template {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(found_and_settle())
}

async fn found_and_settle() -> Template {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("bank");
    let items = Items::of(BTreeMap::new());
    let edge = edge(&items, "2026-01-05T08:00:00.000000Z");
    let founding = Founding::prepare(wanted(), &passphrase(), &edge).unwrap();
    let workspace = founding.commit(&place, edge.keychain.clone()).await.unwrap();
    let mut staff = Staff { workspace, people: BTreeMap::new(), keys: BTreeMap::new() };
    staff.hire().await;
    staff.workspace.settle().await.unwrap();
    let Staff { workspace, people, keys } = staff;
    let new_key = workspace.make_key(&passphrase()).await.unwrap();
    drop(workspace);
    Template { files: files_of(&place), items: items.all(), people, keys, new_key }
}

/// Every file of a folder, by name.
pub(crate) fn files_of(place: &Path) -> BTreeMap<String, Vec<u8>> {
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry.unwrap();
        (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
    };
    fs::read_dir(place).unwrap().map(read).collect()
}

/// What the first admin says about the workspace they want.
///
/// # Panics
/// Never: the texts are constants.
#[must_use]
pub fn wanted() -> NewWorkspace {
    NewWorkspace {
        title: Title::parse("Northmere Bank").unwrap(),
        tenant_id: TenantId::parse(CREDIT).unwrap(),
        tenant_title: Title::parse("Credit").unwrap(),
        admin: Title::parse(ADA).unwrap(),
        reason: Reason::parse("created").unwrap(),
        kind: WorkspaceKind::Own,
        keys: KeyStorage::Keychain,
    }
}

fn passphrase() -> Arc<Passphrase> {
    Arc::new(Passphrase::from_text(PASSPHRASE).unwrap())
}

struct Staff {
    workspace: Workspace,
    people: BTreeMap<&'static str, Actor>,
    keys: BTreeMap<&'static str, console::session::UnlockedKey>,
}

impl Staff {
    async fn hire(&mut self) {
        let ada = self.first_admin().await;
        for (name, role) in [
            (BOB, Role::Approver),
            (EVE, Role::Approver),
            (ANN, Role::Analyst),
            (VIC, Role::Viewer),
            (REX, Role::Approver),
        ] {
            self.join(&ada, name, role).await;
        }
        let revoked = self
            .workspace
            .revoke_role(&ada, &self.keys[ADA], &self.people[REX], "left the desk")
            .await
            .unwrap();
        assert!(matches!(revoked, ChangeOutcome::Applied { .. }));
        let markets = TenantId::parse(MARKETS).unwrap();
        let key = &self.keys[ADA];
        self.workspace.create_tenant(&ada, key, &markets, "Markets", "a new desk").await.unwrap();
        let there = Session { tenant_id: markets, ..ada.clone() };
        self.join(&there, MIA, Role::Approver).await;
        self.join(&there, MAX, Role::Admin).await;
        for name in [NED, NEW] {
            self.add(&ada, name).await;
        }
    }

    async fn first_admin(&mut self) -> Session {
        let store = store::SqliteStore::open(self.workspace.folder()).unwrap();
        let person = store::Store::people(&store).await.unwrap().remove(0);
        let tenant_id = TenantId::parse(CREDIT).unwrap();
        let key = self.workspace.unlock(&person.id, &tenant_id, &passphrase()).await.unwrap();
        self.people.insert(ADA, person.id.clone());
        self.keys.insert(ADA, key);
        Session { person: person.id, name: person.title, tenant_id, keyid: None }
    }

    async fn add(&mut self, ada: &Session, name: &'static str) {
        let person = self.workspace.add_person(ada, name, "joins the desk").await.unwrap();
        self.people.insert(name, person);
    }

    async fn join(&mut self, ada: &Session, name: &'static str, role: Role) {
        self.add(ada, name).await;
        let own: OwnKey = self.workspace.make_key(&passphrase()).await.unwrap();
        let person = &self.people[name];
        let wish = RoleWish { person, role, group: None, reason: "reviews models" };
        let outcomes = self.workspace.enrol(ada, &self.keys[ADA], &own, wish).await.unwrap();
        assert!(outcomes.iter().all(|outcome| matches!(outcome, ChangeOutcome::Applied { .. })));
        let key = self.workspace.unlock(person, &ada.tenant_id, &passphrase()).await.unwrap();
        self.keys.insert(name, key);
    }
}
