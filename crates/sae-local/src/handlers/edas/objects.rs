//! What the operations on objects of a cluster share.

use sae_models::edas::NamedApplication;

use crate::domain::k8s::cluster::{Cluster, ClusterNamespace, check_namespace};
use crate::domain::{Application, Refusal, State};
use crate::handlers::fields::{needed, text};

/// The name of an object, with its cluster and namespace.
pub struct ObjectName {
    /// The cluster and its namespace, as `ClusterNamespace` writes them.
    pub home: String,
    /// Name.
    pub name: String,
}

/// Reads the name of an object. Refuses a cluster that doesn't exist, and a namespace with an impossible name.
pub fn object_name(
    state: &State,
    cluster: Option<String>,
    namespace: Option<String>,
    name: Option<String>,
) -> Result<ObjectName, Refusal> {
    let given =
        |parameter: &str, value: Option<String>| needed(parameter, value.filter(|value| !value.is_empty()));
    let cluster = state.cluster(&given("ClusterId", cluster)?)?;
    let namespace = given("Namespace", namespace)?;
    check_namespace(&namespace)?;
    let home = ClusterNamespace { region: &cluster.region, cluster: &cluster.id, namespace: &namespace };
    Ok(ObjectName { home: home.to_string(), name: given("Name", name)? })
}

/// Which objects a list shows.
pub struct ObjectFilter {
    /// Only those in this region.
    pub region: Option<String>,
    /// Only those of this cluster.
    pub cluster: Option<String>,
    /// Only those in this namespace.
    pub namespace: Option<String>,
}

impl ObjectFilter {
    /// Whether the list shows what is in a namespace of a cluster.
    pub fn shows(&self, home: &str) -> bool {
        let home = ClusterNamespace::parse(home);
        let is = |wanted: &Option<String>, value: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted.is_empty() || wanted == value)
        };
        is(&self.region, home.region)
            && is(&self.cluster, home.cluster)
            && is(&self.namespace, home.namespace)
    }
}

/// The name of a cluster.
pub fn cluster_name(cluster: &Cluster) -> String {
    format!("local-{}", cluster.region)
}

/// An application by name.
pub fn named(application: &Application) -> NamedApplication {
    let mut data = NamedApplication::default();
    data.app_id = text(&application.id);
    data.app_name = text(&application.name);
    data
}
