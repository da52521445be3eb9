//! Faults that apply to a call.

use std::fmt;
use std::time::Duration;

use super::effect::Effect;

/// A fault that applies to one call.
#[derive(Clone, Debug)]
pub struct AppliedFault {
    /// Number of the fault.
    pub rule: u64,
    /// How long the call waits first.
    pub latency: Option<Duration>,
    /// What happens to the call then; none if it is only delayed.
    pub effect: Option<Effect>,
}

/// The number of the fault and what it does: `1: latency 20 ms drop after`.
impl fmt::Display for AppliedFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.rule)?;
        if let Some(latency) = self.latency {
            write!(f, " latency {} ms", latency.as_millis())?;
        }
        self.effect.as_ref().map_or(Ok(()), |effect| write!(f, " {effect}"))
    }
}
