//! Where the desk stands: closed, signed out, locked, or open in front of somebody.
//!
//! Invariant: asking changes nothing, and does not count as a command of the person.

use std::collections::BTreeMap;
use std::sync::Arc;

use governance::state::{Person, PersonStatus, SignIn};
use ledger::{Actor, ResourceType, Role, TenantId};

use super::at_work::AtWork;
use super::names::role_word;
use super::reading::{Reading, count};
use super::state::Seat;
use super::{Answer, Desk};
use crate::consequences::policy_name;
use crate::failure::ConsoleError;
use crate::hidden;
use crate::principals::reached;
use crate::session::Session;
use crate::sign_ins::counts_in;
use crate::views::{LogBadge, PersonView, SessionView, TenantView};
use crate::words;
use crate::workspace::{LogView, Workspace};

impl Desk {
    /// Where the desk stands.
    pub async fn session(&self) -> Answer<SessionView> {
        self.answer(async {
            self.inner.lock_if_idle().await;
            self.session_view().await
        })
        .await
    }

    pub(super) async fn session_view(&self) -> Result<SessionView, ConsoleError> {
        let (workspace, seat) = {
            let state = self.state();
            (state.workspace.clone(), state.seat.clone())
        };
        let Some(workspace) = workspace else { return Ok(SessionView::Closed {}) };
        match seat {
            Seat::Empty => {
                let logs = Logs::of(&workspace).await?;
                let people = workspace.store.people().await?;
                let active = people.iter().filter(|person| person.status == PersonStatus::Active);
                Ok(SessionView::SignedOut {
                    workspace: workspace.view(),
                    people: active.map(|person| logs.person(person)).collect(),
                    // A keychain that does not answer is told by the act that needs it.
                    keys_here: workspace.has_keys_here().await.unwrap_or(true),
                })
            }
            Seat::Locked(session) => {
                let logs = Logs::of(&workspace).await?;
                let person = person_of(&workspace, &session.person).await?;
                let person = logs.person(&person);
                Ok(SessionView::Locked { workspace: workspace.view(), person })
            }
            Seat::Taken(session) => self.open_view(workspace, session).await,
        }
    }

    async fn open_view(
        &self,
        workspace: Arc<Workspace>,
        session: Session,
    ) -> Result<SessionView, ConsoleError> {
        let logs = Logs::of(&workspace).await?;
        let person = logs.person(&person_of(&workspace, &session.person).await?);
        let tenants = logs.tenants_of(&workspace, &session).await?;
        let in_front = tenants.iter().find(|tenant| tenant.id == session.tenant_id.as_str());
        // A role that was taken away meanwhile takes its tenant along.
        let Some(tenant) = in_front.or(tenants.first()).cloned() else {
            self.leave_seat().await;
            return Err(ConsoleError::NotSignedIn);
        };
        let here = Session { tenant_id: TenantId::parse(&tenant.id)?, ..session.clone() };
        self.move_to(&session, here.clone()).await;
        let session = here;
        let log = self.badge(&workspace, &session.tenant_id).await?;
        let alarms = self.alarms(&workspace, &session).await?;
        let disclosed = self.state().disclosed.clone();
        let at = AtWork { workspace: Arc::clone(&workspace), session, disclosed };
        let reading = Reading::of(at, (ResourceType::Request, "")).await?;
        Ok(SessionView::Open {
            workspace: workspace.view(),
            person,
            tenant,
            tenants,
            waiting: self.inner.counts(&reading).await?.needs_me,
            standing: standing(&reading),
            log,
            alarms,
        })
    }

    async fn badge(
        &self,
        workspace: &Workspace,
        tenant: &TenantId,
    ) -> Result<LogBadge, ConsoleError> {
        if let Some(alarm) = workspace.alarm(tenant) {
            return Ok(LogBadge::Broken { words: alarm.cause.badge().to_owned() });
        }
        let verified = self.state().verified.get(tenant).copied();
        let size = workspace.store.size(tenant).await?;
        Ok(match verified.and_then(|found| Some((found.size.checked_sub(1)?, found.at))) {
            Some((seq, at)) => LogBadge::Verified { seq: count(seq), at: at.to_string() },
            None => LogBadge::Unverified { size: count(size) },
        })
    }
}

