//! People, roles and the matrix as it is enforced.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::PersonView;

/// The grid person × tenant.
#[derive(Debug, Clone, Serialize, Type)]
pub struct PeopleView {
    /// Columns, those tenants the admin may see.
    pub tenants: Vec<TenantColumn>,
    /// Rows by name.
    pub people: Vec<PersonRow>,
}

/// One tenant of the grid.
#[derive(Debug, Clone, Serialize, Type)]
pub struct TenantColumn {
    /// Id.
    pub id: String,
    /// Admins: with two or more, a change needs a second of them.
    pub admins: u32,
    /// People who can sign approvals there.
    pub can_sign: u32,
    /// Approvals that the high tier asks for.
    pub high_needs: u32,
    /// False when the signed-in person is no ADMIN there and can only look.
    pub administers: bool,
}

/// One person of the grid.
#[derive(Debug, Clone, Serialize, Type)]
pub struct PersonRow {
    /// Who.
    pub person: PersonView,
    /// One cell a tenant column, in their order.
    pub cells: Vec<RoleCell>,
    /// Last sign-in, if any.
    pub seen_at: Option<String>,
    /// True for the signed-in person.
    pub you: bool,
    /// False when the account was closed.
    pub active: bool,
}

/// The role of a person in a tenant, and a change that waits.
#[derive(Debug, Clone, Serialize, Type)]
pub struct RoleCell {
    /// Role as the log has it; absent: none.
    pub role: Option<String>,
    /// Group that the person represents there.
    pub group: Option<String>,
    /// Role that a waiting change would give; absent beside a request: it would take the role away.
    pub proposed: Option<String>,
    /// Request of that change.
    pub request_id: Option<String>,
}

/// A role and what it may do, in the order create, approve, view, register_model.
#[derive(Debug, Clone, Serialize, Type)]
pub struct MatrixRow {
    /// Role.
    pub role: String,
    /// Whether it may, for each action.
    pub may: Vec<bool>,
}

/// What an admin fills in to add a person.
#[derive(Debug, Clone, Deserialize, Type)]
pub struct PersonDraft {
    /// Title.
    pub name: String,
    /// Role in the tenant in front.
    pub role: String,
    /// Reason.
    pub reason: String,
}
