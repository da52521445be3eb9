//! Kubernetes services.

use serde::{Deserialize, Serialize};

/// A Kubernetes service: an address in the cluster whose ports lead to the instances of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterService {
    /// Namespace and name: what it is stored under.
    pub id: String,
    /// Identifier of the application.
    pub application: String,
    /// Name, unique in the namespace.
    pub name: String,
    /// Address in the cluster.
    pub address: String,
    /// Its ports.
    pub ports: Vec<ServicePort>,
}

/// A port of a Kubernetes service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServicePort {
    /// Protocol: `TCP` or `UDP`.
    pub protocol: String,
    /// The port that clients connect to.
    pub port: i64,
    /// The port of the container.
    pub target: i64,
}

impl ClusterService {
    /// What a service is stored under.
    pub fn key(home: &str, name: &str) -> String {
        format!("{home}:{name}")
    }
}
