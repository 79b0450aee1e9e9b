//! What was bound since the watermark: attestations and idempotency keys that the projection does
//! not hold yet.
//!
//! Invariant: projection and [`Recent`] together know every attestation and every key of the
//! workspace. Readers load it for one question; the writer keeps it from commit to commit.

use std::collections::{BTreeMap, BTreeSet};

use ledger::{Digest, TenantId};
use rusqlite::{Connection, OptionalExtension};

use super::index;
use super::log;
use crate::{Idempotency, StoreError};

/// The tail of every log, by what its rows carry beside their leaves.
#[derive(Debug, Clone, Default)]
pub(super) struct Recent {
    attestations: BTreeMap<Digest, i64>,
    answers: BTreeMap<String, String>,
}

impl Recent {
    /// Reads the tails.
    pub(super) fn load(connection: &Connection) -> Result<Self, StoreError> {
        let mut recent = Self::default();
        let mut statement = connection.prepare_cached(
            "SELECT position, attestations, idempotency_key, idempotency_answer FROM log
             WHERE position >= ?1 AND position < ?2
             AND (attestations IS NOT NULL OR idempotency_key IS NOT NULL)",
        )?;
        for number in log::all_numbers(connection)? {
            let from = number.position(index::watermark(connection, number)?);
            let mut rows = statement.query([from, number.positions().end])?;
            while let Some(row) = rows.next()? {
                let position = row.get(0)?;
                let packed: Option<Vec<u8>> = row.get(1)?;
                for (digest, _) in log::unpack(packed.as_deref().unwrap_or_default())? {
                    recent.attestations.insert(digest, position);
                }
                if let Some(key) = row.get(2)? {
                    recent.answers.insert(key, row.get(3)?);
                }
            }
        }
        Ok(recent)
    }

    /// Adds what the row at this position carries.
    pub(super) fn add(
        &mut self,
        position: i64,
        digests: impl IntoIterator<Item = Digest>,
        done: Option<&Idempotency>,
    ) {
        self.attestations.extend(digests.into_iter().map(|digest| (digest, position)));
        self.answers.extend(done.map(|done| (done.key.clone(), done.answer.clone())));
    }

    /// Adds all of another.
    pub(super) fn extend(&mut self, other: Self) {
        self.attestations.extend(other.attestations);
        self.answers.extend(other.answers);
    }

    /// The row that carries an attestation, in any log of the workspace.
    pub(super) fn position_of(
        &self,
        connection: &Connection,
        digest: &Digest,
    ) -> Result<Option<i64>, StoreError> {
        if let Some(position) = self.attestations.get(digest) {
            return Ok(Some(*position));
        }
        Ok(connection
            .prepare_cached("SELECT position FROM attestation_index WHERE payload_sha256 = ?1")?
            .query_row([digest.as_bytes()], |row| row.get(0))
            .optional()?)
    }

    /// What was answered to the command with this idempotency key.
    pub(super) fn answer_to(
        &self,
        connection: &Connection,
        key: &str,
    ) -> Result<Option<String>, StoreError> {
        if let Some(answer) = self.answers.get(key) {
            return Ok(Some(answer.clone()));
        }
        Ok(connection
            .prepare_cached(
                "SELECT log.idempotency_answer FROM idempotency_index AS i
                 JOIN log ON log.position = i.position WHERE i.idempotency_key = ?1",
            )?
            .query_row([key], |row| row.get(0))
            .optional()?)
    }
}

/// The envelopes of these attestations, of those that stand in this tenant's log.
pub(super) fn attestations(
    connection: &Connection,
    tenant: &TenantId,
    digests: &[Digest],
) -> Result<BTreeMap<Digest, Vec<u8>>, StoreError> {
    let Some(number) = log::number_of(connection, tenant)? else { return Ok(BTreeMap::new()) };
    let (recent, wanted) = (Recent::load(connection)?, BTreeSet::from_iter(digests));
    let mut found = BTreeMap::new();
    for digest in &wanted {
        let position = recent.position_of(connection, digest)?;
        if let Some(position) = position.filter(|at| number.positions().contains(at)) {
            let packed: Option<Vec<u8>> = connection
                .prepare_cached("SELECT attestations FROM log WHERE position = ?1")?
                .query_row([position], |row| row.get(0))?;
            for (held, envelope) in log::unpack(packed.as_deref().unwrap_or_default())? {
                if wanted.contains(&held) {
                    found.insert(held, envelope.to_vec());
                }
            }
        }
    }
    Ok(found)
}

/// What was answered to the command with this idempotency key.
pub(super) fn answer_to(connection: &Connection, key: &str) -> Result<Option<String>, StoreError> {
    Recent::load(connection)?.answer_to(connection, key)
}
