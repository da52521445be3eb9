//! Keeps credentials while they are valid, and refreshes them before they expire.

use std::fmt;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use sae_transport::client::jittered;
use sae_transport::{Error, ErrorKind};
use tokio::sync::MutexGuard as Turn;

use super::unavailable;
use super::{Clock, Credentials, CredentialsFuture, ProvideCredentials};

/// Credentials of a source that is asked as rarely as possible.
///
/// - Credentials are kept, and refreshed before they expire: a quarter of their lifetime or a quarter of an hour before, whichever is
///   less. Each process picks its own moment, so that a fleet doesn't ask at once.
/// - Only one of the callers asks the source. The others use the credentials that there are; if those aren't valid, they wait and share
///   the answer or the error.
/// - If the source fails while the credentials are still valid, they are used further, and the source is asked again ten seconds later.
///   Expired credentials are never returned.
/// - Credentials without an expiration are refreshed after a quarter of an hour.
pub struct Refreshing {
    source: Box<dyn ProvideCredentials>,
    clock: Clock,
    state: Mutex<State>,
    /// Held by the one caller that asks the source.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    /// Number of answers of the source.
    answers: u64,
    /// The last answer, if it was an error.
    failure: Option<(ErrorKind, String)>,
}

struct Held {
    credentials: Credentials,
    /// From this time on one caller asks the source.
    aging: SystemTime,
    /// From this time on all callers wait for the answer.
    urgent: Option<SystemTime>,
}

enum Look {
    /// The credentials are valid for long enough.
    Fresh(Credentials),
    /// The credentials are valid, and one caller refreshes them.
    Aging(Credentials),
    /// There are no credentials, or they expire soon.
    Due,
}

impl Refreshing {
    /// Keeps and refreshes the credentials of this source.
    pub fn new(source: impl ProvideCredentials + 'static) -> Self {
        Self::with_clock(source, Clock::system())
    }

    /// The same with another clock.
    pub fn with_clock(source: impl ProvideCredentials + 'static, clock: Clock) -> Self {
        let (state, turn) = (Mutex::default(), tokio::sync::Mutex::new(()));
        Self { source: Box::new(source), clock, state, turn }
    }

    async fn current(&self) -> Result<Credentials, Error> {
        let (answers, turn) = match self.look() {
            Ok(credentials) => return Ok(credentials),
            Err(waiting) => waiting,
        };
        // Dropped with this future when its caller gives up; the next one then asks.
        let _turn = match turn {
            Some(turn) => turn,
            None => self.turn.lock().await,
        };
        if let Some(shared) = self.answered_since(answers) {
            return shared;
        }
        let answer = self.source.credentials().await;
        self.keep(answer)
    }

    /// The credentials if they are valid for long enough; otherwise the number of answers, and the lock if no other caller has it.
    fn look(&self) -> Result<Credentials, (u64, Option<Turn<'_, ()>>)> {
        let state = self.state();
        match state.look(self.clock.now()) {
            Look::Fresh(credentials) => Ok(credentials),
            Look::Aging(credentials) => match self.turn.try_lock() {
                Ok(turn) => Err((state.answers, Some(turn))),
                Err(_) => Ok(credentials),
            },
            Look::Due => Err((state.answers, None)),
        }
    }

    /// What another caller received while this one waited for the lock.
    fn answered_since(&self, answers: u64) -> Option<Result<Credentials, Error>> {
        let state = self.state();
        if state.answers == answers {
            return None;
        }
        match (state.valid(self.clock.now()), &state.failure) {
            (Some(credentials), _) => Some(Ok(credentials)),
            (None, Some((kind, message))) => Some(Err(Error::new(*kind, message.as_str()))),
            (None, None) => None,
        }
    }

    fn keep(&self, answer: Result<Credentials, Error>) -> Result<Credentials, Error> {
        let now = self.clock.now();
        let expired = |credentials: &Credentials| credentials.expiration().is_some_and(|end| end <= now);
        let answer = match answer {
            Ok(credentials) if expired(&credentials) => Err(unavailable(
                "the credentials that came have expired already; check the clock of this machine",
            )),
            other => other,
        };
        let mut state = self.state();
        state.answers = state.answers.wrapping_add(1);
        match answer {
            Ok(credentials) => {
                state.failure = None;
                state.held = Some(Held::since(now, credentials.clone()));
                Ok(credentials)
            }
            Err(error) => {
                state.failure = Some((error.kind(), error.message().to_owned()));
                let kept = state.valid(now).ok_or(error)?;
                if let Some(held) = &mut state.held {
                    held.aging = after(now, PAUSE);
                }
                Ok(kept)
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that holds the lock can panic half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn valid(&self, now: SystemTime) -> Option<Credentials> {
        let held = self.held.as_ref()?;
        let valid = held.credentials.expiration().is_none_or(|end| now < end);
        valid.then(|| held.credentials.clone())
    }

    fn look(&self, now: SystemTime) -> Look {
        let (Some(held), Some(credentials)) = (&self.held, self.valid(now)) else { return Look::Due };
        if now < held.aging {
            Look::Fresh(credentials)
        } else if held.urgent.is_some_and(|urgent| urgent <= now) {
            Look::Due
        } else {
            Look::Aging(credentials)
        }
    }
}

impl Held {
    fn since(now: SystemTime, credentials: Credentials) -> Self {
        let Some(end) = credentials.expiration() else {
            return Self { credentials, aging: after(now, AHEAD), urgent: None };
        };
        let life = end.duration_since(now).unwrap_or_default();
        let before_end = |ahead: Duration| end.checked_sub(ahead).unwrap_or(now);
        let aging = before_end(jittered(AHEAD.min(life / 4), A_FIFTH));
        let urgent = before_end(LAST.min(life / 10));
        Self { credentials, aging, urgent: Some(urgent) }
    }
}

impl ProvideCredentials for Refreshing {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(self.current())
    }
}

impl fmt::Debug for Refreshing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refreshing").field("source", &self.source).finish_non_exhaustive()
    }
}

fn after(now: SystemTime, duration: Duration) -> SystemTime {
    now.checked_add(jittered(duration, A_FIFTH)).unwrap_or(now)
}

/// A time varies by a fifth.
const A_FIFTH: Range<f64> = 0.8..1.2;
/// As the Python and Java SDKs do.
const AHEAD: Duration = Duration::from_secs(15 * 60);
/// A request that is sent later may arrive after they expire.
const LAST: Duration = Duration::from_secs(60);
/// After a failure, while the credentials are still valid.
const PAUSE: Duration = Duration::from_secs(10);
