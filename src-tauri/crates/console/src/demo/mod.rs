//! Makes the demo workspace: one year of Northmere Bank, played through the same core that people
//! use.
//!
//! Invariant: no row is written behind the core: every record is what a use case left, at the time
//! of a simulated clock that ends now. Texts, names, counts and order are the same each time; ids,
//! keys and the passphrase are new. A demo that is not finished leaves nothing.

mod clock;
mod content;
mod gate;
mod opening;
mod passphrase;
mod play;
mod requests;
mod staff;
mod talking;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use governance::text::{Reason, Title};
use ledger::{TenantId, Timestamp, WorkspaceId};
use security::passphrase::Passphrase;
use security::secret::SecretText;
use store::{Unfinished, WorkspaceKind};

use self::clock::SimulatedClock;
use self::content::{Catalogue, DemoEvent, Moment};
use self::play::Play;
use crate::edge::Edge;
use crate::failure::ConsoleError;
use crate::ids;
use crate::keychain::{ItemName, Kept, KeyFile, KeychainThread};
use crate::session::off_thread;
use crate::views::{KeyStorage, ProgressView};
use crate::workspace::{Founding, NewWorkspace, Workspace};

/// Hears how far the making is.
pub type Progress = Arc<dyn Fn(ProgressView) + Send + Sync>;

const MINUTE: i64 = 60 * Timestamp::SECOND;
const DAY: i64 = 24 * 60 * MINUTE;
/// 52 weeks: how long ago the workspace was founded, if that was no weekend.
const YEAR_DAYS: i64 = 364;
/// Time of day of the founding, UTC.
const FOUNDED_AT: i64 = (8 * 60 + 52) * MINUTE;
const FRIDAY: u32 = 4;

/// Where the demo's keys are to lie: an explicit choice.
#[derive(Clone)]
pub enum DemoKeys {
    /// In the operating system's keychain.
    Keychain,
    /// In a key file in the workspace's folder.
    KeyFile {
        /// What opens it. `ENCRYPTION_KEY` goes before it; with neither, the demo's own
        /// passphrase does.
        secret: Option<Arc<SecretText>>,
    },
}

/// A demo workspace that was made. It is closed: open it with the real clock.
pub struct DemoReport {
    /// Its folder.
    pub workspace: PathBuf,
    /// The people, in the order in which they are introduced.
    pub people: Vec<DemoPersonReport>,
}

/// A person of the demo.
pub struct DemoPersonReport {
    /// The name to sign in with.
    pub name: String,
    /// Their passphrase; the same for everybody in one demo.
    pub passphrase: Arc<SecretText>,
    /// Roles today, as (tenant id, role).
    pub roles: Vec<(String, String)>,
}

/// Makes a demo workspace in `folder`, which must be absent or empty.
///
/// # Errors
/// [`ConsoleError`] when keychain or disk fail; nothing is left behind.
pub async fn create(
    folder: &Path,
    edge: &Edge,
    keys: DemoKeys,
    progress: Progress,
) -> Result<DemoReport, ConsoleError> {
    ids::apart(make(folder, edge, keys, progress)).await
}

async fn make(
    folder: &Path,
    edge: &Edge,
    keys: DemoKeys,
    progress: Progress,
) -> Result<DemoReport, ConsoleError> {
    let catalogue = content::catalogue().map_err(|fault| {
        tracing::error!(%fault, "the demo's texts do not have their form");
        ConsoleError::Damaged { what: "the demo's text" }
    })?;
    let now = edge.clock.now();
    let events = content::timeline(&catalogue, moment(now));
    let clock = Arc::new(SimulatedClock::at(founding_time(now)?));
    let edge = Edge { clock: Arc::clone(&clock) as Arc<dyn crate::Clock>, ..edge.clone() };
    let secret = Arc::new(passphrase::draw(edge.entropy.as_ref())?);
    let given = Arc::new(Passphrase::from_text(secret.expose())?);

    let founding = prepare(&catalogue, &keys, &given, &edge).await?;
    let id = founding.id().clone();
    let unfinished = Unfinished::beside(folder, &id)?;
    let keychain = keychain(keys, &edge, &unfinished, &secret).await?;
    let year = Year { catalogue: &catalogue, events: &events, now, progress: &progress };
    let mut written = vec![ItemName::demo(&id), ItemName::person_key(&id, &founding.first_key()?)];
    let made = async {
        let item = SecretText::new(secret.expose().to_owned());
        keychain.write(&ItemName::demo(&id), item).await?;
        let workspace = founding.commit_into(&unfinished, keychain.clone()).await?;
        written.extend(items_of_founding(&id, &catalogue)?);
        year.fill(&workspace, &clock, given, &mut written).await?;
        workspace.settle().await?;
        off_thread(move || {
            // The store must be closed before its file is brought to the disk.
            drop(workspace);
            unfinished.finish()
        })
        .await??;
        Ok(())
    };
    let made: Result<(), ConsoleError> = made.await;
    if let Err(error) = made {
        forget(&keychain, &written).await;
        return Err(error);
    }
    Ok(DemoReport { workspace: folder.to_owned(), people: people(&catalogue, &secret) })
}

/// What is played, and who hears of it.
struct Year<'a> {
    catalogue: &'a Catalogue,
    events: &'a [DemoEvent],
    now: Timestamp,
    progress: &'a Progress,
}

