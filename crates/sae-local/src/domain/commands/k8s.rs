//! Commands on applications in Kubernetes clusters, as EDAS has them.
//!
//! These applications are rolled out, stopped, deleted, aborted and rolled back like others. The differences: they live
//! in clusters, they may have no instances at all, and any amount of CPU and memory is allowed.

pub mod configs;
pub mod ingresses;
pub mod services;

use std::sync::Arc;

use crate::domain::application::Application;
use crate::domain::change_order::{Kind, Outcome};
use crate::domain::commands::create::{check_name, describe};
use crate::domain::configuration::{Configuration, Package, Settings};
use crate::domain::k8s::cluster::{Cluster, ClusterNamespace, check_namespace};
use crate::domain::k8s::refusal::{absent, conflict, wrong};
use crate::domain::plan::{Strategy, Work};
use crate::domain::refusal::WRONG_STATUS;
use crate::domain::rollout_bounds::RolloutBounds;
use crate::domain::state::{Change, QUOTA};
use crate::domain::{Millis, Refusal, State};

/// A request to create an application in a cluster.
#[derive(Clone)]
pub struct NewK8sApplication {
    /// Name.
    pub name: String,
    /// Identifier of the cluster.
    pub cluster: String,
    /// Kubernetes namespace.
    pub namespace: String,
    /// Description.
    pub description: String,
    /// Package type.
    pub package: Package,
    /// Number of instances, from 0.
    pub replicas: i64,
    /// All other parameters, by wire name.
    pub settings: Settings,
}

/// A request to deploy a new version in a cluster.
#[derive(Clone)]
pub struct Release {
    /// Number of instances; none if it stays.
    pub replicas: Option<i64>,
    /// How the change is divided into batches.
    pub strategy: Strategy,
    /// Description of the change order.
    pub description: Option<String>,
    /// All settings of the new version, including unchanged ones.
    pub settings: Settings,
}

impl State {
    /// Looks up a cluster.
    pub fn cluster(&self, id: &str) -> Result<Cluster, Refusal> {
        let mut all = self.regions.iter().map(|region| Cluster::of(region));
        all.find(|cluster| cluster.id == id).ok_or_else(|| absent(format_args!("the cluster {id}")))
    }

    /// Creates an application in a cluster and returns its identifier and that of its change order.
    pub fn create_in_cluster(
        &mut self,
        new: NewK8sApplication,
        now: Millis,
    ) -> Result<(String, String), Refusal> {
        check_name(&new.name)?;
        check_namespace(&new.namespace)?;
        check_replicas(new.replicas)?;
        let cluster = self.cluster(&new.cluster)?;
        let home =
            ClusterNamespace { region: &cluster.region, cluster: &cluster.id, namespace: &new.namespace };
        let key = (home.to_string(), new.name);
        if self.names.contains_key(&key) {
            return Err(conflict("an application of this name exists in this namespace of the cluster"));
        }
        let runs = new.replicas > 0;
        let configuration = version(1, new.package, new.settings, now);
        let application = Application {
            description: new.description,
            replicas: new.replicas.max(1),
            deployed: !runs,
            stopped: !runs,
            ..Application::new(&mut self.ids, key, cluster.network, configuration, now)
        };
        let change = Change {
            kind: Kind::Create,
            description: describe(&application.configuration),
            strategy: Strategy::WHOLE,
            bounds: RolloutBounds::default(),
            work: Work { add: count(new.replicas), ..Work::default() },
            outcome: outcome(new.replicas),
        };
        self.add_application(application, change, now)
    }

