//! A call to be made, and what came of it.

use std::time::Duration;

use sae_sign::Scheme;

use super::signing::Format;
use super::{Endpoint, OnRetry, ProvideCredentials, RetryPolicy, Timeouts, UserAgent};
use crate::{Answer, Description, Envelope, Fields};

/// How calls are made.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// Signature scheme. ACS3-HMAC-SHA256 unless set.
    pub scheme: Scheme,
    /// Form of the answers. JSON unless set.
    pub format: Format,
    /// Region, sent along in a header.
    pub region: Option<String>,
    /// How long the call and each attempt may take.
    pub timeouts: Timeouts,
    /// How failed attempts are repeated. The budget is that of all calls of a [`Caller`](super::Caller) together.
    pub retry: RetryPolicy,
    /// How long a call is sent again and again while the service refuses it because another change runs. Not at all unless set. Each
    /// time it is a call of its own, with the time and the attempts of one.
    pub wait_while_busy: Option<Duration>,
    /// How many bytes of memory may be taken by what is read from an answer. 8 times the answer's bytes and 1 MiB unless set.
    pub answer_memory: Option<usize>,
    /// Told before each wait for another attempt, also while the service is busy. Nobody unless set.
    pub on_retry: Option<OnRetry>,
    /// The header `User-Agent`. This library alone unless set.
    pub user_agent: UserAgent,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            scheme: Scheme::Acs3,
            format: Format::Json,
            region: None,
            timeouts: Timeouts::new(),
            retry: RetryPolicy::new(),
            wait_while_busy: None,
            answer_memory: None,
            on_retry: None,
            user_agent: UserAgent::default(),
        }
    }
}

/// A call to be made: what to send, where to, with which credentials.
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "all that a call needs")]
pub struct Call<'a> {
    /// Describes the operation: name, method, path, parameters.
    pub description: &'static Description,
    /// Holds the values of the parameters.
    pub request: &'a dyn Fields,
    /// Address that the request is sent to.
    pub endpoint: &'a Endpoint,
    /// Credentials provider, asked before each attempt.
    pub credentials: &'a dyn ProvideCredentials,
    /// Time limits, retries, signature scheme and form of the answer.
    pub settings: &'a Settings,
}

impl std::fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call").field("operation", &self.description.name).finish_non_exhaustive()
    }
}

/// An answer that has been read into an output.
#[derive(Debug)]
#[non_exhaustive]
pub struct Received {
    /// The fields that every answer has.
    pub envelope: Envelope,
    /// The answer as it came.
    pub answer: Answer,
}
