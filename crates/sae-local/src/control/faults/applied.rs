//! A fault that applies to one request.

use std::fmt;
use std::time::Duration;

use super::effect::Effect;

/// What a fault does to one request.
#[derive(Clone, Debug)]
pub struct AppliedFault {
    /// Number of the rule.
    pub rule: u64,
    /// How long the request waits before it is dealt with.
    pub latency: Option<Duration>,
    /// What happens to it then.
    pub effect: Option<Effect>,
}

/// The number of the rule and what it did.
impl fmt::Display for AppliedFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.rule)?;
        if let Some(latency) = self.latency {
            write!(f, " latency {} ms", latency.as_millis())?;
        }
        self.effect.as_ref().map_or(Ok(()), |effect| write!(f, " {effect}"))
    }
}
