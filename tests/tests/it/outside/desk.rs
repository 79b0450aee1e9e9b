//! Files that a desk gives away, made by the built program: bundles, ranges, consistency files and
//! single records, with the trust file that belongs to them.
//!
//! Invariant: every file here is sound; what is wrong with a copy is done to it elsewhere.

use std::fs;

use console::edge::{Clock as _, SystemClock};
use ledger::{Decision, Role};
use tests::outside::{Kind, Question};
use tests::terminal::Terminal;

const BOB: &str = "Bob Noyce";
const EVE: &str = "Eve Moore";
const MAX: &str = "Max Dmin";
const CID: &str = "Cid Ernst";

/// A sound file.
pub(super) struct Given {
    /// Its name in the home.
    pub(super) name: &'static str,
    /// What is asked about it, its bytes included.
    pub(super) question: Question,
}

/// A desk, what it gave away, and a trust file of another.
pub(super) struct Desk {
    pub(super) terminal: Terminal,
    pub(super) given: Vec<Given>,
    pub(super) foreign_trust: Vec<u8>,
}

impl Desk {
    /// Decisions of every kind, one of them resting on acts of two admins.
    pub(super) async fn new() -> Self {
        let terminal = Terminal::with_workspace();
        terminal.write("weights.bin", b"weights");
        terminal.write("prompt.txt", b"Summarise the file.\n");
        for name in [BOB, EVE] {
            assert_eq!(terminal.hire(name, Role::Approver).await, Vec::<String>::new());
        }
        let approved = register(&terminal, "approved", "medium");
        terminal.decide(BOB, &approved, Decision::Approved).await;
        let kept = terminal.run_as(None, &["audit", "checkpoint"]);
        terminal.write("kept.note", kept.out.as_bytes());
        let rejected = register(&terminal, "rejected", "medium");
        terminal.decide(EVE, &rejected, Decision::Rejected).await;
        let two = register(&terminal, "two", "high");
        for name in [BOB, EVE] {
            terminal.decide(name, &two, Decision::Approved).await;
        }
        let words = ["prompt", "push", "kyc", "--file", "prompt.txt", "--reason", "new"];
        let prompt = made(&terminal, &words);
        terminal.decide(EVE, &prompt, Decision::Approved).await;
        assert!(terminal.hire(MAX, Role::Admin).await.is_empty());
        let waiting = terminal.hire(CID, Role::Approver).await;
        assert_eq!(waiting.len(), 2, "a key and a role wait for the second admin");
        for request in &waiting {
            terminal.decide(MAX, request, Decision::Approved).await;
        }
        let dual = register(&terminal, "dual", "medium");
        terminal.decide(CID, &dual, Decision::Approved).await;
        let requests = [
            ("approved.json", approved),
            ("rejected.json", rejected),
            ("two.json", two),
            ("prompt.json", prompt),
            ("dual.json", dual),
        ];
        Self::give(terminal, requests)
    }

    fn give(terminal: Terminal, requests: [(&'static str, String); 5]) -> Self {
        let done = |words: &[&str]| {
            let ran = terminal.ada(words);
            assert_eq!(ran.status, 0, "{words:?}: {ran:?}");
        };
        for (file, request) in &requests {
            done(&["evidence", "export", request, "-o", file]);
        }
        done(&["audit", "range", "-o", "all.jsonl"]);
        done(&["audit", "range", "--from", "1", "--to", "6", "-o", "from-1.jsonl"]);
        done(&["audit", "range", "--from", "7", "--to", "12", "-o", "from-7.jsonl"]);
        done(&["audit", "consistency", "kept.note", "-o", "grown.json"]);
        for seq in ["0", "1", "9"] {
            done(&["audit", "proof", seq, "-o", &format!("{seq}.tlog-proof")]);
        }
        done(&["trust", "export", "-o", "trust.json"]);
        let foreign = Terminal::with_workspace();
        assert_eq!(foreign.nobody(&["trust", "export", "-o", "trust.json"]).status, 0);
        let foreign_trust = fs::read(foreign.home().join("trust.json")).unwrap();
        let bundles = requests.map(|(file, _)| (Kind::Bundle, file));
        let others = [
            (Kind::Range, "all.jsonl"),
            (Kind::Range, "from-1.jsonl"),
            (Kind::Range, "from-7.jsonl"),
            (Kind::Consistency, "grown.json"),
            (Kind::Record, "0.tlog-proof"),
            (Kind::Record, "1.tlog-proof"),
            (Kind::Record, "9.tlog-proof"),
        ];
        let named = bundles.into_iter().chain(others);
        let given = named.map(|(kind, name)| given(&terminal, kind, name)).collect();
        Self { terminal, given, foreign_trust }
    }
}

fn register(terminal: &Terminal, name: &str, tier: &str) -> String {
    let words = ["model", "register", name, "1", "--artifact", "weights.bin", "--tier", tier];
    made(terminal, &[&words[..], &["--reason", "new"]].concat())
}

fn made(terminal: &Terminal, words: &[&str]) -> String {
    let ran = terminal.ada(words);
    assert_eq!(ran.status, 0, "{ran:?}");
    ran.document()["request_id"].as_str().unwrap().to_owned()
}

fn given(terminal: &Terminal, kind: Kind, name: &'static str) -> Given {
    let read = |name: &str| fs::read(terminal.home().join(name)).unwrap();
    let (file, trust) = (read(name), read("trust.json"));
    let now = SystemClock.now();
    let question = Question { kind, file, trust, now, max_age_seconds: None, artefact: None };
    Given { name, question }
}
