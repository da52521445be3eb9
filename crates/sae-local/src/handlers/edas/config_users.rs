//! Which ConfigMaps and Secrets the settings of an application name.

use sae_models::edas::{ConfigKind as MountKind, ConfigMount};
use sae_transport::Json;
use serde_json::Value;

use crate::domain::configuration::Configuration;
use crate::domain::k8s::config::ConfigKind;

/// Whether a version mounts it, has variables from it, or pulls its image with it.
pub fn uses(configuration: &Configuration, kind: ConfigKind, name: &str) -> bool {
    let mounts = configuration.setting("ConfigMountDescs").map(Json::<Vec<ConfigMount>>::raw);
    let mounts = mounts.and_then(Json::into_value).unwrap_or_default();
    let is_mounted = mounts.iter().any(|mount| {
        let is_secret = mount.r#type == MountKind::Secret;
        is_secret == (kind == ConfigKind::Secret) && mount.name == name
    });
    let pulls = kind == ConfigKind::Secret && configuration.setting("SecretName") == Some(name);
    let references = match kind {
        ConfigKind::ConfigMap => ["configMapRef", "configMapKeyRef"],
        ConfigKind::Secret => ["secretRef", "secretKeyRef"],
    };
    let mut variables = ["EnvFroms", "Envs"].into_iter().filter_map(|name| configuration.setting(name));
    is_mounted
        || pulls
        || variables.any(|text| {
            serde_json::from_str(text).is_ok_and(|value: Value| refers(&value, &references, name))
        })
}

/// Whether a member with one of these names, at any depth, has this `name`.
fn refers(value: &Value, references: &[&str], name: &str) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| refers(item, references, name)),
        Value::Object(members) => members.iter().any(|(member, inner)| {
            let is_named = inner.get("name").and_then(Value::as_str) == Some(name);
            (is_named && references.contains(&member.as_str())) || refers(inner, references, name)
        }),
        _ => false,
    }
}
