//! A copy of the house into which texts are put by its own people.
//!
//! Invariant: every text comes in through a use case, with the permits and signatures it asks for.

use std::path::Path;
use std::sync::Arc;

use console::administering::RoleWish;
use console::pipeline;
use console::registering::{ModelSubmission, PromptSubmission, Submitted};
use console::reviewing::Verdict;
use console::session::{Session, UnlockedKey};
use console::tokens::TokenWish;
use console::{ConsoleError, Workspace};
use ledger::{Decision, Name, Part, Role, TenantId, Tier, Version};
use security::passphrase::Passphrase;
use serde_json::{Map, Value, json};
use tests::house::{self, ADA, ANN, BOB, CREDIT, PASSPHRASE, VIC};

use crate::Outcome;
use crate::home::{Home, place};

type Done = Result<(), ConsoleError>;

/// The house, and who puts texts into it.
pub(crate) struct Garden {
    home: Home,
    workspace: Workspace,
    ada: UnlockedKey,
    bob: UnlockedKey,
    number: u32,
    versions: u32,
    decided: u32,
}

impl Garden {
    /// Lays the house out in a home of its own.
    pub(crate) async fn lay_out(folder: &Path) -> Outcome<Self> {
        Home::furnish(folder, &house::items())?;
        house::lay_out(&place(folder, "house")?);
        let home = Home::open(folder)?;
        let said = |cause: ConsoleError| cause.to_string();
        let (keys, edge) = (home.edge.keychain.clone(), home.edge.clone());
        let workspace =
            Workspace::open(&place(folder, "house")?, keys, edge).await.map_err(said)?;
        let given = Passphrase::from_text(PASSPHRASE).map_err(|cause| cause.to_string())?;
        let (given, credit) = (Arc::new(given), credit().map_err(said)?);
        let ada = workspace.unlock(house::person(ADA), &credit, &given).await.map_err(said)?;
        let bob = workspace.unlock(house::person(BOB), &credit, &given).await.map_err(said)?;
        Ok(Self { home, workspace, ada, bob, number: 0, versions: 0, decided: 0 })
    }

    /// Brings the logs to rest and keeps the keychain.
    pub(crate) async fn leave(self) -> Outcome<()> {
        self.workspace.settle().await.map_err(|cause| cause.to_string())?;
        self.home.keep()
    }

    /// Two versions, so that there is a change to look at: the texts, and the texts from the end.
    pub(crate) async fn prompt_text(&mut self, texts: &[String]) -> Done {
        let name = format!("texts/{}", self.next());
        let (there, back) = (texts.join("\n"), texts.iter().rev());
        let back = back.map(String::as_str).collect::<Vec<_>>().join("\n");
        let first = self.write(&name, 0, &there, "the texts").await?;
        self.sign(&first, Decision::Approved, "seen").await?;
        self.write(&name, 1, &back, "the texts from the end").await.map(drop)
    }

    pub(crate) async fn version_reason(&mut self, texts: &[String]) -> Done {
        let text = format!("Version {}\n", self.next());
        let written = self.write("reasons", self.versions, &text, one(texts)).await?;
        self.versions += 1;
        self.sign(&written, Decision::Rejected, "seen").await
    }

    pub(crate) async fn decision_reason(&mut self, texts: &[String]) -> Done {
        // A text that is refused at the signature leaves its version behind: it counts all the same.
        let text = format!("Version {}\n", self.next());
        let written = self.write("decisions", self.decided, &text, "a change").await?;
        self.decided += 1;
        self.sign(&written, Decision::Rejected, one(texts)).await
    }

    pub(crate) async fn card_entry(&mut self, texts: &[String]) -> Done {
        let numbered = texts.iter().enumerate();
        let entries = numbered.map(|(at, text)| (format!("entry {at}"), json!(text)));
        self.card(entries.collect()).await
    }

    pub(crate) async fn card_key(&mut self, texts: &[String]) -> Done {
        self.card(texts.iter().map(|text| (text.clone(), json!("a value"))).collect()).await
    }

    pub(crate) async fn lineage(&mut self, texts: &[String]) -> Done {
        let lineage = json!({ "data": texts, "code": texts, "run": texts, "base_models": texts });
        self.card(Map::from_iter([("lineage".to_owned(), lineage)])).await
    }

    pub(crate) async fn metric(&mut self, texts: &[String]) -> Done {
        let metrics = texts.iter().map(|text| {
            json!({ "name": text, "value": text, "unit": text, "target": text,
                    "threshold": { "min": text } })
        });
        self.card(Map::from_iter([("metrics".to_owned(), metrics.collect())])).await
    }

    pub(crate) async fn model_name(&mut self, texts: &[String]) -> Done {
        let model = house::model("a", Tier::Low);
        self.register(ModelSubmission { name: Name::parse(one(texts))?, ..model }).await
    }

    pub(crate) async fn model_version(&mut self, texts: &[String]) -> Done {
        let model = house::model("versions", Tier::Low);
        self.register(ModelSubmission { version: Version::parse(one(texts))?, ..model }).await
    }

