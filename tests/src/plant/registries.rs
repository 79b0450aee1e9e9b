//! Texts of models and prompts, but for their cards.

use console::pipeline;
use console::registering::ModelSubmission;
use ledger::{Decision, Name, Tier, Version};

use super::garden::{Done, Garden, one, session};
use crate::house::{self, ADA};

impl Garden {
    /// Two versions, so that there is a change to look at: the texts, and the texts from the end.
    pub(super) async fn prompt_text(&mut self, texts: &[String]) -> Done {
        let name = format!("texts/{}", self.next());
        let (there, back) = (texts.join("\n"), texts.iter().rev());
        let back = back.map(String::as_str).collect::<Vec<_>>().join("\n");
        let first = self.write(&name, 0, (&there, "the texts")).await?;
        self.sign(&first, Decision::Approved, "seen").await?;
        self.write(&name, 1, (&back, "the texts from the end")).await.map(drop)
    }

    /// Where the text closes no brace, it is the name of a variable; anywhere it is part of a text.
    pub(super) async fn variable(&mut self, texts: &[String]) -> Done {
        let name = format!("variables/{}", self.next());
        let variables: Vec<String> =
            texts.iter().map(|text| ["{{", text.as_str(), "}}"].concat()).collect();
        self.write(&name, 0, (&variables.join("\n"), "a template")).await.map(drop)
    }

    pub(super) async fn version_reason(&mut self, texts: &[String]) -> Done {
        let name = format!("reasons/{}", self.next());
        let written = self.write(&name, 0, ("a text\n", one(texts))).await?;
        self.sign(&written, Decision::Rejected, "seen").await
    }

    pub(super) async fn decision_reason(&mut self, texts: &[String]) -> Done {
        let written = self.asked("decisions").await?;
        self.sign(&written, Decision::Rejected, one(texts)).await
    }

    pub(super) async fn model_reason(&mut self, texts: &[String]) -> Done {
        let model = house::model(&format!("models/{}", self.next()), Tier::Low);
        self.register(ModelSubmission { reason: one(texts).to_owned(), ..model }).await
    }

    pub(super) async fn model_name(&mut self, texts: &[String]) -> Done {
        let model = house::model("a", Tier::Low);
        self.register(ModelSubmission { name: Name::parse(one(texts))?, ..model }).await
    }

    pub(super) async fn model_version(&mut self, texts: &[String]) -> Done {
        let model = house::model("versions", Tier::Low);
        self.register(ModelSubmission { version: Version::parse(one(texts))?, ..model }).await
    }

    pub(super) async fn prompt_name(&mut self, texts: &[String]) -> Done {
        self.write(one(texts), 0, ("text\n", "a new one")).await.map(drop)
    }

    pub(super) async fn correlation_id(&mut self, texts: &[String]) -> Done {
        let (edge, session) = (self.edge.clone(), session(ADA)?);
        let command = self.workspace.tokens(&session);
        pipeline::under(Some(one(texts)), &edge, command).await?.map(drop)
    }
}
