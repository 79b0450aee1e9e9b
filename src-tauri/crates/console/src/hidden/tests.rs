//! What counts as hidden, and what does not, as cases.

use std::path::{Path, PathBuf};

use super::*;

fn found(text: &str) -> Vec<String> {
    find(text)
        .into_iter()
        .map(|hidden| {
            format!("{}:{} {} {}", hidden.line, hidden.column, hidden.code_point, hidden.name)
        })
        .collect()
}

#[test]
fn hidden_characters_are_found_named_and_placed() {
    let check = |text: &str, expected: &[&str]| {
        assert_eq!(found(text), expected, "in {text:?}");
        assert_eq!(count(text) as usize, expected.len());
    };
    check("risk\u{200b}rating", &["1:5 U+200B ZERO WIDTH SPACE"]);
    check("a\n\nb\u{202e}c", &["3:2 U+202E RIGHT-TO-LEFT OVERRIDE"]);
    check("\u{feff}text", &["1:1 U+FEFF ZERO WIDTH NO-BREAK SPACE"]);
    check("soft\u{ad}hyphen", &["1:5 U+00AD SOFT HYPHEN"]);
    check("\u{e0041}", &["1:1 U+E0041 TAG LATIN CAPITAL LETTER A"]);
    check("a\u{fe0f}", &["1:2 U+FE0F VARIATION SELECTOR-16"]);
    check("x\u{e0100}", &["1:2 U+E0100 VARIATION SELECTOR-17"]);
    check("no\u{a0}risk", &["1:3 U+00A0 NO-BREAK SPACE"]);
    check("a\u{2028}b", &["1:2 U+2028 LINE SEPARATOR"]);
    check("\u{3164}\u{ffa0}", &["1:1 U+3164 HANGUL FILLER", "1:2 U+FFA0 HALFWIDTH HANGUL FILLER"]);
    check("a\u{8}b\u{7f}c", &["1:2 U+0008 BACKSPACE", "1:4 U+007F DELETE"]);
    check("\u{0}\u{1b}[2J", &["1:1 U+0000 NULL", "1:2 U+001B ESCAPE"]);
    check("\u{85}\u{9b}", &["1:1 U+0085 NEXT LINE", "1:2 U+009B CONTROL"]);
    check("\u{e000}", &["1:1 U+E000 PRIVATE USE"]);
    check("\u{fdd0}\u{fffe}", &["1:1 U+FDD0 NONCHARACTER", "1:2 U+FFFE NONCHARACTER"]);
    check("\u{2065}", &["1:1 U+2065 UNASSIGNED"]);
    check("\u{2800}", &["1:1 U+2800 BRAILLE PATTERN BLANK"]);
}

#[test]
fn every_code_point_that_must_be_marked_is_marked() {
    let ranges = [
        (0x202A, 0x202E),
        (0x2066, 0x2069),
        (0x200B, 0x200F),
        (0x061C, 0x061C),
        (0x2060, 0x2064),
        (0xFEFF, 0xFEFF),
        (0x00AD, 0x00AD),
        (0xE0000, 0xE007F),
        (0xFE00, 0xFE0F),
        (0xE0100, 0xE01EF),
        (0x00A0, 0x00A0),
        (0x2000, 0x200A),
        (0x202F, 0x202F),
        (0x205F, 0x205F),
        (0x3000, 0x3000),
        (0x180E, 0x180E),
        (0x1680, 0x1680),
        (0x2028, 0x2029),
        (0x115F, 0x1160),
        (0x3164, 0x3164),
        (0xFFA0, 0xFFA0),
        (0x0080, 0x009F),
    ];
    let mut checked = 0;
    for code in ranges.into_iter().flat_map(|(first, last)| first..=last) {
        let character = char::from_u32(code).unwrap();
        assert_eq!(count(&format!("ri{character}sk")), 1, "U+{code:04X} passed");
        assert!(!names::name(character).is_empty());
        checked += 1;
    }
    println!("hidden: {checked} code points marked");
    assert!(checked >= 460);
}

#[test]
fn a_letter_of_another_script_inside_a_word_is_a_look_alike() {
    let check = |text: &str, expected: &[&str]| assert_eq!(found(text), expected, "in {text:?}");
    check("p\u{430}yment", &["1:2 U+0430 CYRILLIC SMALL LETTER A"]);
    check("\u{41a}YC", &["1:1 U+041A CYRILLIC CAPITAL LETTER KA"]);
    check("sc\u{3bf}re", &["1:3 U+03BF GREEK SMALL LETTER OMICRON"]);
    // The stranger is the letter of the script that the word has fewest letters of.
    check("п\u{61}роль", &["1:2 U+0061 LATIN SMALL LETTER A"]);
    check("the \u{430}nd", &["1:5 U+0430 CYRILLIC SMALL LETTER A"]);
    // An invisible character does not shield it.
    check(
        "p\u{200b}\u{430}y",
        &["1:2 U+200B ZERO WIDTH SPACE", "1:3 U+0430 CYRILLIC SMALL LETTER A"],
    );
    // Letters of another script that look like no Latin letter deceive nobody.
    check("5 μm, ΔPSI, λmax, 2πr", &[]);
    // Words beside each other are not one word.
    check("Basel-Базель, user_имя, KYC клиента", &[]);
}

