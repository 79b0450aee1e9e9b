//! The requests that wait: found among the open ones, never among all.
//!
//! Invariant: `request_open` holds at least every open request; one that left the queue stands there
//! until it is swept out, and every question looks at the standing. A page is read from the place
//! where the last one ended, by an index in the order of its band.

use governance::state::ApprovalRequest;
use ledger::{TenantId, Timestamp};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::columns::{collect, unsigned};
use super::log::{self, TenantNumber};
use super::requests::{SELECTED, request, search_condition, search_values};
use crate::urgency::tier_rank;
use crate::{Alike, Band, OpenQuery, PAGE_LIMIT, StoreError, Urgency, Urgent};

/// Stands behind every time: what never expires.
const NEVER: &str = "~";

/// Writes a new request down as open.
pub(super) fn put(
    connection: &Connection,
    number: TenantNumber,
    request: &ApprovalRequest,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO request_open (position, tenant_no, tier_rank, requested_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(rusqlite::params![
            number.position(request.seq),
            number.as_i64(),
            tier_rank(request.tier),
            request.requested_at.to_string(),
            request.expires_at.map_or_else(|| NEVER.to_owned(), |at| at.to_string()),
        ])?;
    Ok(())
}

/// Every open request, oldest first.
pub(super) fn all(
    connection: &Connection,
    tenant: &TenantId,
) -> Result<Vec<ApprovalRequest>, StoreError> {
    let Some(number) = log::number_of(connection, tenant)? else { return Ok(Vec::new()) };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {SELECTED} FROM request_open AS o CROSS JOIN request AS r USING (position)
         CROSS JOIN standing AS s USING (position)
         WHERE o.position >= ?1 AND o.position < ?2 AND s.lifecycle = 'open'
         ORDER BY o.position"
    ))?;
    let positions = number.positions();
    collect(statement.query([positions.start, positions.end])?, |row| request(row, tenant))
}

/// A page, band by band.
pub(super) fn page(connection: &Connection, query: &OpenQuery) -> Result<Vec<Urgent>, StoreError> {
    let Some(number) = log::number_of(connection, &query.tenant_id)? else {
        return Ok(Vec::new());
    };
    let limit = query.limit.min(PAGE_LIMIT) as usize;
    let first = query.after.map_or(Band::Today, |after| after.band);
    let mut found: Vec<Urgent> = Vec::new();
    for band in Band::ALL.into_iter().filter(|band| *band >= first) {
        let left = limit - found.len();
        if left == 0 {
            break;
        }
        let (sql, values) = page_statement(query, number, band, left)?;
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query(params_from_iter(values))?;
        found.extend(collect(rows, |row| {
            let request = request(row, &query.tenant_id)?;
            Ok(Urgent { at: Urgency { band, ..Urgency::of(&request, query.now) }, request })
        })?);
    }
    Ok(found)
}

/// The statement of one band of a page, with its values.
pub(super) fn page_statement(
    query: &OpenQuery,
    number: TenantNumber,
    band: Band,
    limit: usize,
) -> Result<(String, Vec<Value>), StoreError> {
    let (from, to) = bounds(band, query.now);
    let after = query.after.filter(|after| after.band == band);
    let (tier, asked, position) = after.map_or((-1, String::new(), -1), |after| {
        let asked = after.requested_at.to_string();
        (i64::from(after.tier), asked, number.position(after.seq))
    });
    let limit = i64::try_from(limit).map_err(StoreError::damaged)?;
    let mut values = vec![
        Value::Integer(number.as_i64()),
        Value::Text(from),
        Value::Text(to),
        Value::Integer(tier),
        Value::Text(asked),
        Value::Integer(position),
        Value::Integer(limit),
    ];
    let mut filters = String::new();
    let equal = [
        ("r.kind", query.kind.map(|kind| kind.as_str().to_owned())),
        ("r.tier", query.tier.map(|tier| tier.to_string())),
        ("r.requested_by", query.requested_by.as_ref().map(ToString::to_string)),
    ];
    for (column, value) in equal {
        if let Some(value) = value {
            values.push(Value::Text(value));
            filters.push_str(&format!(" AND {column} = ?{}", values.len()));
        }
    }
    if let Some(voter) = &query.without_vote_of {
        // Ids hold no quote, so that the quoted id is an actor's and nothing else's.
        values.push(Value::Text(format!("\"{voter}\"")));
        filters.push_str(&format!(" AND instr(s.votes, ?{}) = 0", values.len()));
    }
    if let Some(search) = &query.search {
        filters.push_str(&search_condition(values.len() + 1));
        let (text, people) = search_values(search);
        values.extend([Value::Text(text), Value::Text(people)]);
    }
    let sql = format!(
        "SELECT {SELECTED} FROM request_open AS o INDEXED BY request_open_by_urgency
         CROSS JOIN request AS r USING (position) CROSS JOIN standing AS s USING (position)
         WHERE o.tenant_no = ?1 AND o.expires_at >= ?2 AND o.expires_at < ?3
         AND (o.tier_rank, o.requested_at, o.position) > (?4, ?5, ?6)
         AND s.lifecycle = 'open'{filters}
         ORDER BY o.tier_rank, o.requested_at, o.position LIMIT ?7"
    );
    Ok((sql, values))
}

