//! The key file: all items in `keys.json` in the workspace's folder, for a machine without a
//! keychain.
//!
//! Invariant: on disk is always one whole file, the old one or the new one, 0600, in which every
//! value is a token bound to its item; no write of any thread or process is lost. It will not
//! notice that the whole file was put back to an older state: that is why it is the weaker place.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use ledger::digest::{from_base64, to_base64};
use ledger::json::{canonical_of, parse_as};
use security::Entropy;
use security::encryption::EncryptionService;
use security::error::EncryptionFault;
use security::kdf::Kdf;
use security::secret::SecretText;
use serde::{Deserialize, Serialize};

use super::items::{check_length, place_of};
use super::lock::FileLock;
use super::private::{private, refuse_loose};
use super::{Kept, Keychain, KeychainError};

const FILE: &str = "keys.json";
/// The next file, until it takes the place of the first. One left behind was never finished.
const NEXT: &str = "keys.json.new";
const LOCK: &str = "keys.lock";
/// The one version of the file that is known.
const VERSION: u8 = 1;
/// Largest file read, in bytes: some thousands of items of full length.
const MAX_BYTES: u64 = 16 << 20;

/// An open key file: the key is derived once, the file is read at every call.
pub struct KeyFile {
    folder: PathBuf,
    kdf: Kdf,
    service: EncryptionService,
}

/// The file, in the order of canonical JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    i: u32,
    items: BTreeMap<String, String>,
    salt: String,
    v: u8,
}

impl KeyFile {
    /// True when the workspace in `folder` has a key file, and so uses it.
    ///
    /// # Errors
    /// [`KeychainError::File`] when it cannot be told.
    pub fn exists(folder: &Path) -> Result<bool, KeychainError> {
        let path = folder.join(FILE);
        path.try_exists().map_err(|cause| KeychainError::file(&path, &cause))
    }

    /// Where the key file of the workspace in `folder` lies.
    pub fn path(folder: &Path) -> PathBuf {
        folder.join(FILE)
    }

    /// Demands a key file that the right secret would open: nobody is asked for one in vain.
    ///
    /// # Errors
    /// As [`KeyFile::open`], but for another secret.
    pub fn demand_sound(folder: &Path) -> Result<(), KeychainError> {
        kdf_of(folder, &load(folder)?).map(|_| ())
    }

    /// Makes the key file of a new workspace, without items. `secret` is `ENCRYPTION_KEY` or a
    /// passphrase; the file gets a salt of its own. Takes a key derivation, about 0.2 s.
    ///
    /// # Errors
    /// [`KeychainError::KeyFileExists`] when there is one, [`KeychainError::LoosePermissions`] for a
    /// folder open to others, [`KeychainError::Encryption`] for an empty secret,
    /// [`KeychainError::File`] when it cannot be written.
    pub fn create(
        folder: &Path,
        secret: &SecretText,
        entropy: &dyn Entropy,
    ) -> Result<Self, KeychainError> {
        let kdf = Kdf::generate(entropy)?;
        let service = EncryptionService::new(Some(secret), None, &kdf)?;
        let made = Self { folder: folder.to_owned(), kdf, service };
        refuse_loose_folder(folder)?;
        let _held = FileLock::hold(&folder.join(LOCK))?;
        if Self::exists(folder)? {
            return Err(KeychainError::KeyFileExists { path: folder.join(FILE) });
        }
        made.store(BTreeMap::new())?;
        Ok(made)
    }

    /// Opens the key file of a workspace. Takes a key derivation, about 0.2 s. With another secret
    /// than it was made with, a file that holds items stays closed; one without items takes the
    /// secret of its first write.
    ///
    /// # Errors
    /// [`KeychainError::Encryption`] for another secret, [`KeychainError::LoosePermissions`] for a
    /// folder or file open to others, [`KeychainError::KeyFileDamaged`] for another form,
    /// [`KeychainError::File`] when it cannot be read.
    pub fn open(folder: &Path, secret: &SecretText) -> Result<Self, KeychainError> {
        let content = load(folder)?;
        let kdf = kdf_of(folder, &content)?;
        let service = EncryptionService::new(Some(secret), None, &kdf)?;
        let opened = Self { folder: folder.to_owned(), kdf, service };
        opened.refuse_other_keys(&content.items)?;
        Ok(opened)
    }

