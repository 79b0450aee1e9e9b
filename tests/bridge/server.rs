//! Serves the page on loopback, and answers what the test passes on from it.
//!
//! Addresses: the files of the page; `POST /ask/<window>/<command>` with the arguments, as the page
//! would call it; `GET /heard/<window>` for what it was told; `/person/…` for what happens at a
//! computer outside of any page (a choice in a dialog, closing the signing window). Invariant: a
//! window reaches what its capability lists and nothing else.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use serde_json::{Map, Value, json};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::LocalSet;

use crate::given::{Answered, Given};
use crate::home::{Home, alone};
use crate::page::{Page, allowed};
use crate::stage::{Stage, Window};
use crate::standin::AppHandle;
use crate::{Outcome, commands};

/// A call on its way to the desk, and where its answer goes.
struct Call {
    command: String,
    given: Given,
    answer: Sender<Answered>,
}

struct Server {
    page: Page,
    stage: Arc<Stage>,
    calls: UnboundedSender<Call>,
    main: BTreeSet<String>,
    signing: BTreeSet<String>,
}

/// Serves a home until standard input ends; prints its address first.
pub(crate) fn run(folder: &Path) -> Outcome<()> {
    let home = Home::open(folder)?;
    let stage = Stage::new(home.edge.clone());
    let (calls, mut waiting) = unbounded_channel::<Call>();
    let (main, signing) = (allowed(Window::Main)?, allowed(Window::Signing)?);
    let server =
        Arc::new(Server { page: Page::load()?, stage: Arc::clone(&stage), calls, main, signing });
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|cause| cause.to_string())?;
    let address = listener.local_addr().map_err(|cause| cause.to_string())?;
    println!("http://{address}");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let server = Arc::clone(&server);
            thread::spawn(move || server.serve(&stream));
        }
    });
    let (end, ended) = tokio::sync::oneshot::channel();
    thread::spawn(move || {
        // Whoever started it has gone, or says so.
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _ = end.send(());
    });
    let set = LocalSet::new();
    alone()?.block_on(set.run_until(async move {
        let answering = async {
            while let Some(call) = waiting.recv().await {
                let app = AppHandle::of(&stage);
                tokio::task::spawn_local(async move {
                    let answered = commands::answer(&app, &call.command, call.given).await;
                    let _ = call.answer.send(answered);
                });
            }
        };
        tokio::select! { () = answering => (), _ = ended => () }
    }));
    home.keep()
}

/// What was asked for over HTTP, as far as it is needed.
struct Request {
    method: String,
    path: String,
    body: Vec<u8>,
}

impl Server {
    fn serve(&self, mut stream: &TcpStream) {
        let Some(request) = read(stream) else { return };
        let parts: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
        let answer = match (request.method.as_str(), parts.as_slice()) {
            ("POST", ["ask", label, command]) => self.ask(label, command, &request.body),
            ("GET", ["heard", label]) => {
                Window::of(label).map(|window| json!(self.stage.heard(window)))
            }
            (_, ["person", act]) => self.person(act, &request.body),
            _ => {
                let address = if request.path == "/" { "/index.html" } else { &request.path };
                let found = self.page.file(address);
                let (status, kind, bytes) = match found {
                    Some((kind, bytes)) => ("200 OK", kind, bytes),
                    None => ("404 Not Found", "text/plain", &b"nothing is here"[..]),
                };
                return self.write(&mut stream, (status, kind), bytes);
            }
        };
        let (status, answer) =
            answer.map_or(("404 Not Found", Value::Null), |answer| ("200 OK", answer));
        self.write(&mut stream, (status, "application/json"), answer.to_string().as_bytes());
    }

    /// A command, as a page of that window calls it.
    fn ask(&self, label: &str, command: &str, body: &[u8]) -> Option<Value> {
        let window = Window::of(label)?;
        let listed = match window {
            Window::Main => &self.main,
            Window::Signing => &self.signing,
        };
        if !listed.contains(command) {
            let refused = format!("Command {command} not allowed on window {label}");
            return Some(json!({ "error": refused }));
        }
        let values: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
        let (answer, answered) = channel();
        let given = Given { window, values };
        self.calls.send(Call { command: command.to_owned(), given, answer }).ok()?;
        Some(match answered.recv().ok()? {
            Ok(view) => json!({ "ok": view }),
            Err(refused) => json!({ "error": refused }),
        })
    }

    /// What a person does outside of the pages.
    fn person(&self, act: &str, body: &[u8]) -> Option<Value> {
        match act {
            "chooses" => {
                let path: Option<PathBuf> = serde_json::from_slice(body).ok()?;
                self.stage.will_choose(path);
                Some(Value::Null)
            }
            "sees" => Some(self.stage.signing_window()),
            "closes" => self.ask("signing", "cancel_signing", b"{}"),
            _ => None,
        }
    }

    fn write(&self, stream: &mut &TcpStream, (status, kind): (&str, &str), bytes: &[u8]) {
        let policy = &self.page.policy;
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
             Content-Security-Policy: {policy}\r\nX-Content-Type-Options: nosniff\r\n\
             Connection: close\r\n\r\n",
            bytes.len()
        );
        // A page that went away misses nothing.
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(bytes));
    }
}

/// Reads one request; nothing when it is none.
fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ');
    let (method, address) = (words.next()?.to_owned(), words.next()?);
    let path = address.split(['?', '#']).next()?.to_owned();
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { method, path, body })
}
