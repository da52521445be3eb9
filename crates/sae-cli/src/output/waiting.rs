//! Explains waits on standard error: what failed, what happens next, and when the program gives up.
//!
//! Waiting code gives its reason here; a line is printed after two seconds of silence. On a terminal it is a live line.

use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use console::{Term, measure_text_width, truncate_str};
use indicatif::{ProgressBar, ProgressStyle};
use sae::RetryEvent;

use sae::transport::{Exchange, ExchangeFuture, Http, HttpRequest};

use crate::output::columns::escape_and_redact;
use crate::output::status::{LiveLine, status};

/// Runs a future and explains its waits.
pub async fn explained(mut work: Pin<&mut dyn Future<Output = ()>>) {
    loop {
        tokio::select! {
            biased;
            () = &mut work => break,
            () = tokio::time::sleep(TICK) => state().tick(),
        }
    }
    state().live = None;
}

/// Why the program waits.
#[derive(Clone, Debug)]
pub struct Reason {
    /// What failed.
    pub what: String,
    /// What happens next.
    pub next: &'static str,
    /// Time until then, if known.
    pub wait: Option<Duration>,
    /// Time until the program gives up.
    pub left: Duration,
}

/// Sets the reason of a wait until [`over`] or until another reason. It may span many calls, whose own problems aren't printed
/// meanwhile.
pub fn because(reason: Reason) {
    state().because(reason);
}

/// Ends a wait.
pub fn over() {
    let mut state = state();
    state.reason = None;
    state.answered();
}

/// Reports that a call is retried.
pub fn retries(event: &RetryEvent<'_>) {
    let next = match event.attempts_left {
        Some(1) => "retries once more",
        _ => "tries again",
    };
    let (wait, left) = (Some(event.wait), event.time_left);
    let retry = Due::new(Reason { what: event.error.to_string(), next, wait, left });
    state().retry = Some(retry);
    state().failing();
}

/// HTTP that reports missing responses.
#[derive(Debug)]
pub struct Explained {
    http: Http,
    /// Time limit of an attempt.
    limit: Duration,
}

impl Explained {
    pub fn new(limit: Duration) -> Self {
        Self { http: Http::new(), limit }
    }
}

impl Exchange for Explained {
    fn exchange(&self, request: HttpRequest) -> ExchangeFuture<'_> {
        let call = Call::begin(&request, self.limit);
        Box::pin(async move {
            let answer = self.http.exchange(request).await;
            if answer.as_ref().is_ok_and(|answer| answer.status < 400) {
                call.answered();
            }
            answer
        })
    }
}

/// An attempt in progress.
struct Call {
    number: u64,
}

impl Call {
    fn begin(request: &HttpRequest, limit: Duration) -> Self {
        let action = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-acs-action"));
        // Requests for credentials have no operation.
        let host = || request.url.split(['/', '?']).nth(2).unwrap_or_default().to_owned();
        let name = action.map_or_else(host, |(_, value)| value.to_string());
        let mut state = state();
        state.calls += 1;
        let number = state.calls;
        state.open.push(Open { number, name, began: Instant::now(), limit });
        Self { number }
    }

    fn answered(&self) {
        let mut state = state();
        state.open.retain(|open| open.number != self.number);
        state.answered();
    }
}

/// Also if the call is cancelled.
impl Drop for Call {
    fn drop(&mut self) {
        state().open.retain(|open| open.number != self.number);
    }
}

#[derive(Debug)]
struct Open {
    number: u64,
    name: String,
    began: Instant,
    limit: Duration,
}

/// What is printed.
struct Message {
    /// What failed.
    what: String,
    /// What happens next, and when.
    next: String,
}

impl Message {
    fn line(&self) -> String {
        escape_and_redact(&format!("{}; {}", self.what, self.next))
    }

    /// On a terminal, the next step gets a line of its own if both don't fit on one.
    fn show(&self, bar: &ProgressBar) {
        let room = usize::from(Term::stderr().size().1).saturating_sub(SPINNER);
        let line = self.line();
        if measure_text_width(&line) <= room {
            bar.set_style(look("{spinner} {wide_msg}"));
            bar.set_message(line);
        } else {
            bar.set_style(look("{spinner} {wide_msg}\n  {prefix}"));
            bar.set_prefix(truncate_str(&escape_and_redact(&self.next), room, "…").into_owned());
            bar.set_message(escape_and_redact(&self.what));
        }
    }
}