/// Every log of a workspace, for what stands beside a name.
pub(super) struct Logs(Vec<(TenantId, Arc<LogView>)>);

impl Logs {
    pub(super) async fn of(workspace: &Workspace) -> Result<Self, ConsoleError> {
        let mut logs = Vec::new();
        for tenant in workspace.log_ids().await? {
            let view = workspace.log(&tenant).await?;
            logs.push((tenant, view));
        }
        Ok(Self(logs))
    }

    /// A person as the sign-in page and the grid show them.
    pub(super) fn person(&self, person: &Person) -> PersonView {
        let counts = |sign_in: &SignIn| {
            self.0.iter().any(|(_, log)| counts_in(sign_in, &person.id, &log.authority))
        };
        PersonView {
            id: person.id.to_string(),
            name: hidden::drawn(&person.title),
            enrolled: person.sign_ins.iter().any(counts),
            roles: self.roles(&person.id),
        }
    }

    /// "Approver in retail-eu, Viewer in retail-uk": tenants only, the workspace's own log aside.
    fn roles(&self, person: &Actor) -> String {
        let mut by_role: BTreeMap<Role, Vec<String>> = BTreeMap::new();
        for (tenant, log) in self.0.iter().filter(|(tenant, _)| !tenant.is_workspace()) {
            if let Some(grant) = log.authority.grant(person) {
                by_role.entry(grant.role).or_default().push(tenant.to_string());
            }
        }
        let phrases = by_role
            .into_iter()
            .map(|(role, tenants)| format!("{} in {}", role_word(role), words::listed(&tenants)));
        phrases.collect::<Vec<String>>().join(", ")
    }

    /// The tenants that a person may put in front; the workspace's own log as one more, the last:
    /// what waits there is signed in its inbox, by its admins.
    pub(super) async fn tenants_of(
        &self,
        workspace: &Workspace,
        session: &Session,
    ) -> Result<Vec<TenantView>, ConsoleError> {
        let titles = workspace.store.tenants().await?;
        let title = |tenant: &TenantId| {
            let known = titles.iter().find(|known| known.id == *tenant);
            known.map_or_else(|| workspace.row.title.clone(), |known| known.title.clone())
        };
        let view = |(tenant, log): &(TenantId, Arc<LogView>)| {
            let role = reached(&log.authority, &session.person, session.keyid)?;
            Some(TenantView {
                id: tenant.to_string(),
                title: hidden::drawn(&title(tenant)),
                role: role.as_str().to_owned(),
            })
        };
        let mut tenants: Vec<TenantView> = self.0.iter().filter_map(view).collect();
        tenants.sort_by_key(|tenant| tenant.id == TenantId::workspace().as_str());
        Ok(tenants)
    }
}

/// What everybody in the tenant must know for as long as it is so.
fn standing(reading: &Reading) -> Vec<String> {
    let tenant = reading.tenant();
    let archived = reading.log.archived_at.map(|at| {
        let day = &at.to_string()[..10];
        format!("{tenant} was archived on {day}: it is read and not changed any more.")
    });
    let off = reading.log.authority.policies().filter(|(policy, _)| !policy.four_eyes);
    let off: Vec<String> = off.map(|(policy, _)| policy_name(policy)).collect();
    let four_eyes = (!off.is_empty()).then(|| {
        format!("Four eyes are off for {}: whoever made one may sign it.", words::listed(&off))
    });
    archived.into_iter().chain(four_eyes).collect()
}

async fn person_of(workspace: &Workspace, id: &Actor) -> Result<Person, ConsoleError> {
    workspace.store.person(id).await?.ok_or(ConsoleError::NotFound { what: "person" })
}
