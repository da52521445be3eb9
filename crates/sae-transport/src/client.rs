//! Sending requests: signatures, HTTP, deadlines, retries.
//!
//! [`Caller`] is the whole of it, and generic over no operation: [`Caller::call`] takes a description and slots. What it sends
//! through is an [`Exchange`]: [`Http`] in earnest, anything in a test.

pub use self::call::{Call, Received, Settings};
pub use self::caller::Caller;
pub use self::credentials::Credentials;
pub use self::endpoint::{Endpoint, check_region};
pub use self::exchange::{AttemptMark, Exchange, ExchangeError, ExchangeFuture, HttpRequest};
#[cfg(feature = "tower")]
pub use self::exchange_tower::{ExchangeService, ServiceExchange};
#[cfg(feature = "tls")]
pub use self::http::Roots;
pub use self::http::{Http, HttpBuilder};
#[cfg(feature = "reqwest")]
pub use self::http_reqwest::ReqwestExchange;
pub use self::interceptor::{ExtraHeaders, Interceptor, InterceptorContext, InterceptorOutcome};
pub use self::jitter::jittered;
pub use self::provider::{CredentialsFuture, ProvideCredentials};
pub use self::retry_event::{OnRetry, RetryEvent};
pub use self::retry_on::RetryOn;
pub use self::retry_policy::{Backoff, RetryPolicy};
pub use self::signing::{Format, SignedRequest, SigningContext, nonce, signed_request};
pub use self::timeouts::Timeouts;
pub use self::timer::{sleep, timeout};
pub use self::user_agent::UserAgent;
pub use crate::message::signed_text::SignedText;
pub use sae_sign::Scheme;

mod call;
mod caller;
mod credentials;
mod driver;
mod endpoint;
mod exchange;
#[cfg(feature = "tower")]
mod exchange_tower;
mod http;
#[cfg(feature = "reqwest")]
mod http_reqwest;
mod interceptor;
mod interceptors;
mod jitter;
mod prepared_request;
mod provider;
mod retry;
mod retry_after;
mod retry_event;
mod retry_on;
mod retry_policy;
mod signing;
mod timeouts;
mod timer;
mod trace;
mod user_agent;
