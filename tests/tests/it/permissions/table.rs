//! The table of who may do what, read: rows of commands, cells of outcomes.
//!
//! Invariant: every word of the table is known, every row has every column, and no command stands
//! in it twice.

use std::collections::BTreeMap;

use ledger::Role;

const TABLE: &str = include_str!("matrix.tsv");

/// Which program a command belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Program {
    Desk,
    Pipeline,
}

/// What a command is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Whose {
    Own,
    Others,
    OwnElsewhere,
    OthersElsewhere,
}

impl Whose {
    pub(crate) const ALL: [Self; 4] =
        [Self::Own, Self::Others, Self::OwnElsewhere, Self::OthersElsewhere];

    pub(crate) const fn is_own(self) -> bool {
        matches!(self, Self::Own | Self::OwnElsewhere)
    }

    pub(crate) const fn is_here(self) -> bool {
        matches!(self, Self::Own | Self::Others)
    }
}

/// In what state the asker's session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Seat {
    /// Somebody works, in this role.
    Active(Role),
    /// Somebody works whose role, this one, was revoked meanwhile.
    Stale(Role),
    /// Somebody is away; their place is kept.
    Locked,
    /// Nobody.
    Out,
    /// A pipeline with a token of this role; no chair is ever a token's.
    Service(Role),
    /// Somebody works who is ADMIN of the workspace and of the tenant.
    Workspace,
}

/// What comes of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// Done: something may have changed.
    Yes,
    /// Answered: nothing changed.
    Sees,
    /// `not_allowed`, and a `permission.deny` in the log of the session's tenant.
    No,
    /// `not_found`, and a `tenant.deny` in the log of the session's tenant.
    Gone,
    /// `not_found`, as for what nobody ever made; nothing on record.
    Absent,
    /// `not_signed_in`; nothing on record.
    Out,
    /// `not_signed_in`; the session of somebody without any role was ended, on record.
    Left,
    /// Refused for another reason than who asks; nothing on record.
    Refused,
}

const WORDS: [(&str, Outcome); 8] = [
    ("yes", Outcome::Yes),
    ("sees", Outcome::Sees),
    ("no", Outcome::No),
    ("gone", Outcome::Gone),
    ("absent", Outcome::Absent),
    ("out", Outcome::Out),
    ("left", Outcome::Left),
    ("refused", Outcome::Refused),
];

/// One cell: the same for everything, or for own, others' and another tenant's.
pub(crate) type Cell = [Outcome; 3];

/// One command.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) program: Program,
    pub(crate) command: String,
    cells: BTreeMap<Seat, Cell>,
    by_author: bool,
}

impl Row {
    /// What is expected; none where the state does not exist for the program.
    pub(crate) fn expected(&self, seat: Seat, whose: Whose) -> Option<Outcome> {
        let cell = self.cells.get(&seat)?;
        Some(match whose {
            Whose::Own => cell[0],
            Whose::Others => cell[1],
            Whose::OwnElsewhere | Whose::OthersElsewhere => cell[2],
        })
    }

    /// Everything that the command is asked about: a command that takes no id, about nothing.
    pub(crate) fn about(&self) -> &'static [Whose] {
        if self.by_author { &Whose::ALL } else { &Whose::ALL[1..2] }
    }

    /// The same row with another word in one cell: what the control must find.
    pub(crate) fn flipped(mut self, seat: Seat, to: Outcome) -> Self {
        self.cells.insert(seat, [to; 3]);
        self
    }
}

/// The seats in the order of the columns.
pub(crate) fn seats() -> Vec<Seat> {
    let roles = [Role::Admin, Role::Analyst, Role::Approver, Role::Viewer];
    let active = roles.into_iter().map(Seat::Active);
    let stale = roles.into_iter().map(Seat::Stale);
    let services = roles.into_iter().map(Seat::Service);
    let middle = [Seat::Locked, Seat::Out];
    // Last: what an admin of the workspace does is met by nobody after them.
    active.chain(stale).chain(middle).chain(services).chain([Seat::Workspace]).collect()
}

/// The rows of the table.
pub(crate) fn rows() -> Vec<Row> {
    let lines = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let rows: Vec<Row> = lines.skip(1).map(row).collect();
    let mut names: Vec<(Program, &str)> =
        rows.iter().map(|row| (row.program, row.command.as_str())).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), rows.len(), "a command stands there twice");
    rows
}

fn row(line: &str) -> Row {
    let columns: Vec<&str> = line.split('\t').collect();
    assert_eq!(columns.len(), 17, "program, command, fifteen seats: {line}");
    let program = match columns[0] {
        "desk" => Program::Desk,
        "pipeline" => Program::Pipeline,
        other => panic!("no program: {other}"),
    };
    let mut cells = BTreeMap::new();
    let mut by_author = false;
    for (seat, text) in seats().into_iter().zip(&columns[2..]) {
        if *text == "-" {
            continue;
        }
        let words: Vec<Outcome> = text.split(' ').map(word).collect();
        by_author |= words.len() == 3;
        cells.insert(
            seat,
            match words.as_slice() {
                [one] => [*one; 3],
                [own, others, elsewhere] => [*own, *others, *elsewhere],
                _ => panic!("one word or three: {line}"),
            },
        );
    }
    Row { program, command: columns[1].to_owned(), cells, by_author }
}

fn word(text: &str) -> Outcome {
    let known = WORDS.iter().find(|(word, _)| *word == text);
    known.unwrap_or_else(|| panic!("no outcome: {text}")).1
}
