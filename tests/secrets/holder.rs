//! Works through a whole desk with secrets that its parent gave it, and then locks: founds a
//! workspace with a key file, enrols a second person, writes, registers, signs, exports, reads.
//!
//! Invariant: what it does itself with a secret leaves no copy: lines are read past every buffer and
//! wiped. It says where it stands, and waits until it is told to go on. Asked to `write`, it keeps
//! every answer of the desk and every line of the program's log in files; asked to `hold`, nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a program of the tests: whatever fails here fails the test that started it"
)]

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _, stdout};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use console::desk::{Answer, Desk};
use console::edge::{SystemClock, SystemEntropy};
use console::keychain::{KeychainThread, MemoryKeychain};
use console::views::{
    AuditFilter, ConditionsDraft, DecisionDraft, InboxFilter, InboxTab, KeyStorage, ModelDraft,
    PersonDraft, PromptDraft, ProofDraft, ReviewPart, SessionView, WhitespaceView, WorkspaceDraft,
};
use console::{Edge, Passphrase, SecretText};
use serde::Serialize;
use zeroize::Zeroizing;

/// Longer than any line of the parent.
const LINE: usize = 4_096;

/// Standard input, without a buffer that would keep what was typed.
struct Input(File);

impl Input {
    fn line(&mut self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(LINE));
        let mut byte = Zeroizing::new([0]);
        while self.0.read(&mut *byte).unwrap() == 1 && byte[0] != b'\n' {
            assert!(bytes.len() < LINE, "the line would grow out of its place");
            bytes.push(byte[0]);
        }
        Zeroizing::new(String::from_utf8(std::mem::take(&mut *bytes)).unwrap())
    }
}

/// Says where it stands, and waits to be told to go on.
fn stop(input: &mut Input, at: &str) {
    let mut out = stdout().lock();
    writeln!(out, "{at}").unwrap();
    out.flush().unwrap();
    drop(out);
    assert_eq!(&*input.line(), "on");
}

struct Secrets {
    admin: Zeroizing<String>,
    approver: Zeroizing<String>,
    key_file: Zeroizing<String>,
    encryption_key: Zeroizing<String>,
    prompt: Zeroizing<String>,
    card: Zeroizing<String>,
    typed_in_vain: Zeroizing<String>,
}

fn typed(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned())
}

/// A desk, and where its answers go.
struct Holder {
    desk: Desk,
    place: PathBuf,
    answers: Option<File>,
}

impl Holder {
    /// Takes an answer, and keeps it if it was asked to.
    fn took<View: Serialize>(&mut self, window: &str, answer: Answer<View>) -> View {
        let view = answer.unwrap();
        self.kept(window, &view);
        view
    }

    fn kept<View: Serialize>(&mut self, window: &str, view: &View) {
        if let Some(file) = &mut self.answers {
            writeln!(file, "{window} {}", serde_json::to_string(view).unwrap()).unwrap();
        }
    }
}

fn main() {
    let mut input = Input(File::open("/dev/stdin").unwrap());
    let mode = input.line();
    let place = PathBuf::from(input.line().as_str());
    let secrets = Secrets {
        admin: input.line(),
        approver: input.line(),
        key_file: input.line(),
        encryption_key: input.line(),
        prompt: input.line(),
        card: input.line(),
        typed_in_vain: input.line(),
    };
    let answers = (mode.as_str() == "write").then(|| listen(&place));
    stop(&mut input, "holding");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async move {
        let mut holder = Holder { desk: desk(&place, &secrets), place, answers };
        holder.found(&secrets).await;
        holder.staff(&secrets).await;
        holder.submit(&secrets).await;
        holder.sign(&secrets).await;
        holder.look().await;
        holder.export().await;
        // Whoever wrote the secrets down is gone; what is left is the program's.
        drop(secrets);
        stop(&mut input, "working");
        let locked = holder.desk.lock().await;
        assert!(matches!(locked, Ok(SessionView::Locked { .. })));
        holder.took("main", locked);
        stop(&mut input, "locked");
    });
}

/// Everything that the program logs goes to a file; so will the answers.
fn listen(place: &Path) -> File {
    let file =
        |name: &str| OpenOptions::new().create(true).append(true).open(place.join(name)).unwrap();
    let log = file("trace.log");
    let writer = move || log.try_clone().unwrap();
    tracing_subscriber::fmt().with_env_filter("trace").with_writer(writer).init();
    file("answers.txt")
}

fn desk(place: &Path, secrets: &Secrets) -> Desk {
    let encryption_key = Some(secrets.encryption_key.as_str()).filter(|key| !key.is_empty());
    let edge = Edge {
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        keychain: KeychainThread::start(Arc::new(MemoryKeychain::new())).unwrap(),
        encryption_key: encryption_key.map(|key| Arc::new(SecretText::new(key.to_owned()))),
        settings: Some(place.join("settings")),
        data: Some(place.join("data")),
        login: std::sync::Arc::new(console::login::Nobody),
    };
    Desk::new(edge, Arc::new(|_| ()))
}

