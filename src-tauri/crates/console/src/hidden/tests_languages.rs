//! Clean text of many languages is not flagged, and nothing passes undrawn in any of them.
//!
//! The sentences are our own, as a bank would write them, with the invisible characters that each
//! writing asks for. Those are drawn quietly; a flagged one is a false alarm.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};

use super::*;

const SENTENCES: &str = include_str!("languages.txt");

/// Language, sentence.
fn corpus() -> Vec<(&'static str, String)> {
    let lines = SENTENCES.lines().filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines
        .map(|line| {
            let (language, sentence) = line.split_once('\t').unwrap();
            (language, unescaped(sentence))
        })
        .collect()
}

/// `<U+200C>` stands for the character, so that the corpus can be read.
fn unescaped(written: &str) -> String {
    let mut pieces = written.split("<U+");
    let mut text = pieces.next().unwrap().to_owned();
    for piece in pieces {
        let (code, rest) = piece.split_once('>').unwrap();
        text.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
        text.push_str(rest);
    }
    text
}

#[test]
fn clean_text_of_many_languages_raises_at_most_one_false_alarm_in_a_hundred_sentences() {
    let corpus = corpus();
    let languages: std::collections::BTreeSet<_> = corpus.iter().map(|(name, _)| name).collect();
    let flagged: Vec<_> = corpus.iter().filter(|(_, sentence)| count(sentence) > 0).collect();
    let invisible = corpus.iter().filter(|(_, sentence)| !scan(sentence).is_empty()).count();
    for (language, sentence) in &flagged {
        println!("flagged, {language}: {}", drawn(sentence));
    }
    println!(
        "languages: {} of {} sentences flagged, in {} languages; {invisible} hold invisible characters in their place",
        flagged.len(),
        corpus.len(),
        languages.len()
    );
    assert!(languages.len() >= 20 && corpus.len() >= 100 && invisible >= 15);
    assert!(flagged.len() * 100 <= corpus.len(), "{} false alarms", flagged.len());
}

/// Every format, bidirectional, tag and variation-selector code point, and all else that has no
/// look of its own.
fn must_be_drawn() -> Vec<char> {
    let all = ('\u{0}'..=char::MAX).filter(|character| {
        let category = character.general_category();
        matches!(category, GeneralCategory::Format)
            || matches!(u32::from(*character), 0xFE00..=0xFE0F | 0xE0100..=0xE01EF | 0xE0000..=0xE007F)
            || matches!(u32::from(*character), 0x180B..=0x180F | 0x115F..=0x1160 | 0x3164 | 0xFFA0)
            || (matches!(category, GeneralCategory::Control | GeneralCategory::SpaceSeparator)
                && !matches!(character, '\n' | '\t' | ' '))
            || matches!(category, GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator)
    });
    all.collect()
}

#[test]
fn every_code_point_without_a_look_of_its_own_is_counted_in_a_plain_word() {
    let all = must_be_drawn();
    for character in &all {
        let text = format!("ri{character}sk");
        assert_eq!(count(&text), 1, "U+{:04X} passed", u32::from(*character));
    }
    println!("hidden: {} code points, each counted in a plain word", all.len());
    assert!(all.len() >= 540, "{}", all.len());
}

#[test]
fn wherever_such_a_code_point_is_injected_it_is_drawn() {
    let all = must_be_drawn();
    let mut injected = 0;
    for (turn, (language, sentence)) in corpus().into_iter().enumerate() {
        let places: Vec<usize> = sentence.char_indices().map(|(offset, _)| offset).collect();
        // Each into every eleventh sentence, another place each time.
        let own = all.iter().enumerate().skip(turn % 11).step_by(11);
        for (number, character) in own {
            let place = places[number % places.len()];
            let mut text = sentence.clone();
            text.insert(place, *character);
            let found = scan(&text).iter().any(|mark| mark.offset == place);
            assert!(found, "U+{:04X} is not drawn in {language}", u32::from(*character));
            injected += 1;
        }
    }
    println!("hidden: {injected} injections into clean text, each drawn");
    assert!(injected >= 5_000);
}

#[test]
fn what_no_writing_asks_for_is_counted_in_every_language() {
    let never = "\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}\u{2066}\u{2067}\u{2068}\u{2069}\u{200E}\u{200F}\
                 \u{61C}\u{2060}\u{2063}\u{FEFF}\u{AD}\u{E0001}\u{E0041}\u{FE01}\u{E0100}\u{E01EF}";
    for (language, sentence) in corpus() {
        let before = count(&sentence);
        for character in never.chars() {
            for (place, _) in sentence.char_indices().step_by(9) {
                let mut text = sentence.clone();
                text.insert(place, character);
                assert!(count(&text) > before, "U+{:04X} in {language}", u32::from(character));
            }
        }
    }
}

#[test]
fn an_invisible_character_is_in_its_place_only_there() {
    let check = |text: &str, counted: u32| assert_eq!(count(text), counted, "in {text:?}");
    // Selectors, joiners and tags of emoji.
    check("\u{2764}\u{FE0F} 1\u{FE0F}\u{20E3}", 0);
    check("a\u{FE0F} 1\u{FE0F} \u{2764}\u{FE0F}\u{FE0F}", 3);
    check("\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467} \u{2764}\u{FE0F}\u{200D}\u{1F525}", 0);
    check("a\u{200D}b \u{1F468}\u{200D} \u{1F468}\u{200D}a", 3);
    let wales = "\u{1F3F4}\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}";
    check(wales, 0);
    check(&wales.replace('\u{E0073}', "\u{E0074}"), 6);
    check(&format!("{wales}\u{E0041}"), 7);
    check(&wales['\u{1F3F4}'.len_utf8()..], 6);
    // Joining of Arabic letters: behind one that joins nothing it cannot be seen.
    check("می\u{200C}خواهم", 0);
    check("کار\u{200C}ها", 1);
    check("می\u{200C}", 1);
    check("क्\u{200D}ष क्\u{200C}ष", 0);
    check("क\u{200D}ष", 1);
    // Spaces.
    check("10\u{A0}000 Kč, 5\u{A0}%, k\u{A0}dispozici, M.\u{A0}Dupont, Pourquoi\u{202F}?", 0);
    check("Do\u{A0}not approve", 1);
    check("申請\u{3000}承認", 0);
    check("pay\u{3000}now", 1);
    check("សួស្តី\u{200B}ពិភពលោក", 0);
    check("pass\u{200B}word", 1);
    // Number signs of Arabic.
    check("\u{6DD}١", 0);
    check("\u{6DD}a", 1);
}
