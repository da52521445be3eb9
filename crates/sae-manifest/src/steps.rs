//! The calls of a change, as typed requests.

use sae::model::{
    BindSlb, CreateApplication, CreateNamespace, DeleteApplication, DeployApplication, RescaleApplication,
    RescaleApplicationVertically, StartApplication, UnbindSlb, UpdateApplicationDescription, UpdateNamespace,
};
use sae::transport::{Fields, Scalar};

use crate::difference::Difference;
use crate::error::Error;
use crate::keys::{Key, Role};
use crate::package::package_type;
use crate::value::Value;

/// A call. If the application doesn't exist yet, its ID is filled in when the call is sent.
pub enum Step {
    CreateNamespace(CreateNamespace),
    UpdateNamespace(UpdateNamespace),
    /// Waits for an existing change order.
    Follow(String),
    Create(Box<CreateApplication>),
    Describe(UpdateApplicationDescription),
    Deploy(Box<DeployApplication>),
    Resize(RescaleApplicationVertically),
    Rescale(RescaleApplication),
    Start(StartApplication),
    Unbind(UnbindSlb),
    Bind(BindSlb),
    Delete(DeleteApplication),
}

impl Step {
    /// The operation that is called.
    pub const fn operation(&self) -> &'static str {
        match self {
            Self::CreateNamespace(_) => "CreateNamespace",
            Self::UpdateNamespace(_) => "UpdateNamespace",
            Self::Follow(_) => "DescribeChangeOrder",
            Self::Create(_) => "CreateApplication",
            Self::Describe(_) => "UpdateApplicationDescription",
            Self::Deploy(_) => "DeployApplication",
            Self::Resize(_) => "RescaleApplicationVertically",
            Self::Rescale(_) => "RescaleApplication",
            Self::Start(_) => "StartApplication",
            Self::Unbind(_) => "UnbindSlb",
            Self::Bind(_) => "BindSlb",
            Self::Delete(_) => "DeleteApplication",
        }
    }
}

/// The missing step of an application apart from its settings.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum MissingStep {
    Nothing,
    /// Start: it is stopped.
    Start,
    /// Deployment: its settings aren't what is running.
    Deployment,
}

/// The fewest calls for the differences. Scaling and resizing have calls of their own, which roll out less than a deployment and
/// require a running application.
pub fn updates(
    app: &str,
    differences: &[Difference],
    (missing, runs): (MissingStep, bool),
    wanted: &Value,
    keys: &[Key],
) -> Result<Vec<Step>, Error> {
    let (mut described, mut replicas, mut size, mut other) =
        (false, false, false, missing == MissingStep::Deployment);
    for difference in differences {
        match difference.path.as_str() {
            "description" => described = true,
            "replicas" if runs => replicas = true,
            "cpu" | "memory" if runs => size = true,
            _ => other = true,
        }
    }
    let mut steps = Vec::new();
    if described {
        let text = wanted.get("description").and_then(Value::as_text).unwrap_or_default();
        steps.push(Step::Describe(UpdateApplicationDescription::new(text, app)));
    }
    let number = |key: &str| match wanted.get(key) {
        Some(Value::Int(number)) => Some(*number),
        _ => None,
    };
    match (number("cpu"), number("memory")) {
        _ if !(replicas || size || other) => {
            if missing == MissingStep::Start {
                steps.push(Step::Start(StartApplication::new(app)));
            }
        }
        (Some(cpu), Some(memory)) if size && !other && !replicas => {
            let (cpu, memory) = (cpu.to_string(), memory.to_string());
            steps.push(Step::Resize(RescaleApplicationVertically::new(app, cpu, memory)));
        }
        _ if replicas && !other && !size => {
            steps.push(Step::Rescale(RescaleApplication::new(app, number("replicas").unwrap_or_default())));
        }
        _ => steps.push(Step::Deploy(Box::new(deployment(app, keys, wanted)?))),
    }
    Ok(steps)
}

/// A deployment of all settings in the manifest, independent of what the service keeps.
pub fn deployment(app: &str, keys: &[Key], wanted: &Value) -> Result<DeployApplication, Error> {
    let mut request = DeployApplication::new(app);
    fill(&mut request, keys, wanted, |role| matches!(role, Role::Settled | Role::Later | Role::Aside))?;
    Ok(request)
}

pub fn creation(wanted: &Value) -> CreateApplication {
    let text = |key: &str| wanted.get(key).and_then(Value::as_text);
    CreateApplication::new(text("name").unwrap_or_default(), package_type(text("package")), 1)
}

/// Binds and unbinds load balancers: a side without listeners is unbound, a different one is bound again.
pub fn bindings(app: &str, keys: &[Key], wanted: &Value, reached: &[Difference]) -> Result<Vec<Step>, Error> {
    let wanted = wanted.get("slb").map_or(&[][..], Value::members);
    let (mut unbind, mut bind) = (UnbindSlb::new(app), BindSlb::new(app));
    let (mut unbinds, mut binds) = (false, false);
    for side in ["internet", "intranet"] {
        let differs = reached.iter().any(|difference| difference.path.starts_with(&format!("slb.{side}")));
        let listeners = wanted.iter().find(|(key, _)| key == side).map(|(_, listeners)| listeners);
        match listeners {
            Some(Value::List(items)) if items.is_empty() && !differs => {}
            Some(Value::List(items)) if items.is_empty() => {
                unbinds = true;
                unbind = if side == "internet" { unbind.internet(true) } else { unbind.intranet(true) };
            }
            Some(_) if differs => {
                binds = true;
                let this_side = wanted.iter().filter(|(key, _)| key.starts_with(side)).cloned().collect();
                fill(&mut bind, keys, &with_protocols(Value::Table(this_side)), |_| true)?;
            }
            _ => {}
        }
    }
    let unbind = unbinds.then_some(Step::Unbind(unbind));
    Ok(unbind.into_iter().chain(binds.then_some(Step::Bind(bind))).collect())
}

/// The service requires a protocol for each listener.
fn with_protocols(mut slb: Value) -> Value {
    if let Value::Table(sides) = &mut slb {
        let listeners = sides.iter_mut().filter_map(|(_, side)| match side {
            Value::List(items) => Some(items),
            _ => None,
        });
        for listener in listeners.flatten() {
            if let Value::Table(members) = listener
                && !members.iter().any(|(key, _)| key == "protocol")
            {
                members.push(("protocol".to_owned(), Value::text("TCP")));
            }
        }
    }
    slb
}

/// Fills the values into a typed request.
pub fn fill(
    request: &mut dyn Fields,
    keys: &[Key],
    values: &Value,
    wanted: impl Fn(Role) -> bool,
) -> Result<(), Error> {
    for key in keys.iter().filter(|key| wanted(key.role)) {
        let (Some(value), Some(name)) = (values.get(&key.field.key), key.field.wire.first()) else {
            continue;
        };
        // The parameter belongs to another operation.
        let Some(slot) = request.slot(name) else { continue };
        let fits = match value.to_wire(&key.field.shape) {
            serde_json::Value::String(text) => slot.put(Scalar::Text(&text)),
            json => sae::transport::decode_json::value(&json.to_string(), slot)
                .is_ok_and(|notes| notes.is_empty()),
        };
        if !fits || slot.is_unread() {
            return Err(Error::other(format!("the value of {} does not fit its parameter", key.field.key)));
        }
    }
    Ok(())
}
