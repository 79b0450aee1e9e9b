//! What a document offers to be pasted: its fenced blocks, and the shell lines of a pipeline's YAML.
//!
//! Invariant: a block is taken as it stands in the document; what cannot be read strictly panics,
//! so that no test runs another text than the one that people paste.

/// A step of a pipeline: what it sets, and what it runs.
#[derive(Debug)]
pub struct Step {
    /// The pairs under `env:` or `variables:`, as written, without quotes.
    pub sets: Vec<(String, String)>,
    /// The shell lines under `run: |`, or of a `- |` under `script:`.
    pub shell: String,
}

/// The fenced blocks of a language, in order.
#[must_use]
pub fn fenced(text: &str, language: &str) -> Vec<String> {
    let (open, mut found, mut inside) = (format!("```{language}"), Vec::new(), None);
    for line in text.lines() {
        inside = match inside {
            None if line.starts_with("```") => Some((line == open, String::new())),
            None => None,
            Some((wanted, block)) if line == "```" => {
                found.extend(wanted.then_some(block));
                None
            }
            Some((wanted, block)) => Some((wanted, block + line + "\n")),
        };
    }
    assert!(inside.is_none(), "a fence that does not end");
    found
}

/// The one step of a YAML block that runs a shell.
///
/// # Panics
/// When the block is not indented as YAML wants it, or has no such step or several.
#[must_use]
pub fn step(yaml: &str) -> Step {
    let lines: Vec<&str> = yaml.lines().collect();
    demand_indented(&lines);
    let shells: Vec<String> = lines
        .iter()
        .enumerate()
        .filter(|(at, line)| opens_shell(&lines[..*at], line))
        .map(|(at, line)| block_after(&lines[at + 1..], column(line)))
        .collect();
    let [shell] = <[String; 1]>::try_from(shells).expect("one block of shell lines");
    let sets = lines.iter().enumerate().filter(|(_, line)| {
        ["env:", "variables:"].contains(&line.trim_start().trim_start_matches("- "))
    });
    let sets = sets.flat_map(|(at, line)| pairs(&block_after(&lines[at + 1..], column(line))));
    Step { sets: sets.collect(), shell }
}

fn opens_shell(before: &[&str], line: &str) -> bool {
    let above = before.iter().rfind(|above| indent(above) < indent(line));
    match line.trim_start() {
        "run: |" | "- run: |" => true,
        "- |" => above.is_some_and(|above| above.trim_start() == "script:"),
        _ => false,
    }
}

/// The lines that are deeper than what opens them, without their common indentation.
fn block_after(lines: &[&str], opened_at: usize) -> String {
    let own = lines.iter().take_while(|line| line.is_empty() || indent(line) > opened_at);
    let own: Vec<&str> = own.copied().collect();
    let first = own.first().map_or(0, |line| indent(line));
    own.iter().map(|line| line.get(first..).unwrap_or_default().to_owned() + "\n").collect()
}

/// Two spaces a level, no tab, and a deeper line only under what opens a level.
fn demand_indented(lines: &[&str]) {
    let mut block: Option<usize> = None;
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
        assert!(
            !line.contains('\t') && !line.ends_with(' '),
            "line {at}: a tab, or a space at the end"
        );
        if block.is_some_and(|opened| indent(line) > opened) {
            continue;
        }
        block = line.ends_with('|').then_some(column(line));
        assert!(indent(line).is_multiple_of(2), "line {at}: an odd indentation: {line}");
        let text = line.trim_start();
        let known = text.starts_with(['#', '-']) || text.ends_with(':') || text.contains(": ");
        assert!(known, "line {at}: no key, no item: {line}");
        let above = lines[..at].iter().rfind(|above| !above.trim_start().starts_with('#'));
        if let Some(above) = above.filter(|above| indent(above) < indent(line)) {
            let opens = above.ends_with(':') || above.trim_start().starts_with("- ");
            assert!(opens && indent(line) == indent(above) + 2, "line {at}: under nothing: {line}");
        }
    }
}

/// Where the key of a line stands: behind the dash of an item.
fn column(line: &str) -> usize {
    let is_keyed_item = line.trim_start().starts_with("- ") && line.trim_start() != "- |";
    indent(line) + if is_keyed_item { 2 } else { 0 }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn pairs(block: &str) -> Vec<(String, String)> {
    let lines = block.lines().filter(|line| !line.starts_with('#'));
    let pair = |line: &str| {
        let (name, value) = line.split_once(": ").unwrap_or_else(|| panic!("no pair: {line}"));
        (name.to_owned(), value.trim_matches('"').to_owned())
    };
    lines.map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a\n```yaml\nx:\n  - run: |\n      b\n\n        c\n    env:\n      # why\n      K: \"3\"\n```\n\
                        ```sh\nd\n```\n```yaml\nscript:\n  - |\n    e\n```\n";

    #[test]
    fn blocks_are_taken_as_they_stand() {
        let blocks = fenced(TEXT, "yaml");
        assert_eq!(fenced(TEXT, "sh"), ["d\n"]);
        let first = step(&blocks[0]);
        assert_eq!(first.shell, "b\n\n  c\n");
        assert_eq!(first.sets, [("K".to_owned(), "3".to_owned())]);
        assert_eq!(step(&blocks[1]).shell, "e\n");
    }

    #[test]
    fn what_is_no_yaml_or_has_no_step_is_refused() {
        for text in [
            "x:\n   run: |\n    b\n",
            "x: 1\n  run: |\n    b\n",
            "x:\n\trun: |\n",
            "x\nrun: |\n  b\n",
            "other:\n  - |\n    b\n",
            "run: |\n  a\nx:\n  run: |\n    b\n",
        ] {
            assert!(std::panic::catch_unwind(|| step(text)).is_err(), "taken: {text:?}");
        }
        assert!(std::panic::catch_unwind(|| fenced("```sh\na\n", "sh")).is_err());
    }
}
