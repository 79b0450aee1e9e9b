//! One byte that changed between opening the review and signing makes signing refuse (issue "First
//! sign-off", done when 4; domain.md, rule 8).
//!
//! Invariant: every change is made past the program, in the database, after the page was opened;
//! the same page then signs nothing, and signs once the byte is back. Seeds are fixed.

use std::collections::BTreeMap;

use console::session::Session;
use console::{ErrorCode, SecretText};
use ledger::{Decision, RequestId, Tier};
use rusqlite::types::Value;
use security::encryption::EncryptionService;
use security::kdf::Kdf;
use security::place::Place;
use store::Store as _;
use tests::chance::Chance;
use tests::dump::{connect, dump};
use tests::house::{BOB, CREDIT, EVE, House};
use tests::size::rounds;
use tests::tamper::Attacker;

/// Columns that a decision rests on, by the table they lie in.
const COLUMNS: [(&str, &[&str]); 4] = [
    (
        "request",
        &[
            "subject",
            "subject_digest",
            "makers",
            "requested_by",
            "requested_at",
            "reason",
            "tier",
            "policy_sha256",
            "documents",
        ],
    ),
    ("standing", &["votes", "lifecycle"]),
    ("model_version", &["digest", "documents", "row_id", "card"]),
    ("prompt_version", &["digest", "documents", "row_id", "text"]),
];

/// What a refusal may be called, by what was changed: stale, damaged, not to be opened, gone.
const REFUSALS: [ErrorCode; 6] = [
    ErrorCode::StaleReview,
    ErrorCode::VerificationFailed,
    ErrorCode::Encryption,
    ErrorCode::InvalidState,
    ErrorCode::NoWorkspace,
    ErrorCode::NotFound,
];

/// A cell of the database.
struct Cell {
    table: &'static str,
    column: &'static str,
    position: i64,
}

impl Cell {
    fn read(&self, house: &House) -> Value {
        let Self { table, column, position } = self;
        let sql = format!("SELECT {column} FROM {table} WHERE position = ?1");
        connect(&house.database()).query_row(&sql, [position], |row| row.get(0)).unwrap()
    }

    fn write(&self, house: &House, value: &Value) {
        let Self { table, column, position } = self;
        let sql = format!("UPDATE {table} SET {column} = ?1 WHERE position = ?2");
        let changed =
            connect(&house.database()).execute(&sql, rusqlite::params![value, position]).unwrap();
        assert_eq!(changed, 1, "{table}.{column}");
    }
}

/// The pages that Eve has open: a model with Bob's vote on it, and a prompt.
struct Desk {
    house: House,
    eve: Session,
    open: Vec<Page>,
}

struct Page {
    request: RequestId,
    positions: BTreeMap<&'static str, i64>,
}

impl Desk {
    async fn new() -> Self {
        let house = House::new().await;
        let model = house.register("credit-pd", Tier::High).await.request_id;
        house.decide(BOB, &model, Decision::Approved).await.unwrap();
        let prompt = house.write("kyc-summary", 0, Some(Tier::High)).await.request_id;
        house.decide(BOB, &prompt, Decision::Approved).await.unwrap();
        let eve = house.session(EVE);
        // Whoever changes a row by hand takes the triggers away first.
        drop(Attacker::on(&house.database(), CREDIT));
        let page = |request: RequestId, table: &'static str| {
            let connection = connect(&house.database());
            let at = "SELECT position FROM request WHERE request_id = ?1";
            let at: i64 = connection.query_row(at, [request.as_str()], |row| row.get(0)).unwrap();
            let of = format!("SELECT max(position) FROM {table} WHERE position < ?1");
            let of: i64 = connection.query_row(&of, [at], |row| row.get(0)).unwrap();
            let positions = BTreeMap::from([("request", at), ("standing", at), (table, of)]);
            Page { request, positions }
        };
        let open = vec![page(model, "model_version"), page(prompt, "prompt_version")];
        Self { house, eve, open }
    }

    /// Every cell that the decisions of these pages rest on.
    fn cells(&self) -> Vec<(usize, Cell)> {
        let mut cells = Vec::new();
        for (page, open) in self.open.iter().enumerate() {
            for (table, columns) in COLUMNS {
                let Some(position) = open.positions.get(table) else { continue };
                cells.extend(
                    columns
                        .iter()
                        .map(|column| (page, Cell { table, column, position: *position })),
                );
            }
        }
        cells
    }

    /// Opens the page, changes something, signs: that must be refused without a trace.
    async fn refuses(&self, page: usize, what: &str, change: impl FnOnce(), undo: impl FnOnce()) {
        let request = &self.open[page].request;
        let review = self.house.review(&self.eve, request).await.unwrap();
        change();
        let before = dump(&self.house.database());
        let signed = self.house.sign(EVE, &self.eve, &review, Decision::Approved).await;
        let after = dump(&self.house.database());
        undo();
        let refused = match signed {
            Ok(receipt) => panic!("{what}: signed, {:?}", receipt.status),
            Err(refused) => refused,
        };
        assert!(REFUSALS.contains(&refused.code()), "{what}: {refused:?}");
        assert_eq!(after, before, "{what}: the refusal left a trace");
    }

    /// The control: nothing changed, and the page signs.
    async fn sign_all(&self) {
        for page in &self.open {
            let review = self.house.review(&self.eve, &page.request).await.unwrap();
            let signed = self.house.sign(EVE, &self.eve, &review, Decision::Approved).await;
            assert_eq!(signed.unwrap().status, ledger::Status::Approved);
        }
    }
}

