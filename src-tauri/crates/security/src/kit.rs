//! The two lines of the recovery kit, which people print, keep and type.
//!
//! Invariant: a line is base32 without padding of 32 bytes ‖ the first 2 bytes of
//! SHA-256(`countersign <secret|recovery> v1\n<workspace>\n` ‖ bytes), in groups of 5; the check
//! bytes tie it to its workspace and tell the two lines apart. Since people type it, letters may be
//! small and groups may be set off by spaces, hyphens or nothing; nothing else is forgiven.

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::SecurityError;
use crate::error::KeyFault;
use crate::secret::{SecretBytes, SecretText};
use crate::signing::SigningKey;
use crate::workspace_secret::WorkspaceSecret;

/// Letters and digits of a line: 34 bytes in base32.
const LINE_CHARACTERS: usize = 55;
const GROUP_CHARACTERS: usize = 5;
const SECRET_BYTES: usize = 32;

/// Which line it is; the word is part of the check bytes.
#[derive(Clone, Copy)]
enum Line {
    Secret,
    Recovery,
}

impl Line {
    const fn word(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Recovery => "recovery",
        }
    }
}

/// The line SECRET: the 32 bytes of the workspace secret.
#[must_use]
pub fn secret_line(workspace_id: &str, secret: &WorkspaceSecret) -> SecretText {
    write_line(Line::Secret, workspace_id, secret.bytes())
}

/// The line RECOVERY: the seed of the genesis's recovery key, which is kept nowhere else.
#[must_use]
pub fn recovery_line(workspace_id: &str, recovery_key: &SigningKey) -> SecretText {
    write_line(Line::Recovery, workspace_id, &recovery_key.seed())
}

/// Reads the line SECRET of this workspace.
///
/// # Errors
/// [`SecurityError::KeyFormat`] naming the slip.
pub fn read_secret_line(
    workspace_id: &str,
    line: &SecretText,
) -> Result<WorkspaceSecret, SecurityError> {
    Ok(WorkspaceSecret::from_bytes(read_line(Line::Secret, workspace_id, line)?))
}

/// Reads the line RECOVERY of this workspace.
///
/// # Errors
/// [`SecurityError::KeyFormat`] naming the slip.
pub fn read_recovery_line(
    workspace_id: &str,
    line: &SecretText,
) -> Result<SigningKey, SecurityError> {
    Ok(SigningKey::from_seed(&read_line(Line::Recovery, workspace_id, line)?))
}

fn write_line(line: Line, workspace_id: &str, bytes: &SecretBytes) -> SecretText {
    let mut checked = Zeroizing::new(Vec::with_capacity(SECRET_BYTES + 2));
    checked.extend_from_slice(bytes.expose());
    checked.extend_from_slice(&check_bytes(line, workspace_id, bytes));
    let encoded = Zeroizing::new(BASE32_NOPAD.encode(&checked));
    let mut grouped = String::with_capacity(LINE_CHARACTERS + LINE_CHARACTERS / GROUP_CHARACTERS);
    for (index, character) in encoded.chars().enumerate() {
        if index > 0 && index % GROUP_CHARACTERS == 0 {
            grouped.push('-');
        }
        grouped.push(character);
    }
    SecretText::new(grouped)
}

fn read_line(
    line: Line,
    workspace_id: &str,
    typed: &SecretText,
) -> Result<SecretBytes, SecurityError> {
    let characters = || typed.expose().chars().filter(|c| *c != '-' && !c.is_whitespace());
    let found = characters().count();
    if found != LINE_CHARACTERS {
        return Err(KeyFault::KitLength { expected: LINE_CHARACTERS, found }.into());
    }
    // Room for every character at its longest: growing would leave copies behind.
    let mut encoded = Zeroizing::new(String::with_capacity(LINE_CHARACTERS * 4));
    encoded.extend(characters().map(|character| character.to_ascii_uppercase()));
    let decoded = BASE32_NOPAD
        .decode(encoded.as_bytes())
        .map(Zeroizing::new)
        .map_err(|_| KeyFault::KitCharacter)?;
    let (secret, check) = decoded.split_at_checked(SECRET_BYTES).ok_or(KeyFault::KitChecksum)?;
    let bytes = SecretBytes::filled(|bytes| {
        bytes.copy_from_slice(secret);
        Ok(())
    })?;
    if check != check_bytes(line, workspace_id, &bytes) {
        return Err(KeyFault::KitChecksum.into());
    }
    Ok(bytes)
}

fn check_bytes(line: Line, workspace_id: &str, bytes: &SecretBytes) -> [u8; 2] {
    let digest = Sha256::new()
        .chain_update(format!("countersign {} v1\n{workspace_id}\n", line.word()))
        .chain_update(bytes.expose())
        .finalize();
    [digest[0], digest[1]]
}

#[cfg(test)]
#[path = "kit_tests.rs"]
mod tests;
