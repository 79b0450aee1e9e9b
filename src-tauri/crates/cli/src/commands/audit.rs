//! `audit`: the log, as it is stored and as it is verified.
//!
//! Invariant: records are printed as they are stored; verification trusts nothing but bytes.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use console::past::GivenPast;
use console::pipeline::{
    AlarmLine, CheckpointLine, ExportLine, LogProofLine, Pipeline, VerifyLine, verify_consistency,
    verify_range,
};
use console::views::AuditFilter;
use console::words::how_far;
use console::{ConsoleError, Edge};
use serde_json::Value;

use crate::arguments::{Audit, AuditList, Global};
use crate::asking;
use crate::failure::{Failure, Status, warn};
use crate::output::Output;
use crate::progress;

/// Most that is read of a file in bytes: the limit of a bundle.
const MOST_GIVEN: u64 = 16 << 20;
/// Records asked for at once.
const PAGE: u32 = 100;

/// `countersign audit …`
pub(crate) async fn run(
    audit: &Audit,
    global: &Global,
    edge: &Edge,
    output: &mut Output,
) -> Result<Status, Failure> {
    match audit {
        Audit::List(list) => {
            let pipeline = asking::open_for_person(global, edge).await?;
            for alarm in pipeline.alarms() {
                warn(&alarm, output.is_json());
            }
            let printed = print(list, &pipeline, output).await;
            pipeline.settle().await?;
            printed.map(|()| Status::Done)
        }
        Audit::Verify { against } => {
            let against: Vec<GivenPast> =
                against.iter().map(|path| given_past(path)).collect::<Result<_, _>>()?;
            let pipeline = asking::open(global, edge).await?;
            let found = pipeline
                .verify(&against, |progress| {
                    let what = how_far(progress.done, progress.total, "records");
                    progress::show(progress.done, progress.total, &what);
                })
                .await;
            progress::clear();
            let found = found?;
            let verified = found.findings.is_empty();
            if verified {
                pipeline.settle().await?;
            }
            output.document(&found, verdict)?;
            Ok(if verified { Status::Done } else { Status::Unverified })
        }
        Audit::Export { output: path } => {
            let pipeline = asking::open_for_person(global, edge).await?;
            let exported = pipeline.export_records(path).await;
            written(&pipeline, output, exported).await
        }
        Audit::Range { from, to, output: path } => {
            let pipeline = asking::open_for_person(global, edge).await?;
            let exported = pipeline.export_range((*from, *to), path).await;
            written(&pipeline, output, exported).await
        }
        Audit::Consistency { file, output: path } => {
            let earlier = given_past(file)?;
            let pipeline = asking::open_for_person(global, edge).await?;
            let exported = pipeline.export_consistency(&earlier, path).await;
            written(&pipeline, output, exported).await
        }
        Audit::Proof { seq, output: path } => {
            let pipeline = asking::open_for_person(global, edge).await?;
            let exported = pipeline.export_record(*seq, path).await;
            written(&pipeline, output, exported).await
        }
        Audit::VerifyRange { file, trust } => {
            let found = verify_range(file.clone(), trust.clone()).await?;
            judged(output, &found, |from, to| match to - from {
                1 => format!("Record {from} is"),
                _ => format!("Records {from} to {} are", to - 1),
            })
        }
        Audit::VerifyConsistency { file, trust } => {
            let found = verify_consistency(file.clone(), trust.clone()).await?;
            judged(output, &found, |from, to| format!("The checkpoints at {from} and {to} are"))
        }
        Audit::Checkpoint => {
            let pipeline = asking::open(global, edge).await?;
            let newest: CheckpointLine = pipeline.checkpoint().await?;
            if output.is_json() {
                output.document(&newest, |_| String::new())?;
            } else {
                output.raw(&newest.note)?;
            }
            Ok(Status::Done)
        }
    }
}

