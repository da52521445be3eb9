//! A rule: which requests are struck, how often, and how.

use std::fmt;
use std::time::Duration;

use sae_transport::Description;

use super::Strike;
use super::effect::{Effect, STARTING, described, starts_instances};
use crate::domain::Mishap;
use crate::operations::PRODUCTS;

/// A fault that is to happen: to which requests, how often, and what.
///
/// Say one effect, a latency, or both. The first rule that fires decides what happens to a request, in the order in
/// which the rules were made.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// use std::time::Duration;
/// use sae_local::{Fault, LocalSae};
///
/// let local = LocalSae::start().await?;
/// let control = local.control();
/// // The first deployment is done, and its answer lost.
/// control.fault(Fault::on("DeployApplication").times(1).drop_after())?;
/// // Every second look, more or less, has to be repeated.
/// control.fault(Fault::on("DescribeApplicationStatus").probability(0.5).throttle(Duration::from_millis(20)))?;
/// // A code that the operation can't answer is refused here, not discovered later.
/// assert!(control.fault(Fault::on("DescribeRegions").error("NoComputeResourceQuota.Exceed")).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a fault happens once `Control::fault` has taken it"]
pub struct Fault {
    operation: Option<String>,
    tenant: Option<String>,
    times: Option<u64>,
    skip: u64,
    probability: f64,
    seed: u64,
    latency: Option<Duration>,
    effect: Option<Asked>,
}

/// An effect as it was asked for.
#[derive(Clone, Debug, PartialEq)]
enum Asked {
    Ready(Effect),
    Code(String),
}

impl Fault {
    /// A fault of one operation, by its exact name.
    pub fn on(operation: impl Into<String>) -> Self {
        Self { operation: Some(operation.into()), ..Self::everywhere() }
    }

    /// A fault of every operation that it can happen to.
    pub const fn everywhere() -> Self {
        Self {
            operation: None,
            tenant: None,
            times: None,
            skip: 0,
            probability: 1.0,
            seed: 0,
            latency: None,
            effect: None,
        }
    }

    /// Only for requests of this access key. [`Control::tenant`](crate::Control::tenant) does it by itself.
    pub fn tenant(self, id: impl Into<String>) -> Self {
        Self { tenant: Some(id.into()), ..self }
    }

    /// How often it happens, once at least; then it is used up. Without it there is no end.
    pub fn times(self, times: u64) -> Self {
        Self { times: Some(times), ..self }
    }

    /// How many requests that would be struck are spared first.
    pub fn skip(self, requests: u64) -> Self {
        Self { skip: requests, ..self }
    }

    /// How likely it is for each request, from 0 to 1. The dice are the same in every run, see [`Fault::seed`].
    pub fn probability(self, probability: f64) -> Self {
        Self { probability, ..self }
    }

    /// The seed of the dice; 0 by default.
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// The request waits before it is dealt with. It is dealt with even if the client doesn't wait as long.
    pub fn latency(self, time: Duration) -> Self {
        Self { latency: Some(time), ..self }
    }

    /// The connection is dropped before the request is accepted: nothing was done.
    pub fn drop_before(self) -> Self {
        self.effect(Effect::DropBefore)
    }

    /// The request is done, and the connection dropped instead of an answer.
    pub fn drop_after(self) -> Self {
        self.effect(Effect::DropAfter)
    }

    /// The request is refused with this code, its documented status and message. What stands in a gap of the message
    /// is the word `fault`.
    pub fn error(self, code: impl Into<String>) -> Self {
        Self { effect: Some(Asked::Code(code.into())), ..self }
    }

    /// Something in front of the service answers: a page of HTML with this status, from 400 to 599.
    pub fn status(self, status: u16) -> Self {
        self.effect(Effect::Status(status))
    }

    /// The request is refused with `Throttling.User`, and the client told how long to wait: `x-acs-retry-after` in
    /// milliseconds, `Retry-After` in seconds, and the header that older official SDKs read.
    pub fn throttle(self, wait: Duration) -> Self {
        self.effect(Effect::Throttle(wait))
    }

    /// The request is done, and its answer ends before the length that it announces.
    pub fn truncate(self) -> Self {
        self.effect(Effect::Truncate)
    }

    /// The request is refused because there is no quota for more instances.
    pub fn out_of_quota(self) -> Self {
        self.error("NoComputeResourceQuota.Exceed")
    }

    /// The change order that the request begins can't fetch its image or package.
    pub fn image_pull_failure(self) -> Self {
        self.effect(Effect::Mishap(Mishap::ImagePull))
    }

    /// The instances that the request starts never become ready.
    pub fn never_ready(self) -> Self {
        self.effect(Effect::Mishap(Mishap::NeverReady))
    }

    /// The tenant that it is for, if it is for one.
    pub fn of_tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    fn effect(self, effect: Effect) -> Self {
        Self { effect: Some(Asked::Ready(effect)), ..self }
    }

