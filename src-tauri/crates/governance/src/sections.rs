//! The sections that a card has, by the tier of its model: what a reviewer is told is there, and what
//! is missing.
//!
//! Invariant: facts only. A section that is missing refuses nothing, and what a section says is not
//! judged: it stands there as soon as it has a letter or a digit.

use ledger::Tier;
use serde_json::{Map, Value};

/// A section of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// What the model is for.
    IntendedUse,
    /// What it must not be used for.
    NotFor,
    /// Where it is known to be weak.
    Limits,
    /// What it is: "gradient-boosted trees, 412 features".
    Kind,
    /// Who answers for it.
    Owner,
    /// What was measured.
    Metrics,
    /// What it was made from.
    Data,
    /// The code that made it.
    Code,
    /// The run that made it.
    Run,
}

/// Where lineage may stand: in the card itself, or under this key.
pub const LINEAGE: &str = "lineage";

impl Section {
    /// Its heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::IntendedUse => "Intended use",
            Self::NotFor => "Not for",
            Self::Limits => "Limits",
            Self::Kind => "Kind",
            Self::Owner => "Owner",
            Self::Metrics => "Metrics",
            Self::Data => "Data",
            Self::Code => "Code",
            Self::Run => "Run",
        }
    }

    /// Under which of these keys it stands in a card.
    #[must_use]
    pub const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::IntendedUse => &["intended_use"],
            Self::NotFor => &["not_for"],
            Self::Limits => &["limits"],
            Self::Kind => &["kind"],
            Self::Owner => &["owner"],
            Self::Metrics => &["metrics"],
            Self::Data => &["data", "training_data", "datasets"],
            Self::Code => &["code", "repository"],
            Self::Run => &["run", "training_run"],
        }
    }

    /// Whether it tells where the model comes from, and so may stand under [`LINEAGE`] too.
    #[must_use]
    pub const fn is_lineage(self) -> bool {
        match self {
            Self::Data | Self::Code | Self::Run => true,
            Self::IntendedUse
            | Self::NotFor
            | Self::Limits
            | Self::Kind
            | Self::Owner
            | Self::Metrics => false,
        }
    }

    /// Whether a card says something there.
    #[must_use]
    pub fn stands_in(self, card: &Map<String, Value>) -> bool {
        let lineage = card.get(LINEAGE).and_then(Value::as_object).filter(|_| self.is_lineage());
        [Some(card), lineage]
            .into_iter()
            .flatten()
            .any(|part| self.keys().iter().filter_map(|key| part.get(*key)).any(says_something))
    }
}

/// The sections that a card of this tier is asked for, in the order of the page.
#[must_use]
pub const fn asked_for(tier: Tier) -> &'static [Section] {
    use Section::{Code, Data, IntendedUse, Kind, Limits, Metrics, NotFor, Owner, Run};
    match tier {
        Tier::High => &[IntendedUse, NotFor, Limits, Kind, Owner, Metrics, Data, Code, Run],
        Tier::Medium => &[IntendedUse, NotFor, Limits, Kind, Owner, Metrics],
        Tier::Low => &[IntendedUse, Owner],
    }
}

/// A blank, a dash and an empty list say nothing; a text that cannot be seen neither.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => text.chars().any(char::is_alphanumeric),
        Value::Array(items) => items.iter().any(says_something),
        Value::Object(entries) => entries.values().any(says_something),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Card;

    fn missing(card: &str, tier: Tier) -> Vec<&'static str> {
        let card = Card::parse(card).unwrap();
        let missing = asked_for(tier).iter().filter(|section| !section.stands_in(card.content()));
        missing.map(|section| section.title()).collect()
    }

    const WHOLE: &str = r#"{"intended_use":"a","not_for":"b","limits":["c"],"kind":"d","owner":"e",
        "metrics":[{"name":"Gini","value":0.6}],"data":"f","code":"g@1","run":7}"#;

    #[test]
    fn a_tier_asks_for_what_the_tiers_below_ask_for_and_more() {
        let [low, medium, high] = [Tier::Low, Tier::Medium, Tier::High].map(asked_for);
        assert_eq!([low.len(), medium.len(), high.len()], [2, 6, 9]);
        assert!(low.iter().all(|section| medium.contains(section)));
        assert!(medium.iter().all(|section| high.contains(section)));
        for tier in [Tier::Low, Tier::Medium, Tier::High] {
            assert_eq!(missing(WHOLE, tier), [""; 0]);
            let all: Vec<_> = asked_for(tier).iter().map(|section| section.title()).collect();
            assert_eq!(missing("{}", tier), all, "the control: an empty card has none");
        }
    }

    #[test]
    fn a_section_stands_there_as_soon_as_it_says_something() {
        for (says, written) in [
            (true, r#""x""#),
            (true, "0"),
            (true, "false"),
            (true, r#"["","y"]"#),
            (true, r#"{"a":{"b":"z"}}"#),
            (true, r#""贷款""#),
            (false, "null"),
            (false, r#""""#),
            (false, r#"" \n""#),
            (false, r#""—""#),
            (false, "\"\u{200b}\""),
            (false, "[]"),
            (false, r#"[null,""]"#),
            (false, "{}"),
            (false, r#"{"a":""}"#),
        ] {
            let card = format!(r#"{{"intended_use":"a","owner":{written}}}"#);
            assert_eq!(missing(&card, Tier::Low).is_empty(), says, "{written}");
        }
    }

    #[test]
    fn lineage_may_stand_under_its_own_key_and_nothing_else_may() {
        let gone = |card: &str| {
            let missing = missing(card, Tier::High);
            ["Data", "Code", "Run", "Owner"].map(|title| missing.contains(&title))
        };
        let lineage = r#"{"lineage":{"training_data":"a","repository":"b","run":"c","owner":"d"}}"#;
        assert_eq!(gone(lineage), [false, false, false, true]);
        assert_eq!(gone(r#"{"lineage":"a","datasets":["b"]}"#), [false, true, true, true]);
    }
}
