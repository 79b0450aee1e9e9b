//! The house rules as tests: each rule is a function over one file's path and text.
//!
//! Invariant: a rule proves that it can fail before it is believed: its `caught` cases must be
//! found, its `allowed` ones must not, and it looks at no fewer files than its floor. Rules read
//! text; they judge no behaviour.

mod append_only;
mod boundaries;
mod documents;
mod files;
mod imports;
mod page;
mod shape;
mod source;
mod wording;

use files::File;

/// Where a case of a rule stands: a path, and the text there.
type Case = (&'static str, &'static str);

/// One house rule.
struct Rule {
    /// What it states, as a sentence.
    states: &'static str,
    /// Whether it speaks about the file at this path.
    covers: fn(&str) -> bool,
    /// What in the file breaks it; nothing when it holds.
    breaks: fn(&File) -> Vec<String>,
    /// The least number of files it must look at.
    floor: Floor,
    /// Cases that it must find: the negative control.
    caught: &'static [Case],
    /// Cases that look alike and are in order.
    allowed: &'static [Case],
}

/// The least number of files that a rule must look at.
enum Floor {
    /// Wherever the repository is checked out.
    Always(usize),
    /// Where the page is there: the core is built and tested without it, too.
    WithPage(usize),
}

/// Holds a rule against its own cases, then against every file it covers.
fn check(rule: &Rule) {
    for (path, text) in rule.caught {
        assert!((rule.covers)(path), "{}: does not look at {path}", rule.states);
        let found = (rule.breaks)(&File::new(path, text));
        assert!(!found.is_empty(), "{}: does not catch {path}: {text}", rule.states);
    }
    for (path, text) in rule.allowed {
        let found = (rule.breaks)(&File::new(path, text));
        let quiet = !(rule.covers)(path) || found.is_empty();
        assert!(quiet, "{}: wrongly catches {path}: {found:?}", rule.states);
    }
    let covered: Vec<File> =
        files::all().into_iter().filter(|file| (rule.covers)(&file.path)).collect();
    println!("tidy: {}: {} files", rule.states, covered.len());
    let floor = match rule.floor {
        Floor::Always(floor) => floor,
        Floor::WithPage(floor) if files::page_is_there() => floor,
        Floor::WithPage(_) => 0,
    };
    assert!(covered.len() >= floor, "{}: only {} files", rule.states, covered.len());
    let broken: Vec<String> = covered
        .iter()
        .flat_map(|file| {
            (rule.breaks)(file).into_iter().map(|what| format!("{}: {what}", file.path))
        })
        .collect();
    assert!(broken.is_empty(), "{}:\n{}", rule.states, broken.join("\n"));
}
