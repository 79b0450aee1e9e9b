//! People and roles for a pipeline: who is there, and the matrix as it is enforced.
//!
//! Invariant: roles are those of the tenant's log, never of a table.

use ledger::{ResourceType, Role};
use security::rbac::{Action as Verb, RbacService};

use super::{PersonLine, Pipeline, RoleLine};
use crate::failure::ConsoleError;

impl Pipeline {
    /// Everybody in the workspace, with their role in the tenant in front.
    ///
    /// # Errors
    /// [`ConsoleError`].
    pub async fn people(&self) -> Result<Vec<PersonLine>, ConsoleError> {
        let session = self.session()?;
        let asked = (ResourceType::Tenant, session.tenant_id.as_str());
        let correlation_id = self.workspace.ids.correlation();
        self.workspace.permit(session, Verb::View, asked, &correlation_id).await?;
        let log = self.workspace.log(&session.tenant_id).await?;
        let people = self.workspace.store.people().await?;
        let line = |person: governance::state::Person| PersonLine {
            role: log.authority.grant(&person.id).map(|grant| grant.role.to_string()),
            enrolled: log.authority.is_enrolled(&person.id),
            status: person.status.as_str().to_owned(),
            id: person.id.to_string(),
            name: person.title,
        };
        Ok(people.into_iter().map(line).collect())
    }

    /// The matrix, role by role.
    ///
    /// # Errors
    /// [`ConsoleError::NotSignedIn`].
    pub fn matrix(&self) -> Result<Vec<RoleLine>, ConsoleError> {
        self.session()?;
        let line = |role: &Role| {
            let may = |verb: Verb| {
                let row = RbacService::matrix().into_iter().find(|row| row.role == acting(*role));
                row.is_some_and(|row| row.cells.contains(&(verb, true)))
            };
            RoleLine {
                role: role.to_string(),
                create: may(Verb::Create),
                approve: may(Verb::Approve),
                view: may(Verb::View),
                register_model: may(Verb::RegisterModel),
            }
        };
        Ok(Role::ALL.iter().map(line).collect())
    }
}

fn acting(role: Role) -> security::rbac::Role {
    governance::acting::matrix_role(role)
}
