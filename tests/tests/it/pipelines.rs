//! The steps of docs/pipelines.md, run as a pipeline runs them: the shell lines of that very page,
//! with the variables that it sets, against the built program.
//!
//! Invariant: no line is written again here. The steps run in a checkout of their own; the offline
//! ones get neither workspace nor key.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use ledger::{Decision, Digest, Role};
use serde_json::Value;
use tests::document::{Step, fenced, step};
use tests::terminal::{ADA, Terminal};

/// How the runners start a step: GitHub without and with `shell: bash`, GitLab without bash.
const SHELLS: [&[&str]; 3] =
    [&["sh", "-e"], &["bash", "-e"], &["bash", "--noprofile", "--norc", "-eo", "pipefail"]];

/// What a pipeline has: a checkout, and the settings of its project.
struct Project {
    terminal: Terminal,
    checkout: tempfile::TempDir,
    settings: BTreeMap<String, String>,
}

/// A step of the page with the heading that it stands under.
struct Offered {
    name: String,
    offline: bool,
    step: Step,
}

/// What is different from the case in which everything is in order, and what the step ends with.
struct Case {
    what: &'static str,
    sets: Vec<(&'static str, String)>,
    /// With a workspace, offline; none where it is no case there.
    status: [Option<i32>; 2],
}

fn case(what: &'static str, set: (&'static str, &str), status: [i32; 2]) -> Case {
    Case { what, sets: vec![(set.0, set.1.to_owned())], status: status.map(Some) }
}

fn page() -> String {
    fs::read_to_string(tests::root().join("docs/pipelines.md")).unwrap()
}

fn offered() -> Vec<Offered> {
    let page = page();
    let sections = page.split("\n## ").skip(1).map(|section| {
        let name = section.lines().next().unwrap().to_owned();
        let offline = name.ends_with("offline");
        (name, offline, fenced(section, "yaml"))
    });
    let with_step = sections.filter(|(_, _, blocks)| !blocks.is_empty());
    with_step
        .map(|(name, offline, blocks)| {
            let [yaml] = <[String; 1]>::try_from(blocks).expect("one block a heading");
            parsed_elsewhere(&name, &yaml, &step(&yaml));
            Offered { name, offline, step: step(&yaml) }
        })
        .collect()
}

/// A parser of YAML finds the same lines, where one is at hand.
fn parsed_elsewhere(name: &str, yaml: &str, own: &Step) {
    let script = "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.argv[1])))";
    let ran = Command::new("python3").args(["-c", script, yaml]).output();
    let Some(ran) = ran.ok().filter(|ran| ran.status.success()) else {
        // It is there and takes other YAML, or it is not there at all.
        let there = Command::new("python3").args(["-c", "import yaml"]).output();
        assert!(!there.is_ok_and(|ran| ran.status.success()), "{name}: no YAML");
        println!("SKIPPED: {name}: python3 has no `yaml`; indentation was checked");
        return;
    };
    let found = format!("{}", serde_json::from_slice::<Value>(&ran.stdout).unwrap());
    let values = own.sets.iter().map(|(_, value)| value);
    for text in values.chain([&own.shell]) {
        assert!(found.contains(&Value::from(text.as_str()).to_string()), "{name}: other: {text}");
    }
    println!("pipelines: {name}: a parser of YAML reads the same");
}

