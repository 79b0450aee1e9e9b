//! What the signing window asks, one thing at a time.
//!
//! Invariant: what it shows was put together by the core when the act was prepared, and is what
//! the act will sign; no page can change it. Giving up leaves nothing behind.

use std::sync::Arc;

use ledger::Actor;
use security::strength::Strength;

use super::alarms::EndingAlarm;
use super::confirming::Confirming;
use super::creating::{Creating, Kit, NewKeyFile};
use super::deciding::Deciding;
use super::enrolling::Enrolling;
use super::key_file::{LostKeyFile, OpeningKeyFile};
use super::proposing::Proposing;
use super::recovering::{KitLines, Recovering};
use super::revealing::Revealing;
use super::revoking::Revoking;
use super::rotating::{NewLine, Rotating};
use super::tokens::{CreatingToken, ShownToken};
use super::{Answer, Desk, DeskEvent, Passphrase};
use crate::failure::ConsoleError;
use crate::keychain::ItemName;
use crate::session::Session;
use crate::views::{
    AlarmEndedView, PassphraseStrength, ReceiptView, RecoveredView, RevokedView, SigningView,
};
use crate::workspace::Workspace;

/// What waits for an answer.
#[derive(Clone, Default)]
pub(super) enum Asked {
    /// Nothing.
    #[default]
    Nothing,
    /// Somebody signs in.
    SignIn(Arc<SigningIn>),
    /// Somebody decides.
    Decide(Arc<Deciding>),
    /// Somebody gets their key.
    Enrol(Arc<Enrolling>),
    /// An admin signs an act of authority.
    Change(Arc<Proposing>),
    /// An admin does what is no act of authority.
    Confirm(Arc<Confirming>),
    /// The first admin chooses a passphrase.
    Create(Arc<Creating>),
    /// The key file of a workspace is to be opened.
    OpenKeyFile(Arc<OpeningKeyFile>),
    /// The key file of a new workspace gets its passphrase.
    NewKeyFile(Arc<NewKeyFile>),
    /// The key file of a workspace is lost: a new one gets its passphrase.
    LostKeyFile(Arc<LostKeyFile>),
    /// The recovery kit is shown.
    Kit(Arc<Kit>),
    /// The lines of a kit are asked for.
    KitLines(Arc<KitLines>),
    /// An admin comes back by a kit that fits.
    Recover(Arc<Recovering>),
    /// They are back.
    Recovered(Box<RecoveredView>),
    /// Somebody ends approvals.
    Revoke(Arc<Revoking>),
    /// They are ended, on record.
    Revoked(Box<RevokedView>),
    /// A decision is on record.
    Receipt(Box<ReceiptView>),
    /// An admin ends an alarm.
    EndAlarm(Arc<EndingAlarm>),
    /// The alarm is over.
    AlarmEnded(Box<AlarmEndedView>),
    /// An admin makes a token.
    CreateToken(Arc<CreatingToken>),
    /// The token is shown.
    NewToken(Arc<ShownToken>),
    /// An admin rotates the workspace secret.
    RotateSecret(Arc<Rotating>),
    /// The new secret's line of the kit is shown.
    NewSecret(Arc<NewLine>),
    /// Somebody reveals a protected value.
    Reveal(Arc<Revealing>),
}

/// A person in front of the sign-in.
pub(super) struct SigningIn {
    pub(super) person: Actor,
    pub(super) view: SigningView,
}

impl Asked {
    pub(super) fn view(&self) -> SigningView {
        match self {
            Self::Nothing => SigningView::Idle {},
            Self::SignIn(signing_in) => signing_in.view.clone(),
            Self::Decide(deciding) => SigningView::Decide(Box::new(deciding.view.clone())),
            Self::Enrol(enrolling) => enrolling.view.clone(),
            Self::Change(proposing) => proposing.view.clone(),
            Self::Confirm(confirming) => confirming.view.clone(),
            Self::Create(creating) => creating.view(),
            Self::OpenKeyFile(opening) => opening.view.clone(),
            Self::NewKeyFile(new) => new.view(),
            Self::LostKeyFile(lost) => lost.view(),
            Self::Kit(kit) => kit.view(),
            Self::KitLines(lines) => SigningView::KitLines(lines.view.clone()),
            Self::Recover(recovering) => SigningView::Recover(Box::new(recovering.view.clone())),
            Self::Recovered(recovered) => SigningView::Recovered(recovered.clone()),
            Self::Revoke(revoking) => SigningView::Revoke(Box::new(revoking.view.clone())),
            Self::Revoked(revoked) => SigningView::Revoked(revoked.clone()),
            Self::Receipt(receipt) => SigningView::Receipt(receipt.clone()),
            Self::EndAlarm(ending) => SigningView::EndAlarm(Box::new(ending.view.clone())),
            Self::AlarmEnded(ended) => SigningView::AlarmEnded(ended.clone()),
            Self::CreateToken(creating) => {
                SigningView::CreateToken(Box::new(creating.view.clone()))
            }
            Self::NewToken(shown) => SigningView::NewToken(Box::new(shown.view())),
            Self::RotateSecret(act) => SigningView::RotateSecret(Box::new(act.view.clone())),
            Self::NewSecret(line) => line.view(),
            Self::Reveal(act) => SigningView::Reveal(Box::new(act.view.clone())),
        }
    }
}

