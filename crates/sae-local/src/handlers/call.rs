//! A call of an operation: its handler and what the handler works on.

use sae_transport::{Description, DynFields, Operation};

use crate::domain::{Application, Millis, Refusal, State};
use crate::protocol::parameters::{self, Parameters};

/// What a handler works on.
///
/// It has no `Debug`: parameters are secret.
pub struct Call<'a> {
    /// The state of the tenant, advanced to now.
    pub state: &'a mut State,
    /// The operation.
    pub description: &'static Description,
    /// The region that the client names, or else the one where the server stands.
    pub region: &'a str,
    /// Whether the client names it: of the official SDKs not all do.
    pub regional: bool,
    /// The parameters as they were sent.
    pub parameters: Parameters,
}

/// An operation that is implemented.
pub trait Handle: Operation + Default + 'static {
    /// Does it.
    fn handle(self, call: &mut Call<'_>) -> Result<Self::Output, Refusal>;
}

/// A handler, whatever its operation.
pub type Handler = fn(&mut Call<'_>) -> Result<Box<dyn DynFields>, Refusal>;

/// The handler of an operation: reads its request, does it, gives its output.
pub fn handler<O: Handle>(call: &mut Call<'_>) -> Result<Box<dyn DynFields>, Refusal> {
    let mut request = O::default();
    parameters::fill(call.description, &call.parameters, &mut request)?;
    Ok(Box::new(request.handle(call)?))
}

impl Call<'_> {
    /// The moment of the call.
    pub const fn now(&self) -> Millis {
        self.state.now
    }

    /// An application, to be looked at. If there is none, operations that have no code of their own for it answer the
    /// common one.
    pub fn application(&self, id: &str) -> Result<&Application, Refusal> {
        self.state.application(id).map_err(|refusal| {
            if self.description.errors.contains(&refusal.code()) {
                refusal
            } else {
                Refusal::new("InvalidAppId.NotFound")
            }
        })
    }
}

/// The region of a client that names none.
pub const DEFAULT_REGION: &str = "cn-hangzhou";