    /// The items on disk now, all under this key.
    fn items(&self) -> Result<BTreeMap<String, String>, KeychainError> {
        let content = load(&self.folder)?;
        if kdf_of(&self.folder, &content)? != self.kdf {
            return Err(damaged(&self.folder, "it has another salt than the file that was opened"));
        }
        self.refuse_other_keys(&content.items)?;
        Ok(content.items)
    }

    /// Changes the items while no other thread or process does.
    fn change(
        &self,
        change: impl FnOnce(&mut BTreeMap<String, String>),
    ) -> Result<(), KeychainError> {
        let _held = FileLock::hold(&self.folder.join(LOCK))?;
        let mut items = self.items()?;
        change(&mut items);
        self.store(items)
    }

    /// Replaces the file: it is whole on disk before it takes the old one's place.
    fn store(&self, items: BTreeMap<String, String>) -> Result<(), KeychainError> {
        let content = Content {
            i: self.kdf.iterations(),
            items,
            salt: to_base64(self.kdf.salt()),
            v: VERSION,
        };
        let bytes = canonical_of(&content)
            .map_err(|_| damaged(&self.folder, "it would not be canonical JSON"))?;
        let next = self.folder.join(NEXT);
        write_anew(&next, &bytes)
            .and_then(|()| fs::rename(&next, self.folder.join(FILE)))
            .and_then(|()| sync_folder(&self.folder))
            .map_err(|cause| KeychainError::file(&next, &cause))
    }

    fn refuse_other_keys(&self, items: &BTreeMap<String, String>) -> Result<(), KeychainError> {
        let expected = self.service.key_id();
        for stored in items.values() {
            let found = stored.split_once(':').map_or("none", |(key_id, _)| key_id);
            if found != expected {
                let (expected, found) = (expected.to_owned(), found.to_owned());
                return Err(KeychainError::Encryption(
                    EncryptionFault::OtherKey { expected, found }.into(),
                ));
            }
        }
        Ok(())
    }
}

impl Keychain for KeyFile {
    fn read(&self, account: &str) -> Result<Option<SecretText>, KeychainError> {
        let place = place_of(account)?;
        match self.items()?.get(account) {
            Some(stored) => Ok(Some(SecretText::new(self.service.open_value(&place, stored)?))),
            None => Ok(None),
        }
    }

    fn write(&self, account: &str, value: &SecretText) -> Result<(), KeychainError> {
        check_length(account, value.expose())?;
        let stored = self.service.seal_value(&place_of(account)?, value.expose())?;
        self.change(|items| {
            items.insert(account.to_owned(), stored);
        })
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        place_of(account)?;
        self.change(|items| {
            items.remove(account);
        })
    }

    fn describe(&self) -> Kept {
        Kept::File
    }
}

fn load(folder: &Path) -> Result<Content, KeychainError> {
    refuse_loose_folder(folder)?;
    let path = folder.join(FILE);
    let file = File::open(&path).map_err(|cause| KeychainError::file(&path, &cause))?;
    refuse_loose(&path, &file)?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|cause| KeychainError::file(&path, &cause))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(damaged(folder, "it is larger than any key file"));
    }
    let content: Content =
        parse_as(&bytes).map_err(|_| damaged(folder, "it is not the canonical JSON expected"))?;
    if content.v != VERSION {
        return Err(damaged(folder, "it is of another version"));
    }
    Ok(content)
}

fn kdf_of(folder: &Path, content: &Content) -> Result<Kdf, KeychainError> {
    let salt = from_base64(&content.salt).map_err(|_| damaged(folder, "its salt is no base64"))?;
    Ok(Kdf::new(&salt, content.i)?)
}

fn damaged(folder: &Path, reason: &'static str) -> KeychainError {
    KeychainError::KeyFileDamaged { path: folder.join(FILE), reason }
}

/// Writes a new file to disk; what an ended process left there goes first.
fn write_anew(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
        Ok(()) | Err(_) => {}
    }
    let mut file = private(OpenOptions::new().write(true).create_new(true)).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Other systems write the names of a folder themselves.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn refuse_loose_folder(folder: &Path) -> Result<(), KeychainError> {
    let opened = File::open(folder).map_err(|cause| KeychainError::file(folder, &cause))?;
    refuse_loose(folder, &opened)
}

/// Other systems open no folders as files, and keep no such bits.
#[cfg(not(unix))]
fn refuse_loose_folder(_folder: &Path) -> Result<(), KeychainError> {
    Ok(())
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
