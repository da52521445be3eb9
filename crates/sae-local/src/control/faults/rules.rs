//! The faults in force, in the order in which they were made.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use sae_transport::Description;

use super::applied::AppliedFault;
use super::error::FaultError;
use super::fault::Fault;
use super::rule::{FaultReport, Rule};
use crate::store::lock;

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
    pub fn apply(&self, tenant: &str, description: &'static Description) -> Option<AppliedFault> {
        if self.count.load(Ordering::Acquire) == 0 {
            return None;
        }
        let mut rules = lock(&self.rules);
        rules.rules.iter_mut().find_map(|rule| rule.apply(tenant, description))
    }

    /// A strike that missed: nothing came of the call on which it could have worked.
    pub fn refund(&self, apply: &AppliedFault) {
        let mut rules = lock(&self.rules);
        if let Some(rule) = rules.rules.iter_mut().find(|rule| rule.number() == apply.rule) {
            rule.refund();
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
