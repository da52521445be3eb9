//! Creating, changing, deleting and listing ingresses.

use crate::domain::configuration::is_tagged;
use crate::domain::ingress::{Ingress, LoadBalancerKind, Routes};
use crate::domain::{Millis, Refusal, State};

/// A request to create an ingress.
#[derive(Clone, Debug, Default)]
pub struct NewIngress {
    /// Identifier of the namespace.
    pub namespace: String,
    /// Description.
    pub description: String,
    /// Identifier of the load balancer; none for a new one.
    pub slb: Option<String>,
    /// Kind of the load balancer; none for what its identifier says.
    pub kind: Option<LoadBalancerKind>,
    /// The network of a new load balancer.
    pub network: Option<String>,
    /// The listener and its rules.
    pub routes: Routes,
}

impl State {
    /// Creates an ingress and returns its identifier.
    pub fn create_ingress(&mut self, new: NewIngress, now: Millis) -> Result<i64, Refusal> {
        self.namespace(&new.namespace)?;
        let of_alb = new.slb.as_ref().is_some_and(|id| is_tagged(id, LoadBalancerKind::Alb.tag()));
        let kind = new.kind.unwrap_or(if of_alb { LoadBalancerKind::Alb } else { LoadBalancerKind::Clb });
        if let Some(id) = new.slb.as_ref().filter(|id| !is_tagged(id, kind.tag())) {
            return Err(Refusal::with("Slb.NotFound", [id]));
        }
        // Only an ALB instance is created.
        if new.slb.is_none() && kind == LoadBalancerKind::Clb {
            return Err(Refusal::missing("SlbId"));
        }
        let network = new.network.filter(|_| new.slb.is_none());
        let mut ingress = Ingress {
            id: 0,
            namespace: new.namespace,
            description: new.description,
            slb: new.slb.unwrap_or_default(),
            kind,
            network,
            created: now,
            routes: new.routes,
        };
        self.check_ingress(&ingress)?;
        if ingress.slb.is_empty() {
            ingress.slb = self.ids.tagged(kind.tag(), NEW_LENGTH);
            ingress.network.get_or_insert_with(|| "Internet".to_owned());
        }
        ingress.id = self.next_number();
        let id = ingress.id;
        self.ingresses.insert(id, ingress);
        Ok(id)
    }

    /// Looks up an ingress.
    pub fn ingress(&self, id: i64) -> Result<&Ingress, Refusal> {
        self.ingresses.get(&id).ok_or_else(|| Refusal::unfit("IngressId", "the ingress doesn't exist"))
    }

    /// Changes an ingress: its description if there is one, and its listener and rules.
    pub fn update_ingress(
        &mut self,
        id: i64,
        description: Option<String>,
        routes: Routes,
    ) -> Result<(), Refusal> {
        let mut ingress = self.ingress(id)?.clone();
        ingress.description = description.unwrap_or(ingress.description);
        ingress.routes = routes;
        self.check_ingress(&ingress)?;
        self.ingresses.insert(id, ingress);
        Ok(())
    }

    /// Deletes an ingress.
    pub fn delete_ingress(&mut self, id: i64) -> Result<(), Refusal> {
        self.ingress(id)?;
        self.ingresses.remove(&id);
        Ok(())
    }

    /// The ingresses of a namespace, oldest first.
    pub fn ingresses_of<'a>(&'a self, namespace: &'a str) -> impl Iterator<Item = &'a Ingress> {
        self.ingresses.values().filter(move |ingress| ingress.namespace == namespace)
    }

    /// Removes the rules that lead to an application that is gone.
    pub fn forget_backend(&mut self, application: &str) {
        let led = |ingress: &&Ingress| ingress.backends().any(|backend| backend.application == application);
        let changed: Vec<i64> = self.ingresses.values().filter(led).map(|ingress| ingress.id).collect();
        for id in changed {
            let Some(ingress) = self.ingresses.get_mut(&id) else { continue };
            ingress.routes.default.take_if(|default| default.application == application);
            ingress.routes.rules.retain(|rule| rule.backend.application != application);
        }
    }

    /// Whether an ingress listens on a port of a load balancer.
    pub fn has_ingress_on(&self, slb: &str, port: i64) -> bool {
        self.ingresses.values().any(|ingress| ingress.slb == slb && ingress.routes.port == port)
    }

    fn check_ingress(&self, ingress: &Ingress) -> Result<(), Refusal> {
        ingress.check()?;
        let in_namespace = |application: &str| {
            self.applications.get(application).is_some_and(|found| found.namespace == ingress.namespace)
        };
        let default = ingress.routes.default.iter().map(|backend| ("DefaultRule", backend));
        let rules = ingress.routes.rules.iter().map(|rule| ("Rules", &rule.backend));
        if let Some((parameter, _)) =
            default.chain(rules).find(|(_, backend)| !in_namespace(&backend.application))
        {
            return Err(Refusal::unfit(parameter, "the namespace has no application with this appId"));
        }
        let port = ingress.routes.port;
        let others = self.ingresses.values().filter(|other| other.id != ingress.id);
        let mut others = others.filter(|other| other.slb == ingress.slb && other.routes.port == port);
        if others.next().is_some() || self.is_bound_on(&ingress.slb, port) {
            let reason = format!("port {port} of {} is in use", ingress.slb);
            return Err(Refusal::unfit("ListenerPort", reason));
        }
        Ok(())
    }
}

/// The number of random characters in the identifier of a load balancer.
const NEW_LENGTH: usize = 18;
