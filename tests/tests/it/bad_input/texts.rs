//! Names, texts, cards and artefacts that are not as they must be, and the last ones that are.

use console::administering::RoleWish;
use console::pipeline::checksum_of;
use console::registering::{ModelSubmission, PromptSubmission};
use console::{ConsoleError, ErrorCode};
use ledger::{Decision, Name, RequestId, Role, TenantId, Tier, Version};
use tests::dump::dump;
use tests::house::{ADA, ANN, BOB, House, NEW, model, prompt};

use super::refused;

const KIB: usize = 1024;

/// A card of exactly so many bytes.
fn card_of(bytes: usize) -> String {
    let (open, close) = (r#"{"limits":""#, r#""}"#);
    format!("{open}{}{close}", "x".repeat(bytes - open.len() - close.len()))
}

#[tokio::test]
async fn a_model_that_is_not_as_it_must_be_is_refused() {
    let house = House::new().await;
    house.register("credit-pd", Tier::Low).await;
    let ada = house.session(ADA);
    let new = |name: &str| model(name, Tier::Low);
    let card = |card: &str| ModelSubmission { card: card.to_owned(), ..new("new") };
    let reason = |reason: &str| ModelSubmission { reason: reason.to_owned(), ..new("new") };
    use ErrorCode::{AlreadyExists, InvalidInput};
    let long = "r".repeat(2_001);
    let large = card_of(256 * KIB + 1);
    let cases: [(&str, ModelSubmission, ErrorCode, &[&str]); 14] = [
        ("the same version again", new("credit-pd"), AlreadyExists, &[]),
        ("a name that differs by case", new("Credit-PD"), AlreadyExists, &["credit-pd"]),
        ("an empty reason", reason(""), InvalidInput, &["eason"]),
        ("a reason of white space", reason(" \n\t\u{2003}"), InvalidInput, &["eason"]),
        ("a reason with NUL", reason("a\u{0}b"), InvalidInput, &["eason"]),
        ("a reason too long", reason(&long), InvalidInput, &["eason", "2000"]),
        ("a card too large", card(&large), InvalidInput, &["ard", "262144"]),
        ("an empty card", card(""), InvalidInput, &["ard"]),
        ("a card that is a list", card("[1]"), InvalidInput, &["ard", "object"]),
        ("a card that is a text", card("\"a\""), InvalidInput, &["ard", "object"]),
        ("a card cut short", card(r#"{"a":1"#), InvalidInput, &["ard"]),
        ("a card with a key twice", card(r#"{"a":1,"a":2}"#), InvalidInput, &["ard"]),
        ("a card with NUL", card(r#"{"a":"\u0000"}"#), InvalidInput, &["ard"]),
        ("two cards", card("{} {}"), InvalidInput, &["ard"]),
    ];
    for (what, submission, code, words) in &cases {
        let before = dump(&house.database());
        let answer = house.workspace.register_model(&ada, submission, what).await;
        refused(&house, &before, answer, (what, *code, words));
    }
    println!("bad input: {} models refused", cases.len());
    // The last ones that are as they must be.
    let reason = format!("  {}  ", "é".repeat(2_000));
    let fits = ModelSubmission { card: card_of(256 * KIB), reason, ..new("new") };
    house.workspace.register_model(&ada, &fits, "fits").await.unwrap();
}

#[tokio::test]
async fn a_prompt_that_is_not_as_it_must_be_is_refused() {
    let house = House::new().await;
    house.write("kyc-summary", 0, None).await;
    let ann = house.session(ANN);
    let text = |text: &str| PromptSubmission { text: text.to_owned(), ..prompt("new", 0) };
    let reason = PromptSubmission { reason: String::new(), ..prompt("new", 0) };
    let large = "p".repeat(KIB * KIB + 1);
    use ErrorCode::{AlreadyExists, InvalidInput, NotFound, StaleReview};
    let cases: [(&str, PromptSubmission, ErrorCode, &[&str]); 9] = [
        ("an empty prompt", text(""), InvalidInput, &["rompt"]),
        ("a prompt with NUL", text("a\u{0}"), InvalidInput, &["rompt"]),
        ("a prompt too large", text(&large), InvalidInput, &["rompt", "1048576"]),
        ("an empty reason", reason, InvalidInput, &["eason"]),
        ("a prompt that is there", prompt("kyc-summary", 0), AlreadyExists, &[]),
        ("a name that differs by case", prompt("KYC-summary", 0), AlreadyExists, &[]),
        ("a version of an unknown prompt", prompt("unknown", 1), NotFound, &[]),
        ("a version based on an unknown one", prompt("kyc-summary", 7), StaleReview, &[]),
        ("a version based on the last number", prompt("kyc-summary", u32::MAX), StaleReview, &[]),
    ];
    for (what, submission, code, words) in &cases {
        let before = dump(&house.database());
        let answer = house.workspace.write_prompt(&ann, submission, what).await;
        refused(&house, &before, answer, (what, *code, words));
    }
    println!("bad input: {} prompts refused", cases.len());
    let fits = PromptSubmission { text: "é".repeat(KIB * KIB / 2), ..prompt("new", 0) };
    let made = house.workspace.write_prompt(&ann, &fits, "fits").await.unwrap();
    house.decide(BOB, &made.request_id, Decision::Approved).await.unwrap();
}

#[tokio::test]
async fn a_decision_without_a_good_reason_is_refused() {
    let house = House::new().await;
    let request = house.register("credit-pd", Tier::Low).await.request_id;
    let bob = house.session(BOB);
    let review = house.review(&bob, &request).await.unwrap();
    let long = "r".repeat(2_001);
    let cases: [(&str, &str, &[&str]); 4] = [
        ("an empty reason", "", &["eason"]),
        ("a reason of white space", "  \n ", &["eason"]),
        ("a reason with NUL", "a\u{0}", &["eason"]),
        ("a reason too long", &long, &["eason", "2000"]),
    ];
    for (what, reason, words) in cases {
        let before = dump(&house.database());
        let verdict =
            console::reviewing::Verdict { decision: Decision::Rejected, reason, seconds: 1 };
        let key = house.key(BOB);
        let answer = house.workspace.decide(&bob, key, &review, verdict, what).await;
        refused(&house, &before, answer, (what, ErrorCode::InvalidInput, words));
    }
    for decision in [Decision::Proposed, Decision::Revoked] {
        let before = dump(&house.database());
        let answer = house.sign(BOB, &bob, &review, decision).await;
        refused(&house, &before, answer, ("no decision", ErrorCode::InvalidInput, &[]));
    }
    house.sign(BOB, &bob, &review, Decision::Rejected).await.unwrap();
}

#[tokio::test]
async fn people_and_tenants_that_are_not_as_they_must_be_are_refused() {
    let house = House::new().await;
    let ada = house.session(ADA);
    let long = "n".repeat(129);
    use ErrorCode::{AlreadyExists, InvalidInput};
    let titles: [(&str, &str, ErrorCode); 5] = [
        ("no name", "", InvalidInput),
        ("a name of white space", " \t", InvalidInput),
        ("a name too long", &long, InvalidInput),
        ("a name that is there", "Bob Noyce", AlreadyExists),
        ("the same name in other letters", " ＢＯＢ noyce", AlreadyExists),
    ];
    for (what, title, code) in titles {
        let before = dump(&house.database());
        let answer = house.workspace.add_person(&ada, title, "joins").await;
        refused(&house, &before, answer, (what, code, &[]));
    }
    let tenants = [("_workspace", InvalidInput), ("credit", InvalidInput)];
    for (id, code) in tenants {
        let before = dump(&house.database());
        let (key, id) = (house.key(ADA), TenantId::parse(id).unwrap());
        let answer = house.workspace.create_tenant(&ada, key, &id, "Again", "why not").await;
        refused(&house, &before, answer, ("a tenant that is there", code, &[]));
    }
    let before = dump(&house.database());
    let wish = RoleWish {
        person: tests::house::person(NEW),
        role: Role::Viewer,
        group: None,
        reason: " ",
    };
    let answer = house.workspace.enrol(&ada, house.key(ADA), house.new_key(), wish).await;
    let code = ErrorCode::InvalidInput;
    refused(&house, &before, answer, ("an enrolment without a reason", code, &[]));
    let wish = RoleWish { reason: "joins", ..wish };
    house.workspace.enrol(&ada, house.key(ADA), house.new_key(), wish).await.unwrap();
}

#[tokio::test]
async fn what_is_unknown_is_not_found() {
    let house = House::new().await;
    let ann = house.session(ANN);
    let unknown = RequestId::parse("01930000-0000-7000-8000-000000000300").unwrap();
    let before = dump(&house.database());
    let answer = house.workspace.open_review(&ann, &unknown).await;
    refused(&house, &before, answer, ("a review", ErrorCode::NotFound, &["nothing of that name"]));
    let answer = house.workspace.withdraw(&ann, &unknown, "not needed").await;
    refused(&house, &before, answer, ("a request", ErrorCode::NotFound, &["nothing of that name"]));
}

#[test]
fn names_that_no_subject_can_have_are_told_at_the_door() {
    let long = "n".repeat(129);
    let names = ["", " ", "/a", "a/", "a//b", "-a", ".hidden", "a b", "é", "a\u{0}", "a@1", &long];
    for name in names {
        let error = ConsoleError::from(Name::parse(name).unwrap_err());
        assert_eq!(error.code(), ErrorCode::InvalidInput, "{name:?}");
    }
    for version in ["", "-1", "1 2", "é", &"v".repeat(65)] {
        let error = ConsoleError::from(Version::parse(version).unwrap_err());
        assert_eq!(error.code(), ErrorCode::InvalidInput, "{version:?}");
    }
    assert!(Name::parse(&"n".repeat(128)).is_ok() && Version::parse(&"v".repeat(64)).is_ok());
}

#[tokio::test]
async fn an_artefact_that_is_missing_or_of_another_kind_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir(path("empty")).unwrap();
    std::fs::create_dir(path("with-a-link")).unwrap();
    std::fs::write(path("weights.bin"), b"weights").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(path("weights.bin"), path("with-a-link/link")).unwrap();
    let cases = [("missing", "no file"), ("empty", "no file"), ("with-a-link", "link")];
    for (name, word) in cases {
        let error = checksum_of(&path(name), |_| ()).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::Artefact, "{name}: {error}");
        assert!(error.to_string().contains(word), "{name}: {error}");
    }
    // One that grows while it is read: the watcher is asked on the reading thread.
    let large = path("large.bin");
    std::fs::write(&large, vec![7; 4 * KIB * KIB]).unwrap();
    let growing = large.clone();
    let grow = move |_| {
        let file = std::fs::OpenOptions::new().append(true).open(&growing);
        std::io::Write::write_all(&mut file.unwrap(), b"more").unwrap();
    };
    let error = checksum_of(&large, grow).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::Artefact, "{error}");
    assert!(error.to_string().contains("changed"), "{error}");
    assert!(checksum_of(&path("weights.bin"), |_| ()).await.is_ok(), "the control");
}
