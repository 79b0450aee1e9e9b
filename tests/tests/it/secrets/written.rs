//! Nothing that a console leaves behind holds a secret: workspace, settings, log, exports, answers.
//!
//! Invariant: every file under the process's folder is read, whatever its name; what may stand in
//! one is named here, by file and secret.

use std::path::{Path, PathBuf};

use super::forms::Wanted;
use super::planted::{
    ADMIN, APPROVER, CARD, ENCRYPTION_KEY, Holder, IN_VAIN, KEY_FILE, Made, Opened, PROMPT,
};

/// Fewer files than this mean that some were not written or not found.
const FLOOR: usize = 14;

#[test]
fn no_secret_is_written_anywhere_where_a_key_file_has_its_own_passphrase() {
    nowhere(Opened::ByPassphrase, 13);
}

#[test]
fn no_secret_is_written_anywhere_where_the_variable_opens_everything() {
    nowhere(Opened::ByVariable, 11);
}

fn nowhere(opened: Opened, least: usize) {
    let mut holder = Holder::start("write", opened);
    holder.go_on_to("working");
    let mut found = 0;
    // Open, with its -wal and -shm beside it, and locked.
    for stop in ["working", "locked"] {
        if stop == "locked" {
            holder.go_on_to(stop);
        }
        let secrets = secrets(&holder, opened);
        let files = files(&holder.place);
        let names: Vec<&str> = files.iter().filter_map(|path| path.file_name()?.to_str()).collect();
        for name in [
            "workspace.db",
            "workspace.db-wal",
            "workspace.db-shm",
            "keys.json",
            "settings.json",
            "trace.log",
            "answers.txt",
            "export-0",
        ] {
            assert!(names.contains(&name), "no {name} in {names:?}");
        }
        assert!(files.len() >= FLOOR, "{names:?}");
        assert!(secrets.len() >= least, "only {} secrets", secrets.len());
        for path in &files {
            for piece in pieces(path) {
                found += judge(path, &piece, &secrets);
            }
        }
        println!("secrets: {stop}: {} secrets in {} files", secrets.len(), files.len());
    }
    assert!(found > 0, "control: what may be shown was found where it is shown");
}

/// A file, or one piece for each line of the answers, with the window it went to.
fn pieces(path: &Path) -> Vec<Vec<u8>> {
    let bytes = std::fs::read(path).unwrap();
    if path.ends_with("answers.txt") {
        return bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    }
    vec![bytes]
}

/// How often something was found that may stand there; anything else fails.
fn judge(path: &Path, piece: &[u8], secrets: &[Wanted]) -> usize {
    let mut allowed = 0;
    for secret in secrets {
        let forms = secret.found_in(piece);
        if forms.is_empty() {
            continue;
        }
        let to_a_reader = path.ends_with("answers.txt") && piece.starts_with(b"review ");
        let kit = path.ends_with("kit.txt")
            || (path.ends_with("answers.txt") && piece.starts_with(b"kit "));
        let may = match secret.name {
            "prompt" | "card" => to_a_reader,
            "the kit's line SECRET" | "the kit's line RECOVERY" => kit,
            _ => false,
        };
        assert!(may, "{} is in {} as {forms:?}", secret.name, path.display());
        allowed += 1;
    }
    allowed
}

fn secrets(holder: &Holder, opened: Opened) -> Vec<Wanted> {
    let Made { mut wanted, kit } = Made::of(holder, opened);
    wanted.extend(kit);
    wanted.extend([
        Wanted::text("admin's passphrase", ADMIN),
        Wanted::text("approver's passphrase", APPROVER),
        Wanted::text("passphrase typed in vain", IN_VAIN),
        Wanted::text("prompt", PROMPT),
        Wanted::text("card", CARD),
        Wanted::text("key file's passphrase", KEY_FILE),
        Wanted::text("ENCRYPTION_KEY", ENCRYPTION_KEY),
    ]);
    wanted
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found
}
