//! `key`: whose keys count in a tenant, and the workspace secret.
//!
//! Invariant: the line of a new secret is printed once, on standard output, before the rotation that
//! makes it primary begins. Stopped at any moment, the rotation goes on when the command is run again.

use console::Edge;
use console::pipeline::{KeyLine, Pipeline, PreparedRotation, SecretStatusLine};
use console::words::how_far;
use serde_json::json;

use crate::arguments::{Global, Key};
use crate::asking;
use crate::failure::{Failure, Status};
use crate::output::Output;
use crate::progress;

/// `countersign key …`
pub(crate) async fn run(
    key: &Key,
    global: &Global,
    edge: &Edge,
    output: &mut Output,
) -> Result<Status, Failure> {
    let pipeline = asking::open_for_person(global, edge).await?;
    let done = match key {
        Key::List => match pipeline.keys().await {
            Ok(keys) => output.lines(&keys, key_row),
            Err(error) => Err(error.into()),
        },
        Key::Status => match pipeline.secret_status().await {
            Ok(status) => output.document(&status, status_words),
            Err(error) => Err(error.into()),
        },
        Key::Rotate { reason } => rotate(&pipeline, reason, output).await,
    };
    pipeline.settle().await?;
    done.map(|()| Status::Done)
}

async fn rotate(pipeline: &Pipeline, reason: &str, output: &mut Output) -> Result<(), Failure> {
    if let Some(prepared) = pipeline.prepare_rotation(reason).await? {
        print_line(&prepared, output)?;
        pipeline.begin_rotation(&prepared).await?;
        pipeline.settle().await?;
    }
    let told = |done, total| progress::show(done, total, &how_far(done, total, "values"));
    let rotated = pipeline.continue_rotation(told).await;
    progress::clear();
    rotated?;
    let status = pipeline.secret_status().await?;
    let (key_id, values) =
        status.secrets.first().map(|secret| (&secret.key_id, secret.values)).unzip();
    let end = json!({"stage": "end", "key_id": key_id, "values": values});
    output.document(&end, |_| {
        "Every value is under the new secret, and the old one is removed.".to_owned()
    })
}

/// Printed first: whatever happens afterwards, the line is there.
fn print_line(prepared: &PreparedRotation, output: &mut Output) -> Result<(), Failure> {
    let ((from, to), values) = (prepared.keys(), prepared.values());
    let line = prepared.line().expose();
    let begin = json!({"stage": "begin", "from": from, "to": to, "values": values, "secret": line});
    output.document(&begin, |_| {
        format!(
            "New line of the recovery kit. Write it down now; it is never shown again.\n\
             SECRET   {line}\n\
             RECOVERY stays as it is. Keep the old SECRET for backups made before today.\n\
             Rotating from {from} to {to}, {values} values."
        )
    })
}

fn key_row(line: &KeyLine) -> String {
    let who = if line.name.is_empty() { &line.owner } else { &line.name };
    let ended = match (&line.ended_at, line.compromised_since) {
        (None, _) => "good".to_owned(),
        (Some(at), None) => format!("retired {at}"),
        (Some(at), Some(since)) => format!("compromised {at}, void from record {since} on"),
    };
    format!("{}\t{}\t{who}\tenrolled {}\t{ended}", line.kind, line.keyid, line.enrolled_at)
}

fn status_words(status: &SecretStatusLine) -> String {
    let mut lines: Vec<String> = status
        .secrets
        .iter()
        .map(|secret| {
            let ended = secret.ended_at.as_ref().map(|at| format!(", retired {at}"));
            format!(
                "{}\t{}\t{} values\tsince {}, {} days{}",
                secret.key_id,
                secret.standing,
                secret.values,
                secret.since,
                secret.age_days,
                ended.unwrap_or_default()
            )
        })
        .collect();
    if status.is_variable {
        lines.push("The secret is ENCRYPTION_KEY; it cannot be rotated here.".to_owned());
    }
    if status.strange > 0 {
        lines.push(format!("{} values are under keys that nobody knows.", status.strange));
    }
    lines.push(match &status.rotation {
        None => "No rotation is under way.".to_owned(),
        Some(rotation) => format!(
            "A rotation from {} to {} began {}; {} values are left. Run `key rotate` to go on.",
            rotation.from, rotation.to, rotation.begun_at, rotation.left
        ),
    });
    lines.join("\n")
}
