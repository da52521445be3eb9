//! Effects of faults.

use std::fmt;
use std::time::Duration;

use sae_transport::Description;

use super::error::FaultError;
use super::targets::{described, possible, starts_instances};
use crate::domain::{InstanceFailure, Refusal};
use crate::handlers::operations::PRODUCTS;
use crate::protocol::errors::{local_error, may_answer};

/// What a fault does to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Closes the connection before anything is done.
    DropBefore,
    /// Executes the call and closes the connection instead of answering.
    DropAfter,
    /// Refuses the call.
    Refuse(Refusal),
    /// Refuses the call with `Throttling.User` and the time that the client has to wait.
    Throttle(Duration),
    /// Answers an HTML page with this status, like a proxy in front of the service, before anything is done.
    Status(u16),
    /// Executes the call and sends half of the answer.
    Truncate,
    /// Executes the call and makes the instances fail that its change order starts.
    InstanceFailure(InstanceFailure),
}

impl Effect {
    /// The effect for an error code. Fails if the operation can't answer the code; without an operation, if not every
    /// operation can.
    pub fn refuse(code: &str, operation: Option<&str>) -> Result<Self, FaultError> {
        let known = PRODUCTS.iter().find_map(|product| product.service.error(code));
        let info = known.or_else(|| local_error(code)).ok_or_else(|| FaultError::UnknownCode {
            code: code.to_owned(),
            possible: possible(operation),
        })?;
        let allowed = match operation {
            Some(name) => described(name).any(|one| may_answer(Some(one.description), info)),
            None => info.gateway || info.common,
        };
        if !allowed {
            return Err(FaultError::ForeignCode {
                code: code.to_owned(),
                operation: operation.map(str::to_owned),
                possible: possible(operation),
            });
        }
        let gaps = info.message.matches("%s").count();
        Ok(Self::Refuse(Refusal::with(info.code, std::iter::repeat_n("fault", gaps))))
    }

    /// Whether a fault with this effect can apply to an operation.
    pub fn fits(&self, description: &'static Description) -> bool {
        match self {
            Self::Refuse(refusal) => description
                .service
                .error(refusal.code())
                .or_else(|| local_error(refusal.code()))
                .is_some_and(|info| may_answer(Some(description), info)),
            Self::InstanceFailure(_) => starts_instances(description),
            _ => true,
        }
    }
}

/// A short description: `drop before`, `error InternalError`.
impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DropBefore => f.write_str("drop before"),
            Self::DropAfter => f.write_str("drop after"),
            Self::Refuse(refusal) => write!(f, "error {}", refusal.code()),
            Self::Throttle(wait) => write!(f, "throttle {} ms", wait.as_millis()),
            Self::Status(status) => write!(f, "status {status}"),
            Self::Truncate => f.write_str("truncate"),
            Self::InstanceFailure(InstanceFailure::ImagePull) => f.write_str("image pull failure"),
            Self::InstanceFailure(InstanceFailure::NeverReady) => f.write_str("never ready"),
        }
    }
}
