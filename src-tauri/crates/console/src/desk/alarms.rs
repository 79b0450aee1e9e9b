//! Alarms of the logs that the person at work may see, and the act of an admin that ends one.
//!
//! Invariant: what is missing, what to do and what will be on record come from the core; the page
//! only shows them. The act wants the admin's passphrase anew, typed in the signing window.

use std::sync::Arc;

use governance::Reason;
use governance::text::REASON_LIMIT;
use ledger::{Action, Actor, TenantId};

use super::at_work::AtWork;
use super::names::Names;
use super::reading::count;
use super::signing::{Asked, demo_passphrase};
use super::{Answer, Desk, DeskEvent, Passphrase};
use crate::failure::ConsoleError;
use crate::hidden;
use crate::session::Session;
use crate::views::{
    AlarmEndedView, AlarmRemedy, AlarmView, EndAlarmView, EndingRecord, PlaceView, SigningView,
};
use crate::workspace::{Alarm, AlarmCause, Ended, Ending, Place, Remedy, Workspace};

/// An act that ends an alarm, in front of its passphrase.
pub(super) struct EndingAlarm {
    ending: Ending,
    /// Whose act it is.
    person: Actor,
    pub(super) view: EndAlarmView,
}

impl EndingAlarm {
    pub(super) fn sheet(&self) -> String {
        format!("end the alarm of {}", self.ending.alarm.tenant_id)
    }
}

impl Desk {
    /// Asks in the signing window for the act that ends the alarm of a log. Somebody who cannot do
    /// it, and an alarm that no act ends, are told now.
    pub async fn end_alarm(&self, tenant_id: String) -> Answer<()> {
        self.answer(async {
            let AtWork { workspace, session, .. } = self.at_work().await?;
            let ending = workspace.ending(&session, &TenantId::parse(&tenant_id)?).await;
            // Looked at again, it may be another one or none.
            self.tell(DeskEvent::SessionChanged);
            let ending = ending?;
            let view = EndAlarmView {
                remedy: remedy(ending.alarm.cause),
                sentence: sentence(&ending.alarm),
                detail: ending.alarm.detail.clone(),
                old: ending.old.map(place),
                new: place(ending.new),
                records: recorded(&ending.alarm),
                name: hidden::drawn(&session.name),
                reason_limit: count(REASON_LIMIT),
                typed_reason: String::new(),
                demo_passphrase: demo_passphrase(&workspace).await?,
            };
            let person = session.person;
            self.ask(Asked::EndAlarm(Arc::new(EndingAlarm { ending, person, view })));
            Ok(())
        })
        .await
    }

    /// The admin's reason and passphrase for it.
    pub async fn answer_alarm(
        &self,
        reason: String,
        passphrase: Passphrase,
    ) -> Answer<SigningView> {
        self.answer(async {
            let _one = self.inner.answering.lock().await;
            let AtWork { workspace, session, .. } = self.at_work().await?;
            let (turn, asked) = self.state().asked();
            let Asked::EndAlarm(act) = &asked else { return Ok(asked.view()) };
            if session.person != act.person {
                return Err(ConsoleError::NotSignedIn);
            }
            Reason::parse(&reason)?;
            let given = passphrase.read()?;
            let tenant = &act.ending.alarm.tenant_id;
            let key = workspace.unlock(&session.person, tenant, &given).await?;
            self.demand_still_asked(turn, &session)?;
            let ended = workspace.end_alarm(&session, &key, &act.ending, &reason).await;
            self.inner.note_anchors(&workspace).await;
            self.tell(DeskEvent::SessionChanged);
            let shown = Asked::AlarmEnded(Box::new(ended_view(&act.ending, ended?, reason)));
            let next = shown.view();
            self.ask_after_reason(turn, &asked, shown).await;
            self.tell(DeskEvent::RecordsChanged);
            Ok(next)
        })
        .await
    }

    /// What is wrong with the logs in which the person holds a role.
    pub(super) async fn alarms(
        &self,
        workspace: &Workspace,
        session: &Session,
    ) -> Result<Vec<AlarmView>, ConsoleError> {
        let mut alarms = Vec::new();
        for tenant in workspace.log_ids().await? {
            let Some(alarm) = workspace.alarm(&tenant) else { continue };
            if workspace.role(&session.person, &tenant).await?.is_some() {
                alarms.push(alarm_view(workspace, session, alarm).await?);
            }
        }
        Ok(alarms)
    }
}

