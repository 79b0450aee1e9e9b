//! Tokens for pipelines: the list, making one with the admin's passphrase, revoking.
//!
//! Invariant: a token is shown in the signing window, once, and never crosses to the main page; what
//! is about to be made is put together by the core. No session of the desk is a token's.

use std::sync::Arc;

use governance::service::TOKEN_LIFE_DAYS;
use governance::text::REASON_LIMIT;
use governance::{Reason, ServiceAccount};
use ledger::{Actor, Role, TenantId};

use super::at_work::AtWork;
use super::names::{Names, role_word};
use super::reading::count;
use super::signing::{Asked, demo_passphrase};
use super::{Answer, Desk, DeskEvent, Passphrase};
use crate::administering::administers;
use crate::failure::ConsoleError;
use crate::hidden;
use crate::tokens::{ListedToken, MadeToken, TokenWish};
use crate::views::{CreateTokenView, NewTokenView, SigningView, TokenDraft, TokenRow, TokensView};

/// A token in front of the passphrase of the admin who makes it.
pub(super) struct CreatingToken {
    /// Whose act it is, and in which tenant.
    person: Actor,
    tenant_id: TenantId,
    title: String,
    role: Role,
    life_days: u32,
    pub(super) view: CreateTokenView,
}

impl CreatingToken {
    pub(super) fn sheet(&self) -> String {
        format!("make the token {} in {}", self.title, self.tenant_id)
    }

    fn wish<'a>(&'a self, reason: &'a str) -> TokenWish<'a> {
        TokenWish { title: &self.title, role: self.role, life_days: self.life_days, reason }
    }
}

/// A token that is shown; closed, it is nowhere any more.
pub(super) struct ShownToken {
    made: MadeToken,
    owner: String,
}

impl ShownToken {
    pub(super) fn view(&self) -> NewTokenView {
        let account = &self.made.account;
        NewTokenView {
            sentence: format!("The token of {}, shown once.", hidden::drawn(&account.title)),
            token: self.made.text().expose().to_owned(),
            role: role_in(account.role, &account.tenant_id),
            owner: self.owner.clone(),
            expires_at: account.expires_at.to_string(),
        }
    }
}

impl Desk {
    /// The tokens for the tenant in front, for admins of the workspace.
    pub async fn tokens(&self) -> Answer<TokensView> {
        self.answer(async { tokens_view(&self.at_work().await?).await }).await
    }

    /// Asks in the signing window for the passphrase of the admin who makes a token. What cannot be
    /// made is told now.
    pub async fn create_token(&self, draft: TokenDraft) -> Answer<()> {
        self.answer(async {
            let AtWork { workspace, session, .. } = self.at_work().await?;
            let role = Role::parse(&draft.role)?;
            let (title, life_days) = (draft.title, draft.life_days);
            workspace.check_token(&session, (&title, life_days)).await?;
            let view = CreateTokenView {
                sentence: format!("Make a token for {}.", hidden::drawn(&title)),
                role: role_in(role, &session.tenant_id),
                life_days,
                name: hidden::drawn(&session.name),
                reason_limit: count(REASON_LIMIT),
                typed_reason: String::new(),
                demo_passphrase: demo_passphrase(&workspace).await?,
            };
            let (person, tenant_id) = (session.person, session.tenant_id);
            let creating = CreatingToken { person, tenant_id, title, role, life_days, view };
            self.ask(Asked::CreateToken(Arc::new(creating)));
            Ok(())
        })
        .await
    }

    /// The admin's reason and passphrase for it; the token is shown next.
    pub async fn answer_token(
        &self,
        reason: String,
        passphrase: Passphrase,
    ) -> Answer<SigningView> {
        self.answer(async {
            let _one = self.inner.answering.lock().await;
            let AtWork { workspace, session, .. } = self.at_work().await?;
            let (turn, asked) = self.state().asked();
            let Asked::CreateToken(creating) = &asked else { return Ok(asked.view()) };
            if session.person != creating.person || session.tenant_id != creating.tenant_id {
                return Err(ConsoleError::NotSignedIn);
            }
            Reason::parse(&reason)?;
            let given = passphrase.read()?;
            // The key signs nothing here: that it opens is the proof that the admin is there.
            workspace.unlock(&session.person, &TenantId::workspace(), &given).await?;
            self.demand_still_asked(turn, &session)?;
            let made = workspace.create_token(&session, creating.wish(&reason)).await?;
            let shown = ShownToken { made, owner: creating.view.name.clone() };
            self.tell(DeskEvent::RecordsChanged);
            let next = Asked::NewToken(Arc::new(shown));
            let view = next.view();
            let is_asked = self.ask_after_reason(turn, &asked, next).await;
            Ok(if is_asked { view } else { SigningView::Idle {} })
        })
        .await
    }

    /// Ends a token for good.
    pub async fn revoke_token(&self, service_id: String, reason: String) -> Answer<TokensView> {
        self.answer(async {
            let at = self.at_work().await?;
            let id = Actor::parse(&service_id)?;
            at.workspace.revoke_token(&at.session, &id, &reason).await?;
            self.tell(DeskEvent::RecordsChanged);
            tokens_view(&at).await
        })
        .await
    }
}

async fn tokens_view(at: &AtWork) -> Result<TokensView, ConsoleError> {
    let AtWork { workspace, session, .. } = at;
    let listed = workspace.tokens(session).await?;
    let names = Names::of(&workspace.store.people().await?);
    let log = workspace.log(&session.tenant_id).await?;
    Ok(TokensView {
        tenant_id: session.tenant_id.to_string(),
        tokens: listed.iter().map(|token| row(token, &names)).collect(),
        most_days: TOKEN_LIFE_DAYS,
        may_create: administers(&log.authority, session),
    })
}

fn row(token: &ListedToken, names: &Names) -> TokenRow {
    let ServiceAccount { id, title, role, owner, .. } = &token.account;
    TokenRow {
        id: id.to_string(),
        title: hidden::drawn(title),
        role: role.as_str().to_owned(),
        owner: names.view(owner),
        created_at: token.account.created_at.to_string(),
        expires_at: token.account.expires_at.to_string(),
        last_used_at: token.account.last_used_at.map(|at| at.to_string()),
        revoked_at: token.account.revoked_at.map(|at| at.to_string()),
        state: token.state(),
    }
}

/// "Analyst in retail-eu".
fn role_in(role: Role, tenant: &TenantId) -> String {
    format!("{} in {tenant}", role_word(role))
}
