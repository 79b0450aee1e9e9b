//! Requests for approval, with their votes.
//!
//! Invariant: what was asked is written once; writing a request again changes its standing (status,
//! life cycle, votes) and nothing else. Those that wait are found by `open_requests`.

use governance::state::{ApprovalRequest, CastVote};
use ledger::statement::Conditions;
use ledger::{
    Actor, Decision, Digest, Lifecycle, RequestId, Role, Status, Subject, SubjectDigest,
    SubjectName, TenantId, Tier, Timestamp,
};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};
use serde::{Deserialize, Serialize};

use super::columns::{collect, from_json, parsed, parsed_if_any, to_json, unsigned};
use super::log::{self, TenantNumber};
use super::open_requests;
use crate::{PAGE_LIMIT, RequestCounts, RequestSearch, RequestsQuery, StoreError};

pub(super) const SELECTED: &str = "r.position, r.request_id, r.subject, r.subject_digest, r.kind, r.makers, \
     r.requested_by, r.requested_at, r.reason, r.tier, r.policy_sha256, r.documents, \
     r.expires_at, r.change, r.proposal_sha256, s.status, s.lifecycle, s.decided_seq, s.revoked_seq, \
     s.votes";

/// The columns that are written once.
const FACTS: &str = "position, tenant_no, request_id, subject, subject_digest, kind, makers, \
     requested_by, requested_at, reason, tier, policy_sha256, documents, expires_at, change, \
     proposal_sha256";

/// A vote as it is kept in the standing of its request.
#[derive(Serialize, Deserialize)]
struct VoteColumns {
    seq: u64,
    actor: Actor,
    role: Role,
    decision: Decision,
    attestation_sha256: Digest,
    at: Timestamp,
    #[serde(default, skip_serializing_if = "Conditions::are_none")]
    conditions: Conditions,
}

/// Writes a request: new, or its standing.
pub(super) fn put(
    connection: &Connection,
    number: TenantNumber,
    request: &ApprovalRequest,
) -> Result<(), StoreError> {
    let facts = facts(number, request)?;
    match facts_equal(connection, &facts)? {
        None => {
            insert(connection, &facts)?;
            open_requests::put(connection, number, request)?;
        }
        Some(true) => {}
        Some(false) => {
            return Err(StoreError::Conflict {
                constraint: "a request is never written twice".to_owned(),
            });
        }
    }
    let votes: Vec<VoteColumns> = request.votes.iter().map(VoteColumns::of).collect();
    let seq = |seq: Option<u64>| seq.map(i64::try_from).transpose().map_err(StoreError::damaged);
    connection
        .prepare_cached(
            "INSERT INTO standing (position, status, lifecycle, decided_seq, revoked_seq, votes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO UPDATE SET status = excluded.status,
             lifecycle = excluded.lifecycle, decided_seq = excluded.decided_seq,
             revoked_seq = excluded.revoked_seq, votes = excluded.votes",
        )?
        .execute(rusqlite::params![
            number.position(request.seq),
            request.status.as_str(),
            request.lifecycle.as_str(),
            seq(request.decided_seq)?,
            seq(request.revoked_seq)?,
            to_json(&votes)?,
        ])?;
    Ok(())
}

/// One request.
pub(super) fn one(
    connection: &Connection,
    tenant: &TenantId,
    id: &RequestId,
) -> Result<Option<ApprovalRequest>, StoreError> {
    let Some(number) = log::number_of(connection, tenant)? else { return Ok(None) };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {SELECTED} FROM request AS r JOIN standing AS s USING (position)
         WHERE r.tenant_no = ?1 AND r.request_id = ?2"
    ))?;
    let rows = statement.query(rusqlite::params![number.as_i64(), id.as_str()])?;
    Ok(collect(rows, |row| request(row, tenant))?.pop())
}

/// Those of these requests that are there, in no order.
pub(super) fn some(
    connection: &Connection,
    tenant: &TenantId,
    ids: &[RequestId],
) -> Result<Vec<ApprovalRequest>, StoreError> {
    let found = ids.iter().filter_map(|id| one(connection, tenant, id).transpose());
    found.collect()
}

