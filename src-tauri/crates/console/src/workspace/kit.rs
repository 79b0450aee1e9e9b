//! The lines of a recovery kit, held against the workspace that they are to bring back.
//!
//! Invariant: nothing is written before both lines are known to fit: RECOVERY is the key that the
//! first record names, SECRET opens what is sealed here. A line is never part of a refusal.

use std::sync::Arc;

use ledger::TenantId;
use security::SecurityError;
use security::encryption::EncryptionService;
use security::error::EncryptionFault;
use security::kdf::Kdf;
use security::kit;
use security::secret::SecretText;
use security::signing::SigningKey;
use security::workspace_secret::WorkspaceSecret;
use thiserror::Error;

use super::{Founding, Workspace, public_key};
use crate::failure::ConsoleError;
use crate::session::off_thread;

/// The slip alone, without what kind of refusal it is.
fn slip(fault: &SecurityError) -> String {
    match fault {
        SecurityError::KeyFormat { fault } => fault.to_string(),
        SecurityError::Authorization { .. }
        | SecurityError::TenantIsolation { .. }
        | SecurityError::Encryption { .. }
        | SecurityError::Passphrase { .. }
        | SecurityError::Seal { .. }
        | SecurityError::Throttled { .. }
        | SecurityError::Actor { .. }
        | SecurityError::Entropy => fault.to_string(),
    }
}

/// Which line of the kit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KitLine {
    /// It opens the stored texts.
    Secret,
    /// It enrols a key.
    Recovery,
}

impl KitLine {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "SECRET",
            Self::Recovery => "RECOVERY",
        }
    }
}

/// Why a kit does not do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KitFault {
    /// A line has not its form, or not its check letters.
    #[error("the line {}: {}", .line.as_str(), slip(.fault))]
    Line {
        /// Which.
        line: KitLine,
        /// The slip.
        fault: SecurityError,
    },
    /// SECRET was left out where no other secret opens the stored texts.
    #[error("the line SECRET is missing, and no secret here opens the stored texts")]
    SecretMissing,
    /// SECRET is of this workspace and does not open what is sealed here.
    #[error("this SECRET does not open the texts that are stored here")]
    OtherSecret,
    /// RECOVERY is not the key that the first record names.
    #[error("this RECOVERY is not the key that the first record of the log names")]
    OtherRecovery,
    /// The file names another workspace.
    #[error("this is the kit of workspace {found}, and the workspace here is {own}")]
    OtherWorkspace {
        /// The one that the file names.
        found: String,
        /// The one here.
        own: String,
    },
    /// The file has no line RECOVERY.
    #[error("this file is no recovery kit: it has no line RECOVERY")]
    NoKit,
    /// Typed in trial, and not the line that was shown.
    #[error("this is not the line {} that was shown", .0.as_str())]
    NotAsShown(KitLine),
    /// The person is no admin in any log.
    #[error("the kit enrols keys of admins, and this person is none")]
    NotAnAdmin,
}

impl KitFault {
    /// What to do, one or two sentences.
    pub const fn next(&self) -> &'static str {
        match self {
            Self::Line { .. } | Self::NotAsShown(_) => {
                "Compare it with the kit, letter by letter; small letters, spaces and hyphens do \
                 not matter."
            }
            Self::SecretMissing => {
                "Type SECRET too. If the kit has none, start the console with ENCRYPTION_KEY set \
                 as it was when the workspace was made."
            }
            Self::OtherSecret => {
                "The secret was changed after this kit was made: take the newest kit."
            }
            Self::OtherRecovery | Self::OtherWorkspace { .. } => {
                "Take the kit that was saved when this workspace was made."
            }
            Self::NoKit => {
                "Choose the file that was saved when the workspace was made, or type its lines."
            }
            Self::NotAnAdmin => "Choose an admin; others are enrolled by an admin afterwards.",
        }
    }
}

/// A kit whose lines fit this workspace.
pub struct OpenedKit {
    /// To be kept in the keychain again; none where the one in use needs no keeping.
    pub(super) secret: Option<SecretText>,
    pub(super) recovery: SigningKey,
}

