//! Our verdicts beside those of the outside reader (`tests/outside`), which was written from the
//! page of the formats by other hands: on real files, and on changed copies of them.
//!
//! Invariant: both get the same bytes; a verdict that differs fails, whoever is right, but where the
//! page does not speak, which is listed here. The names of checks are compared and counted, and may
//! differ.

mod desk;
mod generated;
mod tampering;

use std::collections::BTreeMap;
use std::path::Path;

use desk::{Desk, Given};
use ledger::{Digest, SubjectDigest, Timestamp};
use tests::outside::{Kind, Outside, Question, Verdict, ours};
use tests::python::Python;
use tests::size::rounds;

/// The reader, or a plain word that there is none.
fn outside() -> Option<Outside> {
    match Python::in_target(Path::new(env!("CARGO_TARGET_TMPDIR"))) {
        Ok(python) => Some(Outside::new(python)),
        Err(why) => {
            println!("SKIPPED: no Python for the outside reader: {why}");
            None
        }
    }
}

#[test]
fn the_outside_reader_passes_its_own_check() {
    let Some(outside) = outside() else { return };
    let (well, said) = outside.selfcheck();
    println!("{said}");
    assert!(well, "{said}");
    assert!(said.contains("negative control: a lax reader takes"), "{said}");
}

/// Edits on which the two differ because the page of the formats does not say it: the end of their
/// name, and what it does not say. Ours is the stricter one.
const UNSAID_EDITS: [(&str, &str); 3] = [
    (", trust file: log_keys/way 0", "that a trust file names each log key once"),
    (": attestations/way 0", "in which order a bundle has its statements"),
    ("1.tlog-proof, trust file: genesis/way 1", "that record 1's proof shows record 0"),
];

/// A question with the name by which it is told.
type Named = (String, Question);

#[tokio::test]
async fn an_outside_reader_and_we_agree_on_every_file_and_every_changed_copy() {
    let Some(outside) = outside() else { return };
    let desk = Desk::new().await;
    let mut asked: Vec<Named> =
        desk.given.iter().map(|one| (one.name.to_owned(), one.question.clone())).collect();
    let sound = asked.len();
    for one in &desk.given {
        asked.extend(of_trust(one, &desk.foreign_trust));
        asked.extend(of_wishes(one));
        asked.extend(of_copies(one));
    }
    let questions: Vec<Question> = asked.iter().map(|(_, question)| question.clone()).collect();
    let theirs = outside.ask(&questions);
    let own: Vec<Verdict> = questions.iter().map(ours).collect();
    for (at, (name, _)) in asked.iter().enumerate().take(sound) {
        assert_eq!(own[at].check, None, "{name}: {:?}", own[at]);
    }
    let bundles = questions[..sound].iter().filter(|one| one.kind == Kind::Bundle);
    let list: Vec<_> = bundles.map(|one| (one.file.clone(), one.trust.clone(), one.now)).collect();
    assert_eq!(outside.bundles(&list), theirs[..list.len()], "asked alone, it says the same");
    let found = compare(&asked, &own, &theirs);
    found.tell();
    assert_eq!(found.said(), Vec::<&String>::new(), "where the page speaks");
    for (edit, what) in UNSAID_EDITS {
        let of_it = asked.iter().filter(|(name, _)| name.ends_with(edit)).count();
        let differ = found.apart.iter().filter(|told| told.contains(edit)).count();
        println!("outside: {differ} times `{edit}`: the page does not say {what}");
        assert_eq!(differ, of_it, "{edit}: no longer differs");
    }
    assert!(found.yes >= 25 && found.no >= 3_000, "{} yes, {} no", found.yes, found.no);
    the_program_says_the_same(&desk, &asked, &own);
    // The control: a verdict on another file is seen to be another.
    let shifted: Vec<Verdict> =
        theirs.iter().cycle().skip(sound).take(own.len()).cloned().collect();
    assert!(compare(&asked, &own, &shifted).apart.len() >= sound);
}

