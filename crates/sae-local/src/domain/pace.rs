//! How long things take.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::domain::Millis;
use crate::domain::time::millis;

/// How long the local service takes over what takes time in the cloud.
///
/// ```
/// use std::time::Duration;
/// use sae_local::Pace;
///
/// let pace = Pace::instant().start(Duration::from_millis(50));
/// assert_ne!(pace, Pace::instant());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pace {
    pub(crate) prepare: Millis,
    pub(crate) start: Millis,
    pub(crate) stop: Millis,
    pub(crate) bind: Millis,
    pub(crate) patience: Millis,
    pub(crate) batch_wait: Option<Millis>,
}

impl Pace {
    /// Everything at once: a change order is over when the call that starts it is answered, unless it waits for a
    /// confirmation. The time between two batches is skipped.
    pub const fn instant() -> Self {
        Self { prepare: 0, start: 0, stop: 0, bind: 0, patience: 0, batch_wait: Some(0) }
    }

    /// Fast, with every state there to be seen: an instance starts in 0.2 s and stops in 0.1 s. The default.
    pub const fn brisk() -> Self {
        Self { prepare: 20, start: 200, stop: 100, bind: 150, patience: 1_000, batch_wait: None }
    }

    /// For the eye: an instance starts in 2 s and stops in 1 s.
    pub const fn watchable() -> Self {
        Self { prepare: 400, start: 2_000, stop: 1_000, bind: 1_500, patience: 5_000, batch_wait: None }
    }

    /// As in the cloud, for a clock that a test drives: an instance starts in 30 s and stops in 10 s, and a batch waits
    /// for 10 minutes before it fails.
    pub const fn cloud() -> Self {
        Self {
            prepare: 5_000,
            start: 30_000,
            stop: 10_000,
            bind: 20_000,
            patience: 10 * 60_000,
            batch_wait: None,
        }
    }

    /// How long a change order prepares before its first batch starts.
    #[must_use]
    pub fn prepare(self, time: Duration) -> Self {
        Self { prepare: millis(time), ..self }
    }

    /// How long an instance takes to start.
    #[must_use]
    pub fn start(self, time: Duration) -> Self {
        Self { start: millis(time), ..self }
    }

    /// How long an instance takes to stop.
    #[must_use]
    pub fn stop(self, time: Duration) -> Self {
        Self { stop: millis(time), ..self }
    }

    /// How long it takes to bind or unbind a load balancer.
    #[must_use]
    pub fn bind(self, time: Duration) -> Self {
        Self { bind: millis(time), ..self }
    }

    /// How long a batch waits for instances that don't become ready, from when they should have been; then its change
    /// order fails.
    #[must_use]
    pub fn patience(self, time: Duration) -> Self {
        Self { patience: millis(time), ..self }
    }

    /// How long to wait between two batches, whatever the deployment asks for.
    #[must_use]
    pub fn batch_wait(self, time: Duration) -> Self {
        Self { batch_wait: Some(millis(time)), ..self }
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self::brisk()
    }
}

/// By name: `instant`, `brisk`, `watchable` or `cloud`.
impl FromStr for Pace {
    type Err = UnknownPace;

    fn from_str(name: &str) -> Result<Self, UnknownPace> {
        match name {
            "instant" => Ok(Self::instant()),
            "brisk" => Ok(Self::brisk()),
            "watchable" => Ok(Self::watchable()),
            "cloud" => Ok(Self::cloud()),
            _ => Err(UnknownPace),
        }
    }
}

/// There is no pace of this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownPace;

impl fmt::Display for UnknownPace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pace is instant, brisk, watchable or cloud")
    }
}

impl std::error::Error for UnknownPace {}
