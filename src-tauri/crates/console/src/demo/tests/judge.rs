//! What must hold of every demo: its logs, its people, its counts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use governance::ApprovalRequest;
use ledger::replay::{Replay, bound_by};
use ledger::{
    Action, AuditRecord, Digest, Lifecycle, Name, ResourceType, Status, TenantId, Timestamp,
};
use security::passphrase::Passphrase;
use store::{NamesQuery, PAGE_LIMIT, RequestsQuery};

use super::super::{DAY, DemoReport};
use super::{CLICK, NOW};
use crate::error::ErrorCode;
use crate::keychain::ItemName;
use crate::session::{Entry, Session, Who};
use crate::workspace::Workspace;

/// One log as it was left.
pub(super) struct Log {
    pub(super) replay: Replay,
    pub(super) records: Vec<AuditRecord>,
}

pub(super) async fn log(workspace: &Workspace, tenant: &TenantId) -> Log {
    let mut replay = Replay::new(workspace.id().clone(), tenant.clone());
    let mut records = Vec::new();
    loop {
        let rows = workspace.store.rows(tenant, replay.past().size(), 4096).await.unwrap();
        if rows.is_empty() {
            return Log { replay, records };
        }
        for row in rows {
            let record = AuditRecord::parse(&row.leaf).unwrap();
            let bound = bound_by(&record).unwrap();
            let found: BTreeMap<Digest, Vec<u8>> =
                workspace.store.attestations(tenant, &bound).await.unwrap();
            replay.read(&row.leaf, &found).unwrap();
            records.push(record);
        }
    }
}

/// Ids replaced by the order in which they appear, times left out, keys and digests of what holds
/// ids left out: what is left must be the same in every demo.
pub(super) fn told(records: &[AuditRecord], names: &BTreeMap<String, String>) -> Vec<String> {
    let name = |id: &str| names.get(id).cloned();
    records
        .iter()
        .map(|record| {
            let parts = record.parts();
            let actor = parts.actor.to_string();
            let actor = name(&actor).unwrap_or(actor);
            let resource = match parts.resource_type {
                ResourceType::Model | ResourceType::Prompt => parts.resource_id.clone(),
                ResourceType::Person => name(&parts.resource_id).unwrap_or_default(),
                ResourceType::Change
                | ResourceType::Tenant
                | ResourceType::Policy
                | ResourceType::Key
                | ResourceType::Device
                | ResourceType::Service
                | ResourceType::Workspace
                | ResourceType::Secret
                | ResourceType::Request
                | ResourceType::Log => String::new(),
            };
            let at = parts.timestamp_utc;
            format!("{at} {} {actor} {resource} {}", parts.action.as_str(), parts.reason)
        })
        .collect()
}

pub(super) async fn judge_log(workspace: &Workspace, tenant: &TenantId, log: &Log) {
    let findings: Vec<String> = log.replay.findings().iter().map(ToString::to_string).collect();
    assert_eq!(findings, Vec::<String>::new(), "{tenant}");
    let now = Timestamp::parse(NOW).unwrap();
    let stamps: Vec<Timestamp> =
        log.records.iter().map(|record| record.parts().timestamp_utc).collect();
    assert!(stamps.is_sorted(), "{tenant}: times fall");
    assert!(stamps.iter().all(|stamp| *stamp <= now), "{tenant}: from the future");
    assert!(now.micros_since(stamps[0]) > 360 * DAY, "{tenant}: it begins a year ago");
    assert!(now.micros_since(stamps[stamps.len() - 1]) < DAY, "{tenant}: it ends today");
    assert!(log.records.iter().all(|record| record.parts().action != Action::ClockJump));
    let clicks: BTreeSet<&str> =
        log.records.iter().map(|record| record.parts().correlation_id.as_str()).collect();
    assert!(!clicks.contains(CLICK) && clicks.len() * 3 > log.records.len(), "{tenant}");
    let checkpoint = workspace.store.checkpoint(tenant).await.unwrap().unwrap();
    assert_eq!(checkpoint.size, log.records.len() as u64, "{tenant}: everything is vouched for");
    let anchor = workspace.keys.read(&ItemName::anchor(workspace.id(), tenant)).await.unwrap();
    assert_eq!(anchor.unwrap().expose(), checkpoint.note, "{tenant}");
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for record in &log.records {
        *counts.entry(record.parts().action.as_str()).or_default() += 1;
    }
    println!("{tenant}: {} records {counts:?}", log.records.len());
}

pub(super) async fn judge_people(workspace: &Workspace, report: &DemoReport) {
    let ingrid = report.people.iter().find(|person| person.name == "Ingrid Solheim").unwrap();
    let passphrase = Arc::new(Passphrase::from_text(ingrid.passphrase.expose()).unwrap());
    let session = sign_in(workspace, &ingrid.name, &passphrase).await;
    assert_eq!(session.tenant_id.as_str(), "retail-eu");
    let key = workspace.unlock(&session.person, &session.tenant_id, &passphrase).await;
    assert!(key.is_ok());
    for person in &report.people {
        for (tenant, role) in &person.roles {
            let tenant = TenantId::parse(tenant).unwrap();
            let people = workspace.store.people().await.unwrap();
            let account = people.iter().find(|account| account.title == person.name).unwrap();
            let held = workspace.role(&account.id, &tenant).await.unwrap();
            assert_eq!(held.map(|role| role.as_str()), Some(role.as_str()), "{}", person.name);
        }
    }
}

