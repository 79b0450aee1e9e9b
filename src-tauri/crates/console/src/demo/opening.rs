//! The founding day: the second tenant, the first people, their keys and roles.
//!
//! Invariant: every role stands on a signed act: under single control while a tenant has one
//! admin, under dual control from its second admin on.

use ledger::{Role, TenantId, Timestamp};

use super::MINUTE;
use super::content::DemoRoleChange;
use super::play::Play;
use crate::edge::Clock;
use crate::failure::ConsoleError;

/// Why the workspace is founded.
pub(super) const FOUNDED: &str =
    "Every model and prompt of retail banking is signed off here before it runs, from today.";

impl Play<'_> {
    /// Plays the founding day.
    pub(super) async fn open(&mut self) -> Result<(), ConsoleError> {
        let founder = super::first(self.catalogue.people)?.name;
        let mut at = self.clock.now().plus_micros(4 * MINUTE)?;
        self.clock.move_to(at);
        self.workspace.sign_in_by_key(&self.member(founder)?.key).await?;
        let mut second_admins: Vec<(&str, &'static str)> = Vec::new();
        for tenant in self.catalogue.tenants.iter().skip(1) {
            at = at.plus_micros(6 * MINUTE)?;
            self.clock.move_to(at);
            let id = TenantId::parse(tenant.id)?;
            let session = self.session(founder, &TenantId::workspace())?;
            let key = &self.member(founder)?.key;
            self.workspace.create_tenant(&session, key, &id, tenant.title, FOUNDED).await?;
        }
        for person in self.catalogue.people.iter().skip(1) {
            for (tenant, role) in person.opening {
                at = at.plus_micros(4 * MINUTE + 17 * Timestamp::SECOND)?;
                let proposer = second_admins.iter().find(|(of, _)| of == tenant);
                let change = DemoRoleChange {
                    person: person.name,
                    tenant,
                    role: Some(role),
                    by: proposer.map_or(founder, |(_, admin)| admin),
                    second: proposer.map(|_| founder),
                    waits: false,
                    reason: reason(Role::parse(role)?),
                };
                self.change_role(&change, at).await?;
                if *role == Role::Admin.as_str() {
                    second_admins.push((tenant, person.name));
                }
            }
        }
        Ok(())
    }
}

const fn reason(role: Role) -> &'static str {
    match role {
        Role::Admin => {
            "Second admin, so that people, roles and policies here need two of us from now on."
        }
        Role::Approver => "Decides on models and prompts; model risk training passed.",
        Role::Analyst => "Writes and maintains prompts; asks for their approval.",
        Role::Viewer => "Reads decisions and the log for Internal Audit.",
    }
}