    /// The effect, if it can happen to the operation.
    fn resolved(&self) -> Result<Option<Effect>, FaultError> {
        let operation = self.operation.as_deref();
        if let Some(name) = operation
            && described(name).next().is_none()
        {
            return Err(FaultError::UnknownOperation { near: near(name), name: name.to_owned() });
        }
        if !(0.0..=1.0).contains(&self.probability) {
            return Err(FaultError::Probability);
        }
        if self.times == Some(0) {
            return Err(FaultError::Never);
        }
        let effect = match &self.effect {
            None if self.latency.is_none() => return Err(FaultError::NoEffect),
            None => return Ok(None),
            Some(Asked::Ready(effect)) => effect.clone(),
            Some(Asked::Code(code)) => Effect::refuse(code, operation)?,
        };
        match &effect {
            Effect::Status(status) if !(400..=599).contains(status) => Err(FaultError::Status(*status)),
            Effect::Throttle(wait) if wait.is_zero() => Err(FaultError::NoWait),
            Effect::Mishap(_)
                if operation
                    .is_some_and(|name| !described(name).any(|one| starts_instances(one.description))) =>
            {
                Err(FaultError::NoInstances { name: operation.unwrap_or_default().to_owned() })
            }
            _ => Ok(Some(effect)),
        }
    }
}

/// A rule in force.
#[derive(Debug)]
pub struct Rule {
    number: u64,
    fault: Fault,
    effect: Option<Effect>,
    seen: u64,
    fired: u64,
    dice: fastrand::Rng,
}

/// A fault in force.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FaultReport {
    /// Its number.
    pub number: u64,
    /// The operation; none for all.
    pub operation: Option<String>,
    /// The access key; none for all.
    pub tenant: Option<String>,
    /// What it does, in a few words: `drop after`, `error InternalError`.
    pub effect: String,
    /// How many requests it could have struck so far.
    pub seen: u64,
    /// How many it has struck.
    pub fired: u64,
    /// How many more it will strike; none if there is no end.
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

    pub fn strike(&mut self, tenant: &str, description: &'static Description) -> Option<Strike> {
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
        Some(Strike { rule: self.number, latency: fault.latency, effect: self.effect.clone() })
    }

    pub const fn missed(&mut self) {
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

/// Why a fault can't be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultError {
    /// There is no such operation.
    UnknownOperation {
        /// As it was given.
        name: String,
        /// One with nearly this name.
        near: Option<&'static str>,
    },
    /// There is no such code.
    UnknownCode {
        /// As it was given.
        code: String,
        /// The codes that there are for it.
        possible: Vec<&'static str>,
    },
    /// The operation never answers the code.
    ForeignCode {
        /// The code.
        code: String,
        /// The operation; none for all.
        operation: Option<String>,
        /// The codes that there are for it.
        possible: Vec<&'static str>,
    },
    /// The operation starts no instances, so none can fail.
    NoInstances {
        /// The operation.
        name: String,
    },
    /// It says neither an effect nor a latency.
    NoEffect,
    /// The probability is none.
    Probability,
    /// The status is not one of an error.
    Status(u16),
    /// A throttled client has to wait for some time.
    NoWait,
    /// It happens no times.
    Never,
}

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownOperation { name, near } => {
                write!(f, "there is no operation {name:?}")?;
                near.map_or(Ok(()), |near| write!(f, "; did you mean {near}?"))
            }
            Self::UnknownCode { code, possible } => {
                write!(f, "there is no error code {code:?}; possible are {}", possible.join(", "))
            }
            Self::ForeignCode { code, operation: Some(operation), possible } => {
                write!(f, "{operation} never answers {code}; it answers {}", possible.join(", "))
            }
            Self::ForeignCode { code, operation: None, possible } => write!(
                f,
                "not every operation answers {code}: name one that does; every operation answers {}",
                possible.join(", ")
            ),
            Self::NoInstances { name } => {
                write!(f, "{name} starts no instances that could fail; these do: {}", STARTING.join(", "))
            }
            Self::NoEffect => f.write_str("the fault has no effect: give one, or a latency"),
            Self::Probability => f.write_str("a probability is a number from 0 to 1"),
            Self::Status(status) => write!(f, "{status} is no status of an error: give one from 400 to 599"),
            Self::Never => f.write_str("a fault that happens 0 times is none: give more"),
            Self::NoWait => {
                f.write_str("a throttled client is told how long to wait: give more than nothing")
            }
        }
    }
}

impl std::error::Error for FaultError {}

/// An operation with this name but for capitals, or one that begins or ends with it.
fn near(name: &str) -> Option<&'static str> {
    let all = || PRODUCTS.iter().flat_map(|product| product.registered.iter().copied().flatten());
    let all = || all().map(|one| one.description.name);
    let wanted = name.to_ascii_lowercase();
    let fits = |test: &dyn Fn(&str) -> bool| all().find(|name| test(&name.to_ascii_lowercase()));
    fits(&|name| name == wanted)
        .or_else(|| fits(&|name| !wanted.is_empty() && name.starts_with(&wanted)))
        .or_else(|| fits(&|name| !wanted.is_empty() && name.ends_with(&wanted)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Fault, FaultError, Rule};
    use crate::faults::effect::{STARTING, described};

    fn fired(fault: Fault, requests: usize) -> Vec<bool> {
        let mut rule = Rule::new(1, fault).unwrap();
        let description = described("DescribeRegions").next().unwrap().description;
        (0..requests).map(|_| rule.strike("local", description).is_some()).collect()
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
            (Fault::everywhere(), "no effect"),
            (Fault::everywhere().drop_after().probability(1.5), "from 0 to 1"),
            (Fault::everywhere().drop_after().probability(f64::NAN), "from 0 to 1"),
            (Fault::everywhere().status(200), "from 400 to 599"),
            (Fault::everywhere().throttle(Duration::ZERO), "how long to wait"),
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
            assert!(described(name).any(|one| super::starts_instances(one.description)), "{name}");
        }
    }
}
