//! Versions with where they stand, many at once: the lists of models and prompts.
//!
//! Invariant: a row is read from the version, its standing and the request it stands by; sealed
//! values are not touched.

use ledger::statement::Conditions;
use ledger::{Actor, Lifecycle, Name, RequestId, Status, SubjectKind, TenantId, Tier, Timestamp};
use rusqlite::{Connection, Row};
use serde::Deserialize;

use super::columns::{collect, from_json, parsed, parsed_if_any, unsigned};
use super::log::{self, TenantNumber};
use super::versions::key_of;
use crate::{
    RequestStanding, STANDINGS_LIMIT, SealedColumn, StoreError, VersionStanding, WhichVersions,
};

/// What a vote says of the effect.
#[derive(Deserialize)]
struct VoteConditions {
    #[serde(default)]
    conditions: Conditions,
}

/// Those versions, in the order of their making.
pub(super) fn some(
    connection: &Connection,
    tenant: &TenantId,
    kind: SubjectKind,
    which: &WhichVersions,
) -> Result<Vec<VersionStanding>, StoreError> {
    let Some(number) = log::number_of(connection, tenant)? else { return Ok(Vec::new()) };
    let mut statement = connection.prepare_cached(&statement_for(kind, which))?;
    let rows = match which {
        WhichVersions::From(seq) => statement.query(from(number, *seq))?,
        WhichVersions::Of(name) => {
            statement.query(rusqlite::params![number.as_i64(), kind.as_str(), key_of(name)])?
        }
    };
    collect(rows, version)
}

fn from(number: TenantNumber, seq: u64) -> [i64; 3] {
    [number.position(seq), number.positions().end, i64::from(STANDINGS_LIMIT)]
}

/// The statement of [`some`].
pub(super) fn statement_for(kind: SubjectKind, which: &WhichVersions) -> String {
    let table = match kind {
        SubjectKind::Model => SealedColumn::ModelCard.table(),
        SubjectKind::Prompt => SealedColumn::PromptText.table(),
    };
    let (first, condition) = match which {
        WhichVersions::From(_) => (format!("{table} AS v"), "v.position >= ?1 AND v.position < ?2"),
        WhichVersions::Of(_) => (
            format!(
                "subject_name AS n CROSS JOIN {table} AS v
                 ON v.tenant_no = n.tenant_no AND v.name = n.name"
            ),
            "n.tenant_no = ?1 AND n.kind = ?2 AND n.name_key = ?3",
        ),
    };
    let limit = match which {
        WhichVersions::From(_) => " LIMIT ?3",
        WhichVersions::Of(_) => "",
    };
    format!(
        "SELECT v.position, v.name, v.version, v.tier, v.author, v.created_at, s.status,
         r.request_id, r.expires_at, d.status AS request_status, d.lifecycle, d.decided_seq,
         d.revoked_seq, d.votes
         FROM {first} CROSS JOIN standing AS s ON s.position = v.position
         LEFT JOIN request AS r ON r.tenant_no = v.tenant_no AND r.request_id = s.request_id
         LEFT JOIN standing AS d ON d.position = r.position
         WHERE {condition} ORDER BY v.position{limit}"
    )
}

fn version(row: &Row<'_>) -> Result<VersionStanding, StoreError> {
    let request = parsed_if_any(row, "request_id", RequestId::parse)?;
    Ok(VersionStanding {
        name: parsed(row, "name", Name::parse)?,
        version: row.get("version")?,
        seq: log::seq_of(row.get("position")?),
        tier: parsed(row, "tier", Tier::parse)?,
        author: parsed(row, "author", Actor::parse)?,
        created_at: parsed(row, "created_at", Timestamp::parse)?,
        status: parsed(row, "status", Status::parse)?,
        request: request.map(|id| request_standing(row, id)).transpose()?,
    })
}

fn request_standing(row: &Row<'_>, id: RequestId) -> Result<RequestStanding, StoreError> {
    let votes: Vec<VoteConditions> = from_json(row, "votes")?;
    let seq = |column: &str| row.get::<_, Option<i64>>(column).map_err(StoreError::from);
    Ok(RequestStanding {
        id,
        status: parsed(row, "request_status", Status::parse)?,
        lifecycle: parsed(row, "lifecycle", Lifecycle::parse)?,
        expires_at: parsed_if_any(row, "expires_at", Timestamp::parse)?,
        decided_seq: seq("decided_seq")?.map(unsigned).transpose()?,
        revoked_seq: seq("revoked_seq")?.map(unsigned).transpose()?,
        conditions: Conditions::joined(votes.iter().map(|vote| &vote.conditions)),
    })
}
