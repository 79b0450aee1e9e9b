//! Going through the table: each combination is carried out, and what came of it is compared.
//!
//! Invariant: what is looked at is the code that the caller gets, the records of every log, and the
//! state's tables; a combination that cannot be carried out fails the test.

use std::collections::BTreeMap;

use console::desk::Desk;
use console::past::GivenPast;
use console::pipeline::{Asker, Front, Pipeline, PreparedRotation};
use console::views::SigningView;
use console::{ErrorCode, SecretText};
use ledger::{Action, Actor, AuditRecord, Role};
use store::Store as _;
use tests::house::{self, ADA, CREDIT, MARKETS, PASSPHRASE, REX};
use tests::logs::{records, size, tenant};

use super::cast::{Cast, HEAD, STAFF, typed};
use super::table::{Outcome, Program, Row, Seat, Whose};
use super::{desk, pipeline};

/// What was found in a table.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) combinations: usize,
    pub(crate) denials: usize,
    /// Combinations that went another way.
    pub(crate) wrong: Vec<String>,
}

/// One combination.
#[derive(Clone, Copy)]
struct Case<'a> {
    row: &'a Row,
    seat: Seat,
    who: &'static str,
    role: Option<Role>,
    whose: Whose,
    number: usize,
}

/// Every combination of these rows in these seats.
pub(crate) async fn goes_through(rows: &[Row], seats: &[Seat]) -> Found {
    let mut going = Going::new().await;
    let mut found = Found::default();
    for seat in seats.iter().copied() {
        for (role, who) in going.askers(seat) {
            // Nobody in particular asks a pipeline: that is one asker, not five.
            let passed = seat == Seat::Out && role.is_some();
            let own = |row: &&Row| row.program == Program::Desk || !passed;
            for row in rows.iter().filter(own) {
                for whose in row.about() {
                    let number = found.combinations;
                    let case = Case { row, seat, who, role, whose: *whose, number };
                    let Some(expected) = row.expected(seat, *whose) else { continue };
                    found.combinations += 1;
                    let came = going.case(&case).await;
                    found.denials += usize::from(came.outcome.is_some_and(is_denial));
                    if came.outcome != Some(expected) {
                        found.wrong.push(format!(
                            "{} {seat:?} {who} {whose:?}: {expected:?} in the table, {came:?}",
                            row.command
                        ));
                    }
                }
            }
        }
    }
    found
}

const fn is_denial(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::No | Outcome::Gone)
}

/// What came of one combination; no outcome where the records or the state do not fit the answer.
#[derive(Debug)]
#[allow(dead_code, reason = "read where a combination is reported")]
struct Came {
    outcome: Option<Outcome>,
    code: Option<ErrorCode>,
    recorded: Vec<String>,
    changed: usize,
}

/// Sizes of the logs of `credit`, `markets` and the workspace, and the state.
struct Before {
    sizes: [u64; 3],
    state: Vec<String>,
}

const LOGS: [&str; 3] = [CREDIT, MARKETS, "_workspace"];

struct Going {
    cast: Cast,
    /// Each person's desk, and the state they are in there, where the last command left it so.
    desks: BTreeMap<&'static str, (Desk, Option<Seat>)>,
    pipelines: BTreeMap<&'static str, Pipeline>,
    nobody: Pipeline,
    /// A pipeline with a token of each role, and in whose name it acts.
    services: BTreeMap<Role, (Actor, Pipeline)>,
    kept: GivenPast,
    /// A rotation that an admin of the workspace prepared.
    prepared: PreparedRotation,
    /// Whose role is taken for the moment.
    left: Option<(&'static str, Role)>,
}

impl Going {
    async fn new() -> Self {
        let cast = Cast::new().await;
        let note = cast.house.store().checkpoint(&tenant(CREDIT)).await.unwrap().unwrap().note;
        let kept = GivenPast { name: "kept.note".to_owned(), bytes: note.into_bytes() };
        let nobody = opened(&cast, Asker::Nobody).await;
        let mut services = BTreeMap::new();
        for (role, (actor, token)) in &cast.services {
            let asker = Asker::Service { token: SecretText::new(token.expose().to_owned()) };
            services.insert(*role, (actor.clone(), opened(&cast, asker).await));
        }
        let prepared = rotation(&cast).await;
        let (desks, pipelines) = (BTreeMap::new(), BTreeMap::new());
        Self { cast, desks, pipelines, nobody, services, kept, prepared, left: None }
    }

    /// Who is in this state, one after the other: without a session also somebody who has no role.
    fn askers(&self, seat: Seat) -> Vec<(Option<Role>, &'static str)> {
        let staff = STAFF.into_iter().map(|(role, who)| (Some(role), who));
        match seat {
            Seat::Active(role) | Seat::Stale(role) | Seat::Service(role) => {
                staff.filter(|(of, _)| *of == Some(role)).collect()
            }
            Seat::Locked => staff.collect(),
            Seat::Workspace => vec![(Some(Role::Admin), HEAD)],
            Seat::Out => staff.chain([(None, REX)]).collect(),
        }
    }