/// Bundles of the reader's tables on which the two differ because the page of the formats does not
/// say it, and what it does not say.
const UNSAID: [(&str, &str); 2] = [
    ("retired after the vote", "whether `since` of a retired key is null; here it is a number"),
    ("authority: a genesis without log keys", "whether a genesis may name no log key"),
];

#[test]
fn an_outside_reader_and_we_agree_on_bundles_that_other_code_made_and_signed() {
    let Some(outside) = outside() else { return };
    let asked = outside.tables();
    let questions: Vec<Question> = asked.iter().map(|(_, question)| question.clone()).collect();
    let theirs = outside.ask(&questions);
    let own: Vec<Verdict> = questions.iter().map(ours).collect();
    let found = compare(&asked, &own, &theirs);
    found.tell();
    for (name, what) in UNSAID {
        println!("outside: {name}: the page does not say {what}");
    }
    let unsaid: Vec<String> = UNSAID.iter().map(|(name, _)| format!("bundle {name}")).collect();
    let apart: Vec<&str> =
        found.apart.iter().map(|told| told.split(": ours ").next().unwrap()).collect();
    assert_eq!(apart, unsaid, "{:#?}", found.apart);
    assert!(found.yes >= 34 && found.no >= 200, "{} yes, {} no", found.yes, found.no);
}

/// What comparing two lists of verdicts found.
#[derive(Default)]
struct Compared {
    yes: usize,
    no: usize,
    same_name: usize,
    other_name: BTreeMap<(String, String), (usize, String)>,
    apart: Vec<String>,
}

fn compare(asked: &[Named], own: &[Verdict], theirs: &[Verdict]) -> Compared {
    let mut found = Compared::default();
    for ((name, question), (ours, theirs)) in asked.iter().zip(own.iter().zip(theirs)) {
        let kind = question.kind.as_str();
        if !ours.agrees(theirs) {
            found.apart.push(format!("{kind} {name}: ours {ours:?}, theirs {theirs:?}"));
        }
        match (&ours.check, &theirs.check) {
            (Some(ours), Some(theirs)) if ours == theirs => found.same_name += 1,
            (Some(own), Some(other)) => {
                let first = format!("{kind} {name}: {}; {}", ours.detail, theirs.detail);
                let pair = (format!("{kind}: {own}"), other.clone());
                found.other_name.entry(pair).or_insert((0, first)).0 += 1;
            }
            (None, _) | (_, None) => {}
        }
        if ours.check.is_none() { found.yes += 1 } else { found.no += 1 }
    }
    found
}

impl Compared {
    /// Where they differ although the page says it, or ours is the one that takes the file.
    fn said(&self) -> Vec<&String> {
        let unsaid = |told: &&String| {
            let (name, verdicts) = told.split_once(": ours ").unwrap();
            let known = UNSAID_EDITS.iter().any(|(end, _)| name.ends_with(end));
            known && verdicts.starts_with("Verdict { check: Some(")
        };
        self.apart.iter().filter(|told| !unsaid(told)).collect()
    }

    fn tell(&self) {
        let Self { yes, no, same_name, .. } = self;
        println!(
            "outside: {} files: {yes} verified, {no} refused; {} verdicts differ; of the refusals \
             {same_name} bear the same name",
            yes + no,
            self.apart.len()
        );
        for ((ours, theirs), (count, first)) in &self.other_name {
            println!("outside: {count} times {ours} here, {theirs} there; such as {first}");
        }
    }
}

/// The file with other trust files: another log's, and each that was changed.
fn of_trust(given: &Given, foreign: &[u8]) -> Vec<Named> {
    let mut trusts = tampering::of_json(&given.question.trust);
    trusts.push(("another log's".to_owned(), foreign.to_vec()));
    let with = |(what, trust)| {
        (
            format!("{}, trust file: {what}", given.name),
            Question { trust, ..given.question.clone() },
        )
    };
    trusts.into_iter().map(with).collect()
}

