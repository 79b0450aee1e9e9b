//! `role` and `user`: who is there, and what each role may do.
//!
//! Invariant: roles are those of the log; the matrix is the one that is enforced.

use console::Edge;
use console::pipeline::{GrantTexts, PersonLine, PersonTexts, RoleLine};

use crate::arguments::{Global, Role, User};
use crate::asking;
use crate::commands::administration;
use crate::failure::{Failure, Status};
use crate::output::Output;

/// `countersign role …`
pub(crate) async fn roles(
    role: &Role,
    global: &Global,
    edge: &Edge,
    output: &mut Output,
) -> Result<Status, Failure> {
    match role {
        Role::Matrix => matrix(global, edge, output).await,
        Role::List => {
            let holds = |person: &PersonLine| person.role.is_some();
            people(holds, global, edge, output).await
        }
        Role::Grant { name, role, group, reason, own } => {
            let texts =
                GrantTexts { person: PersonTexts { name, role, reason }, group: group.as_deref() };
            let file = own.new_passphrase_file.as_deref();
            administration::grant(texts, file, global, edge, output).await
        }
        Role::Revoke { name, reason } => {
            administration::revoke(name, reason, global, edge, output).await
        }
    }
}

/// `countersign user …`
pub(crate) async fn users(
    user: &User,
    global: &Global,
    edge: &Edge,
    output: &mut Output,
) -> Result<Status, Failure> {
    match user {
        User::List => people(|_| true, global, edge, output).await,
        User::Disable { name, reason } => {
            administration::disable((name, reason), person_row, global, edge, output).await
        }
        User::Add { name, role, reason, own } => {
            let texts = PersonTexts { name, role, reason };
            let file = own.new_passphrase_file.as_deref();
            administration::add_person(texts, file, global, edge, output).await
        }
    }
}

async fn matrix(global: &Global, edge: &Edge, output: &mut Output) -> Result<Status, Failure> {
    let pipeline = asking::open_for_person(global, edge).await?;
    let lines = pipeline.matrix();
    pipeline.settle().await?;
    output.lines(&lines?, matrix_row)?;
    Ok(Status::Done)
}

async fn people(
    among: impl Fn(&PersonLine) -> bool,
    global: &Global,
    edge: &Edge,
    output: &mut Output,
) -> Result<Status, Failure> {
    let pipeline = asking::open_for_person(global, edge).await?;
    let people = pipeline.people().await;
    pipeline.settle().await?;
    let among: Vec<PersonLine> = people?.into_iter().filter(among).collect();
    output.lines(&among, person_row)?;
    Ok(Status::Done)
}

fn matrix_row(line: &RoleLine) -> String {
    let mark = |may: bool| if may { "✓" } else { "✗" };
    format!(
        "{:<9} create {}  approve {}  view {}  register_model {}",
        line.role,
        mark(line.create),
        mark(line.approve),
        mark(line.view),
        mark(line.register_model)
    )
}

fn person_row(line: &PersonLine) -> String {
    let role = line.role.as_deref().unwrap_or("-");
    let enrolled = if line.enrolled { "enrolled" } else { "not enrolled" };
    format!("{}\t{role}\t{}\t{enrolled}\t{}", line.name, line.status, line.id)
}
