//! What a fault does to a request.

use std::fmt;
use std::time::Duration;

use sae_transport::Description;

use super::error::FaultError;
use super::targets::{described, possible, starts_instances};
use crate::domain::{InstanceFailure, Refusal};
use crate::handlers::operations::PRODUCTS;
use crate::protocol::errors::{local_error, may_answer};

/// What a fault does to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The connection is dropped; nothing was done.
    DropBefore,
    /// It is done, and the connection dropped instead of an answer.
    DropAfter,
    /// It is refused with this code.
    Refuse(Refusal),
    /// It is refused as too much, with the time to wait.
    Throttle(Duration),
    /// Something in front of the service answers, with a page of HTML; nothing was done.
    Status(u16),
    /// It is done, and half of the answer sent.
    Truncate,
    /// It is done, and the change that it begins fails.
    InstanceFailure(InstanceFailure),
}

impl Effect {
    /// The effect that a code has on an operation, or on all. Fails if the code isn't one that they can answer.
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

    /// Whether it can happen to this operation.
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

/// What it does, in a few words.
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
