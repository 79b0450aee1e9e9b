//! Rotating the workspace secret from the window: asked for on the keys page, answered in the signing
//! window with reason and passphrase, begun once the new line of the recovery kit is kept; then
//! carried on, paused and continued from the page.
//!
//! Invariant: nothing is written, in keychain or on disk, before the person said that the new line is
//! saved. Pausing loses nothing, and there is no way back but another rotation.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use governance::Reason;
use governance::text::REASON_LIMIT;
use ledger::{Actor, TenantId};

use super::artefacts::per_mille;
use super::at_work::AtWork;
use super::names::Names;
use super::reading::count;
use super::signing::{Asked, demo_passphrase};
use super::{Answer, Desk, DeskEvent, Passphrase, Progress};
use crate::artefact::Continue;
use crate::failure::ConsoleError;
use crate::hidden;
use crate::secret_status::SecretStatus;
use crate::session::{Session, off_thread};
use crate::views::{
    KeyStatusView, ProgressView, RotateSecretView, RotationView, SecretView, SecretWord,
    SigningView,
};
use crate::words::how_far;
use crate::workspace::{NewSecret, RotationProgress, Workspace};

/// A rotation in front of its reason and passphrase.
pub(super) struct Rotating {
    new: Arc<NewSecret>,
    /// Whose act it is.
    person: Actor,
    pub(super) view: RotateSecretView,
}

/// A new secret that waits for its line to be kept.
pub(super) struct NewLine {
    new: Arc<NewSecret>,
    person: Actor,
    reason: String,
    workspace: Arc<Workspace>,
    saved: AtomicBool,
}

impl NewLine {
    pub(super) fn view(&self) -> SigningView {
        SigningView::NewSecret {
            workspace_id: self.workspace.id().to_string(),
            key_id: self.new.key_id.clone(),
            secret: self.new.line().expose().to_owned(),
            saved: self.saved.load(Ordering::Relaxed),
        }
    }
}

impl Desk {
    /// The secrets of the workspace, for its admins.
    pub async fn key_status(&self) -> Answer<KeyStatusView> {
        self.answer(async {
            let AtWork { workspace, session, .. } = self.at_work().await?;
            status_view(&workspace, &session).await
        })
        .await
    }

    /// Asks in the signing window for a rotation. Somebody who cannot do it is told now.
    pub async fn rotate_secret(&self) -> Answer<()> {
        self.answer(async {
            let AtWork { workspace, session, .. } = self.at_work().await?;
            let new = Arc::new(workspace.new_secret(&session).await?);
            let view = RotateSecretView {
                from: new.from.clone(),
                to: new.key_id.clone(),
                values: count(new.values),
                name: hidden::drawn(&session.name),
                reason_limit: count(REASON_LIMIT),
                typed_reason: String::new(),
                demo_passphrase: demo_passphrase(&workspace).await?,
            };
            let person = session.person;
            self.ask(Asked::RotateSecret(Arc::new(Rotating { new, person, view })));
            Ok(())
        })
        .await
    }

    /// The admin's reason and passphrase for it: shows the new line of the recovery kit.
    pub async fn answer_rotation(
        &self,
        reason: String,
        passphrase: Passphrase,
    ) -> Answer<SigningView> {
        self.answer(async {
            let _one = self.inner.answering.lock().await;
            let AtWork { workspace, session, .. } = self.at_work().await?;
            let (turn, asked) = self.state().asked();
            let Asked::RotateSecret(act) = &asked else { return Ok(asked.view()) };
            demand_same(&session, &act.person)?;
            Reason::parse(&reason)?;
            let given = passphrase.read()?;
            workspace.unlock(&session.person, &TenantId::workspace(), &given).await?;
            let (new, person) = (Arc::clone(&act.new), act.person.clone());
            let saved = AtomicBool::new(false);
            let line = NewLine { new, person, reason, workspace, saved };
            let next = Asked::NewSecret(Arc::new(line));
            let view = next.view();
            let is_asked = self.ask_after_reason(turn, &asked, next).await;
            Ok(if is_asked { view } else { SigningView::Idle {} })
        })
        .await
    }

    /// Writes the new line to a file of its owner's choice.
    pub async fn save_new_secret(&self, path: PathBuf) -> Answer<SigningView> {
        self.answer(async {
            let AtWork { session, .. } = self.at_work().await?;
            let (_, asked) = self.state().asked();
            let Asked::NewSecret(line) = &asked else { return Ok(asked.view()) };
            demand_same(&session, &line.person)?;
            let kept = Arc::clone(line);
            off_thread(move || write_line(&path, &kept)).await??;
            line.saved.store(true, Ordering::Relaxed);
            Ok(line.view())
        })
        .await
    }

