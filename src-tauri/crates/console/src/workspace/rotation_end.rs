//! The end of a rotation: the old secret leaves the keychain, and only then is that on record.
//!
//! Invariant: the old secret is overwritten only when the store holds no value under it, and by a
//! secret that was found to be the primary one; from the beginning of the rotation on the store takes
//! no further value under the old one. Each step may be repeated, in any process.

use std::sync::Arc;

use ledger::TenantId;
use security::secret::SecretText;
use store::StateWrite;

use super::rotation::{Resealing, Stage, draft};
use super::{Workspace, Writes};
use crate::failure::ConsoleError;
use crate::keychain::ItemName;

impl Workspace {
    /// Removes the old secret and records the end, unless another process did so meanwhile.
    pub(super) async fn end_rotation(&self, resealing: &Resealing<'_>) -> Result<(), ConsoleError> {
        let _lock = self.secret_lock().await?;
        let _turn = self.turn().await;
        let rotation = &resealing.rotation;
        if self.rotation().await?.as_ref() != Some(rotation) {
            return Ok(());
        }
        if let Some(values) = self.store.sealed_counts().await?.get(&rotation.from) {
            return Err(ConsoleError::SealedUnreadable { values: *values });
        }
        self.replace_secret(&rotation.to).await?;
        loop {
            let mut page = self.page(&TenantId::workspace(), &resealing.correlation_id).await?;
            let counts = self.store.sealed_counts().await?;
            let values = counts.get(&rotation.to).copied().unwrap_or_default();
            let draft = draft(Stage::End, (&rotation.from, &rotation.to), values, "")?;
            let ended_at = page.record(&resealing.session.person, draft)?.at;
            let from = rotation.from.clone();
            let state = vec![StateWrite::EndRotation { from, ended_at }];
            if self.write(vec![page], Writes { state, ..Writes::default() }).await? {
                return Ok(());
            }
        }
    }

    /// Puts the new secret into the place of the old one. Until that is read back, the new one also
    /// lies in the item in which the rotation began.
    async fn replace_secret(&self, to: &str) -> Result<(), ConsoleError> {
        let (own, next) =
            (ItemName::workspace_secret(&self.row.id), ItemName::rotated_secret(&self.row.id, to));
        let (text, is_moved) = match self.keys.read(&next).await? {
            Some(text) => (text, false),
            // Somebody came so far before.
            None => {
                let text = self.keys.read(&own).await?;
                (text.ok_or(ConsoleError::KeyItem { item: "workspace secret" })?, true)
            }
        };
        let copy = Arc::new(SecretText::new(text.expose().to_owned()));
        if self.derive(copy).await?.key_id() != to {
            return Err(ConsoleError::KeyItem { item: "new workspace secret" });
        }
        if !is_moved {
            self.keep_secret(&own, &text).await?;
            self.keys.delete(&next).await?;
        }
        Ok(())
    }

    /// Writes a secret and reads it back: what follows relies on its being there.
    pub(super) async fn keep_secret(
        &self,
        item: &ItemName,
        text: &SecretText,
    ) -> Result<(), ConsoleError> {
        self.keys.write(item, SecretText::new(text.expose().to_owned())).await?;
        let kept = self.keys.read(item).await?;
        if kept.is_none_or(|kept| kept.expose() != text.expose()) {
            return Err(ConsoleError::KeyItem { item: "workspace secret" });
        }
        Ok(())
    }
}
