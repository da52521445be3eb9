//! The operations that a fault can apply to, and their error codes.

use sae_transport::{Description, Effect, ErrorInfo, Registered};

use crate::handlers::operations::PRODUCTS;
use crate::protocol::errors::may_answer;

/// The operations with this name; a few names are in both products.
pub fn described(name: &str) -> impl Iterator<Item = &'static Registered> {
    let all = PRODUCTS.iter().flat_map(|product| product.registered.iter().copied().flatten());
    all.filter(move |one| one.description.name == name)
}

/// Whether an operation can begin a change, or a run of a job, that starts instances.
pub fn starts_instances(description: &Description) -> bool {
    description.effect == Effect::Write && STARTING.contains(&description.name)
}

/// The codes that an operation can answer; without one, those that every operation can answer.
pub fn possible(operation: Option<&str>) -> Vec<&'static str> {
    let described = operation.and_then(|name| described(name).next()).map(|one| one.description);
    let service =
        described.map_or_else(|| PRODUCTS.first().map(|product| product.service), |one| Some(one.service));
    let all = service.into_iter().flat_map(|service| service.errors);
    let fits = |info: &&ErrorInfo| match described {
        Some(description) => may_answer(Some(description), info),
        None => info.gateway || info.common,
    };
    all.filter(fits).map(|info| info.code).collect()
}

/// The operations that can begin a change, or a run of a job, that starts instances. The spec doesn't have this information.
pub const STARTING: [&str; 16] = [
    "AbortAndRollbackChangeOrder",
    "AbortChangeOrder",
    "CreateApplication",
    "DeployApplication",
    "RescaleApplication",
    "RescaleApplicationVertically",
    "RestartApplication",
    "RestartInstances",
    "RollbackApplication",
    "StartApplication",
    "CreateJob",
    "ExecJob",
    "UpdateJob",
    "DeployK8sApplication",
    "InsertK8sApplication",
    "ScaleK8sApplication",
];

/// An operation whose name differs only in case, or begins or ends with this text.
pub fn near(name: &str) -> Option<&'static str> {
    let all = || PRODUCTS.iter().flat_map(|product| product.registered.iter().copied().flatten());
    let all = || all().map(|one| one.description.name);
    let wanted = name.to_ascii_lowercase();
    let fits = |test: &dyn Fn(&str) -> bool| all().find(|name| test(&name.to_ascii_lowercase()));
    fits(&|name| name == wanted)
        .or_else(|| fits(&|name| !wanted.is_empty() && name.starts_with(&wanted)))
        .or_else(|| fits(&|name| !wanted.is_empty() && name.ends_with(&wanted)))
}