async fn alarm_view(
    workspace: &Workspace,
    session: &Session,
    alarm: Alarm,
) -> Result<AlarmView, ConsoleError> {
    let (tenant, cause) = (&alarm.tenant_id, alarm.cause);
    let log = workspace.log(tenant).await?;
    let has_act = cause.remedy() != Remedy::PutRight;
    let waits = !tenant.is_workspace() && workspace.alarm(&TenantId::workspace()).is_some();
    let admins: Vec<&Actor> = log.authority.admins().filter(|_| has_act).collect();
    let names = Names::of(&workspace.store.people().await?);
    let anchor = workspace.anchor_place(tenant).await?;
    let missing = anchor.filter(|_| cause == AlarmCause::Behind);
    // Of a log that does not hold, the stored hashes may give no root.
    let root = workspace.stored_root(tenant, log.size).await.map(|root| root.to_hex());
    Ok(AlarmView {
        tenant_id: tenant.to_string(),
        title: cause.title().to_owned(),
        meaning: cause.meaning().to_owned(),
        next: match waits && has_act {
            true => "The workspace’s own log raised an alarm too, and comes first.".to_owned(),
            false => cause.next().to_owned(),
        },
        missing: missing.map(|anchor| count(anchor.size.saturating_sub(log.size))),
        anchor: anchor.map(place),
        log: PlaceView { size: count(log.size), root: root.unwrap_or_default() },
        seq: alarm.seq.map(count),
        remedy: remedy(cause),
        may_end: has_act && !waits && admins.contains(&&session.person),
        admins: names.sorted(admins).into_iter().map(|admin| admin.name).collect(),
        detail: alarm.detail,
    })
}

fn ended_view(ending: &Ending, ended: Ended, reason: String) -> AlarmEndedView {
    let seqs = [Some(ended.reset_seq), ended.restore_seq].into_iter().flatten();
    let records = seqs.zip(recorded(&ending.alarm));
    let log = log_words(&ending.alarm.tenant_id);
    AlarmEndedView {
        sentence: match ended.restore_seq {
            None => format!("The anchor of {log} is set anew."),
            Some(_) => format!("The restored copy of {log} is accepted."),
        },
        records: records.map(|(seq, what)| EndingRecord { seq: count(seq), what }).collect(),
        new: place(ending.new),
        reason,
        correlation_id: ended.correlation_id.to_string(),
    }
}

/// What the act puts on record, in the log concerned first.
fn recorded(alarm: &Alarm) -> Vec<String> {
    let reset = format!("{} in {}", Action::AnchorReset, log_words(&alarm.tenant_id));
    let own = log_words(&TenantId::workspace());
    let restore = format!("{} in {own}", Action::BackupRestore);
    match alarm.cause.remedy() {
        Remedy::PutRight => Vec::new(),
        Remedy::ReAnchor => vec![reset],
        Remedy::AcceptRestore => vec![reset, restore],
    }
}

/// What the admin is about to do.
fn sentence(alarm: &Alarm) -> String {
    let log = log_words(&alarm.tenant_id);
    match alarm.cause.remedy() {
        Remedy::PutRight | Remedy::ReAnchor => format!("Set the anchor of {log} anew."),
        Remedy::AcceptRestore => format!("Accept the restored copy of {log}."),
    }
}

pub(super) fn log_words(tenant: &TenantId) -> String {
    if tenant.is_workspace() { "the workspace’s own log".to_owned() } else { tenant.to_string() }
}

const fn remedy(cause: AlarmCause) -> AlarmRemedy {
    match cause.remedy() {
        Remedy::PutRight => AlarmRemedy::PutRight,
        Remedy::AcceptRestore => AlarmRemedy::AcceptRestore,
        Remedy::ReAnchor => AlarmRemedy::ReAnchor,
    }
}

fn place(place: Place) -> PlaceView {
    PlaceView { size: count(place.size), root: place.root.to_hex() }
}
