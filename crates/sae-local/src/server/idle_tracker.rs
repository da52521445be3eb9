//! Signs of life of a connection.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;

use super::budget::{Budget, Share};
use super::limits::Limits;
use crate::store::lock;

/// Signs of life of a connection: what it waits for, and since when.
///
/// The HTTP library has a time limit for headers alone, and none for a connection of HTTP/2 that asks for nothing.
#[derive(Debug)]
pub struct IdleTracker(Mutex<Activity>);

#[derive(Debug)]
struct Activity {
    under_way: usize,
    quiet_since: Instant,
    head_since: Option<Instant>,
    /// What has come in of a head.
    head: Share,
    version: HttpVersion,
    closing_code: Option<&'static str>,
}

/// The version of HTTP that a connection speaks. Its first bytes decide, as they do in the HTTP library, and however they are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HttpVersion {
    /// So many bytes of [`PREFACE`] have come.
    Undecided(usize),
    Http1,
    Http2,
}

/// What a connection has run into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionStatus {
    /// Nothing, up to this moment.
    Fine(Instant),
    /// It was idle for too long.
    Idle,
    /// The head of a request has taken too long.
    SlowHead,
}

impl IdleTracker {
    /// A connection begins.
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

    /// Bytes have come in; false if the server holds too many already, and then the connection is to end.
    pub fn read(&self, bytes: &[u8]) -> bool {
        let mut activity = lock(&self.0);
        activity.version = activity.version.after(bytes);
        // The frames of HTTP/2 come for many reasons; only waiting for a request is limited there.
        let streams = activity.version == HttpVersion::Http2;
        if streams {
            activity.head_since = None;
        }
        // Empty lines may come before a request, or after the body of the one before.
        let blank = bytes.iter().all(|byte| b"\r\n".contains(byte));
        if activity.under_way == 0 && activity.head_since.is_none() && !streams && !blank {
            activity.head_since = Some(Instant::now());
        }
        // Bodies are counted where they are put together.
        let taken = activity.under_way > 0 || activity.head.grow(bytes.len());
        if !taken && !streams {
            activity.closing_code = Some("Local.TooManyBytes");
        }
        taken
    }

    /// A request has begun; it ends when the guard is dropped. What has come in of it is its share; in HTTP/2 that begins with what its
    /// head takes, since a part of the body may have come in with it.
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

    /// Whether no request is under way.
    pub fn is_quiet(&self) -> bool {
        lock(&self.0).under_way == 0
    }

    /// It ends because of a head that took too long.
    pub fn expire_head(&self) {
        lock(&self.0).closing_code = Some("Local.HeadTimeout");
    }

    /// The code with which the server ends it by itself.
    pub fn closing_code(&self) -> Option<&'static str> {
        lock(&self.0).closing_code
    }

    /// What it has run into by now.
    pub fn status(&self, limits: &Limits, now: Instant) -> ConnectionStatus {
        let activity = lock(&self.0);
        let left = |since: Instant, limit: Duration| limit.checked_sub(now.saturating_duration_since(since));
        let left = match (activity.under_way, activity.head_since) {
            (0, Some(since)) => left(since, limits.head_time).ok_or(ConnectionStatus::SlowHead),
            (0, None) => left(activity.quiet_since, limits.idle_time).ok_or(ConnectionStatus::Idle),
            _ => Ok(limits.idle_time),
        };
        match left {
            // Bytes may come at any moment, and a head then has its own time.
            Ok(left) => ConnectionStatus::Fine(now + left.min(limits.head_time).max(SHORTEST)),
            Err(status) => status,
        }
    }
}

impl HttpVersion {
    /// What is known once these bytes have come, too.
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

/// A request is under way.
#[derive(Debug)]
pub struct ActiveRequest(Arc<IdleTracker>);

impl Drop for ActiveRequest {
    fn drop(&mut self) {
        let mut activity = lock(&self.0.0);
        activity.under_way -= 1;
        activity.quiet_since = Instant::now();
    }
}

/// How a connection of HTTP/2 begins.
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
