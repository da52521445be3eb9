//! Creating, changing and deleting Kubernetes services.

use std::collections::BTreeSet;

use crate::domain::change_order::{Kind, Outcome};
use crate::domain::k8s::cluster::check_object_name;
use crate::domain::k8s::refusal::{absent, conflict, wrong};
use crate::domain::k8s::service::{ClusterService, ServicePort};
use crate::domain::plan::{Strategy, Work};
use crate::domain::rollout_bounds::RolloutBounds;
use crate::domain::state::Change;
use crate::domain::{Millis, Refusal, State};

impl State {
    /// Creates a service of an application and returns the identifier of the change order. The service is there at
    /// once.
    pub fn create_service(
        &mut self,
        application: &str,
        name: &str,
        ports: Vec<ServicePort>,
        now: Millis,
    ) -> Result<String, Refusal> {
        check_object_name(name, 2..=32, true)?;
        check_ports(&ports)?;
        let id = ClusterService::key(&self.idle(application)?.namespace, name);
        if self.cluster_services.contains_key(&id) {
            return Err(conflict(format!("a service named {name} exists in this namespace")));
        }
        let order = self.begin_service_change(application, Kind::CreateService, now)?;
        let service = ClusterService {
            id: id.clone(),
            application: application.to_owned(),
            name: name.to_owned(),
            address: self.addresses.private().to_string(),
            ports,
        };
        self.cluster_services.insert(id, service);
        Ok(order)
    }

    /// Replaces the ports of a service, if there are any new ones. Returns the identifier of the change order.
    pub fn update_service(
        &mut self,
        application: &str,
        name: &str,
        ports: Option<Vec<ServicePort>>,
        now: Millis,
    ) -> Result<String, Refusal> {
        ports.iter().try_for_each(|ports| check_ports(ports))?;
        let id = self.service(application, name)?.id.clone();
        let order = self.begin_service_change(application, Kind::UpdateService, now)?;
        if let (Some(service), Some(ports)) = (self.cluster_services.get_mut(&id), ports) {
            service.ports = ports;
        }
        Ok(order)
    }

    /// Deletes a service and returns the identifier of the change order.
    pub fn delete_service(&mut self, application: &str, name: &str, now: Millis) -> Result<String, Refusal> {
        let id = self.service(application, name)?.id.clone();
        let order = self.begin_service_change(application, Kind::DeleteService, now)?;
        self.cluster_services.remove(&id);
        Ok(order)
    }

    /// Looks up a service of an application that nothing else changes.
    fn service(&self, application: &str, name: &str) -> Result<&ClusterService, Refusal> {
        let id = ClusterService::key(&self.idle(application)?.namespace, name);
        let found = self.cluster_services.get(&id).filter(|service| service.application == application);
        found.ok_or_else(|| absent(format_args!("the service {name} of this application")))
    }

    /// The services of an application, ordered by name.
    pub fn services_of<'a>(&'a self, application: &'a str) -> impl Iterator<Item = &'a ClusterService> {
        self.cluster_services.values().filter(move |service| service.application == application)
    }

    /// Removes the services of an application that is gone.
    pub fn forget_services(&mut self, application: &str) {
        let ids: Vec<String> = self.services_of(application).map(|service| service.id.clone()).collect();
        for id in ids {
            self.cluster_services.remove(&id);
        }
    }

    /// A change order that records what has been done already.
    fn begin_service_change(
        &mut self,
        application: &str,
        kind: Kind,
        now: Millis,
    ) -> Result<String, Refusal> {
        let before = self.idle(application)?.restore_point();
        let change = Change {
            kind,
            description: kind.words().to_owned(),
            strategy: Strategy::WHOLE,
            bounds: RolloutBounds::default(),
            work: Work::default(),
            outcome: Outcome::Unchanged,
        };
        self.begin(application, before, change, now)
    }
}

/// Refuses no ports, ports outside 1 to 65535, and a port that is there twice for a protocol.
fn check_ports(ports: &[ServicePort]) -> Result<(), Refusal> {
    let valid = |port: i64| (1..=65_535).contains(&port);
    if ports.is_empty() {
        return Err(wrong("ServicePorts", "a service has one port at least"));
    }
    if !ports.iter().all(|port| valid(port.port) && valid(port.target)) {
        return Err(wrong("ServicePorts", "ports are 1 to 65535"));
    }
    let mut seen = BTreeSet::new();
    match ports.iter().find(|port| !seen.insert((&port.protocol, port.port))) {
        Some(twice) => {
            Err(wrong("ServicePorts", format!("port {} is there twice for {}", twice.port, twice.protocol)))
        }
        None => Ok(()),
    }
}
