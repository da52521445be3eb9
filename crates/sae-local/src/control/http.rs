//! The control interface over HTTP.

mod faults;
mod guard;
mod report;

use serde_json::{Value, json};

use super::api::Control;
use super::error::{ControlError, ControlErrorKind};
use super::members::Members;
use super::seed::Seed;
use super::snapshot::Snapshot;
use crate::domain::time::millis;
use crate::domain::{Pace, Refusal};
use crate::protocol::access_keys::NewKey;
use crate::protocol::errors::local_error;
use crate::protocol::host::HostPolicy;
use crate::protocol::request::HttpRequest;

/// Answers a request whose path is under `/_local`: status and body.
pub async fn answer(control: &Control, policy: HostPolicy<'_>, request: &HttpRequest) -> (u16, String) {
    let outcome = match guard::check(policy, request) {
        Ok(()) => perform(control, request).await,
        Err(error) => Err(error),
    };
    let (status, answer) = match outcome {
        Ok(answer) => (200, answer),
        Err(error) if error.alternatives().is_empty() => {
            (error.status(), json!({ "error": error.message() }))
        }
        Err(error) => (error.status(), json!({ "error": error.message(), "possible": error.alternatives() })),
    };
    (status, answer.to_string() + "\n")
}

/// Answers a request that is refused before it is read: status and body.
pub fn refused(refusal: &Refusal) -> (u16, String) {
    let info = local_error(refusal.code());
    let (status, message) = info.map_or((400, refusal.code()), |info| (info.status, info.message));
    (status, json!({ "error": refusal.message(message) }).to_string() + "\n")
}

async fn perform(control: &Control, request: &HttpRequest) -> Result<Value, ControlError> {
    let method = request.method.as_str();
    let path = if request.path == "/_local" { "/_local/" } else { request.path.as_str() };
    match (method, path) {
        ("GET", "/_local/") => overview(control, request),
        ("POST", "/_local/reset") => reset(control, request).await,
        ("POST", "/_local/seed") => seed(control, request).await,
        ("GET", "/_local/state") => snapshot(control, request),
        ("PUT", "/_local/state") => restore(control, request).await,
        ("GET", "/_local/clock") => clocks(control, request),
        ("POST", "/_local/clock") => drive(control, request).await,
        ("GET", "/_local/requests") => requests(control, request),
        ("DELETE", "/_local/requests") => forget(control, request),
        ("GET", "/_local/faults") => list_faults(control, request),
        ("POST", "/_local/faults") => make_fault(control, request),
        ("DELETE", "/_local/faults") => clear_faults(control, request),
        ("POST", "/_local/tenants") => add_tenant(control, request),
        _ => Err(elsewhere(method, path)),
    }
}

fn elsewhere(method: &str, path: &str) -> ControlError {
    let methods: Vec<_> = ROUTES.iter().filter(|route| route.1 == path).map(|route| route.0).collect();
    if methods.is_empty() {
        return ControlError::new(ControlErrorKind::NotFound, format!("there is no {path}"))
            .possible(addresses());
    }
    ControlError::new(ControlErrorKind::Method, format!("{path} does not take {method}")).possible(methods)
}

fn overview(control: &Control, request: &HttpRequest) -> Result<Value, ControlError> {
    query(request, &[])?;
    let addresses = addresses();
    Ok(report::overview(control, &addresses.iter().map(String::as_str).collect::<Vec<_>>()))
}

async fn reset(control: &Control, request: &HttpRequest) -> Result<Value, ControlError> {
    let mut members = Members::parse(&request.body)?;
    let control = named(control, members.text("tenant")?.as_deref())?;
    members.end()?;
    control.reset().await?;
    Ok(json!({ "reset": control.keys().iter().map(|key| key.id.as_str()).collect::<Vec<_>>() }))
}

async fn seed(control: &Control, request: &HttpRequest) -> Result<Value, ControlError> {
    let answers = control.seed(&Seed::read(Members::parse(&request.body)?)?).await?;
    let answers: Value =
        answers.iter().map(|text| serde_json::from_str::<Value>(text).unwrap_or_default()).collect();
    Ok(json!({ "answers": answers }))
}

fn snapshot(control: &Control, request: &HttpRequest) -> Result<Value, ControlError> {
    let tenant = query(request, &["tenant"])?.first().copied().flatten();
    let json = named(control, tenant)?.snapshot()?.to_json();
    serde_json::from_str(&json).map_err(|error| ControlError::invalid(error.to_string()))
}

async fn restore(control: &Control, request: &HttpRequest) -> Result<Value, ControlError> {
    let tenant = query(request, &["tenant"])?.first().copied().flatten();
    let control = named(control, tenant)?;
    let text = std::str::from_utf8(&request.body)
        .map_err(|_| ControlError::invalid("the body is not valid UTF-8"))?;
    control.restore(&Snapshot::from_json(text)?).await?;
    Ok(report::clocks(&control))
}

fn clocks(control: &Control, request: &HttpRequest) -> Result<Value, ControlError> {
    let [tenant] = query(request, &["tenant"])?[..] else { return Ok(report::clocks(control)) };
    Ok(report::clocks(&named(control, tenant)?))
}

