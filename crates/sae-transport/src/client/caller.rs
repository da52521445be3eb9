//! One call: attempts, deadlines, and what is made of their answers.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::call::{Call, Received, Settings};
use super::exchange::{AttemptMark, Exchange, ExchangeError};
use super::interceptor::Interceptor;
use super::interceptors::Interceptors;
use super::retry::{self, Accepted, Spent, Throttled};
use super::retry_on::Repeat;
use super::signing::{self, SigningContext};
use super::{Endpoint, RetryEvent, retry_after, signed_request, timer, trace};
use crate::{
    Answer, DecodeError, Description, DynFields, Envelope, Error, ErrorKind, RequestParts, RetryStop,
};

/// Sends requests through an [`Exchange`]. Clones share the retry budget and what has been learned of the service's clock.
#[derive(Clone, Debug)]
pub struct Caller {
    exchange: Arc<dyn Exchange>,
    interceptors: Interceptors,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    spent: Spent,
    /// How many calls wait because the service throttles.
    throttled: AtomicU32,
    /// How far the service's clock is ahead of ours, in seconds.
    clock_ahead: AtomicI64,
}

impl Caller {
    /// A caller with a fresh retry budget.
    pub fn new(exchange: Arc<dyn Exchange>) -> Self {
        Self { exchange, interceptors: Interceptors::default(), shared: Arc::default() }
    }

    /// Calls these interceptors, in this order.
    #[must_use]
    pub fn with_interceptors(mut self, interceptors: Vec<Arc<dyn Interceptor>>) -> Self {
        self.interceptors = Interceptors(interceptors.into());
        self
    }

    /// What sends the requests.
    pub fn exchange(&self) -> &dyn Exchange {
        &*self.exchange
    }

    /// Sends a request and fills an output from its answer.
    pub async fn call(&self, call: Call<'_>, output: &mut dyn DynFields) -> Result<Received, Error> {
        // Pinned here, since the future of a call is large and every move copies it.
        trace::call(call, pin!(self.run(call, output))).await
    }

    async fn run(&self, call: Call<'_>, output: &mut dyn DynFields) -> Result<Received, Error> {
        let mut past = Past::default();
        self.interceptors.before_call(call);
        let result = self.while_busy(call, &mut past, output).await;
        self.interceptors.after_call(call, past.attempts, past.began, result.as_ref());
        result
    }

    /// Calls again while the service is busy, if that is asked for.
    async fn while_busy(
        &self,
        call: Call<'_>,
        past: &mut Past,
        output: &mut dyn DynFields,
    ) -> Result<Received, Error> {
        let parts = RequestParts::of(call.description, call.request)?;
        let until = call.settings.wait_while_busy.map(|limit| later(Instant::now(), limit));
        let mut refusals = 0;
        loop {
            let error = match self.attempts(call, &parts, past, output).await {
                // Busy is a refusal: nothing was accepted, whatever the operation does.
                Err(error) if error.is_busy() => error,
                ended => return ended,
            };
            let Some(until) = until else { return Err(error) };
            let left = until.saturating_duration_since(Instant::now());
            let name = call.description.name;
            if self.exchange.is_time_over(&format!("busy {name}"), left.is_zero()) {
                let elapsed = past.began.map(|began| began.elapsed()).unwrap_or_default();
                return Err(error.with_attempts(past.attempts, elapsed, RetryStop::Deadline));
            }
            let wait = retry::busy_wait(refusals).min(left);
            tell(
                call.settings,
                &RetryEvent {
                    operation: name,
                    attempt: past.attempts,
                    error: &error,
                    wait,
                    time_left: left,
                    attempts_left: None,
                },
            );
            past.failure = Some(error);
            timer::sleep(wait)?.await;
            refusals += 1;
        }
    }

