use std::fmt;
use std::str::FromStr;

/// How a request is signed.
///
/// ```
/// use sae_sign::Scheme;
///
/// assert_eq!("acs3".parse(), Ok(Scheme::Acs3));
/// assert_eq!(Scheme::default(), Scheme::Acs3);
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// ROA, signature version 1.0: HMAC-SHA1 over headers and the raw query. Written `roa`.
    Roa,
    /// Signature V3: HMAC-SHA256 over the hash of a canonical request. Written `acs3`.
    #[default]
    Acs3,
}

impl Scheme {
    /// The short name: `roa` or `acs3`.
    ///
    /// ```
    /// assert_eq!(sae_sign::Scheme::Acs3.as_str(), "acs3");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Roa => "roa",
            Self::Acs3 => "acs3",
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Scheme {
    type Err = UnknownScheme;

    fn from_str(name: &str) -> Result<Self, UnknownScheme> {
        match name {
            "roa" => Ok(Self::Roa),
            "acs3" => Ok(Self::Acs3),
            _ => Err(UnknownScheme(())),
        }
    }
}

/// The text is not the name of a [`Scheme`].
///
/// ```
/// let error = "rpc".parse::<sae_sign::Scheme>().unwrap_err();
/// assert_eq!(error.to_string(), "not a signature scheme: use roa or acs3");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownScheme(());

impl fmt::Display for UnknownScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a signature scheme: use roa or acs3")
    }
}

impl std::error::Error for UnknownScheme {}