#[test]
fn plain_text_of_any_language_is_clean() {
    for text in [
        "",
        "Never state a risk rating.\n\n\t- indented, {{variable}}, 100% — “quoted” … €75,000\n",
        "Příliš žluťoučký kůň úpěl ďábelské ódy; schválení úvěru pro podnikatele.",
        "Zażółć gęślą jaźń, wniosek kredytowy został odrzucony.",
        "Η αίτηση δανείου εγκρίθηκε από δύο πρόσωπα.",
        "Заявка на кредит одобрена двумя сотрудниками; ёж, объём, подъезд.",
        "Кредитну заявку схвалено, її підписали двоє.",
        "تمت الموافقة على طلب القرض من قبل شخصين، رقم ٤٢.",
        "הבקשה לאשראי אושרה על ידי שני אנשים.",
        "融資の申請は二名により承認されました。AIモデルの審査、カード。",
        "贷款申请已由两人批准，模型AI2号。",
        "대출 신청이 두 사람에 의해 승인되었습니다.",
        "ऋण आवेदन स्वीकृत हुआ।",
        "คำขอสินเชื่อได้รับอนุมัติ",
        "Đơn vay được hai người phê duyệt; straße, naïve, Ærø, ıstanbul",
        "🙂 👍🏽 🇨🇿 ✓ ≥ → ½ №5 µm Å",
        "e\u{301}te\u{301}: decomposed accents are seen",
        "first\r\nsecond\r\n",
    ] {
        assert_eq!(found(text), Vec::<String>::new(), "in {text:?}");
    }
}

#[test]
fn a_carriage_return_counts_unless_it_is_how_every_line_ends() {
    let check = |text: &str, expected: u32| assert_eq!(count(text), expected, "in {text:?}");
    check("a\r\nb\r\n", 0);
    check("a\r\nb", 0);
    check("a\r\nb\n", 1);
    check("a\nb\r\nc\r\n", 2);
    check("a\rb", 1);
    check("a\r\nb\rc\r\n", 1);
    check("a\r\r\n", 1);
    assert_eq!(scan("a\r\nb\r\n").len(), 2, "the diff draws them all the same");
}

#[test]
fn drawn_text_writes_hidden_characters_out_and_leaves_the_rest() {
    assert_eq!(drawn("risk\u{200b}rating"), "risk[U+200B]rating");
    assert_eq!(drawn("žádost 5\u{a0}%"), "žádost 5[U+00A0]%");
    assert_eq!(drawn("p\u{430}y"), "p[U+0430]y");
    assert_eq!(drawn("plain"), "plain");
    assert_eq!(chip('\u{200b}'), "U+200B ZERO WIDTH SPACE");
}

/// The samples of the Trojan Source paper, which the repository does not carry.
#[test]
fn trojan_source_samples_are_marked_in_full() {
    let Some(file) = samples() else {
        println!("ABSENT: payload list `trojan-source` (set COUNTERSIGN_VECTORS)");
        return;
    };
    let samples: Vec<serde_json::Value> =
        serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let mut marked = 0;
    for sample in &samples {
        let text = sample["text"].as_str().unwrap();
        let listed = ["bidi_codepoints", "invisible_codepoints"].into_iter();
        let mut expected: Vec<&str> = listed
            .flat_map(|key| sample[key].as_array().unwrap())
            .map(|code| code.as_str().unwrap())
            .collect();
        let others = sample["other_non_ascii"].as_array().unwrap();
        let mut own: Vec<String> = find(text).into_iter().map(|one| one.code_point).collect();
        assert!(!own.is_empty(), "{}: nothing marked", sample["file"]);
        marked += own.len();
        // Look-alikes are listed by the sample as other letters, if at all.
        own.retain(|code| !others.iter().any(|other| other.to_string().contains(code.as_str())));
        expected.sort_unstable();
        own.sort_unstable();
        assert_eq!(own, expected, "{}", sample["file"]);
    }
    println!("hidden: {marked} characters marked in {} trojan-source samples", samples.len());
    assert!(samples.len() >= 5 && marked >= 20);
}

pub(crate) fn samples() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3)?;
    let named = std::env::var_os("COUNTERSIGN_VECTORS").map(PathBuf::from);
    let beside = root.parent().map(|parent| parent.join("shared/vectors"));
    let places = named.into_iter().chain(beside);
    let mut files = places.map(|place| place.join("trojan-source/samples.json"));
    files.find(|file| file.is_file())
}
