//! The journal of the latest requests.

mod cut;
mod recorded_request;
mod redaction;

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

pub use self::recorded_request::RecordedRequest;
use self::recorded_request::RequestSummary;
pub use self::redaction::OperationId;
use crate::store::lock;

/// A request that the server has answered.
///
/// It shows no secrets: each value that the spec marks as sensitive is `(secret)`, as are user, password and query of
/// addresses. What the operation doesn't have is `(not in the spec)`. Texts longer than 8 KiB are cut.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Served {
    /// When it arrived.
    pub time: SystemTime,
    /// Identifier of the request, as in its answer.
    pub request_id: String,
    /// Id of the access key that it names; none if there is no such key.
    pub tenant: Option<String>,
    /// The operation; none if it was refused before that was known.
    pub operation: Option<&'static str>,
    /// The operation of its method and path, also if it was refused earlier.
    pub(crate) named: Option<OperationId>,
    /// HTTP method.
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// HTTP status of the answer; none if the connection was closed instead.
    pub status: Option<u16>,
    /// Code of the refusal; none if it wasn't refused.
    pub code: Option<&'static str>,
    /// How long it took.
    pub duration: Duration,
    /// The fault that applied to it: its number and what it did.
    pub fault: Option<String>,
    /// The data from which parameters, body and string-to-sign are computed.
    pub(crate) recorded: RecordedRequest,
}

impl Served {
    /// The string-to-sign as the server computes it, without secrets and the security token; none if the request has no
    /// signature of a known scheme. If ROA signed a secret, this differs from what was signed.
    pub fn string_to_sign(&self) -> Option<String> {
        self.summary().string_to_sign
    }

    /// The parameters by wire name, from path, query and body, as text. Structures are JSON.
    pub fn parameters(&self) -> BTreeMap<String, String> {
        self.summary().parameters
    }

    /// The body, a form or JSON; none if it was empty.
    pub fn body(&self) -> Option<String> {
        self.summary().body
    }

    pub(crate) fn summary(&self) -> RequestSummary {
        self.recorded.summary(&self.method, &self.path, self.named)
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

/// A function that is called with every request.
pub type Observer = Arc<dyn Fn(&Served) + Send + Sync>;

/// The latest requests.
#[derive(Default)]
pub struct Journal {
    latest: Mutex<VecDeque<Arc<Served>>>,
    observer: Option<Observer>,
}

impl Journal {
    /// An empty journal. The observer is called with every request.
    pub fn new(observer: Option<Observer>) -> Self {
        Self { latest: Mutex::default(), observer }
    }

    /// Records a request.
    pub fn note(&self, served: Served) {
        if let Some(observer) = &self.observer {
            observer(&served);
        }
        let mut latest = lock(&self.latest);
        if latest.len() >= CAPACITY {
            latest.pop_front();
        }
        latest.push_back(Arc::new(served));
    }

    /// The latest requests, oldest first.
    pub fn latest(&self) -> Vec<Arc<Served>> {
        lock(&self.latest).iter().cloned().collect()
    }

    /// Removes the requests of a tenant, or all.
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

/// The number of requests that are kept.
const CAPACITY: usize = 1_000;
