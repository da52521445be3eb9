use std::fmt;

/// An access key, with a security token if it is temporary.
///
/// Neither the secret nor the token can be printed:
///
/// ```
/// let credentials = sae_sign::Credentials::new("LTAI-id", "very-secret").with_token("session");
/// let printed = format!("{credentials:?}");
/// assert!(printed.contains("LTAI-id"));
/// assert!(!printed.contains("very-secret") && !printed.contains("session"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Credentials<'a> {
    id: &'a str,
    secret: &'a str,
    token: Option<&'a str>,
}

impl<'a> Credentials<'a> {
    /// An access key without a token.
    ///
    /// ```
    /// assert_eq!(sae_sign::Credentials::new("id", "secret").security_token(), None);
    /// ```
    pub const fn new(access_key_id: &'a str, access_key_secret: &'a str) -> Self {
        Self { id: access_key_id, secret: access_key_secret, token: None }
    }

    /// The same key with the security token of a temporary session. `None` and the empty text mean no token.
    ///
    /// ```
    /// use sae_sign::Credentials;
    ///
    /// assert_eq!(Credentials::new("id", "secret").with_token("t").security_token(), Some("t"));
    /// assert_eq!(Credentials::new("id", "secret").with_token(None), Credentials::new("id", "secret"));
    /// ```
    #[must_use]
    pub fn with_token(self, token: impl Into<Option<&'a str>>) -> Self {
        Self { token: token.into().filter(|token| !token.is_empty()), ..self }
    }

    /// The access key's id, which travels in the open.
    ///
    /// ```
    /// assert_eq!(sae_sign::Credentials::new("id", "secret").access_key_id(), "id");
    /// ```
    pub const fn access_key_id(&self) -> &'a str {
        self.id
    }

    /// The secret, which never travels.
    ///
    /// ```
    /// assert_eq!(sae_sign::Credentials::new("id", "secret").access_key_secret(), "secret");
    /// ```
    pub const fn access_key_secret(&self) -> &'a str {
        self.secret
    }

    /// The security token, if there is one.
    ///
    /// ```
    /// assert_eq!(sae_sign::Credentials::new("id", "secret").with_token("t").security_token(), Some("t"));
    /// ```
    pub const fn security_token(&self) -> Option<&'a str> {
        self.token
    }
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.id)
            .field("access_key_secret", &"redacted")
            .field("security_token", &self.token.map(|_| "redacted"))
            .finish()
    }
}
