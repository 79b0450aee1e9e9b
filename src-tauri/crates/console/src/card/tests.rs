//! Cards as a review shows them: the pictured one, and every shape that people may write.

use super::decimal::Decimal;
use super::*;

const BASE: &str = r#"{"metrics":[
 {"name":"Gini, hold-out","unit":"","threshold":{"min":"0.620"},"value":"0.641","better":"higher"},
 {"name":"KS","unit":"","threshold":{"min":"0.380"},"value":"0.402","better":"higher"},
 {"name":"Brier score","unit":"","threshold":{"max":"0.072"},"value":"0.068","better":"lower"},
 {"name":"Calibration slope","unit":"","threshold":{"min":"0.900","max":"1.100"},"value":"1.080","better":"near","target":"1.000"},
 {"name":"Stability (PSI), 12 months","unit":"","threshold":{"max":"0.100"},"value":"0.061","better":"lower"},
 {"name":"Impact ratio, age under 25","unit":"","threshold":{"min":"0.800"},"value":"0.871","better":"higher"},
 {"name":"Latency, p99","unit":"ms","threshold":{"max":"40"},"value":"21","better":"lower"}]}"#;

fn pictured() -> String {
    let mut card = BASE.to_owned();
    for (before, now) in [
        ("0.641", "0.658"),
        ("0.402", "0.411"),
        ("0.068", "0.066"),
        ("1.080", "1.010"),
        ("0.061", "0.048"),
        ("0.871", "0.842"),
        ("\"21\"", "\"26\""),
    ] {
        card = card.replace(before, now);
    }
    card.replacen(
        '{',
        r#"{"intended_use":"Probability of default","not_for":"Mortgages","limits":"Runs high",
        "kind":"Gradient-boosted trees, 412 features","owner":"Retail Credit Risk","#,
        1,
    )
}

fn lines(view: &CardView) -> Vec<String> {
    let none = || "-".to_owned();
    let line = |metric: &MetricView| {
        let passes = match metric.passes {
            Some(true) => "passes",
            Some(false) => "fails",
            None => "-",
        };
        [
            metric.name.clone(),
            metric.threshold.clone(),
            metric.base.clone().unwrap_or_else(none),
            metric.value.clone(),
            metric.change.clone().unwrap_or_else(none),
            metric.direction.clone().unwrap_or_else(none),
            passes.to_owned(),
        ]
        .join(" | ")
    };
    view.metrics.iter().map(line).collect()
}

fn facts(card: &str) -> Vec<String> {
    let facts = view(card, None).facts;
    facts.iter().map(|fact| format!("{} = {}", fact.label, fact.value)).collect()
}

#[test]
fn the_pictured_card_reads_as_in_the_picture() {
    let shown = view(&pictured(), Some(BASE));
    assert_eq!(
        lines(&shown),
        [
            "Gini, hold-out | min 0.620 | 0.641 | 0.658 | +0.017 | better | passes",
            "KS | min 0.380 | 0.402 | 0.411 | +0.009 | better | passes",
            "Brier score | max 0.072 | 0.068 | 0.066 | \u{2212}0.002 | better | passes",
            "Calibration slope | 0.900 to 1.100 | 1.080 | 1.010 | \u{2212}0.070 | better | passes",
            "Stability (PSI), 12 months | max 0.100 | 0.061 | 0.048 | \u{2212}0.013 | better | passes",
            "Impact ratio, age under 25 | min 0.800 | 0.871 | 0.842 | \u{2212}0.029 | worse | passes",
            "Latency, p99 | max 40 ms | 21 ms | 26 ms | +5 ms | worse | passes",
        ]
    );
    let plot = shown.metrics[0].plot.as_ref().unwrap();
    assert_eq!((plot.value, plot.base, plot.min, plot.max), (80, Some(53), Some(20), None));
    let between = shown.metrics[3].plot.as_ref().unwrap();
    assert_eq!((between.min, between.max), (Some(20), Some(80)));
    assert_eq!(
        facts(&pictured()),
        [
            "Intended use = Probability of default",
            "Not for = Mortgages",
            "Limits = Runs high",
            "Kind, owner = Gradient-boosted trees, 412 features. Retail Credit Risk",
        ]
    );
}

