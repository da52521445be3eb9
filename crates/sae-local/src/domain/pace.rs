//! How long operations take.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::domain::Millis;
use crate::domain::time::millis;

/// How long the local service takes for what takes time in the cloud.
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
    /// Everything happens at once: a change order has ended when the call that starts it is answered, unless it waits
    /// for a confirmation. Pauses between batches are skipped.
    pub const fn instant() -> Self {
        Self { prepare: 0, start: 0, stop: 0, bind: 0, patience: 0, batch_wait: Some(0) }
    }

    /// Fast, but every status can be observed: an instance starts in 0.2 s and stops in 0.1 s. This is the default.
    pub const fn brisk() -> Self {
        Self { prepare: 20, start: 200, stop: 100, bind: 150, patience: 1_000, batch_wait: None }
    }

    /// Slow enough for people to watch: an instance starts in 2 s and stops in 1 s.
    pub const fn watchable() -> Self {
        Self { prepare: 400, start: 2_000, stop: 1_000, bind: 1_500, patience: 5_000, batch_wait: None }
    }

    /// As slow as the cloud, for tests that drive the clock: an instance starts in 30 s and stops in 10 s, and a batch
    /// waits 10 minutes for its instances before it fails.
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

    /// Sets how long a change order prepares before its first batch starts.
    #[must_use]
    pub fn prepare(self, time: Duration) -> Self {
        Self { prepare: millis(time), ..self }
    }

    /// Sets how long an instance takes to start.
    #[must_use]
    pub fn start(self, time: Duration) -> Self {
        Self { start: millis(time), ..self }
    }

    /// Sets how long an instance takes to stop.
    #[must_use]
    pub fn stop(self, time: Duration) -> Self {
        Self { stop: millis(time), ..self }
    }

    /// Sets how long it takes to bind or unbind a load balancer.
    #[must_use]
    pub fn bind(self, time: Duration) -> Self {
        Self { bind: millis(time), ..self }
    }

    /// Sets how long a batch waits for instances that don't become ready, counted from when they should have been.
    /// After that its change order fails.
    #[must_use]
    pub fn patience(self, time: Duration) -> Self {
        Self { patience: millis(time), ..self }
    }

    /// Sets the pause between two batches, whatever the deployment asks for.
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

/// Reads a pace by its name: `instant`, `brisk`, `watchable` or `cloud`.
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

/// There is no pace with this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownPace;

impl fmt::Display for UnknownPace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pace is instant, brisk, watchable or cloud")
    }
}

impl std::error::Error for UnknownPace {}
