//! All faults in force.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use sae_transport::Description;

use super::applied::AppliedFault;
use super::error::FaultError;
use super::fault::Fault;
use super::rule::{FaultReport, Rule};
use crate::store::lock;

/// All faults in force.
#[derive(Debug, Default)]
pub struct Faults {
    rules: Mutex<Rules>,
    /// The number of faults. It is nearly always 0, and then no call takes the lock.
    count: AtomicUsize,
}

#[derive(Debug, Default)]
struct Rules {
    made: u64,
    rules: Vec<Rule>,
}

impl Faults {
    /// Adds a fault and returns its number. Fails if it could never apply to a call.
    pub fn add(&self, fault: Fault) -> Result<u64, FaultError> {
        let mut rules = lock(&self.rules);
        let number = rules.made + 1;
        rules.rules.push(Rule::new(number, fault)?);
        rules.made = number;
        self.count.store(rules.rules.len(), Ordering::Release);
        Ok(number)
    }

    /// The fault that applies to a call; of several, the one that was added first.
    pub fn apply(&self, tenant: &str, description: &'static Description) -> Option<AppliedFault> {
        if self.count.load(Ordering::Acquire) == 0 {
            return None;
        }
        let mut rules = lock(&self.rules);
        rules.rules.iter_mut().find_map(|rule| rule.apply(tenant, description))
    }

    /// Doesn't count an application of a fault that had no effect.
    pub fn refund(&self, apply: &AppliedFault) {
        let mut rules = lock(&self.rules);
        if let Some(rule) = rules.rules.iter_mut().find(|rule| rule.number() == apply.rule) {
            rule.refund();
        }
    }

    /// All faults, including used up ones.
    pub fn report(&self) -> Vec<FaultReport> {
        lock(&self.rules).rules.iter().map(Rule::report).collect()
    }

    /// Removes the faults that `which` selects and returns their number.
    pub fn clear(&self, which: impl Fn(&FaultReport) -> bool) -> usize {
        let mut rules = lock(&self.rules);
        let before = rules.rules.len();
        rules.rules.retain(|rule| !which(&rule.report()));
        self.count.store(rules.rules.len(), Ordering::Release);
        before - rules.rules.len()
    }
}
