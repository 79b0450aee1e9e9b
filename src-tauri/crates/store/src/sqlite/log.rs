//! The log's rows: appending, the head, reading by position.
//!
//! Invariant 3: there is no statement here, or anywhere, that updates or deletes a row of the log.
//! A row carries its tree hashes before its body, so the frontier is read from popcount(n) rows.

use std::ops::Range;

use ledger::tree::{self, Frontier};
use ledger::{Digest, TenantId, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Deserialize;

use crate::{AttestationRow, Head, LogRow, StoreError, StoredRow};

/// Records that one log can hold: the low bits of a position.
const SEQ_BITS: u32 = 40;

/// Reads one subtree hash by the row's key; the row's body is not touched.
pub(super) const SUBTREE_HASH: &str = "SELECT substr(hashes, ?2, 32) FROM log WHERE position = ?1";

/// The number under which a tenant's log is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TenantNumber(i64);

impl TenantNumber {
    /// For statements that name the tenant.
    pub(super) const fn as_i64(self) -> i64 {
        self.0
    }

    /// Where the record at `seq` is stored; beyond the end of the log's room, its end.
    pub(super) fn position(self, seq: u64) -> i64 {
        let room = 1_i64 << SEQ_BITS;
        (self.0 << SEQ_BITS) + i64::try_from(seq).map_or(room, |seq| seq.min(room))
    }

    /// Every position that belongs to this log.
    pub(super) fn positions(self) -> Range<i64> {
        self.position(0)..self.position(u64::MAX)
    }
}

/// The `seq` of a stored position.
pub(super) const fn seq_of(position: i64) -> u64 {
    (position & ((1 << SEQ_BITS) - 1)).cast_unsigned()
}

/// A log as the writer keeps it in memory: enough to append without reading.
#[derive(Debug, Clone)]
pub(super) struct OpenLog {
    number: TenantNumber,
    frontier: Frontier,
    last_stamp: Option<Timestamp>,
}

/// What goes into the row of a record beside the record itself.
#[derive(Debug, Default)]
pub(super) struct Beside<'a> {
    /// The attestations of this commit and tenant, if this is the row that carries them.
    pub(super) attestations: Vec<&'a AttestationRow>,
    /// Key and answer of the command, on the first row of its commit.
    pub(super) idempotency: Option<&'a crate::Idempotency>,
}

/// What the store itself reads of a leaf.
#[derive(Deserialize)]
struct LeafPlace {
    seq: u64,
    tenant_id: TenantId,
    timestamp_utc: Timestamp,
}

impl OpenLog {
    /// Reads where the log stands; a tenant that has none gets one.
    pub(super) fn open(connection: &Connection, tenant: &TenantId) -> Result<Self, StoreError> {
        let number = match number_of(connection, tenant)? {
            Some(number) => number,
            None => {
                connection
                    .prepare_cached("INSERT INTO tenant_log (tenant_id) VALUES (?1)")?
                    .execute([tenant.as_str()])?;
                TenantNumber(connection.last_insert_rowid())
            }
        };
        Self::read(connection, number)
    }

    /// Its number.
    pub(super) const fn number(&self) -> TenantNumber {
        self.number
    }

    /// Records in it.
    pub(super) const fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Where it stands.
    pub(super) fn head(&self) -> Head {
        Head { size: self.size(), root: self.frontier.root(), last_stamp: self.last_stamp }
    }

    /// Appends one row. The row and the leaf itself must name the next position.
    pub(super) fn append(
        &mut self,
        connection: &Connection,
        row: &LogRow,
        beside: &Beside<'_>,
    ) -> Result<(), StoreError> {
        let place: LeafPlace = serde_json::from_slice(&row.leaf)
            .map_err(|_| StoreError::Conflict { constraint: "a leaf is a record".to_owned() })?;
        let expected = self.size();
        let refuse =
            |found| StoreError::RowOutOfOrder { tenant: row.tenant_id.clone(), expected, found };
        for seq in [row.seq, place.seq] {
            if seq != expected {
                return Err(refuse(seq));
            }
        }
        if place.tenant_id != row.tenant_id {
            return Err(StoreError::TenantNotExpected { tenant: place.tenant_id });
        }
        let completed =
            self.frontier.push(tree::leaf_hash(&row.leaf)).map_err(|_| refuse(row.seq))?;
        connection
            .prepare_cached(
                "INSERT INTO log (position, hashes, seal, leaf, attestations, idempotency_key,
                 idempotency_answer) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(rusqlite::params![
                self.number.position(row.seq),
                completed.to_bytes(),
                row.seal,
                row.leaf,
                pack(&beside.attestations),
                beside.idempotency.map(|done| &done.key),
                beside.idempotency.map(|done| &done.answer),
            ])?;
        self.last_stamp = Some(place.timestamp_utc);
        Ok(())
    }

    fn read(connection: &Connection, number: TenantNumber) -> Result<Self, StoreError> {
        let Range { start, end } = number.positions();
        let last = connection
            .prepare_cached(
                "SELECT position, leaf FROM log WHERE position >= ?1 AND position < ?2
                 ORDER BY position DESC LIMIT 1",
            )?
            .query_row([start, end], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))
            .optional()?;
        let Some((position, leaf)) = last else {
            return Ok(Self { number, frontier: Frontier::new(), last_stamp: None });
        };
        let place: LeafPlace = serde_json::from_slice(&leaf)
            .map_err(|_| StoreError::damaged("the last record of a log is no record"))?;
        let size = seq_of(position) + 1;
        let mut peaks = Vec::new();
        for peak in tree::peak_positions(size) {
            peaks.push(subtree_hash(connection, number, peak)?);
        }
        let frontier = Frontier::from_parts(size, peaks).map_err(StoreError::damaged)?;
        Ok(Self { number, frontier, last_stamp: Some(place.timestamp_utc) })
    }
}

