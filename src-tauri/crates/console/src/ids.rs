//! New ids: UUID v7 of the clock's time and the edge's entropy.
//!
//! Invariant: every id is made here, and is well-formed for the type that asks for it. Ids must be
//! unique, they need not be secret: where entropy fails, time and a counter stand in.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ledger::{
    ChangeId, CorrelationId, DeviceId, Digest, PrincipalId, RecordId, RequestId, WorkspaceId,
};
use security::Entropy;

use crate::edge::Clock;
use crate::failure::ConsoleError;

tokio::task_local! {
    /// The command that this task carries out; none within what [`apart`] carries out.
    static CLICK: Option<CorrelationId>;
}

/// Carries out a command under one correlation id, from the click to its last record (rule 9).
pub(crate) async fn under<T>(click: CorrelationId, command: impl Future<Output = T>) -> T {
    CLICK.scope(Some(click), command).await
}

/// Carries out a command whose use cases are others' clicks, each under an id of its own: the
/// demo's year is not one act of whoever asked for it.
pub(crate) async fn apart<T>(command: impl Future<Output = T>) -> T {
    CLICK.scope(None, command).await
}

/// Makes ids.
pub(crate) struct Ids {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    made: AtomicU64,
}

impl Ids {
    pub(crate) fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { clock, entropy, made: AtomicU64::new(0) }
    }

    fn uuid(&self) -> uuid::Uuid {
        let micros = self.clock.now().as_micros();
        let mut random = [0; 10];
        if self.entropy.fill(&mut random).is_err() {
            let count = self.made.fetch_add(1, Ordering::Relaxed);
            let digest = Digest::of_parts(&[&micros.to_be_bytes(), &count.to_be_bytes()]);
            for (byte, drawn) in random.iter_mut().zip(digest.as_bytes()) {
                *byte = *drawn;
            }
        }
        let millis = u64::try_from(micros / 1000).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    pub(crate) fn workspace(&self) -> WorkspaceId {
        WorkspaceId::of_uuid_v7(self.uuid())
    }

    pub(crate) fn change(&self) -> ChangeId {
        ChangeId::of_uuid_v7(self.uuid())
    }

    /// That of the command under way, else a new one.
    pub(crate) fn correlation(&self) -> CorrelationId {
        let click = CLICK.try_with(Option::clone).ok().flatten();
        click.unwrap_or_else(|| self.new_correlation())
    }

    /// A new one, for a command that begins.
    pub(crate) fn new_correlation(&self) -> CorrelationId {
        CorrelationId::of_uuid_v7(self.uuid())
    }

    pub(crate) fn device(&self) -> DeviceId {
        DeviceId::of_uuid_v7(self.uuid())
    }

    pub(crate) fn principal(&self) -> PrincipalId {
        PrincipalId::of_uuid_v7(self.uuid())
    }

    /// 32 random hex digits for a statement; here entropy must not fail.
    pub(crate) fn nonce(&self) -> Result<String, ConsoleError> {
        let mut random = [0; 16];
        self.entropy.fill(&mut random)?;
        Ok(hex::encode(random))
    }
}

impl governance::audit::Ids for Ids {
    fn record_id(&self) -> RecordId {
        RecordId::of_uuid_v7(self.uuid())
    }

    fn request_id(&self) -> RequestId {
        RequestId::of_uuid_v7(self.uuid())
    }
}
