//! What a request is signed with.

use std::fmt;

/// An access key, with a security token if it is a temporary one.
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
pub struct Credentials {
    access_key_id: String,
    access_key_secret: String,
    security_token: Option<String>,
}

impl Credentials {
    /// A key of a user.
    pub fn new(access_key_id: impl Into<String>, access_key_secret: impl Into<String>) -> Self {
        Self {
            access_key_id: access_key_id.into(),
            access_key_secret: access_key_secret.into(),
            security_token: None,
        }
    }

    /// Adds the security token of a temporary key.
    #[must_use]
    pub fn with_security_token(mut self, token: impl Into<String>) -> Self {
        self.security_token = Some(token.into());
        self
    }

    /// The identifier, which is no secret.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    pub(crate) fn for_signer(&self) -> sae_sign::Credentials<'_> {
        sae_sign::Credentials::new(&self.access_key_id, &self.access_key_secret)
            .with_token(self.security_token.as_deref())
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}
