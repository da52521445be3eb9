//! How requests are signed.

use std::fmt;
use std::str::FromStr;

use sae_transport::client::Scheme;
use sae_transport::{Error, ErrorKind};

/// How requests are signed.
///
/// ```
/// use sae::Signature;
///
/// assert_eq!("acs3".parse::<Signature>()?, Signature::Acs3);
/// # Ok::<(), sae::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Signature {
    /// HMAC-SHA1, as the documentation of SAE describes it.
    #[default]
    Roa,
    /// ACS3-HMAC-SHA256, as the newer official SDKs sign.
    Acs3,
}

impl Signature {
    pub(crate) const fn scheme(self) -> Scheme {
        match self {
            Self::Roa => Scheme::Roa,
            Self::Acs3 => Scheme::Acs3,
        }
    }
}

impl FromStr for Signature {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "roa" => Ok(Self::Roa),
            "acs3" => Ok(Self::Acs3),
            _ => Err(Error::new(
                ErrorKind::Config,
                format!("{text:?} is no signature scheme; expected roa or acs3"),
            )),
        }
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Roa => "roa",
            Self::Acs3 => "acs3",
        })
    }
}