/// A bundle with an artefact at hand, and at other times.
fn of_wishes(given: &Given) -> Vec<Named> {
    if given.question.kind != Kind::Bundle {
        return Vec::new();
    }
    let sound = || given.question.clone();
    let at = |minutes: i64, max_age_seconds: Option<u32>| {
        let micros = sound().now.as_micros() + minutes * 60 * Timestamp::SECOND;
        Question { now: Timestamp::from_micros(micros).unwrap(), max_age_seconds, ..sound() }
    };
    let artefact = |artefact| Question { artefact: Some(artefact), ..sound() };
    let wishes = [
        ("its artefact", artefact(SubjectDigest::Sha256(Digest::of(b"weights")))),
        ("its prompt", artefact(SubjectDigest::Sha256(Digest::of(b"Summarise the file.\n")))),
        ("another artefact", artefact(SubjectDigest::Sha256(Digest::of(b"other")))),
        ("a folder", artefact(SubjectDigest::DirHash1(Digest::of(b"weights")))),
        ("an age", at(0, Some(3_600))),
        ("no age", at(0, Some(0))),
        ("an hour later", at(61, Some(3_600))),
        ("ten years later", at(10 * 525_600, None)),
        ("a clock far behind", at(-60, Some(3_600))),
        ("a clock a little behind", at(-2, Some(3_600))),
        ("a clock behind, no age", at(-60, None)),
    ];
    let named = |(what, question)| (format!("{}, {what}", given.name), question);
    wishes.map(named).into()
}

/// Changed copies: as many as the size of this run allows, spread over all there are.
fn of_copies(given: &Given) -> Vec<Named> {
    let (kind, file) = (given.question.kind, &given.question.file);
    let (edits, bits) = match kind {
        Kind::Bundle => (rounds(300, usize::MAX), rounds(150, 4_000)),
        Kind::Range | Kind::Consistency | Kind::Record => {
            (rounds(150, usize::MAX), rounds(100, 2_000))
        }
    };
    let all = tampering::copies(kind, file);
    let step = (all.len() / edits).max(1);
    let copies = all.into_iter().step_by(step).chain(tampering::flips(file, bits));
    let named = |(what, file)| {
        (format!("{}: {what}", given.name), Question { file, ..given.question.clone() })
    };
    copies.map(named).collect()
}

/// The built program, on every kind of file that it has a command for, gives the ledger's verdict.
fn the_program_says_the_same(desk: &Desk, asked: &[Named], own: &[Verdict]) {
    let step = (asked.len() / rounds(150, 1_500)).max(1);
    let all = asked.iter().zip(own).enumerate();
    let some = all.filter(|(at, _)| *at < desk.given.len() || at % step == 0);
    let (mut told, clock) = (0, desk.given[0].question.now);
    for (_, ((name, question), own)) in some {
        let command = match question.kind {
            Kind::Bundle => ["evidence", "verify"],
            Kind::Range => ["audit", "verify-range"],
            Kind::Consistency => ["audit", "verify-consistency"],
            Kind::Record => continue,
        };
        // The program has a clock of its own, and no flag for a digest.
        let ago = question.now.micros_since(clock).abs();
        if question.artefact.is_some() || ago > 60 * Timestamp::SECOND {
            continue;
        }
        desk.terminal.write("asked", &question.file);
        desk.terminal.write("asked-trust", &question.trust);
        let age = question.max_age_seconds.map(|age| format!("{age}s"));
        let mut words = [&command[..], &["asked", "--trust", "asked-trust"]].concat();
        words.extend(age.iter().flat_map(|age| ["--max-age", age]));
        let ran = desk.terminal.nobody(&words);
        assert_eq!(ran.document()["check"].as_str(), own.check.as_deref(), "{name}: {ran:?}");
        assert_eq!(ran.status, if own.check.is_none() { 0 } else { 5 }, "{name}: {ran:?}");
        told += 1;
    }
    println!("outside: the program says the same of {told} files");
    assert!(told >= 100);
}
