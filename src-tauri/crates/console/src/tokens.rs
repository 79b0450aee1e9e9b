//! Tokens for pipelines: made and revoked by an admin of the workspace, used instead of a name and
//! a passphrase.
//!
//! Invariant: what a token may do is what its record in the log of the workspace says, and whoever
//! makes one owns it; the token itself is shown once and kept nowhere. A token that opens nothing is
//! told alike whatever the cause, and is on record.

use governance::audit::RecordDraft;
use governance::service::demand_life;
use governance::state::ServiceAccount;
use governance::{GovernanceError, NewToken, Reason, Title, TokenEnd, TokenRegistry};
use ledger::{Action, Actor, Digest, ResourceType, Role, TenantId};
use security::rbac::AdminPermit;
use security::secret::SecretText;
use security::tenant_context::TenantContext;
use security::token::ServiceToken;
use serde_json::{Map, Value};
use store::StateWrite;

use crate::failure::ConsoleError;
use crate::session::Session;
use crate::views::TokenState;
use crate::workspace::{Workspace, Writes};

/// A token as an admin wants it, for the tenant in front.
#[derive(Debug, Clone, Copy)]
pub struct TokenWish<'a> {
    /// Title of its service account.
    pub title: &'a str,
    /// Its role.
    pub role: Role,
    /// How long it lasts, in days.
    pub life_days: u32,
    /// Why.
    pub reason: &'a str,
}

/// A token that was made, in front of whoever asked for it: the only time it is seen.
pub struct MadeToken {
    /// Its account, as it is on record.
    pub account: ServiceAccount,
    token: ServiceToken,
}

impl MadeToken {
    /// The token, to be shown once.
    #[must_use]
    pub fn text(&self) -> SecretText {
        self.token.text()
    }
}

/// A token as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedToken {
    /// Its account, as it is on record.
    pub account: ServiceAccount,
    /// What ended it; none while it is good.
    pub end: Option<TokenEnd>,
}

impl ListedToken {
    /// Whether it opens anything.
    #[must_use]
    pub const fn state(&self) -> TokenState {
        match self.end {
            None => TokenState::Good,
            Some(TokenEnd::Unknown | TokenEnd::Revoked) => TokenState::Revoked,
            Some(TokenEnd::Expired) => TokenState::Expired,
            Some(TokenEnd::OwnerDisabled) => TokenState::OwnerDisabled,
            Some(TokenEnd::OtherOwner) => TokenState::OtherOwner,
        }
    }
}

/// Why a token that was handed in opens nothing; on record, and never told.
struct Unfit {
    cause: String,
    /// Of one that is a token by its form.
    token: Option<(Actor, Digest)>,
}

impl Workspace {
    /// Makes a token for the tenant in front.
    ///
    /// # Errors
    /// [`ConsoleError`] when the session administers the workspace or the tenant not, which is
    /// recorded; nothing was changed.
    pub async fn create_token(
        &self,
        session: &Session,
        wish: TokenWish<'_>,
    ) -> Result<MadeToken, ConsoleError> {
        let reason = Reason::parse(wish.reason)?;
        let (title, permit, over) = self.check_token(session, (wish.title, wish.life_days)).await?;
        let correlation_id = self.ids.correlation();
        let id = self.ids.principal();
        let token = ServiceToken::generate(id.as_str(), self.edge.entropy.as_ref())?;
        let new = NewToken {
            id: Actor::Service(id),
            title,
            tenant_id: session.tenant_id.clone(),
            role: wish.role,
            token_sha256: Digest::from_bytes(token.sha256()),
            life_days: wish.life_days,
            reason,
        };
        let _turn = self.turn().await;
        loop {
            let mut page = self.page(&TenantId::workspace(), &correlation_id).await?;
            let account = TokenRegistry::create_token(&permit, &over, &new, &mut page.records)?;
            let state = vec![StateWrite::PutService(account.clone())];
            if self.write(vec![page], Writes { state, ..Writes::default() }).await? {
                return Ok(MadeToken { account, token });
            }
        }
    }

    /// Refuses whoever administers the workspace or the tenant in front not; the refusal is on record.
    ///
    /// # Errors
    /// Those of [`Workspace::create_token`].
    pub(crate) async fn demand_makes_tokens(
        &self,
        session: &Session,
    ) -> Result<(AdminPermit, AdminPermit), ConsoleError> {
        let correlation_id = self.ids.correlation();
        let permit = self.workspace_permit(session, ASKED, &correlation_id).await?;
        // The workspace's own log grants nothing in a tenant.
        let over = self.admin_permit(session, ASKED, &correlation_id).await?;
        Ok((permit, over))
    }

    /// What can be known before the admin is asked for a reason and their passphrase: the title as a
    /// title, and the permits for the workspace and for the tenant.
    ///
    /// # Errors
    /// Those of [`Workspace::create_token`].
    pub(crate) async fn check_token(
        &self,
        session: &Session,
        (title, life_days): (&str, u32),
    ) -> Result<(Title, AdminPermit, AdminPermit), ConsoleError> {
        let (permit, over) = self.demand_makes_tokens(session).await?;
        if session.tenant_id.is_workspace() {
            return Err(ConsoleError::ReservedTenant);
        }
        let title = Title::parse(title)?;
        demand_life(life_days)?;
        Ok((title, permit, over))
    }

