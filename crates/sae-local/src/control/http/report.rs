//! Answers of the control interface as JSON.

use std::time::UNIX_EPOCH;

use sae_models::{edas, sae};
use serde_json::{Map, Value, json};

use crate::control::api::Control;
use crate::control::journal::Served;
use crate::domain::ChangeOrder;
use crate::domain::time::{self, millis};
use crate::handlers::operations::{PRODUCTS, Product};
use crate::protocol::access_keys::AccessKey;
use crate::protocol::service_clock::system_now;

/// A description of the server.
pub fn overview(control: &Control, paths: &[&str]) -> Value {
    let names = |product: &Product| {
        let names: Vec<_> = product.operations.iter().map(|one| Value::from(one.name)).collect();
        (product.service.product.to_owned(), Value::from(names))
    };
    let operations: Map<String, Value> = PRODUCTS.iter().map(names).collect();
    let tenants: Value = control.keys().iter().map(|key| tenant(key)).collect();
    json!({
        "server": "sae-local",
        "version": env!("CARGO_PKG_VERSION"),
        "tenants": tenants,
        "faults": control.faults().len(),
        "requests": control.requests().len(),
        "skew_ms": control.backend.clock.skew(),
        "paths": paths,
        "operations": operations,
    })
}

/// The clocks.
pub fn clocks(control: &Control) -> Value {
    let clocks: Value = control.keys().iter().map(|key| clock(key)).collect();
    json!({ "skew_ms": control.backend.clock.skew(), "tenants": clocks })
}

/// The requests.
pub fn requests<'a>(requests: impl IntoIterator<Item = &'a Served>) -> Value {
    requests.into_iter().map(request).collect()
}

fn tenant(key: &AccessKey) -> Value {
    let mut report = clock(key);
    if let Value::Object(members) = &mut report {
        members.insert("temporary".to_owned(), key.token.is_some().into());
        for service in [&sae::SERVICE, &edas::SERVICE] {
            members.insert(service.product.to_owned(), contents(key, service.product));
        }
    }
    report
}

/// How much a tenant has in a product.
fn contents(key: &AccessKey, product: &str) -> Value {
    let durable = key.state(product);
    let state = &durable.state;
    json!({
        "namespaces": state.namespaces.len(),
        "applications": state.applications.len(),
        "change_orders": state.orders.len(),
        "change_orders_running": state.orders.values().filter(|order| ChangeOrder::is_active(order)).count(),
    })
}

fn clock(key: &AccessKey) -> Value {
    let clock = key.clock();
    let now = clock.now(system_now());
    json!({ "tenant": key.id, "now": time::text(now), "now_ms": now, "frozen": clock.is_frozen() })
}

fn request(served: &Served) -> Value {
    let at = millis(served.time.duration_since(UNIX_EPOCH).unwrap_or_default());
    let summary = served.summary();
    json!({
        "time_ms": at,
        "request_id": served.request_id,
        "tenant": served.tenant,
        "operation": served.operation,
        "method": served.method,
        "path": served.path,
        "status": served.status,
        "code": served.code,
        "duration_us": u64::try_from(served.duration.as_micros()).unwrap_or(u64::MAX),
        "parameters": summary.parameters,
        "body": summary.body,
        "string_to_sign": summary.string_to_sign,
        "fault": served.fault,
    })
}
