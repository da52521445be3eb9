//! What was asked of the server lately.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use crate::access::lock;

/// A request that the server has dealt with.
///
/// It holds neither query nor body, and `Debug` leaves out what was signed: secrets may stand there.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Served {
    /// When it arrived.
    pub time: SystemTime,
    /// Identifier of the request, as its answer has it.
    pub request_id: String,
    /// Id of the access key that it names, if there is one.
    pub tenant: Option<String>,
    /// The operation, if it came that far.
    pub operation: Option<&'static str>,
    /// HTTP method.
    pub method: String,
    /// Path, without the query.
    pub path: String,
    /// HTTP status of the answer; none if the connection was dropped instead.
    pub status: Option<u16>,
    /// Code of the refusal.
    pub code: Option<&'static str>,
    /// How long it took.
    pub duration: Duration,
    /// The string-to-sign as the server computed it, without the value of the security token. A very long one is cut.
    pub string_to_sign: Option<String>,
    /// The fault that struck it: the number of its rule and what it did.
    pub fault: Option<String>,
}

impl fmt::Debug for Served {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Served")
            .field("request_id", &self.request_id)
            .field("tenant", &self.tenant)
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("status", &self.status)
            .field("code", &self.code)
            .field("duration", &self.duration)
            .field("fault", &self.fault)
            .finish_non_exhaustive()
    }
}

/// Somebody who is told of every request.
pub type Observer = Arc<dyn Fn(&Served) + Send + Sync>;

/// The latest requests.
#[derive(Default)]
pub struct Journal {
    latest: Mutex<VecDeque<Arc<Served>>>,
    observer: Option<Observer>,
}

impl Journal {
    /// An empty journal.
    pub fn new(observer: Option<Observer>) -> Self {
        Self { latest: Mutex::default(), observer }
    }

    /// Takes note of a request.
    pub fn note(&self, mut served: Served) {
        if let Some(text) = &mut served.string_to_sign {
            cut(text);
        }
        if let Some(observer) = &self.observer {
            observer(&served);
        }
        let mut latest = lock(&self.latest);
        if latest.len() >= KEPT {
            latest.pop_front();
        }
        latest.push_back(Arc::new(served));
    }

    /// The latest requests, oldest first.
    pub fn latest(&self) -> Vec<Arc<Served>> {
        lock(&self.latest).iter().cloned().collect()
    }

    /// Forgets those of a tenant, or all.
    pub fn forget(&self, tenant: Option<&str>) {
        lock(&self.latest)
            .retain(|served| tenant.is_some_and(|tenant| served.tenant.as_deref() != Some(tenant)));
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").finish_non_exhaustive()
    }
}

/// JSON travels in URLs: a thousand of the longest would take a hundred megabytes.
fn cut(text: &mut String) {
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push('…');
    }
    text.shrink_to_fit();
}

/// How many requests are kept.
const KEPT: usize = 1_000;
const LONGEST: usize = 8 * 1024;

#[cfg(test)]
mod tests {
    use super::{LONGEST, cut};

    #[test]
    fn only_very_long_texts_are_cut() {
        let mut text = "é".repeat(LONGEST / 2);
        cut(&mut text);
        assert_eq!(text.len(), LONGEST);
        text.push('é');
        text.insert(0, 'x');
        cut(&mut text);
        assert!(text.ends_with("é…") && text.len() < LONGEST + 4);
    }
}
