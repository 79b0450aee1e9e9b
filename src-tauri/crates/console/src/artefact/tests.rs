//! The checksum against the worked example, against the shell line of formats.md, and every
//! refusal by name.

use std::fs;
use std::io::Write as _;
use std::process::Command;

use tempfile::TempDir;

use super::*;

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn hashed(path: &Path) -> Result<Artefact, ArtefactError> {
    checksum(path, &mut |_| Continue::Yes)
}

fn refusal(path: &Path) -> String {
    hashed(path).unwrap_err().to_string()
}

#[test]
fn the_worked_example_has_the_published_digest() {
    let published = include_str!("../../../../../tests/vectors/countersign/figures.json");
    let published: serde_json::Value = serde_json::from_str(published).unwrap();
    let folder = folder(&[("a/x.txt", b"hello\n"), ("b.bin", b"")]);
    let artefact = hashed(folder.path()).unwrap();
    let expected = published["folder dirHash1"].as_str().unwrap();
    assert_eq!(artefact.digest.to_string(), format!("dirHash1:{expected}"));
    assert_eq!(artefact.bytes, 6);

    let manifest = published["folder manifest"].as_str().unwrap();
    let text = hashed(&{
        let file = folder.path().join("manifest");
        fs::write(&file, manifest).unwrap();
        file
    });
    let text = text.unwrap().digest;
    assert_eq!(text.digest().to_string(), expected);
    assert_ne!(text, artefact.digest, "a text with a folder's lines is not that folder");
}

