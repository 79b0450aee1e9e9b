//! A record before it is written, and who may still change it: an insider.
//!
//! Invariant: a draft is JSON, not a type of `ledger`, so that anything can stand in it. What is
//! signed is signed when it is written; whatever follows is written over what stands then.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Mutex;

use ledger::Digest;
use ledger::dsse::{Envelope, PAYLOAD_TYPE, pae};
use ledger::json::to_canonical;
use serde_json::{Value, json};

use super::Log;
use super::people::Signer;

/// A record that is about to be written.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Dotted.
    pub action: String,
    /// Who does it.
    pub actor: String,
    /// Type and id of what it is done to.
    pub resource: (String, String),
    /// Why.
    pub reason: String,
    /// As formats.md has it for the action; digests that are null are filled in when written.
    pub metadata: Value,
    /// The statements that it binds, in order.
    pub slips: Vec<Slip>,
    /// What belongs together.
    pub correlation: String,
    /// The writing installation.
    pub device: Value,
    /// Seconds since the log's own noon.
    pub at: i64,
    /// A field of the finished leaf, by its path, that says something else after all.
    pub leaf: Option<(String, Value)>,
}

/// A statement that a record binds.
#[derive(Debug, Clone)]
pub enum Slip {
    /// Still to be signed, by this key.
    Open(Value, Signer),
    /// Signed, whoever signed it and for whatever.
    Signed(Envelope),
}

impl Slip {
    /// The envelope; for an open slip, signed now.
    ///
    /// # Panics
    /// When the statement has no canonical form.
    #[must_use]
    pub fn envelope(&self) -> Envelope {
        match self {
            Self::Signed(envelope) => envelope.clone(),
            Self::Open(statement, signer) => {
                let payload = to_canonical(statement).unwrap();
                let kept = (signer.seed, Digest::of(&payload));
                let mut signed = SIGNED.lock().unwrap();
                signed.entry(kept).or_insert_with(|| sign(payload, signer)).clone()
            }
        }
    }
}

/// What was signed before: the same key and payload give the same envelope, and making it anew is
/// most of the work of a log that is told a thousand times.
static SIGNED: Mutex<BTreeMap<(u8, Digest), Envelope>> = Mutex::new(BTreeMap::new());

fn sign(payload: Vec<u8>, signer: &Signer) -> Envelope {
    let signature = signer.sign_bytes(&pae(PAYLOAD_TYPE, &payload));
    let key = ledger::checkpoint::CheckpointSigner::public_key(signer);
    Envelope::new(payload, &key, signature).unwrap()
}

impl Draft {
    /// The statement of a slip that is still open.
    ///
    /// # Panics
    /// When there is none.
    pub fn statement(&mut self, slip: usize) -> &mut Value {
        match &mut self.slips[slip] {
            Slip::Open(statement, _) => statement,
            Slip::Signed(_) => panic!("it is signed already"),
        }
    }

    /// What its statement says beside the subject.
    pub fn predicate(&mut self, slip: usize) -> &mut Value {
        &mut self.statement(slip)["predicate"]
    }

    /// Another key signs a slip.
    ///
    /// # Panics
    /// When it is signed already.
    pub fn sign_with(&mut self, slip: usize, key: Signer) {
        match &mut self.slips[slip] {
            Slip::Open(_, signer) => *signer = key,
            Slip::Signed(_) => panic!("it is signed already"),
        }
    }

    /// All of it is somebody else's: record, statement and key.
    pub fn by(&mut self, who: Signer, role: &str) {
        who.actor.clone_into(&mut self.actor);
        self.predicate(0)["reviewer"] = json!({"id": who.actor, "name": who.name, "role": role});
        self.sign_with(0, who);
    }

    /// Sets a field of the statement's predicate, by its path.
    pub fn say(&mut self, path: &str, value: impl Into<Value>) {
        *place(self.predicate(0), path) = value.into();
    }

    /// Sets a field of the metadata, by its path.
    pub fn put(&mut self, path: &str, value: impl Into<Value>) {
        *place(&mut self.metadata, path) = value.into();
    }
}

/// The value at a JSON pointer, which must be there.
///
/// # Panics
/// When it is not.
pub fn place<'value>(value: &'value mut Value, path: &str) -> &'value mut Value {
    value.pointer_mut(path).unwrap_or_else(|| panic!("nothing at {path}"))
}

/// What an insider does at a step of a story.
#[derive(Clone)]
pub struct Twist {
    pub(super) step: String,
    pub(super) how: How,
}

type Change = Rc<dyn Fn(&mut Draft, &Log)>;

#[derive(Clone)]
pub(super) enum How {
    Change(Change),
    Before(Rc<dyn Fn(&mut Log)>),
    Skip,
}

/// Changes the record of a step before it is signed and written.
pub fn at(step: &str, change: impl Fn(&mut Draft, &Log) + 'static) -> Twist {
    Twist { step: step.to_owned(), how: How::Change(Rc::new(change)) }
}

/// Writes more records before a step.
pub fn before(step: &str, write: impl Fn(&mut Log) + 'static) -> Twist {
    Twist { step: step.to_owned(), how: How::Before(Rc::new(write)) }
}

/// Leaves a step out.
#[must_use]
pub fn skip(step: &str) -> Twist {
    Twist { step: step.to_owned(), how: How::Skip }
}

impl Twist {
    /// The step that it waits for.
    #[must_use]
    pub fn step(&self) -> &str {
        &self.step
    }
}