    /// The new line is kept: the new secret is primary from now on. What fails can be tried again
    /// with the same line.
    pub async fn new_secret_saved(&self) -> Answer<SigningView> {
        self.answer(async {
            let _one = self.inner.answering.lock().await;
            let AtWork { workspace, session, .. } = self.at_work().await?;
            let (turn, asked) = self.state().asked();
            let Asked::NewSecret(line) = asked else { return Ok(asked.view()) };
            demand_same(&session, &line.person)?;
            workspace.begin_rotation(&session, &line.new, &line.reason).await?;
            let next = self.finished(turn);
            self.tell(DeskEvent::RecordsChanged);
            Ok(next)
        })
        .await
    }

    /// Carries a rotation on until it is finished or stopped: then it is still in the answer, and
    /// can be continued at any time, by any admin of the workspace, after any restart.
    pub async fn continue_rotation(&self, progress: Progress) -> Answer<KeyStatusView> {
        self.answer(async {
            let AtWork { workspace, session, .. } = self.at_work().await?;
            let stop = self.state().begin_work();
            let mut watch = |now: RotationProgress| {
                progress(ProgressView {
                    per_mille: per_mille(now.done, now.total),
                    text: how_far(now.done, now.total, "values"),
                });
                if stop.load(Ordering::Relaxed) { Continue::No } else { Continue::Yes }
            };
            let rotated = workspace.continue_rotation(&session, &mut watch).await;
            self.tell(DeskEvent::RecordsChanged);
            rotated?;
            status_view(&workspace, &session).await
        })
        .await
    }
}

/// The act goes on with whoever it was asked for.
fn demand_same(session: &Session, person: &Actor) -> Result<(), ConsoleError> {
    if session.person == *person { Ok(()) } else { Err(ConsoleError::NotSignedIn) }
}

async fn status_view(
    workspace: &Workspace,
    session: &Session,
) -> Result<KeyStatusView, ConsoleError> {
    let status = workspace.secret_status(session).await?;
    let names = Names::of(&workspace.store.people().await?);
    let secrets = status.secrets.iter().map(|(secret, values)| SecretView {
        key_id: secret.key_id.clone(),
        standing: word(secret.standing),
        since: secret.since.to_string(),
        ended_at: secret.ended_at.map(|at| at.to_string()),
        values: count(*values),
    });
    Ok(KeyStatusView {
        secrets: secrets.collect(),
        rotation: rotation_view(&status, &names),
        variable: status.is_variable,
        strange: count(status.strange),
    })
}

fn rotation_view(status: &SecretStatus, names: &Names) -> Option<RotationView> {
    let (rotation, begun) = status.rotation.as_ref()?;
    let parts = begun.parts();
    let done = status.under(&rotation.to);
    Some(RotationView {
        from: rotation.from.clone(),
        to: rotation.to.clone(),
        by: names.view(&parts.actor),
        begun_at: parts.timestamp_utc.to_string(),
        reason: hidden::drawn(&parts.reason),
        done: count(done),
        total: count(done + status.under(&rotation.from)),
        seq: count(rotation.begun_seq),
        correlation_id: parts.correlation_id.to_string(),
    })
}

const fn word(standing: store::SecretStanding) -> SecretWord {
    match standing {
        store::SecretStanding::Primary => SecretWord::Primary,
        store::SecretStanding::Reading => SecretWord::Reading,
        store::SecretStanding::Retired => SecretWord::Retired,
    }
}

/// A file for its owner only. One that is there stays: the kit before may lie in it, whose RECOVERY
/// line goes on counting.
fn write_line(path: &Path, line: &NewLine) -> Result<(), ConsoleError> {
    let shown = || path.display().to_string();
    let failed =
        |cause: std::io::Error| ConsoleError::File { path: shown(), reason: cause.to_string() };
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = match options.open(path) {
        Err(cause) if cause.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(ConsoleError::FileThere { path: shown() });
        }
        opened => opened.map_err(failed)?,
    };
    let (title, id) = (&line.workspace.view().title, line.workspace.id());
    let text = format!(
        "Countersign recovery kit of: {title}\nWorkspace: {id}\nSECRET: {}\nRECOVERY: unchanged, as \
         in the kit before\n",
        line.new.line().expose()
    );
    let text = security::secret::SecretText::new(text);
    file.write_all(text.expose().as_bytes()).and_then(|()| file.sync_all()).map_err(failed)
}
