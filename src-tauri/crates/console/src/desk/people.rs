//! People and roles, as the logs have them, and the matrix as it is enforced.
//!
//! Invariant: a grid cell is read from the signed records of its tenant, never from a table.

use std::collections::BTreeMap;
use std::sync::Arc;

use governance::state::PersonStatus;
use ledger::change::ChangeBody;
use ledger::{Actor, Lifecycle, ResourceType, Role, SubjectKind, TenantId, Tier};
use security::rbac::{self, Action as Verb, RbacService};

use super::at_work::AtWork;
use super::reading::count;
use super::session::Logs;
use super::{Answer, Desk};
use crate::administering::administers;
use crate::failure::ConsoleError;
use crate::hidden;
use crate::principals::reached;
use crate::session::Session;
use crate::views::{MatrixRow, PeopleView, PersonRow, RoleCell, TenantColumn};
use crate::workspace::{LogView, Workspace};

impl Desk {
    /// The grid of people and tenants, for admins.
    pub async fn people(&self) -> Answer<PeopleView> {
        self.answer(async {
            let AtWork { workspace, session, .. } = self.administering().await?;
            let columns = columns(&workspace, &session).await?;
            let logs = Logs::of(&workspace).await?;
            let people = workspace.store.people().await?;
            let rows = people.iter().map(|person| PersonRow {
                person: logs.person(person),
                cells: columns.iter().map(|column| column.cell(&person.id)).collect(),
                seen_at: person.last_sign_in_at.map(|at| at.to_string()),
                you: person.id == session.person,
                active: person.status == PersonStatus::Active,
            });
            Ok(PeopleView {
                people: rows.collect(),
                tenants: columns.iter().map(|column| column.head(&session)).collect(),
            })
        })
        .await
    }

    /// What each role may do, asked of the code that decides it.
    pub async fn matrix(&self) -> Answer<Vec<MatrixRow>> {
        self.answer(async {
            self.reading((ResourceType::Tenant, "")).await?;
            let order = [Verb::Create, Verb::Approve, Verb::View, Verb::RegisterModel];
            let row = |role: rbac::Role| MatrixRow {
                role: role.as_str().to_owned(),
                may: order.iter().map(|verb| may(role, *verb)).collect(),
            };
            Ok(rbac::Role::ALL.into_iter().map(row).collect())
        })
        .await
    }
}

fn may(role: rbac::Role, verb: Verb) -> bool {
    RbacService::check_permission(role, verb.as_str()).is_ok()
}

/// One tenant that the admin may see.
struct Column {
    tenant: TenantId,
    log: Arc<LogView>,
    /// Roles that waiting changes would give or, where none, take away, with their requests.
    proposed: BTreeMap<Actor, (Option<Role>, String)>,
}

async fn columns(workspace: &Workspace, session: &Session) -> Result<Vec<Column>, ConsoleError> {
    let mut columns = Vec::new();
    for tenant in workspace.log_ids().await? {
        let log = workspace.log(&tenant).await?;
        // Every role may view; without one the tenant is not theirs.
        if tenant.is_workspace()
            || reached(&log.authority, &session.person, session.keyid).is_none()
        {
            continue;
        }
        let proposed = proposed(workspace, &tenant).await?;
        columns.push(Column { tenant, log, proposed });
    }
    Ok(columns)
}

async fn proposed(
    workspace: &Workspace,
    tenant: &TenantId,
) -> Result<BTreeMap<Actor, (Option<Role>, String)>, ConsoleError> {
    let mut proposed = BTreeMap::new();
    for request in workspace.store.open_requests(tenant).await? {
        if request.lifecycle_at(workspace.now()) != Lifecycle::Open {
            continue;
        }
        let body = request.change.as_ref().map(|change| &change.body);
        let id = request.id.to_string();
        if let Some(ChangeBody::RoleGrant(body)) = body {
            proposed.insert(body.person_id.clone(), (Some(body.role), id));
        } else if let Some(ChangeBody::RoleRevoke(body)) = body {
            proposed.insert(body.person_id.clone(), (None, id));
        }
    }
    Ok(proposed)
}

impl Column {
    fn head(&self, session: &Session) -> TenantColumn {
        let authority = &self.log.authority;
        let high = authority.policy(SubjectKind::Model, Tier::High);
        TenantColumn {
            id: self.tenant.to_string(),
            admins: count(authority.admins().count()),
            can_sign: count(authority.deciders().count()),
            high_needs: high.map_or(0, |(policy, _)| policy.approvals),
            administers: administers(authority, session),
        }
    }

    fn cell(&self, person: &Actor) -> RoleCell {
        let grant = self.log.authority.grant(person);
        let proposed = self.proposed.get(person);
        RoleCell {
            role: grant.map(|grant| grant.role.as_str().to_owned()),
            group: grant.and_then(|grant| grant.group.as_deref()).map(hidden::drawn),
            proposed: proposed.and_then(|(role, _)| *role).map(|role| role.as_str().to_owned()),
            request_id: proposed.map(|(_, request)| request.clone()),
        }
    }
}
