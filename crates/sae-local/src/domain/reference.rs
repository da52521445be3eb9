//! What the settings of an application or a job refer to: config maps and secrets.

use std::collections::BTreeMap;
use std::iter;

use serde_json::Value;

use crate::domain::configuration::{Settings, non_empty};
use crate::domain::job::Job;
use crate::domain::{Application, Refusal, State, integer};

/// A config map or a secret that settings refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The parameter that has it.
    pub parameter: &'static str,
    /// What it refers to.
    pub target: Target,
    /// The key that is used; none for all keys.
    pub key: Option<String>,
    /// Where it is mounted, and in which container: 0 for the main one.
    pub mount: Option<(usize, String)>,
}

/// A config map or a secret, by its identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A config map.
    ConfigMap(i64),
    /// A secret.
    Secret(i64),
}

/// An application or a job that uses something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Related {
    /// Its name.
    pub name: String,
    /// Its identifier.
    pub id: String,
}

/// All references in the settings of an application and its further containers, in the order of the parameters.
pub fn references(settings: &Settings) -> Vec<Reference> {
    let mut found = Vec::new();
    let mut containers = 1;
    for (name, text) in settings {
        if let Some(parameter) = CONTAINERS.iter().find(|known| *known == name) {
            for container in items(Some(&Value::String(text.clone()))) {
                in_container(&mut found, |member| container.get(member).cloned(), parameter, containers);
                containers += 1;
            }
        }
    }
    let own = |name: &str| non_empty(settings, name).map(|text| Value::String(text.to_owned()));
    in_container(&mut found, own, "", 0);
    if let Some(id) = non_empty(settings, "ImagePullSecrets").and_then(integer::parse) {
        let target = Target::Secret(id);
        found.push(Reference { parameter: "ImagePullSecrets", target, key: None, mount: None });
    }
    found
}

impl State {
    /// Refuses settings that refer to a config map or a secret that the namespace doesn't have, to a key that isn't in
    /// it, or that mount two of them at one path.
    pub fn check_references(&self, namespace: &str, settings: &Settings) -> Result<(), Refusal> {
        if non_empty(settings, "ImagePullSecrets").is_some_and(|id| integer::parse(id).is_none()) {
            return Err(Refusal::invalid("ImagePullSecrets"));
        }
        let mut mounts = Vec::new();
        for reference in references(settings) {
            self.check_reference(namespace, &reference)?;
            let Some(mount) = reference.mount else { continue };
            if !mount.1.starts_with('/') {
                return Err(Refusal::unfit(reference.parameter, "mountPath must be absolute"));
            }
            if mounts.contains(&mount) {
                return Err(Refusal::with("MountConflict.ConfigMap", [mount.1]));
            }
            mounts.push(mount);
        }
        Ok(())
    }

    fn check_reference(&self, namespace: &str, reference: &Reference) -> Result<(), Refusal> {
        match reference.target {
            Target::ConfigMap(id) => {
                let found = self.config_maps.get(&id).filter(|found| found.namespace == namespace);
                let found = found.ok_or_else(|| Refusal::with(NO_CONFIG_MAP, [id.to_string()]))?;
                match &reference.key {
                    Some(key) if !found.data.contains_key(key) => {
                        Err(Refusal::with("NotFound.ConfigMapKey", [key.clone(), id.to_string()]))
                    }
                    _ => Ok(()),
                }
            }
            Target::Secret(id) => {
                let found = self.secrets.get(&id).filter(|found| found.namespace == namespace);
                let missing = |what: &str| Refusal::unfit(reference.parameter, format!("secret {id} {what}"));
                let found = found.ok_or_else(|| missing("doesn't exist in the namespace"))?;
                match &reference.key {
                    Some(key) if !found.data.contains_key(key) => Err(missing("doesn't have the key")),
                    _ => Ok(()),
                }
            }
        }
    }

    /// The applications and jobs of a namespace by the config maps and secrets that they use, ordered by name.
    ///
    /// An application uses what its configuration refers to, what instances still run with, and what a rollback of its
    /// latest change order would restore. A job uses what its configuration and its active runs refer to.
    pub fn relations(&self, namespace: &str) -> BTreeMap<Target, Vec<Related>> {
        let mut relations: BTreeMap<Target, Vec<Related>> = BTreeMap::new();
        let mut add = |name: &str, id: &str, mut targets: Vec<Target>| {
            targets.sort();
            targets.dedup();
            for target in targets {
                let related = Related { name: name.to_owned(), id: id.to_owned() };
                relations.entry(target).or_default().push(related);
            }
        };
        for one in self.applications_in(namespace) {
            add(&one.name, &one.id, self.targets(one));
        }
        for one in self.jobs.values().filter(|one| one.namespace == namespace) {
            add(&one.name, &one.id, self.targets_of_job(one));
        }
        for related in relations.values_mut() {
            related.sort();
        }
        relations
    }

    fn targets_of_job(&self, job: &Job) -> Vec<Target> {
        let active = job.active.iter().filter_map(|id| self.job_runs.get(id)).map(|run| &run.settings);
        let settings = iter::once(&job.configuration.settings).chain(active);
        settings.flat_map(references).map(|found| found.target).collect()
    }

