//! Error codes of the service.

use std::borrow::Cow;
use std::fmt;

/// An error code as the service spells it: `Application.ChangerOrderRunning`.
///
/// The set is open, the service adds codes as it likes. The known ones are constants next to the models
/// (`sae::model::error_code::APPLICATION_CHANGER_ORDER_RUNNING`), each with its meaning.
///
/// ```
/// use sae_transport::ErrorCode;
///
/// const BUSY: ErrorCode = ErrorCode::from_static("Application.ChangerOrderRunning");
/// assert_eq!(BUSY, ErrorCode::from("Application.ChangerOrderRunning".to_owned()));
/// assert_eq!(BUSY.as_str(), "Application.ChangerOrderRunning");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ErrorCode(Cow<'static, str>);

impl ErrorCode {
    /// A code that is known when the program is compiled.
    pub const fn from_static(code: &'static str) -> Self {
        Self(Cow::Borrowed(code))
    }

    /// The wire spelling, typos too.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for ErrorCode {
    fn from(code: String) -> Self {
        Self(Cow::Owned(code))
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl serde::Serialize for ErrorCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for ErrorCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}
