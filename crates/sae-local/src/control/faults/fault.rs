//! A fault as a test asks for it.

use std::time::Duration;

use super::effect::Effect;
use super::error::FaultError;
use super::targets::{described, near, starts_instances};
use crate::domain::InstanceFailure;

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
    pub(super) operation: Option<String>,
    pub(super) tenant: Option<String>,
    pub(super) times: Option<u64>,
    pub(super) skip: u64,
    pub(super) probability: f64,
    pub(super) seed: u64,
    pub(super) latency: Option<Duration>,
    effect: Option<RequestedEffect>,
}

/// An effect as it was asked for.
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
        Self { effect: Some(RequestedEffect::Code(code.into())), ..self }
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
        self.effect(Effect::InstanceFailure(InstanceFailure::ImagePull))
    }

    /// The instances that the request starts never become ready.
    pub fn never_ready(self) -> Self {
        self.effect(Effect::InstanceFailure(InstanceFailure::NeverReady))
    }

    /// The tenant that it is for, if it is for one.
    pub fn of_tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    fn effect(self, effect: Effect) -> Self {
        Self { effect: Some(RequestedEffect::Ready(effect)), ..self }
    }

    /// The effect, if it can happen to the operation.
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