/// One character becomes another of its kind, so that the value keeps its form where it can.
fn with_one_changed(text: &str, chance: &mut Chance) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = chance.below(letters.len());
    let kin: &[char] = match letters[at] {
        '0'..='9' => &['1', '7', '4', '0'],
        'a'..='f' => &['c', 'e', 'a', 'f'],
        'A'..='Z' => &['Q', 'X', 'B', 'K'],
        _ => &['r', 'z', 'k', 't'],
    };
    let old = letters[at];
    letters[at] = kin.iter().copied().find(|letter| *letter != old).unwrap_or('x');
    letters.into_iter().collect()
}

#[tokio::test]
async fn one_changed_byte_of_any_row_makes_signing_refuse() {
    let wanted = rounds(200, 1_000);
    let desk = Desk::new().await;
    let cells = desk.cells();
    let mut chance = Chance::of_seed(0x5eed_0004);
    let mut tried: BTreeMap<String, usize> = BTreeMap::new();
    for round in 0..wanted {
        let (page, cell) = &cells[round % cells.len()];
        let old = cell.read(&desk.house);
        let Value::Text(text) = &old else { panic!("{}.{} is no text", cell.table, cell.column) };
        let new = with_one_changed(text, &mut chance);
        let what = format!("{}.{}: {text:.80} became {new:.80}", cell.table, cell.column);
        let change = || cell.write(&desk.house, &Value::Text(new));
        desk.refuses(*page, &what, change, || cell.write(&desk.house, &old)).await;
        *tried.entry(format!("{}.{}", cell.table, cell.column)).or_default() += 1;
    }
    println!("stale: {wanted} changes of one byte, all refused: {tried:?}");
    assert!(tried.len() >= 17 && wanted >= 200, "{tried:?}");
    desk.sign_all().await;
}

/// What somebody who knows the program would write, so that every value keeps its form.
#[tokio::test]
async fn whole_values_that_fit_their_columns_make_signing_refuse() {
    let desk = Desk::new().await;
    let policy = {
        let low = desk.house.write("other", 0, Some(Tier::Low)).await.request_id;
        let sql = "SELECT policy_sha256 FROM request WHERE request_id = ?1";
        let connection = connect(&desk.house.database());
        connection.query_row(sql, [low.as_str()], |row| row.get::<_, String>(0)).unwrap()
    };
    let bob = desk.house.session(BOB).person.to_string();
    let cases: [(&str, &str, String); 13] = [
        ("request", "tier", "low".to_owned()),
        ("request", "tier", "medium".to_owned()),
        ("request", "makers", "[]".to_owned()),
        ("request", "makers", format!("[\"{bob}\"]")),
        ("request", "requested_by", bob),
        ("request", "policy_sha256", policy),
        ("request", "reason", "Another reason".to_owned()),
        ("request", "documents", "{}".to_owned()),
        ("request", "expires_at", "2030-01-01T00:00:00.000000Z".to_owned()),
        ("standing", "votes", "[]".to_owned()),
        ("standing", "lifecycle", "withdrawn".to_owned()),
        ("standing", "status", "APPROVED".to_owned()),
        ("standing", "status", "REJECTED".to_owned()),
    ];
    let mut tried = 0;
    for (table, column, new) in &cases {
        for (page, open) in desk.open.iter().enumerate() {
            let cell = Cell { table, column, position: open.positions[table] };
            let old = cell.read(&desk.house);
            let what = format!("{table}.{column} became {new:.60}");
            let change = || cell.write(&desk.house, &Value::Text(new.clone()));
            if old == Value::Text(new.clone()) {
                continue;
            }
            desk.refuses(page, &what, change, || cell.write(&desk.house, &old)).await;
            tried += 1;
        }
    }
    println!("stale: {tried} changes of whole values, all refused");
    assert!(tried >= 22, "{tried}");
    desk.sign_all().await;
}

