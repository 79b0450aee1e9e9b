//! Attempts at a passphrase: each failure is counted and on record, and makes the next one wait.
//!
//! Invariant (T13): the count lies with the person in the store, so that it survives a restart and
//! is one for every process, window and command. An attempt is judged again when its answer is
//! recorded: of many made at once, no more are answered than one after the other would have been.

use std::sync::Arc;

use governance::audit::RecordDraft;
use governance::state::Person;
use ledger::{Action, Actor, CorrelationId, Digest, ResourceType, TenantId, Timestamp};
use security::passphrase::{Passphrase, SignInHash};
use security::throttle::Wait;
use serde_json::{Map, Value};
use store::StateWrite;

use crate::failure::ConsoleError;
use crate::session::{Session, Who, off_thread};
use crate::workspace::{Workspace, Writes};

impl Workspace {
    /// Refuses while a person's delay lasts.
    pub(crate) fn demand_no_wait(&self, person: &Person) -> Result<(), ConsoleError> {
        Ok(self.wait(person).demand_over()?)
    }

    /// The right passphrase: the person is let in, on record, unless others failed meanwhile.
    pub(crate) async fn let_in(
        &self,
        id: &Actor,
        action: Action,
        correlation_id: &CorrelationId,
    ) -> Result<(), ConsoleError> {
        let forget = |person: &mut Person, at: Timestamp| {
            person.failures = 0;
            person.last_failure_at = None;
            person.last_sign_in_at = Some(at);
        };
        self.record_attempt(id, (id, action), correlation_id, |person| {
            self.demand_no_wait(person)?;
            Ok(forget)
        })
        .await
    }

    /// A wrong passphrase: on record and counted; gives what is told.
    pub(crate) async fn count_failure(
        &self,
        id: &Actor,
        correlation_id: &CorrelationId,
    ) -> ConsoleError {
        // What cannot be recorded is refused for that reason: the audit comes first.
        self.fail(id, correlation_id).await.unwrap_or_else(|error| error)
    }

    /// The same where somebody wants to know that it is on record. While a delay lasts that is what
    /// is told, of a wrong passphrase as of the right one.
    pub(crate) async fn fail(
        &self,
        id: &Actor,
        correlation_id: &CorrelationId,
    ) -> Result<ConsoleError, ConsoleError> {
        let count = |person: &mut Person, at: Timestamp| {
            person.failures = person.failures.saturating_add(1);
            person.last_failure_at = Some(at);
        };
        let mut told = ConsoleError::WrongPassphrase;
        let failed = (&Actor::System, Action::SessionFail);
        let judge = |person: &Person| {
            told = self.demand_no_wait(person).err().unwrap_or(ConsoleError::WrongPassphrase);
            Ok(count)
        };
        self.record_attempt(id, failed, correlation_id, judge).await?;
        Ok(told)
    }

    /// An unknown name costs the same time, is recorded by its digest, and is told alike.
    pub(crate) async fn fail_unknown(
        &self,
        who: Who<'_>,
        passphrase: &Arc<Passphrase>,
        correlation_id: &CorrelationId,
    ) -> Result<Session, ConsoleError> {
        let given = Arc::clone(passphrase);
        let entropy = Arc::clone(&self.edge.entropy);
        off_thread(move || SignInHash::make(&given, entropy.as_ref())).await??;
        if self.is_read_only() {
            return Err(ConsoleError::WrongPassphrase);
        }
        let typed = match who {
            Who::Id(id) => id.to_string(),
            Who::Name(name) => name.to_owned(),
        };
        let digest = Value::String(Digest::of(typed.as_bytes()).to_hex());
        let metadata = Map::from_iter([("name_sha256".to_owned(), digest)]);
        let resource = (ResourceType::Person, String::new());
        let draft = RecordDraft::of(Action::SessionFail, resource, "", &metadata)?;
        self.log_alone(&TenantId::workspace(), correlation_id, &Actor::System, &draft).await?;
        Err(ConsoleError::WrongPassphrase)
    }

    /// Records an attempt with what it changes in the account, which `judge` decides on the account
    /// as it is then.
    async fn record_attempt<Change: Fn(&mut Person, Timestamp)>(
        &self,
        id: &Actor,
        (actor, action): (&Actor, Action),
        correlation_id: &CorrelationId,
        mut judge: impl FnMut(&Person) -> Result<Change, ConsoleError>,
    ) -> Result<(), ConsoleError> {
        if self.is_read_only() {
            return Ok(());
        }
        let _turn = self.turn().await;
        loop {
            let mut page = self.page(&TenantId::workspace(), correlation_id).await?;
            let current = self.store.person(id).await?;
            let mut person = current.ok_or(ConsoleError::NotFound { what: "person" })?;
            let change = judge(&person)?;
            let resource = (ResourceType::Person, person.id.to_string());
            let draft = RecordDraft::of(action, resource, "", &Map::new())?;
            let written = page.record(actor, draft)?;
            change(&mut person, written.at);
            let state = vec![StateWrite::PutPerson(person)];
            if self.write(vec![page], Writes { state, ..Writes::default() }).await? {
                return Ok(());
            }
        }
    }

    fn wait(&self, person: &Person) -> Wait {
        let last = person.last_failure_at.map_or(0, Timestamp::as_micros);
        Wait::after(person.failures, last, self.now().as_micros())
    }
}

#[cfg(test)]
mod tests;
