//! Time limits of a connection.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;

use super::budget::{Budget, Share};
use super::limits::Limits;
use crate::store::lock;

/// Tracks what a connection waits for, and since when.
///
/// The HTTP library limits only the time for headers, and nothing on an HTTP/2 connection without requests.
#[derive(Debug)]
pub struct IdleTracker(Mutex<Activity>);

#[derive(Debug)]
struct Activity {
    under_way: usize,
    quiet_since: Instant,
    head_since: Option<Instant>,
    /// The bytes of the head that has arrived so far.
    head: Share,
    version: HttpVersion,
    closing_code: Option<&'static str>,
}

/// The HTTP version of a connection. Its first bytes decide, as in the HTTP library, however they are divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HttpVersion {
    /// This many bytes of [`PREFACE`] have arrived.
    Undecided(usize),
    Http1,
    Http2,
}

/// The status of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionStatus {
    /// It is within its limits, at least until this moment.
    Fine(Instant),
    /// It has been idle for too long.
    Idle,
    /// The head of a request has taken too long.
    SlowHead,
}

impl IdleTracker {
    /// A tracker for a new connection.
    pub fn new(budget: &Arc<Budget>) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Activity {
            under_way: 0,
            quiet_since: Instant::now(),
            head_since: None,
            head: budget.share(),
            version: HttpVersion::Undecided(0),
            closing_code: None,
        })))
    }

    /// Records bytes that arrived. Returns false if the server holds too many bytes; the connection must end then.
    pub fn read(&self, bytes: &[u8]) -> bool {
        let mut activity = lock(&self.0);
        activity.version = activity.version.after(bytes);
        // HTTP/2 frames arrive for many reasons, so only the time without a request is limited.
        let streams = activity.version == HttpVersion::Http2;
        if streams {
            activity.head_since = None;
        }
        // Empty lines are allowed before a request and after a body.
        let blank = bytes.iter().all(|byte| b"\r\n".contains(byte));
        if activity.under_way == 0 && activity.head_since.is_none() && !streams && !blank {
            activity.head_since = Some(Instant::now());
        }
        // Bodies are counted when they are read.
        let taken = activity.under_way > 0 || activity.head.grow(bytes.len());
        if !taken && !streams {
            activity.closing_code = Some("Local.TooManyBytes");
        }
        taken
    }

    /// Records the start of a request, which ends when the guard is dropped. Returns the share for its bytes with those
    /// that have arrived. On HTTP/2 the share is empty, since part of the body may have arrived with the head.
    pub fn request(self: &Arc<Self>, budget: &Arc<Budget>) -> (ActiveRequest, Share) {
        let mut activity = lock(&self.0);
        activity.under_way += 1;
        activity.head_since = None;
        let mut share = std::mem::replace(&mut activity.head, budget.share());
        if activity.version == HttpVersion::Http2 {
            share = budget.share();
        }
        (ActiveRequest(Arc::clone(self)), share)
    }

    /// Whether no request is being answered.
    pub fn is_quiet(&self) -> bool {
        lock(&self.0).under_way == 0
    }

    /// Records that a head has taken too long.
    pub fn expire_head(&self) {
        lock(&self.0).closing_code = Some("Local.HeadTimeout");
    }

    /// The code with which the server closes the connection, if it does.
    pub fn closing_code(&self) -> Option<&'static str> {
        lock(&self.0).closing_code
    }

    /// The status of the connection at this moment.
    pub fn status(&self, limits: &Limits, now: Instant) -> ConnectionStatus {
        let activity = lock(&self.0);
        let left = |since: Instant, limit: Duration| limit.checked_sub(now.saturating_duration_since(since));
        let left = match (activity.under_way, activity.head_since) {
            (0, Some(since)) => left(since, limits.head_time).ok_or(ConnectionStatus::SlowHead),
            (0, None) => left(activity.quiet_since, limits.idle_time).ok_or(ConnectionStatus::Idle),
            _ => Ok(limits.idle_time),
        };
        match left {
            // A head may begin at any moment and has a limit of its own.
            Ok(left) => ConnectionStatus::Fine(now + left.min(limits.head_time).max(SHORTEST)),
            Err(status) => status,
        }
    }
}

impl HttpVersion {
    /// The version after these bytes.
    fn after(self, bytes: &[u8]) -> Self {
        let Self::Undecided(seen) = self else { return self };
        let expected = PREFACE.get(seen..).unwrap_or_default();
        let common = expected.len().min(bytes.len());
        if bytes.get(..common) != expected.get(..common) {
            Self::Http1
        } else if common == expected.len() {
            Self::Http2
        } else {
            Self::Undecided(seen + common)
        }
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub struct ActiveRequest(Arc<IdleTracker>);

impl Drop for ActiveRequest {
    fn drop(&mut self) {
        let mut activity = lock(&self.0.0);
        activity.under_way -= 1;
        activity.quiet_since = Instant::now();
    }
}

/// The first bytes of an HTTP/2 connection.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const SHORTEST: Duration = Duration::from_millis(1);

#[cfg(test)]
mod tests {
    use super::{HttpVersion, PREFACE};

    fn spoken(chunks: &[&[u8]]) -> HttpVersion {
        chunks.iter().fold(HttpVersion::Undecided(0), |spoken, chunk| spoken.after(chunk))
    }

    #[test]
    fn the_first_bytes_decide_however_they_are_cut() {
        assert_eq!(spoken(&[PREFACE]), HttpVersion::Http2);
        assert_eq!(spoken(&[b"P", b"RI * HTTP/2.0\r\n\r\nSM", b"\r\n\r\n\0\0"]), HttpVersion::Http2);
        assert_eq!(spoken(&[b"PRI * "]), HttpVersion::Undecided(6));
        for chunks in
            [&[&b"GET /"[..], PREFACE][..], &[b"PRI / HTTP/1.1"], &[b"PRI * HTTP/1.1\r\n"], &[b"P", b"OST"]]
        {
            assert_eq!(spoken(chunks), HttpVersion::Http1, "{chunks:?}");
        }
    }
}
