//! The state of one tenant in one service.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::address::Addresses;
use crate::domain::application::{Application, RestorePoint};
use crate::domain::change_order::{ChangeOrder, Kind, Outcome, Pipeline, Status};
use crate::domain::config_map::ConfigMap;
use crate::domain::grey_tag_route::GreyTagRoute;
use crate::domain::id::Ids;
use crate::domain::ingress::Ingress;
use crate::domain::instance::Instance;
use crate::domain::job::{Job, JobRun};
use crate::domain::k8s::config::ClusterConfig;
use crate::domain::k8s::ingress::ClusterIngress;
use crate::domain::k8s::service::ClusterService;
use crate::domain::namespace::Namespace;
use crate::domain::pace::Pace;
use crate::domain::plan::{Strategy, Work, pipelines};
use crate::domain::refusal::{BUSY, NO_APPLICATION, NO_CHANGE_ORDER, NO_QUOTA, NOT_DEPLOYED};
use crate::domain::rollout_bounds::RolloutBounds;
use crate::domain::secret::Secret;
use crate::domain::swimming_lane::{Lane, LaneGroup};
use crate::domain::tracked_map::TrackedMap;
use crate::domain::web_application::WebApplication;
use crate::domain::{InstanceFailure, Millis, Refusal};

/// The state of one tenant in one service.
#[derive(Clone, Debug)]
pub struct State {
    /// The seed of the access data of default namespaces.
    pub seed: u64,
    /// Generates identifiers.
    pub ids: Ids,
    /// The latest number that an item got as its identifier, if the service numbers items of its kind.
    pub numbers: i64,
    /// Assigns addresses.
    pub addresses: Addresses,
    /// How long operations take.
    pub pace: Pace,
    /// The regions of the service.
    pub regions: Vec<&'static str>,
    /// Namespaces by identifier.
    pub namespaces: TrackedMap<Namespace>,
    /// Config maps by identifier.
    pub config_maps: TrackedMap<ConfigMap, i64>,
    /// Secrets by identifier.
    pub secrets: TrackedMap<Secret, i64>,
    /// Ingresses by identifier.
    pub ingresses: TrackedMap<Ingress, i64>,
    /// Grey tag routes by identifier.
    pub grey_tag_routes: TrackedMap<GreyTagRoute, i64>,
    /// Lane groups by identifier.
    pub lane_groups: TrackedMap<LaneGroup, i64>,
    /// Lanes by identifier.
    pub lanes: TrackedMap<Lane, i64>,
    /// ConfigMaps and Secrets of clusters by kind, namespace and name.
    pub cluster_configs: TrackedMap<ClusterConfig>,
    /// Kubernetes services by namespace and name.
    pub cluster_services: TrackedMap<ClusterService>,
    /// Ingresses of clusters by namespace and name.
    pub cluster_ingresses: TrackedMap<ClusterIngress>,
    /// Web applications by identifier.
    pub web_applications: TrackedMap<WebApplication>,
    /// Applications by identifier.
    pub applications: TrackedMap<Application>,
    /// Identifiers of applications by namespace and name.
    pub names: BTreeMap<(String, String), String>,
    /// Change orders by identifier, including the latest of deleted applications.
    pub orders: TrackedMap<ChangeOrder>,
    /// Identifiers of change orders by the identifiers of their pipelines.
    pub pipelines: BTreeMap<String, String>,
    /// Jobs by identifier.
    pub jobs: TrackedMap<Job>,
    /// Runs of jobs by identifier.
    pub job_runs: TrackedMap<JobRun>,
    /// Identifiers of jobs by namespace and name.
    pub job_names: BTreeMap<(String, String), String>,
    /// Identifiers of runs by their job and their number.
    pub runs: BTreeMap<String, BTreeMap<u64, String>>,
    /// The change orders of deleted applications and jobs, ordered by when they ended.
    pub deleted: BTreeSet<(Millis, String)>,
    /// When the engine next looks at which application: one entry for each [`Application::due`].
    pub agenda: BTreeSet<(Millis, String)>,
    /// When the engine next looks at which job: one entry for each [`Job::due`].
    pub job_agenda: BTreeSet<(Millis, String)>,
    /// The failure of the next change that starts instances, if a test asked for one.
    pub failure: Option<InstanceFailure>,
    /// The time up to which everything has been done.
    pub now: Millis,
}

/// A change that is about to begin.
#[derive(Clone, Debug)]
pub struct Change {
    /// What it does.
    pub kind: Kind,
    /// Description of its change order.
    pub description: String,
    /// How it is divided into batches.
    pub strategy: Strategy,
    /// How many instances stay ready, and how many there may be.
    pub bounds: RolloutBounds,
    /// The instances to start and to stop.
    pub work: Work,
    /// What becomes of the application if it succeeds.
    pub outcome: Outcome,
}

