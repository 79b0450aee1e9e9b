//! Bringing a workspace back by its recovery kit: the lines of the kit first, then who comes back
//! and under which passphrase.
//!
//! Invariant: the lines are typed in the signing window or read from the kit's file by the core; no
//! page is shown them again, and the main page never sees them. They are kept until the recovery is
//! done or given up, and nothing is written before all of it was checked.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use governance::Reason;
use governance::text::REASON_LIMIT;
use ledger::{Actor, TenantId};
use security::secret::SecretText;

use super::alarms::log_words;
use super::creating::Kit;
use super::reading::count;
use super::signing::Asked;
use super::state::Seat;
use super::{Answer, Desk, DeskEvent, Passphrase};
use crate::failure::ConsoleError;
use crate::hidden;
use crate::proposing::ChangeOutcome;
use crate::session::off_thread;
use crate::views::{
    EndingRecord, KitLinesView, KitSecret, RecoverView, RecoverableView, RecoveredView, SigningView,
};
use crate::words;
use crate::workspace::{KitFault, KitText, OpenedKit, Recovered, RecoveryWish, Workspace};

/// Longest file that is read as a kit, in bytes.
const KIT_LIMIT: u64 = 64 << 10;

/// The lines of a kit are asked for.
pub(super) struct KitLines {
    for_what: ForWhat,
    pub(super) view: KitLinesView,
}

enum ForWhat {
    /// To bring this workspace back.
    Recovery(Arc<Workspace>),
    /// To see that the kit of a workspace in the making was kept right.
    Trial(Arc<Kit>),
}

/// A kit that fits, in front of the person who comes back.
pub(super) struct Recovering {
    workspace: Arc<Workspace>,
    kit: OpenedKit,
    pub(super) view: RecoverView,
}

impl Desk {
    /// Asks for the lines of the kit in the signing window. Nobody may be signed in.
    pub async fn recover(&self) -> Answer<()> {
        self.answer(async {
            let workspace = self.workspace()?;
            self.demand_empty_seat()?;
            let secret = match workspace.has_fitting_secret().await? {
                true => KitSecret::Optional,
                false => KitSecret::Needed,
            };
            let view = KitLinesView {
                title: hidden::drawn(&workspace.view().title),
                workspace_id: workspace.id().to_string(),
                secret,
                trial: false,
            };
            let for_what = ForWhat::Recovery(workspace);
            self.ask(Asked::KitLines(Arc::new(KitLines { for_what, view })));
            Ok(())
        })
        .await
    }

    /// Asks for the lines of the kit that was just shown: a restore in trial.
    pub async fn try_kit(&self) -> Answer<SigningView> {
        self.answer(async {
            let (turn, asked) = self.state().asked();
            let Asked::Kit(kit) = asked else { return Ok(asked.view()) };
            let view = kit.trial_view();
            let for_what = ForWhat::Trial(kit);
            let lines = KitLines { for_what, view };
            Ok(self.ask_next(turn, Asked::KitLines(Arc::new(lines))))
        })
        .await
    }

    /// Back from the trial to the kit; what was typed is forgotten.
    pub async fn leave_trial(&self) -> Answer<SigningView> {
        self.answer(async {
            let (turn, asked) = self.state().asked();
            let Asked::KitLines(lines) = &asked else { return Ok(asked.view()) };
            let ForWhat::Trial(kit) = &lines.for_what else { return Ok(asked.view()) };
            Ok(self.ask_next(turn, Asked::Kit(Arc::clone(kit))))
        })
        .await
    }

    /// The two lines as they were typed; SECRET may be empty where it is not needed.
    pub async fn answer_kit(
        &self,
        secret: SecretText,
        recovery: SecretText,
    ) -> Answer<SigningView> {
        self.answer(async {
            let _one = self.inner.answering.lock().await;
            let (turn, asked) = self.state().asked();
            let Asked::KitLines(lines) = asked else { return Ok(asked.view()) };
            self.hold_against(turn, &lines, &secret, &recovery).await
        })
        .await
    }

    /// The same, read from the file in which the kit was saved.
    pub async fn load_kit(&self, path: PathBuf) -> Answer<SigningView> {
        self.answer(async {
            let _one = self.inner.answering.lock().await;
            let (turn, asked) = self.state().asked();
            let Asked::KitLines(lines) = asked else { return Ok(asked.view()) };
            let text = off_thread(move || read_kit(&path)).await??;
            let kit = KitText::parse(&text)?;
            kit.demand_of(&lines.view.workspace_id)?;
            self.hold_against(turn, &lines, &kit.secret, &kit.recovery).await
        })
        .await
    }