async fn drive(control: &Control, request: &HttpRequest) -> Result<Value, ControlError> {
    let mut members = Members::parse(&request.body)?;
    let one = named(control, members.text("tenant")?.as_deref())?;
    let (freeze, advance, skew) =
        (members.boolean("freeze")?, members.time("advance")?, members.offset("skew")?);
    members.end()?;
    if let Some(ahead) = skew {
        control.skew(ahead);
    }
    if freeze.is_some() || advance.is_some() {
        let tickets = one.drive(|clock, system| {
            match freeze {
                Some(true) => clock.freeze(system),
                Some(false) => clock.resume(system),
                None => {}
            }
            clock.advance(advance.map(millis).unwrap_or_default());
        });
        for ticket in tickets {
            ticket.committed().await?;
        }
    }
    Ok(report::clocks(&one))
}

fn requests(control: &Control, request: &HttpRequest) -> Result<Value, ControlError> {
    let asked = query(request, &["operation", "tenant", "limit"])?;
    let [operation, tenant, limit] = asked[..] else { return Ok(Value::Null) };
    let limit = match limit.map(str::parse::<usize>) {
        None => usize::MAX,
        Some(Ok(limit)) => limit,
        Some(Err(_)) => return Err(ControlError::invalid("limit must be a whole number")),
    };
    let mut found = named(control, tenant)?.requests();
    found.retain(|served| operation.is_none() || served.operation == operation);
    let skipped = found.len().saturating_sub(limit);
    Ok(json!({ "requests": report::requests(found.iter().skip(skipped)) }))
}

fn forget(control: &Control, request: &HttpRequest) -> Result<Value, ControlError> {
    let tenant = query(request, &["tenant"])?.first().copied().flatten();
    named(control, tenant)?.forget_requests();
    Ok(json!({}))
}

fn list_faults(control: &Control, request: &HttpRequest) -> Result<Value, ControlError> {
    let tenant = query(request, &["tenant"])?.first().copied().flatten();
    Ok(json!({ "faults": faults::list(&named(control, tenant)?.faults()) }))
}

fn make_fault(control: &Control, request: &HttpRequest) -> Result<Value, ControlError> {
    let number = control.fault(faults::fault(Members::parse(&request.body)?)?)?;
    Ok(json!({ "number": number }))
}

fn clear_faults(control: &Control, request: &HttpRequest) -> Result<Value, ControlError> {
    let asked = query(request, &["number", "tenant"])?;
    let [number, tenant] = asked[..] else { return Ok(Value::Null) };
    let control = named(control, tenant)?;
    let Some(number) = number else { return Ok(json!({ "cleared": control.clear_faults() })) };
    let number: u64 = number.parse().map_err(|_| ControlError::invalid("number must be a whole number"))?;
    match control.backend.faults.clear(|fault| fault.number == number && control.owns(fault)) {
        0 => Err(ControlError::new(ControlErrorKind::NotFound, format!("there is no fault {number}"))
            .possible(control.faults().iter().map(|fault| fault.number.to_string()))),
        cleared => Ok(json!({ "cleared": cleared })),
    }
}

fn add_tenant(control: &Control, request: &HttpRequest) -> Result<Value, ControlError> {
    let mut members = Members::parse(&request.body)?;
    let new = NewKey {
        id: members.required("id")?,
        secret: members.required("secret")?,
        token: members.text("token")?,
    };
    let pace = members.text("pace")?.map(|name| name.parse::<Pace>()).transpose();
    members.end()?;
    let pace = pace.map_err(|error| ControlError::invalid(error.to_string()))?;
    let id = new.id.clone();
    control.add(new, pace)?;
    Ok(json!({ "tenant": id }))
}

/// The control for a tenant, if one is named.
fn named(control: &Control, tenant: Option<&str>) -> Result<Control, ControlError> {
    tenant.map_or_else(|| Ok(control.clone()), |id| control.tenant(id))
}

/// The values of these query parameters. Fails if there are others.
fn query<'a>(request: &'a HttpRequest, names: &[&str]) -> Result<Vec<Option<&'a str>>, ControlError> {
    if let Some((name, _)) = request.query.iter().find(|(name, _)| !names.contains(&name.as_str())) {
        let message = format!("there is no query parameter {name:?}");
        return Err(ControlError::invalid(message).possible(names.iter().copied()));
    }
    Ok(names.iter().map(|name| request.query(name)).collect())
}

/// All methods and paths.
fn addresses() -> Vec<String> {
    ROUTES.iter().map(|(method, path)| format!("{method} {path}")).collect()
}

/// The methods and paths of [`perform`]; a test compares them.
const ROUTES: [(&str, &str); 13] = [
    ("GET", "/_local/"),
    ("POST", "/_local/reset"),
    ("POST", "/_local/seed"),
    ("GET", "/_local/state"),
    ("PUT", "/_local/state"),
    ("GET", "/_local/clock"),
    ("POST", "/_local/clock"),
    ("GET", "/_local/requests"),
    ("DELETE", "/_local/requests"),
    ("GET", "/_local/faults"),
    ("POST", "/_local/faults"),
    ("DELETE", "/_local/faults"),
    ("POST", "/_local/tenants"),
];
