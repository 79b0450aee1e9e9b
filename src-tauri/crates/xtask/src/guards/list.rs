//! The list of guards, `tests/guards.txt`, read.
//!
//! Invariant: an entry is whole or the list is refused, with the name of the entry; no two have the
//! same name. How an entry is written stands at the head of the list.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::problem::Problem;

/// A guard and what takes it away.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Guard {
    pub(crate) name: String,
    /// Path from the root.
    pub(crate) file: String,
    /// What `cargo test` is given.
    pub(crate) tests: Vec<String>,
    pub(crate) original: String,
    pub(crate) replacement: String,
}

/// Reads the list.
pub(crate) fn read(path: &Path) -> Result<Vec<Guard>, Problem> {
    let failed = |cause| Problem::Files { path: path.display().to_string(), cause };
    let text = fs::read_to_string(path).map_err(failed)?;
    parse(&text)
}

fn parse(text: &str) -> Result<Vec<Guard>, Problem> {
    let mut entries = text.split("\nguard: ");
    entries.next();
    let guards: Vec<Guard> = entries.map(entry).collect::<Result<_, Problem>>()?;
    let names: BTreeSet<&str> = guards.iter().map(|guard| guard.name.as_str()).collect();
    if names.len() < guards.len() {
        return Err(Problem::GuardList { entry: "two entries have one name".to_owned() });
    }
    Ok(guards)
}

fn entry(text: &str) -> Result<Guard, Problem> {
    let broken = || Problem::GuardList { entry: text.lines().next().unwrap_or("").to_owned() };
    let (head, rest) = text.split_once("\n<<<\n").ok_or_else(broken)?;
    let (original, rest) = rest.split_once("===\n").ok_or_else(broken)?;
    let (replacement, rest) = rest.split_once(">>>").ok_or_else(broken)?;
    let mut lines = head.lines();
    let name = lines.next().ok_or_else(broken)?;
    let file = lines.next().and_then(|line| line.strip_prefix("file: ")).ok_or_else(broken)?;
    let tests = lines.next().and_then(|line| line.strip_prefix("tests: ")).ok_or_else(broken)?;
    if original.trim().is_empty() || lines.next().is_some() || !rest.trim().is_empty() {
        return Err(broken());
    }
    Ok(Guard {
        name: name.to_owned(),
        file: file.to_owned(),
        tests: tests.split_whitespace().map(str::to_owned).collect(),
        original: original.to_owned(),
        replacement: replacement.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "# head\n\nguard: a\nfile: x.rs\ntests: -p x --lib a\n<<<\n  if b {\n===\n  if false {\n>>>\n";

    #[test]
    fn an_entry_is_read_as_it_stands() -> Result<(), Problem> {
        let guards = parse(ONE)?;
        assert_eq!(guards.len(), 1);
        assert_eq!((guards[0].name.as_str(), guards[0].file.as_str()), ("a", "x.rs"));
        assert_eq!(guards[0].tests, ["-p", "x", "--lib", "a"]);
        assert_eq!(guards[0].original, "  if b {\n");
        assert_eq!(guards[0].replacement, "  if false {\n");
        Ok(())
    }

    #[test]
    fn an_entry_that_is_not_whole_is_refused() {
        let again = format!("{ONE}{}", ONE.replace("# head\n", ""));
        for broken in [
            &ONE.replace("file: x.rs\n", ""),
            &ONE.replace("  if b {\n", ""),
            &ONE.replace("===\n", ""),
            &ONE.replace(">>>", ""),
            &ONE.replace(">>>\n", ">>>\nmore\n"),
            &again,
        ] {
            assert!(matches!(parse(broken), Err(Problem::GuardList { .. })), "{broken}");
        }
    }
}
