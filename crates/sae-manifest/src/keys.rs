//! The keys of manifests: parameters of the API in snake case, except for a few with common names.

use sae::model::{BindSlb, CreateApplication, CreateNamespace, DeployApplication};
use sae::transport::{Operation, Parameter};

use crate::rules::{Form, Rule};
use crate::shape::{self, Field};

/// A key and its properties.
pub struct Key {
    pub field: Field,
    pub role: Role,
    /// What it means.
    pub doc: &'static str,
}

impl Key {
    /// Whether the service doesn't return its value.
    pub fn is_write_only(&self) -> bool {
        UNTOLD.contains(&self.field.key.as_str())
    }
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It identifies the entry.
    Name,
    /// It can be changed by a deployment.
    Settled,
    /// It can be changed by a deployment, but not given at creation.
    Later,
    /// It is set when the application is created and can't change.
    Fixed,
    /// It controls the rollout or can't be read back: it is sent, but is no difference by itself.
    Aside,
}

/// The keys of an application.
pub fn application() -> Vec<Key> {
    let (mut create, mut deploy) = (CreateApplication::default(), DeployApplication::default());
    let (creation, deployment) = (parameters::<CreateApplication>(), parameters::<DeployApplication>());
    let mut keys: Vec<_> = shape::fields(&mut create, NAMES)
        .into_iter()
        .filter_map(|field| {
            let deployed = deployment.iter().any(|other| is_of(&field, other));
            let role = role(&field, if deployed { Role::Settled } else { Role::Fixed });
            Some(Key { role, doc: documented(&field, creation)?, field: kept(field) })
        })
        .collect();
    let later = shape::fields(&mut deploy, NAMES)
        .into_iter()
        .filter(|field| !creation.iter().any(|other| is_of(field, other)) && field.wire != ["AppId"]);
    keys.extend(later.filter_map(|field| {
        let doc = documented(&field, deployment)?;
        Some(Key { role: role(&field, Role::Later), doc, field: kept(field) })
    }));
    keys.sort_by_key(|key| FIRST.iter().position(|first| *first == key.field.key).unwrap_or(FIRST.len()));
    keys
}

/// The URL of a package may contain credentials, so it is treated as a secret.
fn kept(mut field: Field) -> Field {
    field.secret |= field.key == PACKAGE;
    field
}

/// The keys of load balancers.
pub fn slb() -> Vec<Key> {
    let fields = shape::fields(&mut BindSlb::default(), NAMES).into_iter();
    fields
        .filter(|field| field.wire != ["AppId"])
        .filter_map(|field| {
            let doc = documented(&field, parameters::<BindSlb>())?;
            Some(Key { role: Role::Settled, doc, field })
        })
        .collect()
}

/// The keys of a namespace.
pub fn namespace() -> Vec<Key> {
    let fields = shape::fields(&mut CreateNamespace::default(), NAMESPACE_NAMES).into_iter();
    fields
        .filter(|field| field.wire != ["NameSpaceShortId"])
        .filter_map(|mut field| {
            let doc = documented(&field, parameters::<CreateNamespace>())?;
            if field.key == "id" {
                field.rule = Some(Rule::Form(Form::NamespaceId));
            }
            let role = match field.key.as_str() {
                "id" => Role::Name,
                "name" | "description" => Role::Settled,
                _ => Role::Aside,
            };
            Some(Key { field, role, doc })
        })
        .collect()
}

fn parameters<O: Operation>() -> &'static [Parameter] {
    O::DESCRIPTION.parameters
}

fn is_of(field: &Field, parameter: &Parameter) -> bool {
    field.wire == [parameter.name]
}

fn documented(field: &Field, parameters: &'static [Parameter]) -> Option<&'static str> {
    parameters.iter().find(|parameter| is_of(field, parameter)).map(|parameter| parameter.doc)
}

fn role(field: &Field, otherwise: Role) -> Role {
    match field.key.as_str() {
        "name" | "namespace" => Role::Name,
        // It is changed by an operation of its own.
        "description" => Role::Settled,
        "package_type" => Role::Fixed,
        key if ASIDE.contains(&key) || UNTOLD.contains(&key) => Role::Aside,
        _ => otherwise,
    }
}

/// Its common name.
const NAMES: shape::Names = &[
    ("AppDescription", "description"),
    ("AppName", "name"),
    ("CommandArgs", "args"),
    ("CustomHostAlias", "host_aliases"),
    ("Envs", "env"),
    ("ImageUrl", "image"),
    ("NamespaceId", "namespace"),
    ("PackageUrl", "package"),
    ("StartupProbe", "startup"),
    ("TomcatConfig", "tomcat"),
    ("VSwitchId", "vswitch_id"),
    ("httpGet", "http"),
    ("httpsCertId", "certificate"),
    ("isContainKeyWord", "contains_keyword"),
    ("keyWord", "keyword"),
    ("targetPort", "target"),
    ("tcpSocket", "tcp"),
];

const NAMESPACE_NAMES: shape::Names =
    &[("NamespaceDescription", "description"), ("NamespaceId", "id"), ("NamespaceName", "name")];

/// Important keys come first; the others follow in the order of the documentation.
const FIRST: &[&str] = &[
    "name",
    "namespace",
    "description",
    "package_type",
    "image",
    "package",
    "package_version",
    "replicas",
    "cpu",
    "memory",
    "command",
    "args",
    "env",
];

/// Rollout settings.
const ASIDE: &[&str] = &[
    "auto_config",
    "auto_enable_application_scaling_rule",
    "batch_wait_time",
    "change_order_desc",
    "deploy",
    "max_surge_instance_ratio",
    "max_surge_instances",
    "min_ready_instance_ratio",
    "min_ready_instances",
    "update_strategy",
];

/// Settings that no operation returns.
const UNTOLD: &[&str] = &[
    "enable_ebpf",
    "enable_micro_registration",
    "enable_namespace_sls_config",
    "enable_sidecar_resource_isolated",
    "gpu_config",
    "sae_version",
];

/// The URL of a package, which is shown without credentials.
pub const PACKAGE: &str = "package";

/// Settings that the API returns under another name.
pub const ANSWERED: &[(&str, &str)] = &[
    ("HeadlessPvtzDiscoverySvc", "HeadlessPvtzDiscovery"),
    ("PvtzDiscoverySvc", "PvtzDiscovery"),
    ("SwimlanePvtzDiscoverySvc", "SwimlanePvtzDiscovery"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sae::model::{CreateApplication, DeployApplication};
    use sae::transport::Operation as _;

    use super::{application, namespace, slb};

    #[test]
    fn every_parameter_of_creation_and_deployment_has_a_key() {
        let keys = application();
        let reached: BTreeSet<_> = keys.iter().filter_map(|key| key.field.wire.first().copied()).collect();
        for operation in [CreateApplication::DESCRIPTION, DeployApplication::DESCRIPTION] {
            for parameter in operation.parameters.iter().filter(|parameter| parameter.name != "AppId") {
                assert!(reached.contains(parameter.name), "{} of {}", parameter.name, operation.name);
            }
        }
    }

    #[test]
    fn no_key_stands_for_two_parameters() {
        for keys in [application(), slb(), namespace()] {
            let mut seen = BTreeSet::new();
            for key in &keys {
                assert!(seen.insert(key.field.key.clone()), "{}", key.field.key);
            }
        }
    }
}
