//! Step 4: the operation works on the state of the tenant.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sae_transport::DynFields;

use super::admission::Admitted;
use crate::domain::{Mishap, Refusal};
use crate::handlers::call::{Call, DEFAULT_REGION};
use crate::protocol::request::Arrival;
use crate::store::{Promise, Room};

/// What came of an operation.
pub struct Execution {
    /// Its output, or why it was refused.
    pub outcome: Result<Box<dyn DynFields>, Refusal>,
    /// When the outcome may be told.
    pub promise: Promise,
    /// Whether a change began that the mishap applies to.
    pub is_mishap_used: bool,
}

/// Executes an operation. A panic in it is answered like an error of the service, not by a connection that breaks.
pub fn execute(admitted: Admitted, request: &Arrival, mishap: Option<Mishap>, room: Room) -> Execution {
    let work = || handle(admitted, request, mishap, room);
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Execution::refused(Refusal::new("InternalError")))
}

fn handle(admitted: Admitted, request: &Arrival, mishap: Option<Mishap>, room: Room) -> Execution {
    let Admitted { key, description, handler, given } = admitted;
    let Some(handler) = handler else {
        return Execution::refused(Refusal::with("Local.NotImplemented", [description.name]));
    };
    let mut kept = key.state(description.service.product);
    kept.state.mishap = mishap;
    let (region, regional) = (request.region().unwrap_or(DEFAULT_REGION), request.region().is_some());
    let outcome = handler(&mut Call { state: &mut kept.state, description, region, regional, given });
    let is_mishap_used = kept.state.mishap.take().is_none();
    // A refusal waits too: it may tell of what others have changed.
    Execution { outcome, promise: kept.settle(room), is_mishap_used }
}

impl Execution {
    /// A refusal without a look at the state.
    fn refused(refusal: Refusal) -> Self {
        Self { outcome: Err(refusal), promise: Promise::kept_already(), is_mishap_used: false }
    }
}
