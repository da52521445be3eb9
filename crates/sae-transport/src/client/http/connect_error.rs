//! Why there is no connection, in words. What TLS and tunnels say by themselves is meant for those who write them.

use std::error::Error as StdError;
use std::{fmt, io};

use crate::innermost_cause;

/// A failure that has been put into words. It has no source: nothing below it would tell more.
#[derive(Debug)]
pub(super) struct ConnectError(String);

pub(super) type Failure = Box<dyn StdError + Send + Sync>;

impl ConnectError {
    pub(super) fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    /// Of a connection to the service, by a client that trusts the authorities of this machine or only those added in code.
    pub(super) fn of(failure: Failure, only_added: bool) -> Failure {
        match words(&*failure, only_added) {
            Some(words) => Self(words).into(),
            None => failure,
        }
    }

    /// Of a connection to the proxy at this address, or of what was asked of it.
    pub(super) fn of_proxy(address: &str, failure: &Failure, only_added: bool) -> Failure {
        let why =
            words(&**failure, only_added).unwrap_or_else(|| match innermost_cause(&**failure).to_string() {
                cause if cause.ends_with("tunnel error: unsuccessful") => {
                    "it makes no connection to there".to_owned()
                }
                cause if cause.ends_with("proxy authorization required") => {
                    "it asks for a name and a password, or for others".to_owned()
                }
                cause => cause,
            });
        Self(format!("the proxy {address}: {why}")).into()
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for ConnectError {}

/// Whether this holds for a failure or for something below it.
pub(super) fn has_cause(
    failure: &(dyn StdError + 'static),
    is: impl Fn(&(dyn StdError + 'static)) -> bool,
) -> bool {
    causes(failure).any(is)
}

/// What TLS complains about, if it is TLS that does.
fn words(failure: &(dyn StdError + 'static), only_added: bool) -> Option<String> {
    #[cfg(not(feature = "tls"))]
    let _ = only_added;
    #[cfg(feature = "tls")]
    if let Some(words) = causes(failure).find_map(|cause| super::tls_error::words(cause, only_added)) {
        return Some(words);
    }
    let last = causes(failure).last()?;
    (last.to_string() == "tls handshake eof").then(|| NO_HANDSHAKE.to_owned())
}

/// A failure and what is below it, also what an error of I/O holds: its source is not that, but the source of that.
fn causes<'a>(failure: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(failure), |&cause| {
        let io = cause.downcast_ref::<io::Error>();
        let held = io.and_then(io::Error::get_ref).map(|held| held as &(dyn StdError + 'static));
        held.or_else(|| cause.source())
    })
}

const NO_HANDSHAKE: &str =
    "the connection ended before TLS was agreed on; perhaps what listens there speaks none";
