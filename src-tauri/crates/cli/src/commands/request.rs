//! `request`: looking at requests, opening and taking one back. There is no command that decides.

use console::Edge;
use console::pipeline::RequestLine;

use crate::arguments::{Global, Request};
use crate::asking;
use crate::failure::{Failure, Status};
use crate::output::Output;

/// `countersign request …`
pub(crate) async fn run(
    request: &Request,
    global: &Global,
    edge: &Edge,
    output: &mut Output,
) -> Result<Status, Failure> {
    let pipeline = asking::open_for_person(global, edge).await?;
    if let Request::Open { subject, reason } = request {
        let answer = pipeline.open_request(subject, reason).await;
        pipeline.settle().await?;
        output.document(&answer?, super::model::submitted)?;
        return Ok(Status::Done);
    }
    let answer = match request {
        Request::List => pipeline.requests().await,
        Request::Show { id } => pipeline.request(id).await.map(|line| vec![line]),
        Request::Open { .. } => Ok(Vec::new()),
        Request::Withdraw { id, reason } => {
            pipeline.withdraw(id, reason).await.map(|line| vec![line])
        }
    };
    // Denials are on record too.
    pipeline.settle().await?;
    output.lines(&answer?, words)?;
    Ok(Status::Done)
}

fn words(line: &RequestLine) -> String {
    let RequestLine { id, subject, status, lifecycle, requester, votes, needed, .. } = line;
    let tier = line.tier.as_deref().unwrap_or("-");
    let mut text = format!(
        "{id}\t{subject}\t{status}\t{lifecycle}\t{tier}\t{votes} of {needed}\t{requester}\t{}",
        line.reason
    );
    if !line.missing.is_empty() {
        text.push_str(&format!("\t{}", line.missing));
    }
    text
}
