//! A commit that fails leaves no trace (issue "First sign-off", done when 5, first half): for every
//! act that changes something, through the console's own functions.
//!
//! Invariant: each act is hindered at its audit record, at its second record and at its state, and
//! must then leave every line of the database as it was, and succeed when nothing hinders it any
//! more. The control is a store that brings the state to the disk first.

use std::sync::Arc;

use console::administering::RoleWish;
use console::session::{Entry, Who};
use console::{ConsoleError, ErrorCode, Workspace};
use ledger::{Action, Decision, RequestId, Role, Tier};
use security::passphrase::Passphrase;
use store::StoreError;
use tests::dump::{change, dump};
use tests::house::{
    ADA, ANN, BOB, EVE, House, MARKETS, MAX, MIA, NEW, PASSPHRASE, VIC, model, person, prompt,
};
use tests::logs::{Reader, tenant};
use tests::state_first::StateFirst;

/// Everything that changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    RegisterModel,
    NewPrompt,
    NextPrompt,
    Withdraw,
    FirstVote,
    LastVote,
    Rejection,
    AddPerson,
    Enrol,
    GrantRole,
    RevokeRole,
    CreateTenant,
    ProposeChange,
    ApproveChange,
    SignIn,
    FailedSignIn,
    SignOut,
    Denial,
}

const ALL: [Act; 18] = [
    Act::RegisterModel,
    Act::NewPrompt,
    Act::NextPrompt,
    Act::Withdraw,
    Act::FirstVote,
    Act::LastVote,
    Act::Rejection,
    Act::AddPerson,
    Act::Enrol,
    Act::GrantRole,
    Act::RevokeRole,
    Act::CreateTenant,
    Act::ProposeChange,
    Act::ApproveChange,
    Act::SignIn,
    Act::FailedSignIn,
    Act::SignOut,
    Act::Denial,
];

/// Where the commit is made to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hindrance {
    FirstRecord,
    SecondRecord,
    State,
}

impl Hindrance {
    const ALL: [Self; 3] = [Self::FirstRecord, Self::SecondRecord, Self::State];

    /// Whether this act comes by there.
    fn is_met_by(self, act: Act) -> bool {
        match self {
            Self::FirstRecord => true,
            Self::SecondRecord => matches!(
                act,
                Act::RegisterModel
                    | Act::NewPrompt
                    | Act::NextPrompt
                    | Act::LastVote
                    | Act::Rejection
                    | Act::Enrol
            ),
            // What stands in the log alone has no state.
            Self::State => {
                !matches!(act, Act::SignOut | Act::Denial | Act::GrantRole | Act::RevokeRole)
            }
        }
    }

    fn put_up(self, house: &House) {
        let fails = "BEGIN SELECT RAISE(ABORT, 'a test lets it fail'); END;";
        let statements = match self {
            Self::FirstRecord => format!("CREATE TRIGGER log_fails BEFORE INSERT ON log {fails}"),
            Self::SecondRecord => format!(
                "CREATE TABLE log_before AS SELECT position FROM log;
                 CREATE TRIGGER log_fails BEFORE INSERT ON log
                 WHEN NEW.position - 1 IN (SELECT position FROM log)
                 AND NEW.position - 1 NOT IN (SELECT position FROM log_before) {fails}"
            ),
            Self::State => ["person", "tenant", "standing"]
                .iter()
                .flat_map(|table| [("INSERT", table), ("UPDATE", table)])
                .map(|(verb, table)| {
                    format!("CREATE TRIGGER {table}_{verb}_fails BEFORE {verb} ON {table} {fails}")
                })
                .collect(),
        };
        change(&house.database(), &statements);
    }

    fn take_down(self, house: &House) {
        let statements = match self {
            Self::FirstRecord => "DROP TRIGGER log_fails".to_owned(),
            Self::SecondRecord => "DROP TRIGGER log_fails; DROP TABLE log_before".to_owned(),
            Self::State => ["person", "tenant", "standing"]
                .iter()
                .map(|table| {
                    format!("DROP TRIGGER {table}_INSERT_fails; DROP TRIGGER {table}_UPDATE_fails;")
                })
                .collect(),
        };
        change(&house.database(), &statements);
    }
}