/// From when to when what is in a band expires. What expires now waits no more.
fn bounds(band: Band, now: Timestamp) -> (String, String) {
    let from = match band {
        Band::Today => Some(1),
        Band::Week => Band::Today.ends_in(),
        Band::Later => Band::Week.ends_in(),
    };
    let after_all = format!("{NEVER}{NEVER}");
    let text = |micros: Option<i64>| micros.and_then(|micros| moved(now, micros));
    let to = text(band.ends_in()).map_or(after_all, |at| at.to_string());
    (text(from).map_or_else(|| NEVER.to_owned(), |at| at.to_string()), to)
}

/// A time so much later; none beyond the last one.
fn moved(now: Timestamp, micros: i64) -> Option<Timestamp> {
    now.as_micros().checked_add(micros).and_then(|at| Timestamp::from_micros(at).ok())
}

/// Those that wait, counted by what says who may decide.
pub(super) fn alike(
    connection: &Connection,
    tenant: &TenantId,
    now: Timestamp,
) -> Result<Vec<Alike>, StoreError> {
    let Some(number) = log::number_of(connection, tenant)? else { return Ok(Vec::new()) };
    // Beside one min() the other columns are those of its row.
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {SELECTED}, min(r.position), count(*) AS many
         FROM request_open AS o CROSS JOIN request AS r USING (position)
         CROSS JOIN standing AS s USING (position)
         WHERE o.tenant_no = ?1 AND o.expires_at > ?2 AND s.lifecycle = 'open'
         GROUP BY r.kind, r.policy_sha256, r.requested_by, r.makers, s.votes"
    ))?;
    let rows = statement.query(rusqlite::params![number.as_i64(), now.to_string()])?;
    collect(rows, |row| {
        Ok(Alike { first: request(row, tenant)?, many: unsigned(row.get("many")?)? })
    })
}

/// When the next one expires.
pub(super) fn next_expiry(
    connection: &Connection,
    tenant: &TenantId,
    after: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let Some(number) = log::number_of(connection, tenant)? else { return Ok(None) };
    let next: Option<String> = connection
        .prepare_cached(
            "SELECT expires_at FROM request_open WHERE tenant_no = ?1 AND expires_at > ?2
             AND expires_at < ?3 ORDER BY expires_at LIMIT 1",
        )?
        .query_row(rusqlite::params![number.as_i64(), after.to_string(), NEVER], |row| row.get(0))
        .optional()?;
    next.map(|at| Timestamp::parse(&at).map_err(StoreError::damaged)).transpose()
}

/// Drops from `request_open` what left the queue.
pub(super) fn sweep(connection: &Connection) -> Result<(), StoreError> {
    let left: Option<i64> = connection
        .prepare_cached(
            "SELECT 1 FROM request_open CROSS JOIN standing USING (position)
             WHERE lifecycle <> 'open' LIMIT 1",
        )?
        .query_row([], |row| row.get(0))
        .optional()?;
    if left.is_some() {
        connection
            .prepare_cached(
                "DELETE FROM request_open WHERE position IN
                 (SELECT position FROM request_open CROSS JOIN standing USING (position)
                  WHERE lifecycle <> 'open')",
            )?
            .execute([])?;
    }
    Ok(())
}
