//! Reads `text/prompts-*.txt`: the first text of each prompt and the edits that made the others.
//!
//! A block is `=== name | tenant | tier | area | owner`, the lines of version 1, and for each later
//! version `%% note` with its edits: `~ old ==> new` replaces a text that occurs once, `@ text`
//! goes to the one line that holds it, `+ line` inserts below, `- text` removes the one line that
//! holds it, `> line` appends. The first `%%` of a block, before any text, is version 1's note.
//! `{U+200B}` writes an invisible character, so that these files hold none.

use super::chance::Chance;
use super::note::{self, Note};
use super::schedule::{self, Request};
use super::votes::Reasons;
use super::{ContentFault, DemoPrompt, DemoPromptVersion, people};

const FILES: &[&str] = &[
    include_str!("text/prompts-crime.txt"),
    include_str!("text/prompts-credit.txt"),
    include_str!("text/prompts-complaints.txt"),
    include_str!("text/prompts-payments.txt"),
    include_str!("text/prompts-service.txt"),
    include_str!("text/prompts-risk.txt"),
    include_str!("text/prompts-uk.txt"),
    include_str!("text/long-typologies.txt"),
    include_str!("text/long-merchants.txt"),
    include_str!("text/long-repair.txt"),
    include_str!("text/long-documents.txt"),
    include_str!("text/long-complaints.txt"),
];

/// All prompts in the order of the files.
pub(super) fn read(reasons: &mut Reasons) -> Result<Vec<DemoPrompt>, ContentFault> {
    let blocks = FILES.iter().flat_map(|file| file.split("=== ").skip(1));
    blocks.map(|block| prompt(block, reasons)).collect()
}

/// A version before its request is played: its note, its text, and how many edits made it.
struct Draft {
    note: Note,
    text: String,
    edits: usize,
}

fn prompt(block: &'static str, reasons: &mut Reasons) -> Result<DemoPrompt, ContentFault> {
    let (first, rest) = block.split_once('\n').unwrap_or((block, ""));
    let fields: Vec<&'static str> = first.split('|').map(str::trim).collect();
    let [name, tenant, tier, area, owner] = fields.as_slice() else {
        return Err(ContentFault::new(format!("prompt head: {first}")));
    };
    let (name, tenant, tier) = (*name, *tenant, *tier);
    let (drafts, notes) = drafts(name, rest)?;
    let mut chance = Chance::of(&format!("{tenant}/prompt/{name}"));
    let moments = schedule::moments(&notes, &mut chance);
    let mut versions: Vec<DemoPromptVersion> = Vec::with_capacity(notes.len());
    for (((text, edits), note), at) in drafts.into_iter().zip(notes).zip(moments) {
        let by = author(tenant, owner, at.day(), note.asked.is_some(), &mut chance);
        let request = Request { tenant, tier, maker: by, asked: at, chance: &mut chance };
        let outcome = request.outcome(note.fate, |chance| reasons.prompt(chance, area, edits));
        versions.push(DemoPromptVersion { text, reason: note.reason, by, at, outcome });
    }
    Ok(DemoPrompt { tenant, name, tier, versions })
}

/// The owner mostly; now and then, or before the owner came, a colleague.
fn author(tenant: &str, owner: &str, day: i64, pinned: bool, chance: &mut Chance) -> &'static str {
    let there = people::authors(tenant, day);
    let owner = there.iter().find(|name| **name == owner);
    let colleague = chance.pick(&there);
    let steps_in = !pinned && chance.below(100) < 18;
    owner.filter(|_| !steps_in).or(colleague).copied().unwrap_or("")
}

pub(super) type Drafts = (Vec<(String, usize)>, Vec<Note>);

/// The versions of one block and the number of edits that made each.
pub(super) fn drafts(name: &str, block: &'static str) -> Result<Drafts, ContentFault> {
    let mut versions = Vec::new();
    let mut notes = Vec::new();
    let mut lines: Vec<String> = Vec::new();
    for part in block.split("%% ").skip(1) {
        let (line, body) = part.split_once('\n').unwrap_or((part, ""));
        let Draft { note, text, edits } = draft(name, line, body, &mut lines)?;
        notes.push(note);
        versions.push((text, edits));
    }
    Ok((versions, notes))
}

fn draft(
    name: &str,
    note: &'static str,
    body: &'static str,
    lines: &mut Vec<String>,
) -> Result<Draft, ContentFault> {
    let mut edits = 0;
    if lines.is_empty() {
        lines.extend(body.trim_end().lines().map(visible));
    } else {
        let mut editor = Editor { lines, at: 0 };
        for edit in body.trim_end().lines() {
            editor.apply(edit).map_err(|what| ContentFault::new(format!("{name}: {what}")))?;
            edits += 1;
        }
    }
    let mut text = lines.join("\n");
    text.push('\n');
    Ok(Draft { note: note::parse(note)?, text, edits })
}

/// Turns `{U+200B}` into the character that it names.
fn visible(line: &str) -> String {
    let Some((before, rest)) = line.split_once("{U+") else { return line.to_owned() };
    let Some((code, after)) = rest.split_once('}') else { return line.to_owned() };
    match u32::from_str_radix(code, 16).ok().and_then(char::from_u32) {
        Some(character) => format!("{before}{character}{}", visible(after)),
        None => line.to_owned(),
    }
}

struct Editor<'a> {
    lines: &'a mut Vec<String>,
    at: usize,
}

impl Editor<'_> {
    fn apply(&mut self, edit: &str) -> Result<(), String> {
        let (verb, text) = edit.split_at(edit.len().min(1));
        let text = text.strip_prefix(' ').unwrap_or(text);
        match verb {
            "@" => self.at = self.only(text)?,
            "+" => {
                self.at = (self.at + 1).min(self.lines.len());
                self.lines.insert(self.at, visible(text));
            }
            "-" => {
                let line = self.only(text)?;
                self.lines.remove(line);
                self.at = line.saturating_sub(1);
            }
            "~" => {
                let (old, new) = text.split_once(" ==> ").ok_or("~ needs ` ==> `")?;
                let line = self.only(old)?;
                self.at = line;
                if let Some(line) = self.lines.get_mut(line) {
                    *line = line.replacen(old, &visible(new), 1);
                }
            }
            ">" => self.lines.push(visible(text)),
            _ => return Err(format!("unknown edit: {edit}")),
        }
        Ok(())
    }

    /// The one line that holds the text.
    fn only(&self, text: &str) -> Result<usize, String> {
        let mut found = self.lines.iter().enumerate().filter(|(_, line)| line.contains(text));
        match (found.next(), found.next()) {
            (Some((at, _)), None) => Ok(at),
            (None, _) => Err(format!("no line holds: {text}")),
            (Some(_), Some(_)) => Err(format!("more than one line holds: {text}")),
        }
    }
}
