//! Another tenant's ids, handed to every command and call that takes one: answered byte for byte as
//! ids that nobody ever made, and nothing of the other tenant comes out (issue 4, done when 2; T8).
//!
//! Invariant: which commands take an id is read off the table: a new row is tried too. What may
//! differ is the id that was asked about, the incident, and what counts up with every call.

use std::sync::Mutex;

use console::desk::{Answer, Desk};
use console::pipeline::{Front, Pipeline, PreparedRotation};
use console::views::{ErrorView, WhitespaceView};
use ledger::{Actor, RequestId};
use tests::house::{ADA, CREDIT, EVE, MARKETS, MIA};
use tests::logs::{records, size};

use super::cast::{CANARY, Cast, STAFF, Works};
use super::going::{opened, person, rotation};
use super::table::{Program, Whose, rows};
use super::{desk, on_a_thread, pipeline};

/// Commands that take an id; fewer mean that the table lost some.
const FLOOR: usize = 25;
const NO_REVIEW: &str = "00000000000000000000000000000000";

/// Everything that a command is given, of one tenant that is not the asker's or of none.
struct Ids {
    works: Works,
    review: String,
    diff: String,
}

impl Ids {
    /// Ada's in `markets`, and the review that she has open there at another desk.
    async fn foreign(cast: &Cast) -> (Self, Desk) {
        let desk = cast.desk().await;
        cast.sit(&desk, ADA).await.unwrap();
        desk.choose_tenant(MARKETS.to_owned()).await.unwrap();
        let works = cast.works(EVE, Whose::OthersElsewhere).clone();
        let review = desk.open_review(works.request.to_string()).await.unwrap().review_id;
        let diff = desk.review_changes(review.clone(), None, WhitespaceView::Exact).await.unwrap();
        (Self { works, review, diff: diff.diff_id }, desk)
    }

    fn absent() -> Self {
        let request = |digit| {
            RequestId::parse(&format!("01930000-0000-7000-8000-00000000030{digit}")).unwrap()
        };
        let service = |digit| {
            Actor::parse(&format!("service/01930000-0000-7000-8000-00000000030{digit}")).unwrap()
        };
        let works = Works {
            tenant: "nowhere",
            model: "nobody/zoe-model".to_owned(),
            prompt: "nobody/zoe-prompt".to_owned(),
            request: request(0),
            decided: request(1),
            revocable: vec![request(4)],
            spare: vec![request(2)],
            token: service(3),
            piped: service(5),
        };
        Self { works, review: NO_REVIEW.to_owned(), diff: NO_REVIEW.to_owned() }
    }

    /// An answer with the ids that were asked about taken out of it, and every digit of others.
    fn taken_out_of(&self, answer: &str) -> String {
        let works = &self.works;
        let (token, piped) = (works.token.to_string(), works.piped.to_string());
        let asked = [
            works.model.as_str(),
            works.prompt.as_str(),
            works.request.as_str(),
            works.decided.as_str(),
            works.spare[0].as_str(),
            token.as_str(),
            piped.as_str(),
            self.review.as_str(),
            self.diff.as_str(),
            works.tenant,
        ];
        let plain = asked.iter().fold(answer.to_owned(), |text, id| text.replace(id, "ID"));
        // Digits of ids and counts differ, and so may their number.
        let digit = |letter: char| if letter.is_ascii_hexdigit() { '0' } else { letter };
        let mut digits: Vec<char> = plain.chars().map(digit).collect();
        digits.dedup_by(|one, other| *one == '0' && *other == '0');
        digits.into_iter().collect()
    }
}

/// What was said, whole.
fn said(answer: Result<String, ErrorView>) -> String {
    match answer {
        Ok(view) => view,
        Err(refusal) => {
            let ErrorView { code, message, hint, incident: _ } = refusal;
            format!("{code:?}: {message} {hint}")
        }
    }
}

/// What the program logged in this process, whichever test made it: listening on one thread alone
/// would miss what other tests met first.
static LOGGED: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Logged;

impl std::io::Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOGGED.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Listens to everything that the program's own crates say.
fn listen() {
    let own = "console=trace,store=trace,governance=trace,ledger=trace,security=trace";
    tracing_subscriber::fmt().with_env_filter(own).with_writer(|| Logged).init();
}

