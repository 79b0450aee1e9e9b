//! Putting on record that a person reads what is protected: the text of a prompt, the card of a model.
//!
//! Invariant: the record is durable before the text is given to anybody; where it cannot be written,
//! there is no text.

use governance::{Reason, SubjectRecord, protection};
use security::rbac::Action as Verb;

use crate::failure::ConsoleError;
use crate::registering::resource_of;
use crate::session::Session;
use crate::workspace::Workspace;

/// What stands in the record where a reviewer reads: nobody was asked for a reason.
pub(crate) const FOR_REVIEW: &str = "opened for review";

/// The same on the command line, unless the person said why.
pub const ON_THE_COMMAND_LINE: &str = "read on the command line";

impl Workspace {
    /// Puts on record that a session reads the protected value of a version. The caller shows it
    /// afterwards, or does not.
    ///
    /// # Errors
    /// [`ConsoleError`] when the session may not look, or the log cannot be written.
    pub(crate) async fn record_reading(
        &self,
        session: &Session,
        version: &SubjectRecord,
        reason: &Reason,
    ) -> Result<(), ConsoleError> {
        let correlation_id = self.ids.correlation();
        let (kind, id) = resource_of(version);
        let permit = self.permit(session, Verb::View, (kind, &id), &correlation_id).await?;
        let (actor, draft) = protection::disclosure(&permit, version, reason)?;
        self.log_alone(&session.tenant_id, &correlation_id, &actor, &draft).await?;
        Ok(())
    }
}
