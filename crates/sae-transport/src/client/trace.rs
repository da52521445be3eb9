//! What a call tells `tracing`, with the feature of that name; without it nothing, at no cost.
//!
//! A span `call` for each call, an event for each attempt and one for each wait before another. They say what was called, how it
//! went and how long it took, and never a parameter, a header's value, a URL or a body. The service's message isn't told
//! either: it quotes parameters.

use std::time::Duration;

use tokio::time::Instant;

use super::{Call, Received};
use crate::Error;

/// Follows a whole call.
#[cfg(feature = "tracing")]
pub(super) async fn call(
    call: Call<'_>,
    work: impl Future<Output = Result<Received, Error>>,
) -> Result<Received, Error> {
    use tracing::Instrument as _;
    use tracing::field::Empty;

    let description = call.description;
    let span = tracing::info_span!(
        target: TARGET,
        "call",
        operation = description.name,
        product = description.service.product,
        region = call.settings.region.as_deref(),
        status = Empty,
        request_id = Empty,
        error = Empty,
        code = Empty,
        duration_ms = Empty,
    );
    if span.is_disabled() {
        return work.await;
    }
    let began = Instant::now();
    let result = work.instrument(span.clone()).await;
    let outcome = Outcome::of(result.as_ref());
    span.record("status", outcome.status);
    span.record("request_id", outcome.request_id);
    span.record("error", outcome.error.as_deref());
    span.record("code", outcome.code);
    span.record("duration_ms", milliseconds(began.elapsed()));
    result
}

#[cfg(not(feature = "tracing"))]
pub(super) async fn call(
    _: Call<'_>,
    work: impl Future<Output = Result<Received, Error>>,
) -> Result<Received, Error> {
    work.await
}

/// Tells how an attempt went.
#[cfg(feature = "tracing")]
pub(super) fn attempt(number: u32, began: Instant, result: Result<&Received, &Error>) {
    if !tracing::enabled!(target: TARGET, tracing::Level::DEBUG) {
        return;
    }
    let outcome = Outcome::of(result);
    tracing::debug!(
        target: TARGET,
        attempt = number,
        status = outcome.status,
        request_id = outcome.request_id,
        error = outcome.error.as_deref(),
        code = outcome.code,
        duration_ms = milliseconds(began.elapsed()),
        "{}",
        if result.is_ok() { "answered" } else { "failed" },
    );
}

#[cfg(not(feature = "tracing"))]
pub(super) fn attempt(_: u32, _: Instant, _: Result<&Received, &Error>) {}

/// Tells of a wait before the next attempt.
#[cfg(feature = "tracing")]
pub(super) fn wait(wait: Duration) {
    tracing::info!(target: TARGET, wait_ms = milliseconds(wait), "waits for another attempt");
}

#[cfg(not(feature = "tracing"))]
pub(super) fn wait(_: Duration) {}

/// What may be told of a result.
#[cfg(feature = "tracing")]
struct Outcome<'a> {
    status: Option<u16>,
    request_id: Option<&'a str>,
    error: Option<String>,
    code: Option<&'a str>,
}

#[cfg(feature = "tracing")]
impl<'a> Outcome<'a> {
    fn of(result: Result<&'a Received, &'a Error>) -> Self {
        match result {
            Ok(received) => Self {
                status: Some(received.answer.status),
                request_id: received.envelope.request_id.as_deref().filter(is_word),
                error: None,
                code: None,
            },
            Err(error) => Self {
                status: error.status(),
                request_id: error.request_id().filter(is_word),
                error: Some(format!("{:?}", error.kind())),
                // A code that the spec doesn't know could be any text of the service.
                code: error.info().map(|info| info.code),
            },
        }
    }
}

/// Identifiers of requests are letters, digits and hyphens.
#[cfg(feature = "tracing")]
fn is_word(text: &&str) -> bool {
    text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(feature = "tracing")]
fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The crate that people know.
#[cfg(feature = "tracing")]
const TARGET: &str = "sae";