/// A reason with absolute times.
#[derive(Debug)]
struct Due {
    what: String,
    next: &'static str,
    at: Option<Instant>,
    end: Instant,
}

impl Due {
    fn new(reason: Reason) -> Self {
        let now = Instant::now();
        let at = reason.wait.map(|wait| now + wait);
        Self { what: reason.what, next: reason.next, at, end: now + reason.left }
    }

    fn message(&self) -> Message {
        let at = self.at.map(|at| format!(" in {}", seconds(at))).unwrap_or_default();
        let next = format!("{}{at}, gives up in {}", self.next, seconds(self.end));
        Message { what: self.what.clone(), next }
    }
}

#[derive(Debug, Default)]
struct State {
    calls: u64,
    open: Vec<Open>,
    /// Why the command waits.
    reason: Option<Due>,
    /// Why a call waits.
    retry: Option<Due>,
    failing_since: Option<Instant>,
    printed: Option<Instant>,
    live: Option<LiveLine>,
}

impl State {
    fn because(&mut self, reason: Reason) {
        self.reason = Some(Due::new(reason));
        self.failing();
    }

    fn failing(&mut self) {
        self.failing_since.get_or_insert_with(Instant::now);
        let due = self.reason.as_ref().or(self.retry.as_ref());
        let waits = due.and_then(|due| due.at).is_some_and(|at| at > Instant::now() + QUIET);
        // A long wait is reported when it starts.
        if waits && self.printed.is_none() {
            self.print();
        }
    }

    fn answered(&mut self) {
        self.retry = None;
        if self.reason.is_none() {
            self.failing_since = None;
            self.printed = None;
            self.live = None;
        }
    }

    fn tick(&mut self) {
        let open = self.open.iter().map(|open| open.began).min();
        let Some(since) = [self.failing_since, open].into_iter().flatten().min() else { return };
        if since.elapsed() >= QUIET {
            self.print();
        }
    }

    /// On a terminal the line is updated; elsewhere it is printed again.
    fn print(&mut self) {
        let Some(message) = self.message() else { return };
        if let Some(live) = &self.live {
            message.show(live.bar());
            return;
        }
        if self.printed.is_some_and(|at| at.elapsed() < QUIET) {
            return;
        }
        self.printed = Some(Instant::now());
        self.live = LiveLine::begin();
        match &self.live {
            Some(live) => {
                message.show(live.bar());
                live.bar().enable_steady_tick(TICK);
            }
            None => status!("{}", message.line()),
        }
    }

    /// The present message.
    fn message(&self) -> Option<Message> {
        if let Some(due) = self.reason.as_ref() {
            return Some(due.message());
        }
        let open = self.open.iter().min_by_key(|open| open.began);
        if let Some(open) = open.filter(|open| self.retry.is_none() || open.began.elapsed() >= QUIET) {
            let end = open.began + open.limit;
            let waited = open.began.elapsed().as_secs();
            let what = format!("{}: no response for {waited} s", open.name);
            let next = format!("this attempt times out in {}", seconds(end));
            return Some(Message { what, next });
        }
        // An expired reason was the last attempt of a call whose error is reported elsewhere.
        let retry = self.retry.as_ref().filter(|due| due.at.is_none_or(|at| at + QUIET > Instant::now()));
        retry.map(Due::message)
    }
}

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn look(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

/// Formats whole seconds until then.
fn seconds(at: Instant) -> String {
    let left = at.saturating_duration_since(Instant::now());
    format!("{} s", left.as_millis().div_ceil(1000))
}

static STATE: Mutex<State> = Mutex::new(State {
    calls: 0,
    open: Vec::new(),
    reason: None,
    retry: None,
    failing_since: None,
    printed: None,
    live: None,
});
const TICK: Duration = Duration::from_millis(200);
/// What stands before the message of a live line.
const SPINNER: usize = 2;
/// Longest time without output.
const QUIET: Duration = Duration::from_millis(1800);