/// What the acts are done to.
struct Waiting {
    fresh: RequestId,
    voted: RequestId,
    rejected: RequestId,
    withdrawn: RequestId,
    change: RequestId,
}

impl Waiting {
    async fn prepare(house: &House) -> Self {
        let voted = house.register("with-a-vote", Tier::High).await.request_id;
        house.decide(BOB, &voted, Decision::Approved).await.unwrap();
        house.write("superseded", 0, None).await;
        let there = house.session_in(ADA, MARKETS);
        let wish =
            RoleWish { person: person(MIA), role: Role::Viewer, group: None, reason: "reads only" };
        let outcome = house.workspace.grant_role(&there, house.key(ADA), wish).await.unwrap();
        let console::proposing::ChangeOutcome::Waiting { request_id } = outcome else {
            panic!("with two admins it waits")
        };
        Self {
            fresh: house.register("without-a-vote", Tier::High).await.request_id,
            voted,
            rejected: house.register("rejected", Tier::Low).await.request_id,
            withdrawn: house.write("withdrawn", 0, None).await.request_id,
            change: request_id,
        }
    }
}

/// Does it once.
async fn perform(
    house: &House,
    workspace: &Workspace,
    waiting: &Waiting,
    act: Act,
) -> Result<(), ConsoleError> {
    let (ada, ann) = (house.session(ADA), house.session(ANN));
    let there = house.session_in(ADA, MARKETS);
    let wish = |who, role| RoleWish { person: person(who), role, group: None, reason: "moves" };
    let right = || Arc::new(Passphrase::from_text(PASSPHRASE).unwrap());
    match act {
        Act::RegisterModel => {
            workspace.register_model(&ada, &model("new-model", Tier::Low), "a").await.map(drop)
        }
        Act::NewPrompt => workspace.write_prompt(&ann, &prompt("new", 0), "b").await.map(drop),
        Act::NextPrompt => {
            workspace.write_prompt(&ann, &prompt("superseded", 1), "c").await.map(drop)
        }
        Act::Withdraw => workspace.withdraw(&ann, &waiting.withdrawn, "not needed").await,
        Act::FirstVote => vote(house, workspace, BOB, &waiting.fresh, Decision::Approved).await,
        Act::LastVote => vote(house, workspace, EVE, &waiting.voted, Decision::Approved).await,
        Act::Rejection => vote(house, workspace, EVE, &waiting.rejected, Decision::Rejected).await,
        Act::AddPerson => workspace.add_person(&ada, "Zoe Last", "joins").await.map(drop),
        Act::Enrol => {
            let wish = wish(NEW, Role::Viewer);
            workspace.enrol(&ada, house.key(ADA), house.new_key(), wish).await.map(drop)
        }
        Act::GrantRole => {
            workspace.grant_role(&ada, house.key(ADA), wish(VIC, Role::Analyst)).await.map(drop)
        }
        Act::RevokeRole => {
            workspace.revoke_role(&ada, house.key(ADA), person(VIC), "left").await.map(drop)
        }
        Act::CreateTenant => {
            let (key, id) = (house.key(ADA), tenant("retail"));
            workspace.create_tenant(&ada, key, &id, "Retail", "a new desk").await
        }
        Act::ProposeChange => {
            let wish = wish(MIA, Role::Analyst);
            workspace.grant_role(&there, house.key(ADA), wish).await.map(drop)
        }
        Act::ApproveChange => {
            let session = house.session_in(MAX, MARKETS);
            let review = workspace.open_review(&session, &waiting.change).await?;
            sign(house, workspace, MAX, (&session, &review), Decision::Approved).await
        }
        Act::SignIn => workspace.sign_in(Who::Name(EVE), &right(), Entry::SignIn).await.map(drop),
        Act::FailedSignIn => {
            let wrong = Arc::new(Passphrase::from_text("not the passphrase").unwrap());
            let refused = workspace.sign_in(Who::Name(BOB), &wrong, Entry::SignIn).await;
            as_wanted(refused.map(drop), ErrorCode::WrongPassphrase)
        }
        Act::SignOut => workspace.end_session(&ada, Action::SessionSignOut).await,
        Act::Denial => {
            let vic = house.session(ANN);
            let refused = workspace.register_model(&vic, &model("denied", Tier::Low), "d").await;
            as_wanted(refused.map(drop), ErrorCode::NotAllowed)
        }
    }
}

