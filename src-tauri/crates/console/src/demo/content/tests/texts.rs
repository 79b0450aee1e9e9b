//! Counts, distinctness and plausibility of names, texts, cards and reasons.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::{Catalogue, DemoOutcome, DemoVote, people};
use super::demo;

#[test]
fn counts_reach_what_the_demo_promises() {
    let demo = demo();
    let records: usize = demo.models.iter().map(|model| model.versions.len()).sum();
    let versions: usize = demo.prompts.iter().map(|prompt| prompt.versions.len()).sum();
    assert!(demo.models.len() >= 80, "{} models", demo.models.len());
    assert!(records >= 230, "{records} model versions");
    assert!(demo.prompts.len() >= 60, "{} prompts", demo.prompts.len());
    assert!(versions >= 220, "{versions} prompt versions");
    assert_eq!(demo.people.len(), 11);
    assert_eq!(demo.tenants.len(), 2);
    for prompt in &demo.prompts {
        let count = prompt.versions.len();
        assert!((2..=9).contains(&count), "{} has {count} versions", prompt.name);
    }
}

#[test]
fn two_calls_give_the_same_demo() {
    assert_eq!(demo(), demo());
}

#[test]
fn names_and_versions_are_valid_and_unique_in_their_tenant() {
    let demo = demo();
    let mut seen = BTreeSet::new();
    let word = |text: &str, more: &str| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    for model in &demo.models {
        assert!(word(model.name, "._-") && model.name.len() <= 128, "{}", model.name);
        assert!(seen.insert(("model", model.tenant, model.name)), "{} twice", model.name);
        let labels: BTreeSet<_> = model.versions.iter().map(|v| v.version).collect();
        assert_eq!(labels.len(), model.versions.len(), "{}", model.name);
        assert!(labels.iter().all(|label| word(label, "._+-") && label.len() <= 64));
    }
    for prompt in &demo.prompts {
        assert!(word(prompt.name, "._-"), "{}", prompt.name);
        assert!(seen.insert(("prompt", prompt.tenant, prompt.name)), "{} twice", prompt.name);
    }
    for (_, tenant, name) in seen {
        assert!(demo.tenants.iter().any(|known| known.id == tenant), "{name} in {tenant}");
    }
}

#[test]
fn people_hold_all_four_roles_and_two_admins_where_control_is_dual() {
    let demo = demo();
    let count = |tenant, role| {
        demo.people.iter().filter(|person| person.roles.contains(&(tenant, role))).count()
    };
    for role in ["ADMIN", "ANALYST", "APPROVER", "VIEWER"] {
        assert!(count(people::EU, role) > 0, "{role}");
    }
    assert_eq!(count(people::EU, "ADMIN"), 2);
    assert_eq!(count(people::UK, "ADMIN"), 1);
}

#[test]
fn no_two_prompts_share_most_of_their_lines() {
    let demo = demo();
    let newest: Vec<(&str, BTreeSet<&str>)> = demo
        .prompts
        .iter()
        .map(|prompt| {
            let text = &prompt.versions.last().unwrap().text;
            (prompt.name, text.lines().filter(|line| line.len() > 3).collect())
        })
        .collect();
    let mut worst = 0;
    for (index, (name, lines)) in newest.iter().enumerate() {
        for (other, theirs) in newest.iter().skip(index + 1) {
            let shared = lines.intersection(theirs).count() * 100;
            let percent = shared / lines.len().min(theirs.len());
            worst = worst.max(percent);
            assert!(percent <= 20, "{name} and {other} share {percent} % of their lines");
        }
    }
    println!("{} prompts compared, at most {worst} % shared", newest.len());
}

