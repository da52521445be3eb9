//! The seam between calls and the places that credentials come from.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use super::Credentials;
use crate::Error;

/// What gives the credentials for the next attempt of a call.
///
/// It is asked before each attempt, so it decides itself how long it keeps what it has: temporary credentials must be valid when
/// they are given. An error should be of the kind [`Credentials`](crate::ErrorKind::Credentials) and hold no secret; the call ends
/// with it, and nothing is sent.
///
/// ```
/// use sae_transport::client::{Credentials, CredentialsFuture, ProvideCredentials};
///
/// #[derive(Debug)]
/// struct Vault;
///
/// impl ProvideCredentials for Vault {
///     fn credentials(&self) -> CredentialsFuture<'_> {
///         Box::pin(async { Ok(Credentials::new("id-from-the-vault", "secret-from-the-vault")) })
///     }
/// }
/// ```
pub trait ProvideCredentials: fmt::Debug + Send + Sync {
    /// The credentials to sign with now. Dropping the future gives up.
    fn credentials(&self) -> CredentialsFuture<'_>;
}

/// The credentials to come.
pub type CredentialsFuture<'a> = Pin<Box<dyn Future<Output = Result<Credentials, Error>> + Send + 'a>>;

/// Always the same.
impl ProvideCredentials for Credentials {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(std::future::ready(Ok(self.clone())))
    }
}

impl<P: ProvideCredentials + ?Sized> ProvideCredentials for Arc<P> {
    fn credentials(&self) -> CredentialsFuture<'_> {
        (**self).credentials()
    }
}

impl<P: ProvideCredentials + ?Sized> ProvideCredentials for Box<P> {
    fn credentials(&self) -> CredentialsFuture<'_> {
        (**self).credentials()
    }
}
