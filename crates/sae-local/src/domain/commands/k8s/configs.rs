//! Creating, changing and deleting ConfigMaps and Secrets of clusters.

use crate::domain::k8s::cluster::check_object_name;
use crate::domain::k8s::config::{ClusterConfig, ConfigKind, SecretDetails};
use crate::domain::k8s::refusal::{absent, conflict, wrong};
use crate::domain::key_values::{KeyValues, check};
use crate::domain::{Millis, Refusal, State};

impl State {
    /// Creates a ConfigMap, or a Secret if it has the details of one.
    pub fn create_cluster_config(
        &mut self,
        home: String,
        name: String,
        data: KeyValues,
        secret: Option<SecretDetails>,
        now: Millis,
    ) -> Result<(), Refusal> {
        check_object_name(&name, 1..=63, false)?;
        check("Data", &data)?;
        let kind = if secret.is_some() { ConfigKind::Secret } else { ConfigKind::ConfigMap };
        let id = ClusterConfig::key(kind, &home, &name);
        if self.cluster_configs.contains_key(&id) {
            return Err(conflict(format!("a {} named {name} exists in this namespace", kind.as_str())));
        }
        let created = ClusterConfig { id: id.clone(), home, name, data, secret, created: now };
        self.cluster_configs.insert(id, created);
        Ok(())
    }

    /// Replaces the entries of a ConfigMap or a Secret, and the details of a Secret. Its type can't change.
    pub fn update_cluster_config(
        &mut self,
        home: &str,
        name: &str,
        data: KeyValues,
        secret: Option<SecretDetails>,
    ) -> Result<(), Refusal> {
        check("Data", &data)?;
        let kind = if secret.is_some() { ConfigKind::Secret } else { ConfigKind::ConfigMap };
        let id = ClusterConfig::key(kind, home, name);
        let config = self.cluster_configs.get(&id).ok_or_else(|| missing(kind, name))?;
        let type_of = |details: &Option<SecretDetails>| details.as_ref().map(|details| details.kind.clone());
        if type_of(&config.secret) != type_of(&secret) {
            return Err(wrong("Type", "the type of a Secret can't change"));
        }
        if let Some(config) = self.cluster_configs.get_mut(&id) {
            (config.data, config.secret) = (data, secret);
        }
        Ok(())
    }

    /// Deletes a ConfigMap or a Secret, even if applications use it.
    pub fn delete_cluster_config(&mut self, kind: ConfigKind, home: &str, name: &str) -> Result<(), Refusal> {
        let id = ClusterConfig::key(kind, home, name);
        self.cluster_configs.remove(&id).map(drop).ok_or_else(|| missing(kind, name))
    }
}

fn missing(kind: ConfigKind, name: &str) -> Refusal {
    absent(format_args!("the {} {name}", kind.as_str()))
}
