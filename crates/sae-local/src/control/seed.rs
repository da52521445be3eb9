//! Calls that fill a tenant before a test.

use std::fmt;
use std::mem;

use sae_models::edas;
use sae_transport::{Description, Operation, encode_json};
use serde_json::{Map, Value};

use super::error::{ControlError, ControlErrorKind};
use super::members::Members;
use crate::domain::{Pace, State};
use crate::handlers::call::{Call, DEFAULT_REGION, Handler};
use crate::handlers::operations::PRODUCTS;
use crate::protocol::access_keys::{AccessKey, AccessKeys};
use crate::protocol::errors::describe;
use crate::protocol::parameters::Parameters;

/// Calls that fill a tenant before a test.
///
/// They run through the operations themselves, so they have the same effects as calls over HTTP. Each is completed at
/// once, whatever the pace of the tenant, unless it waits for a confirmation. Where an operation has the parameter
/// `AppId`, `AppIds` or `ResourceIds`, names of applications and jobs are accepted, too.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// use sae_local::{LocalSae, Seed};
/// use sae_models::sae::CreateNamespace;
///
/// let seed = Seed::from_json(r#"{"calls":[
///     {"operation":"CreateNamespace","params":{"NamespaceId":"cn-beijing:shop","NamespaceName":"shop"}},
///     {"operation":"CreateApplication","params":{"AppName":"cart","NamespaceId":"cn-beijing:shop",
///         "PackageType":"Image","ImageUrl":"demo/cart:1","Replicas":2}},
///     {"operation":"RescaleApplication","params":{"AppId":"cart","Replicas":3}}
/// ]}"#)?;
/// // The same with types:
/// let seed = seed.call(&CreateNamespace::new("other").namespace_id("cn-beijing:other"));
///
/// let local = LocalSae::start().await?;
/// let answers = local.control().seed(&seed).await?;
/// assert_eq!(answers.len(), 4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct Seed {
    tenant: Option<String>,
    calls: Vec<SeedCall>,
}

#[derive(Clone)]
struct SeedCall {
    product: Option<String>,
    operation: String,
    region: Option<String>,
    params: Map<String, Value>,
}

impl Seed {
    /// A seed without calls.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads `{"calls":[{"operation":NAME,"params":{…}}]}`. A call may have a `product`, if several products have the
    /// operation, and a `region`. The object may have a `tenant`. Fails if the text is anything else, or if an
    /// operation isn't implemented.
    pub fn from_json(text: &str) -> Result<Self, ControlError> {
        Self::read(Members::parse(text.as_bytes())?)
    }

    pub(crate) fn read(mut members: Members) -> Result<Self, ControlError> {
        let tenant = members.text("tenant")?;
        let calls = match members.value("calls") {
            Some(Value::Array(calls)) => calls,
            Some(_) => return Err(ControlError::invalid("calls must be a list")),
            None => return Err(ControlError::invalid("calls is missing")),
        };
        members.end()?;
        let read =
            |(number, call): (usize, Value)| SeedCall::read(call).map_err(|error| numbered(number, &error));
        Ok(Self { tenant, calls: (1..).zip(calls).map(read).collect::<Result<_, _>>()? })
    }

    /// Adds a call.
    pub fn call<O: Operation>(mut self, request: &O) -> Self {
        let description = O::DESCRIPTION;
        let params = serde_json::from_str(&encode_json::to_string(request)).unwrap_or_default();
        self.calls.push(SeedCall {
            product: Some(description.service.product.to_owned()),
            operation: description.name.to_owned(),
            region: None,
            params,
        });
        self
    }

    pub(crate) fn tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    /// Makes all calls, or none.
    pub(crate) async fn run(
        &self,
        key: &AccessKey,
        access: &AccessKeys,
    ) -> Result<Vec<String>, ControlError> {
        key.change(access, |sae, edas, _| {
            let mut states = [sae.clone(), edas.clone()];
            let paces = states.each_mut().map(|state| mem::replace(&mut state.pace, Pace::instant()));
            let perform = |(number, call): (usize, &SeedCall)| {
                call.perform(&mut states).map_err(|error| numbered(number, &error))
            };
            let answers = (1..).zip(&self.calls).map(perform).collect::<Result<_, _>>()?;
            for (state, pace) in states.iter_mut().zip(paces) {
                state.pace = pace;
            }
            [*sae, *edas] = states;
            Ok(answers)
        })
        .await?
    }
}

