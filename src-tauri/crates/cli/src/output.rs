//! Standard output: one JSON document or lines, or words for a person.
//!
//! Invariant: a reader that went away is no error; texts of others cannot steer a terminal.

use std::io::{self, ErrorKind, Write};

use serde::Serialize;

use crate::failure::Failure;

/// Where answers go.
pub(crate) struct Output {
    json: bool,
    out: io::Stdout,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json, out: io::stdout() }
    }

    /// One answer.
    pub(crate) fn document<T: Serialize>(
        &mut self,
        answer: &T,
        words: impl FnOnce(&T) -> String,
    ) -> Result<(), Failure> {
        let text = self.text(answer, words)?;
        self.write(&text)
    }

    /// A list: JSON Lines, or a line each.
    pub(crate) fn lines<T: Serialize>(
        &mut self,
        answers: &[T],
        words: impl Fn(&T) -> String,
    ) -> Result<(), Failure> {
        let mut text = String::new();
        for answer in answers {
            text.push_str(&self.text(answer, &words)?);
        }
        self.write(&text)
    }

    /// Bytes exactly as they are.
    pub(crate) fn raw(&mut self, text: &str) -> Result<(), Failure> {
        self.write(text)
    }

    /// Whether the reader wants JSON.
    pub(crate) const fn is_json(&self) -> bool {
        self.json
    }

    fn text<T: Serialize>(
        &self,
        answer: &T,
        words: impl FnOnce(&T) -> String,
    ) -> Result<String, Failure> {
        let mut text = if self.json {
            serde_json::to_string(answer).map_err(|cause| Failure::unexpected(&cause))?
        } else {
            console::hidden::drawn(&words(answer))
        };
        text.push('\n');
        Ok(text)
    }

    fn write(&mut self, text: &str) -> Result<(), Failure> {
        match self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()) {
            Err(cause) if cause.kind() == ErrorKind::BrokenPipe => Ok(()),
            Err(cause) => Err(Failure::unexpected(&cause)),
            Ok(()) => Ok(()),
        }
    }
}
