//! Why an error came about.

use std::error::Error as StdError;

/// The innermost cause of an error: the last one that [`source`](StdError::source) leads to, or the error itself if it has no source. The
/// errors in between often only say that something failed.
///
/// ```
/// use sae_transport::{Error, ErrorKind, innermost_cause};
///
/// let error = Error::new(ErrorKind::Connect, "no connection").with_source("connection refused");
/// assert_eq!(innermost_cause(&error).to_string(), "connection refused");
/// ```
pub fn innermost_cause<'a>(error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause
}
