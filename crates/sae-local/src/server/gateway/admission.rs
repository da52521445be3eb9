//! Step 1: the signature is verified, the operation found, its parameters read.

use std::sync::Arc;

use sae_transport::Description;

use super::context::RequestContext;
use crate::control::backend::Backend;
use crate::domain::Refusal;
use crate::handlers::call::Handler;
use crate::handlers::routes::{RouteMatch, Routes};
use crate::protocol::access_keys::AccessKey;
use crate::protocol::authentication::{authenticate, check_body, missing_parameter, use_nonce};
use crate::protocol::parameters::{self, Parameters};

/// An authenticated call of an existing operation.
pub struct Admitted {
    /// The access key that signed it.
    pub key: Arc<AccessKey>,
    /// The operation.
    pub description: &'static Description,
    /// Its handler; none if it isn't implemented.
    pub handler: Option<Handler>,
    /// Its parameters as they were sent; empty if it isn't implemented.
    pub parameters: Parameters,
}

/// Admits a call: verifies its signature, finds its operation, uses up its nonce and reads its parameters. The context
/// gets the access key and the operation, also if the call is refused later.
pub fn admit(context: &mut RequestContext, backend: &Backend, routes: &Routes) -> Result<Admitted, Refusal> {
    let request = &context.request;
    let now = backend.clock.now();
    let (key, scheme) = authenticate(request, &backend.access_keys, now)?;
    let key = context.key.insert(key);
    let version = request.header("x-acs-version").unwrap_or_default();
    if version.is_empty() {
        return Err(missing_parameter("x-acs-version"));
    }
    let RouteMatch { route, path } = routes.find(version, &request.method, &request.path)?;
    let description = *context.description.insert(route.description);
    check_body(request, scheme, description)?;
    use_nonce(request, key, now)?;
    let parameters = match route.handler {
        Some(_) => parameters::read(description, request, path)?,
        None => Parameters::new(),
    };
    Ok(Admitted { key: Arc::clone(key), description, handler: route.handler, parameters })
}
