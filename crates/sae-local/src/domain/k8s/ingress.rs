//! Ingresses of clusters.

use serde::{Deserialize, Serialize};

use crate::domain::Millis;

/// An Ingress of a cluster: rules that lead requests from outside to Kubernetes services.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterIngress {
    /// Namespace and name: what it is stored under.
    pub id: String,
    /// The cluster and its namespace, as [`ClusterNamespace`](super::cluster::ClusterNamespace) writes them.
    pub home: String,
    /// Name, unique in the namespace.
    pub name: String,
    /// When it was created.
    pub created: Millis,
    /// What can change.
    pub routing: Routing,
}

/// Where the requests go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routing {
    /// Annotations, as they were sent.
    pub annotations: Option<String>,
    /// Labels, as they were sent.
    pub labels: Option<String>,
    /// The rules, as JSON.
    pub rules: Option<String>,
}

impl ClusterIngress {
    /// What an Ingress is stored under.
    pub fn key(home: &str, name: &str) -> String {
        format!("{home}:{name}")
    }
}
