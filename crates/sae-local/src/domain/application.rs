//! Applications.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::configuration::{Configuration, by_version, by_versions};
use crate::domain::id::Ids;
use crate::domain::instance::Instance;
use crate::domain::load_balancer::LoadBalancers;
use crate::domain::monitoring::Monitoring;
use crate::domain::namespace::Network;
use crate::domain::tags::Tags;
use crate::domain::usage::Usage;
use crate::domain::{Millis, namespace};

/// An application.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Application {
    /// Identifier.
    pub id: String,
    /// Name, unique in its namespace.
    pub name: String,
    /// Description.
    pub description: String,
    /// Identifier of the namespace.
    pub namespace: String,
    /// The network of its instances.
    pub network: Network,
    /// When it was created.
    pub created: Millis,
    /// Identifier of its only instance group.
    pub group: String,
    /// The current version of its configuration. Instances may run earlier ones.
    #[serde(with = "by_version")]
    pub configuration: Arc<Configuration>,
    /// The latest versions that were deployed, oldest first. Data from before they were kept doesn't contain them.
    #[serde(default, with = "by_versions")]
    pub history: Vec<Arc<Configuration>>,
    /// The number of instances that it has when it runs.
    pub replicas: i64,
    /// Whether it has been deployed.
    pub deployed: bool,
    /// Whether it was stopped.
    pub stopped: bool,
    /// Its instances, oldest first.
    pub instances: Vec<Instance>,
    /// Its tags. Data from before there were tags doesn't contain them.
    #[serde(default)]
    pub tags: Tags,
    /// How it is monitored. Data from before there was a choice doesn't contain it.
    #[serde(default)]
    pub monitoring: Monitoring,
    /// The load balancers that it is reached through.
    pub load_balancers: LoadBalancers,
    /// Identifiers of its change orders, oldest first.
    pub orders: Vec<String>,
    /// Identifier of the running change order.
    pub active: Option<String>,
    /// The CPU and memory that it has used.
    pub usage: Usage,
    /// When the engine next looks at it.
    pub due: Option<Millis>,
    /// Number of the latest version of the configuration.
    pub versions: u64,
}

/// The parts of an application that a rollback restores.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RestorePoint {
    /// The version of the configuration.
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
    /// An application with a configuration, but without instances and change orders.
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
            history: Vec::new(),
            replicas: 0,
            deployed: false,
            stopped: false,
            instances: Vec::new(),
            tags: Tags::new(),
            monitoring: Monitoring::default(),
            load_balancers: LoadBalancers::default(),
            orders: Vec::new(),
            active: None,
            usage: Usage::new(now),
            due: None,
        }
    }

    /// The region of its namespace.
    pub fn region(&self) -> &str {
        namespace::region(&self.namespace)
    }

    /// The number of running instances.
    pub fn running(&self) -> usize {
        self.instances.iter().filter(|instance| instance.is_running()).count()
    }

    /// Identifiers of the instances that aren't stopping: failing ones first, then the others, both oldest first.
    pub fn living(&self) -> Vec<String> {
        let ids = |failing: bool| {
            let living = self.instances.iter().filter(|instance| !instance.is_stopping());
            let chosen = living.filter(move |instance| instance.failing().is_some() == failing);
            chosen.map(|instance| instance.id.clone())
        };
        ids(true).chain(ids(false)).collect()
    }

    /// The number of failing instances.
    pub fn failing(&self) -> usize {
        self.instances.iter().filter(|instance| instance.failing().is_some()).count()
    }

    /// A version of the configuration, by its number: the current one, one that an instance still runs, or one that was
    /// deployed before.
    pub fn version(&self, id: &str) -> Option<&Configuration> {
        let running = self.instances.iter().map(|instance| &instance.configuration);
        let all = std::iter::once(&self.configuration).chain(running).chain(&self.history);
        all.map(|one| &**one).find(|one| one.version.to_string() == id)
    }

    /// A version that was deployed, by its number.
    pub fn deployed_version(&self, id: &str) -> Option<&Arc<Configuration>> {
        self.history.iter().find(|one| one.version.to_string() == id)
    }

    /// Keeps the current version among those that were deployed. The oldest ones are forgotten.
    pub fn keep_version(&mut self) {
        let version = self.configuration.version;
        if self.history.iter().all(|one| one.version != version) {
            self.history.push(Arc::clone(&self.configuration));
        }
        let superfluous = self.history.len().saturating_sub(VERSIONS);
        self.history.drain(..superfluous);
    }

    /// What a rollback of the next change restores.
    pub fn restore_point(&self) -> RestorePoint {
        RestorePoint {
            configuration: Arc::clone(&self.configuration),
            replicas: self.replicas,
            deployed: self.deployed,
            stopped: self.stopped,
        }
    }

    /// The service's word for its status.
    pub fn status(&self) -> &'static str {
        if self.stopped {
            "STOPPED"
        } else if self.running() > 0 {
            "RUNNING"
        } else {
            "UNKNOWN"
        }
    }

    /// Records the CPU and memory in use from now on. An instance counts from its first run until it is removed.
    pub fn recount(&mut self, now: Millis) {
        let used = self.instances.iter().filter(|instance| instance.has_run());
        let rate = used.fold((0, 0), |(cpu, memory), instance| {
            (cpu + instance.configuration.cpu, memory + instance.configuration.memory)
        });
        self.usage.change(rate, now);
    }
}

impl RestorePoint {
    /// Whether it was deployed and not stopped.
    pub const fn was_running(&self) -> bool {
        self.deployed && !self.stopped
    }
}

/// How many deployed versions are kept of each application.
pub const VERSIONS: usize = 20;
