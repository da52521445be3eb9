//! All that one tenant has.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::address::Addresses;
use crate::domain::application::{Application, RestorePoint};
use crate::domain::change_order::{ChangeOrder, Kind, Outcome, Pipeline, Status};
use crate::domain::id::Ids;
use crate::domain::instance::Instance;
use crate::domain::namespace::Namespace;
use crate::domain::pace::Pace;
use crate::domain::plan::{Strategy, Work, pipelines};
use crate::domain::refusal::{BUSY, NO_APPLICATION, NO_CHANGE_ORDER, NO_QUOTA, NOT_DEPLOYED};
use crate::domain::rollout_bounds::RolloutBounds;
use crate::domain::tracked_map::TrackedMap;
use crate::domain::{InstanceFailure, Millis, Refusal};

/// All that one tenant has.
#[derive(Clone, Debug)]
pub struct State {
    /// What the tenant's own secrets come from, the same again and again.
    pub seed: u64,
    /// Where identifiers come from.
    pub ids: Ids,
    /// Where addresses come from.
    pub addresses: Addresses,
    /// How long things take.
    pub pace: Pace,
    /// Regions that exist.
    pub regions: Vec<&'static str>,
    /// Namespaces by identifier.
    pub namespaces: TrackedMap<Namespace>,
    /// Applications by identifier.
    pub applications: TrackedMap<Application>,
    /// Identifiers of applications by namespace and name.
    pub names: BTreeMap<(String, String), String>,
    /// Change orders by identifier, the latest of deleted applications too.
    pub orders: TrackedMap<ChangeOrder>,
    /// Change orders by the identifiers of their pipelines.
    pub pipelines: BTreeMap<String, String>,
    /// The change orders of deleted applications, by when they ended.
    pub deleted: BTreeSet<(Millis, String)>,
    /// When something happens by itself, and to which application: one entry for each [`Application::due`].
    pub agenda: BTreeSet<(Millis, String)>,
    /// What goes wrong with the next change that starts instances.
    pub failure: Option<InstanceFailure>,
    /// Up to when everything has happened.
    pub now: Millis,
}

/// A change that is to begin.
#[derive(Clone, Debug)]
pub struct Change {
    /// What it does.
    pub kind: Kind,
    /// Description.
    pub description: String,
    /// How it is rolled out.
    pub strategy: Strategy,
    /// How many instances stay ready, and how many there may be.
    pub bounds: RolloutBounds,
    /// What is to be done.
    pub work: Work,
    /// What is true once it has succeeded.
    pub outcome: Outcome,
}

impl State {
    /// Nothing yet.
    pub fn new(seed: u64, pace: Pace, regions: Vec<&'static str>) -> Self {
        Self {
            seed,
            ids: Ids::new(seed),
            addresses: Addresses::default(),
            pace,
            regions,
            namespaces: TrackedMap::new(),
            applications: TrackedMap::new(),
            names: BTreeMap::new(),
            orders: TrackedMap::new(),
            pipelines: BTreeMap::new(),
            deleted: BTreeSet::new(),
            agenda: BTreeSet::new(),
            failure: None,
            now: 0,
        }
    }

    /// Whether there is such a region.
    pub fn is_region(&self, id: &str) -> bool {
        self.regions.contains(&id)
    }

    /// An application.
    pub fn application(&self, id: &str) -> Result<&Application, Refusal> {
        self.applications.get(id).ok_or(NO_APPLICATION)
    }

    /// An application to be changed.
    pub fn application_mut(&mut self, id: &str) -> Result<&mut Application, Refusal> {
        self.applications.get_mut(id).ok_or(NO_APPLICATION)
    }

    /// A change order.
    pub fn order(&self, id: &str) -> Result<&ChangeOrder, Refusal> {
        self.orders.get(id).ok_or(NO_CHANGE_ORDER)
    }

    /// A change order to be changed.
    pub fn order_mut(&mut self, id: &str) -> Result<&mut ChangeOrder, Refusal> {
        self.orders.get_mut(id).ok_or(NO_CHANGE_ORDER)
    }

