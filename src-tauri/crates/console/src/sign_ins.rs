//! Which of a person's sign-ins count: those whose key is good in some log.
//!
//! Invariant: a passphrase opens the view only while the key that was made with it is good somewhere.
//! Whoever enrolled anew, and whose old key was retired, signs in with the new passphrase alone.

use governance::state::{Person, SignIn};
use ledger::replay::Authority;
use ledger::{Actor, Digest};
use security::passphrase::SignInHash;

use crate::failure::ConsoleError;
use crate::principals::is_good_key;
use crate::workspace::Workspace;

/// Whether this sign-in of a person counts by what one log says.
pub(crate) fn counts_in(sign_in: &SignIn, person: &Actor, authority: &Authority) -> bool {
    match &sign_in.keyid {
        Some(keyid) => is_good_key(authority, person, keyid),
        None => authority.is_enrolled(person),
    }
}

impl Workspace {
    /// The sign-ins of a person that count now, each with its key.
    pub(crate) async fn sign_ins_of(
        &self,
        person: &Person,
    ) -> Result<Vec<(Option<Digest>, SignInHash)>, ConsoleError> {
        let mut logs = Vec::new();
        for tenant in self.log_ids().await? {
            logs.push(self.log(&tenant).await?);
        }
        let counts = |sign_in: &&SignIn| {
            logs.iter().any(|log| counts_in(sign_in, &person.id, &log.authority))
        };
        let counting = person.sign_ins.iter().filter(counts);
        let parsed = |sign_in: &SignIn| Ok((sign_in.keyid, SignInHash::parse(&sign_in.hash)?));
        counting.map(parsed).collect()
    }
}
