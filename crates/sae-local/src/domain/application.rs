//! Applications.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::configuration::{Configuration, by_version};
use crate::domain::id::Ids;
use crate::domain::instance::Instance;
use crate::domain::load_balancer::LoadBalancers;
use crate::domain::namespace::Network;
use crate::domain::usage::Usage;
use crate::domain::{Millis, namespace};

/// An application.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Application {
    /// Identifier.
    pub id: String,
    /// Name, one of a kind in its namespace.
    pub name: String,
    /// Description.
    pub description: String,
    /// Identifier of the namespace.
    pub namespace: String,
    /// Network that its instances are in.
    pub network: Network,
    /// When it was created.
    pub created: Millis,
    /// Identifier of its only instance group.
    pub group: String,
    /// What it runs, or will run once it is deployed.
    #[serde(with = "by_version")]
    pub configuration: Arc<Configuration>,
    /// How many instances it has when it runs.
    pub replicas: i64,
    /// Whether it has been deployed.
    pub deployed: bool,
    /// Whether it was stopped.
    pub stopped: bool,
    /// Its instances, oldest first.
    pub instances: Vec<Instance>,
    /// How it is reached.
    pub load_balancers: LoadBalancers,
    /// Its change orders, oldest first.
    pub orders: Vec<String>,
    /// The change order that is under way.
    pub active: Option<String>,
    /// What it has used.
    pub usage: Usage,
    /// When something happens to it by itself.
    pub due: Option<Millis>,
    /// Number of the latest configuration.
    pub versions: u64,
}

/// What a change may have to restore.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RestorePoint {
    /// The configuration.
    #[serde(with = "by_version")]
    pub configuration: Arc<Configuration>,
    /// The number of instances.
    pub replicas: i64,
    /// Whether it had been deployed.
    pub deployed: bool,
    /// Whether it was stopped.
    pub stopped: bool,
}

impl Application {
    /// An application that has a place and a configuration, and nothing else yet.
    pub fn new(
        ids: &mut Ids,
        (namespace, name): (String, String),
        network: Network,
        configuration: Configuration,
        now: Millis,
    ) -> Self {
        Self {
            id: ids.uuid(),
            name,
            description: String::new(),
            namespace,
            network,
            created: now,
            group: ids.uuid(),
            versions: configuration.version,
            configuration: Arc::new(configuration),
            replicas: 0,
            deployed: false,
            stopped: false,
            instances: Vec::new(),
            load_balancers: LoadBalancers::default(),
            orders: Vec::new(),
            active: None,
            usage: Usage::new(now),
            due: None,
        }
    }

    /// The region.
    pub fn region(&self) -> &str {
        namespace::region(&self.namespace)
    }

    /// How many instances run.
    pub fn running(&self) -> usize {
        self.instances.iter().filter(|instance| instance.is_running()).count()
    }

    /// Identifiers of the instances that aren't stopping: first those that fail, then the others, oldest first.
    pub fn living(&self) -> Vec<String> {
        let ids = |failing: bool| {
            let living = self.instances.iter().filter(|instance| !instance.is_stopping());
            let chosen = living.filter(move |instance| instance.failing().is_some() == failing);
            chosen.map(|instance| instance.id.clone())
        };
        ids(true).chain(ids(false)).collect()
    }

    /// How many instances fail.
    pub fn failing(&self) -> usize {
        self.instances.iter().filter(|instance| instance.failing().is_some()).count()
    }

    /// A version of the configuration: the one that there is, or one that instances still run.
    pub fn version(&self, id: &str) -> Option<&Configuration> {
        let running = self.instances.iter().map(|instance| &*instance.configuration);
        std::iter::once(&*self.configuration).chain(running).find(|one| one.version.to_string() == id)
    }

    /// What a change may have to restore.
    pub fn restore_point(&self) -> RestorePoint {
        RestorePoint {
            configuration: Arc::clone(&self.configuration),
            replicas: self.replicas,
            deployed: self.deployed,
            stopped: self.stopped,
        }
    }

    /// The status, in the service's words.
    pub fn status(&self) -> &'static str {
        if self.stopped {
            "STOPPED"
        } else if self.running() > 0 {
            "RUNNING"
        } else {
            "UNKNOWN"
        }
    }

    /// Counts what is in use from now on: an instance counts from when it runs until it is gone.
    pub fn recount(&mut self, now: Millis) {
        let used = self.instances.iter().filter(|instance| instance.has_run());
        let rate = used.fold((0, 0), |(cpu, memory), instance| {
            (cpu + instance.configuration.cpu, memory + instance.configuration.memory)
        });
        self.usage.change(rate, now);
    }
}

impl RestorePoint {
    /// Whether it ran.
    pub const fn was_running(&self) -> bool {
        self.deployed && !self.stopped
    }
}
