//! Texts of cards: what is free in them, their sections, tags, lineage and metrics.

use console::registering::ModelSubmission;
use ledger::Tier;
use serde_json::{Map, Value, json};

use super::garden::{Done, Garden};
use crate::house;

/// Keys of the sections that a person reads as text.
const SECTIONS: [&str; 8] =
    ["intended_use", "not_for", "limits", "kind", "owner", "data", "code", "run"];

impl Garden {
    pub(super) async fn card_entry(&mut self, texts: &[String]) -> Done {
        let numbered = texts.iter().enumerate();
        let entries = numbered.map(|(at, text)| (format!("entry {at}"), json!(text)));
        self.card(entries.collect()).await
    }

    pub(super) async fn card_key(&mut self, texts: &[String]) -> Done {
        self.card(texts.iter().map(|text| (text.clone(), json!("a value"))).collect()).await
    }

    /// Each section has some of the texts.
    pub(super) async fn section(&mut self, texts: &[String]) -> Done {
        let share = texts.len().div_ceil(SECTIONS.len()).max(1);
        let sections = SECTIONS.into_iter().zip(texts.chunks(share));
        let sections = sections.map(|(key, some)| (key.to_owned(), json!(some.join("\n"))));
        self.card(sections.collect()).await
    }

    pub(super) async fn tags(&mut self, texts: &[String]) -> Done {
        self.card(Map::from_iter([("tags".to_owned(), json!(texts))])).await
    }

    pub(super) async fn lineage(&mut self, texts: &[String]) -> Done {
        let lineage = json!({ "data": texts, "code": texts, "run": texts, "base_models": texts });
        self.card(Map::from_iter([("lineage".to_owned(), lineage)])).await
    }

    pub(super) async fn metric(&mut self, texts: &[String]) -> Done {
        let metrics = texts.iter().map(|text| {
            json!({ "name": text, "value": text, "unit": text, "target": text,
                    "threshold": { "min": text } })
        });
        self.card(Map::from_iter([("metrics".to_owned(), metrics.collect())])).await
    }

    async fn card(&mut self, card: Map<String, Value>) -> Done {
        let model = house::model(&format!("cards/{}", self.next()), Tier::Medium);
        self.register(ModelSubmission { card: Value::from(card).to_string(), ..model }).await
    }
}