impl Asked {
    /// Names the sheet that a typed reason belongs to; none where it asks for none.
    pub(super) fn sheet(&self) -> Option<String> {
        match self {
            Self::Decide(deciding) => Some(deciding.sheet()),
            Self::EndAlarm(ending) => Some(ending.sheet()),
            Self::CreateToken(creating) => Some(creating.sheet()),
            Self::RotateSecret(_) => Some("rotate the workspace secret".to_owned()),
            Self::Reveal(act) => Some(act.sheet()),
            Self::Revoke(revoking) => Some(revoking.sheet()),
            Self::Nothing
            | Self::SignIn(_)
            | Self::Enrol(_)
            | Self::Change(_)
            | Self::Confirm(_)
            | Self::Create(_)
            | Self::OpenKeyFile(_)
            | Self::NewKeyFile(_)
            | Self::LostKeyFile(_)
            | Self::Kit(_)
            | Self::KitLines(_)
            | Self::Recover(_)
            | Self::Recovered(_)
            | Self::Revoked(_)
            | Self::Receipt(_)
            | Self::AlarmEnded(_)
            | Self::NewToken(_)
            | Self::NewSecret(_) => None,
        }
    }
}

impl Desk {
    /// What the signing window shows.
    pub async fn signing(&self) -> Answer<SigningView> {
        self.answer(async {
            let (turn, asked) = self.state().asked();
            self.read_reasons(turn, &asked).await;
            let mut view = asked.view();
            if let Some((reason, conditions)) = self.typed_reason(&asked) {
                if let Some(field) = view.reason_field() {
                    *field = reason;
                }
                if let Some(field) = view.conditions_field() {
                    *field = conditions;
                }
            }
            Ok(view)
        })
        .await
    }

    /// The person closed the signing window, or gave up.
    pub async fn cancel_signing(&self) -> Answer<()> {
        self.answer(async {
            let (turn, asked) = self.state().asked();
            self.ask_after_reason(turn, &asked, Asked::Nothing).await;
            self.tell(DeskEvent::SigningFinished);
            Ok(())
        })
        .await
    }

    /// How hard a new passphrase looks to guess.
    pub async fn passphrase_strength(&self, passphrase: Passphrase) -> Answer<PassphraseStrength> {
        self.answer(async {
            // Nothing typed yet is no error of a person who types.
            let strength = passphrase.read().map_or(Strength::Weak, |read| read.strength());
            Ok(match strength {
                Strength::Weak => PassphraseStrength::Weak,
                Strength::Fair => PassphraseStrength::Fair,
                Strength::Good => PassphraseStrength::Good,
                Strength::Strong => PassphraseStrength::Strong,
            })
        })
        .await
    }

    /// Demands, once a passphrase was tried, that the person did not give up meanwhile and was not
    /// locked out: a sheet that was closed is a no.
    pub(super) fn demand_still_asked(
        &self,
        turn: u64,
        session: &Session,
    ) -> Result<(), ConsoleError> {
        let state = self.state();
        match state.asked().0 == turn && state.has_in_chair(session) {
            true => Ok(()),
            false => Err(ConsoleError::NotSignedIn),
        }
    }

    /// What comes next, unless something else was asked meanwhile; the reason typed before is signed
    /// or given up, and is not kept.
    pub(super) async fn ask_after_reason(&self, turn: u64, done: &Asked, next: Asked) -> bool {
        let (asks, typed_by) = {
            let mut state = self.state();
            let typed_by = done.sheet().and_then(|sheet| state.reasons.forget(&sheet));
            (state.ask_after(turn, next), typed_by)
        };
        if let Some(session) = typed_by {
            self.inner.write_reasons(&session).await;
        }
        asks
    }

    /// True while the signing window has something to ask.
    pub fn asks(&self) -> bool {
        !matches!(self.state().asked().1, Asked::Nothing)
    }

    /// Gives the signing window something to ask.
    pub(super) fn ask(&self, asked: Asked) {
        self.state().ask(asked);
    }

    /// The same, and the reason typed for it is not kept.
    pub(super) async fn finished_with_reason(&self, turn: u64, done: &Asked) -> SigningView {
        if self.ask_after_reason(turn, done, Asked::Nothing).await {
            self.tell(DeskEvent::SigningFinished);
        }
        SigningView::Idle {}
    }

    /// An act is done: the signing window has nothing left, unless it was asked something else.
    pub(super) fn finished(&self, turn: u64) -> SigningView {
        if self.state().ask_after(turn, Asked::Nothing) {
            self.tell(DeskEvent::SigningFinished);
        }
        SigningView::Idle {}
    }
}

/// The passphrase of a demo's people; nothing else ever shows one.
pub(super) async fn demo_passphrase(workspace: &Workspace) -> Result<Option<String>, ConsoleError> {
    if !workspace.is_demo() {
        return Ok(None);
    }
    let kept = workspace.keys.read(&ItemName::demo(workspace.id())).await?;
    Ok(kept.map(|text| text.expose().to_owned()))
}
