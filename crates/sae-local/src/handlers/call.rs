//! A call of an operation and its handler.

use sae_transport::{Description, DynFields, Operation};

use crate::domain::{Application, Millis, Refusal, State};
use crate::handlers::fidelity::{Rule, Source};
use crate::protocol::parameters::{self, Parameters};

/// A call as a handler gets it.
///
/// It has no `Debug`: parameters are secret.
pub struct Call<'a> {
    /// The state of the tenant at the time of the call.
    pub state: &'a mut State,
    /// The operation.
    pub description: &'static Description,
    /// The region that the client names, otherwise [`DEFAULT_REGION`].
    pub region: &'a str,
    /// Whether the client names a region. Not all official SDKs do.
    pub regional: bool,
    /// The parameters as they were sent.
    pub parameters: Parameters,
}

/// An implemented operation.
pub trait Handle: Operation + Default + 'static {
    /// Where its parameters and its answer come from. A test compares it with `from` in the spec.
    const SOURCE: Source;

    /// What it does and refuses beyond that, with where each rule comes from.
    const RULES: &'static [Rule] = &[];

    /// Executes it.
    fn handle(self, call: &mut Call<'_>) -> Result<Self::Output, Refusal>;
}

/// The handler of any operation.
pub type Handler = fn(&mut Call<'_>) -> Result<Box<dyn DynFields>, Refusal>;

/// The handler of an operation: reads its parameters, executes it and returns its output.
pub fn handler<O: Handle>(call: &mut Call<'_>) -> Result<Box<dyn DynFields>, Refusal> {
    let mut request = O::default();
    call.complete_region();
    parameters::fill(call.description, &call.parameters, &mut request)?;
    Ok(Box::new(request.handle(call)?))
}

impl Call<'_> {
    /// A required region is that of the endpoint unless it is sent: the official SDK of Go has no parameter for it.
    fn complete_region(&mut self) {
        let region = self.description.parameters.iter().find(|one| one.required && one.name == "RegionId");
        if let Some(parameter) = region {
            self.parameters.entry(parameter.name).or_insert_with(|| self.region.to_owned());
        }
    }

    /// The time of the call.
    pub const fn now(&self) -> Millis {
        self.state.now
    }

    /// Looks up an application. If it doesn't exist, an operation that has no code of its own for that answers the
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
