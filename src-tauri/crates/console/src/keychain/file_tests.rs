//! Rules of the key file. Each opening derives a key (about 0.2 s), so they are few.

use std::fs;
use std::path::Path;
use std::sync::Barrier;
use std::thread;

use security::encryption::EncryptionService;
use security::error::EncryptionFault;
use security::kdf::{DEFAULT_ROUNDS, Kdf};
use security::secret::SecretText;
use security::{Entropy, SecurityError};
use serde_json::Value;
use tempfile::TempDir;

use super::{FILE, KeyFile, NEXT};
use crate::keychain::{Kept, Keychain, KeychainError, MAX_CHARACTERS, probe};

const SECRET: &str = "correct horse battery staple";
const ANCHOR: &str = "anchor/w/credit";
const DEMO: &str = "demo/w";

/// The salt 0…15: these files are not kept.
struct FixedEntropy;

impl Entropy for FixedEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), SecurityError> {
        bytes.iter_mut().zip(0..).for_each(|(byte, count)| *byte = count);
        Ok(())
    }
}

/// A folder as workspaces have one.
fn private_folder() -> TempDir {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir().unwrap()
}

fn secret(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

fn create(folder: &Path) -> KeyFile {
    KeyFile::create(folder, &secret(SECRET), &FixedEntropy).unwrap()
}

fn read(keychain: &dyn Keychain, account: &str) -> Option<String> {
    keychain.read(account).unwrap().map(|value| value.expose().to_owned())
}

fn json(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join(FILE)).unwrap()).unwrap()
}

#[test]
fn what_was_written_is_read_again_by_whoever_has_the_secret() {
    let folder = private_folder();
    assert!(!KeyFile::exists(folder.path()).unwrap());
    let keys = create(folder.path());
    assert!(KeyFile::exists(folder.path()).unwrap());
    assert_eq!(keys.describe(), Kept::File);
    assert_eq!(read(&keys, ANCHOR), None);
    let note = "countersign.local/w/credit\n3\n\n— ü 🗝\n";
    for value in ["first", note] {
        keys.write(ANCHOR, &secret(value)).unwrap();
        assert_eq!(read(&keys, ANCHOR).as_deref(), Some(value));
    }
    keys.write(DEMO, &secret("")).unwrap();

    let again = KeyFile::open(folder.path(), &secret(SECRET)).unwrap();
    assert_eq!(read(&again, ANCHOR).as_deref(), Some(note));
    assert_eq!(read(&again, DEMO).as_deref(), Some(""));
    for _ in 0..2 {
        again.delete(DEMO).unwrap();
        assert_eq!(read(&keys, DEMO), None);
    }
    probe(&again).unwrap();
    assert_eq!(json(folder.path())["items"].as_object().unwrap().len(), 1);
}

