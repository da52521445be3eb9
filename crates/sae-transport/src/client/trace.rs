//! What a call tells `tracing`, with the feature of that name; without it nothing, at no cost.
//!
//! A span `call` for each call, in it a span `attempt` for each attempt, with the names of OpenTelemetry's conventions for HTTP clients,
//! and an event for each wait before another. They say what was called, how it went and how long it took, and never a query, a header's
//! value or a body. The service's message isn't told either: it quotes parameters.

use std::time::Duration;

use super::{Call, Received};
use crate::{Error, RequestParts};

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
        otel.name = description.name,
        otel.status_code = Empty,
        operation = description.name,
        product = description.service.product,
        region = call.settings.region.as_deref(),
        http.response.status_code = Empty,
        request_id = Empty,
        "error.type" = Empty,
    );
    if span.is_disabled() {
        return work.await;
    }
    let result = work.instrument(span.clone()).await;
    record(&span, result.as_ref());
    result
}

#[cfg(not(feature = "tracing"))]
pub(super) async fn call(
    _: Call<'_>,
    work: impl Future<Output = Result<Received, Error>>,
) -> Result<Received, Error> {
    work.await
}

/// Follows an attempt.
#[cfg(feature = "tracing")]
pub(super) async fn attempt<A>(
    call: Call<'_>,
    parts: &RequestParts<'_>,
    number: u32,
    work: impl Future<Output = Result<Received, (Error, A)>>,
) -> Result<Received, (Error, A)> {
    use tracing::Instrument as _;
    use tracing::field::Empty;

    let (description, endpoint) = (call.description, call.endpoint);
    let span = tracing::info_span!(
        target: TARGET,
        "attempt",
        otel.name = display(format_args!("{} {}", description.method.as_str(), description.path)),
        otel.kind = "client",
        otel.status_code = Empty,
        http.request.method = description.method.as_str(),
        http.request.resend_count = number.checked_sub(1).filter(|resent| *resent > 0),
        url.full = display(format_args!("{endpoint}{}", parts.path)),
        url.template = description.path,
        server.address = endpoint.name(),
        server.port = endpoint.port(),
        http.response.status_code = Empty,
        request_id = Empty,
        "error.type" = Empty,
    );
    if span.is_disabled() {
        return work.await;
    }
    let result = work.instrument(span.clone()).await;
    record(&span, result.as_ref().map_err(|(error, _)| error));
    result
}

#[cfg(not(feature = "tracing"))]
pub(super) async fn attempt<A>(
    _: Call<'_>,
    _: &RequestParts<'_>,
    _: u32,
    work: impl Future<Output = Result<Received, (Error, A)>>,
) -> Result<Received, (Error, A)> {
    work.await
}

/// Tells of a wait before the next attempt.
#[cfg(feature = "tracing")]
pub(super) fn wait(wait: Duration) {
    tracing::info!(target: TARGET, wait_ms = milliseconds(wait), "waits for another attempt");
}

#[cfg(not(feature = "tracing"))]
pub(super) fn wait(_: Duration) {}

/// Tells how it went.
#[cfg(feature = "tracing")]
fn record(span: &tracing::Span, result: Result<&Received, &Error>) {
    let (status, request_id) = match result {
        Ok(received) => (Some(received.answer.status), received.envelope.request_id.as_deref()),
        Err(error) => (error.status(), error.request_id()),
    };
    span.record("http.response.status_code", status);
    span.record("request_id", request_id.filter(is_word));
    if let Err(error) = result {
        span.record("error.type", tracing::field::display(error.error_type()));
        span.record("otel.status_code", "ERROR");
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