    /// One call with its attempts, until it is answered or there is nothing more to try.
    async fn attempts(
        &self,
        call: Call<'_>,
        parts: &RequestParts<'_>,
        past: &mut Past,
        output: &mut dyn DynFields,
    ) -> Result<Received, Error> {
        let max_attempts = call.settings.retry.max_attempts.max(1);
        let now = Instant::now();
        let deadline = later(now, call.settings.timeouts.call);
        let call_began = *past.began.get_or_insert(now);
        let mut attempt = 0;
        let mut clock_corrected = false;
        loop {
            let ahead = self.shared.clock_ahead.load(Ordering::Relaxed);
            let began = Instant::now();
            past.attempts += 1;
            let turn = Turn { number: past.attempts, began, deadline, clock_ahead: ahead };
            let result =
                trace::attempt(call, parts, turn.number, pin!(self.attempt(call, parts, turn, output))).await;
            let told = result.as_ref().map_err(|(error, _)| error);
            self.interceptors.after_attempt(call, turn.number, began, told);
            let (error, accepted) = match result {
                Ok(received) => {
                    self.shared.spent.refill();
                    return Ok(received);
                }
                Err((error, accepted)) => (error.with_operation(call.description.name), accepted),
            };
            let now = Instant::now();
            let time_left = deadline.saturating_duration_since(now);
            let next = if error.is_final() {
                Err(RetryStop::NotRetryable)
            } else if !clock_corrected && self.learn_clock(&error, ahead) {
                clock_corrected = true;
                Ok((Duration::ZERO, None))
            } else {
                attempt += 1;
                retry::repeat(&call.settings.retry, call.description.effect, &error, accepted)
                    .and_then(|repeat| self.wait(call, repeat, &error, attempt, time_left))
            };
            let (wait, throttled) = match next {
                Ok(next) => next,
                Err(stop) => {
                    let error = match error.kind() {
                        ErrorKind::Timeout => error.after(past.failure.take()),
                        _ => error,
                    };
                    let error = error.with_attempts(past.attempts, call_began.elapsed(), stop);
                    let is_unknown = stop == RetryStop::MayBeAccepted;
                    return Err(if is_unknown { error.into_outcome_unknown() } else { error });
                }
            };
            tell(
                call.settings,
                &RetryEvent {
                    operation: call.description.name,
                    attempt: past.attempts,
                    error: &error,
                    wait,
                    time_left,
                    attempts_left: Some(max_attempts - attempt),
                },
            );
            // A time-out tells less than what came before it.
            past.failure = Some(match error.kind() {
                ErrorKind::Timeout => error.after(past.failure.take()),
                _ => error,
            });
            if !wait.is_zero() {
                timer::sleep(wait)?.await;
            }
            drop(throttled);
        }
    }

    /// How long to wait after so many failed attempts, or why there is no other.
    fn wait(
        &self,
        call: Call<'_>,
        repeat: Repeat,
        error: &Error,
        attempts: u32,
        time_left: Duration,
    ) -> Result<(Duration, Option<Throttled<'_>>), RetryStop> {
        let policy = &call.settings.retry;
        if attempts >= policy.max_attempts.max(1) {
            return Err(RetryStop::AttemptsUsedUp);
        }
        let (throttled, others) = match repeat {
            Repeat::Passing => (None, 0),
            Repeat::Throttled => {
                let (throttled, others) = Throttled::join(&self.shared.throttled);
                (Some(throttled), others)
            }
        };
        let wait = retry::wait(policy, repeat, error, attempts - 1, others);
        if self.exchange.is_time_over(&format!("call {}", call.description.name), wait >= time_left) {
            return Err(RetryStop::Deadline);
        }
        if repeat == Repeat::Passing && !self.shared.spent.take(policy.budget) {
            return Err(RetryStop::BudgetSpent);
        }
        Ok((wait, throttled))
    }

    async fn attempt(
        &self,
        call: Call<'_>,
        parts: &RequestParts<'_>,
        turn: Turn,
        output: &mut dyn DynFields,
    ) -> Result<Received, (Error, Accepted)> {
        let Turn { number, began, deadline, clock_ahead } = turn;
        let refused = |error: Error| (error, Accepted::No);
        let left = |now| deadline.saturating_duration_since(now).min(call.settings.timeouts.attempt);
        let asked = left(began);
        let given = timer::timeout_at(began + asked, call.credentials.credentials()).map_err(refused)?;
        let given = given.await.unwrap_or_else(|_| {
            let message = format!("no credentials within {}", words(asked));
            Err(Error::new(ErrorKind::Timeout, message))
        });
        let credentials = given.map_err(refused)?;
        let now = Instant::now();
        let left = left(now);
        if left.is_zero() {
            return Err(refused(Error::new(
                ErrorKind::Timeout,
                "the time for the call was over before it was sent",
            )));
        }
        let mark = AttemptMark { time: signing::service_time(clock_ahead), nonce: signing::nonce() };
        let mark = self.exchange.attempt_mark(call.description.name, mark);
        let mut context = SigningContext::new(mark.time, mark.nonce);
        context.scheme = call.settings.scheme;
        context.format = call.settings.format;
        context.region = call.settings.region.as_deref();
        let added = self.interceptors.headers(call, number, began);
        context.headers = added.map_err(|error| refused(error.into_final()))?;
        let mut request =
            signed_request(call.description, parts, call.endpoint, &credentials, context).map_err(refused)?;
        request.http.headers.push(call.settings.user_agent.header());

        // An earlier attempt may have filled a part of it.
        output.clear();
        let answer = timer::timeout_at(now + left, self.exchange.exchange(request.http)).map_err(refused)?;
        let answer = match answer.await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => return Err(classified(unanswered(error, call.endpoint))),
            Err(_) => {
                let message = format!("no answer within {}", words(left));
                return Err(classified(Error::new(ErrorKind::Timeout, message)));
            }
        };
        let hide = |text: &str| request.text.hidden_in(text, &credentials.for_signer());
        read(call, answer, output, &hide)
            .map_err(|error| classified(error.with_explanation(&request.text, &credentials.for_signer())))
    }

    /// After a refusal for its date, takes over the service's clock. Says whether another attempt can do better than the one that was
    /// made with the clock so far ahead.
    fn learn_clock(&self, error: &Error, ahead: i64) -> bool {
        let expired = error.code().is_some_and(|code| EXPIRED.contains(&code.as_str()));
        let date = error.answer().and_then(|answer| answer.header("date"));
        let Some(learned) = date.filter(|_| expired).and_then(signing::clock_difference) else {
            return false;
        };
        self.shared.clock_ahead.store(learned, Ordering::Relaxed);
        learned.abs_diff(ahead) > SAME_CLOCK
    }
}

