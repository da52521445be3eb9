//! Step 4: the operation runs on the state of the tenant.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sae_transport::DynFields;

use super::admission::Admitted;
use crate::domain::{InstanceFailure, Refusal};
use crate::handlers::call::{Call, DEFAULT_REGION};
use crate::handlers::operations::not_implemented;
use crate::protocol::request::HttpRequest;
use crate::store::{CommitTicket, WritePermit};

/// The result of an operation.
pub struct Execution {
    /// Its output, or why it was refused.
    pub outcome: Result<Box<dyn DynFields>, Refusal>,
    /// Committed when the outcome may be told.
    pub ticket: CommitTicket,
    /// Whether a change order has begun whose instances will fail.
    pub is_failure_used: bool,
}

/// Executes an operation. A panic in it is answered with `InternalError`.
pub fn execute(
    admitted: Admitted,
    request: &HttpRequest,
    failure: Option<InstanceFailure>,
    permit: WritePermit,
) -> Execution {
    let work = || handle(admitted, request, failure, permit);
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Execution::refused(Refusal::new("InternalError")))
}

fn handle(
    admitted: Admitted,
    request: &HttpRequest,
    failure: Option<InstanceFailure>,
    permit: WritePermit,
) -> Execution {
    let Admitted { key, description, handler, parameters } = admitted;
    let Some(handler) = handler else {
        return Execution::refused(not_implemented(description));
    };
    let mut durable = key.state(description.service.product);
    durable.state.failure = failure;
    let (region, regional) = (request.region().unwrap_or(DEFAULT_REGION), request.region().is_some());
    let outcome = handler(&mut Call { state: &mut durable.state, description, region, regional, parameters });
    let is_failure_used = durable.state.failure.take().is_none();
    // A refusal waits, too: it may tell what other calls have changed.
    Execution { outcome, ticket: durable.settle(permit), is_failure_used }
}

impl Execution {
    /// A refusal that depends on no state.
    fn refused(refusal: Refusal) -> Self {
        Self { outcome: Err(refusal), ticket: CommitTicket::already_committed(), is_failure_used: false }
    }
}
