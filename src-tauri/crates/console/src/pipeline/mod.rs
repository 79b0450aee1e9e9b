//! What a pipeline or an automation asks: texts in, lines out. The command line calls this and
//! nothing else, as windows call the desk.
//!
//! Invariant: there is no call here that decides. A person's signing key is opened in
//! `administration` and `administration_devices` alone, where it proposes acts of authority and founds tenants; nothing in this
//! module or below it opens a review, takes a verdict or signs one (tidy looks). Texts are parsed
//! here, once, into the domain's types.

mod administration;
mod administration_devices;
mod administration_lines;
mod exports;
mod founding;
mod key_lines;
mod keys;
mod lines;
mod log;
mod offline;
mod offline_gate;
mod people;
mod proof_lines;
mod registries;
mod requests;
mod tokens;

use std::path::Path;
use std::sync::Arc;

use ledger::{CorrelationId, TenantId};
use security::secret::SecretText;

pub use administration::{Enrolment, GrantTexts, PersonTexts};
pub use administration_devices::EnrolIn;
pub use administration_lines::*;
pub use founding::{Demo, DemoPerson, DemoRole, Founded, NewWorkspaceTexts};
pub use key_lines::*;
pub use keys::PreparedRotation;
pub use lines::*;
pub use log::{GateTexts, LogLine};
pub use offline::{EvidenceTexts, verify_consistency, verify_evidence, verify_range};
pub use offline_gate::gate_evidence;
pub use proof_lines::*;
pub use registries::{ModelTexts, PromptTexts, checksum_of};
pub use security::passphrase::Passphrase;
pub use tokens::{NewTokenLine, TokenLine, TokenTexts};

pub use crate::revealing::ON_THE_COMMAND_LINE;

use crate::edge::Edge;
use crate::failure::ConsoleError;
use crate::opening::{AskForKeyFile, open_workspace};
use crate::session::{Entry, Session, Who};
use crate::workspace::Workspace;

/// An open workspace with one tenant in front and perhaps a person or a service account.
pub struct Pipeline {
    workspace: Workspace,
    tenant_id: TenantId,
    session: Option<Session>,
}

/// Which tenant is put in front.
#[derive(Debug, Clone, Copy)]
pub enum Front<'a> {
    /// The one named.
    Named(&'a str),
    /// The only one; where there are several, one must be named. For a token, the one it is for.
    Only,
    /// One in which the person holds a role: for what concerns the whole workspace.
    Home,
}

/// Who asks: nobody in particular, a person with their passphrase, or a pipeline with its token.
pub enum Asker {
    /// Whoever may read the files: on record as `system`.
    Nobody,
    /// A person, by name.
    Person {
        /// As typed.
        name: String,
        /// As typed or read from a file.
        passphrase: Arc<Passphrase>,
    },
    /// A service account, in the tenant that its token is for.
    Service {
        /// As it was handed in.
        token: SecretText,
    },
}

impl Pipeline {
    /// Opens a workspace, lets the asker in and puts a tenant in front.
    ///
    /// # Errors
    /// [`ConsoleError`]; [`ConsoleError::Input`] when there are several tenants and none is named.
    pub async fn open(
        folder: &Path,
        edge: &Edge,
        front: Front<'_>,
        asker: Asker,
        ask: AskForKeyFile<'_>,
    ) -> Result<Self, ConsoleError> {
        let workspace = open_workspace(folder, edge, ask).await?;
        let of_token = matches!(asker, Asker::Service { .. });
        let only = match front {
            Front::Only if !of_token => Some(only_tenant(&workspace).await?),
            Front::Only | Front::Named(_) | Front::Home => None,
        };
        let session = match asker {
            Asker::Nobody => None,
            Asker::Person { name, passphrase } => {
                Some(workspace.sign_in(Who::Name(&name), &passphrase, Entry::SignIn).await?)
            }
            Asker::Service { token } => Some(begin(&workspace, &token).await?),
        };
        let tenant_id = match (only, front) {
            (Some(only), _) => only,
            // What no tenant can be called is as unknown as another's.
            (None, Front::Named(text)) => {
                TenantId::parse(text).map_err(|_| ConsoleError::NotFound { what: "tenant" })?
            }
            (None, Front::Home | Front::Only) => {
                session.as_ref().ok_or(ConsoleError::NotSignedIn)?.tenant_id.clone()
            }
        };
        let mut pipeline = Self { workspace, tenant_id, session };
        if let Err(error) = pipeline.enter().await {
            // The refusal is on record and is vouched for like every record.
            pipeline.settle().await?;
            return Err(error);
        }
        Ok(pipeline)
    }

    async fn enter(&mut self) -> Result<(), ConsoleError> {
        if let Some(session) = &self.session {
            self.session = Some(self.workspace.enter(session, &self.tenant_id).await?);
        }
        Ok(())
    }

    /// Signs a checkpoint over what was written and moves the anchor; call it before the end.
    ///
    /// # Errors
    /// [`ConsoleError`] when a seal does not hold, or keychain or store fail.
    pub async fn settle(&self) -> Result<(), ConsoleError> {
        self.workspace.settle().await
    }

    /// The tenant in front.
    pub fn tenant(&self) -> &str {
        self.tenant_id.as_str()
    }

    fn session(&self) -> Result<&Session, ConsoleError> {
        self.session.as_ref().ok_or(ConsoleError::NotSignedIn)
    }

    /// One command sent twice under one correlation id about one thing is carried out once.
    fn idempotency_key(&self, command: &str, what: &str) -> String {
        format!("{command}/{}/{}/{what}", self.tenant_id, self.workspace.ids.correlation())
    }
}

/// Carries out a command under a correlation id that its caller chose, or a new one (rule 9).
///
/// # Errors
/// [`ConsoleError::Ledger`] when it is no UUID v7 in lower case; else those of the command.
pub async fn under<T>(
    correlation_id: Option<&str>,
    edge: &Edge,
    command: impl Future<Output = T>,
) -> Result<T, ConsoleError> {
    let correlation_id = match correlation_id {
        Some(text) => CorrelationId::parse(text)?,
        None => {
            let (clock, entropy) = (Arc::clone(&edge.clock), Arc::clone(&edge.entropy));
            crate::ids::Ids::new(clock, entropy).new_correlation()
        }
    };
    Ok(crate::ids::under(correlation_id, command).await)
}

/// A session of a pipeline. A token that opens nothing is on record, and is vouched for like every
/// record.
async fn begin(workspace: &Workspace, token: &SecretText) -> Result<Session, ConsoleError> {
    let begun = workspace.sign_in_by_token(token).await;
    if begun.is_err() {
        workspace.settle().await?;
    }
    begun
}

async fn only_tenant(workspace: &Workspace) -> Result<TenantId, ConsoleError> {
    let tenants = workspace.tenant_ids().await?;
    match <[TenantId; 1]>::try_from(tenants) {
        Ok([only]) => Ok(only),
        Err(_) => Err(ConsoleError::Input {
            what: "tenant",
            reason: "the workspace has several: name one with --tenant",
        }),
    }
}
