//! Commands of people, roles, policies, keys, tenants and tokens.
//!
//! Invariant: an act of authority is signed in the signing window, and a token is shown there alone.

use console::views::{
    ActDraft, CompromiseView, ConsequencesView, KeysView, MatrixRow, PeopleView, PersonDraft,
    PersonPageView, PoliciesView, TenantDraft, TenantsView, TokenDraft, TokensView,
};

asks! {
    tokens() -> TokensView;
    revoke_token(service_id: String, reason: String) -> TokensView;
    people() -> PeopleView;
    matrix() -> Vec<MatrixRow>;
    consequences(act: ActDraft) -> ConsequencesView;
    policies() -> PoliciesView;
    keys() -> KeysView;
    compromise(keyid: String, at: String) -> CompromiseView;
    person(person_id: Option<String>) -> PersonPageView;
    tenants() -> TenantsView;
}

asks_to_sign! {
    create_token(draft: TokenDraft);
    add_person(draft: PersonDraft);
    propose(act: ActDraft, reason: String);
    disable_person(person_id: String, reason: String);
    reset_person(person_id: String, reason: String);
    create_tenant(draft: TenantDraft);
    archive_tenant(tenant_id: String, reason: String);
}
