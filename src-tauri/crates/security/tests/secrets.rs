//! No secret can be printed, copied or serialised: the types lack the traits. This file does not
//! compile if one of them gains one.

use security::encryption::EncryptionService;
use security::locked_key::LockedKey;
use security::passphrase::{Passphrase, SignInHash};
use security::seal::SealKey;
use security::secret::{SecretBytes, SecretText};
use security::signing::SigningKey;
use security::token::ServiceToken;
use security::workspace_secret::WorkspaceSecret;

/// Compiles only where `$secret` implements none of the traits: with one of them, two
/// implementations of `Lacks` apply and the call below is ambiguous.
macro_rules! lacks_every_way_out {
    ($($secret:ty),+ $(,)?) => {$(
        const _: fn() = || {
            trait Lacks<Marker> { fn chosen() {} }
            struct Debug;
            struct Display;
            struct Clone;
            struct Serialize;
            impl<T: ?Sized> Lacks<()> for T {}
            impl<T: ?Sized + std::fmt::Debug> Lacks<Debug> for T {}
            impl<T: ?Sized + std::fmt::Display> Lacks<Display> for T {}
            impl<T: ?Sized + std::clone::Clone> Lacks<Clone> for T {}
            impl<T: ?Sized + serde::Serialize> Lacks<Serialize> for T {}
            let _ = <$secret as Lacks<_>>::chosen;
        };
    )+};
}

lacks_every_way_out!(
    SecretText,
    SecretBytes,
    Passphrase,
    SignInHash,
    SigningKey,
    LockedKey,
    SealKey,
    WorkspaceSecret,
    ServiceToken,
    EncryptionService,
);

#[test]
fn no_error_prints_the_passphrase_that_caused_it() {
    let planted = "planted-secret";
    let stored = "$pbkdf2-sha256$i=600000,l=32$AAECAwQFBgcICQoLDA0ODw$7xdxRO7JQgy8EJPSqLNEqSvFBtDU7JwCjdGfgyTYweY";
    let wrong = Passphrase::from_text(planted)
        .and_then(|passphrase| SignInHash::parse(stored)?.verify(&passphrase));
    let malformed = SigningKey::from_seed_text(&SecretText::new(planted.to_owned())).err();
    let secret = WorkspaceSecret::parse(&SecretText::new(planted.to_owned())).err();
    let token = ServiceToken::parse(&SecretText::new(planted.to_owned())).err();
    for printed in [
        format!("{wrong:?}"),
        format!("{malformed:?}"),
        format!("{secret:?}"),
        format!("{token:?}"),
    ] {
        assert!(printed.contains("fault"), "an error is expected: {printed}");
        assert!(!printed.contains(planted), "{printed}");
    }
}
