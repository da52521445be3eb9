//! Faults as JSON.

use serde_json::Value;

use crate::control::error::ControlError;
use crate::control::faults::{Fault, FaultReport};
use crate::control::members::Members;

/// Reads a fault.
pub fn fault(mut members: Members) -> Result<Fault, ControlError> {
    let mut fault = members.text("operation")?.map_or_else(Fault::everywhere, Fault::on);
    if let Some(tenant) = members.text("tenant")? {
        fault = fault.tenant(tenant);
    }
    if let Some(times) = members.number("times")? {
        fault = fault.times(times);
    }
    if let Some(requests) = members.number("skip")? {
        fault = fault.skip(requests);
    }
    if let Some(probability) = members.fraction("probability")? {
        fault = fault.probability(probability);
    }
    if let Some(seed) = members.number("seed")? {
        fault = fault.seed(seed);
    }
    if let Some(latency) = members.time("latency")? {
        fault = fault.latency(latency);
    }
    let mut effects = Vec::new();
    match members.text("drop")?.as_deref() {
        None => {}
        Some("before") => effects.push(fault.clone().drop_before()),
        Some("after") => effects.push(fault.clone().drop_after()),
        Some(_) => return Err(ControlError::invalid("drop must be before or after")),
    }
    if let Some(code) = members.text("error")? {
        effects.push(fault.clone().error(code));
    }
    if let Some(status) = members.number("status")? {
        effects.push(fault.clone().status(u16::try_from(status).unwrap_or(u16::MAX)));
    }
    if let Some(wait) = members.time("throttle")? {
        effects.push(fault.clone().throttle(wait));
    }
    for (name, effect) in FLAGS {
        if members.boolean(name)? == Some(true) {
            effects.push(effect(fault.clone()));
        }
    }
    members.end()?;
    match effects.len() {
        0 | 1 => Ok(effects.pop().unwrap_or(fault)),
        _ => Err(ControlError::invalid("a fault has at most one effect: add one fault for each")),
    }
}

/// Writes the faults in force.
pub fn list(reports: &[FaultReport]) -> Value {
    let report = |report: &FaultReport| {
        serde_json::json!({
            "number": report.number,
            "operation": report.operation,
            "tenant": report.tenant,
            "effect": report.effect,
            "seen": report.seen,
            "fired": report.fired,
            "left": report.left,
        })
    };
    reports.iter().map(report).collect()
}

type Flag = (&'static str, fn(Fault) -> Fault);

const FLAGS: [Flag; 4] = [
    ("truncate", Fault::truncate),
    ("out_of_quota", Fault::out_of_quota),
    ("image_pull_failure", Fault::image_pull_failure),
    ("never_ready", Fault::never_ready),
];
