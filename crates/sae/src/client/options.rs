//! The options of one call.

use std::borrow::Cow;
use std::time::Duration;

use sae_transport::client::{OnRetry, RetryPolicy, Settings};

/// The options of one call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(crate) timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) attempts: Option<u32>,
    pub(crate) wait_while_busy: Option<Duration>,
    pub(crate) answer_memory: Option<usize>,
    pub(crate) on_retry: Option<OnRetry>,
    pub(crate) endpoint: Option<String>,
    pub(crate) region: Option<String>,
}

impl Options {
    /// The settings of the client with these options on top.
    pub(crate) fn over<'s>(&self, common: &'s Settings) -> Cow<'s, Settings> {
        let Self {
            timeout,
            attempt_timeout,
            retry,
            attempts,
            wait_while_busy,
            answer_memory,
            on_retry,
            endpoint: _,
            region,
        } = self;
        let is_plain = timeout.or(*attempt_timeout).or(*wait_while_busy).is_none() && answer_memory.is_none();
        if is_plain && retry.is_none() && attempts.is_none() && on_retry.is_none() && region.is_none() {
            return Cow::Borrowed(common);
        }
        let mut settings = common.clone();
        settings.timeout = timeout.unwrap_or(settings.timeout);
        settings.attempt_timeout = attempt_timeout.unwrap_or(settings.attempt_timeout);
        settings.retry = retry.clone().unwrap_or(settings.retry);
        settings.retry.max_attempts = attempts.unwrap_or(settings.retry.max_attempts);
        settings.wait_while_busy = wait_while_busy.or(settings.wait_while_busy);
        settings.answer_memory = answer_memory.or(settings.answer_memory);
        settings.on_retry = on_retry.clone().or(settings.on_retry);
        settings.region = region.clone().or(settings.region);
        Cow::Owned(settings)
    }
}
