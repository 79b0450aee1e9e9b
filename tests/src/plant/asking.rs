//! Names of those who ask, speak and sign: what stands beside their acts, in every list.

use console::administering::RoleWish;
use console::reviewing::Verdict;
use console::tokens::TokenWish;
use governance::Said;
use ledger::{Decision, Role};

use super::garden::{Done, Garden, one, passphrase, session, session_of};
use crate::house::ADA;

impl Garden {
    pub(super) async fn token_asks(&mut self, texts: &[String]) -> Done {
        let name = format!("tokens/{}", self.next());
        let wish =
            TokenWish { title: one(texts), role: Role::Analyst, life_days: 90, reason: "nightly" };
        let made = self.workspace.create_token(&session(ADA)?, wish).await?;
        let pipeline = self.workspace.sign_in_by_token(&made.text()).await?;
        self.write_as(&pipeline, &name, 0, ("a text\n", "a new one")).await.map(drop)
    }

    /// As an analyst they write and comment, as an approver they decide on what another wrote.
    pub(super) async fn person_works(&mut self, texts: &[String]) -> Done {
        let (admin, name) = (session(ADA)?, one(texts));
        let person = self.workspace.add_person(&admin, name, "joins").await?;
        let own = self.workspace.make_key(&passphrase()).await?;
        let wish = |role| RoleWish { person: &person, role, group: None, reason: "joins" };
        self.workspace.enrol(&admin, &self.ada, &own, wish(Role::Analyst)).await?;
        let session = session_of(person.clone(), name)?;
        let prompt = format!("people/{}", self.next());
        let written = self.write_as(&session, &prompt, 0, ("a text\n", "a new one")).await?;
        let (comment, key) = ((Said::Comment, "said by them"), self.key());
        self.workspace.say(&session, &written.request_id, comment, &key).await?;
        self.workspace.grant_role(&admin, &self.ada, wish(Role::Approver)).await?;
        let (other, key) = (self.asked("people").await?.request_id, self.key());
        let opened = self.workspace.unlock(&person, &admin.tenant_id, &passphrase()).await?;
        let review = self.review(&session, &other).await?;
        let verdict = Verdict { decision: Decision::Rejected, reason: "seen", seconds: 7 };
        self.workspace.decide(&session, &opened, &review, verdict, &key).await.map(drop)
    }
}
