//! How many instances stay ready, and how many there may be, while a change is rolled out.

use serde::{Deserialize, Serialize};

use crate::domain::Refusal;

/// The number of instances that must stay ready during a change, as a request or a configuration asks for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MinReady {
    /// `MinReadyInstances`: a number; -1 stands for a quarter of the instances.
    pub number: Option<i64>,
    /// `MinReadyInstanceRatio`: a percentage, which takes precedence over the number; -1 stands for none.
    pub ratio: Option<i64>,
}

/// The number of instances that a change may start beyond the target, as a configuration asks for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MaxSurge {
    /// `MaxSurgeInstances`: a number; -1 stands for 30 percent of the instances.
    pub number: Option<i64>,
    /// `MaxSurgeInstanceRatio`: a percentage, which takes precedence over the number; -1 stands for none.
    pub ratio: Option<i64>,
}

/// The bounds of a rollout as numbers of instances. The service chooses where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RolloutBounds {
    /// How many instances must stay ready.
    pub ready: Option<usize>,
    /// How many instances there may be beyond the target.
    pub surge: Option<usize>,
}

/// The fewest ready instances and the most instances at any moment of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceLimits {
    /// The least number of ready instances.
    pub ready: usize,
    /// The greatest number of instances.
    pub all: usize,
}

impl MinReady {
    /// This if it asks for anything, otherwise `fallback`.
    #[must_use]
    pub fn or(self, fallback: Self) -> Self {
        let is_unset = self.number.is_none() && self.ratio.is_none_or(|ratio| ratio < 0);
        if is_unset { fallback } else { self }
    }

    /// Refuses numbers below -1 and percentages above 100.
    pub fn check(self) -> Result<(), Refusal> {
        check("MinReadyInstances", self.number, i64::MAX)?;
        check("MinReadyInstanceRatio", self.ratio, 100)
    }

    /// The number that it comes to for this many instances; none if the service chooses.
    pub fn resolve(self, present: usize) -> Option<usize> {
        let ratio = self.ratio.and_then(|ratio| share(ratio, present));
        ratio.or_else(|| {
            // -1 leaves the choice to the service: a quarter of the instances, rounded up.
            self.number.map(|number| usize::try_from(number).unwrap_or(present.div_ceil(4)).min(present))
        })
    }
}

impl MaxSurge {
    /// Refuses numbers below -1 and percentages above 100.
    pub fn check(self) -> Result<(), Refusal> {
        check("MaxSurgeInstances", self.number, i64::MAX)?;
        check("MaxSurgeInstanceRatio", self.ratio, 100)
    }

    /// The number that it comes to for this many instances; none if the service chooses.
    pub fn resolve(self, present: usize) -> Option<usize> {
        let third = || share(30, present);
        match (self.ratio, self.number) {
            (Some(ratio), _) if ratio >= 0 => share(ratio, present),
            (_, Some(number)) => usize::try_from(number).ok().or_else(third),
            (Some(_), None) => third(),
            (None, None) => None,
        }
    }
}

impl RolloutBounds {
    /// Refuses bounds under which a change could never begin: nothing may be stopped, and nothing started on top.
    pub fn check(self, present: usize) -> Result<(), Refusal> {
        if self.surge == Some(0) && present > 0 && self.ready.is_some_and(|ready| ready >= present) {
            let reason = "it can't be 0 while all instances must stay available";
            return Err(Refusal::unfit("MaxSurgeInstances", reason));
        }
        Ok(())
    }

    /// The limits of a change that takes an application from `present` instances, of which some are running, to `target`.
    ///
    /// Running instances stay ready as far as possible. A change with a minimum of ready instances stops old ones
    /// first; one without starts each new instance before it stops an old one.
    pub fn limits(self, present: usize, running: usize, target: usize) -> InstanceLimits {
        let most = present.max(target);
        let ready = self.ready.unwrap_or(usize::MAX).min(running).min(target);
        let surge = self.surge.unwrap_or(usize::from(self.ready.is_none()));
        InstanceLimits { ready, all: most + if ready >= most { surge.max(1) } else { surge } }
    }
}

/// Refuses a number below -1, which stands for the service's choice, or above the limit.
fn check(parameter: &str, number: Option<i64>, limit: i64) -> Result<(), Refusal> {
    if number.is_none_or(|number| (-1..=limit).contains(&number)) {
        Ok(())
    } else {
        Err(Refusal::invalid(parameter))
    }
}

/// A percentage of the instances, rounded up; none unless it is from 0 to 100.
fn share(percent: i64, present: usize) -> Option<usize> {
    let percent = usize::try_from(percent).ok().filter(|percent| *percent <= 100)?;
    Some((present * percent).div_ceil(100))
}

#[cfg(test)]
mod tests {
    use super::MinReady;

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
                MinReady { number, ratio }.resolve(present),
                expected,
                "{number:?} {ratio:?} of {present}"
            );
        }
    }
}
