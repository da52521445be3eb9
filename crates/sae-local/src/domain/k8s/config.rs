//! ConfigMaps and Secrets of clusters.

use serde::{Deserialize, Serialize};

use crate::domain::Millis;
use crate::domain::key_values::KeyValues;

/// A ConfigMap or a Secret of a cluster.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterConfig {
    /// Kind, namespace and name: what it is stored under.
    pub id: String,
    /// The cluster and its namespace, as [`ClusterNamespace`](super::cluster::ClusterNamespace) writes them.
    pub home: String,
    /// Name, unique among those of its kind in the namespace.
    pub name: String,
    /// Its entries.
    pub data: KeyValues,
    /// What only a Secret has.
    pub secret: Option<SecretDetails>,
    /// When it was created.
    pub created: Millis,
}

/// What a Secret has beside its entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretDetails {
    /// Type: `Opaque` or `kubernetes.io/tls`.
    pub kind: String,
    /// Whether the values were sent in Base64.
    pub encoded: bool,
    /// Identifier of its certificate.
    pub certificate: Option<String>,
    /// Region of its certificate.
    pub certificate_region: Option<String>,
}

/// The two kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigKind {
    /// A ConfigMap.
    ConfigMap,
    /// A Secret.
    Secret,
}

impl ConfigKind {
    /// The name of the kind in Kubernetes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConfigMap => "ConfigMap",
            Self::Secret => "Secret",
        }
    }
}

impl ClusterConfig {
    /// What an object is stored under.
    pub fn key(kind: ConfigKind, home: &str, name: &str) -> String {
        format!("{}:{home}:{name}", kind.as_str())
    }

    /// Its kind.
    pub const fn kind(&self) -> ConfigKind {
        if self.secret.is_some() { ConfigKind::Secret } else { ConfigKind::ConfigMap }
    }
}

/// Leaves out the entries, which may be secret.
impl std::fmt::Debug for ClusterConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClusterConfig").field("id", &self.id).finish_non_exhaustive()
    }
}
