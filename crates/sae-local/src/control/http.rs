//! The control interface over HTTP.

use serde_json::{Value, json};

use super::members::Members;
use super::{Control, ControlError, ControlErrorKind, Seed, Site, faults, report};
use crate::access::NewKey;
use crate::arrival::Arrival;
use crate::domain::Pace;

/// Status and body of the answer to a request whose path is under `/_local`.
pub fn answer(control: &Control, site: Site, arrival: &Arrival) -> (u16, String) {
    let (status, told) = match site.check(arrival).and_then(|()| perform(control, arrival)) {
        Ok(told) => (200, told),
        Err(error) if error.alternatives().is_empty() => {
            (error.status(), json!({ "error": error.message() }))
        }
        Err(error) => (error.status(), json!({ "error": error.message(), "possible": error.alternatives() })),
    };
    (status, told.to_string())
}

fn perform(control: &Control, arrival: &Arrival) -> Result<Value, ControlError> {
    let method = arrival.method.as_str();
    let here = ROUTES.iter().filter(|(_, path, _)| *path == arrival.path);
    let path = if arrival.path == "/_local" { "/_local/" } else { arrival.path.as_str() };
    if let Some((_, _, handle)) = ROUTES.iter().find(|route| (route.0, route.1) == (method, path)) {
        return handle(control, arrival);
    }
    let methods: Vec<_> = here.map(|(method, ..)| *method).collect();
    Err(if methods.is_empty() {
        ControlError::new(ControlErrorKind::NotFound, format!("there is no {}", arrival.path))
            .possible(addresses())
    } else {
        ControlError::new(ControlErrorKind::Method, format!("{} does not take {method}", arrival.path))
            .possible(methods)
    })
}

fn overview(control: &Control, arrival: &Arrival) -> Result<Value, ControlError> {
    query(arrival, &[])?;
    let addresses = addresses();
    Ok(report::overview(control, &addresses.iter().map(String::as_str).collect::<Vec<_>>()))
}

fn reset(control: &Control, arrival: &Arrival) -> Result<Value, ControlError> {
    let mut members = Members::parse(&arrival.body)?;
    let control = named(control, members.text("tenant")?.as_deref())?;
    members.end()?;
    control.reset();
    Ok(json!({ "reset": control.keys().iter().map(|key| key.id.as_str()).collect::<Vec<_>>() }))
}

fn seed(control: &Control, arrival: &Arrival) -> Result<Value, ControlError> {
    let answers = control.seed(&Seed::read(Members::parse(&arrival.body)?)?)?;
    let answers: Value =
        answers.iter().map(|text| serde_json::from_str::<Value>(text).unwrap_or_default()).collect();
    Ok(json!({ "answers": answers }))
}

fn clocks(control: &Control, arrival: &Arrival) -> Result<Value, ControlError> {
    let [tenant] = query(arrival, &["tenant"])?[..] else { return Ok(report::clocks(control)) };
    Ok(report::clocks(&named(control, tenant)?))
}

fn drive(control: &Control, arrival: &Arrival) -> Result<Value, ControlError> {
    let mut members = Members::parse(&arrival.body)?;
    let one = named(control, members.text("tenant")?.as_deref())?;
    let (freeze, advance, skew) =
        (members.boolean("freeze")?, members.time("advance")?, members.offset("skew")?);
    members.end()?;
    match freeze {
        Some(true) => one.freeze(),
        Some(false) => one.resume(),
        None => {}
    }
    if let Some(time) = advance {
        one.advance(time);
    }
    if let Some(ahead) = skew {
        control.skew(ahead);
    }
    Ok(report::clocks(&one))
}

fn requests(control: &Control, arrival: &Arrival) -> Result<Value, ControlError> {
    let asked = query(arrival, &["operation", "tenant", "limit"])?;
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

fn forget(control: &Control, arrival: &Arrival) -> Result<Value, ControlError> {
    let tenant = query(arrival, &["tenant"])?.first().copied().flatten();
    named(control, tenant)?.forget_requests();
    Ok(json!({}))
}

fn list_faults(control: &Control, arrival: &Arrival) -> Result<Value, ControlError> {
    let tenant = query(arrival, &["tenant"])?.first().copied().flatten();
    Ok(json!({ "faults": faults::list(&named(control, tenant)?.faults()) }))
}

fn make_fault(control: &Control, arrival: &Arrival) -> Result<Value, ControlError> {
    let number = control.fault(faults::fault(Members::parse(&arrival.body)?)?)?;
    Ok(json!({ "number": number }))
}

fn clear_faults(control: &Control, arrival: &Arrival) -> Result<Value, ControlError> {
    let asked = query(arrival, &["number", "tenant"])?;
    let [number, tenant] = asked[..] else { return Ok(Value::Null) };
    let control = named(control, tenant)?;
    let Some(number) = number else { return Ok(json!({ "cleared": control.clear_faults() })) };
    let number: u64 = number.parse().map_err(|_| ControlError::invalid("number must be a whole number"))?;
    match control.gateway.faults.clear(|fault| fault.number == number && control.owns(fault)) {
        0 => Err(ControlError::new(ControlErrorKind::NotFound, format!("there is no fault {number}"))
            .possible(control.faults().iter().map(|fault| fault.number.to_string()))),
        cleared => Ok(json!({ "cleared": cleared })),
    }
}

fn add_tenant(control: &Control, arrival: &Arrival) -> Result<Value, ControlError> {
    let mut members = Members::parse(&arrival.body)?;
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

/// The control of a tenant, if one is named.
fn named(control: &Control, tenant: Option<&str>) -> Result<Control, ControlError> {
    tenant.map_or_else(|| Ok(control.clone()), |id| control.tenant(id))
}

/// The values of these query parameters; no other may be there.
fn query<'a>(arrival: &'a Arrival, names: &[&str]) -> Result<Vec<Option<&'a str>>, ControlError> {
    if let Some((name, _)) = arrival.query.iter().find(|(name, _)| !names.contains(&name.as_str())) {
        let message = format!("there is no query parameter {name:?}");
        return Err(ControlError::invalid(message).possible(names.iter().copied()));
    }
    Ok(names.iter().map(|name| arrival.query(name)).collect())
}

/// What there is.
fn addresses() -> Vec<String> {
    ROUTES.iter().map(|(method, path, _)| format!("{method} {path}")).collect()
}

type Route = (&'static str, &'static str, fn(&Control, &Arrival) -> Result<Value, ControlError>);

const ROUTES: [Route; 11] = [
    ("GET", "/_local/", overview),
    ("POST", "/_local/reset", reset),
    ("POST", "/_local/seed", seed),
    ("GET", "/_local/clock", clocks),
    ("POST", "/_local/clock", drive),
    ("GET", "/_local/requests", requests),
    ("DELETE", "/_local/requests", forget),
    ("GET", "/_local/faults", list_faults),
    ("POST", "/_local/faults", make_fault),
    ("DELETE", "/_local/faults", clear_faults),
    ("POST", "/_local/tenants", add_tenant),
];
