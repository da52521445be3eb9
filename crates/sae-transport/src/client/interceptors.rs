//! Calls the interceptors of a client, in their order.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::call::{Call, Received};
use super::interceptor::{ExtraHeaders, Interceptor, InterceptorContext, InterceptorOutcome};
use crate::{Error, Pair};

/// The interceptors of a client.
#[derive(Clone, Debug, Default)]
pub(super) struct Interceptors(pub(super) Arc<[Arc<dyn Interceptor>]>);

impl Interceptors {
    pub(super) fn before_call(&self, call: Call<'_>) {
        for interceptor in self.0.iter() {
            interceptor.before_call(&context(call, 0, Duration::ZERO));
        }
    }

    /// The headers that they add to an attempt.
    pub(super) fn headers(
        &self,
        call: Call<'_>,
        attempt: u32,
        began: Instant,
    ) -> Result<Vec<Pair<'static>>, Error> {
        let mut headers = ExtraHeaders::default();
        for interceptor in self.0.iter() {
            interceptor.before_signing(&context(call, attempt, began.elapsed()), &mut headers)?;
        }
        Ok(headers.into_pairs())
    }

    pub(super) fn after_attempt(
        &self,
        call: Call<'_>,
        attempt: u32,
        began: Instant,
        result: Result<&Received, &Error>,
    ) {
        for interceptor in self.0.iter() {
            interceptor.after_attempt(&context(call, attempt, began.elapsed()), &outcome(result));
        }
    }

    pub(super) fn after_call(
        &self,
        call: Call<'_>,
        attempts: u32,
        began: Option<Instant>,
        result: Result<&Received, &Error>,
    ) {
        for interceptor in self.0.iter() {
            let elapsed = began.map(|began| began.elapsed()).unwrap_or_default();
            interceptor.after_call(&context(call, attempts, elapsed), &outcome(result));
        }
    }
}

fn context(call: Call<'_>, attempt: u32, elapsed: Duration) -> InterceptorContext<'_> {
    let description = call.description;
    InterceptorContext {
        operation: description.name,
        product: description.service.product,
        effect: description.effect,
        method: description.method,
        endpoint: call.endpoint,
        attempt,
        elapsed,
    }
}

fn outcome<'a>(result: Result<&'a Received, &'a Error>) -> InterceptorOutcome<'a> {
    InterceptorOutcome::of(result.map(|received| (&received.answer, received.envelope.request_id.as_deref())))
}
