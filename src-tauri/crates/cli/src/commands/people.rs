//! `role` and `user`: who is there, and what each role may do.
//!
//! Invariant: roles are those of the log; the matrix is the one that is enforced.

use console::Edge;
use console::pipeline::{PersonLine, RoleLine};

use crate::arguments::{Global, Role, User};
use crate::asking;
use crate::failure::{Failure, Status};
use crate::output::Output;

/// `countersign role …`
pub(crate) async fn roles(
    role: &Role,
    global: &Global,
    edge: &Edge,
    output: &mut Output,
) -> Result<Status, Failure> {
    let pipeline = asking::open_for_person(global, edge).await?;
    let printed = match role {
        Role::Matrix => match pipeline.matrix() {
            Ok(lines) => output.lines(&lines, matrix_row),
            Err(error) => Err(error.into()),
        },
        Role::List => match pipeline.people().await {
            Ok(people) => {
                let held: Vec<PersonLine> =
                    people.into_iter().filter(|person| person.role.is_some()).collect();
                output.lines(&held, person_row)
            }
            Err(error) => Err(error.into()),
        },
    };
    pipeline.settle().await?;
    printed.map(|()| Status::Done)
}

/// `countersign user …`
pub(crate) async fn users(
    user: &User,
    global: &Global,
    edge: &Edge,
    output: &mut Output,
) -> Result<Status, Failure> {
    let pipeline = asking::open_for_person(global, edge).await?;
    let User::List = user;
    let people = pipeline.people().await;
    pipeline.settle().await?;
    output.lines(&people?, person_row)?;
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