    /// The tokens for the tenant in front, as the log of the workspace has them.
    ///
    /// # Errors
    /// [`ConsoleError::WorkspaceAdminNeeded`], which is recorded.
    pub async fn tokens(&self, session: &Session) -> Result<Vec<ListedToken>, ConsoleError> {
        self.workspace_permit(session, ASKED, &self.ids.correlation()).await?;
        let view = self.log(&TenantId::workspace()).await?;
        let here = |account: &&ServiceAccount| account.tenant_id == session.tenant_id;
        let mut listed = Vec::new();
        for account in view.services.all().filter(here) {
            let end = self.service_now(&account.id).await?.err();
            listed.push(ListedToken { account: account.clone(), end });
        }
        Ok(listed)
    }

    /// Ends a token of the tenant in front for good.
    ///
    /// # Errors
    /// [`ConsoleError::NotFound`] for one that is not there, or another tenant's;
    /// [`GovernanceError::TokenRevoked`].
    pub async fn revoke_token(
        &self,
        session: &Session,
        id: &Actor,
        reason: &str,
    ) -> Result<ServiceAccount, ConsoleError> {
        let reason = Reason::parse(reason)?;
        let correlation_id = self.ids.correlation();
        let text = id.to_string();
        let asked = (ResourceType::Service, text.as_str());
        let permit = self.workspace_permit(session, asked, &correlation_id).await?;
        let home = TenantId::workspace();
        let view = self.log(&home).await?;
        let account = view.services.account(id);
        let account = account.ok_or(ConsoleError::NotFound { what: "token" })?;
        let (there, here) = (account.tenant_id.as_str(), session.tenant_id.as_str());
        if let Err(refusal) = TenantContext::validate_access(there, here) {
            return Err(self.deny(session, asked, refusal, &correlation_id).await);
        }
        let _turn = self.turn().await;
        loop {
            let mut page = self.page(&home, &correlation_id).await?;
            let account = page.services().account(id).cloned();
            let account = account.ok_or(ConsoleError::NotFound { what: "token" })?;
            let revoked =
                TokenRegistry::revoke_token(&permit, &account, &reason, &mut page.records)?;
            let state = vec![StateWrite::PutService(revoked.clone())];
            if self.write(vec![page], Writes { state, ..Writes::default() }).await? {
                return Ok(revoked);
            }
        }
    }

    /// Begins a session of a pipeline in the tenant that its token is for; `token.use` and the last
    /// use are one commit.
    ///
    /// # Errors
    /// [`ConsoleError::TokenRefused`] alike for every token that opens nothing, whatever the cause;
    /// those of the store: what cannot be recorded does not begin.
    pub async fn sign_in_by_token(&self, given: &SecretText) -> Result<Session, ConsoleError> {
        let begun = match read(given) {
            Ok((token, id)) => self.begin(&token, &id).await?,
            Err(unfit) => Err(unfit),
        };
        match begun {
            Ok(account) => Ok(Session {
                person: account.id,
                name: account.title,
                tenant_id: account.tenant_id,
                keyid: None,
            }),
            Err(unfit) => Err(self.refuse_token(unfit).await?),
        }
    }

    async fn begin(
        &self,
        token: &ServiceToken,
        id: &Actor,
    ) -> Result<Result<ServiceAccount, Unfit>, ConsoleError> {
        let unfit = |cause: String| {
            let token = Some((id.clone(), Digest::from_bytes(token.sha256())));
            Ok(Err(Unfit { cause, token }))
        };
        let correlation_id = self.ids.correlation();
        let _turn = self.turn().await;
        loop {
            let mut page = self.page(&TenantId::workspace(), &correlation_id).await?;
            let kept = page.services().account(id).map(|account| account.token_sha256);
            // One that is unknown is compared too, with what no token has.
            let kept = kept.unwrap_or_else(|| Digest::of(b""));
            if !token.matches(kept.as_bytes()) {
                return unfit("unknown".to_owned());
            }
            if let Err(end) = self.good_service(id).await? {
                return unfit(end.to_string());
            }
            let services = page.services().clone();
            let account = match TokenRegistry::use_token(&services, id, &mut page.records) {
                Ok(account) => account,
                Err(GovernanceError::TokenRefused(end)) => return unfit(end.to_string()),
                Err(error) => return Err(error.into()),
            };
            let state = vec![StateWrite::PutService(account.clone())];
            if self.write(vec![page], Writes { state, ..Writes::default() }).await? {
                return Ok(Ok(account));
            }
        }
    }

    /// Records a token that opens nothing, by digest, and gives the one answer there is.
    async fn refuse_token(&self, unfit: Unfit) -> Result<ConsoleError, ConsoleError> {
        if self.is_read_only() {
            return Ok(ConsoleError::TokenRefused);
        }
        let mut metadata = Map::from_iter([("cause".to_owned(), Value::from(unfit.cause))]);
        if let Some((service, digest)) = unfit.token {
            metadata.insert("service".to_owned(), Value::from(service.to_string()));
            metadata.insert("token_sha256".to_owned(), Value::from(digest.to_hex()));
        }
        let resource = (ResourceType::Person, String::new());
        let draft = RecordDraft::of(Action::SessionFail, resource, "", &metadata)?;
        let (home, correlation_id) = (TenantId::workspace(), self.ids.correlation());
        self.log_alone(&home, &correlation_id, &Actor::System, &draft).await?;
        Ok(ConsoleError::TokenRefused)
    }
}

/// Tokens in general.
const ASKED: (ResourceType, &str) = (ResourceType::Service, "");

/// A token by its form, and whose it claims to be. What is none is not even digested: it may be a
/// passphrase that was put in the wrong place.
fn read(given: &SecretText) -> Result<(ServiceToken, Actor), Unfit> {
    let malformed = || Unfit { cause: "malformed".to_owned(), token: None };
    let token = ServiceToken::parse(given).map_err(|_| malformed())?;
    let id = Actor::parse(&token.actor()).map_err(|_| malformed())?;
    Ok((token, id))
}