impl Project {
    /// Version 3 of the model is approved, 4 waits, 5 is rejected; the prompt is approved.
    async fn new() -> Self {
        let terminal = Terminal::bare();
        let file = ["--passphrase-file", "passphrase"];
        let init = ["--tenant", "credit", "init", "--admin", ADA, file[0], file[1]];
        assert_eq!(terminal.run_as(None, &init).status, 0);
        terminal.hire("Bob Noyce", Role::Approver).await;
        terminal.write("model.onnx", b"weights");
        let requests = ["3", "4", "5"].map(|version| {
            let words = ["model", "register", "credit-pd", version, "--artefact", "model.onnx"];
            let made = terminal.ada(&[&words[..], &["--reason", "new"]].concat()).document();
            made["request_id"].as_str().unwrap().to_owned()
        });
        terminal.decide("Bob Noyce", &requests[0], Decision::Approved).await;
        terminal.decide("Bob Noyce", &requests[2], Decision::Rejected).await;
        terminal.write("prompt.txt", b"Summarise the file.\n");
        let words = ["prompt", "push", "kyc", "--file", "prompt.txt", "--reason", "new"];
        let prompt = terminal.ada(&words).document()["request_id"].as_str().unwrap().to_owned();
        terminal.decide("Bob Noyce", &prompt, Decision::Approved).await;
        let exported =
            [(&requests[0], "approved"), (&requests[2], "rejected"), (&prompt, "prompt")];
        for (request, name) in exported {
            let ran = terminal.ada(&["evidence", "export", request, "-o", name]);
            assert_eq!(ran.status, 0, "{ran:?}");
        }
        let trust_sha256 = compared_trust_file(&terminal);
        let program = PathBuf::from(terminal.command().get_program());
        let settings = [
            ("TRUST_SHA256", trust_sha256),
            ("COUNTERSIGN_SHA256", Digest::of(&fs::read(&program).unwrap()).to_hex()),
            ("COUNTERSIGN", program.to_str().unwrap().to_owned()),
            ("COUNTERSIGN_WORKSPACE", terminal.workspace().to_str().unwrap().to_owned()),
            ("ENCRYPTION_KEY", encryption_key(&terminal)),
        ];
        let settings = settings.map(|(name, value)| (name.to_owned(), value)).into();
        let project = Self { terminal, checkout: tempfile::tempdir().unwrap(), settings };
        project.check_out();
        project
    }

