//! What a person is writing and has not sent.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What something is a draft of.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DraftPlace {
    /// A model that is to be registered.
    Model {},
    /// A new version of a prompt; with an empty name a new prompt.
    Prompt {
        /// Its name.
        name: String,
    },
    /// Something said about a request.
    Remark {
        /// The request.
        request_id: String,
    },
    /// An answer to a finding, or its end.
    Answer {
        /// The finding.
        finding: String,
    },
    /// The reason for taking a request back.
    Withdrawal {
        /// The request.
        request_id: String,
    },
    /// The reason for asking again.
    AskingAgain {
        /// The version, `model/credit-pd@7`.
        subject: String,
    },
    /// An act of administration that is being filled in.
    Act {
        /// Which one, in the page's word.
        act: String,
        /// What it is about, and what stood there when it was begun, in the page's words.
        about: String,
    },
}

/// What was kept of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct DraftView {
    /// What was typed, as its page sent it; absent: nothing, or nothing that may be shown now.
    pub text: Option<String>,
    /// When it was kept last; absent: there is none.
    pub kept_at: Option<String>,
    /// Versions that must be revealed before it is shown, since text of it may come from them.
    pub withheld: Vec<String>,
}