/// The number of a tenant's log, if it has one.
pub(super) fn number_of(
    connection: &Connection,
    tenant: &TenantId,
) -> Result<Option<TenantNumber>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT tenant_no FROM tenant_log WHERE tenant_id = ?1")?
        .query_row([tenant.as_str()], |row| row.get(0).map(TenantNumber))
        .optional()?)
}

/// Every log there is.
pub(super) fn all_numbers(connection: &Connection) -> Result<Vec<TenantNumber>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT tenant_no FROM tenant_log ORDER BY tenant_no")?;
    let numbers = statement.query_map([], |row| row.get(0).map(TenantNumber))?;
    Ok(numbers.collect::<Result<_, _>>()?)
}

/// How many records a tenant's log has; 0 for a tenant without one.
pub(super) fn size(connection: &Connection, tenant: &TenantId) -> Result<u64, StoreError> {
    let Some(number) = number_of(connection, tenant)? else { return Ok(0) };
    let Range { start, end } = number.positions();
    let last = connection
        .prepare_cached(
            "SELECT position FROM log WHERE position >= ?1 AND position < ?2
             ORDER BY position DESC LIMIT 1",
        )?
        .query_row([start, end], |row| row.get(0))
        .optional()?;
    Ok(last.map_or(0, |position| seq_of(position) + 1))
}

/// Where a tenant's log stands; empty for a tenant without one.
pub(super) fn head(connection: &Connection, tenant: &TenantId) -> Result<Head, StoreError> {
    match number_of(connection, tenant)? {
        Some(number) => Ok(OpenLog::read(connection, number)?.head()),
        None => Ok(Head { size: 0, root: tree::empty_root(), last_stamp: None }),
    }
}

/// Rows from a position on, ascending.
pub(super) fn rows(
    connection: &Connection,
    tenant: &TenantId,
    from: u64,
    limit: u32,
) -> Result<Vec<StoredRow>, StoreError> {
    let Some(number) = number_of(connection, tenant)? else { return Ok(Vec::new()) };
    let mut statement = connection.prepare_cached(
        "SELECT position, hashes, leaf, seal FROM log WHERE position >= ?1 AND position < ?2
         ORDER BY position LIMIT ?3",
    )?;
    let rows = statement.query_map(
        rusqlite::params![number.position(from), number.positions().end, limit],
        stored_row,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Subtree hashes from where they are stored, in the order asked for.
pub(super) fn hashes(
    connection: &Connection,
    tenant: &TenantId,
    places: &[tree::StoredHash],
) -> Result<Vec<Digest>, StoreError> {
    let number = number_of(connection, tenant)?
        .ok_or_else(|| StoreError::damaged("there is no log of that name"))?;
    places.iter().map(|place| subtree_hash(connection, number, *place)).collect()
}

/// Reads `position, hashes, leaf, seal`.
pub(super) fn stored_row(row: &Row<'_>) -> rusqlite::Result<StoredRow> {
    Ok(StoredRow {
        seq: seq_of(row.get(0)?),
        hashes: row.get(1)?,
        leaf: row.get(2)?,
        seal: row.get(3)?,
    })
}

fn subtree_hash(
    connection: &Connection,
    number: TenantNumber,
    place: tree::StoredHash,
) -> Result<Digest, StoreError> {
    let offset = i64::try_from(place.offset()).map_err(StoreError::damaged)?;
    let hash: Option<Vec<u8>> = connection
        .prepare_cached(SUBTREE_HASH)?
        .query_row([number.position(place.row_index), offset + 1], |row| row.get(0))
        .optional()?;
    let hash = hash.ok_or_else(|| StoreError::damaged("a row of the log is missing"))?;
    // A subtree that the row does not complete has no hash there, or half of one.
    let hash = <[u8; 32]>::try_from(hash);
    hash.map(Digest::from_bytes).map_err(|_| StoreError::damaged("a row of the log is cut short"))
}

/// Attestations as they lie in a row: payload digest (32 bytes), length (4 bytes, big-endian),
/// envelope; one after the other.
fn pack(attestations: &[&AttestationRow]) -> Option<Vec<u8>> {
    let mut packed = Vec::new();
    for row in attestations {
        packed.extend_from_slice(row.payload_sha256.as_bytes());
        // A leaf's own limit is far below 4 GiB; an envelope's is its bundle's, 16 MiB.
        packed.extend_from_slice(
            &u32::try_from(row.envelope.len()).unwrap_or(u32::MAX).to_be_bytes(),
        );
        packed.extend_from_slice(&row.envelope);
    }
    (!packed.is_empty()).then_some(packed)
}

/// Reads what [`pack`] wrote.
pub(super) fn unpack(mut packed: &[u8]) -> Result<Vec<(Digest, &[u8])>, StoreError> {
    let cut_short = || StoreError::damaged("an attestation is cut short");
    let mut attestations = Vec::new();
    while !packed.is_empty() {
        let (digest, rest) = packed.split_first_chunk::<32>().ok_or_else(cut_short)?;
        let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(cut_short)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(StoreError::damaged)?;
        let (envelope, rest) = rest.split_at_checked(length).ok_or_else(cut_short)?;
        attestations.push((Digest::from_bytes(*digest), envelope));
        packed = rest;
    }
    Ok(attestations)
}
