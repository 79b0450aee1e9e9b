//! Verifying a tenant's whole log from its stored bytes.
//!
//! Invariant: nothing is called verified that was not derived again: leaves, hashes, root,
//! checkpoint, anchor, seals, signatures, authority, votes, and the tables beside them. The answer
//! itself goes on record.

use governance::audit::RecordDraft;
use ledger::{Action, Actor, Digest, ResourceType, TenantId, Timestamp};
use serde_json::{Map, Value};
use store::StoreError;

use crate::error::ErrorCode;
use crate::failure::ConsoleError;
use crate::past::GivenPast;
use crate::rereading::{Fault, Reading, Watch};
use crate::session::Session;
use crate::views::VerifyView;
use crate::workspace::Workspace;

/// Most findings that are told; the rest is counted in the last one.
const MAX_FINDINGS: usize = 100;
/// How often tables are compared anew while other processes keep writing.
const ROUNDS: usize = 8;

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The log.
    pub tenant_id: TenantId,
    /// Records read.
    pub size: u64,
    /// Root over them.
    pub root: Digest,
    /// The first record that does not hold.
    pub first_broken: Option<u64>,
    /// What does not hold, a sentence each; empty when all does.
    pub findings: Vec<String>,
    /// When.
    pub at: Timestamp,
}

impl Verification {
    /// True when everything holds.
    pub const fn verified(&self) -> bool {
        self.findings.is_empty()
    }

    /// `verified` or `broken`.
    pub const fn result(&self) -> &'static str {
        if self.verified() { "verified" } else { "broken" }
    }

    /// As the audit page shows it.
    pub fn view(&self) -> VerifyView {
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        VerifyView {
            tenant_id: self.tenant_id.to_string(),
            size: small(self.size),
            root: self.root.to_hex(),
            verified: self.verified(),
            first_broken: self.first_broken.map(small),
            findings: self.findings.clone(),
            at: self.at.to_string(),
        }
    }
}

impl Workspace {
    /// Verifies a log, and that everything in `against` is in its past; without a session it is the
    /// system that asks. The result is recorded in that log, unless it cannot be trusted any more
    /// and is only read.
    ///
    /// # Errors
    /// [`ConsoleError::Cancelled`]; [`ConsoleError::NotFound`] for no such tenant; those of store
    /// and keychain.
    pub async fn verify_log(
        &self,
        tenant: &TenantId,
        session: Option<&Session>,
        against: &[GivenPast],
        watch: Watch<'_>,
    ) -> Result<Verification, ConsoleError> {
        if !self.log_ids().await?.contains(tenant) {
            return Err(ConsoleError::NotFound { what: "tenant" });
        }
        let (reading, faults) = self.examine(tenant, against, watch).await?;
        let mut findings: Vec<String> =
            faults.iter().take(MAX_FINDINGS).map(|fault| fault.detail.clone()).collect();
        if let Some(last) = findings.last_mut().filter(|_| faults.len() > MAX_FINDINGS) {
            *last = format!("{} more findings.", faults.len() - MAX_FINDINGS + 1);
        }
        let verification = Verification {
            tenant_id: tenant.clone(),
            size: reading.size(),
            root: reading.root(),
            first_broken: faults.iter().find_map(|fault| fault.seq),
            findings,
            at: self.now(),
        };
        let actor = session.map_or(Actor::System, |session| session.person.clone());
        match self.record_verification(&verification, &actor).await {
            Ok(()) => Ok(verification),
            // A log that does not hold is not written any more.
            Err(error)
                if !verification.verified() && error.code() == ErrorCode::VerificationFailed =>
            {
                Ok(verification)
            }
            Err(error) => Err(error),
        }
    }

    async fn examine(
        &self,
        tenant: &TenantId,
        against: &[GivenPast],
        watch: Watch<'_>,
    ) -> Result<(Reading, Vec<Fault>), ConsoleError> {
        // Both only move forward: read first, they are in the past of what is read next.
        let anchor = self.anchor_note(tenant).await?;
        let checkpoint = self.store.checkpoint(tenant).await?;
        let mut reading = self.begin_reading(tenant).await?;
        let mut tables = Vec::new();
        for _ in 0..ROUNDS {
            reading = self.read_on(reading, &mut *watch).await?;
            tables = match self.disagreements(tenant, &reading).await {
                Err(ConsoleError::Store(StoreError::Damaged { reason })) => {
                    let detail = format!("A row beside the log cannot be read: {reason}.");
                    vec![Fault { seq: None, detail }]
                }
                compared => compared?,
            };
            let head = self.store.head(tenant).await;
            if tables.is_empty() || head.is_ok_and(|head| head.size == reading.size()) {
                break;
            }
        }
        let anchored = anchor.is_some();
        let mut faults = Vec::new();
        let mut whole = |detail: String| faults.push(Fault { seq: None, detail });
        match anchor {
            Some(note) => {
                if let Err(why) = reading.demand_contained(&note, self) {
                    whole(format!("The anchor on this computer {why}."));
                }
            }
            None => whole(
                "This computer has no anchor of the log: nothing here tells whether records are \
                 missing at its end."
                    .to_owned(),
            ),
        }
        if let Some(checkpoint) = checkpoint {
            match reading.demand_contained(&checkpoint.note, self) {
                Ok(signed) if signed.size == checkpoint.size => {}
                Ok(_) => whole("The stored checkpoint is of another size.".to_owned()),
                Err(why) => whole(format!("The stored checkpoint {why}.")),
            }
        } else if anchored {
            whole("The checkpoint that the anchor was made from is missing.".to_owned());
        }
        for given in against {
            if let Err(why) = given.demand_past(&reading, self) {
                whole(format!("{} {why}.", given.name));
            }
        }
        if let Some(alarm) = self.alarm(tenant).filter(|alarm| !alarm.cause.concerns_anchor()) {
            whole(alarm.detail);
        }
        if reading.size() == 0 {
            whole("The log is empty.".to_owned());
        }
        faults.extend(reading.faults());
        // Last: where the log itself does not hold, tables disagree with it for that reason.
        faults.extend(tables);
        Ok((reading, faults))
    }

    async fn record_verification(
        &self,
        verification: &Verification,
        actor: &Actor,
    ) -> Result<(), ConsoleError> {
        let tenant = &verification.tenant_id;
        let metadata = Map::from_iter([
            ("result".to_owned(), Value::from(verification.result())),
            ("size".to_owned(), Value::from(verification.size)),
            ("root".to_owned(), Value::from(verification.root.to_hex())),
            ("first_broken".to_owned(), Value::from(verification.first_broken)),
            ("findings".to_owned(), Value::from(verification.findings.len())),
        ]);
        let resource = (ResourceType::Log, tenant.to_string());
        let draft = RecordDraft::of(Action::AuditVerify, resource, "", &metadata)?;
        self.log_alone(tenant, &self.ids.correlation(), actor, &draft).await?;
        Ok(())
    }
}
