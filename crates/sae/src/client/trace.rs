//! Spans of what makes several calls, with the feature `tracing`; without it nothing, at no cost.
//!
//! They tell how it ended, and no parameter.

use sae_transport::Error;

/// Follows a deployment, from the search for its token to the answer of the service.
#[cfg(feature = "tracing")]
pub(crate) async fn deploy<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let span = tracing::info_span!(
        target: TARGET,
        "deploy",
        otel.status_code = tracing::field::Empty,
        "error.type" = tracing::field::Empty,
    );
    within(span, work).await
}

#[cfg(not(feature = "tracing"))]
pub(crate) async fn deploy<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    work.await
}

/// Follows the wait for a change order.
#[cfg(feature = "tracing")]
pub(crate) async fn wait<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let span = tracing::info_span!(
        target: TARGET,
        "wait",
        otel.status_code = tracing::field::Empty,
        "error.type" = tracing::field::Empty,
    );
    within(span, work).await
}

#[cfg(not(feature = "tracing"))]
pub(crate) async fn wait<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    work.await
}

#[cfg(feature = "tracing")]
async fn within<T>(span: tracing::Span, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    use tracing::Instrument as _;

    let result = work.instrument(span.clone()).await;
    if let Err(error) = &result {
        span.record("error.type", tracing::field::display(error.error_type()));
        span.record("otel.status_code", "ERROR");
    }
    result
}

#[cfg(feature = "tracing")]
const TARGET: &str = "sae";
