//! What a request is signed with.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

/// An access key, with a security token if it is a temporary one. Cheap to clone.
///
/// Can't be printed: `Debug` shows the identifier alone.
///
/// ```
/// use sae_transport::client::Credentials;
///
/// let credentials = Credentials::new("my-id", "my-secret");
/// assert!(!format!("{credentials:?}").contains("my-secret"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials(Arc<Key>);

#[derive(Clone, PartialEq, Eq)]
struct Key {
    id: String,
    secret: String,
    security_token: Option<String>,
    expiration: Option<SystemTime>,
}

impl Credentials {
    /// A key of a user.
    pub fn new(access_key_id: impl Into<String>, access_key_secret: impl Into<String>) -> Self {
        Self(Arc::new(Key {
            id: access_key_id.into(),
            secret: access_key_secret.into(),
            security_token: None,
            expiration: None,
        }))
    }

    /// Adds the security token of a temporary key.
    #[must_use]
    pub fn with_security_token(mut self, token: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.0).security_token = Some(token.into());
        self
    }

    /// Says when the key stops being one.
    #[must_use]
    pub fn with_expiration(mut self, time: SystemTime) -> Self {
        Arc::make_mut(&mut self.0).expiration = Some(time);
        self
    }

    /// The identifier, which is no secret.
    pub fn access_key_id(&self) -> &str {
        &self.0.id
    }

    /// When the key stops being one, if that is known.
    pub fn expiration(&self) -> Option<SystemTime> {
        self.0.expiration
    }

    /// As the signer takes them. This is the one way to the secret.
    pub fn for_signer(&self) -> sae_sign::Credentials<'_> {
        sae_sign::Credentials::new(&self.0.id, &self.0.secret).with_token(self.0.security_token.as_deref())
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("access_key_id", &self.0.id).finish_non_exhaustive()
    }
}