    /// A pipeline, and the change order that it belongs to.
    pub fn pipeline(&self, id: &str) -> Option<(&ChangeOrder, &Pipeline)> {
        let order = self.orders.get(self.pipelines.get(id)?)?;
        Some((order, order.pipelines.iter().find(|pipeline| pipeline.id == id)?))
    }

    /// How many instances of a change order fail while it is under way, or made it fail.
    pub fn failing(&self, order: &ChangeOrder) -> usize {
        let instances =
            self.applications.get(&order.application).map(|application| application.instances.as_slice());
        let failing = instances.unwrap_or_default().iter().filter(|instance| instance.failing().is_some());
        failing.filter(|instance| order.started(instance)).count()
    }

    /// An instance: the identifier of its application stands in its own.
    pub fn instance(&self, id: &str) -> Option<&Instance> {
        let (stem, _) = id.rsplit_once('-')?;
        let application = self.applications.get(stem.get(stem.len().checked_sub(UUID)?..)?)?;
        application.instances.iter().find(|instance| instance.id == id)
    }

    /// An application on which no change order is under way.
    pub fn idle(&self, id: &str) -> Result<&Application, Refusal> {
        let application = self.application(id)?;
        if application.active.is_some() { Err(BUSY) } else { Ok(application) }
    }

    /// An application that has been deployed, and on which no change order is under way.
    pub fn deployed(&self, id: &str) -> Result<&Application, Refusal> {
        let application = self.idle(id)?;
        if application.deployed { Ok(application) } else { Err(NOT_DEPLOYED) }
    }

    /// Whether an application is being deleted.
    pub fn is_deleting(&self, application: &Application) -> bool {
        let active = application.active.as_ref().and_then(|id| self.orders.get(id));
        active.is_some_and(|order| order.kind == Kind::Delete)
    }

    /// Begins a change of an application on which no other is under way; gives the identifier of the change order.
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
            // What there was before a change that failed is what ran well last.
            if let Some(sound) =
                former.before.take().filter(|it| it.deployed && change.kind != Kind::Rollback)
            {
                before = sound;
            }
        }
        // A change that starts nothing leaves it to the next one.
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

    /// Takes an application away. Of its change orders, as of those of other applications that are gone, the latest
    /// stay.
    pub fn remove_application(&mut self, id: &str) {
        let Some(application) = self.applications.remove(id) else { return };
        self.names.remove(&(application.namespace, application.name));
        let ended = application
            .orders
            .into_iter()
            .map(|id| (self.orders.get(&id).and_then(|order| order.finished), id));
        self.deleted.extend(ended.map(|(finished, id)| (finished.unwrap_or_default(), id)));
        let superfluous = self.deleted.len().saturating_sub(HISTORY);
        let forgotten: Vec<String> =
            (0..superfluous).filter_map(|_| self.deleted.pop_first()).map(|(_, id)| id).collect();
        for id in &forgotten {
            self.forget(id);
        }
    }

    /// Forgets a change order and its pipelines.
    fn forget(&mut self, id: &str) {
        for pipeline in self.orders.remove(id).into_iter().flat_map(|order| order.pipelines) {
            self.pipelines.remove(&pipeline.id);
        }
    }

    /// Has the engine look at an application at this moment.
    pub fn schedule(&mut self, id: &str, at: Millis) {
        let Some(application) = self.applications.get_mut(id) else { return };
        let at = application.due.map_or(at, |due| due.min(at));
        if let Some(due) = application.due.replace(at) {
            self.agenda.remove(&(due, id.to_owned()));
        }
        self.agenda.insert((at, id.to_owned()));
    }
}

/// Refuses more instances than an application may have.
pub fn check_quota(replicas: i64) -> Result<(), Refusal> {
    match replicas {
        ..1 => Err(Refusal::invalid("Replicas")),
        1..=QUOTA => Ok(()),
        _ => Err(NO_QUOTA),
    }
}

/// Characters of an application's identifier.
const UUID: usize = 36;
/// Change orders that are kept of an application, and of all those together that were deleted.
pub const HISTORY: usize = 1000;
/// Instances that an application may have.
pub const QUOTA: i64 = 1000;
