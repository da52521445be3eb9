//! The token of a deployment, and its place in a description.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _};

use sae_transport::{Error, ErrorKind};

/// Identifies a deployment: up to 64 letters, digits, dots, hyphens and underscores.
///
/// It stands at the end of the description of a change order, as `… [sae:TOKEN]`. An application that is created with a token has it in
/// its own description.
///
/// ```
/// use sae::deploy::Token;
///
/// let token = Token::new("build-42")?;
/// let description = token.append_to("release 2");
/// assert_eq!(description, "release 2 [sae:build-42]");
/// assert_eq!(Token::split(&description), ("release 2", Some(token)));
/// assert!(Token::new("build 42").is_err());
/// # Ok::<(), sae::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Token(String);

impl Token {
    /// Fails with [`ErrorKind::Request`] if the text isn't a valid token.
    pub fn new(text: impl Into<String>) -> Result<Self, Error> {
        let text = text.into();
        if is_token(&text) {
            return Ok(Self(text));
        }
        let start: String = text.chars().take(LONGEST).collect();
        let cut = if start.len() < text.len() { "… " } else { " " };
        let message = format!(
            "{start:?}{cut}is no token: expected 1 to {LONGEST} letters, digits, dots, hyphens and underscores"
        );
        Err(Error::new(ErrorKind::Request, message))
    }

    /// A random token. The keys of the hasher come from the random numbers of the operating system.
    pub fn random() -> Self {
        Self(format!("{:016x}", RandomState::new().build_hasher().finish()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A description with the token at its end.
    pub fn append_to(&self, description: &str) -> String {
        let mark = self.mark();
        if description.is_empty() { mark } else { format!("{description} {mark}") }
    }

    /// Splits a description into its text and the token at its end.
    pub fn split(description: &str) -> (&str, Option<Self>) {
        let parts = description.trim_end().strip_suffix(CLOSE).and_then(|text| text.rsplit_once(OPEN));
        match parts {
            Some((said, token)) if is_token(token) => (said.trim_end(), Some(Self(token.to_owned()))),
            _ => (description, None),
        }
    }

    /// Whether a description contains this token at any place.
    pub(super) fn marks(&self, description: &str) -> bool {
        description.contains(&self.mark())
    }

    fn mark(&self) -> String {
        format!("{OPEN}{}{CLOSE}", self.0)
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_token(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(fits)
}

const LONGEST: usize = 64;
const OPEN: &str = "[sae:";
const CLOSE: &str = "]";