#[test]
fn each_version_differs_from_the_one_before_by_a_small_edit() {
    let mut compared = 0;
    for prompt in &demo().prompts {
        for pair in prompt.versions.windows(2) {
            let [old, new] = pair else { panic!("two versions") };
            assert_ne!(old.text, new.text, "{}", prompt.name);
            let before: BTreeSet<_> = old.text.lines().collect();
            let kept = new.text.lines().filter(|line| before.contains(line)).count();
            assert!(kept * 2 >= before.len(), "{} is rewritten, not edited", prompt.name);
            compared += 1;
        }
    }
    assert!(compared >= 150, "{compared}");
}

#[test]
fn five_prompts_exceed_300_lines_and_their_lines_are_distinct() {
    let demo = demo();
    let mut long = Vec::new();
    for prompt in &demo.prompts {
        let text = &prompt.versions.last().unwrap().text;
        let lines: Vec<_> = text.lines().filter(|line| !line.is_empty()).collect();
        if text.lines().count() > 300 {
            let distinct: BTreeSet<_> = lines.iter().collect();
            assert_eq!(distinct.len(), lines.len(), "{} repeats a line", prompt.name);
            long.push((prompt.name, lines.len()));
        }
    }
    println!("{long:?}");
    assert_eq!(long.len(), 5, "{long:?}");
}

#[test]
fn hidden_characters_stand_in_exactly_one_newest_version() {
    let hidden = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let demo = demo();
    let with: Vec<_> = demo
        .prompts
        .iter()
        .filter(|prompt| prompt.versions.iter().any(|version| version.text.contains(hidden)))
        .collect();
    let [only] = with.as_slice() else { panic!("{} prompts", with.len()) };
    let text = &only.versions.last().unwrap().text;
    assert!(text.contains('\u{200b}'), "a zero width space");
    assert!(text.contains('\u{2067}') && text.contains('\u{2069}'), "a bidi control and its end");
    assert!(!text.contains("{U+"), "no escape is left");
    let named = |name: &str| demo.prompts.iter().filter(|prompt| prompt.name == name).count();
    assert_eq!((only.name, named("kyc-summary")), ("kyc-summary", 1));
}

#[test]
fn every_reason_is_given_and_no_two_are_alike() {
    let demo = demo();
    let mut seen = BTreeSet::new();
    let mut check = |text: &str, of: &str| {
        assert!(text.trim().len() >= 12, "{of}: {text:?}");
        assert!(text.len() <= 1_000, "{of}");
        assert!(seen.insert(text.to_owned()), "{of} repeats: {text}");
    };
    for model in &demo.models {
        for version in &model.versions {
            check(&version.reason, model.name);
            check(version.request_reason, model.name);
        }
    }
    for prompt in &demo.prompts {
        for version in &prompt.versions {
            check(version.reason, prompt.name);
        }
    }
    for (name, vote) in votes(&demo) {
        check(&vote.reason, name);
    }
    println!("{} reasons, all different", seen.len());
    assert!(seen.len() >= 1_000);
}

fn votes(demo: &Catalogue) -> Vec<(&'static str, &DemoVote)> {
    let models = demo.models.iter().flat_map(|m| m.versions.iter().map(|v| (m.name, &v.outcome)));
    let prompts = demo.prompts.iter().flat_map(|p| p.versions.iter().map(|v| (p.name, &v.outcome)));
    let all = models.chain(prompts);
    all.flat_map(|(name, outcome)| match outcome {
        DemoOutcome::Approved { votes } | DemoOutcome::Waiting { votes } => {
            votes.iter().map(|vote| (name, vote)).collect::<Vec<_>>()
        }
        DemoOutcome::Rejected { vote } => vec![(name, vote)],
        DemoOutcome::Withdrawn { .. } | DemoOutcome::Superseded => Vec::new(),
    })
    .collect()
}

