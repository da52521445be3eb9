//! Waits for the service, explained on standard error: what failed, what happens next, and when the program gives up.
//!
//! Whoever waits for something says so here; a line is printed once nothing has been said for two seconds. On a terminal it is a
//! living line, or two where it is narrow.

use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use console::{Term, measure_text_width, truncate_str};
use indicatif::{ProgressBar, ProgressStyle};
use sae::RetryEvent;

use sae::transport::{Exchange, ExchangeFuture, Http, HttpRequest};

use crate::output::columns::escape_and_redact;
use crate::output::status::{LiveLine, status};

/// Runs a future to its end, and explains its waits.
pub async fn explained(mut work: Pin<&mut dyn Future<Output = ()>>) {
    loop {
        tokio::select! {
            biased;
            () = &mut work => break,
            () = tokio::time::sleep(TICK) => state().tick(),
        }
    }
    state().living = None;
}

/// Why the program waits.
#[derive(Clone, Debug)]
pub struct Reason {
    /// What failed.
    pub what: String,
    /// What happens next.
    pub next: &'static str,
    /// How long until then, if that is known.
    pub wait: Option<Duration>,
    /// How long the program goes on.
    pub left: Duration,
}

/// Says why a command waits, until [`over`] or until another reason is given. It may take many calls, whose own troubles are not told
/// meanwhile.
pub fn because(reason: Reason) {
    state().because(reason);
}

/// What was waited for is there.
pub fn over() {
    let mut state = state();
    state.reason = None;
    state.answered();
}

/// Says that a call is tried again.
pub fn retries(event: &RetryEvent<'_>) {
    let next = match event.attempts_left {
        Some(1) => "tries once more",
        _ => "tries again",
    };
    let (wait, left) = (Some(event.wait), event.time_left);
    let retry = Due::new(Reason { what: event.error.to_string(), next, wait, left });
    state().retry = Some(retry);
    state().troubled();
}

/// HTTP that tells of answers that don't come.
#[derive(Debug)]
pub struct Explained {
    http: Http,
    /// How long an attempt may take.
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

/// An attempt that waits for its answer.
struct Call {
    number: u64,
}

impl Call {
    fn begin(request: &HttpRequest, limit: Duration) -> Self {
        let action = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-acs-action"));
        // What asks for credentials has no operation.
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

/// Also for a call that nobody waits for any more.
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

/// What there is to say.
struct Words {
    /// What stays the same of it from one line to the next.
    key: String,
    /// What failed.
    what: String,
    /// What happens next, and when.
    next: String,
}

impl Words {
    fn line(&self) -> String {
        escape_and_redact(&format!("{}; {}", self.what, self.next))
    }

    /// On a terminal, what happens next has a line of its own where both don't fit into one.
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

/// A reason with its times.
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

    fn words(&self) -> Words {
        let at = self.at.map(|at| format!(" in {}", seconds(at))).unwrap_or_default();
        let next = format!("{}{at}, gives up in {}", self.next, seconds(self.end));
        Words { key: self.what.clone(), what: self.what.clone(), next }
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
    troubled_since: Option<Instant>,
    said: Option<(Instant, String)>,
    living: Option<LiveLine>,
}

impl State {
    fn because(&mut self, reason: Reason) {
        self.reason = Some(Due::new(reason));
        self.troubled();
    }

    fn troubled(&mut self) {
        self.troubled_since.get_or_insert_with(Instant::now);
        let due = self.reason.as_ref().or(self.retry.as_ref());
        let waits = due.and_then(|due| due.at).is_some_and(|at| at > Instant::now() + QUIET);
        // A long wait is told when it begins.
        if waits && self.said.is_none() {
            self.say();
        }
    }

    fn answered(&mut self) {
        self.retry = None;
        if self.reason.is_none() {
            self.troubled_since = None;
            self.said = None;
            self.living = None;
        }
    }

    fn tick(&mut self) {
        let open = self.open.iter().map(|open| open.began).min();
        let Some(since) = [self.troubled_since, open].into_iter().flatten().min() else { return };
        if since.elapsed() >= QUIET {
            self.say();
        }
    }

    /// On a terminal the line lives; elsewhere one that says the same comes seldom.
    fn say(&mut self) {
        let Some(words) = self.words() else { return };
        if let Some(living) = &self.living {
            words.show(living.bar());
            return;
        }
        let seldom = |said: &String| if *said == words.key { SELDOM } else { QUIET };
        if self.said.as_ref().is_some_and(|(at, said)| at.elapsed() < seldom(said)) {
            return;
        }
        self.said = Some((Instant::now(), words.key.clone()));
        self.living = LiveLine::begin();
        match &self.living {
            Some(living) => {
                words.show(living.bar());
                living.bar().enable_steady_tick(TICK);
            }
            None => status!("{}", words.line()),
        }
    }

    /// What there is to say now.
    fn words(&self) -> Option<Words> {
        if let Some(due) = self.reason.as_ref() {
            return Some(due.words());
        }
        let open = self.open.iter().min_by_key(|open| open.began);
        if let Some(open) = open.filter(|open| self.retry.is_none() || open.began.elapsed() >= QUIET) {
            let end = open.began + open.limit;
            let waited = open.began.elapsed().as_secs();
            let what = format!("{}: no answer for {waited} s", open.name);
            let next = format!("this attempt ends in {}", seconds(end));
            return Some(Words { key: open.name.clone(), what, next });
        }
        // One whose time is over was the last attempt of a call that somebody else waits for.
        let retry = self.retry.as_ref().filter(|due| due.at.is_none_or(|at| at + QUIET > Instant::now()));
        retry.map(Due::words)
    }
}

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn look(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

/// Whole seconds until then.
fn seconds(at: Instant) -> String {
    let left = at.saturating_duration_since(Instant::now());
    format!("{} s", left.as_millis().div_ceil(1000))
}

static STATE: Mutex<State> = Mutex::new(State {
    calls: 0,
    open: Vec::new(),
    reason: None,
    retry: None,
    troubled_since: None,
    said: None,
    living: None,
});
const TICK: Duration = Duration::from_millis(200);
/// What stands before the words of a living line.
const SPINNER: usize = 2;
/// The longest silence.
const QUIET: Duration = Duration::from_millis(1800);
/// How soon the same is said again where lines stay.
const SELDOM: Duration = Duration::from_secs(10);
