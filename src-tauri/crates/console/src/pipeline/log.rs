//! The log for a pipeline: the gate, verifying, checkpoints, and the records themselves.
//!
//! Invariant: whoever may read the files may ask the gate and verify; only a person with View
//! reads records.

use std::path::PathBuf;

use ledger::{SubjectDigest, SubjectKind, TenantId};
use serde_json::Value;

use super::offline::read_trust;
use super::{AlarmLine, CheckpointLine, GateLine, Pipeline, VerifyLine};
use crate::artefact::Continue;
use crate::failure::ConsoleError;
use crate::gate::{GateCause, GateQuestion, Given};
use crate::past::GivenPast;
use crate::rereading::LogProgress;
use crate::views::AuditFilter;
use crate::workspace::Alarm;

/// A question to the gate, as typed.
#[derive(Debug, Clone)]
pub struct GateTexts {
    /// `model` or `prompt`.
    pub kind: &'static str,
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// Checksum of what was handed in, `sha256:HEX` or `dirHash1:HEX`; or why it has none.
    pub given: Option<Result<String, String>>,
    /// Environment.
    pub scope: Option<String>,
    /// The trust file to believe instead of the anchor on this machine.
    pub trust: Option<PathBuf>,
}

/// A record with its hash.
pub struct LogLine {
    /// The leaf as stored, with `leaf_hash` added.
    pub leaf: Value,
}

impl Pipeline {
    /// Asks the gate. The answer is on record; the cause says which exit status it has.
    ///
    /// # Errors
    /// [`ConsoleError::Ledger`] for a checksum or kind that is malformed.
    pub async fn gate(&self, texts: GateTexts) -> Result<(GateLine, GateCause), ConsoleError> {
        let given = match texts.given {
            None => None,
            Some(Ok(checksum)) => Some(Given::Digest(SubjectDigest::parse(&checksum)?)),
            Some(Err(why)) => Some(Given::Unreadable(why)),
        };
        let question = GateQuestion {
            tenant_id: self.tenant_id.clone(),
            kind: SubjectKind::parse(texts.kind)?,
            name: texts.name,
            version: texts.version,
            given,
            scope: texts.scope,
            trust: None,
        };
        let trust = texts.trust.map(|path| read_trust(&path)).transpose();
        let answer = match trust {
            Ok(trust) => {
                let question = GateQuestion { trust, ..question };
                self.workspace.gate(&question, self.session.as_ref()).await
            }
            // Without a root of trust the answer is no, and goes on record like any other.
            Err(error) => {
                let why = error.view("").message;
                self.workspace.refuse_gate(&question, self.session.as_ref(), why).await
            }
        };
        Ok((GateLine::of(&answer), answer.cause))
    }

    /// Verifies the log of the tenant in front, and that what is given is in its past.
    ///
    /// # Errors
    /// Those of store and keychain; what does not hold is no error but the result.
    pub async fn verify(
        &self,
        against: &[GivenPast],
        watch: impl Fn(LogProgress) + Send + Sync,
    ) -> Result<VerifyLine, ConsoleError> {
        let mut watch = |progress| {
            watch(progress);
            Continue::Yes
        };
        let session = self.session.as_ref();
        let found =
            self.workspace.verify_log(&self.tenant_id, session, against, &mut watch).await?;
        Ok(VerifyLine {
            tenant_id: found.tenant_id.to_string(),
            size: found.size,
            root: found.root.to_hex(),
            result: found.result(),
            first_broken: found.first_broken,
            findings: found.findings,
            alarms: self.alarms(),
        })
    }

    /// Alarms of the workspace's own log and of the tenant in front: both are read and not written.
    #[must_use]
    pub fn alarms(&self) -> Vec<AlarmLine> {
        let logs = [TenantId::workspace(), self.tenant_id.clone()];
        let raised = logs.iter().filter_map(|tenant| self.workspace.alarm(tenant));
        raised.map(AlarmLine::from).collect()
    }

    /// The newest checkpoint of the tenant in front; records since the last one are signed over
    /// first, where this process has the log key.
    ///
    /// # Errors
    /// [`ConsoleError::NotFound`] when none was ever signed.
    pub async fn checkpoint(&self) -> Result<CheckpointLine, ConsoleError> {
        self.settle().await?;
        let newest = self.workspace.store.checkpoint(&self.tenant_id).await?;
        let newest = newest.ok_or(ConsoleError::NotFound { what: "checkpoint" })?;
        Ok(CheckpointLine {
            tenant_id: self.tenant_id.to_string(),
            size: newest.size,
            note: newest.note,
        })
    }

    /// At most `limit` records, newest first, before a position.
    ///
    /// # Errors
    /// [`ConsoleError`].
    pub async fn records(
        &self,
        filter: &AuditFilter,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<LogLine>, ConsoleError> {
        let leaves = self.workspace.audit_leaves(self.session()?, filter, before, limit).await?;
        let line = |leaf: crate::trail::Leaf| -> Result<LogLine, ConsoleError> {
            let mut value = ledger::json::parse_canonical(leaf.text.as_bytes())?;
            if let Value::Object(object) = &mut value {
                object.insert("leaf_hash".to_owned(), Value::from(leaf.leaf_hash));
            }
            Ok(LogLine { leaf: value })
        };
        leaves.into_iter().map(line).collect()
    }
}

impl From<Alarm> for AlarmLine {
    fn from(alarm: Alarm) -> Self {
        Self {
            tenant_id: alarm.tenant_id.to_string(),
            cause: alarm.cause.as_str(),
            message: format!("{}. {}", alarm.cause.title(), alarm.detail),
            hint: alarm.cause.next(),
        }
    }
}
