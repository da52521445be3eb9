//! Signs of life of a connection.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;

use super::budget::{Budget, Share};
use crate::access::lock;
use crate::server::Limits;

/// Signs of life of a connection: what it waits for, and since when.
///
/// The HTTP library has a time limit for headers alone, and none for a connection of HTTP/2 that asks for nothing.
#[derive(Debug)]
pub struct Pulse(Mutex<Signs>);

#[derive(Debug)]
struct Signs {
    under_way: usize,
    quiet_since: Instant,
    head_since: Option<Instant>,
    /// What has come in of a head.
    head: Share,
    streams: bool,
    last_word: Option<&'static str>,
}

/// What a connection has run into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing, up to this moment.
    Fine(Instant),
    /// It was idle for too long.
    Idle,
    /// The head of a request has taken too long.
    SlowHead,
}

impl Pulse {
    /// A connection begins.
    pub fn new(budget: &Arc<Budget>) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Signs {
            under_way: 0,
            quiet_since: Instant::now(),
            head_since: None,
            head: budget.share(),
            streams: false,
            last_word: None,
        })))
    }

    /// Bytes have come in; false if the server holds too many already, and then the connection is to end.
    pub fn read(&self, bytes: &[u8]) -> bool {
        let mut signs = lock(&self.0);
        // The frames of HTTP/2 come for many reasons; only waiting for a request is limited there.
        signs.streams |= bytes.starts_with(b"PRI");
        // Empty lines may come before a request, or after the body of the one before.
        let blank = bytes.iter().all(|byte| b"\r\n".contains(byte));
        if signs.under_way == 0 && signs.head_since.is_none() && !signs.streams && !blank {
            signs.head_since = Some(Instant::now());
        }
        // Bodies, and the heads of HTTP/2, are counted where they are put together.
        let counted = signs.under_way == 0 && !signs.streams;
        let taken = !counted || signs.head.grow(bytes.len());
        if !taken {
            signs.last_word = Some("Local.TooManyBytes");
        }
        taken
    }

    /// A request has begun; it ends when the guard is dropped. What has come in of it is its share.
    pub fn request(self: &Arc<Self>, budget: &Arc<Budget>) -> (UnderWay, Share) {
        let mut signs = lock(&self.0);
        signs.under_way += 1;
        signs.head_since = None;
        (UnderWay(Arc::clone(self)), std::mem::replace(&mut signs.head, budget.share()))
    }

    /// Whether no request is under way.
    pub fn is_quiet(&self) -> bool {
        lock(&self.0).under_way == 0
    }

    /// It ends because of a head that took too long.
    pub fn condemn(&self) {
        lock(&self.0).last_word = Some("Local.HeadTimeout");
    }

    /// The code with which the server ends it by itself.
    pub fn last_word(&self) -> Option<&'static str> {
        lock(&self.0).last_word
    }

    /// What it has run into by now.
    pub fn verdict(&self, limits: &Limits, now: Instant) -> Verdict {
        let signs = lock(&self.0);
        let left = |since: Instant, limit: Duration| limit.checked_sub(now.saturating_duration_since(since));
        let left = match (signs.under_way, signs.head_since) {
            (0, Some(since)) => left(since, limits.head_time).ok_or(Verdict::SlowHead),
            (0, None) => left(signs.quiet_since, limits.idle_time).ok_or(Verdict::Idle),
            _ => Ok(limits.idle_time),
        };
        match left {
            // Bytes may come at any moment, and a head then has its own time.
            Ok(left) => Verdict::Fine(now + left.min(limits.head_time).max(SHORTEST)),
            Err(verdict) => verdict,
        }
    }
}

/// A request is under way.
#[derive(Debug)]
pub struct UnderWay(Arc<Pulse>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut signs = lock(&self.0.0);
        signs.under_way -= 1;
        signs.quiet_since = Instant::now();
    }
}

const SHORTEST: Duration = Duration::from_millis(1);
