//! What the documents claim is there: the tests that SECURITY.md names, and the files that the
//! documents link to.
//!
//! Invariant: a claim is checked against sources, never against another document.

use super::files::{self, File};

#[test]
fn every_test_that_security_md_names_exists() {
    let files = files::all();
    let security = files.iter().find(|file| file.path == "SECURITY.md").expect("SECURITY.md");
    let claims = claims(&security.text);
    println!("tidy: SECURITY.md: {} tests named", claims.len());
    assert!(claims.len() >= 20, "{claims:?}");
    let lost: Vec<_> = claims.into_iter().filter(|claim| !exists(claim, &files)).collect();
    assert!(lost.is_empty(), "SECURITY.md names tests that are not there: {lost:#?}");

    let invented = ("ledger".to_owned(), "a_test_that_nobody_wrote".to_owned());
    assert!(!exists(&invented, &files));
}

#[test]
fn every_link_of_a_document_leads_to_a_file() {
    let root = tests::root();
    let is_document = |path: &str| {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        ["", "docs"].contains(&folder) && path.ends_with(".md")
    };
    let documents = files::all().into_iter().filter(|file| is_document(&file.path));
    let links: Vec<(String, String)> = documents
        .flat_map(|file| links(&file.text).into_iter().map(move |to| (file.path.clone(), to)))
        .collect();
    println!("tidy: documents: {} links", links.len());
    let beside = |document: &str, to: &str| root.join(document).with_file_name(to);
    let lost: Vec<_> = links.iter().filter(|(from, to)| !beside(from, to).exists()).collect();
    assert!(lost.is_empty(), "{lost:#?}");
    assert_eq!(links_of_control(), ["docs/a.md"]);
}

fn links_of_control() -> Vec<String> {
    links("see [a](docs/a.md#part), [b](https://example.org/) and [c](#part)")
}

/// The pairs of crate and test in backticks: `` `ledger::a_rule_holds` ``.
fn claims(text: &str) -> Vec<(String, String)> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|quoted| quoted.split_once("::"))
        .filter(|(_, test)| test.contains('_'))
        .map(|(package, test)| (package.to_owned(), test.to_owned()))
        .collect()
}

fn exists((package, test): &(String, String), files: &[File]) -> bool {
    let folder = match package.as_str() {
        "tests" => "tests/".to_owned(),
        "shell" => "src-tauri/tests/".to_owned(),
        package => format!("src-tauri/crates/{package}/"),
    };
    let declaration = format!("fn {test}(");
    files
        .iter()
        .filter(|file| file.path.starts_with(&folder) && file.path.ends_with(".rs"))
        .any(|file| file.text.contains(&declaration))
}

/// Where a document's links lead, those to the web and inside the page left out.
fn links(text: &str) -> Vec<String> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(to, _)| to.split('#').next().unwrap_or_default().to_owned())
        .filter(|to| !to.is_empty() && !to.contains("://"))
        .collect()
}
