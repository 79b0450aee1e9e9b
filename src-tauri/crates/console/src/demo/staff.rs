//! People, keys and roles during the year.
//!
//! Invariant: a person's key is made once, under the demo's passphrase, and vouched for in each
//! tenant by an admin of that tenant.

use ledger::{Decision, Part, Role, TenantId, Timestamp};

use super::MINUTE;
use super::content::DemoRoleChange;
use super::play::{Member, Play};
use crate::administering::{OwnKey, RoleWish};
use crate::failure::ConsoleError;
use crate::proposing::ChangeOutcome;
use crate::reviewing::Verdict;
use crate::session::Session;

/// Why an account is added.
const ADDED: &str = "Takes part in the sign-off of models and prompts.";

/// Why a second admin signs, by turns.
const SECONDED: [&str; 4] = [
    "Known to me, and the role is the one that was asked for.",
    "Checked against the request in the access system; role and tenant agree.",
    "Line manager confirmed it by telephone.",
    "Right person, right role; nothing broader than needed.",
];

impl Play<'_> {
    /// Gives or takes a role; who is new is added and enrolled first. The last signature is made
    /// at this time.
    pub(super) async fn change_role(
        &mut self,
        change: &DemoRoleChange,
        at: Timestamp,
    ) -> Result<(), ConsoleError> {
        let tenant = TenantId::parse(change.tenant)?;
        let lead = if change.second.is_some() { 3 * MINUTE } else { 0 };
        self.begin_before(at, lead)?;
        let session = self.session(change.by, &tenant)?;
        let outcomes = match change.role {
            Some(role) => self.give(change, Role::parse(role)?, &session).await?,
            None => {
                let person = &self.member(change.person)?.id;
                let key = &self.member(change.by)?.key;
                vec![self.workspace.revoke_role(&session, key, person, change.reason).await?]
            }
        };
        if let Some(second) = change.second.filter(|_| !change.waits) {
            self.second(second, &tenant, &outcomes, at).await?;
        }
        self.clock.move_to(at);
        Ok(())
    }

    async fn give(
        &mut self,
        change: &DemoRoleChange,
        role: Role,
        session: &Session,
    ) -> Result<Vec<ChangeOutcome>, ConsoleError> {
        let (id, own) = match self.staff.remove(change.person) {
            Some(member) => {
                let view = self.workspace.log(&session.tenant_id).await?;
                if view.authority.is_enrolled(&member.id) {
                    let wish =
                        RoleWish { person: &member.id, role, group: None, reason: change.reason };
                    let key = &self.member(change.by)?.key;
                    let outcome = self.workspace.grant_role(session, key, wish).await?;
                    self.staff.insert(change.person, member);
                    return Ok(vec![outcome]);
                }
                (member.id, OwnKey::of_unlocked(member.key))
            }
            None => {
                let founder = super::first(self.catalogue.people)?.name;
                let adding = self.session(founder, &TenantId::workspace())?;
                let id = self.workspace.add_person(&adding, change.person, ADDED).await?;
                (id, self.workspace.make_key(&self.passphrase).await?)
            }
        };
        let wish = RoleWish { person: &id, role, group: None, reason: change.reason };
        let admin_key = &self.member(change.by)?.key;
        let enrolled = self.workspace.enrol(session, admin_key, &own, wish).await;
        let key = own.into_unlocked(id.clone(), change.person.to_owned())?;
        self.staff.insert(change.person, Member { id, key });
        enrolled
    }

    /// The second admin reads and signs what waits.
    async fn second(
        &self,
        second: &str,
        tenant: &TenantId,
        outcomes: &[ChangeOutcome],
        at: Timestamp,
    ) -> Result<(), ConsoleError> {
        let session = self.session(second, tenant)?;
        let key = &self.member(second)?.key;
        for (number, outcome) in outcomes.iter().enumerate() {
            let ChangeOutcome::Waiting { request_id } = outcome else { continue };
            let mut review = self.workspace.open_review(&session, request_id).await?;
            review.open_part(Part::Overview);
            let left = i64::try_from(outcomes.len() - number - 1).unwrap_or_default();
            self.begin_before(at, left * 40 * Timestamp::SECOND)?;
            let turn = tenant.as_str().len() + number + self.staff.len();
            let verdict = Verdict {
                decision: Decision::Approved,
                reason: SECONDED.get(turn % SECONDED.len()).copied().unwrap_or(ADDED),
                seconds: self.seconds_since(review.opened_at()),
            };
            let command = self.command();
            self.workspace.decide(&session, key, &review, verdict, &command).await?;
        }
        Ok(())
    }
}
