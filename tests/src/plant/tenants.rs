//! Texts of tenants.

use console::ConsoleError;
use ledger::TenantId;

use super::garden::{Done, Garden, one, session};
use crate::house::ADA;

impl Garden {
    pub(super) async fn tenant(&mut self, texts: &[String]) -> Done {
        self.found(None, one(texts), "a desk").await.map(drop)
    }

    pub(super) async fn tenant_id(&mut self, texts: &[String]) -> Done {
        self.found(Some(one(texts)), "A desk", "a desk").await.map(drop)
    }

    pub(super) async fn tenant_reason(&mut self, texts: &[String]) -> Done {
        self.found(None, "A desk", one(texts)).await.map(drop)
    }

    pub(super) async fn tenant_end(&mut self, texts: &[String]) -> Done {
        let tenant = self.found(None, "A desk", "a desk").await?;
        self.workspace.archive_tenant(&session(ADA)?, &tenant, one(texts)).await
    }

    async fn found(
        &mut self,
        id: Option<&str>,
        title: &str,
        reason: &str,
    ) -> Result<TenantId, ConsoleError> {
        let made = format!("desk-{}", self.next());
        let tenant = TenantId::parse(id.unwrap_or(&made))?;
        self.workspace.create_tenant(&session(ADA)?, &self.ada, &tenant, title, reason).await?;
        Ok(tenant)
    }
}
