//! Faults that somebody asked for: rules, and which request each of them strikes.

mod effect;
mod rule;

use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sae_transport::Description;

pub use self::effect::Effect;
use self::rule::Rule;
pub use self::rule::{Fault, FaultError, FaultReport};
use crate::access::lock;

/// The rules that are in force.
#[derive(Debug, Default)]
pub struct Faults {
    rules: Mutex<Rules>,
    /// How many rules there are: nearly always none, and then no request waits for the lock.
    count: AtomicUsize,
}

#[derive(Debug, Default)]
struct Rules {
    made: u64,
    rules: Vec<Rule>,
}

/// What a fault does to one request.
#[derive(Clone, Debug)]
pub struct Strike {
    /// Number of the rule.
    pub rule: u64,
    /// How long the request waits before it is dealt with.
    pub latency: Option<Duration>,
    /// What happens to it then.
    pub effect: Option<Effect>,
}

impl Faults {
    /// Makes a rule; gives its number. Fails if no request could ever be struck as the rule asks.
    pub fn add(&self, fault: Fault) -> Result<u64, FaultError> {
        let mut rules = lock(&self.rules);
        let number = rules.made + 1;
        rules.rules.push(Rule::new(number, fault)?);
        rules.made = number;
        self.count.store(rules.rules.len(), Ordering::Release);
        Ok(number)
    }

    /// What strikes a call of an operation. The first rule that fires decides, in the order in which they were made.
    pub fn strike(&self, tenant: &str, description: &'static Description) -> Option<Strike> {
        if self.count.load(Ordering::Acquire) == 0 {
            return None;
        }
        let mut rules = lock(&self.rules);
        rules.rules.iter_mut().find_map(|rule| rule.strike(tenant, description))
    }

    /// A strike that missed: nothing came of the call on which it could have worked.
    pub fn missed(&self, strike: &Strike) {
        let mut rules = lock(&self.rules);
        if let Some(rule) = rules.rules.iter_mut().find(|rule| rule.number() == strike.rule) {
            rule.missed();
        }
    }

    /// The rules, used up ones too.
    pub fn report(&self) -> Vec<FaultReport> {
        lock(&self.rules).rules.iter().map(Rule::report).collect()
    }

    /// Takes away the rules that fit; gives their number.
    pub fn clear(&self, which: impl Fn(&FaultReport) -> bool) -> usize {
        let mut rules = lock(&self.rules);
        let before = rules.rules.len();
        rules.rules.retain(|rule| !which(&rule.report()));
        self.count.store(rules.rules.len(), Ordering::Release);
        before - rules.rules.len()
    }
}

/// The number of the rule and what it did.
impl fmt::Display for Strike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.rule)?;
        if let Some(latency) = self.latency {
            write!(f, " latency {} ms", latency.as_millis())?;
        }
        self.effect.as_ref().map_or(Ok(()), |effect| write!(f, " {effect}"))
    }
}