    /// Who comes back, why, and their new passphrase twice. They take the chair.
    pub async fn answer_recovery(
        &self,
        person_id: String,
        reason: String,
        passphrase: Passphrase,
        repeat: Passphrase,
    ) -> Answer<SigningView> {
        self.answer(async {
            let _one = self.inner.answering.lock().await;
            let (turn, asked) = self.state().asked();
            let Asked::Recover(recovering) = asked else { return Ok(asked.view()) };
            self.demand_empty_seat()?;
            let person = Actor::parse(&person_id)?;
            Reason::parse(&reason)?;
            let own = passphrase.repeated(&repeat)?;
            let wish = RecoveryWish { person: &person, reason: &reason };
            let before = &recovering.workspace;
            let (anew, recovered) = before.recover(&recovering.kit, wish, &own).await?;
            let anew = Arc::new(anew);
            {
                let mut state = self.state();
                // Closed meanwhile, it stays closed; all is on record.
                if !state.workspace.as_ref().is_some_and(|open| Arc::ptr_eq(open, before)) {
                    return Ok(SigningView::Idle {});
                }
                state.workspace = Some(Arc::clone(&anew));
            }
            self.inner.settle(&anew).await;
            let session = anew.sign_in_known(&person, Some(recovered.keyid)).await?;
            let view = recovered_view(&anew, &session.name, &recovered).await?;
            self.take_seat(session);
            let shown = Asked::Recovered(Box::new(view));
            let next = shown.view();
            self.state().ask_after(turn, shown);
            self.tell(DeskEvent::SessionChanged);
            Ok(next)
        })
        .await
    }

    async fn hold_against(
        &self,
        turn: u64,
        lines: &KitLines,
        secret: &SecretText,
        recovery: &SecretText,
    ) -> Result<SigningView, ConsoleError> {
        match &lines.for_what {
            ForWhat::Recovery(workspace) => {
                let kit = workspace.open_kit(secret, recovery).await?;
                let view = recover_view(workspace).await?;
                let workspace = Arc::clone(workspace);
                let next = Recovering { workspace, kit, view };
                Ok(self.ask_next(turn, Asked::Recover(Arc::new(next))))
            }
            ForWhat::Trial(kit) => {
                kit.hold_against(secret, recovery)?;
                Ok(self.ask_next(turn, Asked::Kit(Arc::clone(kit))))
            }
        }
    }

    fn demand_empty_seat(&self) -> Result<(), ConsoleError> {
        match &self.state().seat {
            Seat::Empty => Ok(()),
            Seat::Taken(_) | Seat::Locked(_) => Err(ConsoleError::Input {
                what: "recovery",
                reason: "somebody is signed in here: sign out first",
            }),
        }
    }
}

async fn recover_view(workspace: &Workspace) -> Result<RecoverView, ConsoleError> {
    let mut admins = Vec::new();
    for person in workspace.store.people().await? {
        let logs = workspace.administered_by(&person.id).await?;
        if !logs.is_empty() {
            let logs: Vec<String> = logs.iter().map(log_words).collect();
            admins.push(RecoverableView {
                id: person.id.to_string(),
                name: hidden::drawn(&person.title),
                logs: words::listed(&logs),
            });
        }
    }
    Ok(RecoverView {
        title: hidden::drawn(&workspace.view().title),
        admins,
        elsewhere: !workspace.has_keys_here().await?,
        reason_limit: count(REASON_LIMIT),
    })
}

async fn recovered_view(
    workspace: &Workspace,
    name: &str,
    recovered: &Recovered,
) -> Result<RecoveredView, ConsoleError> {
    let (mut records, mut left) = (Vec::new(), Vec::new());
    let mut waiting = Vec::new();
    for log in &recovered.logs {
        let words = log_words(&log.tenant_id);
        let record =
            |seq, what: &str| EndingRecord { seq: count(seq), what: format!("{what} in {words}") };
        records.push(record(log.key_seq, "key.enroll (recovery)"));
        match &log.device {
            Some(ChangeOutcome::Applied { seq }) => {
                records.push(record(*seq, "device.enroll (single)"));
            }
            Some(ChangeOutcome::Waiting { .. }) => waiting.push(words),
            None => {}
        }
    }
    if !waiting.is_empty() {
        left.push(format!(
            "A second admin signs that this computer joins {}; until then it signs no checkpoint \
             there.",
            words::listed(&waiting)
        ));
    }
    if workspace.alarms_raised() > 0 {
        left.push(
            "This computer has no anchor yet. Compare the log with evidence that was kept \
             elsewhere, then set the anchor anew where the console says so."
                .to_owned(),
        );
    }
    let others = others(workspace, recovered).await?;
    if !others.is_empty() {
        let others = words::listed(&others);
        left.push(format!("Admins of {others} come back by the kit in the same way."));
    }
    left.push("Retire the keys that were lost: whoever finds them could still sign.".to_owned());
    Ok(RecoveredView {
        sentence: format!("{} has a new key, marked recovery for ever.", hidden::drawn(name)),
        records,
        left,
        correlation_id: recovered.correlation_id.to_string(),
    })
}

/// Logs in which the person who came back is no admin.
async fn others(workspace: &Workspace, recovered: &Recovered) -> Result<Vec<String>, ConsoleError> {
    let done = |tenant: &TenantId| recovered.logs.iter().any(|log| log.tenant_id == *tenant);
    let logs = workspace.log_ids().await?;
    Ok(logs.iter().filter(|tenant| !done(tenant)).map(log_words).collect())
}

fn read_kit(path: &Path) -> Result<SecretText, ConsoleError> {
    let failed = |cause: std::io::Error| ConsoleError::File {
        path: path.display().to_string(),
        reason: cause.to_string(),
    };
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut text = String::new();
    match file.take(KIT_LIMIT).read_to_string(&mut text) {
        Ok(_) => Ok(SecretText::new(text)),
        Err(cause) if cause.kind() == std::io::ErrorKind::InvalidData => {
            Err(KitFault::NoKit.into())
        }
        Err(cause) => Err(failed(cause)),
    }
}
