//! Faults as tests ask for them.

use std::time::Duration;

use super::effect::Effect;
use super::error::FaultError;
use super::targets::{described, near, starts_instances};
use crate::domain::InstanceFailure;

/// A fault to add with [`Control::fault`](crate::Control::fault): which calls it applies to, how often, and what it
/// does.
///
/// It has an effect, a latency, or both. If several faults fit a call, the one that was added first applies.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// use std::time::Duration;
/// use sae_local::{Fault, LocalSae};
///
/// let local = LocalSae::start().await?;
/// let control = local.control();
/// // The first deployment is executed, but its answer is lost.
/// control.fault(Fault::on("DeployApplication").times(1).drop_after())?;
/// // About every second call has to be repeated.
/// control.fault(Fault::on("DescribeApplicationStatus").probability(0.5).throttle(Duration::from_millis(20)))?;
/// // An error code that the operation can't answer is refused here.
/// assert!(control.fault(Fault::on("DescribeRegions").error("NoComputeResourceQuota.Exceed")).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a fault happens once `Control::fault` has taken it"]
pub struct Fault {
    pub(super) operation: Option<String>,
    pub(super) tenant: Option<String>,
    pub(super) times: Option<u64>,
    pub(super) skip: u64,
    pub(super) probability: f64,
    pub(super) seed: u64,
    pub(super) latency: Option<Duration>,
    effect: Option<RequestedEffect>,
}

/// The effect that was asked for.
#[derive(Clone, Debug, PartialEq)]
enum RequestedEffect {
    Ready(Effect),
    Code(String),
}

impl Fault {
    /// A fault of one operation, by its exact name.
    pub fn on(operation: impl Into<String>) -> Self {
        Self { operation: Some(operation.into()), ..Self::everywhere() }
    }

    /// A fault of all operations that it can apply to.
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

    /// Applies only to calls with this access key. A [`Control`](crate::Control) for one tenant sets it itself.
    pub fn tenant(self, id: impl Into<String>) -> Self {
        Self { tenant: Some(id.into()), ..self }
    }

    /// Sets how often it applies, at least once. Without this there is no limit.
    pub fn times(self, times: u64) -> Self {
        Self { times: Some(times), ..self }
    }

    /// Sets how many calls that it fits are spared first.
    pub fn skip(self, requests: u64) -> Self {
        Self { skip: requests, ..self }
    }

    /// Sets the probability with which it applies to a call, from 0 to 1. The random numbers are the same in every run,
    /// see [`Fault::seed`].
    pub fn probability(self, probability: f64) -> Self {
        Self { probability, ..self }
    }

    /// Sets the seed of the random numbers; 0 by default.
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Delays the call. It is executed even if the client doesn't wait that long.
    pub fn latency(self, time: Duration) -> Self {
        Self { latency: Some(time), ..self }
    }

    /// Closes the connection before the call is executed.
    pub fn drop_before(self) -> Self {
        self.effect(Effect::DropBefore)
    }

    /// Executes the call, then closes the connection instead of answering.
    pub fn drop_after(self) -> Self {
        self.effect(Effect::DropAfter)
    }

    /// Refuses the call with this code, its documented status and message. The placeholders of the message are filled
    /// with `fault`.
    pub fn error(self, code: impl Into<String>) -> Self {
        Self { effect: Some(RequestedEffect::Code(code.into())), ..self }
    }

    /// Answers an HTML page with this status, from 400 to 599, like a proxy in front of the service. The call isn't
    /// executed.
    pub fn status(self, status: u16) -> Self {
        self.effect(Effect::Status(status))
    }

    /// Refuses the call with `Throttling.User` and the time to wait: `x-acs-retry-after` in milliseconds, `Retry-After`
    /// in seconds, and the header that older official SDKs read.
    pub fn throttle(self, wait: Duration) -> Self {
        self.effect(Effect::Throttle(wait))
    }

    /// Executes the call, then sends an answer that ends before the length that it announces.
    pub fn truncate(self) -> Self {
        self.effect(Effect::Truncate)
    }

    /// Refuses the call because there is no quota for more instances.
    pub fn out_of_quota(self) -> Self {
        self.error("NoComputeResourceQuota.Exceed")
    }

    /// Makes the instances of the call's change order fail to fetch their image or package. On ExecJob these are the
    /// instances of the run, on CreateJob and UpdateJob those of each run until the next update.
    pub fn image_pull_failure(self) -> Self {
        self.effect(Effect::InstanceFailure(InstanceFailure::ImagePull))
    }

    /// Makes the instances of the call's change order never become ready, those of a job exit with an error.
    pub fn never_ready(self) -> Self {
        self.effect(Effect::InstanceFailure(InstanceFailure::NeverReady))
    }

    /// The access key that it applies to, if it is limited to one.
    pub fn of_tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    fn effect(self, effect: Effect) -> Self {
        Self { effect: Some(RequestedEffect::Ready(effect)), ..self }
    }

    /// The effect; none if there is only a latency. Fails if the fault can't happen.
    pub fn resolved(&self) -> Result<Option<Effect>, FaultError> {
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
            Some(RequestedEffect::Ready(effect)) => effect.clone(),
            Some(RequestedEffect::Code(code)) => Effect::refuse(code, operation)?,
        };
        match &effect {
            Effect::Status(status) if !(400..=599).contains(status) => Err(FaultError::Status(*status)),
            Effect::Throttle(wait) if wait.is_zero() => Err(FaultError::NoWait),
            Effect::InstanceFailure(_)
                if operation
                    .is_some_and(|name| !described(name).any(|one| starts_instances(one.description))) =>
            {
                Err(FaultError::NoInstances { name: operation.unwrap_or_default().to_owned() })
            }
            _ => Ok(Some(effect)),
        }
    }
}
