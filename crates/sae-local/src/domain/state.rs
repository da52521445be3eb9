//! All that one tenant has.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::address::Addresses;
use crate::domain::application::{Application, Before};
use crate::domain::change_order::{ChangeOrder, Kind, Outcome, Status};
use crate::domain::id::Ids;
use crate::domain::instance::Instance;
use crate::domain::namespace::Namespace;
use crate::domain::pace::Pace;
use crate::domain::plan::{Strategy, Work, pipelines};
use crate::domain::refusal::{BUSY, NO_APPLICATION, NO_CHANGE_ORDER, NO_QUOTA, NOT_DEPLOYED};
use crate::domain::shelf::Shelf;
use crate::domain::{Millis, Mishap, Refusal};

/// All that one tenant has.
#[derive(Clone, Debug)]
pub struct State {
    /// Where identifiers come from.
    pub ids: Ids,
    /// Where addresses come from.
    pub addresses: Addresses,
    /// How long things take.
    pub pace: Pace,
    /// Regions that exist.
    pub regions: Vec<&'static str>,
    /// Namespaces by identifier.
    pub namespaces: Shelf<Namespace>,
    /// Applications by identifier.
    pub applications: Shelf<Application>,
    /// Identifiers of applications by namespace and name.
    pub names: BTreeMap<(String, String), String>,
    /// Change orders by identifier, those of deleted applications too.
    pub orders: Shelf<ChangeOrder>,
    /// Change orders by the identifiers of their pipelines.
    pub pipelines: BTreeMap<String, String>,
    /// When something happens by itself, and to which application: one entry for each [`Application::due`].
    pub agenda: BTreeSet<(Millis, String)>,
    /// What goes wrong with the next change that begins.
    pub mishap: Option<Mishap>,
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
    /// What is to be done.
    pub work: Work,
    /// What is true once it has succeeded.
    pub outcome: Outcome,
}

impl State {
    /// Nothing yet.
    pub fn new(seed: u64, pace: Pace, regions: Vec<&'static str>) -> Self {
        Self {
            ids: Ids::new(seed),
            addresses: Addresses::default(),
            pace,
            regions,
            namespaces: Shelf::new(),
            applications: Shelf::new(),
            names: BTreeMap::new(),
            orders: Shelf::new(),
            pipelines: BTreeMap::new(),
            agenda: BTreeSet::new(),
            mishap: None,
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
        before: Before,
        change: Change,
        now: Millis,
    ) -> Result<String, Refusal> {
        let (name, group) = {
            let application = self.idle(application)?;
            (application.name.clone(), application.group.clone())
        };
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
            wait: strategy.wait,
            pipelines: pipelines(change.work, strategy, &mut self.ids),
            current: 0,
            resume: None,
            before,
            outcome: change.outcome,
            mishap: self.mishap.take(),
        };
        let id = order.id.clone();
        for pipeline in &order.pipelines {
            self.pipelines.insert(pipeline.id.clone(), id.clone());
        }
        let application = self.application_mut(application)?;
        application.active = Some(id.clone());
        application.orders.push(id.clone());
        let application = application.id.clone();
        self.orders.insert(id.clone(), order);
        self.wake(&application, now);
        Ok(id)
    }

    /// Has the engine look at an application at this moment.
    pub fn wake(&mut self, id: &str, at: Millis) {
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
/// Instances that an application may have.
pub const QUOTA: i64 = 1000;
