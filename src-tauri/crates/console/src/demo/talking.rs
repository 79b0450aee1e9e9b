//! What people say about requests.
//!
//! Invariant: said through the use case that a person would use; an answer and an end name the finding
//! before them on the same request.

use governance::{Said, Severity};
use ledger::{TenantId, Timestamp};

use super::content::{DemoRemark, DemoSaid, DemoSubject};
use super::play::{MISSING, Play};
use crate::edge::Clock;
use crate::failure::ConsoleError;

const DAY: i64 = 86_400 * Timestamp::SECOND;

impl Play<'_> {
    pub(super) async fn say(
        &mut self,
        by: &str,
        maker: &str,
        subject: DemoSubject,
        remark: &DemoRemark,
    ) -> Result<(), ConsoleError> {
        let tenant: TenantId = self.tenant_of(subject)?;
        let session = self.session(by, &tenant)?;
        let request_id = self.requests.get(&subject).ok_or(MISSING)?;
        let finding = || self.findings.get(&subject).cloned().ok_or(MISSING);
        let said = match remark.said {
            DemoSaid::Comment => Said::Comment,
            DemoSaid::Answer => Said::Answer { finding: finding()? },
            DemoSaid::Closing => Said::Closing { finding: finding()? },
            DemoSaid::ChangesWanted => Said::ChangesWanted,
            DemoSaid::Finding { severity, blocking, due_days } => Said::Finding {
                severity: Severity::parse(severity)?,
                blocking,
                owner: Some(self.member(maker)?.id.clone()),
                due: Some(end_of_day(self.clock.now(), due_days)?),
            },
        };
        let finds = matches!(said, Said::Finding { .. });
        let command = self.command();
        let place = self.workspace.say(&session, request_id, (said, remark.text), &command).await?;
        if finds {
            self.findings.insert(subject, place.id);
        }
        Ok(())
    }
}

/// The last microsecond of the day so many days after this one.
fn end_of_day(now: Timestamp, days: i64) -> Result<Timestamp, ConsoleError> {
    let end = now.as_micros().div_euclid(DAY) + days + 1;
    Ok(Timestamp::from_micros(end * DAY - 1)?)
}