/// Sealed as this workspace seals, so that only the content differs.
#[tokio::test]
async fn another_text_sealed_for_the_same_place_makes_signing_refuse() {
    let wanted = rounds(40, 1_000);
    let desk = Desk::new().await;
    let id = desk.house.workspace.id().clone();
    let secret = desk.house.items.all()[&format!("workspace-secret/{id}")].clone();
    let row = desk.house.store().workspace().await.unwrap();
    let kdf = Kdf::new(&row.kdf_salt, row.kdf_iterations).unwrap();
    let service = EncryptionService::new(Some(&SecretText::new(secret)), None, &kdf).unwrap();
    let mut chance = Chance::of_seed(0x5eed_0104);
    for round in 0..wanted {
        let (page, table, column) =
            [(0, "model_version", "card"), (1, "prompt_version", "text")][round % 2];
        let position = desk.open[page].positions[table];
        let token = Cell { table, column, position };
        let row_id = Cell { table, column: "row_id", position }.read(&desk.house);
        let (Value::Text(old), Value::Text(row_id)) = (token.read(&desk.house), row_id) else {
            panic!("{table}.{column} is no text")
        };
        let place = Place::row(id.as_str(), CREDIT, table, &row_id, column).unwrap();
        let text = service.open_value(&place, &old).unwrap();
        let other = with_one_changed(&text, &mut chance);
        let new = Value::Text(service.seal_value(&place, &other).unwrap());
        let what = format!("{table}.{column}: sealed anew as {other:?}");
        let change = || token.write(&desk.house, &new);
        desk.refuses(page, &what, change, || token.write(&desk.house, &Value::Text(old))).await;
    }
    println!("stale: {wanted} texts sealed anew, all refused");
    desk.sign_all().await;
}

#[tokio::test]
async fn tokens_of_two_rows_that_change_places_make_signing_refuse() {
    let desk = Desk::new().await;
    desk.house.write("kyc-other", 0, Some(Tier::High)).await;
    desk.house.register("credit-lgd", Tier::High).await;
    for (page, table, column) in [(0, "model_version", "card"), (1, "prompt_version", "text")] {
        let position = desk.open[page].positions[table];
        let of = format!("SELECT max(position) FROM {table}");
        let connection = connect(&desk.house.database());
        let last: i64 = connection.query_row(&of, [], |row| row.get(0)).unwrap();
        assert_ne!(last, position);
        let (own, other) =
            (Cell { table, column, position }, Cell { table, column, position: last });
        let (old, new) = (own.read(&desk.house), other.read(&desk.house));
        let what = format!("{table}.{column} of two rows changed places");
        let change = || {
            own.write(&desk.house, &new);
            other.write(&desk.house, &old);
        };
        let undo = || {
            own.write(&desk.house, &old);
            other.write(&desk.house, &new);
        };
        desk.refuses(page, &what, change, undo).await;
    }
    desk.sign_all().await;
}

/// A rejection is on record; its rows are put back as if nobody had voted.
#[tokio::test]
async fn a_rejected_request_that_is_put_back_in_the_queue_decides_nothing() {
    let house = House::new().await;
    let request = house.register("credit-pd", Tier::Low).await.request_id;
    let waiting = dump(&house.database());
    house.decide(BOB, &request, Decision::Rejected).await.unwrap();
    assert_ne!(dump(&house.database()), waiting);
    tests::dump::change(
        &house.database(),
        "UPDATE standing SET status = 'PENDING', decided_seq = NULL, votes = '[]',
         lifecycle = CASE WHEN lifecycle IS NULL THEN NULL ELSE 'open' END,
         request_id = NULL WHERE status = 'REJECTED'",
    );
    let before = dump(&house.database());
    let refused = house.decide(EVE, &request, Decision::Approved).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::VerificationFailed, "{refused}");
    assert_eq!(dump(&house.database()), before);
}