#[test]
fn the_file_has_the_form_that_the_format_gives() {
    let folder = private_folder();
    let keys = create(folder.path());
    keys.write(ANCHOR, &secret("note")).unwrap();
    let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
    let stored = json(folder.path())["items"][ANCHOR].as_str().unwrap().to_owned();
    assert_eq!(
        text,
        format!(
            r#"{{"i":600000,"items":{{"{ANCHOR}":"{stored}"}},"salt":"AAECAwQFBgcICQoLDA0ODw==","v":1}}"#
        )
    );
    let kdf = Kdf::new(&(0..16).collect::<Vec<u8>>(), DEFAULT_ROUNDS).unwrap();
    let service = EncryptionService::new(Some(&secret(SECRET)), None, &kdf).unwrap();
    let token = stored.strip_prefix(&format!("{}:", service.key_id())).unwrap();
    let plain = service.decrypt(token).unwrap();
    assert_eq!(plain, format!(r#"{{"at":"{ANCHOR}","value":"note"}}"#));
}

#[test]
fn another_secret_opens_nothing_and_destroys_nothing() {
    let folder = private_folder();
    let keys = create(folder.path());
    // Without items nothing contradicts another secret yet; the first write settles it.
    let other = KeyFile::open(folder.path(), &secret("another passphrase")).unwrap();
    keys.write(ANCHOR, &secret("note")).unwrap();
    let before = fs::read(folder.path().join(FILE)).unwrap();
    let refused = [
        KeyFile::open(folder.path(), &secret("another passphrase")).err(),
        other.read(ANCHOR).err(),
        other.write(DEMO, &secret("x")).err(),
        other.delete(ANCHOR).err(),
    ];
    for error in refused {
        let Some(KeychainError::Encryption(SecurityError::Encryption { fault })) = error else {
            panic!("{error:?}");
        };
        assert!(matches!(fault, EncryptionFault::OtherKey { .. }), "{fault:?}");
    }
    assert_eq!(fs::read(folder.path().join(FILE)).unwrap(), before);

    let empty = KeyFile::open(folder.path(), &secret("")).err();
    assert_eq!(empty, Some(KeychainError::Encryption(EncryptionFault::KeyEmpty.into())));
    let twice = KeyFile::create(folder.path(), &secret(SECRET), &FixedEntropy).err();
    assert_eq!(twice, Some(KeychainError::KeyFileExists { path: folder.path().join(FILE) }));
    assert_eq!(fs::read(folder.path().join(FILE)).unwrap(), before);
}

#[test]
fn a_changed_moved_or_damaged_value_is_refused() {
    let folder = private_folder();
    let keys = create(folder.path());
    keys.write(ANCHOR, &secret("credit")).unwrap();
    keys.write("anchor/w/retail", &secret("retail")).unwrap();
    let whole = fs::read_to_string(folder.path().join(FILE)).unwrap();
    let (credit, retail) = {
        let items = &json(folder.path())["items"];
        let text = |account: &str| items[account].as_str().unwrap().to_owned();
        (text(ANCHOR), text("anchor/w/retail"))
    };
    let cases = [
        ("moved", whole.replace(&credit, &retail)),
        ("changed", whole.replace(&credit, &credit.replace(":gAAAA", ":gAAAB"))),
        ("token cut", whole.replace(&credit, &credit[..60])),
        ("other key", whole.replace(&credit, &format!("{}{}", "0".repeat(16), &credit[16..]))),
        ("no key", whole.replace(&credit, "plain")),
        ("other salt", whole.replace("AAECAwQFBg", "BAECAwQFBg")),
        ("salt no base64", whole.replace("AAECAwQFBg", "A*ECAwQFBg")),
        ("fewer rounds", whole.replace("600000", "1")),
        ("more rounds", whole.replace("600000", "600001")),
        ("other version", whole.replace(r#""v":1"#, r#""v":2"#)),
        ("unknown key", whole.replace(r#""v":1"#, r#""v":1,"w":1"#)),
        ("white space", format!("{whole}\n")),
        ("cut off", whole[..whole.len() / 2].to_owned()),
        ("empty", String::new()),
    ];
    for (what, text) in cases {
        assert_ne!(text, whole, "{what}: nothing was changed");
        fs::write(folder.path().join(FILE), text).unwrap();
        assert!(keys.read(ANCHOR).is_err(), "{what}");
    }
    fs::write(folder.path().join(FILE), whole).unwrap();
    assert_eq!(read(&keys, ANCHOR).as_deref(), Some("credit"));
}

#[test]
fn a_value_too_long_for_another_platform_is_refused_here_too() {
    let folder = private_folder();
    let keys = create(folder.path());
    keys.write(ANCHOR, &secret(&"a".repeat(MAX_CHARACTERS))).unwrap();
    let refused = keys.write(ANCHOR, &secret(&"b".repeat(MAX_CHARACTERS + 1))).err();
    let expected =
        KeychainError::TooLong { account: ANCHOR.to_owned(), found: 1_201, max: MAX_CHARACTERS };
    assert_eq!(refused, Some(expected));
    assert_eq!(read(&keys, ANCHOR), Some("a".repeat(MAX_CHARACTERS)));
    for account in ["", "anchor", "anchor/w/_", "anchor/w/../x"] {
        let name = Some(KeychainError::Name { account: account.to_owned() });
        assert_eq!(keys.read(account).err(), name);
        assert_eq!(keys.write(account, &secret("x")).err(), name);
        assert_eq!(keys.delete(account).err(), name);
    }
}

#[test]
fn a_process_that_ended_while_writing_leaves_the_old_file() {
    let folder = private_folder();
    let keys = create(folder.path());
    keys.write(ANCHOR, &secret("old")).unwrap();
    let whole = fs::read(folder.path().join(FILE)).unwrap();
    fs::write(folder.path().join(NEXT), &whole[..whole.len() / 2]).unwrap();
    assert_eq!(read(&keys, ANCHOR).as_deref(), Some("old"));
    let again = KeyFile::open(folder.path(), &secret(SECRET)).unwrap();
    again.write(ANCHOR, &secret("new")).unwrap();
    assert_eq!(read(&keys, ANCHOR).as_deref(), Some("new"));
    assert!(!folder.path().join(NEXT).exists());
}

#[test]
fn writers_at_the_same_time_lose_nothing() {
    let folder = private_folder();
    let keys = create(folder.path());
    let (threads, rounds) = (4, 12);
    let together = Barrier::new(threads);
    thread::scope(|scope| {
        for writer in 0..threads {
            let (keys, together) = (&keys, &together);
            scope.spawn(move || {
                together.wait();
                for round in 0..rounds {
                    let account = format!("anchor/w/t{writer}-{round}");
                    keys.write(&account, &secret(&account)).unwrap();
                    keys.write(DEMO, &secret(&account)).unwrap();
                }
            });
        }
    });
    let again = KeyFile::open(folder.path(), &secret(SECRET)).unwrap();
    for account in (0..threads)
        .flat_map(|writer| (0..rounds).map(move |round| format!("anchor/w/t{writer}-{round}")))
    {
        assert_eq!(read(&again, &account), Some(account.clone()));
    }
    assert_eq!(json(folder.path())["items"].as_object().unwrap().len(), threads * rounds + 1);
}

#[cfg(unix)]
#[test]
fn files_are_for_their_owner_and_looser_ones_are_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = private_folder();
    let keys = create(folder.path());
    keys.write(ANCHOR, &secret("note")).unwrap();
    let mode_of =
        |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o7777;
    assert_eq!((mode_of(FILE), mode_of("keys.lock")), (0o600, 0o600));

    let set = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let refused = |path: &Path, mode| {
        let expected = Some(KeychainError::LoosePermissions { path: path.to_owned(), mode });
        assert_eq!(keys.read(ANCHOR).err(), expected, "{mode:o}");
        assert_eq!(keys.write(ANCHOR, &secret("x")).err(), expected, "{mode:o}");
        assert_eq!(KeyFile::open(folder.path(), &secret(SECRET)).err(), expected, "{mode:o}");
    };
    for mode in [0o640, 0o604, 0o620, 0o602, 0o610, 0o644] {
        set(&folder.path().join(FILE), mode);
        refused(&folder.path().join(FILE), mode);
    }
    set(&folder.path().join(FILE), 0o600);
    for mode in [0o750, 0o701, 0o755] {
        set(folder.path(), mode);
        refused(folder.path(), mode);
    }
    set(folder.path(), 0o700);
    assert_eq!(read(&keys, ANCHOR).as_deref(), Some("note"));
}
