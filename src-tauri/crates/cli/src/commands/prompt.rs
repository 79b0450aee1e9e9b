//! `prompt`: writing, listing, comparing, reading.
//!
//! Invariant: a text goes in and comes out byte for byte.

use console::Edge;
use console::diff::Compared;
use console::pipeline::{Pipeline, PromptLine, PromptTexts};
use console::views::{DiffLine, DiffRow};
use serde_json::json;

use super::model::submitted;
use crate::arguments::{Global, Prompt};
use crate::asking;
use crate::failure::{Failure, Status};
use crate::output::Output;

/// `countersign prompt …`
pub(crate) async fn run(
    prompt: &Prompt,
    global: &Global,
    edge: &Edge,
    output: &mut Output,
) -> Result<Status, Failure> {
    let pipeline = asking::open_for_person(global, edge).await?;
    let answer = answer(prompt, &pipeline, output).await;
    // Denials are on record too.
    pipeline.settle().await?;
    answer.map(|()| Status::Done)
}

async fn answer(prompt: &Prompt, pipeline: &Pipeline, output: &mut Output) -> Result<(), Failure> {
    match prompt {
        Prompt::Push { name, file, tier, reason } => {
            let texts = PromptTexts {
                name: name.clone(),
                text: asking::text_of(file)?,
                tier: tier.clone(),
                reason: reason.clone(),
            };
            output.document(&pipeline.push_prompt(&texts).await?, submitted)
        }
        Prompt::List => output.lines(&pipeline.prompts().await?, words),
        Prompt::Show { name } => output.lines(&pipeline.prompt(name).await?, details),
        Prompt::Diff { name, left, right, reason } => {
            let compared = pipeline.prompt_diff(name, (*left, *right), reason).await?;
            let answer = json!({
                "name": name, "left": left, "right": right,
                "added": compared.added, "removed": compared.removed, "hunks": compared.hunks,
            });
            output.document(&answer, |_| unified(&compared))
        }
        Prompt::Get { name, approved, reason } => {
            let text = if *approved {
                pipeline.approved_prompt_text(name, reason).await?
            } else {
                pipeline.newest_prompt_text(name, reason).await?
            };
            if output.is_json() {
                return output.document(&json!({"name": name, "text": text}), |_| String::new());
            }
            output.raw(&text)
        }
    }
}

fn words(line: &PromptLine) -> String {
    let PromptLine { name, version, status, effect, tier, .. } = line;
    format!("{name}\t{version}\t{status}\t{effect}\t{tier}")
}

fn details(line: &PromptLine) -> String {
    let (at, author, reason) = (&line.created_at, &line.author, &line.reason);
    format!("{}\t{}\t{at}\t{author}\t{reason}", words(line), line.digest)
}

/// The rows one under the other, removed lines before added ones.
fn unified(compared: &Compared) -> String {
    let mut lines = vec![format!("+{} −{}", compared.added, compared.removed)];
    for hunk in &compared.hunks {
        lines.push(format!("@@ {} unchanged lines @@", hunk.folded_before));
        let mut added = Vec::new();
        for row in &hunk.rows {
            if is_same(row) {
                lines.append(&mut added);
                lines.extend(row.right.as_ref().map(|line| marked(' ', line)));
            } else {
                lines.extend(row.left.as_ref().map(|line| marked('-', line)));
                added.extend(row.right.as_ref().map(|line| marked('+', line)));
            }
        }
        lines.append(&mut added);
    }
    lines.join("\n")
}

fn is_same(row: &DiffRow) -> bool {
    row.kind == "same"
}

fn marked(mark: char, line: &DiffLine) -> String {
    let text: String = line
        .runs
        .iter()
        .map(|run| match run.kind.as_str() {
            "hidden" | "in_place" => format!("[{}]", run.text),
            _ => run.text.clone(),
        })
        .collect();
    format!("{mark}{}", text.trim_end_matches('\n'))
}