/// Every request of a tenant.
async fn requests(workspace: &Workspace, tenant: &TenantId) -> Vec<ApprovalRequest> {
    let mut all = Vec::new();
    loop {
        let query = RequestsQuery {
            before: all.last().map(|request: &ApprovalRequest| request.seq),
            ..RequestsQuery::newest(tenant.clone(), PAGE_LIMIT)
        };
        let page = workspace.store.requests(query).await.unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

pub(super) async fn judge_content(workspace: &Workspace) {
    let (mut models, mut prompts) = (0, 0);
    let mut states: BTreeMap<(Status, Lifecycle), usize> = BTreeMap::new();
    for tenant in workspace.log_ids().await.unwrap() {
        models += models_of(workspace, &tenant).await;
        prompts += prompts_of(workspace, &tenant).await;
        for request in requests(workspace, &tenant).await {
            *states.entry((request.status, request.lifecycle)).or_default() += 1;
        }
    }
    println!("{models} models, {prompts} prompts, requests {states:?}");
    assert!(models >= 200 && prompts >= 60);
    for state in [
        (Status::Pending, Lifecycle::Open),
        (Status::Approved, Lifecycle::Decided),
        (Status::Rejected, Lifecycle::Decided),
        (Status::Pending, Lifecycle::Withdrawn),
        (Status::Pending, Lifecycle::Superseded),
    ] {
        assert!(states.contains_key(&state), "{state:?}");
    }
    let eu = TenantId::parse("retail-eu").unwrap();
    let open = workspace.store.open_requests(&eu).await.unwrap();
    let votes: BTreeSet<usize> = open.iter().map(|request| request.votes.len()).collect();
    assert!(votes.contains(&0) && votes.contains(&1), "waiting with none and with one of two");
    assert!(open.iter().any(|request| request.change.is_some()), "a role waits for its second");
}

fn after(tenant: &TenantId, after: Option<Name>) -> NamesQuery {
    NamesQuery {
        tenant_id: tenant.clone(),
        containing: None,
        status: None,
        after,
        limit: PAGE_LIMIT,
    }
}

/// Model versions: each is a model of its own to the registry.
async fn models_of(workspace: &Workspace, tenant: &TenantId) -> usize {
    let (mut count, mut last) = (0, None);
    loop {
        let page = workspace.store.models(after(tenant, last)).await.unwrap();
        let Some(row) = page.last() else { return count };
        last = Some(row.record.model_name.clone());
        count += page.iter().map(|row| row.versions as usize).sum::<usize>();
    }
}

/// Prompts by name.
async fn prompts_of(workspace: &Workspace, tenant: &TenantId) -> usize {
    let (mut count, mut last) = (0, None);
    loop {
        let page = workspace.store.prompts(after(tenant, last)).await.unwrap();
        let Some(row) = page.last() else { return count };
        last = Some(row.record.name.clone());
        count += page.len();
    }
}

/// Who administers a tenant does not administer the workspace; an id stands for one tenant.
pub(super) async fn judge_tenants(workspace: &Workspace, report: &DemoReport) {
    let passphrase = Passphrase::from_text(report.people[0].passphrase.expose()).unwrap();
    let passphrase = Arc::new(passphrase);
    let tenants = workspace.store.tenants().await.unwrap().len();
    for (by, tenant, expected) in [
        ("Lucía Ferrándiz", "retail-uk", ErrorCode::InvalidInput),
        ("Lucía Ferrándiz", "_workspace", ErrorCode::InvalidInput),
        ("Yusuf Demirel", "treasury", ErrorCode::NotAllowed),
    ] {
        let session = sign_in(workspace, by, &passphrase).await;
        let key = workspace.unlock(&session.person, &session.tenant_id, &passphrase).await.unwrap();
        let tenant = TenantId::parse(tenant).unwrap();
        let made = workspace.create_tenant(&session, &key, &tenant, "Treasury", "a desk").await;
        assert_eq!(made.err().map(|error| error.code()), Some(expected), "{by} {tenant}");
    }
    assert_eq!(workspace.store.tenants().await.unwrap().len(), tenants);
    // In the log of the session's tenant, never in that of the one asked for.
    let own = log(workspace, &TenantId::parse("retail-eu").unwrap()).await;
    let is_refusal = |record: &&AuditRecord| {
        let parts = record.parts();
        parts.action == Action::PermissionDeny && parts.resource_id == "treasury"
    };
    assert_eq!(own.records.iter().filter(is_refusal).count(), 1, "the refusal is on record");
}

async fn sign_in(workspace: &Workspace, name: &str, passphrase: &Arc<Passphrase>) -> Session {
    workspace.sign_in(Who::Name(name), passphrase, Entry::SignIn).await.unwrap()
}
