//! Randomness as a thing that is handed in, so that tests are repeatable and the source is chosen
//! once, at the edge.
//!
//! Invariant: nothing in this crate draws random bytes except through [`Entropy`]. It will not
//! provide a source: the operating system's belongs to the edge.

use crate::SecurityError;

/// A source of cryptographically secure random bytes.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` wholly with fresh random bytes.
    ///
    /// # Errors
    /// [`SecurityError::Entropy`] when the source cannot deliver; `bytes` must not be used then.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), SecurityError>;
}

#[cfg(test)]
pub(crate) mod fixed {
    //! A repeatable source for unit tests: a counter, so that no two draws are alike.

    use std::sync::atomic::{AtomicU64, Ordering};

    use sha2::{Digest, Sha256};

    use super::{Entropy, SecurityError};

    /// Counts up; each draw of 32 bytes is the digest of the count.
    #[derive(Default)]
    pub(crate) struct CountingEntropy(AtomicU64);

    impl Entropy for CountingEntropy {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), SecurityError> {
            for chunk in bytes.chunks_mut(32) {
                let count = self.0.fetch_add(1, Ordering::Relaxed);
                let digest = Sha256::digest(count.to_be_bytes());
                chunk.copy_from_slice(&digest[..chunk.len()]);
            }
            Ok(())
        }
    }

    /// A source that has run dry.
    pub(crate) struct NoEntropy;

    impl Entropy for NoEntropy {
        fn fill(&self, _bytes: &mut [u8]) -> Result<(), SecurityError> {
            Err(SecurityError::Entropy)
        }
    }
}
