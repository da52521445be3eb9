//! Creating, changing and deleting Ingresses of clusters.

use crate::domain::k8s::cluster::check_object_name;
use crate::domain::k8s::ingress::{ClusterIngress, Routing};
use crate::domain::k8s::refusal::{absent, conflict};
use crate::domain::{Millis, Refusal, State};

impl State {
    /// Creates an Ingress.
    pub fn create_cluster_ingress(
        &mut self,
        home: String,
        name: String,
        routing: Routing,
        now: Millis,
    ) -> Result<(), Refusal> {
        check_object_name(&name, 1..=63, true)?;
        let id = ClusterIngress::key(&home, &name);
        if self.cluster_ingresses.contains_key(&id) {
            return Err(conflict(format!("an Ingress named {name} exists in this namespace")));
        }
        let ingress = ClusterIngress { id: id.clone(), home, name, created: now, routing };
        self.cluster_ingresses.insert(id, ingress);
        Ok(())
    }

    /// Changes an Ingress. What is left out stays.
    pub fn update_cluster_ingress(
        &mut self,
        home: &str,
        name: &str,
        routing: Routing,
    ) -> Result<(), Refusal> {
        let ingress = self.cluster_ingresses.get_mut(&ClusterIngress::key(home, name));
        let former = &mut ingress.ok_or_else(|| missing(name))?.routing;
        former.annotations = routing.annotations.or_else(|| former.annotations.take());
        former.labels = routing.labels.or_else(|| former.labels.take());
        former.rules = routing.rules.or_else(|| former.rules.take());
        Ok(())
    }

    /// Deletes an Ingress.
    pub fn delete_cluster_ingress(&mut self, home: &str, name: &str) -> Result<(), Refusal> {
        let removed = self.cluster_ingresses.remove(&ClusterIngress::key(home, name));
        removed.map(drop).ok_or_else(|| missing(name))
    }
}

fn missing(name: &str) -> Refusal {
    absent(format_args!("the Ingress {name}"))
}
