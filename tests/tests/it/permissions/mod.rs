//! The permission matrix, whole: every command, for each role, about one's own and others' things,
//! here and in another tenant, in every state of a session (issue 4, done when 1).
//!
//! Invariant: what is expected comes from `matrix.tsv` alone. A denial is on record in the log of
//! the session's tenant, once, in the name of who asked; whatever is refused changes nothing.

mod cast;
mod desk;
mod foreign;
mod going;
mod pipeline;
mod table;

use std::collections::BTreeSet;
use std::thread::JoinHandle;

use going::{Found, goes_through};
use ledger::Role;
use table::{Outcome, Program, Row, Seat, rows, seats};

/// Fewer combinations than this mean that rows were not gone through.
const FLOOR: usize = 2_400;

#[test]
fn every_command_does_what_the_table_says_for_everybody_in_every_state() {
    let Found { combinations, denials, wrong } = gone_through(rows());
    println!("permissions: {combinations} combinations, {denials} denials on record");
    assert!(wrong.is_empty(), "{} cells:\n{}", wrong.len(), wrong.join("\n"));
    assert!(combinations >= FLOOR, "only {combinations} combinations");
    assert!(denials * 5 >= combinations, "only {denials} denials");
}

#[test]
fn a_cell_that_says_something_else_is_found() {
    let flips = [
        ("decide", Seat::Active(Role::Viewer), Outcome::Sees),
        ("people", Seat::Active(Role::Admin), Outcome::No),
        ("inbox", Seat::Stale(Role::Approver), Outcome::Sees),
        ("audit", Seat::Locked, Outcome::Sees),
        ("models", Seat::Out, Outcome::Absent),
        ("register_model", Seat::Active(Role::Analyst), Outcome::Refused),
        ("create_tenant", Seat::Workspace, Outcome::No),
    ];
    let flip = |row: Row| {
        let flip = flips.iter().find(|(command, _, _)| *command == row.command);
        flip.map(|(_, seat, to)| row.flipped(*seat, *to))
    };
    let desk = rows().into_iter().filter(|row| row.program == Program::Desk);
    let flipped: Vec<Row> = desk.filter_map(flip).collect();
    assert_eq!(flipped.len(), flips.len());
    let Found { wrong, .. } = gone_through(flipped);
    for (command, seat, _) in &flips {
        let named = format!("{command} {seat:?}");
        assert!(wrong.iter().any(|line| line.contains(&named)), "{named}: not found in {wrong:?}");
    }
    // `decide` is asked about four things, `audit` by four who are away, `models` by five who are
    // out, the other four once.
    assert_eq!(wrong.len(), 4 + 4 + 5 + 4, "nothing else is: {wrong:?}");
}

/// Whoever is at work, and whoever is not, each in a workspace of their own, beside each other.
fn gone_through(rows: Vec<Row>) -> Found {
    let at_work = |seat: &Seat| matches!(seat, Seat::Active(_) | Seat::Workspace);
    let (some, others): (Vec<Seat>, Vec<Seat>) = seats().into_iter().partition(at_work);
    let going = [some, others].map(|seats| {
        let rows = rows.clone();
        on_a_thread(move || async move { goes_through(&rows, &seats).await })
    });
    let mut all = Found::default();
    for found in going.map(|going| going.join().unwrap()) {
        all.combinations += found.combinations;
        all.denials += found.denials;
        all.wrong.extend(found.wrong);
    }
    all
}

/// On a thread of its own: all commands in one function want more stack than a test has.
fn on_a_thread<T: Send + 'static, F: Future<Output = T>>(
    work: impl FnOnce() -> F + Send + 'static,
) -> JoinHandle<T> {
    let on_it = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(work())
    };
    std::thread::Builder::new().stack_size(64 << 20).spawn(on_it).unwrap()
}

#[test]
fn every_command_of_the_windows_has_its_row() {
    let mut named = BTreeSet::new();
    for window in ["main", "signing"] {
        let path = format!("src-tauri/capabilities/{window}.json");
        let text = std::fs::read_to_string(tests::root().join(path)).unwrap();
        let allowed = text.split('"').filter_map(|word| word.strip_prefix("allow-"));
        named.extend(allowed.map(|name| name.replace('-', "_")));
    }
    assert!(named.len() >= 50, "{named:?}");
    assert_eq!(of(Program::Desk), named, "a row for each command of the windows, and no other");
}

#[test]
fn every_call_of_the_command_line_has_its_row() {
    let folder = tests::root().join("src-tauri/crates/console/src/pipeline");
    let mut named = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        named.extend(calls(&text));
    }
    assert!(named.len() >= 20, "{named:?}");
    assert_eq!(of(Program::Pipeline), named, "a row for each call of Pipeline, and no other");
}

/// The public calls of `impl Pipeline` that somebody's command leads to.
fn calls(text: &str) -> Vec<String> {
    let own = text.split("\nimpl ").filter(|part| part.starts_with("Pipeline {"));
    let lines = own.flat_map(|part| part.split("\n}").next().unwrap_or_default().lines());
    let name = |line: &str| {
        let line = line.strip_prefix("    pub ")?;
        let name = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ")?;
        Some(name.split(['(', '<']).next()?.to_owned())
    };
    // Opening, settling and the tenant's name are no commands: every command begins and ends so.
    let passed = ["open", "settle", "tenant"];
    lines.filter_map(name).filter(|name| !passed.contains(&name.as_str())).collect()
}

fn of(program: Program) -> BTreeSet<String> {
    rows().into_iter().filter(|row| row.program == program).map(|row| row.command).collect()
}