/// An attempt that is made.
#[derive(Clone, Copy, Debug)]
struct Turn {
    /// Counted from one over the whole call.
    number: u32,
    began: Instant,
    /// When the call must end.
    deadline: Instant,
    clock_ahead: i64,
}

/// What a call has behind it.
#[derive(Debug, Default)]
struct Past {
    attempts: u32,
    /// When the first attempt began.
    began: Option<Instant>,
    /// How the last attempt failed.
    failure: Option<Error>,
}

/// Two readings of the same clock may be this many seconds apart.
const SAME_CLOCK: u64 = 2;
/// For a limit too long to be added to the clock.
const FOREVER: Duration = Duration::from_secs(24 * 365 * 60 * 60);
/// Codes with which the gateway refuses a date that is too far from its own.
const EXPIRED: [&str; 2] = ["InvalidTimeStamp.Expired", "IllegalTimestamp"];

fn later(now: Instant, limit: Duration) -> Instant {
    now.checked_add(limit).unwrap_or_else(|| now + FOREVER)
}

fn classified(error: Error) -> (Error, Accepted) {
    let accepted = Accepted::of(&error);
    (error, accepted)
}

fn unanswered(error: ExchangeError, endpoint: &Endpoint) -> Error {
    let (error, partial) = match error {
        ExchangeError::Unsendable(source) => (
            Error::new(ErrorKind::Config, format!("the request can't be sent to {endpoint}"))
                .with_source(source),
            None,
        ),
        ExchangeError::Unexpected(why) => (Error::new(ErrorKind::Request, why), None),
        ExchangeError::NotSent(source) => {
            let message = format!("no connection to {endpoint}: nothing was sent");
            (Error::new(ErrorKind::Connect, message).with_source(source), None)
        }
        ExchangeError::Broken { source, partial } => {
            let message = format!("the connection to {endpoint} broke before the answer was whole");
            (Error::new(ErrorKind::Transport, message).with_source(source), partial)
        }
        redirected @ ExchangeError::Redirected { .. } => {
            (Error::new(ErrorKind::Decode, redirected.to_string()), None)
        }
        ExchangeError::TooLarge { limit, partial } => {
            let message = format!("the answer is larger than the limit of {limit} bytes");
            (Error::new(ErrorKind::Decode, message), Some(partial))
        }
    };
    match partial {
        Some(partial) => error.with_answer(partial),
        None => error,
    }
}

/// Makes of an answer what it is: a success that has been read, or an error.
fn read(
    call: Call<'_>,
    answer: Answer,
    output: &mut dyn DynFields,
    hide: &dyn Fn(&str) -> String,
) -> Result<Received, Error> {
    let description = call.description;
    let mut envelope = Envelope::of(description.envelope);
    let success = answer.is_success();
    let limit = call.settings.answer_memory.unwrap_or_else(|| answer.usual_memory());
    match answer.fill_within(limit, &mut envelope, output) {
        Ok(()) if !success || envelope.is_failure() => {
            envelope.message = envelope.message.as_deref().map(hide);
            Err(refused(description, &envelope, answer))
        }
        Ok(()) => Ok(Received { envelope, answer }),
        // Load balancers answer 502 to 504 with HTML, or with nothing.
        Err(_) if !success => Err(refused(description, &Envelope::default(), answer)),
        Err(unreadable) => Err(unread(unreadable, answer)),
    }
}

/// An answer that is none, or that takes too much memory.
fn unread(unreadable: DecodeError, answer: Answer) -> Error {
    if let Some(limit) = unreadable.memory_limit() {
        let message = format!(
            "what is read from the answer of {} bytes would take more memory than the limit of {limit} bytes; \
             the setting answer_memory raises it",
            answer.body.len()
        );
        return Error::new(ErrorKind::Decode, message).with_source(unreadable).with_answer(answer);
    }
    let message = format!("the answer with HTTP status {} can't be read: {unreadable}", answer.status);
    let error = Error::new(ErrorKind::Decode, message).with_answer(answer);
    if std::error::Error::source(&unreadable).is_some() { error.with_source(unreadable) } else { error }
}

fn refused(description: &'static Description, envelope: &Envelope, answer: Answer) -> Error {
    let asked = retry_after::of(&answer);
    Error::refused(description.service, envelope, answer).with_retry_after(asked)
}

/// A time for people: `0.5 s`, `20 ms`.
fn words(time: Duration) -> String {
    if time < Duration::from_millis(100) {
        format!("{} ms", time.as_micros().div_ceil(1000))
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

fn tell(settings: &Settings, event: &RetryEvent<'_>) {
    trace::wait(event.wait);
    if let Some(on_retry) = &settings.on_retry {
        on_retry.tell(event);
    }
}