    pub(crate) async fn prompt_name(&mut self, texts: &[String]) -> Done {
        self.write(one(texts), 0, "text\n", "a new one").await.map(drop)
    }

    pub(crate) async fn correlation_id(&mut self, texts: &[String]) -> Done {
        let (edge, session) = (self.home.edge.clone(), session(ADA)?);
        let command = self.workspace.tokens(&session);
        pipeline::under(Some(one(texts)), &edge, command).await?.map(drop)
    }

    pub(crate) async fn person(&mut self, texts: &[String]) -> Done {
        self.workspace.add_person(&session(ADA)?, one(texts), "joins").await.map(drop)
    }

    pub(crate) async fn person_reason(&mut self, texts: &[String]) -> Done {
        let name = format!("Person {}", self.next());
        self.workspace.add_person(&session(ADA)?, &name, one(texts)).await.map(drop)
    }

    pub(crate) async fn group(&mut self, texts: &[String]) -> Done {
        self.grant(one(texts), "moves").await
    }

    pub(crate) async fn change_reason(&mut self, texts: &[String]) -> Done {
        let group = format!("Group {}", self.next());
        self.grant(&group, one(texts)).await
    }

    pub(crate) async fn token(&mut self, texts: &[String]) -> Done {
        self.make_token(one(texts), "nightly").await.map(drop)
    }

    pub(crate) async fn token_end(&mut self, texts: &[String]) -> Done {
        let title = format!("Token {}", self.next());
        let account = self.make_token(&title, "nightly").await?;
        self.workspace.revoke_token(&session(ADA)?, &account, one(texts)).await.map(drop)
    }

    pub(crate) async fn tenant(&mut self, texts: &[String]) -> Done {
        self.found(None, one(texts), "a desk").await
    }

    pub(crate) async fn tenant_id(&mut self, texts: &[String]) -> Done {
        self.found(Some(one(texts)), "A desk", "a desk").await
    }

    pub(crate) async fn tenant_reason(&mut self, texts: &[String]) -> Done {
        self.found(None, "A desk", one(texts)).await
    }

    fn next(&mut self) -> u32 {
        self.number += 1;
        self.number
    }

    async fn found(&mut self, id: Option<&str>, title: &str, reason: &str) -> Done {
        let made = format!("desk-{}", self.next());
        let tenant = TenantId::parse(id.unwrap_or(&made))?;
        self.workspace.create_tenant(&session(ADA)?, &self.ada, &tenant, title, reason).await
    }

    async fn make_token(&self, title: &str, reason: &str) -> Result<ledger::Actor, ConsoleError> {
        let wish = TokenWish { title, role: Role::Viewer, life_days: 90, reason };
        Ok(self.workspace.create_token(&session(ADA)?, wish).await?.account.id)
    }

    async fn grant(&self, group: &str, reason: &str) -> Done {
        let (person, group) = (house::person(VIC), Some(group));
        let wish = RoleWish { person, role: Role::Approver, group, reason };
        self.workspace.grant_role(&session(ADA)?, &self.ada, wish).await.map(drop)
    }

    async fn card(&mut self, card: Map<String, Value>) -> Done {
        let model = house::model(&format!("cards/{}", self.next()), Tier::Medium);
        self.register(ModelSubmission { card: Value::from(card).to_string(), ..model }).await
    }

    async fn register(&mut self, model: ModelSubmission) -> Done {
        let key = format!("key-{}", self.next());
        self.workspace.register_model(&session(ADA)?, &model, &key).await.map(drop)
    }

    async fn write(
        &mut self,
        name: &str,
        based_on: u32,
        text: &str,
        reason: &str,
    ) -> Result<Submitted, ConsoleError> {
        let key = format!("key-{}", self.next());
        let prompt = PromptSubmission {
            name: Name::parse(name)?,
            based_on,
            text: text.to_owned(),
            tier: Some(Tier::Low),
            reason: reason.to_owned(),
        };
        self.workspace.write_prompt(&session(ANN)?, &prompt, &key).await
    }

    /// Bob decides on what was written.
    async fn sign(&mut self, written: &Submitted, decision: Decision, reason: &str) -> Done {
        let (session, key) = (session(BOB)?, format!("key-{}", self.next()));
        let mut review = self.workspace.open_review(&session, &written.request_id).await?;
        review.open_part(Part::Overview);
        review.open_part(Part::Changes);
        review.acknowledge();
        let verdict = Verdict { decision, reason, seconds: 7 };
        self.workspace.decide(&session, &self.bob, &review, verdict, &key).await.map(drop)
    }
}

/// The text of a surface that one text fills.
fn one(texts: &[String]) -> &str {
    texts.first().map_or("", String::as_str)
}

fn credit() -> Result<TenantId, ConsoleError> {
    Ok(TenantId::parse(CREDIT)?)
}

fn session(name: &str) -> Result<Session, ConsoleError> {
    let (person, tenant_id) = (house::person(name).clone(), credit()?);
    Ok(Session { person, name: name.to_owned(), tenant_id, keyid: None })
}
