//! Texts of people, roles, groups, policies, devices and tokens.

use std::sync::Arc;

use console::administering::RoleWish;
use console::tokens::TokenWish;
use console::views::{ActDraft, PolicyDraft};
use console::{ConsoleError, Desk, Passphrase};
use ledger::{Actor, DeviceId, Role};

use super::garden::{Done, Garden, by_desk, one, session};
use crate::house::{self, ADA, BOB, EVE, PASSPHRASE, VIC};

impl Garden {
    pub(super) async fn person(&mut self, texts: &[String]) -> Done {
        self.workspace.add_person(&session(ADA)?, one(texts), "joins").await.map(drop)
    }

    pub(super) async fn person_reason(&mut self, texts: &[String]) -> Done {
        let name = format!("Person {}", self.next());
        self.workspace.add_person(&session(ADA)?, &name, one(texts)).await.map(drop)
    }

    pub(super) async fn person_end(&mut self, texts: &[String]) -> Done {
        let (admin, name) = (session(ADA)?, format!("Person {}", self.next()));
        let person = self.workspace.add_person(&admin, &name, "joins").await?;
        self.workspace.disable_person(&admin, &self.ada, &person, one(texts)).await.map(drop)
    }

    pub(super) async fn group(&mut self, texts: &[String]) -> Done {
        self.grant(VIC, Some(one(texts)), "moves").await
    }

    /// A policy that wants signers of these groups: first there are people in them.
    pub(super) async fn policy_group(&mut self, texts: &[String]) -> Done {
        for (person, group) in [BOB, EVE, VIC].into_iter().zip(texts) {
            self.grant(person, Some(group), "moves").await?;
        }
        let policy = ActDraft::ChangePolicy(PolicyDraft {
            groups: texts.to_vec(),
            ..policy("prompt", "low")
        });
        let desk = self.desk().await?;
        let refused = |refused: console::views::ErrorView| by_desk(&refused);
        desk.propose(policy, one(texts).to_owned()).await.map_err(refused)?;
        let given = Passphrase::new(PASSPHRASE.to_owned());
        desk.answer_change(given).await.map(drop).map_err(refused)?;
        desk.cancel_signing().await.map_err(refused)
    }

    /// A policy is named by what it is for.
    pub(super) async fn policy_name(&mut self, texts: &[String]) -> Done {
        let policy = ActDraft::ChangePolicy(policy(one(texts), "low"));
        let desk = self.desk().await?;
        desk.consequences(policy).await.map(drop).map_err(|refused| by_desk(&refused))
    }

    pub(super) async fn change_reason(&mut self, texts: &[String]) -> Done {
        let group = format!("Group {}", self.next());
        self.grant(VIC, Some(&group), one(texts)).await
    }

    pub(super) async fn role_end(&mut self, texts: &[String]) -> Done {
        // Refused where the role was not taken the time before: it is held still.
        let _held = self.grant(VIC, None, "back again").await;
        let (admin, person) = (session(ADA)?, house::person(VIC));
        self.workspace.revoke_role(&admin, &self.ada, person, one(texts)).await.map(drop)
    }

    pub(super) async fn device(&mut self, texts: &[String]) -> Done {
        let device = DeviceId::parse(one(texts))?;
        self.workspace.retire_device(&session(ADA)?, &self.ada, device, "ends").await.map(drop)
    }

    pub(super) async fn token(&mut self, texts: &[String]) -> Done {
        self.make_token(one(texts)).await.map(drop)
    }

    pub(super) async fn token_end(&mut self, texts: &[String]) -> Done {
        let title = format!("Token {}", self.next());
        let account = self.make_token(&title).await?;
        self.workspace.revoke_token(&session(ADA)?, &account, one(texts)).await.map(drop)
    }

    async fn make_token(&self, title: &str) -> Result<Actor, ConsoleError> {
        let wish = TokenWish { title, role: Role::Viewer, life_days: 90, reason: "nightly" };
        Ok(self.workspace.create_token(&session(ADA)?, wish).await?.account.id)
    }

    async fn grant(&self, name: &str, group: Option<&str>, reason: &str) -> Done {
        let wish = RoleWish { person: house::person(name), role: Role::Approver, group, reason };
        self.workspace.grant_role(&session(ADA)?, &self.ada, wish).await.map(drop)
    }

    /// Ada's desk, where she signed in.
    async fn desk(&mut self) -> Result<&Desk, ConsoleError> {
        if self.desk.is_none() {
            let desk = Desk::new(self.edge.clone(), Arc::new(|_| ()));
            let refused = |refused: console::views::ErrorView| by_desk(&refused);
            desk.open_last().await.map_err(refused)?;
            desk.sign_in(house::person(ADA).to_string()).await.map_err(refused)?;
            let given = Passphrase::new(PASSPHRASE.to_owned());
            desk.answer_sign_in(given).await.map_err(refused)?;
            desk.choose_tenant(house::CREDIT.to_owned()).await.map_err(refused)?;
            self.desk = Some(desk);
        }
        self.desk.as_ref().ok_or(ConsoleError::NotSignedIn)
    }
}

fn policy(resource_type: &str, tier: &str) -> PolicyDraft {
    PolicyDraft {
        resource_type: resource_type.to_owned(),
        tier: tier.to_owned(),
        approvals: 1,
        groups: Vec::new(),
        expires_after_seconds: None,
        reauth_seconds: 0,
        four_eyes: true,
        artefact_check: false,
    }
}