    fn check_out(&self) {
        let put = |name: &str, bytes: &[u8]| {
            let place = self.checkout.path().join(name);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, bytes).unwrap();
        };
        let made = |name: &str| fs::read(self.terminal.home().join(name)).unwrap();
        put("release/model.onnx", b"weights");
        put("release/other.onnx", b"other weights");
        put("release/credit-pd-3.countersign.json", &made("approved"));
        put("release/rejected.json", &made("rejected"));
        put("release/prompt.json", &made("prompt"));
        put("release/prompt.txt", &made("prompt.txt"));
        let edited =
            String::from_utf8(made("approved")).unwrap().replacen("credit-pd", "credit-qd", 1);
        put("release/edited.json", edited.as_bytes());
        put("pipeline/credit-trust.json", &made("credit-trust.json"));
        let foreign = Terminal::with_workspace();
        assert_eq!(foreign.nobody(&["trust", "export", "-o", "trust.json"]).status, 0);
        put("pipeline/foreign.json", &fs::read(foreign.home().join("trust.json")).unwrap());
        put("yes-sayer", b"#!/bin/sh\nexit 0\n");
        let yes_sayer = self.checkout.path().join("yes-sayer");
        let made = Command::new("chmod").arg("+x").arg(yes_sayer).status();
        assert!(made.unwrap().success());
    }

    /// What the step ends with; a variable set to nothing here is not set at all.
    fn run(&self, shell: &[&str], offered: &Offered, lines: &str, changed: &Case) -> i32 {
        let mut command = Command::new(shell[0]);
        command.args(&shell[1..]).arg("-c").arg(lines).current_dir(self.checkout.path());
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap());
        let kept = |name: &str| {
            !offered.offline || !["COUNTERSIGN_WORKSPACE", "ENCRYPTION_KEY"].contains(&name)
        };
        command.envs(self.settings.iter().filter(|(name, _)| kept(name)));
        for (name, value) in &offered.step.sets {
            command.env(name, self.resolved(value));
        }
        for (name, value) in &changed.sets {
            command.env(name, value);
        }
        let output = command.stdin(Stdio::null()).output().unwrap();
        output.status.code().unwrap_or_else(|| panic!("{}: {output:?}", changed.what))
    }

    /// `${{ vars.X }}` and `${{ secrets.X }}` are settings of the project.
    fn resolved(&self, value: &str) -> String {
        let Some(inside) = value.strip_prefix("${{ ").and_then(|rest| rest.strip_suffix(" }}"))
        else {
            return value.to_owned();
        };
        let (kind, name) = inside.split_once('.').unwrap();
        assert!(["vars", "secrets"].contains(&kind), "{value}");
        self.settings[name].clone()
    }

    fn cases(&self) -> Vec<Case> {
        let foreign = fs::read(self.checkout.path().join("pipeline/foreign.json")).unwrap();
        let (evidence, rejected) = ("EVIDENCE", "release/rejected.json".to_owned());
        let offline = |what, set: (&'static str, &str), status: i32| Case {
            status: [None, Some(status)],
            ..case(what, set, [0, 0])
        };
        let workspace = |what, set: (&'static str, &str), status: i32| Case {
            status: [Some(status), None],
            ..case(what, set, [0, 0])
        };
        vec![
            case("approved", ("VERSION", "3"), [0, 0]),
            case("pending", ("VERSION", "4"), [4, 4]),
            Case {
                what: "rejected",
                sets: vec![("VERSION", "5".to_owned()), (evidence, rejected)],
                status: [Some(4), Some(4)],
            },
            case("unknown", ("MODEL", "credit-lgd"), [4, 4]),
            case("another tenant's", ("COUNTERSIGN_TENANT", "markets"), [4, 4]),
            case("another artefact", ("ARTEFACT", "release/other.onnx"), [5, 5]),
            case("no artefact", ("ARTEFACT", "release/absent.onnx"), [5, 5]),
            case("no trust file", ("TRUST", "pipeline/absent.json"), [1, 1]),
            case("another trust file", ("TRUST", "pipeline/foreign.json"), [1, 1]),
            Case {
                what: "another log's trust file, pinned",
                sets: vec![
                    ("TRUST", "pipeline/foreign.json".to_owned()),
                    ("TRUST_SHA256", Digest::of(&foreign).to_hex()),
                ],
                status: [Some(5), Some(5)],
            },
            case("no pinned trust file", ("TRUST_SHA256", ""), [1, 1]),
            case("another program", ("COUNTERSIGN", "./yes-sayer"), [1, 1]),
            case("no program", ("COUNTERSIGN", "./absent"), [1, 1]),
            case("no pinned program", ("COUNTERSIGN_SHA256", ""), [1, 1]),
            workspace("no workspace", ("COUNTERSIGN_WORKSPACE", "absent"), 7),
            workspace("another key", ("ENCRYPTION_KEY", "other"), 7),
            offline("a tampered bundle", (evidence, "release/edited.json"), 5),
            offline("no bundle", (evidence, "release/absent.json"), 5),
            offline("another request's bundle", (evidence, "release/rejected.json"), 4),
            offline("a bundle too old", ("MAX_AGE", "0s"), 5),
            offline("no age", ("MAX_AGE", "soon"), 2),
        ]
    }
}

/// The page's own lines write the trust file and show the digits that are read aloud.
fn compared_trust_file(terminal: &Terminal) -> String {
    let blocks = fenced(&page(), "sh");
    assert_eq!(blocks.len(), 2, "export, compare");
    let said = [&blocks[0], &blocks[1]].map(|lines| {
        let ran = terminal.shell(lines, &[]);
        assert_eq!(ran.status, 0, "{ran:?}");
        ran.out
    });
    let printed = said[0].split("SHA-256 ").nth(1).unwrap().trim().to_owned();
    assert_eq!(printed.len(), 64);
    assert_eq!(said[1].split(' ').next(), Some(printed.as_str()), "the same digits");
    printed
}

