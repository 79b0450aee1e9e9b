//! The house that texts are put into, and who puts them there.
//!
//! Invariant: every text comes in through a use case, with the permits and signatures it asks for.

use std::path::Path;
use std::sync::Arc;

use console::registering::{ModelSubmission, PromptSubmission, Submitted};
use console::reviewing::{OpenReview, Verdict};
use console::session::{Session, UnlockedKey};

use console::views::ErrorView;
use console::{ConsoleError, Desk, Edge, Workspace};
use ledger::statement::Conditions;
use ledger::{Actor, Decision, Name, RequestId, TenantId, Tier};
use security::passphrase::Passphrase;

use super::talking::Talk;
use crate::house::{self, ADA, ANN, BOB, CREDIT, PASSPHRASE};

pub(super) type Done = Result<(), ConsoleError>;

/// The house, and who puts texts into it.
pub(super) struct Garden {
    pub(super) edge: Edge,
    pub(super) workspace: Workspace,
    pub(super) ada: UnlockedKey,
    pub(super) bob: UnlockedKey,
    pub(super) talk: Option<Talk>,
    /// A version whose last request was taken back.
    pub(super) left: Option<Submitted>,
    /// A version that waits.
    pub(super) waits: Option<Submitted>,
    /// Ada at a desk, for what only a desk offers.
    pub(super) desk: Option<Desk>,
    number: u32,
}

impl Garden {
    /// The house that was laid out here.
    pub(super) async fn of(place: &Path, edge: &Edge) -> Result<Self, ConsoleError> {
        console::settings::remember_workspace(edge, place)?;
        let (keys, edge) = (edge.keychain.clone(), edge.clone());
        let workspace = Workspace::open(place, keys, edge.clone()).await?;
        let (given, credit) = (passphrase(), credit()?);
        let ada = workspace.unlock(house::person(ADA), &credit, &given).await?;
        let bob = workspace.unlock(house::person(BOB), &credit, &given).await?;
        Ok(Self {
            edge,
            workspace,
            ada,
            bob,
            talk: None,
            left: None,
            waits: None,
            desk: None,
            number: 0,
        })
    }

    /// Brings the logs to rest.
    pub(super) async fn leave(self) -> Done {
        if let Some(desk) = self.desk {
            desk.close_workspace().await.map(drop).map_err(|refused| by_desk(&refused))?;
        }
        self.workspace.settle().await
    }

    pub(super) const fn next(&mut self) -> u32 {
        self.number += 1;
        self.number
    }

    /// A key under which nothing was done yet, whoever planted here before.
    pub(super) fn key(&self) -> String {
        self.workspace.correlation().to_string()
    }

    pub(super) async fn register(&mut self, model: ModelSubmission) -> Done {
        let key = self.key();
        self.workspace.register_model(&session(ADA)?, &model, &key).await.map(drop)
    }

    /// Ann writes a version of a prompt.
    pub(super) async fn write(
        &mut self,
        name: &str,
        based_on: u32,
        (text, reason): (&str, &str),
    ) -> Result<Submitted, ConsoleError> {
        self.write_as(&session(ANN)?, name, based_on, (text, reason)).await
    }

    pub(super) async fn write_as(
        &mut self,
        session: &Session,
        name: &str,
        based_on: u32,
        (text, reason): (&str, &str),
    ) -> Result<Submitted, ConsoleError> {
        let key = self.key();
        let prompt = PromptSubmission {
            name: Name::parse(name)?,
            based_on,
            text: text.to_owned(),
            tier: Some(Tier::Low),
            reason: reason.to_owned(),
        };
        self.workspace.write_prompt(session, &prompt, &key).await
    }

    /// A prompt of one version, which waits.
    pub(super) async fn asked(&mut self, folder: &str) -> Result<Submitted, ConsoleError> {
        let name = format!("{folder}/{}", self.next());
        self.write(&name, 0, ("a text\n", "a new one")).await
    }

    /// Everything of a request is opened, and what is hidden acknowledged.
    pub(super) async fn review(
        &self,
        session: &Session,
        request: &RequestId,
    ) -> Result<OpenReview, ConsoleError> {
        house::review_whole(&self.workspace, session, request).await
    }

    /// Bob decides on what was written.
    pub(super) async fn sign(
        &mut self,
        written: &Submitted,
        decision: Decision,
        reason: &str,
    ) -> Done {
        self.sign_under(written, (decision, reason), &Conditions::default()).await
    }

    pub(super) async fn sign_under(
        &mut self,
        written: &Submitted,
        (decision, reason): (Decision, &str),
        conditions: &Conditions,
    ) -> Done {
        let (session, key) = (session(BOB)?, self.key());
        let review = self.review(&session, &written.request_id).await?;
        let verdict = Verdict { decision, reason, seconds: 7 };
        let word = (verdict, conditions);
        self.workspace.decide_under(&session, &self.bob, &review, word, &key).await.map(drop)
    }
}

/// The text of a surface that one text fills.
pub(super) fn one(texts: &[String]) -> &str {
    texts.first().map_or("", String::as_str)
}

pub(super) fn passphrase() -> Arc<Passphrase> {
    Arc::new(Passphrase::from_text(PASSPHRASE).unwrap())
}

pub(super) fn credit() -> Result<TenantId, ConsoleError> {
    Ok(TenantId::parse(CREDIT)?)
}

pub(super) fn session(name: &str) -> Result<Session, ConsoleError> {
    session_of(house::person(name).clone(), name)
}

pub(super) fn session_of(person: Actor, name: &str) -> Result<Session, ConsoleError> {
    Ok(Session { person, name: name.to_owned(), tenant_id: credit()?, keyid: None })
}

/// A desk's refusal: what it is does not matter here.
pub(super) fn by_desk(refused: &ErrorView) -> ConsoleError {
    ConsoleError::Artefact { reason: refused.message.clone() }
}