    async fn case(&mut self, case: &Case<'_>) -> Came {
        match case.row.program {
            Program::Desk => self.at_the_desk(case).await,
            Program::Pipeline => self.in_a_pipeline(case).await,
        }
    }

    async fn at_the_desk(&mut self, case: &Case<'_>) -> Came {
        let command = case.row.command.as_str();
        let chair = self.seated(case).await;
        let mut works = self.cast.works(case.who, case.whose).clone();
        let may_decide = matches!(case.role, Some(Role::Admin | Role::Approver));
        let active = matches!(case.seat, Seat::Active(_) | Seat::Stale(_) | Seat::Workspace);
        if command == "answer_decision" && case.whose == Whose::Others && may_decide && active {
            works.request = self.cast.spare(case.who, case.whose);
        }
        if command == "answer_revocation" && case.whose.is_here() && may_decide {
            works.decided = match case.seat {
                Seat::Active(_) | Seat::Workspace => self.cast.revocable(case.who, case.whose),
                Seat::Stale(_) | Seat::Locked | Seat::Out | Seat::Service(_) => works.decided,
            };
        }
        if command == "withdraw" && case.row.expected(case.seat, case.whose) == Some(Outcome::Yes) {
            works.request = self.cast.spare(case.who, case.whose);
        }
        let folder = self.cast.folder.path().to_owned();
        let mut call = desk::Call {
            desk: &chair,
            who: case.who,
            whose: case.whose,
            works: &works,
            version: self.version(&works.prompt).await,
            review: String::new(),
            diff: String::new(),
            artefact: String::new(),
            folder: &folder,
            number: case.number,
        };
        if active && desk::wants_preparation(command) {
            desk::prepare(&mut call, command).await;
        }
        self.leaves_role(case).await;
        let before = self.before().await;
        let answer = desk::call(&call, command).await.map_err(|error| error.code);
        let came = self.came(case, before, answer.err()).await;
        let seat = (!desk::unseats(command, case.seat)).then_some(case.seat);
        self.desks.insert(case.who, (chair, seat));
        came
    }

    async fn in_a_pipeline(&mut self, case: &Case<'_>) -> Came {
        let works = self.cast.works(case.who, case.whose).clone();
        let in_person = !matches!(case.seat, Seat::Out | Seat::Service(_));
        if in_person && !self.pipelines.contains_key(case.who) {
            // Whoever has no role is not let in.
            self.gets_role_back().await;
            let own = opened(&self.cast, person(case.who)).await;
            // A log that a desk has not settled yet was found ahead: that goes on record now.
            own.checkpoint().await.unwrap();
            self.pipelines.insert(case.who, own);
        }
        let used_up = case.row.expected(case.seat, case.whose) == Some(Outcome::Yes);
        let spare = match used_up && case.row.command == "withdraw" {
            true => self.cast.spare(case.who, case.whose),
            false => works.request.clone(),
        };
        self.leaves_role(case).await;
        let folder = self.cast.folder.path().to_owned();
        let before = self.before().await;
        let call = pipeline::Call {
            pipeline: match case.seat {
                Seat::Out => &self.nobody,
                Seat::Service(role) => &self.services[&role].1,
                Seat::Active(_) | Seat::Stale(_) | Seat::Locked | Seat::Workspace => {
                    &self.pipelines[case.who]
                }
            },
            works: &works,
            spare: spare.to_string(),
            kept: &self.kept,
            prepared: &self.prepared,
            folder: &folder,
            number: case.number,
        };
        let answer = pipeline::call(&call, &case.row.command).await;
        self.came(case, before, answer.err().map(|error| error.code())).await
    }

    /// A desk with somebody in the state of the case, in their role if something is to be prepared.
    async fn seated(&mut self, case: &Case<'_>) -> Desk {
        let wants_role = desk::wants_preparation(&case.row.command);
        let (chair, kept) = match self.desks.remove(case.who) {
            Some(kept) => kept,
            None => (self.cast.desk().await, None),
        };
        if kept == Some(case.seat) {
            if wants_role {
                self.gets_role_back().await;
            }
            chair.cancel_signing().await.unwrap();
            return chair;
        }
        self.gets_role_back().await;
        chair.open_last().await.unwrap();
        match case.seat {
            Seat::Active(_) | Seat::Stale(_) | Seat::Workspace => {
                drop(self.cast.sit(&chair, case.who).await.unwrap())
            }
            Seat::Locked => {
                self.cast.sit(&chair, case.who).await.unwrap();
                chair.lock().await.unwrap();
            }
            Seat::Out if case.role.is_none() => self.turned_away(&chair, case.who).await,
            Seat::Out => {}
            Seat::Service(_) => panic!("no chair is a token's"),
        }
        chair.cancel_signing().await.unwrap();
        chair
    }