/// Says what was written, after the log is settled: denials are on record too.
pub(super) async fn written(
    pipeline: &Pipeline,
    output: &mut Output,
    exported: Result<ExportLine, ConsoleError>,
) -> Result<Status, Failure> {
    pipeline.settle().await?;
    output.document(&exported?, |line| {
        format!("{}: {} records, SHA-256 {}", line.path, line.records, line.sha256)
    })?;
    Ok(Status::Done)
}

fn judged(
    output: &mut Output,
    found: &LogProofLine,
    what: impl Fn(u64, u64) -> String,
) -> Result<Status, Failure> {
    output.document(found, |line| match (line.from, line.to, line.size) {
        (Some(from), Some(to), Some(size)) => {
            format!("{} in the log of {size} records.", what(from, to))
        }
        _ => format!("The file is refused: {} ({}).", line.detail, line.check.unwrap_or_default()),
    })?;
    Ok(if found.holds() { Status::Done } else { Status::Unverified })
}

/// A file that somebody kept. Of a range only the first line counts here, whatever its length.
fn given_past(path: &Path) -> Result<GivenPast, Failure> {
    let name = path.display().to_string();
    let read = || -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(MOST_GIVEN + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let mut bytes = read().map_err(|cause| {
        Failure::usage(format!("{name} cannot be read: {cause}."), "Name a file that you may read.")
    })?;
    if bytes.len() as u64 > MOST_GIVEN {
        let end = bytes.iter().position(|byte| *byte == b'\n').ok_or_else(|| {
            let most = format!("{name} has more than 16 MiB, and no line in it.");
            Failure::usage(most, "Name a note, bundle, range, consistency file or proof.")
        })?;
        bytes.truncate(end + 1);
    }
    Ok(GivenPast { name, bytes })
}

async fn print(list: &AuditList, pipeline: &Pipeline, output: &mut Output) -> Result<(), Failure> {
    let filter = AuditFilter {
        actor: list.actor.clone(),
        action: list.action.clone(),
        resource: list.resource.clone(),
        correlation_id: list.correlation.clone(),
    };
    let mut left = list.limit.unwrap_or(u64::MAX);
    let mut before = None;
    while left > 0 {
        let page = u32::try_from(left).unwrap_or(PAGE).min(PAGE);
        let records = pipeline.records(&filter, before, page).await?;
        let leaves: Vec<Value> = records.into_iter().map(|record| record.leaf).collect();
        output.lines(&leaves, words)?;
        left = left.saturating_sub(leaves.len() as u64);
        before = leaves.last().and_then(|leaf| leaf.get("seq")?.as_u64());
        if leaves.len() < page as usize {
            break;
        }
    }
    Ok(())
}

fn words(leaf: &Value) -> String {
    let field = |name: &str| leaf.get(name).and_then(Value::as_str).unwrap_or_default();
    format!(
        "#{}\t{}\t{}\t{}\t{}/{}\t{}",
        leaf.get("seq").and_then(Value::as_u64).unwrap_or_default(),
        field("timestamp_utc"),
        field("actor"),
        field("action"),
        field("resource_type"),
        field("resource_id"),
        field("reason"),
    )
}

fn verdict(found: &VerifyLine) -> String {
    let (tenant, size, root) = (&found.tenant_id, found.size, &found.root);
    let mut lines = if found.findings.is_empty() {
        vec![format!("The log of {tenant} holds: {size} records, root {root}.")]
    } else {
        let first = found.first_broken.map(|seq| format!(" First at record {seq}."));
        vec![format!("The log of {tenant} does not hold.{}", first.unwrap_or_default())]
    };
    lines.extend(found.findings.iter().cloned());
    let alarm = |alarm: &AlarmLine| {
        format!("Alarm in {}: {} {}", alarm.tenant_id, alarm.message, alarm.hint)
    };
    lines.extend(found.alarms.iter().map(alarm));
    lines.join("\n")
}