fn encryption_key(terminal: &Terminal) -> String {
    let own = terminal.command();
    let mut set = own.get_envs().filter(|(name, _)| *name == "ENCRYPTION_KEY");
    set.next().unwrap().1.unwrap().to_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_step_of_the_page_ends_with_zero_for_what_is_approved_and_for_nothing_else() {
    let project = Project::new().await;
    let (offered, cases) = (offered(), project.cases());
    assert_eq!(
        offered.iter().map(|one| one.offline).collect::<Vec<_>>(),
        [false, true, false, true]
    );
    let (mut yes, mut no) = (0, 0);
    for one in &offered {
        for changed in &cases {
            let Some(expected) = changed.status[usize::from(one.offline)] else { continue };
            // The cases in which a shell's own habits could matter run in all.
            let all = ["approved", "pending", "no trust file"].contains(&changed.what);
            for shell in &SHELLS[..if all { SHELLS.len() } else { 1 }] {
                let status = project.run(shell, one, &one.step.shell, changed);
                assert_eq!(status, expected, "{}: {}: {shell:?}", one.name, changed.what);
                if status == 0 { yes += 1 } else { no += 1 }
            }
        }
    }
    println!("pipelines: {} steps, {yes} times yes, {no} times no", offered.len());
    assert!(yes >= 12 && no >= 80, "{yes}, {no}");
    every_status_is_documented(&cases);
    weakened_steps_say_yes(&project, &offered, &cases);
    the_same_step_asks_about_a_prompt(&project, &offered);
}

/// Every status that a case ends with has its row in the page's table.
fn every_status_is_documented(cases: &[Case]) {
    let page = page();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| ")).collect();
    for status in cases.iter().flat_map(|case| case.status).flatten() {
        let row = format!("| {status} |");
        assert!(rows.iter().any(|line| line.starts_with(&row)), "no row for {status}");
    }
}

#[tokio::test]
async fn a_step_without_its_setting_or_key_ends_with_no_yes() {
    let project = Project::new().await;
    for one in &offered() {
        for name in ["TRUST_SHA256", "COUNTERSIGN", "COUNTERSIGN_SHA256", "TRUST", "VERSION"] {
            let lines = format!("unset {name}\n{}", one.step.shell);
            for shell in SHELLS {
                let changed = case("not set", ("CI", "true"), [0, 0]);
                let status = project.run(shell, one, &lines, &changed);
                assert!([1, 2, 127].contains(&status), "{}: {name}: {status}", one.name);
            }
        }
        if !one.offline {
            let lines = format!("unset ENCRYPTION_KEY\n{}", one.step.shell);
            let changed = case("no key", ("CI", "true"), [0, 0]);
            assert_eq!(project.run(SHELLS[0], one, &lines, &changed), 3, "{}", one.name);
        }
    }
}

/// With the words that the page names for a prompt, and nothing else changed.
fn the_same_step_asks_about_a_prompt(project: &Project, offered: &[Offered]) {
    assert!(page().contains("`gate prompt NAME VERSION --file\nFILE`"));
    for one in offered {
        let lines = one.step.shell.replace("gate model", "gate prompt");
        let lines = lines.replace("--artefact", "--file");
        let about = |text: &str, status: i32| {
            let sets = [("MODEL", "kyc"), ("VERSION", "1"), ("EVIDENCE", "release/prompt.json")];
            let sets = sets.into_iter().chain([("ARTEFACT", text)]);
            let sets = sets.map(|(name, value)| (name, value.to_owned())).collect();
            let asked = Case { what: "a prompt", sets, status: [None, None] };
            assert_eq!(project.run(SHELLS[0], one, &lines, &asked), status, "{}", one.name);
        };
        about("release/prompt.txt", 0);
        about("release/model.onnx", 5);
    }
}

/// The controls: a step that catches the status, and one that compares no checksum, say yes to
/// what must not run; so it is these lines that stop it.
fn weakened_steps_say_yes(project: &Project, offered: &[Offered], cases: &[Case]) {
    let named = |what: &str| cases.iter().find(|case| case.what == what).unwrap();
    for one in offered {
        let caught = format!("{} || true\n", one.step.shell.trim_end());
        assert_eq!(project.run(SHELLS[0], one, &caught, named("pending")), 0, "{}", one.name);
        let unpinned = one.step.shell.replace("sha256sum --check --strict", "cat");
        assert_ne!(unpinned, one.step.shell);
        let status = project.run(SHELLS[0], one, &unpinned, named("another program"));
        assert_eq!(status, 0, "{}", one.name);
    }
}