    /// Somebody without a role is not let in.
    async fn turned_away(&self, chair: &Desk, who: &str) {
        chair.sign_in(house::person(who).to_string()).await.unwrap();
        let refused = chair.answer_sign_in(typed()).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::NotAllowed, "{refused:?}");
        let asked = chair.signing().await.unwrap();
        assert!(matches!(asked, SigningView::SignIn { .. }), "{asked:?}");
    }

    /// In a stale session the role is gone, from here to the next case that wants it.
    async fn leaves_role(&mut self, case: &Case<'_>) {
        match case.seat {
            Seat::Stale(role) if self.left.is_none() => {
                self.cast.revoke(case.who, CREDIT).await;
                self.left = Some((case.who, role));
            }
            Seat::Stale(_) => {}
            Seat::Active(_) | Seat::Locked | Seat::Out | Seat::Service(_) | Seat::Workspace => {
                self.gets_role_back().await;
            }
        }
    }

    async fn gets_role_back(&mut self) {
        if let Some((who, role)) = self.left.take() {
            self.cast.grant(who, CREDIT, role).await;
        }
    }

    async fn version(&self, prompt: &str) -> u32 {
        let name = ledger::Name::parse(&desk::rewritten(prompt)).unwrap();
        let versions = self.cast.house.store().prompt_versions(&tenant(CREDIT), &name).await;
        versions.unwrap().iter().map(|prompt| prompt.version).max().unwrap_or(0)
    }

    async fn before(&self) -> Before {
        let store = self.cast.house.store();
        let mut sizes = [0; 3];
        for (at, log) in LOGS.iter().enumerate() {
            sizes[at] = size(&store, log).await;
        }
        Before { sizes, state: self.cast.state() }
    }

    /// The outcome, if the records and the state bear the answer out.
    async fn came(&self, case: &Case<'_>, before: Before, code: Option<ErrorCode>) -> Came {
        let store = self.cast.house.store();
        let mut made = Vec::new();
        for (log, from) in LOGS.iter().zip(before.sizes) {
            let new = records(&store, log, from).await;
            made.extend(new.into_iter().map(|record| (*log, record)));
        }
        let state = self.cast.state();
        let gone = before.state.iter().filter(|line| state.binary_search(line).is_err());
        let come = state.iter().filter(|line| before.state.binary_search(line).is_err());
        let changed = gone.count() + come.count();
        let actor = match case.seat {
            Seat::Service(role) => &self.services[&role].0,
            Seat::Active(_) | Seat::Stale(_) | Seat::Locked | Seat::Out | Seat::Workspace => {
                house::person(case.who)
            }
        };
        let recorded =
            made.iter().map(|(log, record)| format!("{log}: {}", record.parts().action)).collect();
        Came { outcome: outcome(actor, code, &made, changed), code, recorded, changed }
    }
}

fn outcome(
    actor: &Actor,
    code: Option<ErrorCode>,
    made: &[(&str, AuditRecord)],
    changed: usize,
) -> Option<Outcome> {
    let actions: Vec<(&str, Action)> =
        made.iter().map(|(log, record)| (*log, record.parts().action)).collect();
    let own = made.iter().all(|(_, record)| record.parts().actor == *actor);
    let denied = actions
        .iter()
        .any(|(_, action)| matches!(action, Action::PermissionDeny | Action::TenantDeny));
    let Some(code) = code else {
        let nothing = changed == 0 && made.is_empty();
        let done = if nothing { Outcome::Sees } else { Outcome::Yes };
        return (!denied).then_some(done);
    };
    if changed > 0 || !own {
        return None;
    }
    match (code, actions.as_slice()) {
        (ErrorCode::NotAllowed, [(CREDIT, Action::PermissionDeny)]) => Some(Outcome::No),
        (ErrorCode::NotFound, [(CREDIT, Action::TenantDeny)]) => Some(Outcome::Gone),
        (ErrorCode::NotFound, []) => Some(Outcome::Absent),
        (ErrorCode::NotSignedIn, []) => Some(Outcome::Out),
        (ErrorCode::NotSignedIn, [("_workspace", Action::SessionSignOut)]) => Some(Outcome::Left),
        (ErrorCode::NotAllowed, []) => None,
        (_, []) => Some(Outcome::Refused),
        _ => None,
    }
}

pub(crate) fn person(who: &str) -> Asker {
    let passphrase = security::passphrase::Passphrase::from_text(PASSPHRASE).unwrap();
    Asker::Person { name: who.to_owned(), passphrase: std::sync::Arc::new(passphrase) }
}

/// A rotation as an admin of the workspace prepares it.
pub(crate) async fn rotation(cast: &Cast) -> PreparedRotation {
    let admin = opened(cast, person(ADA)).await;
    admin.prepare_rotation("as every quarter").await.unwrap().unwrap()
}

pub(crate) async fn opened(cast: &Cast, asker: Asker) -> Pipeline {
    let never = || panic!("the keychain asks nobody");
    Pipeline::open(&cast.house.place, &cast.edge, Front::Named(CREDIT), asker, &never)
        .await
        .unwrap()
}