#[test]
fn foreign_ids_are_answered_as_absent_ones_by_every_command_and_nothing_comes_out() {
    on_a_thread(|| async {
        listen();
        let cast = Cast::new().await;
        let (foreign, at_markets) = Ids::foreign(&cast).await;
        let ids = [foreign, Ids::absent()];
        // Of all who have no role in `markets`, whoever administers the workspace reaches furthest.
        cast.grant(EVE, "_workspace", ledger::Role::Admin).await;
        let prepared = rotation(&cast).await;
        let mut number = 0;
        let mut tried = std::collections::BTreeSet::new();
        let mut leaks = Vec::new();
        for (_, who) in STAFF {
            let chair = cast.desk().await;
            cast.sit(&chair, who).await.unwrap();
            let account = opened(&cast, person(who)).await;
            for row in rows().iter().filter(|row| row.about().len() > 1) {
                number += 1;
                let mut answers = Vec::new();
                for (which, ids) in ids.iter().enumerate() {
                    // No answer is one that was kept for another call.
                    let number = number * 2 + which;
                    let whole = match row.program {
                        Program::Desk => {
                            at_the_desk(&cast, &chair, who, ids, (&row.command, number)).await
                        }
                        Program::Pipeline => {
                            by_account(&cast, (&account, &prepared), ids, (&row.command, number))
                                .await
                        }
                    };
                    answers.push((ids.taken_out_of(&whole), whole));
                }
                tried.insert((row.program, row.command.clone()));
                let leaked = answers[0].1.contains(CANARY);
                if answers[0].0 != answers[1].0 || leaked {
                    leaks.push(format!(
                        "{} by {who}: {} | {}",
                        row.command, answers[0].1, answers[1].1
                    ));
                }
            }
        }
        println!(
            "permissions: {} commands with foreign and absent ids, {number} pairs",
            tried.len()
        );
        assert!(leaks.is_empty(), "{}", leaks.join("\n"));
        assert!(tried.len() >= FLOOR, "only {tried:?}");
        let lines = String::from_utf8(LOGGED.lock().unwrap().clone()).unwrap();
        assert!(lines.contains("a command was refused"), "control: refusals are logged");
        assert!(!lines.contains(CANARY), "the other tenant's words are in the program's log");
        let work = cast.works(EVE, Whose::OthersElsewhere).prompt.clone();
        let seen = at_markets.prompt_text(work, 1).await.unwrap();
        assert!(seen.text.contains(CANARY), "control: whoever has a role there sees it");
    })
    .join()
    .unwrap();
}

async fn at_the_desk(
    cast: &Cast,
    chair: &Desk,
    who: &'static str,
    ids: &Ids,
    (command, number): (&str, usize),
) -> String {
    let call = desk::Call {
        desk: chair,
        who,
        whose: Whose::OthersElsewhere,
        works: &ids.works,
        version: 0,
        review: ids.review.clone(),
        diff: ids.diff.clone(),
        artefact: NO_REVIEW.to_owned(),
        folder: cast.folder.path(),
        number,
    };
    // What an earlier command had asked is no answer to this one.
    chair.cancel_signing().await.unwrap();
    said(desk::call(&call, command).await)
}

async fn by_account(
    cast: &Cast,
    (account, prepared): (&Pipeline, &PreparedRotation),
    ids: &Ids,
    (command, number): (&str, usize),
) -> String {
    let kept = console::past::GivenPast { name: "kept".to_owned(), bytes: Vec::new() };
    let call = pipeline::Call {
        pipeline: account,
        works: &ids.works,
        spare: ids.works.spare[0].to_string(),
        kept: &kept,
        prepared,
        folder: cast.folder.path(),
        number,
    };
    said(pipeline::call(&call, command).await.map_err(|error| error.view("")))
}

#[tokio::test]
async fn a_foreign_tenant_is_entered_by_nobody_and_told_as_one_that_is_not_there() {
    let cast = Cast::new().await;
    let from = size(&cast.house.store(), CREDIT).await;
    let mut answers = Vec::new();
    for tenant in [CREDIT, "nowhere"] {
        // Mia has a role in `markets` alone; whoever has none anywhere is not let in at all.
        let never = || panic!("the keychain asks nobody");
        let place = &cast.house.place;
        let entered =
            Pipeline::open(place, &cast.edge, Front::Named(tenant), person(MIA), &never).await;
        let refusal = entered.err().expect("she was let in").view("");
        answers.push(said(Err(refusal)).replace(tenant, "ID"));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(records(&cast.house.store(), CREDIT, from).await.len(), 0, "not her log to write");
    let chair = cast.desk().await;
    cast.sit(&chair, MIA).await.unwrap();
    let choose = async |tenant: &str| -> Answer<String> {
        let answer = chair.choose_tenant(tenant.to_owned()).await;
        answer.map(|view| format!("{view:?}"))
    };
    let (foreign, absent) = (choose(CREDIT).await, choose("nowhere").await);
    assert_eq!(said(foreign).replace(CREDIT, "ID"), said(absent).replace("nowhere", "ID"));
}