    /// Deploys a new version and returns the identifier of the change order. A stopped application stays stopped unless
    /// a number of instances is given.
    pub fn deploy_in_cluster(&mut self, id: &str, release: Release, now: Millis) -> Result<String, Refusal> {
        let application = self.idle(id)?;
        let before = application.restore_point();
        let wanted = release.replicas.unwrap_or_else(|| application.wanted());
        check_replicas(wanted)?;
        let package = application.configuration.package;
        let configuration = version(application.versions + 1, package, release.settings, now);
        let change = Change {
            kind: Kind::Deploy,
            description: release.description.unwrap_or_else(|| describe(&configuration)),
            strategy: release.strategy,
            bounds: RolloutBounds::default(),
            work: Work { add: count(wanted), retire: application.living(), lasts: 0 },
            outcome: outcome(wanted),
        };
        let application = self.application_mut(id)?;
        application.versions = configuration.version;
        application.configuration = Arc::new(configuration);
        // Without instances the deployment is complete at once.
        application.deployed |= wanted == 0;
        application.replicas = if wanted > 0 { wanted } else { application.replicas };
        self.begin(id, before, change, now)
    }

    /// Changes the number of instances, also from and to 0. The newest instances are stopped first.
    pub fn scale_in_cluster(&mut self, id: &str, wanted: i64, now: Millis) -> Result<String, Refusal> {
        check_replicas(wanted)?;
        let application = self.deployed(id)?;
        let before = application.restore_point();
        let mut living = application.living();
        let kind = if count(wanted) >= living.len() { Kind::ScaleOut } else { Kind::ScaleIn };
        let add = count(wanted).saturating_sub(living.len());
        let mut retire = living.split_off(count(wanted).min(living.len()));
        retire.reverse();
        let change = Change {
            kind,
            description: format!("instances: {} to {wanted}", application.wanted()),
            strategy: Strategy::WHOLE,
            bounds: RolloutBounds::default(),
            work: Work { add, retire, lasts: 0 },
            outcome: outcome(wanted),
        };
        let application = self.application_mut(id)?;
        application.replicas = if wanted > 0 { wanted } else { application.replicas };
        self.begin(id, before, change, now)
    }

    /// Starts a stopped application, with this number of instances or the one that it had.
    pub fn start_in_cluster(
        &mut self,
        id: &str,
        replicas: Option<i64>,
        now: Millis,
    ) -> Result<String, Refusal> {
        let application = self.deployed(id)?;
        if !application.stopped {
            return Err(WRONG_STATUS);
        }
        let wanted = replicas.unwrap_or(application.replicas);
        check_replicas(wanted)?;
        if wanted == 0 {
            return Err(wrong("Replicas", "an application starts with one instance at least"));
        }
        let before = application.restore_point();
        let change = Change {
            kind: Kind::Start,
            description: Kind::Start.words().to_owned(),
            strategy: Strategy::WHOLE,
            bounds: RolloutBounds::default(),
            work: Work { add: count(wanted), ..Work::default() },
            outcome: outcome(wanted),
        };
        self.application_mut(id)?.replicas = wanted;
        self.begin(id, before, change, now)
    }
}

impl Application {
    /// The number of instances that it should have now.
    pub const fn wanted(&self) -> i64 {
        if self.stopped { 0 } else { self.replicas }
    }
}

/// A configuration whose CPU and memory are those of its limits.
fn version(number: u64, package: Package, settings: Settings, now: Millis) -> Configuration {
    let mut configuration =
        Configuration { version: number, created: now, package, cpu: 0, memory: 0, settings };
    configuration.cpu = configuration.number("LimitmCpu").unwrap_or_default();
    configuration.memory = configuration.number("LimitMem").unwrap_or_default();
    configuration
}

const fn outcome(wanted: i64) -> Outcome {
    if wanted > 0 { Outcome::Deployed } else { Outcome::Stopped }
}

fn check_replicas(replicas: i64) -> Result<(), Refusal> {
    if (0..=QUOTA).contains(&replicas) {
        return Ok(());
    }
    Err(wrong("Replicas", format!("an application has 0 to {QUOTA} instances")))
}

fn count(replicas: i64) -> usize {
    usize::try_from(replicas).unwrap_or_default()
}
