//! How far a change may stray from the number of instances while it is under way.

use serde::{Deserialize, Serialize};

use crate::domain::configuration::Configuration;
use crate::domain::{Application, Refusal};

/// How many instances stay available during a change, as it is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Minimum {
    /// As a number; -1 stands for a quarter of the instances.
    pub number: Option<i64>,
    /// As a percentage, which wins; -1 stands for none.
    pub ratio: Option<i64>,
}

/// What a change may do with the number of instances. What is left out is the service's choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Margin {
    /// How many instances stay ready.
    pub ready: Option<usize>,
    /// How many more instances there may be.
    pub surge: Option<usize>,
}

/// The fewest ready instances and the most instances at any moment of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// How many instances are ready at least.
    pub ready: usize,
    /// How many instances there are at most.
    pub all: usize,
}

impl Minimum {
    /// What a configuration asks for.
    pub fn of(configuration: &Configuration) -> Self {
        Self {
            number: configuration.number("MinReadyInstances"),
            ratio: configuration.number("MinReadyInstanceRatio"),
        }
    }

    /// What is asked for this once, or else what the configuration asks for.
    #[must_use]
    pub fn or(self, configuration: &Configuration) -> Self {
        let says_nothing = self.number.is_none() && self.ratio.is_none_or(|ratio| ratio < 0);
        if says_nothing { Self::of(configuration) } else { self }
    }

    /// Refuses what stands for nothing.
    pub fn check(self) -> Result<(), Refusal> {
        check("MinReadyInstances", self.number, i64::MAX)?;
        check("MinReadyInstanceRatio", self.ratio, 100)
    }

    /// The number that it comes to for so many instances.
    pub fn number(self, present: usize) -> Option<usize> {
        let ratio = self.ratio.and_then(|ratio| share(ratio, present));
        ratio.or_else(|| {
            // -1 leaves the choice to the service: a quarter of the instances, rounded up.
            self.number.map(|number| usize::try_from(number).unwrap_or(present.div_ceil(4)).min(present))
        })
    }
}

impl Margin {
    /// What holds for a change of an application that will have this configuration.
    pub fn new(minimum: Minimum, configuration: &Configuration, present: usize) -> Self {
        Self { ready: minimum.number(present), surge: surge(configuration, present) }
    }

    /// Refuses a change that could never begin: nothing may be stopped, and nothing started on top.
    pub fn check(self, present: usize) -> Result<(), Refusal> {
        if self.surge == Some(0) && present > 0 && self.ready.is_some_and(|ready| ready >= present) {
            let reason = "it can't be 0 while all instances must stay available";
            return Err(Refusal::unfit("MaxSurgeInstances", reason));
        }
        Ok(())
    }

    /// The bounds of a change that leaves so many instances.
    ///
    /// As far as possible what runs stays ready; a change that asks for a minimum takes the others away first, one
    /// that doesn't starts each new instance before it stops an old one.
    pub fn bounds(self, application: &Application, target: usize) -> Bounds {
        let most = application.living().len().max(target);
        let ready = self.ready.unwrap_or(usize::MAX).min(application.running()).min(target);
        let surge = self.surge.unwrap_or(usize::from(self.ready.is_none()));
        Bounds { ready, all: most + if ready >= most { surge.max(1) } else { surge } }
    }
}

/// Refuses numbers below -1, which stands for the service's choice, and above the limit.
pub fn check(parameter: &str, number: Option<i64>, limit: i64) -> Result<(), Refusal> {
    if number.is_none_or(|number| (-1..=limit).contains(&number)) {
        Ok(())
    } else {
        Err(Refusal::invalid(parameter))
    }
}

/// How many instances there may be on top.
fn surge(configuration: &Configuration, present: usize) -> Option<usize> {
    let third = || share(30, present);
    match (configuration.number("MaxSurgeInstanceRatio"), configuration.number("MaxSurgeInstances")) {
        (Some(ratio), _) if ratio >= 0 => share(ratio, present),
        (_, Some(number)) => usize::try_from(number).ok().or_else(third),
        (Some(_), None) => third(),
        (None, None) => None,
    }
}

/// A percentage of the instances, rounded up.
fn share(percent: i64, present: usize) -> Option<usize> {
    let percent = usize::try_from(percent).ok().filter(|percent| *percent <= 100)?;
    Some((present * percent).div_ceil(100))
}

#[cfg(test)]
mod tests {
    use super::Minimum;

    #[test]
    fn a_percentage_wins_and_is_rounded_up() {
        for (number, ratio, present, expected) in [
            (None, None, 4, None),
            (Some(2), None, 4, Some(2)),
            (Some(9), None, 4, Some(4)),
            (Some(-1), None, 5, Some(2)),
            (Some(3), Some(50), 5, Some(3)),
            (Some(1), Some(-1), 4, Some(1)),
            (None, Some(-1), 4, None),
            (None, Some(0), 4, Some(0)),
        ] {
            assert_eq!(
                Minimum { number, ratio }.number(present),
                expected,
                "{number:?} {ratio:?} of {present}"
            );
        }
    }
}