#[test]
fn cards_are_whole_hold_no_number_and_their_metrics_move() {
    let demo = demo();
    let mut moved: BTreeMap<bool, usize> = BTreeMap::new();
    for model in &demo.models {
        let mut before: Option<&Value> = None;
        for version in &model.versions {
            let card = &version.card;
            for key in ["intended_use", "not_for", "limits", "kind", "owner", "data", "code"] {
                assert!(card[key].as_str().unwrap().len() > 3, "{} {key}", model.name);
            }
            let metrics = card["metrics"].as_array().unwrap();
            assert!((4..=8).contains(&metrics.len()), "{}", model.name);
            assert!(!has_number(card), "{}: signed JSON holds no fractions", model.name);
            if matches!(version.outcome, DemoOutcome::Approved { .. }) {
                assert!(metrics.iter().all(within), "{}@{} {card}", model.name, version.version);
            }
            if let Some(before) = before {
                *moved.entry(before["metrics"] != card["metrics"]).or_default() += 1;
            }
            before = Some(card);
        }
    }
    println!("steps that moved a metric: {moved:?}");
    assert_eq!(moved.get(&false), None, "a new version with the same metrics");
}

/// What a model is made from was in force when it was registered.
#[test]
fn cards_name_versions_that_were_approved_before() {
    let demo = demo();
    let at = |outcome: &DemoOutcome| {
        let DemoOutcome::Approved { votes } = outcome else { return None };
        votes.last().map(|vote| vote.at)
    };
    let mut named = BTreeMap::from([("base_model", 0), ("prompts", 0)]);
    for model in &demo.models {
        for version in &model.versions {
            let base = version.card.get("base_model").and_then(Value::as_str);
            let prompt = version.card.get("prompts").and_then(|prompts| prompts[0].as_str());
            for (key, text) in [("base_model", base), ("prompts", prompt)] {
                let Some((name, label)) = text.and_then(|text| text.split_once('@')) else {
                    continue;
                };
                *named.get_mut(key).unwrap() += 1;
                let there = || demo.models.iter().filter(|one| one.tenant == model.tenant);
                let prompts = || demo.prompts.iter().filter(|one| one.tenant == model.tenant);
                let approved = if key == "prompts" {
                    let prompt = prompts().find(|prompt| prompt.name == name).unwrap();
                    at(&prompt.versions[label.parse::<usize>().unwrap() - 1].outcome)
                } else {
                    let base = there().find(|model| model.name == name).unwrap();
                    at(&base.versions.iter().find(|v| v.version == label).unwrap().outcome)
                };
                let approved =
                    approved.unwrap_or_else(|| panic!("{name}@{label} was not approved"));
                assert!(
                    approved < version.at,
                    "{}@{} before {name}@{label}",
                    model.name,
                    version.version
                );
            }
        }
    }
    println!("named on cards: {named:?}");
    assert!(named["base_model"] > 2 && named["prompts"] > 0, "{named:?}");
}

fn has_number(value: &Value) -> bool {
    match value {
        Value::Number(_) => true,
        Value::Array(items) => items.iter().any(has_number),
        Value::Object(entries) => entries.values().any(has_number),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}

fn within(metric: &Value) -> bool {
    let number = |value: &Value| value.as_str().map(|text| text.parse::<f64>().unwrap());
    let value = number(&metric["value"]).unwrap();
    let threshold = &metric["threshold"];
    assert!(threshold["min"].is_string() || threshold["max"].is_string());
    number(&threshold["min"]).is_none_or(|min| value >= min)
        && number(&threshold["max"]).is_none_or(|max| value <= max)
}

#[test]
fn the_pictured_request_has_the_pictured_figures() {
    let demo = demo();
    let model = demo.models.iter().find(|model| model.name == "credit-pd").unwrap();
    let figures = |index: usize| -> Vec<String> {
        let metrics = model.versions[index].card["metrics"].as_array().unwrap();
        metrics.iter().map(|metric| metric["value"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(figures(5), ["0.641", "0.402", "0.068", "1.080", "0.061", "0.871", "21"]);
    assert_eq!(figures(6), ["0.658", "0.411", "0.066", "1.010", "0.048", "0.842", "26"]);
}
