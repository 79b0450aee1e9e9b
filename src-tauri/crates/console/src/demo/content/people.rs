//! Northmere Bank's tenants, people, roles, and how the roles changed during the year.
//!
//! Invariant: `opening` plus the role changes in order give `roles`. It grants nothing: the
//! caller makes the signed changes.

use super::slot::Slot;

/// Title of the workspace.
pub(crate) const WORKSPACE_TITLE: &str = "Northmere Bank";

/// A tenant of the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DemoTenant {
    /// Tenant id.
    pub(crate) id: &'static str,
    /// What people read.
    pub(crate) title: &'static str,
}

/// A person and their roles as (tenant id, role).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DemoPerson {
    /// Full name, unique.
    pub(crate) name: &'static str,
    /// Roles on the first day; empty for who joined later.
    pub(crate) opening: &'static [(&'static str, &'static str)],
    /// Roles today.
    pub(crate) roles: &'static [(&'static str, &'static str)],
}

/// A change of one person's role in one tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DemoRoleChange {
    /// Whose role.
    pub(crate) person: &'static str,
    /// In which tenant.
    pub(crate) tenant: &'static str,
    /// The new role, `None` when it is taken away.
    pub(crate) role: Option<&'static str>,
    /// Proposing admin.
    pub(crate) by: &'static str,
    /// The second admin, under dual control; `None` under single control, or while it still waits.
    pub(crate) second: Option<&'static str>,
    /// True when it waits for the second admin at the end of the year.
    pub(crate) waits: bool,
    /// Why, as signed.
    pub(crate) reason: &'static str,
}

/// The tenant of the tour: two admins, dual control.
pub(super) const EU: &str = "retail-eu";
/// The smaller tenant: one admin, single control.
pub(super) const UK: &str = "retail-uk";

pub(super) const TENANTS: &[DemoTenant] = &[
    DemoTenant { id: EU, title: "Retail banking, European Union" },
    DemoTenant { id: UK, title: "Retail banking, United Kingdom" },
];

const LUCIA: &str = "Lucía Ferrándiz";
const YUSUF: &str = "Yusuf Demirel";
const INGRID: &str = "Ingrid Solheim";
const AMARA: &str = "Amara Okafor";
const TOMASZ: &str = "Tomasz Wieczorek";
const HANA: &str = "Hana Dvořáková";
const PRIYA: &str = "Priya Raghunathan";
const KENJI: &str = "Kenji Morimoto";
const MATEUS: &str = "Mateus Carvalho";

pub(super) const PEOPLE: &[DemoPerson] = &[
    same(LUCIA, &[(EU, "ADMIN"), (UK, "ADMIN")]),
    same(YUSUF, &[(EU, "ADMIN")]),
    same(INGRID, &[(EU, "APPROVER"), (UK, "APPROVER")]),
    DemoPerson {
        name: AMARA,
        opening: &[(EU, "APPROVER")],
        roles: &[(EU, "APPROVER"), (UK, "VIEWER")],
    },
    same(TOMASZ, &[(EU, "APPROVER")]),
    same(HANA, &[(EU, "APPROVER"), (UK, "APPROVER")]),
    same(PRIYA, &[(EU, "ANALYST"), (UK, "ANALYST")]),
    DemoPerson {
        name: KENJI,
        opening: &[(EU, "ANALYST")],
        roles: &[(EU, "ANALYST"), (UK, "ANALYST")],
    },
    DemoPerson { name: MATEUS, opening: &[], roles: &[(EU, "ANALYST")] },
    same("Chloé Vasseur", &[(EU, "VIEWER"), (UK, "VIEWER")]),
    DemoPerson { name: "Leilani Kahale", opening: &[], roles: &[(EU, "VIEWER")] },
];

const fn same(name: &'static str, roles: &'static [(&'static str, &'static str)]) -> DemoPerson {
    DemoPerson { name, opening: roles, roles }
}

const KENJI_UK: i64 = 232;
const MATEUS_EU: i64 = 205;
const LEAVE_FROM: i64 = 84;
const LEAVE_TO: i64 = 63;

/// Every change of a role, in order of time.
pub(super) fn role_changes() -> Vec<(Slot, DemoRoleChange)> {
    let change = |person, tenant, role, reason| DemoRoleChange {
        person,
        tenant,
        role,
        by: if tenant == UK { LUCIA } else { YUSUF },
        second: if tenant == UK { None } else { Some(LUCIA) },
        waits: false,
        reason,
    };
    vec![
        (
            Slot::working(KENJI_UK, 605),
            change(
                KENJI,
                UK,
                Some("ANALYST"),
                "Takes over the UK complaint prompts from the Leeds team, ticket IAM-2207.",
            ),
        ),
        (
            Slot::working(MATEUS_EU, 560),
            change(
                MATEUS,
                EU,
                Some("ANALYST"),
                "Joins Fraud Analytics in Lisbon; starter form HR-5541.",
            ),
        ),
        (
            Slot::working(148, 575),
            change(
                "Leilani Kahale",
                EU,
                Some("VIEWER"),
                "Joins Internal Audit for the model risk review of the second half-year.",
            ),
        ),
        (
            Slot::working(118, 840),
            change(
                AMARA,
                UK,
                Some("VIEWER"),
                "Reads the UK log before the joint policy review; decides nothing there.",
            ),
        ),
        (
            Slot::working(LEAVE_FROM, 545),
            change(
                TOMASZ,
                UK,
                Some("APPROVER"),
                "Covers for Ingrid's leave, so that high tier requests in the UK find two people.",
            ),
        ),
        (
            Slot::working(LEAVE_TO, 590),
            change(TOMASZ, UK, None, "Ingrid is back; the cover ends as agreed in IAM-2391."),
        ),
        (
            Slot::ago(290),
            DemoRoleChange {
                second: None,
                waits: true,
                ..change(
                    "Leilani Kahale",
                    EU,
                    Some("ANALYST"),
                    "Moves from Internal Audit to Model Documentation on the first of next month; \
                     loses Viewer, so that she no longer audits what she writes.",
                )
            },
        ),
    ]
}

/// Who may write prompts in the tenant on that planned day.
pub(super) fn authors(tenant: &str, day: i64) -> Vec<&'static str> {
    let mut authors = vec![PRIYA];
    if tenant == EU || day < KENJI_UK - 2 {
        authors.push(KENJI);
    }
    if tenant == EU && day < MATEUS_EU - 2 {
        authors.push(MATEUS);
    }
    authors
}

/// Who registers models in the tenant.
pub(super) fn registrants(tenant: &str) -> &'static [&'static str] {
    if tenant == EU { &[YUSUF, LUCIA] } else { &[LUCIA] }
}

/// Who may vote in the tenant on that planned day and is not away.
pub(super) fn voters(tenant: &str, day: i64) -> Vec<&'static str> {
    let on_leave = (LEAVE_TO - 1..=LEAVE_FROM + 1).contains(&day);
    let covered = (LEAVE_TO + 1..LEAVE_FROM).contains(&day);
    let mut voters = vec![HANA];
    if !on_leave {
        voters.push(INGRID);
    }
    if tenant == EU {
        voters.extend([AMARA, TOMASZ, AMARA, TOMASZ, LUCIA, YUSUF]);
    } else {
        voters.push(LUCIA);
        if covered {
            voters.extend([TOMASZ, TOMASZ]);
        }
    }
    voters
}
