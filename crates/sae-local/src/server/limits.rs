//! How much a client may ask of the server.

use std::time::Duration;

/// How much a client may ask of the server before it is refused.
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
    /// Connections at a time; one more is answered 503 and closed. 16,384.
    pub connections: usize,
    /// Bytes of the request's line and headers together: URLs are long, since JSON travels in them. 128 KiB, at least
    /// 8 KiB. The line alone may have 64 KiB, and there may be a hundred headers.
    pub head: usize,
    /// Bytes of the body. 4 MiB.
    pub body: usize,
    /// Bytes of requests that nobody has signed for yet, of all connections together: heads and bodies while they come in. What is
    /// more is answered 503 at once. 64 MiB.
    pub unauthenticated: usize,
    /// How long the line and the headers may take from their first byte on. 30 seconds.
    pub head_time: Duration,
    /// How long the body may take. 30 seconds.
    pub body_time: Duration,
    /// How long a connection may wait for a request: longer than anybody waits between two looks at a change order.
    /// 75 seconds.
    pub idle_time: Duration,
}

impl Limits {
    /// Connections at a time.
    #[must_use]
    pub fn connections(self, connections: usize) -> Self {
        Self { connections, ..self }
    }

    /// Bytes of the request's line and headers together.
    #[must_use]
    pub fn head(self, bytes: usize) -> Self {
        Self { head: bytes, ..self }
    }

    /// Bytes of the body.
    #[must_use]
    pub fn body(self, bytes: usize) -> Self {
        Self { body: bytes, ..self }
    }

    /// Bytes of requests that nobody has signed for yet, of all connections together.
    #[must_use]
    pub fn unauthenticated(self, bytes: usize) -> Self {
        Self { unauthenticated: bytes, ..self }
    }

    /// How long the line and the headers may take.
    #[must_use]
    pub fn head_time(self, time: Duration) -> Self {
        Self { head_time: time, ..self }
    }

    /// How long the body may take.
    #[must_use]
    pub fn body_time(self, time: Duration) -> Self {
        Self { body_time: time, ..self }
    }

    /// How long a connection may wait for a request.
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