impl Year<'_> {
    async fn fill(
        &self,
        workspace: &Workspace,
        clock: &SimulatedClock,
        passphrase: Arc<Passphrase>,
        written: &mut Vec<ItemName>,
    ) -> Result<(), ConsoleError> {
        self.tell(0);
        let mut play = Play::begin(workspace, clock, self.catalogue, passphrase).await?;
        let outcome = self.run(&mut play).await;
        written.extend(play.person_keys());
        outcome
    }

    async fn run(&self, play: &mut Play<'_>) -> Result<(), ConsoleError> {
        play.open().await?;
        // The gate takes the anchors as its root: they must be there before the first question.
        play.workspace.settle().await?;
        for (number, event) in self.events.iter().enumerate() {
            let played = play.play(event, self.time_of(number, event)?).await;
            played.inspect_err(|error| tracing::error!(number, ?event, %error, "not played"))?;
            if number % 40 == 0 {
                self.tell(number);
            }
        }
        self.tell(self.events.len());
        Ok(())
    }

    /// The second of the plan with a fraction of its own, so that stamps look like a clock's.
    fn time_of(&self, number: usize, event: &DemoEvent) -> Result<Timestamp, ConsoleError> {
        let number = i64::try_from(number).unwrap_or_default();
        let fraction = number.wrapping_mul(618_033).rem_euclid(Timestamp::SECOND);
        let micros = event.seconds_before_now * Timestamp::SECOND + fraction;
        Ok(self.now.plus_micros(-micros)?)
    }

    fn tell(&self, done: usize) {
        let all = self.events.len();
        let per_mille = done.saturating_mul(1000).checked_div(all).unwrap_or(1000);
        (self.progress)(ProgressView {
            per_mille: u32::try_from(per_mille).unwrap_or(1000),
            text: format!("A year is played: {done} of {all} acts"),
        });
    }
}

async fn prepare(
    catalogue: &Catalogue,
    keys: &DemoKeys,
    passphrase: &Arc<Passphrase>,
    edge: &Edge,
) -> Result<Founding, ConsoleError> {
    let (tenant, founder) = (first(catalogue.tenants)?, first(catalogue.people)?);
    let new = NewWorkspace {
        title: Title::parse(content::WORKSPACE_TITLE)?,
        tenant_id: TenantId::parse(tenant.id)?,
        tenant_title: Title::parse(tenant.title)?,
        admin: Title::parse(founder.name)?,
        reason: Reason::parse(opening::FOUNDED)?,
        kind: WorkspaceKind::Demo,
        keys: match keys {
            DemoKeys::Keychain => KeyStorage::Keychain,
            DemoKeys::KeyFile { .. } => KeyStorage::KeyFile,
        },
    };
    let (passphrase, edge) = (Arc::clone(passphrase), edge.clone());
    off_thread(move || Founding::prepare(new, &passphrase, &edge)).await?
}

async fn keychain(
    keys: DemoKeys,
    edge: &Edge,
    unfinished: &Unfinished,
    demo: &Arc<SecretText>,
) -> Result<KeychainThread, ConsoleError> {
    let secret = match keys {
        DemoKeys::Keychain => return Ok(edge.keychain.clone()),
        DemoKeys::KeyFile { secret } => edge.encryption_key.clone().or(secret),
    };
    let secret = secret.unwrap_or_else(|| Arc::clone(demo));
    let (folder, entropy) = (unfinished.folder().to_owned(), Arc::clone(&edge.entropy));
    let file = off_thread(move || KeyFile::create(&folder, &secret, entropy.as_ref())).await??;
    Ok(KeychainThread::start(Arc::new(file))?)
}

/// What the founding wrote and settling will write, but for keys of people.
fn items_of_founding(
    id: &WorkspaceId,
    catalogue: &Catalogue,
) -> Result<Vec<ItemName>, ConsoleError> {
    let mut items = vec![
        ItemName::workspace_secret(id),
        ItemName::log_key(id),
        ItemName::anchor(id, &TenantId::workspace()),
    ];
    for tenant in catalogue.tenants {
        items.push(ItemName::anchor(id, &TenantId::parse(tenant.id)?));
    }
    Ok(items)
}

/// Best effort: a keychain that failed to write may fail to delete too. A key file is gone with its
/// folder.
async fn forget(keychain: &KeychainThread, written: &[ItemName]) {
    if keychain.describe() == Kept::File {
        return;
    }
    for item in written {
        if let Err(error) = keychain.delete(item).await {
            tracing::warn!(%error, "an item of a demo that was not finished stays behind");
        }
    }
}

fn people(catalogue: &Catalogue, passphrase: &Arc<SecretText>) -> Vec<DemoPersonReport> {
    let report = |person: &content::DemoPerson| DemoPersonReport {
        name: person.name.to_owned(),
        passphrase: Arc::clone(passphrase),
        roles: person
            .roles
            .iter()
            .map(|(tenant, role)| ((*tenant).to_owned(), (*role).to_owned()))
            .collect(),
    };
    catalogue.people.iter().map(report).collect()
}

fn first<T>(rows: &[T]) -> Result<&T, ConsoleError> {
    rows.first().ok_or(ConsoleError::Damaged { what: "the demo's text" })
}

/// A year ago, on a weekday morning: some days before the content's first act.
fn founding_time(now: Timestamp) -> Result<Timestamp, ConsoleError> {
    let weekend = i64::from(moment(now).weekday.saturating_sub(FRIDAY));
    let today = now.as_micros().div_euclid(DAY) * DAY;
    Ok(Timestamp::from_micros(today - (YEAR_DAYS + weekend) * DAY + FOUNDED_AT)?)
}

/// Weekday and minute of a time; 1970-01-01 was a Thursday.
fn moment(now: Timestamp) -> Moment {
    let minutes = now.as_micros().div_euclid(MINUTE);
    let (day, minute) = (minutes.div_euclid(1_440), minutes.rem_euclid(1_440));
    Moment {
        weekday: u32::try_from((day + 3).rem_euclid(7)).unwrap_or_default(),
        minute_of_day: u32::try_from(minute).unwrap_or_default(),
    }
}