impl Workspace {
    /// Reads the lines of a kit and holds them against this workspace. SECRET may be empty where
    /// the secret in use opens what is stored.
    ///
    /// # Errors
    /// [`ConsoleError::Kit`] naming what does not fit; those of store and keychain.
    pub async fn open_kit(
        &self,
        secret: &SecretText,
        recovery: &SecretText,
    ) -> Result<OpenedKit, ConsoleError> {
        let id = self.row.id.as_str();
        let fault = |line| move |fault| KitFault::Line { line, fault };
        let recovery = kit::read_recovery_line(id, recovery).map_err(fault(KitLine::Recovery))?;
        let view = self.log(&TenantId::workspace()).await?;
        if view.authority.recovery_key() != Some(&public_key(&recovery)?) {
            return Err(KitFault::OtherRecovery.into());
        }
        if secret.expose().trim().is_empty() {
            return match self.has_fitting_secret().await? {
                true => Ok(OpenedKit { secret: None, recovery }),
                false => Err(KitFault::SecretMissing.into()),
            };
        }
        let secret = kit::read_secret_line(id, secret).map_err(fault(KitLine::Secret))?;
        let text = Arc::new(SecretText::new(secret.text().expose().to_owned()));
        let kdf = Kdf::new(&self.row.kdf_salt, self.row.kdf_iterations)?;
        let given = Arc::clone(&text);
        let service =
            off_thread(move || EncryptionService::new(Some(&given), None, &kdf)).await??;
        if let Some(refusal) = other_key(self.demand_seals(&service).await)? {
            tracing::warn!(%refusal, "the line SECRET of a kit does not fit");
            return Err(KitFault::OtherSecret.into());
        }
        Ok(OpenedKit { secret: Some(SecretText::new(text.expose().to_owned())), recovery })
    }

    /// Whether a secret that lies here, or `ENCRYPTION_KEY`, opens what is stored.
    ///
    /// # Errors
    /// Those of store and keychain.
    pub async fn has_fitting_secret(&self) -> Result<bool, ConsoleError> {
        match self.secrets().await {
            Ok(_) => Ok(true),
            Err(ConsoleError::Security(SecurityError::Encryption {
                fault: EncryptionFault::KeyMissing | EncryptionFault::OtherKey { .. },
            })) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

impl Founding {
    /// Whether typed lines are those of the kit that was shown: a restore in trial. Where the kit
    /// leaves SECRET out, so does the trial.
    ///
    /// # Errors
    /// [`ConsoleError::Kit`] naming the line.
    pub fn try_kit(&self, secret: &SecretText, recovery: &SecretText) -> Result<(), ConsoleError> {
        let id = self.id().as_str();
        let shown = self.kit();
        let fault = |line| move |fault| KitFault::Line { line, fault };
        if let Some(own) = &shown.secret {
            let typed = kit::read_secret_line(id, secret).map_err(fault(KitLine::Secret))?;
            demand_same(KitLine::Secret, own, &kit::secret_line(id, &typed))?;
        }
        let typed = kit::read_recovery_line(id, recovery).map_err(fault(KitLine::Recovery))?;
        demand_same(KitLine::Recovery, &shown.recovery, &kit::recovery_line(id, &typed))
    }
}

fn demand_same(line: KitLine, shown: &SecretText, typed: &SecretText) -> Result<(), ConsoleError> {
    match shown.expose() == typed.expose() {
        true => Ok(()),
        false => Err(KitFault::NotAsShown(line).into()),
    }
}

/// Another key than the stored texts were sealed with, apart from what failed otherwise.
fn other_key(compared: Result<(), ConsoleError>) -> Result<Option<SecurityError>, ConsoleError> {
    match compared {
        Ok(()) => Ok(None),
        Err(ConsoleError::Security(
            refusal @ SecurityError::Encryption { fault: EncryptionFault::OtherKey { .. } },
        )) => Ok(Some(refusal)),
        Err(error) => Err(error),
    }
}

/// The lines of a kit's file, as it was saved.
pub struct KitText {
    /// The workspace that it names.
    pub workspace: Option<String>,
    /// Line SECRET; empty where it is left out.
    pub secret: SecretText,
    /// Line RECOVERY.
    pub recovery: SecretText,
}

impl KitText {
    /// Finds the lines in the text of a file.
    ///
    /// # Errors
    /// [`KitFault::NoKit`].
    pub fn parse(text: &SecretText) -> Result<Self, KitFault> {
        let line = |label: &str| {
            let lines = text.expose().lines();
            lines.filter_map(|line| line.trim().strip_prefix(label)).map(str::trim).next()
        };
        let kept = |found: Option<&str>| SecretText::new(found.unwrap_or_default().to_owned());
        let recovery = line("RECOVERY:").ok_or(KitFault::NoKit)?;
        Ok(Self {
            workspace: line("Workspace:").map(str::to_owned),
            secret: kept(line("SECRET:")),
            recovery: kept(Some(recovery)),
        })
    }

    /// Demands that it is the kit of this workspace, where it names one.
    ///
    /// # Errors
    /// [`KitFault::OtherWorkspace`].
    pub fn demand_of(&self, own: &str) -> Result<(), KitFault> {
        match &self.workspace {
            Some(found) if found != own => {
                Err(KitFault::OtherWorkspace { found: found.clone(), own: own.to_owned() })
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// The secret of a kit as the keychain keeps it.
pub(super) fn same_secret(kept: &SecretText, secret: &SecretText) -> bool {
    kept.expose() == secret.expose() && WorkspaceSecret::parse(kept).is_ok()
}