impl State {
    /// An empty state with this seed, this pace and these regions.
    pub fn new(seed: u64, pace: Pace, regions: Vec<&'static str>) -> Self {
        Self {
            seed,
            ids: Ids::new(seed),
            numbers: 0,
            addresses: Addresses::default(),
            pace,
            regions,
            namespaces: TrackedMap::new(),
            config_maps: TrackedMap::new(),
            secrets: TrackedMap::new(),
            ingresses: TrackedMap::new(),
            grey_tag_routes: TrackedMap::new(),
            lane_groups: TrackedMap::new(),
            lanes: TrackedMap::new(),
            cluster_configs: TrackedMap::new(),
            cluster_services: TrackedMap::new(),
            cluster_ingresses: TrackedMap::new(),
            web_applications: TrackedMap::new(),
            applications: TrackedMap::new(),
            names: BTreeMap::new(),
            orders: TrackedMap::new(),
            pipelines: BTreeMap::new(),
            jobs: TrackedMap::new(),
            job_runs: TrackedMap::new(),
            job_names: BTreeMap::new(),
            runs: BTreeMap::new(),
            deleted: BTreeSet::new(),
            agenda: BTreeSet::new(),
            job_agenda: BTreeSet::new(),
            failure: None,
            now: 0,
        }
    }

    /// The next number for an item that has a number as its identifier. No two items get the same, whatever they are.
    pub fn next_number(&mut self) -> i64 {
        self.numbers += 1;
        self.numbers
    }

    /// Whether the service has this region.
    pub fn is_region(&self, id: &str) -> bool {
        self.regions.contains(&id)
    }

    /// Looks up an application.
    pub fn application(&self, id: &str) -> Result<&Application, Refusal> {
        self.applications.get(id).ok_or(NO_APPLICATION)
    }

    /// Looks up an application in order to change it.
    pub fn application_mut(&mut self, id: &str) -> Result<&mut Application, Refusal> {
        self.applications.get_mut(id).ok_or(NO_APPLICATION)
    }

    /// The change orders of an application or a job, oldest first.
    pub fn orders_of(&self, id: &str) -> Option<impl Iterator<Item = &ChangeOrder>> {
        let of_application = self.applications.get(id).map(|application| &application.orders);
        let orders = of_application.or_else(|| self.jobs.get(id).map(|job| &job.orders))?;
        Some(orders.iter().filter_map(|id| self.orders.get(id)))
    }

    /// Looks up a change order.
    pub fn order(&self, id: &str) -> Result<&ChangeOrder, Refusal> {
        self.orders.get(id).ok_or(NO_CHANGE_ORDER)
    }

    /// Looks up a change order in order to change it.
    pub fn order_mut(&mut self, id: &str) -> Result<&mut ChangeOrder, Refusal> {
        self.orders.get_mut(id).ok_or(NO_CHANGE_ORDER)
    }

    /// Looks up a pipeline, with the change order that it belongs to.
    pub fn pipeline(&self, id: &str) -> Option<(&ChangeOrder, &Pipeline)> {
        let order = self.orders.get(self.pipelines.get(id)?)?;
        Some((order, order.pipelines.iter().find(|pipeline| pipeline.id == id)?))
    }

    /// The number of failing instances that a change order has started.
    pub fn failing(&self, order: &ChangeOrder) -> usize {
        let instances =
            self.applications.get(&order.application).map(|application| application.instances.as_slice());
        let failing = instances.unwrap_or_default().iter().filter(|instance| instance.failing().is_some());
        failing.filter(|instance| order.started(instance)).count()
    }

    /// Looks up an instance. Its identifier contains that of its application.
    pub fn instance(&self, id: &str) -> Option<&Instance> {
        let (stem, _) = id.rsplit_once('-')?;
        let application = self.applications.get(stem.get(stem.len().checked_sub(UUID)?..)?)?;
        application.instances.iter().find(|instance| instance.id == id)
    }

    /// An application without a running change order; refuses one that has one.
    pub fn idle(&self, id: &str) -> Result<&Application, Refusal> {
        let application = self.application(id)?;
        if application.active.is_some() { Err(BUSY) } else { Ok(application) }
    }

    /// An application that has been deployed and has no running change order; refuses any other.
    pub fn deployed(&self, id: &str) -> Result<&Application, Refusal> {
        let application = self.idle(id)?;
        if application.deployed { Ok(application) } else { Err(NOT_DEPLOYED) }
    }

    /// Whether the application is being deleted.
    pub fn is_deleting(&self, application: &Application) -> bool {
        let active = application.active.as_ref().and_then(|id| self.orders.get(id));
        active.is_some_and(|order| order.kind == Kind::Delete)
    }