#[test]
fn a_metric_is_judged_by_its_threshold_and_its_direction() {
    let check = |own: &str, base: Option<&str>, expected: &str| {
        let card = |metric: &str| format!(r#"{{"metrics":[{{"name":"m",{metric}}}]}}"#);
        let shown = view(&card(own), base.map(card).as_deref());
        assert_eq!(lines(&shown), [format!("m | {expected}")], "{own} against {base:?}");
    };
    let min = r#""threshold":{"min":"0.6"}"#;
    check(&format!(r#""value":"0.6",{min}"#), None, "min 0.6 | - | 0.6 | - | - | passes");
    check(&format!(r#""value":"0.59",{min}"#), None, "min 0.6 | - | 0.59 | - | - | fails");
    check(
        &format!(r#""value":0.640,{min}"#),
        Some(&format!(r#""value":0.64,{min}"#)),
        "min 0.6 | 0.64 | 0.640 | 0.000 | same | passes",
    );
    // Without `better` the kind of threshold tells; without both nothing does.
    check(
        &format!(r#""value":"-1.5",{min}"#),
        Some(&format!(r#""value":"2",{min}"#)),
        "min 0.6 | 2 | -1.5 | \u{2212}3.5 | worse | fails",
    );
    check(r#""value":"2""#, Some(r#""value":"1""#), " | 1 | 2 | +1 | - | -");
    let both = r#""threshold":{"min":"92","max":"108"},"unit":"%""#;
    check(
        &format!(r#""value":"99",{both}"#),
        Some(&format!(r#""value":"102",{both}"#)),
        "92 to 108% | 102% | 99% | \u{2212}3 pp | better | passes",
    );
    check(
        &format!(r#""value":"98",{both}"#),
        Some(&format!(r#""value":"102",{both}"#)),
        "92 to 108% | 102% | 98% | \u{2212}4 pp | same | passes",
    );
    // A limit that moved is told.
    check(
        r#""value":"0.6","threshold":{"min":"0.55"}"#,
        Some(&format!(r#""value":"0.6",{min}"#)),
        "min 0.55, was min 0.6 | 0.6 | 0.6 | 0.0 | same | passes",
    );
    check(
        r#""value":"0.6""#,
        Some(&format!(r#""value":"0.6",{min}"#)),
        "none, was min 0.6 | 0.6 | 0.6 | 0.0 | same | -",
    );
    // What is no number is shown, not judged.
    check(&format!(r#""value":"good",{min}"#), None, "min 0.6 | - | good | - | - | -");
    check(r#""value":"0.6","threshold":{"min":"low"}"#, None, "min low | - | 0.6 | - | - | -");
    check(&format!(r#""value":1e-3,{min}"#), None, "min 0.6 | - | 1e-3 | - | - | fails");
}

#[test]
fn a_metric_that_the_new_version_drops_is_still_shown() {
    let base = r#"{"metrics":[{"name":"KS","value":"0.4","threshold":{"min":"0.3"}}]}"#;
    let shown = view(r#"{"metrics":[{"name":"AUC","value":"0.8"}]}"#, Some(base));
    assert_eq!(
        lines(&shown),
        ["AUC |  | - | 0.8 | - | - | -", "KS | min 0.3 | 0.4 | not given | - | - | -",]
    );
    assert!(shown.metrics.iter().all(|metric| metric.plot.is_none()));
}

#[test]
fn whatever_else_a_card_says_is_a_fact() {
    assert_eq!(
        facts(
            r#"{"training_data":"2019 to 2024","n":12000,"auc":0.640,"tags":["a", {"b": [1 , 2]}],
            "checked":true,"none":null,"owner":"Risk","metrics":{"auc":0.81,"odd":[1]}}"#
        ),
        [
            "Owner = Risk",
            "N = 12000",
            "Auc = 0.640",
            r#"Tags = ["a",{"b":[1,2]}]"#,
            "Checked = true",
            "None = null",
            "Odd = [1]",
        ]
    );
    assert_eq!(
        facts(
            r#"{"metrics":[{"name":"m","value":"1","slice":"EU","better":"sideways",
            "threshold":{"min":"0","warn":"0.5"}},{"name":"no value"},7]}"#
        ),
        [
            "M: slice = EU",
            "M: better = sideways",
            "M: threshold warn = \"0.5\"",
            r#"Metric = {"name":"no value"}"#,
            "Metric = 7",
        ]
    );
}

fn lineage(card: &str) -> Vec<String> {
    let sources = view(card, None).lineage;
    let named =
        |source: &Source| source.subject.as_ref().map_or(String::new(), |it| format!(" -> {it}"));
    sources.iter().map(|one| format!("{} = {}{}", one.what, one.text, named(one))).collect()
}

#[test]
fn where_a_model_comes_from_stands_apart_and_whole() {
    let card = r#"{"training_data":"2019 to 2024","base_model":"credit-pd@6","prompts":["kyc/sum@3","a prompt"],
        "lineage":{"code":{"commit":"9f2c"},"run":["one","two"],"seed":7,"base_models":[]},"owner":"Risk"}"#;
    assert_eq!(
        lineage(card),
        [
            "Data = 2019 to 2024",
            "Base model = credit-pd@6 -> model/credit-pd@6",
            "Prompt = kyc/sum@3 -> prompt/kyc/sum@3",
            "Prompt = a prompt",
            r#"Code = {"commit":"9f2c"}"#,
            "Run = one",
            "Run = two",
            "Seed = 7",
            "Base model = []",
        ]
    );
    assert_eq!(facts(card), ["Owner = Risk"]);
    assert_eq!(lineage(r#"{"lineage":"unknown"}"#), ["Lineage = unknown"]);
    assert_eq!(lineage("no json"), [""; 0]);
}

#[test]
fn a_card_is_held_against_the_sections_of_its_tier() {
    let missing = |card: &str, tier| {
        let sections = sections(card, tier).into_iter().filter(|section| !section.stands);
        sections.map(|section| section.title).collect::<Vec<_>>()
    };
    assert_eq!(missing(&pictured(), Tier::Medium), [""; 0]);
    assert_eq!(missing(&pictured(), Tier::High), ["Data", "Code", "Run"]);
    assert_eq!(missing("no json", Tier::Low), ["Intended use", "Owner"]);
}

#[test]
fn hidden_characters_of_a_card_are_written_out_and_found_behind_escapes() {
    let card = r#"{"limits":"none\u200b at all","na\u202eme":"x","metrics":[{"name":"KS\u2060","value":"1"}]}"#;
    assert_eq!(facts(card), ["Limits = none[U+200B] at all", "Na[U+202E]me = x"]);
    assert_eq!(view(card, None).metrics[0].name, "KS[U+2060]");
    assert_eq!(hidden::count(card), 0, "in the bytes they are escapes");
    assert_eq!(hidden::count(&reading(card).text), 3);
}

#[test]
fn a_card_is_written_exactly_as_lines_of_json() {
    let card = r#" {"b":[1, 2.50,{}],"a":{"y":"q\"\\\n","x":[]},"c":-1e5} "#;
    let expected = "{\n  \"a\": {\n    \"x\": [],\n    \"y\": \"q\\\"\\\\\\n\"\n  },\n  \
                    \"b\": [\n    1,\n    2.50,\n    {}\n  ],\n  \"c\": -1e5\n}\n";
    assert_eq!(exact(card), expected);
    assert_eq!(exact(expected), expected);
    let same = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(same(card), same(&exact(card)), "nothing is lost");
    assert_eq!(exact("no JSON"), "no JSON");
}

#[test]
fn a_card_reads_as_headings_and_facts_below_them() {
    let card = r#"{"metrics":[{"value":"0.658","name":"KS","threshold":{"min":"0.380"}},{"name":"x"},"y"],
        "training_data":"two\nlines","intended_use":"Loans","limits":["a",["b"],{"c":1}],"none":{}}"#;
    let expected = "# Intended use\n  Loans\n\n# Limits\n  - a\n  -:\n    - b\n  -:\n    c: 1\n\n\
                    # None\n  {}\n\n# Training data\n  two\n  lines\n\n# Metrics\n  KS:\n    \
                    threshold:\n      min: 0.380\n    value: 0.658\n  -:\n    name: x\n  - y\n";
    let read = reading(card);
    assert_eq!(read.text, expected);
    assert_eq!(reading("no JSON").text, "no JSON");
    assert!(reading("[1]").fields.is_empty(), "no card: its own text");
    let lines: Vec<&str> = read.text.lines().collect();
    for field in &read.fields {
        let first = field.value.lines().next().unwrap_or_default();
        let line = lines[field.line as usize - 1];
        assert!(line.ends_with(first) || field.value.contains('\n'), "{field:?} at {line:?}");
    }
}

/// What is told of two cards.
fn told(before: &str, after: &str) -> Vec<String> {
    let facts = crate::diff::field_facts(&reading(before), &reading(after));
    facts.into_iter().map(|fact| fact.text).collect()
}

#[test]
fn what_changed_in_a_card_is_told_by_its_path() {
    let check = |before: &str, after: &str, expected: &[&str]| {
        assert_eq!(told(before, after), expected, "{before} and {after}");
    };
    check("{}", "{}", &[]);
    check(r#"{"owner":"A"}"#, r#"{"owner":"B"}"#, &["Owner: A became B"]);
    check(
        r#"{"metrics":[{"name":"KS","value":"1","threshold":{"min":"0.3"}}]}"#,
        r#"{"metrics":[{"name":"KS","value":"1","threshold":{"min":"0.2"}}]}"#,
        &["Metrics: KS: threshold: min: 0.3 became 0.2"],
    );
    // One more item is not a change of all that follow.
    check(r#"{"tags":["b","c"]}"#, r#"{"tags":["a","b","c"]}"#, &["Tags is new: - a"]);
    check(r#"{"tags":["b","c"]}"#, r#"{"tags":["c","b"]}"#, &["Tags: the order changed"]);
    check(r#"{"tags":"x"}"#, "{}", &["Tags is gone: x"]);
    check(r#"{"a":"x\u200b"}"#, r#"{"a":"y"}"#, &["A: x[U+200B] became y"]);
    let long = format!(r#"{{"a":"{}"}}"#, "word ".repeat(50));
    check(r#"{"a":"x"}"#, &long, &["A changed"]);
    // What reads alike is told apart, however small.
    let form = "A reads as before, but is written in another form";
    check(r#"{"a":1,"b":"x"}"#, r#"{"a":"1","b":"y"}"#, &[form, "B: x became y"]);
    check(r#"{"a":"{}"}"#, r#"{"a":{}}"#, &[form]);
    check(r#"{"a":["1","2"]}"#, r#"{"a":["1",2]}"#, &["A is new: - 2", "A is gone: - 2"]);
    check(
        r#"{"a":{"b_c":"1"}}"#,
        r#"{"a":{"b c":"1"}}"#,
        &["A: b c reads as before, but is written in another form"],
    );
}

#[test]
fn malformed_cards_are_shown_as_they_are() {
    let deep = "[".repeat(100_000);
    for text in
        ["", "{", "{]", "nonsense", "[1]", "\"{}\"", "{\"a\":}", "{\"a\" 1}", "\u{0}", &deep]
    {
        assert_eq!(facts(text), [format!("Card = {}", hidden::drawn(text))]);
        assert!(view(text, Some(text)).metrics.is_empty());
        let _ = (json_text::compact(text), json_text::in_lines(text));
    }
    assert!(facts("{}").is_empty());
    for (at, _) in pictured().char_indices() {
        let cut = &pictured()[..at];
        let _ = (view(cut, Some(BASE)), json_text::shape(cut));
    }
}

#[test]
fn decimals_are_subtracted_as_written() {
    let check = |own: &str, other: &str, expected: &str| {
        let own = Decimal::parse(own).unwrap();
        assert_eq!(own.minus(Decimal::parse(other).unwrap()).signed(), expected);
    };
    check("0.658", "0.641", "+0.017");
    check("0.3", "0.1", "+0.2");
    check("1", "0.90", "+0.10");
    check("26", "21", "+5");
    check("0", "0.05", "\u{2212}0.05");
    check("-1", "1", "\u{2212}2");
    check("\u{2212}1", "-3", "+2");
    check("0.10", "0.1", "0.00");
    check("999999999999999999", "-999999999999999999", "+1999999999999999998");
    check("0.000000000000000001", "0", "+0.000000000000000001");
    check("2e3", "1.5e-2", "+1999.985");
    let most = "999999999999999999";
    let (low, high) = (Decimal::parse("1e-18").unwrap(), Decimal::parse(most).unwrap());
    assert_eq!((low.place(low, high, 60), high.place(low, high, 60)), (0, 60));
    assert_eq!(low.place(high, low, 60), 30, "an empty line has one place");
    for text in [
        "",
        "-",
        ".",
        "1.",
        ".5",
        "1.2.3",
        "1,5",
        "0x10",
        "1e",
        "1e99",
        "1e-19",
        "--1",
        "+1",
        " 1",
        "1 ",
        "NaN",
        "١",
        "1234567890123456789",
        "1e2147483648",
        "1e-2147483648",
    ] {
        assert!(Decimal::parse(text).is_none(), "{text:?} is a number");
    }
}
