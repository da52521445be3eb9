//! Limits for clients.

use std::time::Duration;

/// Limits for clients. Requests beyond them are refused.
///
/// ```
/// use std::time::Duration;
/// use sae_local::Limits;
///
/// let limits = Limits::default().connections(8).body_time(Duration::from_secs(1));
/// assert_ne!(limits, Limits::default());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Connections at a time. Further ones are answered 503 and closed. 16,384 by default.
    pub connections: usize,
    /// Size of the request line and the headers together, in bytes. URLs are long, since they contain JSON. 128 KiB by
    /// default, at least 8 KiB. The request line alone may have 64 KiB, and there may be 100 headers.
    pub head: usize,
    /// Size of the body, in bytes. 4 MiB by default.
    pub body: usize,
    /// Bytes of all requests that haven't been authenticated yet, while their heads and bodies arrive. Further ones are
    /// answered 503. 64 MiB by default.
    pub unauthenticated: usize,
    /// How long the request line and the headers may take, from their first byte. 30 seconds by default.
    pub head_time: Duration,
    /// How long the body may take. 30 seconds by default.
    pub body_time: Duration,
    /// How long a connection may be without a request: longer than clients wait between two polls of a change order. 75
    /// seconds by default.
    pub idle_time: Duration,
}

impl Limits {
    /// Sets the number of connections at a time.
    #[must_use]
    pub fn connections(self, connections: usize) -> Self {
        Self { connections, ..self }
    }

    /// Sets the size of the request line and the headers together.
    #[must_use]
    pub fn head(self, bytes: usize) -> Self {
        Self { head: bytes, ..self }
    }

    /// Sets the size of the body.
    #[must_use]
    pub fn body(self, bytes: usize) -> Self {
        Self { body: bytes, ..self }
    }

    /// Sets how many bytes of requests may wait for authentication, on all connections together.
    #[must_use]
    pub fn unauthenticated(self, bytes: usize) -> Self {
        Self { unauthenticated: bytes, ..self }
    }

    /// Sets how long the request line and the headers may take.
    #[must_use]
    pub fn head_time(self, time: Duration) -> Self {
        Self { head_time: time, ..self }
    }

    /// Sets how long the body may take.
    #[must_use]
    pub fn body_time(self, time: Duration) -> Self {
        Self { body_time: time, ..self }
    }

    /// Sets how long a connection may be without a request.
    #[must_use]
    pub fn idle_time(self, time: Duration) -> Self {
        Self { idle_time: time, ..self }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 16_384,
            head: 128 * 1024,
            body: 4 * 1024 * 1024,
            unauthenticated: 64 * 1024 * 1024,
            head_time: Duration::from_secs(30),
            body_time: Duration::from_secs(30),
            idle_time: Duration::from_secs(75),
        }
    }
}
