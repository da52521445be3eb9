//! Faults in force.

use sae_transport::Description;

use super::applied::AppliedFault;
use super::effect::Effect;
use super::error::FaultError;
use super::fault::Fault;

/// A fault in force, with its counters.
#[derive(Debug)]
pub struct Rule {
    number: u64,
    fault: Fault,
    effect: Option<Effect>,
    seen: u64,
    fired: u64,
    dice: fastrand::Rng,
}

/// A fault in force, with its counters.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaultReport {
    /// Number of the fault.
    pub number: u64,
    /// The operation; none for all.
    pub operation: Option<String>,
    /// The access key; none for all.
    pub tenant: Option<String>,
    /// What it does: `drop after`, `error InternalError`.
    pub effect: String,
    /// How many calls it has fitted.
    pub seen: u64,
    /// How many calls it has applied to.
    pub fired: u64,
    /// How many more calls it applies to; none if there is no limit.
    pub left: Option<u64>,
}

impl Rule {
    pub fn new(number: u64, fault: Fault) -> Result<Self, FaultError> {
        let effect = fault.resolved()?;
        let dice = fastrand::Rng::with_seed(fault.seed);
        Ok(Self { number, fault, effect, seen: 0, fired: 0, dice })
    }

    pub const fn number(&self) -> u64 {
        self.number
    }

    pub fn apply(&mut self, tenant: &str, description: &'static Description) -> Option<AppliedFault> {
        let fault = &self.fault;
        let concerns = fault.operation.as_deref().is_none_or(|name| name == description.name)
            && fault.tenant.as_deref().is_none_or(|one| one == tenant)
            && self.effect.as_ref().is_none_or(|effect| effect.fits(description));
        if !concerns || fault.times.is_some_and(|times| self.fired >= times) {
            return None;
        }
        self.seen += 1;
        if self.seen <= fault.skip || (fault.probability < 1.0 && self.dice.f64() >= fault.probability) {
            return None;
        }
        self.fired += 1;
        Some(AppliedFault { rule: self.number, latency: fault.latency, effect: self.effect.clone() })
    }

    pub const fn refund(&mut self) {
        self.fired = self.fired.saturating_sub(1);
    }

    pub fn report(&self) -> FaultReport {
        let mut effect = self.effect.as_ref().map(ToString::to_string).unwrap_or_default();
        if let Some(latency) = self.fault.latency {
            let and = if effect.is_empty() { "" } else { ", " };
            effect = format!("latency {} ms{and}{effect}", latency.as_millis());
        }
        FaultReport {
            number: self.number,
            operation: self.fault.operation.clone(),
            tenant: self.fault.tenant.clone(),
            effect,
            seen: self.seen,
            fired: self.fired,
            left: self.fault.times.map(|times| times.saturating_sub(self.fired)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Rule;
    use crate::control::faults::targets::{STARTING, described, starts_instances};
    use crate::control::faults::{Fault, FaultError};

    fn fired(fault: Fault, requests: usize) -> Vec<bool> {
        let mut rule = Rule::new(1, fault).unwrap();
        let description = described("DescribeRegions").next().unwrap().description;
        (0..requests).map(|_| rule.apply("local", description).is_some()).collect()
    }

    #[test]
    fn rules_count_skip_and_roll_dice() {
        let fault = || Fault::on("DescribeRegions").drop_before();
        assert_eq!(fired(fault(), 3), [true; 3]);
        assert_eq!(fired(fault().times(1), 3), [true, false, false]);
        assert_eq!(fired(fault().times(1).skip(1), 4), [false, true, false, false]);
        assert_eq!(fired(fault().tenant("other"), 2), [false; 2]);
        assert_eq!(fired(Fault::on("ListApplications").drop_before(), 2), [false; 2]);
        assert_eq!(fired(fault().probability(0.0), 5), [false; 5]);
        let dice = |seed| fired(fault().probability(0.5).seed(seed), 64);
        assert_eq!(dice(1), dice(1));
        assert_ne!(dice(1), dice(2));
        assert!((16..48).contains(&dice(1).iter().filter(|fired| **fired).count()));
    }

    #[test]
    fn a_fault_that_cannot_happen_is_refused() {
        let refused = |fault: Fault| Rule::new(1, fault).unwrap_err();
        for (fault, part) in [
            (Fault::on("deployapplication").drop_after(), "did you mean DeployApplication?"),
            (Fault::on("Nonsense").drop_after(), "no operation \"Nonsense\""),
            (Fault::on("DescribeRegions").error("Nonsense"), "no error code \"Nonsense\"; possible are"),
            (
                Fault::on("DescribeRegions").out_of_quota(),
                "DescribeRegions never answers NoComputeResourceQuota",
            ),
            (Fault::everywhere().out_of_quota(), "name one that does"),
            (Fault::on("StopApplication").never_ready(), "StopApplication starts no instances"),
            (Fault::everywhere(), "needs an effect"),
            (Fault::everywhere().drop_after().probability(1.5), "from 0 to 1"),
            (Fault::everywhere().drop_after().probability(f64::NAN), "from 0 to 1"),
            (Fault::everywhere().status(200), "from 400 to 599"),
            (Fault::everywhere().throttle(Duration::ZERO), "longer than 0"),
            (Fault::everywhere().times(0).drop_before(), "0 times"),
        ] {
            let said = refused(fault).to_string();
            assert!(said.contains(part), "{said}");
        }
        assert!(matches!(refused(Fault::on("")), FaultError::UnknownOperation { near: None, .. }));
    }

    #[test]
    fn operations_that_start_instances_are_in_the_spec() {
        for name in STARTING {
            assert!(described(name).any(|one| starts_instances(one.description)), "{name}");
        }
    }
}
