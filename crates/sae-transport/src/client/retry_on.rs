//! After which failures an attempt is repeated, as data.

use crate::{Effect, Error, ErrorCode, ErrorKind, Retry};

/// After which failures an attempt is repeated. A part of [`RetryPolicy`](super::RetryPolicy).
///
/// Five classes of failures are repeated unless they are switched off. Codes and HTTP statuses can be added that the service or something
/// in front of it uses for a failure that passes. They hold for reads alone: whether a write can be sent again is never a matter of
/// settings, but of whether it can have been accepted. Users of the crate `sae` write `sae::RetryOn` and `sae::ErrorCode`; in tests,
/// `refuse_with` of a `sae::testing::Fake` answers with a code and a status that no documentation has.
///
/// ```
/// use sae_transport::ErrorCode;
/// use sae_transport::client::{RetryOn, RetryPolicy};
///
/// let conditions = RetryOn::new()
///     .timeout(false)
///     .status(409)
///     .transient_code(ErrorCode::from_static("Gateway.Restarting"))
///     .throttling_code(ErrorCode::from_static("TooManyQueries"));
/// let policy = RetryPolicy::new().retry_on(conditions);
/// assert!(policy.retry_on.connect);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each class of failures is on or off")]
pub struct RetryOn {
    /// [`ErrorKind::Connect`]: no connection, so nothing was sent.
    pub connect: bool,
    /// [`ErrorKind::Transport`]: the connection broke before the answer was whole.
    pub transport: bool,
    /// [`ErrorKind::Timeout`]: no answer, or no credentials, within the time of an attempt.
    pub timeout: bool,
    /// HTTP 5xx, and codes of which the documentation says that the fault passes ([`Retry::Transient`]).
    pub server_error: bool,
    /// HTTP 429, codes that begin with `Throttling`, and others of which the documentation says so ([`Retry::Throttled`]).
    pub throttling: bool,
    /// Further codes of faults that pass. None unless set. For reads.
    pub transient_codes: Vec<ErrorCode>,
    /// Further codes with which the service throttles. None unless set. For reads.
    pub throttling_codes: Vec<ErrorCode>,
    /// Further HTTP statuses of faults that pass. None unless set. For reads.
    pub statuses: Vec<u16>,
}

impl RetryOn {
    /// The defaults: every class, and nothing more.
    pub const fn new() -> Self {
        Self {
            connect: true,
            transport: true,
            timeout: true,
            server_error: true,
            throttling: true,
            transient_codes: Vec::new(),
            throttling_codes: Vec::new(),
            statuses: Vec::new(),
        }
    }

    /// Sets [`RetryOn::connect`].
    #[must_use]
    pub const fn connect(mut self, repeated: bool) -> Self {
        self.connect = repeated;
        self
    }

    /// Sets [`RetryOn::transport`].
    #[must_use]
    pub const fn transport(mut self, repeated: bool) -> Self {
        self.transport = repeated;
        self
    }

    /// Sets [`RetryOn::timeout`].
    #[must_use]
    pub const fn timeout(mut self, repeated: bool) -> Self {
        self.timeout = repeated;
        self
    }

    /// Sets [`RetryOn::server_error`].
    #[must_use]
    pub const fn server_error(mut self, repeated: bool) -> Self {
        self.server_error = repeated;
        self
    }

    /// Sets [`RetryOn::throttling`].
    #[must_use]
    pub const fn throttling(mut self, repeated: bool) -> Self {
        self.throttling = repeated;
        self
    }

    /// Adds to [`RetryOn::transient_codes`].
    #[must_use]
    pub fn transient_code(mut self, code: ErrorCode) -> Self {
        self.transient_codes.push(code);
        self
    }

    /// Adds to [`RetryOn::throttling_codes`].
    #[must_use]
    pub fn throttling_code(mut self, code: ErrorCode) -> Self {
        self.throttling_codes.push(code);
        self
    }

    /// Adds to [`RetryOn::statuses`].
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.statuses.push(status);
        self
    }

    /// How an attempt is repeated that failed so; nothing if it isn't.
    pub(super) fn repeat(&self, effect: Effect, error: &Error) -> Option<Repeat> {
        if effect == Effect::Read && error.kind() == ErrorKind::Service {
            let is_one_of = |codes: &[ErrorCode]| error.code().is_some_and(|code| codes.contains(code));
            if is_one_of(&self.throttling_codes) {
                return Some(Repeat::Throttled);
            }
            if is_one_of(&self.transient_codes)
                || error.status().is_some_and(|status| self.statuses.contains(&status))
            {
                return Some(Repeat::Passing);
            }
        }
        let (repeat, repeated) = match (error.retry(), error.kind()) {
            (Retry::Throttled, _) => (Repeat::Throttled, self.throttling),
            (Retry::Transient, ErrorKind::Connect) => (Repeat::Passing, self.connect),
            (Retry::Transient, ErrorKind::Transport) => (Repeat::Passing, self.transport),
            (Retry::Transient, ErrorKind::Timeout) => (Repeat::Passing, self.timeout),
            (Retry::Transient, _) => (Repeat::Passing, self.server_error),
            (Retry::Never | Retry::Busy, _) => return None,
        };
        repeated.then_some(repeat)
    }
}

impl Default for RetryOn {
    fn default() -> Self {
        Self::new()
    }
}

/// How a failed attempt is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// After a passing fault: draws on the budget.
    Passing,
    /// Because the service throttles: spreads out.
    Throttled,
}
