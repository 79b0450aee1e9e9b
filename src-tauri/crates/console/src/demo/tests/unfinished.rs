//! A demo that fails half-way: neither keychain nor disk keep anything of it.

use std::sync::{Arc, Mutex};

use security::secret::SecretText;

use super::super::{DemoKeys, create};
use super::edge;
use crate::error::ErrorCode;
use crate::keychain::{Kept, Keychain, KeychainError, MemoryKeychain};

/// A keychain that takes some writes and then no more.
pub(super) struct FailingKeychain {
    inner: MemoryKeychain,
    left: Mutex<usize>,
    written: Mutex<Vec<String>>,
}

impl FailingKeychain {
    pub(super) fn after(writes: usize) -> Self {
        let (left, written) = (Mutex::new(writes), Mutex::default());
        Self { inner: MemoryKeychain::default(), left, written }
    }
}

impl Keychain for FailingKeychain {
    fn read(&self, account: &str) -> Result<Option<SecretText>, KeychainError> {
        self.inner.read(account)
    }

    fn write(&self, account: &str, value: &SecretText) -> Result<(), KeychainError> {
        let mut left = self.left.lock().unwrap();
        let full = || KeychainError::Unavailable { detail: "no more".to_owned() };
        *left = left.checked_sub(1).ok_or_else(full)?;
        self.written.lock().unwrap().push(account.to_owned());
        self.inner.write(account, value)
    }

    fn delete(&self, account: &str) -> Result<(), KeychainError> {
        self.inner.delete(account)
    }

    fn describe(&self) -> Kept {
        self.inner.describe()
    }
}

#[tokio::test]
async fn a_demo_that_is_not_finished_leaves_nothing() {
    let place = tempfile::tempdir().unwrap();
    let entries = || std::fs::read_dir(place.path()).unwrap().count();
    let folder = place.path().join("demo");
    // Before anything; in the founding; at the first and third enrolment; at the anchors.
    for writes in [0, 1, 3, 4, 6, 12] {
        let keychain = Arc::new(FailingKeychain::after(writes));
        let edge = edge(Arc::clone(&keychain) as Arc<dyn Keychain>);
        let made = create(&folder, &edge, DemoKeys::Keychain, Arc::new(|_| {})).await;
        assert_eq!(made.err().map(|error| error.code()), Some(ErrorCode::Keychain), "{writes}");
        assert_eq!(entries(), 0, "after {writes} writes");
        let written = keychain.written.lock().unwrap().clone();
        assert_eq!(written.len(), writes, "negative control: so many items were there");
        for account in written {
            assert!(keychain.read(&account).unwrap().is_none(), "{account} stays after {writes}");
        }
    }
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("note"), b"mine").unwrap();
    let keychain = Arc::new(FailingKeychain::after(usize::MAX));
    let edge = edge(Arc::clone(&keychain) as Arc<dyn Keychain>);
    let made = create(&folder, &edge, DemoKeys::Keychain, Arc::new(|_| {})).await;
    assert!(made.is_err(), "the folder is somebody's");
    assert_eq!(std::fs::read(folder.join("note")).unwrap(), b"mine");
    assert!(keychain.written.lock().unwrap().is_empty());
}
