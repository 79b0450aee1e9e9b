//! Where a value lies: the text that goes into a token beside the value, so that a token moved to
//! another place is refused.
//!
//! Invariant: two different places never have the same text, since no part holds `/` and rows have
//! five parts while items have three. It will not check that the place exists.

use crate::SecurityError;
use crate::error::EncryptionFault;

/// The place of a value, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place(String);

impl Place {
    /// A column of a row: `<workspace>/<tenant>/<table>/<row id>/<column>`.
    ///
    /// # Errors
    /// [`SecurityError::Encryption`] when a part is empty or holds `/`.
    pub fn row(
        workspace_id: &str,
        tenant_id: &str,
        table: &str,
        row_id: &str,
        column: &str,
    ) -> Result<Self, SecurityError> {
        Self::join(&[workspace_id, tenant_id, table, row_id, column])
    }

    /// An item of the keychain or the key file, named `<kind>/<workspace>/<name>`, such as
    /// `person-key/<workspace>/<keyid>`: the place is the item's name.
    ///
    /// # Errors
    /// As [`Place::row`].
    pub fn item(kind: &str, workspace_id: &str, name: &str) -> Result<Self, SecurityError> {
        Self::join(&[kind, workspace_id, name])
    }

    /// The text of the place, which for an item is the item's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn join(parts: &[&str]) -> Result<Self, SecurityError> {
        if parts.iter().any(|part| part.is_empty() || part.contains('/')) {
            return Err(EncryptionFault::PlaceMalformed.into());
        }
        Ok(Self(parts.join("/")))
    }
}

#[cfg(test)]
mod tests {
    use super::Place;
    use crate::error::EncryptionFault;

    #[test]
    fn a_place_is_its_parts_joined() {
        let row = Place::row("w", "credit", "prompt_version", "1", "text").unwrap();
        assert_eq!(row.as_str(), "w/credit/prompt_version/1/text");
        assert_eq!(Place::item("person-key", "w", "k").unwrap().as_str(), "person-key/w/k");
    }

    #[test]
    fn parts_that_could_be_read_two_ways_are_refused() {
        let malformed = Some(EncryptionFault::PlaceMalformed.into());
        for (tenant, row_id) in [("", "1"), ("credit", ""), ("a/b", "1"), ("credit", "/")] {
            assert_eq!(Place::row("w", tenant, "t", row_id, "c").err(), malformed);
        }
        assert_eq!(Place::item("person-key", "w/x", "k").err(), malformed);
    }
}