    fn targets(&self, application: &Application) -> Vec<Target> {
        let last = application.orders.last().and_then(|id| self.orders.get(id));
        let restored = last.and_then(|order| order.before.as_ref()).map(|before| &before.configuration);
        let running = application.instances.iter().map(|instance| &instance.configuration);
        let mut seen = Vec::new();
        let mut targets = Vec::new();
        for configuration in [&application.configuration].into_iter().chain(restored).chain(running) {
            if !seen.contains(&configuration.version) {
                seen.push(configuration.version);
                targets.extend(references(&configuration.settings).into_iter().map(|found| found.target));
            }
        }
        targets
    }
}

/// Adds the references of one container. `member` reads its parameters, and `outer` is the parameter that the container
/// itself is in; empty for the main container.
fn in_container(
    found: &mut Vec<Reference>,
    member: impl Fn(&str) -> Option<Value>,
    outer: &'static str,
    container: usize,
) {
    let within = |parameter: &'static str| if outer.is_empty() { parameter } else { outer };
    for (parameter, id, all, target) in MOUNTS {
        for mount in items(member(parameter).as_ref()) {
            let Some(id) = number(&mount, id) else { continue };
            let key = text(&mount, "key").filter(|key| key != all);
            let path = text(&mount, "mountPath").unwrap_or_default();
            let mount = Some((container, path));
            found.push(Reference { parameter: within(parameter), target: target(id), key, mount });
        }
    }
    for variable in items(member("Envs").as_ref()) {
        // A plain value takes precedence.
        if text(&variable, "value").is_some() {
            continue;
        }
        let source = variable.get("valueFrom").cloned().unwrap_or_default();
        for (reference, id, target) in SOURCES {
            let Some(reference) = source.get(reference) else { continue };
            let Some(id) = number(reference, id) else { continue };
            let key = text(reference, "key");
            found.push(Reference { parameter: within("Envs"), target: target(id), key, mount: None });
        }
    }
}

/// The items of a list, which may be written as JSON text.
fn items(value: Option<&Value>) -> Vec<Value> {
    match value {
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
        Some(Value::Array(items)) => items.clone(),
        _ => Vec::new(),
    }
}

/// A number, which may be written as text.
fn number(value: &Value, member: &str) -> Option<i64> {
    let value = value.get(member)?;
    value.as_i64().or_else(|| integer::parse(value.as_str()?))
}

/// A text that isn't empty.
fn text(value: &Value, member: &str) -> Option<String> {
    value.get(member)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// There is no config map with this identifier.
pub const NO_CONFIG_MAP: &str = "NotFound.ConfigMap";

type Make = fn(i64) -> Target;

/// Parameters with mounts: the member for the identifier, the key that stands for all keys, and what they mount.
const MOUNTS: [(&str, &str, &str, Make); 2] = [
    ("ConfigMapMountDesc", "configMapId", "sae-sys-configmap-all", Target::ConfigMap),
    ("SecretMountDesc", "secretId", "sae-sys-secret-all", Target::Secret),
];
/// Sources of environment variables: the member for the source, the one for the identifier, and what it refers to.
const SOURCES: [(&str, &str, Make); 2] =
    [("configMapRef", "configMapId", Target::ConfigMap), ("secretRef", "secretId", Target::Secret)];
const CONTAINERS: [&str; 2] = ["InitContainersConfig", "SidecarContainersConfig"];

#[cfg(test)]
mod tests {
    use super::{Target, references};
    use crate::domain::configuration::Settings;

    #[test]
    fn references_are_found_wherever_they_are() {
        let settings: Settings = [
            ("ConfigMapMountDesc", r#"[{"configMapId":"1","key":"a","mountPath":"/a"}]"#),
            ("SecretMountDesc", r#"[{"secretId":2,"key":"sae-sys-secret-all","mountPath":"/b"}]"#),
            (
                "Envs",
                r#"[{"name":"A","valueFrom":{"configMapRef":{"configMapId":3,"key":"k"}}},
                    {"name":"B","valueFrom":{"secretRef":{"secretId":4}}},
                    {"name":"C","value":"plain","valueFrom":{"secretRef":{"secretId":5}}}]"#,
            ),
            ("ImagePullSecrets", "6"),
            (
                "SidecarContainersConfig",
                r#"[{"Envs":"[{\"name\":\"A\",\"valueFrom\":{\"secretRef\":{\"secretId\":7}}}]"},
                    {"SecretMountDesc":[{"secretId":8,"key":"x","mountPath":"/c"}]}]"#,
            ),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        let found: Vec<_> = references(&settings)
            .into_iter()
            .map(|found| (found.parameter, found.target, found.key, found.mount))
            .collect();
        let owned = |text: &str| Some(text.to_owned());
        let at = |container, path: &str| Some((container, path.to_owned()));
        assert_eq!(
            found,
            [
                ("SidecarContainersConfig", Target::Secret(7), None, None),
                ("SidecarContainersConfig", Target::Secret(8), owned("x"), at(2, "/c")),
                ("ConfigMapMountDesc", Target::ConfigMap(1), owned("a"), at(0, "/a")),
                ("SecretMountDesc", Target::Secret(2), None, at(0, "/b")),
                ("Envs", Target::ConfigMap(3), owned("k"), None),
                ("Envs", Target::Secret(4), None, None),
                ("ImagePullSecrets", Target::Secret(6), None, None),
            ]
        );
    }
}