/// A page of requests, newest first.
pub(super) fn page(
    connection: &Connection,
    query: &RequestsQuery,
) -> Result<Vec<ApprovalRequest>, StoreError> {
    let Some(number) = log::number_of(connection, &query.tenant_id)? else {
        return Ok(Vec::new());
    };
    let (sql, filters) = page_statement(query);
    let bounds = [
        number.position(0),
        number.position(query.before.unwrap_or(u64::MAX)),
        i64::from(query.limit.min(PAGE_LIMIT)),
    ];
    let values = bounds.map(Value::Integer).into_iter().chain(filters.into_iter().map(Value::Text));
    let mut statement = connection.prepare_cached(&sql)?;
    collect(statement.query(params_from_iter(values))?, |row| request(row, &query.tenant_id))
}

/// What a search demands: its text in name or reason, or one of its people as requester. The two
/// values of [`search_values`] stand at `at` and after it. A change is named by an id only.
pub(super) fn search_condition(at: usize) -> String {
    let people = at + 1;
    format!(
        " AND ((r.kind <> 'change'
                AND instr(lower(substr(r.subject, instr(r.subject, '/') + 1)), ?{at}) > 0)
               OR instr(lower(r.reason), ?{at}) > 0
               OR r.requested_by IN (SELECT value FROM json_each(?{people})))"
    )
}

pub(super) fn search_values(search: &RequestSearch) -> (String, String) {
    let people: Vec<String> = search.requesters.iter().map(ToString::to_string).collect();
    (search.text.to_ascii_lowercase(), serde_json::Value::from(people).to_string())
}

/// The statement and the values of [`page`]; the first three values are the bounds of the tenant's
/// positions and the limit.
pub(super) fn page_statement(query: &RequestsQuery) -> (String, Vec<String>) {
    let conditions = [
        ("s.status", query.status.map(|status| status.to_string())),
        ("s.lifecycle", query.lifecycle.map(|lifecycle| lifecycle.to_string())),
        ("r.kind", query.kind.map(|kind| kind.as_str().to_owned())),
        ("r.tier", query.tier.map(|tier| tier.to_string())),
        ("r.requested_by", query.requested_by.as_ref().map(ToString::to_string)),
        ("r.subject", query.subject.as_ref().map(ToString::to_string)),
    ];
    let (mut filters, mut values) = (String::new(), Vec::new());
    for (column, value) in conditions {
        if let Some(value) = value {
            filters.push_str(&format!(" AND {column} = ?{}", values.len() + 4));
            values.push(value);
        }
    }
    if let Some(search) = &query.search {
        let (text, people) = search_values(search);
        filters.push_str(&search_condition(values.len() + 4));
        values.extend([text, people]);
    }
    // Few requests are open: they are found among the open ones, not among all.
    let (from, place) = match query.lifecycle {
        Some(Lifecycle::Open) => {
            ("request_open AS o CROSS JOIN request AS r USING (position)", "o.position")
        }
        Some(_) | None => ("request AS r", "r.position"),
    };
    let sql = format!(
        "SELECT {SELECTED} FROM {from} CROSS JOIN standing AS s USING (position)
         WHERE {place} >= ?1 AND {place} < ?2{filters}
         ORDER BY {place} DESC LIMIT ?3"
    );
    (sql, values)
}

/// How many there are.
pub(super) fn counts(
    connection: &Connection,
    tenant: &TenantId,
) -> Result<RequestCounts, StoreError> {
    let Some(number) = log::number_of(connection, tenant)? else {
        return Ok(RequestCounts::default());
    };
    let positions = number.positions();
    let (open, all) = connection
        .prepare_cached(
            "SELECT (SELECT count(*) FROM request_open CROSS JOIN standing USING (position)
                     WHERE position >= ?1 AND position < ?2 AND lifecycle = 'open'),
                    (SELECT count(*) FROM request WHERE tenant_no = ?3)",
        )?
        .query_row([positions.start, positions.end, number.as_i64()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    Ok(RequestCounts { open: unsigned(open)?, all: unsigned(all)? })
}

/// Whether the request at this position was written with these facts; none: there is none.
fn facts_equal(connection: &Connection, facts: &[Value; 16]) -> Result<Option<bool>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT ({FACTS}) IS (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,
         ?16) FROM request WHERE position = ?1"
    ))?;
    Ok(statement.query_row(params_from_iter(facts), |row| row.get(0)).optional()?)
}