/// An act that succeeds by being refused, on record.
fn as_wanted(refused: Result<(), ConsoleError>, code: ErrorCode) -> Result<(), ConsoleError> {
    match refused {
        Err(error) if error.code() == code => Ok(()),
        Ok(()) => panic!("it must be refused"),
        Err(error) => Err(error),
    }
}

async fn vote(
    house: &House,
    workspace: &Workspace,
    who: &str,
    request: &RequestId,
    decision: Decision,
) -> Result<(), ConsoleError> {
    let session = house.session(who);
    let review = workspace.open_review(&session, request).await?;
    sign(house, workspace, who, (&session, &review), decision).await
}

async fn sign(
    house: &House,
    workspace: &Workspace,
    who: &str,
    (session, review): (&console::session::Session, &console::reviewing::OpenReview),
    decision: Decision,
) -> Result<(), ConsoleError> {
    let verdict = console::reviewing::Verdict { decision, reason: "limits hold", seconds: 74 };
    let id = workspace.correlation();
    let key = house.key(who);
    workspace.decide(session, key, review, verdict, id.as_str()).await.map(drop)
}

/// Lines that are there after and were not before, or the other way round.
fn traces(before: &[String], after: &[String]) -> usize {
    let gone = before.iter().filter(|line| after.binary_search(line).is_err()).count();
    gone + after.iter().filter(|line| before.binary_search(line).is_err()).count()
}

#[tokio::test]
async fn a_commit_that_fails_at_any_of_its_parts_leaves_no_trace() {
    let house = House::new().await;
    let waiting = Waiting::prepare(&house).await;
    let mut tried = 0;
    for act in ALL {
        for hindrance in Hindrance::ALL.into_iter().filter(|hindrance| hindrance.is_met_by(act)) {
            let before = dump(&house.database());
            hindrance.put_up(&house);
            let failed = perform(&house, &house.workspace, &waiting, act).await;
            let error = failed.expect_err("it was hindered");
            assert!(
                matches!(error, ConsoleError::Store(StoreError::Conflict { .. })),
                "{act:?} at {hindrance:?}: {error:?}"
            );
            hindrance.take_down(&house);
            let left = traces(&before, &dump(&house.database()));
            assert_eq!(left, 0, "{act:?}, hindered at {hindrance:?}, left {left} traces");
            tried += 1;
        }
        perform(&house, &house.workspace, &waiting, act).await.unwrap();
    }
    println!("atomicity: {tried} hindered commits of {} acts left no trace", ALL.len());
    assert!(tried >= 38, "{tried} commits were hindered");
    let store = house.store();
    let mut credit = Reader::new(house.workspace.id(), tests::house::CREDIT);
    credit.read_on(&store).await;
    assert_eq!(credit.faults(&store).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_store_that_writes_state_first_is_caught() {
    let acts = ALL.into_iter().filter(|act| Hindrance::State.is_met_by(*act));
    let mut caught = 0;
    for act in acts {
        // What the last one left behind would be in the way of the next.
        let house = House::new().await;
        let waiting = Waiting::prepare(&house).await;
        let control = house.on(Arc::new(StateFirst::open(&house.place))).await;
        let before = dump(&house.database());
        Hindrance::FirstRecord.put_up(&house);
        perform(&house, &control, &waiting, act).await.expect_err("it was hindered");
        Hindrance::FirstRecord.take_down(&house);
        let left = traces(&before, &dump(&house.database()));
        assert!(left > 0, "{act:?}: the control was not caught");
        caught += 1;
    }
    println!("atomicity: the control was caught {caught} times of {caught}");
    assert!(caught >= 14, "{caught} acts have state");
}