/// Shows the names of the operations only: parameters may be secret.
impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.calls.iter().map(|call| &call.operation).collect();
        f.debug_struct("Seed").field("tenant", &self.tenant).field("calls", &names).finish()
    }
}

impl SeedCall {
    fn read(call: Value) -> Result<Self, ControlError> {
        let Value::Object(members) = call else {
            return Err(ControlError::invalid("a call must be an object"));
        };
        let mut members = Members::of(members);
        let call = Self {
            product: members.text("product")?,
            operation: members.required("operation")?,
            region: members.text("region")?,
            params: match members.value("params") {
                None => Map::new(),
                Some(Value::Object(params)) => params,
                Some(_) => return Err(ControlError::invalid("params must be an object")),
            },
        };
        members.end()?;
        call.find()?;
        Ok(call)
    }

    /// The operation and its handler.
    fn find(&self) -> Result<(&'static Description, Handler), ControlError> {
        let product = self.product.as_deref();
        let products = PRODUCTS.iter().filter(|one| product.is_none_or(|name| one.service.product == name));
        let mut known = None;
        for product in products {
            let registered = product.registered.iter().copied().flatten();
            let Some(found) = registered.map(|one| one.description).find(|one| one.name == self.operation)
            else {
                continue;
            };
            if let Some(handler) = product.handler(found.name) {
                return Ok((found, handler));
            }
            known = Some(found);
        }
        let what = if known.is_some() { "the local SAE does not implement" } else { "there is no operation" };
        Err(ControlError::invalid(format!("{what} {}", self.operation)))
    }

    fn perform(&self, [sae, edas]: &mut [State; 2]) -> Result<String, ControlError> {
        let (description, handler) = self.find()?;
        let state = if description.service.product == edas::SERVICE.product { edas } else { sae };
        let mut parameters = Parameters::new();
        for (name, value) in &self.params {
            let parameter = description.parameters.iter().find(|parameter| parameter.name == name);
            let parameter = parameter.ok_or_else(|| {
                ControlError::invalid(format!("{} has no parameter {name:?}", description.name))
                    .possible(description.parameters.iter().map(|parameter| parameter.name))
            })?;
            let text = match value {
                Value::Null => continue,
                Value::String(text) if name == "AppId" => application(state, text)?,
                Value::String(text) if LISTS.contains(&name.as_str()) => {
                    let ids = text.split(',').map(|name| application(state, name.trim()));
                    ids.collect::<Result<Vec<_>, _>>()?.join(",")
                }
                Value::Array(names) if LISTS.contains(&name.as_str()) => {
                    let id = |name: &Value| match name {
                        Value::String(name) => application(state, name).map(Value::from),
                        other => Ok(other.clone()),
                    };
                    Value::Array(names.iter().map(id).collect::<Result<_, _>>()?).to_string()
                }
                Value::String(text) => text.clone(),
                value => value.to_string(),
            };
            parameters.insert(parameter.name, text);
        }
        let (region, regional) = (self.region.as_deref().unwrap_or(DEFAULT_REGION), self.region.is_some());
        let output =
            handler(&mut Call { state, description, region, regional, parameters }).map_err(|refusal| {
                let text = describe(description.service, &refusal);
                ControlError::new(ControlErrorKind::Refused, format!("{}: {text}", description.name))
            })?;
        let now = state.now;
        state.advance(now);
        Ok(encode_json::to_string(&*output))
    }
}

/// Parameters with several applications: a list, or a text with commas.
const LISTS: &[&str] = &["AppIds", "ResourceIds"];

/// The identifier of an application or a job that is given by its identifier or its name.
fn application(state: &State, name: &str) -> Result<String, ControlError> {
    if state.applications.contains_key(name) || state.jobs.contains_key(name) {
        return Ok(name.to_owned());
    }
    let all = state.names.iter().chain(&state.job_names);
    let mut named = all.filter(|((_, known), _)| known == name).map(|(_, id)| id);
    match (named.next(), named.next()) {
        (Some(id), None) => Ok(id.clone()),
        (Some(_), Some(_)) => Err(ControlError::invalid(format!(
            "several applications are called {name:?}: give the identifier"
        ))),
        (None, _) => Ok(name.to_owned()),
    }
}

fn numbered(number: usize, error: &ControlError) -> ControlError {
    ControlError::new(error.kind(), format!("call {number}: {}", error.message()))
        .possible(error.alternatives().iter().cloned())
}