fn insert(connection: &Connection, facts: &[Value; 16]) -> Result<(), StoreError> {
    connection
        .prepare_cached(&format!(
            "INSERT INTO request ({FACTS})
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)"
        ))?
        .execute(params_from_iter(facts))?;
    Ok(())
}

/// What is written once: the values of [`FACTS`].
fn facts(number: TenantNumber, request: &ApprovalRequest) -> Result<[Value; 16], StoreError> {
    let text_or_null = |text: Option<String>| text.map_or(Value::Null, Value::Text);
    Ok([
        Value::Integer(number.position(request.seq)),
        Value::Integer(number.as_i64()),
        Value::Text(request.id.to_string()),
        Value::Text(request.subject.name.to_string()),
        Value::Text(request.subject.digest.to_string()),
        Value::Text(request.subject.name.resource_type().to_owned()),
        Value::Text(to_json(&request.makers)?),
        Value::Text(request.requested_by.to_string()),
        Value::Text(request.requested_at.to_string()),
        Value::Text(request.reason.clone()),
        text_or_null(request.tier.map(|tier| tier.to_string())),
        text_or_null(request.policy_sha256.map(|digest| digest.to_hex())),
        Value::Text(to_json(&request.documents)?),
        text_or_null(request.expires_at.map(|at| at.to_string())),
        text_or_null(request.change.as_ref().map(to_json).transpose()?),
        text_or_null(request.proposal_sha256.map(|digest| digest.to_hex())),
    ])
}

pub(super) fn request(row: &Row<'_>, tenant: &TenantId) -> Result<ApprovalRequest, StoreError> {
    let votes: Vec<VoteColumns> = from_json(row, "votes")?;
    let change: Option<String> = row.get("change")?;
    let seq = |column: &str| row.get::<_, Option<i64>>(column).map_err(StoreError::from);
    let name = parsed(row, "subject", SubjectName::parse)?;
    if row.get::<_, String>("kind")? != name.resource_type() {
        return Err(StoreError::damaged("a request has another kind than its subject"));
    }
    Ok(ApprovalRequest {
        id: parsed(row, "request_id", RequestId::parse)?,
        tenant_id: tenant.clone(),
        subject: Subject { digest: parsed(row, "subject_digest", SubjectDigest::parse)?, name },
        makers: from_json(row, "makers")?,
        requested_by: parsed(row, "requested_by", Actor::parse)?,
        requested_at: parsed(row, "requested_at", Timestamp::parse)?,
        seq: log::seq_of(row.get("position")?),
        reason: row.get("reason")?,
        tier: parsed_if_any(row, "tier", Tier::parse)?,
        policy_sha256: parsed_if_any(row, "policy_sha256", Digest::from_hex)?,
        documents: from_json(row, "documents")?,
        expires_at: parsed_if_any(row, "expires_at", Timestamp::parse)?,
        change: change.map(|_| from_json(row, "change")).transpose()?,
        proposal_sha256: parsed_if_any(row, "proposal_sha256", Digest::from_hex)?,
        status: parsed(row, "status", Status::parse)?,
        lifecycle: parsed(row, "lifecycle", Lifecycle::parse)?,
        decided_seq: seq("decided_seq")?.map(unsigned).transpose()?,
        revoked_seq: seq("revoked_seq")?.map(unsigned).transpose()?,
        votes: votes.into_iter().map(VoteColumns::into_vote).collect(),
    })
}

impl VoteColumns {
    fn of(vote: &CastVote) -> Self {
        Self {
            seq: vote.seq,
            actor: vote.actor.clone(),
            role: vote.role,
            decision: vote.decision,
            attestation_sha256: vote.attestation_sha256,
            at: vote.at,
            conditions: vote.conditions.clone(),
        }
    }

    fn into_vote(self) -> CastVote {
        CastVote {
            seq: self.seq,
            actor: self.actor,
            role: self.role,
            decision: self.decision,
            attestation_sha256: self.attestation_sha256,
            at: self.at,
            conditions: self.conditions,
        }
    }
}
