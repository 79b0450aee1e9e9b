//! Checkpoints: what a log had at a size, signed by a device (C2SP tlog-checkpoint).
//!
//! Invariant: a [`SignedCheckpoint`] has been verified by a key that was expected, for the log that
//! was expected. Its text has exactly three lines of body and one signature line whose name is the
//! origin. It will not decide whether to sign; that is the device's duty to its earlier word.

use std::fmt;

use crate::json::MAX_INTEGER;
use crate::note::{Note, NoteKey, NoteSignature};
use crate::{Digest, LedgerError, PublicKey, Signature, TenantId, WorkspaceId};

/// Signs checkpoint bodies with a device's log key. The private key stays with the implementor.
pub trait CheckpointSigner {
    /// The public half of the log key.
    fn public_key(&self) -> PublicKey;

    /// Signs these bytes as they are.
    ///
    /// # Errors
    /// [`LedgerError::Signer`] when it cannot or will not sign.
    fn sign(&self, message: &[u8]) -> Result<Signature, LedgerError>;
}

/// The name of one log: `countersign.local/<workspace id>/<tenant id>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

impl Origin {
    /// The origin of a tenant's log in a workspace.
    pub fn new(workspace: &WorkspaceId, tenant: &TenantId) -> Self {
        Self(format!("countersign.local/{workspace}/{tenant}"))
    }

    /// The origin as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The root of a log at a size: the three lines that are signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log; compared whole with the one expected.
    pub origin: String,
    /// How many leaves it had, at most 2^53 − 1.
    pub size: u64,
    /// The RFC 6962 root over them.
    pub root: Digest,
}

impl Checkpoint {
    /// The body: origin, size and root, a line each.
    pub fn body(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root.to_base64())
    }

    /// Reads a body of exactly three lines; extension lines are refused.
    ///
    /// # Errors
    /// [`LedgerError::Format`] for anything that [`Checkpoint::body`] would not have written.
    pub fn parse(body: &str) -> Result<Self, LedgerError> {
        let refuse = |reason: &str| LedgerError::format("checkpoint", reason);
        let lines: Vec<&str> = body.split('\n').take(5).collect();
        let [origin, size, root, ""] = lines.as_slice() else {
            return Err(refuse("not exactly three lines"));
        };
        if origin.is_empty() {
            return Err(refuse("no origin"));
        }
        let size: u64 = size.parse().map_err(|_| refuse("the size is not a number"))?;
        if size > MAX_INTEGER {
            return Err(refuse("the size is larger than 2^53 - 1"));
        }
        let checkpoint =
            Self { origin: (*origin).to_owned(), size, root: Digest::from_base64(root)? };
        // Catches "+3" and "03", which parse as numbers.
        if checkpoint.body() != body {
            return Err(refuse("not the one spelling of these values"));
        }
        Ok(checkpoint)
    }

    /// Has the body signed, under the origin as the key's name.
    ///
    /// # Errors
    /// What the signer returns; [`LedgerError::Format`] for an origin or size that no reader would
    /// take; [`LedgerError::Signature`] when what came back does not hold.
    pub fn sign_with(
        &self,
        signer: &dyn CheckpointSigner,
    ) -> Result<SignedCheckpoint, LedgerError> {
        let key = NoteKey::new(&self.origin, signer.public_key())?;
        let body = self.body();
        let checkpoint = Self::parse(&body)?;
        let signature = signer.sign(body.as_bytes())?;
        key.public_key().verify_strict(body.as_bytes(), &signature)?;
        let note = Note::new(body, vec![NoteSignature::ed25519(&key, &signature)])?;
        Ok(SignedCheckpoint::from_parts(checkpoint, &note, &key, signature))
    }
}

/// A checkpoint whose signature holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    signer: PublicKey,
    signature: Signature,
    text: String,
}

impl SignedCheckpoint {
    /// Reads a note and verifies that one of `keys` signed it for the log `expected`.
    ///
    /// # Errors
    /// [`LedgerError::Format`] for a malformed note, more than one signature line, or another
    /// log's name; [`LedgerError::UnknownKey`] when it is signed by none of `keys`;
    /// [`LedgerError::Signature`] when the signature does not hold.
    pub fn parse_and_verify(
        text: &str,
        expected: &Origin,
        keys: &[PublicKey],
    ) -> Result<Self, LedgerError> {
        let note = Note::parse(text)?;
        let [line] = note.signatures() else {
            return Err(LedgerError::format("checkpoint", "not exactly one signature line"));
        };
        let checkpoint = Checkpoint::parse(note.text())?;
        if checkpoint.origin != expected.as_str() || line.name() != expected.as_str() {
            return Err(LedgerError::format("checkpoint", "not of the log expected"));
        }
        // Hashes of 4 bytes can collide, so every key that fits is tried.
        let mut refusal = LedgerError::UnknownKey;
        for key in keys {
            let key = NoteKey::new(expected.as_str(), *key)?;
            match line.verify(note.text(), &key) {
                Ok(signature) => return Ok(Self::from_parts(checkpoint, &note, &key, signature)),
                Err(LedgerError::UnknownKey) => {}
                Err(error) => refusal = error,
            }
        }
        Err(refusal)
    }

    /// What was signed.
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The log key that signed it.
    pub const fn signer(&self) -> &PublicKey {
        &self.signer
    }

    /// The signature on the body.
    pub const fn signature(&self) -> &Signature {
        &self.signature
    }

    /// The note, verbatim: what is stored, anchored and exported.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Only for a signature of `key` that was just seen to hold.
    fn from_parts(
        checkpoint: Checkpoint,
        note: &Note,
        key: &NoteKey,
        signature: Signature,
    ) -> Self {
        Self { checkpoint, signer: *key.public_key(), signature, text: note.to_text() }
    }
}