#[test]
fn a_file_is_the_sha256_of_its_bytes() {
    let folder = folder(&[("model.onnx", b"abc"), ("empty", b""), ("long", &[7; 3_000_001])]);
    let check = |name: &str, bytes: u64, hex: &str| {
        let artefact = hashed(&folder.path().join(name)).unwrap();
        assert_eq!(artefact.digest.to_string(), format!("sha256:{hex}"));
        assert_eq!((artefact.name.as_str(), artefact.bytes), (name, bytes));
    };
    check("model.onnx", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check("empty", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check("long", 3_000_001, &Digest::of(&[7; 3_000_001]).to_hex());
}

/// Names that sort differently as bytes, as words and as paths; hidden, spaced and foreign ones.
#[test]
fn the_shell_line_of_the_format_prints_the_same_digest() {
    let mut files: Vec<(String, Vec<u8>)> = [
        "a.b",
        "a/b",
        "a-b",
        "a/b.c/d",
        "A",
        "Z/z",
        "_",
        ".hidden",
        ".git/config",
        "with space",
        " lead",
        "trail ",
        "žluť/kůň",
        "日本",
        "🙂",
        "e\u{301}",
        "-dash",
        "'quote'",
        "\"double\"",
        "$HOME",
        "*",
        "a\u{200b}b",
        "deep/1/2/3/4/5/6/7/8/9/file",
    ]
    .into_iter()
    .map(|name| (name.to_owned(), name.as_bytes().to_vec()))
    .collect();
    files.extend((0..200).map(|n| (format!("many/{n}"), vec![b'x'; n * 977])));
    let listed: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let folder = folder(&listed);
    fs::create_dir(folder.path().join("empty folder")).unwrap();
    let line =
        "find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -r0 sha256sum -- | sha256sum";
    let shell = Command::new("sh").args(["-c", line]).current_dir(folder.path()).output();
    let Some(shell) = shell.ok().filter(|shell| shell.status.success()) else {
        println!("ABSENT: sh with find, sort, xargs and sha256sum");
        return;
    };
    let printed = String::from_utf8(shell.stdout).unwrap();
    let artefact = hashed(folder.path()).unwrap();
    assert_eq!(printed.split(' ').next().unwrap(), artefact.digest.digest().to_hex());
    println!("artefact: {} files as the shell line has them", files.len());
    assert_eq!(files.len(), 223);

    fs::write(folder.path().join(".hidden"), "other").unwrap();
    assert_ne!(hashed(folder.path()).unwrap().digest, artefact.digest, "hidden files count");
}

#[test]
fn the_digest_depends_on_names_and_bytes_and_on_nothing_else() {
    let digest = |files: &[(&str, &[u8])]| hashed(folder(files).path()).unwrap().digest;
    let one = digest(&[("a", b"1"), ("b", b"2")]);
    assert_eq!(one, digest(&[("b", b"2"), ("a", b"1")]));
    assert_ne!(one, digest(&[("a", b"2"), ("b", b"1")]));
    assert_ne!(one, digest(&[("a", b"1"), ("c", b"2")]));
    assert_ne!(one, digest(&[("a", b"1"), ("d/b", b"2")]));
    assert_ne!(one, digest(&[("a", b"1"), ("b", b"2"), ("c", b"")]));
}

#[test]
fn what_the_format_does_not_cover_is_refused_by_name() {
    let empty = folder(&[]);
    fs::create_dir(empty.path().join("sub")).unwrap();
    assert!(refusal(empty.path()).ends_with("holds no file"));
    let missing = refusal(&empty.path().join("nothing"));
    assert!(missing.starts_with("there is no file or folder at"), "{missing}");

    for name in ["line\nbreak", "tab\there", "back\\slash", "bell\u{7}", "c1\u{85}"] {
        let folder = folder(&[("fine", b""), (name, b"")]);
        let refused = refusal(folder.path());
        assert!(refused.ends_with("holds a control character or a backslash"), "{refused}");
    }
    let subfolder = folder(&[("bad\nfolder/file", b"")]);
    assert!(matches!(hashed(subfolder.path()), Err(ArtefactError::NameForbidden { .. })));
}

#[cfg(unix)]
#[test]
fn links_pipes_sockets_and_odd_bytes_are_refused_inside_a_folder() {
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    let check = |make: &dyn Fn(&Path), expected: &str| {
        let folder = folder(&[("d/fine", b"1")]);
        make(&folder.path().join("d/odd"));
        assert_eq!(refusal(folder.path()), expected);
    };
    let link = "\"d/odd\" is a link; a folder's checksum covers files only";
    check(&|path| symlink("fine", path).unwrap(), link);
    check(&|path| symlink("nowhere", path).unwrap(), link);
    check(&|path| symlink("..", path).unwrap(), link);
    check(
        &|path| drop(UnixListener::bind(path).unwrap()),
        "\"d/odd\" is a socket; a checksum covers files only",
    );
    let pipe =
        |path: &Path| Command::new("mkfifo").arg(path).status().is_ok_and(|made| made.success());
    check(
        &|path| assert!(pipe(path), "mkfifo"),
        "\"d/odd\" is a named pipe; a checksum covers files only",
    );
    let odd = folder(&[("fine", b"1")]);
    fs::write(odd.path().join(std::ffi::OsStr::from_bytes(b"\xff")), "").unwrap();
    assert_eq!(refusal(odd.path()), "the name \"\\xFF\" is not UTF-8");
    assert!(refusal(Path::new("/dev/null")).contains("is a device"));
}

#[cfg(unix)]
#[test]
fn the_chosen_path_itself_may_be_a_link() {
    let target = folder(&[("model.bin", b"abc")]);
    let place = tempfile::tempdir().unwrap();
    let (file, all) = (place.path().join("file"), place.path().join("all"));
    std::os::unix::fs::symlink(target.path().join("model.bin"), &file).unwrap();
    std::os::unix::fs::symlink(target.path(), &all).unwrap();
    assert_eq!(
        hashed(&file).unwrap().digest,
        hashed(&target.path().join("model.bin")).unwrap().digest
    );
    assert_eq!(hashed(&all).unwrap().digest, hashed(target.path()).unwrap().digest);
    assert_eq!(hashed(&file).unwrap().name, "file");
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_refused_by_name() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder(&[("open", b"1"), ("shut", b"2")]);
    let shut = folder.path().join("shut");
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&shut).is_ok() {
        println!("NOT CHECKED: this user may read every file");
        return;
    }
    assert!(refusal(folder.path()).starts_with("\"shut\" cannot be read"));
    assert!(matches!(hashed(&shut), Err(ArtefactError::Unreadable { .. })));
}

/// The watcher is called while files are read: what it does to them must be noticed.
#[test]
fn an_artefact_that_changes_while_it_is_read_is_refused() {
    let long = vec![1; 5 << 20];
    let disturb = |act: &dyn Fn(&Path)| {
        let folder = folder(&[("a", &long), ("b", b"2")]);
        let mut acted = false;
        let result = checksum(folder.path(), &mut |_| {
            if !std::mem::replace(&mut acted, true) {
                act(folder.path());
            }
            Continue::Yes
        });
        assert!(acted);
        result.map(|_| ()).map_err(|error| error.to_string())
    };
    let append = |path: &Path| {
        let mut file = fs::OpenOptions::new().append(true).open(path).unwrap();
        file.write_all(b"more").unwrap();
    };
    assert_eq!(disturb(&|_| {}), Ok(()), "the control: nothing is done");
    let changed = |name: &str| Err(format!("{name:?} changed while it was read"));
    assert_eq!(disturb(&|root| append(&root.join("a"))), changed("a"));
    assert_eq!(disturb(&|root| fs::write(root.join("a"), "short").unwrap()), changed("a"));
    assert_eq!(disturb(&|root| fs::write(root.join("c"), "new").unwrap()), changed("c"));
    let same_length = |root: &Path| {
        fs::remove_file(root.join("a")).unwrap();
        fs::write(root.join("a"), vec![2; 5 << 20]).unwrap();
    };
    assert_eq!(disturb(&same_length), changed("a"));

    let folder = folder(&[("one", &long)]);
    let one = folder.path().join("one");
    let result = checksum(&one, &mut |_| {
        append(&one);
        Continue::Yes
    });
    assert!(matches!(result, Err(ArtefactError::Changed { .. })));
}

#[test]
fn progress_grows_to_the_whole_and_a_no_ends_it() {
    let files: Vec<(String, Vec<u8>)> =
        (0..40).map(|n| (format!("f{n}"), vec![0; 100_000 * (n % 4)])).collect();
    let listed: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let folder = folder(&listed);
    fs::write(folder.path().join("big"), vec![0; 3 << 20]).unwrap();
    for path in [folder.path().to_owned(), folder.path().join("big")] {
        let mut seen = Vec::new();
        let artefact = checksum(&path, &mut |progress| {
            seen.push(progress);
            Continue::Yes
        });
        let artefact = artefact.unwrap();
        assert!(seen.len() >= 3);
        assert!(seen.iter().all(|progress| progress.bytes_total == artefact.bytes));
        assert!(seen.windows(2).all(|pair| pair[0].bytes_done < pair[1].bytes_done));
        assert_eq!(seen.last().unwrap().bytes_done, artefact.bytes);

        let mut calls = 0;
        let result = checksum(&path, &mut |_| {
            calls += 1;
            Continue::No
        });
        assert!(matches!(result, Err(ArtefactError::Cancelled)));
        assert_eq!(calls, 1, "after a no nobody is asked again");
    }
}

/// Goes on until the end, stopped after every step; gives how far it was at each.
fn by_steps(path: &Path, between: &dyn Fn(usize)) -> (Result<Artefact, ArtefactError>, Vec<u64>) {
    let (mut kept, mut seen) = (Kept::default(), Vec::new());
    for step in 0.. {
        let mut first = true;
        let result = go_on(path, &mut kept, &mut |progress| {
            // Bytes of earlier steps are told first, file by file.
            let is_new = progress.bytes_done > seen.last().copied().unwrap_or(0);
            if is_new && std::mem::replace(&mut first, false) {
                seen.push(progress.bytes_done);
                return Continue::No;
            }
            if first { Continue::Yes } else { Continue::No }
        });
        match result {
            Err(ArtefactError::Cancelled) => between(step),
            result => return (result, seen),
        }
        assert!(step < 100, "{seen:?}");
    }
    unreachable!("it ends above")
}

#[cfg(unix)]
#[test]
fn stopped_work_goes_on_and_comes_to_the_same_digest() {
    let long = vec![3; (4 << 20) + 5];
    let folder = folder(&[("a/one", &long), ("b", b"2"), ("c", &long), ("d", b"")]);
    for path in [folder.path().to_owned(), folder.path().join("c")] {
        let whole = hashed(&path).unwrap();
        let (result, seen) = by_steps(&path, &|_| ());
        assert_eq!(result.unwrap(), whole, "{seen:?}");
        assert!(seen.len() >= 4, "{seen:?}");
        assert!(seen.windows(2).all(|pair| pair[0] < pair[1]), "each step reads on: {seen:?}");
    }
}

/// What was hashed of a file counts only for that file as it was.
#[cfg(unix)]
#[test]
fn what_changed_between_two_steps_is_read_anew() {
    let long = vec![3; 4 << 20];
    let check = |change: &dyn Fn(&Path)| {
        let folder = folder(&[("a", &long), ("b", &long)]);
        let root = folder.path().to_owned();
        let (result, _) = by_steps(&root, &|step| {
            if step == 1 {
                change(&root);
            }
        });
        assert_eq!(result.unwrap().digest, hashed(&root).unwrap().digest);
    };
    check(&|_| ());
    check(&|root| fs::write(root.join("a"), vec![4; 4 << 20]).unwrap());
    check(&|root| fs::write(root.join("a"), "short").unwrap());
    check(&|root| fs::remove_file(root.join("b")).unwrap());
    check(&|root| fs::write(root.join("c"), "new").unwrap());
    check(&|root| {
        fs::rename(root.join("a"), root.join("kept")).unwrap();
        fs::write(root.join("a"), vec![5; 4 << 20]).unwrap();
        fs::remove_file(root.join("kept")).unwrap();
    });
}