impl Holder {
    async fn found(&mut self, secrets: &Secrets) {
        let draft = WorkspaceDraft {
            title: "Bank".to_owned(),
            tenant_id: "credit".to_owned(),
            admin: "Ada".to_owned(),
            keys: KeyStorage::KeyFile,
        };
        let first = self.desk.first_page().await;
        self.took("main", first);
        let created = self.desk.create_workspace(draft).await;
        self.took("main", created);
        let asked = self.desk.answer_create(typed(&secrets.admin), typed(&secrets.admin)).await;
        // With the variable set, the kit comes next; else the passphrase of the key file.
        let window = if secrets.encryption_key.is_empty() { "signing" } else { "kit" };
        self.took(window, asked);
        if secrets.encryption_key.is_empty() {
            let own = (typed(&secrets.key_file), typed(&secrets.key_file));
            let kit = self.desk.answer_new_key_file(own.0, own.1).await;
            self.took("kit", kit);
        }
        let saved = self.desk.save_kit(self.place.join("kit.txt")).await;
        self.took("kit", saved);
        let founded = self.desk.kit_saved().await;
        self.took("signing", founded);
    }

    async fn staff(&mut self, secrets: &Secrets) {
        let draft = PersonDraft {
            name: "Bob".to_owned(),
            role: "APPROVER".to_owned(),
            reason: "joins".to_owned(),
        };
        let added = self.desk.add_person(draft).await;
        self.took("main", added);
        let asked = self.desk.signing().await;
        self.took("signing", asked);
        let (own, again) = (typed(&secrets.approver), typed(&secrets.approver));
        let enrolled = self.desk.answer_enrol(own, again, typed(&secrets.admin)).await;
        self.took("signing", enrolled);
    }

    async fn submit(&mut self, secrets: &Secrets) {
        let prompt = PromptDraft {
            name: "kyc".to_owned(),
            based_on: 0,
            text: secrets.prompt.to_string(),
            tier: "low".to_owned(),
            reason: "new".to_owned(),
        };
        let saved = self.desk.save_prompt(prompt, "a-key-of-a-page".to_owned()).await;
        self.took("main", saved);
        let file = self.place.join("artefact.bin");
        std::fs::write(&file, b"weights").unwrap();
        let hashed = self.desk.hash_artefact(file, Arc::new(|_| ())).await.unwrap();
        let model = ModelDraft {
            name: "credit-pd".to_owned(),
            version: "1".to_owned(),
            artefact_id: hashed.artefact_id,
            card: format!(r#"{{"intended_use":"{}"}}"#, secrets.card.as_str()),
            tier: "low".to_owned(),
            reason: "new".to_owned(),
        };
        let made = self.desk.register_model(model, "another-key".to_owned()).await;
        self.took("main", made);
    }

    async fn sign(&mut self, secrets: &Secrets) {
        let out = self.desk.sign_out().await;
        let SessionView::SignedOut { people, .. } = self.took("main", out) else { panic!("in") };
        let bob = people.iter().find(|person| person.name == "Bob").unwrap().id.clone();
        self.desk.sign_in(bob).await.unwrap();
        let wrong = self.desk.answer_sign_in(typed(&secrets.typed_in_vain)).await.unwrap_err();
        self.kept("signing", &wrong);
        let in_ = self.desk.answer_sign_in(typed(&secrets.approver)).await;
        self.took("signing", in_);
        let inbox = self.desk.inbox(InboxTab::NeedsMe, InboxFilter::default(), None).await;
        for row in self.took("main", inbox).rows {
            let review = self.desk.open_review(row.id).await;
            let id = self.took("review", review).review_id;
            for part in [ReviewPart::Overview, ReviewPart::Changes] {
                self.desk.open_part(id.clone(), part).await.unwrap();
            }
            let changes = self.desk.review_changes(id.clone(), None, WhitespaceView::Exact).await;
            self.took("review", changes);
            let history = self.desk.review_history(id.clone()).await;
            self.took("main", history);
            let asked = self.desk.decide(id.clone(), DecisionDraft::Approve).await;
            self.took("main", asked);
            let shown = self.desk.signing().await;
            self.took("signing", shown);
            let (reason, key) = ("limits hold".to_owned(), format!("key-{id}"));
            let signed = self
                .desk
                .answer_decision(reason, ConditionsDraft::default(), typed(&secrets.approver), key)
                .await;
            self.took("signing", signed);
        }
    }

    async fn look(&mut self) {
        let session = self.desk.session().await;
        self.took("main", session);
        let text = self.desk.prompt_text("kyc".to_owned(), 1).await;
        self.took("review", text);
        let pages = [
            self.desk.prompt("kyc".to_owned()).await,
            self.desk.model("credit-pd".to_owned()).await,
        ];
        for page in pages {
            self.took("main", page);
        }
        let lists = [self.desk.models(None, None).await, self.desk.prompts(None, None).await];
        for list in lists {
            self.took("main", list);
        }
        let audit = self.desk.audit(AuditFilter::default(), None).await;
        for seq in 0..self.took("main", audit).size {
            let record = self.desk.record(seq).await;
            self.took("main", record);
        }
        let verified = self.desk.verify_log(Arc::new(|_| ())).await;
        self.took("main", verified);
        let matrix = self.desk.matrix().await;
        self.took("main", matrix);
    }

    async fn export(&mut self) {
        let inbox = self.desk.inbox(InboxTab::Decided, InboxFilter::default(), None).await;
        let decided: Vec<String> =
            self.took("main", inbox).rows.into_iter().map(|row| row.id).collect();
        assert_eq!(decided.len(), 2);
        let mut drafts =
            vec![ProofDraft::Record { seq: 0 }, ProofDraft::Log {}, ProofDraft::Trust {}];
        for request_id in decided {
            drafts.push(ProofDraft::Evidence { request_id: request_id.clone() });
            drafts.push(ProofDraft::Report { request_id });
        }
        for (number, draft) in drafts.into_iter().enumerate() {
            let path = self.place.join(format!("export-{number}"));
            let saved = self.desk.save_proof(draft, Some(path)).await;
            self.took("main", saved);
        }
    }
}
