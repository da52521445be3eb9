//! What was asked of the server lately.

mod cut;
mod recorded_request;
mod redaction;

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

pub use self::recorded_request::RecordedRequest;
use self::recorded_request::RequestSummary;
pub use self::redaction::Named;
use crate::store::lock;

/// A request that the server has dealt with.
///
/// What it tells holds no secret: `(secret)` stands in the place of each value that the spec calls sensitive, and of user, password and
/// query of an address. What an operation doesn't know is `(not in the spec)`. Texts of more than 8 KiB are cut.
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
    /// The operation that method and path name, even if it didn't come that far.
    pub(crate) named: Option<Named>,
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
    /// The fault that struck it: the number of its rule and what it did.
    pub fault: Option<String>,
    /// What was signed.
    pub(crate) recorded: RecordedRequest,
}

impl Served {
    /// The string-to-sign as the server computes it, without secrets and without the value of the security token; none if there was no
    /// signature of a known scheme. Where ROA signed a secret, this is not what was signed.
    pub fn string_to_sign(&self) -> Option<String> {
        self.told().string_to_sign
    }

    /// The parameters by wire name, from path, query and body, as they travel as text. A structure is JSON.
    pub fn parameters(&self) -> BTreeMap<String, String> {
        self.told().parameters
    }

    /// The body, a form or JSON; none if there was none.
    pub fn body(&self) -> Option<String> {
        self.told().body
    }

    pub(crate) fn told(&self) -> RequestSummary {
        self.recorded.told(&self.method, &self.path, self.named)
    }
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
    pub fn note(&self, served: Served) {
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

/// How many requests are kept.
const KEPT: usize = 1_000;