    /// Begins a change of an application and returns the identifier of its change order. Refuses it while another
    /// change of the application is running.
    pub fn begin(
        &mut self,
        application: &str,
        mut before: RestorePoint,
        change: Change,
        now: Millis,
    ) -> Result<String, Refusal> {
        let (name, group, bounds, former) = {
            let application = self.idle(application)?;
            let present = application.living().len();
            let target = (present + change.work.add).saturating_sub(change.work.retire.len());
            let bounds = change.bounds.limits(present, application.running(), target);
            (application.name.clone(), application.group.clone(), bounds, application.orders.last().cloned())
        };
        if let Some(former) = former.and_then(|id| self.orders.get_mut(&id)) {
            // A change that failed is rolled back to the last version that ran.
            if let Some(sound) =
                former.before.take().filter(|it| it.deployed && change.kind != Kind::Rollback)
            {
                before = sound;
            }
        }
        // A failure stays planned until a change starts instances.
        let failure = if change.work.add > 0 { self.failure.take() } else { None };
        let strategy = change.strategy;
        let order = ChangeOrder {
            id: self.ids.uuid(),
            application: application.to_owned(),
            application_name: name,
            group,
            kind: change.kind,
            description: change.description,
            created: now,
            finished: None,
            status: Status::Preparing,
            automatic: strategy.automatic,
            wait: strategy.wait.unwrap_or_default(),
            pipelines: pipelines(change.work, strategy, &mut self.ids),
            current: 0,
            resume: None,
            bounds,
            before: Some(before),
            outcome: change.outcome,
            failure,
        };
        let id = order.id.clone();
        for pipeline in &order.pipelines {
            self.pipelines.insert(pipeline.id.clone(), id.clone());
        }
        let application = self.application_mut(application)?;
        application.active = Some(id.clone());
        application.orders.push(id.clone());
        let superfluous = application.orders.len().saturating_sub(HISTORY);
        let forgotten: Vec<String> = application.orders.drain(..superfluous).collect();
        let application = application.id.clone();
        self.orders.insert(id.clone(), order);
        for id in &forgotten {
            self.forget(id);
        }
        self.schedule(&application, now);
        Ok(id)
    }

    /// Removes an application. The latest change orders of all that was deleted are kept.
    pub fn remove_application(&mut self, id: &str) {
        let Some(application) = self.applications.remove(id) else { return };
        self.forget_backend(id);
        self.forget_in_lanes(id);
        self.forget_services(id);
        if let Some(route) = self.grey_tag_route_of(id).map(|route| route.id) {
            self.grey_tag_routes.remove(&route);
        }
        self.names.remove(&(application.namespace, application.name));
        self.outlive(application.orders);
    }

    /// Keeps change orders of something that is gone, as far as they are among the latest of all such.
    pub fn outlive(&mut self, orders: Vec<String>) {
        let ended = orders.into_iter().map(|id| (self.orders.get(&id).and_then(|order| order.finished), id));
        self.deleted.extend(ended.map(|(finished, id)| (finished.unwrap_or_default(), id)));
        let superfluous = self.deleted.len().saturating_sub(HISTORY);
        let forgotten: Vec<String> =
            (0..superfluous).filter_map(|_| self.deleted.pop_first()).map(|(_, id)| id).collect();
        for id in &forgotten {
            self.forget(id);
        }
    }

    /// Removes a change order and its pipelines.
    pub fn forget(&mut self, id: &str) {
        for pipeline in self.orders.remove(id).into_iter().flat_map(|order| order.pipelines) {
            self.pipelines.remove(&pipeline.id);
        }
    }

    /// Has the engine look at an application at this time, or earlier if it was to do so anyway.
    pub fn schedule(&mut self, id: &str, at: Millis) {
        let Some(application) = self.applications.get_mut(id) else { return };
        let at = application.due.map_or(at, |due| due.min(at));
        if let Some(due) = application.due.replace(at) {
            self.agenda.remove(&(due, id.to_owned()));
        }
        self.agenda.insert((at, id.to_owned()));
    }
}

/// Refuses a number of instances that is below 1 or above the quota.
pub fn check_quota(replicas: i64) -> Result<(), Refusal> {
    match replicas {
        ..1 => Err(Refusal::invalid("Replicas")),
        1..=QUOTA => Ok(()),
        _ => Err(NO_QUOTA),
    }
}

/// The length of an application's identifier.
const UUID: usize = 36;
/// How many change orders are kept of each application, and of all deleted applications together.
pub const HISTORY: usize = 1000;
/// How many instances an application may have.
pub const QUOTA: i64 = 1000;
