//! `token`: what a pipeline holds instead of a passphrase.
//!
//! Invariant: a token is printed once, when it is made; nothing else here knows it.

use console::Edge;
use console::pipeline::{NewTokenLine, Pipeline, TokenLine, TokenTexts};

use crate::arguments::{Global, NewToken, Token};
use crate::asking;
use crate::failure::{Failure, Status};
use crate::output::Output;

/// `countersign token …`
pub(crate) async fn run(
    token: &Token,
    global: &Global,
    edge: &Edge,
    output: &mut Output,
) -> Result<Status, Failure> {
    let pipeline = asking::open_for_person(global, edge).await?;
    let printed = match token {
        Token::Create(new) => create(new, &pipeline, output).await,
        Token::List => match pipeline.tokens().await {
            Ok(lines) => output.lines(&lines, row),
            Err(error) => Err(error.into()),
        },
        Token::Revoke { id, reason } => match pipeline.revoke_token(id, reason).await {
            Ok(line) => output.document(&line, row),
            Err(error) => Err(error.into()),
        },
    };
    pipeline.settle().await?;
    printed.map(|()| Status::Done)
}

async fn create(new: &NewToken, pipeline: &Pipeline, output: &mut Output) -> Result<(), Failure> {
    let texts = TokenTexts {
        title: new.name.clone(),
        role: new.role.clone(),
        expires: new.expires.clone(),
        reason: new.reason.clone(),
    };
    let made = pipeline.create_token(&texts).await?;
    output.document(&made, |NewTokenLine { line, token }| {
        format!(
            "{} is {} in {} until {}, and is owned by {}.\nThe token is never shown again:\n{token}",
            line.name, line.role, line.tenant_id, line.expires_at, line.owner_name
        )
    })
}

fn row(line: &TokenLine) -> String {
    let used = line.last_used_at.as_deref().unwrap_or("never used");
    format!(
        "{}\t{}\t{}\t{}\tuntil {}\t{used}\t{}",
        line.name,
        line.role,
        line.owner_name,
        line.state.as_str(),
        line.expires_at,
        line.id
    )
}
