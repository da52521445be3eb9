//! States as data: a whole state, and what has changed in it.
//!
//! Indices aren't written, since they are rebuilt from the rest. Nor is what has happened as time went by since the
//! last command: it comes out the same when it is computed again.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::iter;
use std::ops::Deref as _;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::domain::address::Addresses;
use crate::domain::change_order::Outcome;
use crate::domain::config_map::ConfigMap;
use crate::domain::configuration::Configuration;
use crate::domain::grey_tag_route::GreyTagRoute;
use crate::domain::id::Ids;
use crate::domain::ingress::Ingress;
use crate::domain::job::{Job, JobRun};
use crate::domain::k8s::config::ClusterConfig;
use crate::domain::k8s::ingress::ClusterIngress;
use crate::domain::k8s::service::ClusterService;
use crate::domain::namespace::Namespace;
use crate::domain::secret::Secret;
use crate::domain::swimming_lane::{Lane, LaneGroup};
use crate::domain::web_application::WebApplication;
use crate::domain::{Application, ChangeOrder, InstanceFailure, Millis, State};

/// Declares the kinds of entities: those that hold configurations by name, all others in the list that follows. A
/// further kind is a line of the list, and a field of [`State`] with the same name: a map by the identifier `id`.
macro_rules! entities {
    ($($field:ident: $kind:ident = $name:literal),* $(,)?) => {
        /// A whole state, except its pace and its regions, which belong to the server. It contains secrets.
        #[derive(Clone, Serialize, Deserialize)]
        pub struct Snapshot<'a> {
            root: Cow<'a, Root>,
            applications: Vec<WithConfigurations<'a, Application>>,
            orders: Vec<WithConfigurations<'a, ChangeOrder>>,
            // A snapshot from before there was a kind has none of it.
            $(#[serde(default = "Vec::new")] $field: Vec<Cow<'a, $kind>>,)*
        }

        /// Collects the entities of a state that is read.
        #[derive(Default)]
        pub struct SnapshotReader {
            root: Option<Cow<'static, Root>>,
            applications: Vec<WithConfigurations<'static, Application>>,
            orders: Vec<WithConfigurations<'static, ChangeOrder>>,
            $($field: Vec<Cow<'static, $kind>>,)*
        }

        /// The kinds of entities.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Entity {
            /// The parts of a state that exist once.
            Root,
            /// An application with its instances.
            Application,
            /// A change order.
            ChangeOrder,
            $(#[doc = concat!("The kind `", $name, "`.")] $kind,)*
        }

        impl Entity {
            const ALL: &[Self] = &[Self::Root, Self::Application, Self::ChangeOrder, $(Self::$kind),*];

            /// The name of the kind, as it is stored.
            pub const fn as_str(self) -> &'static str {
                match self {
                    Self::Root => "root",
                    Self::Application => "application",
                    Self::ChangeOrder => "change order",
                    $(Self::$kind => $name,)*
                }
            }

            fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|entity| entity.as_str() == name)
            }
        }

        impl State {
            /// The whole state as data.
            pub fn to_snapshot(&self) -> Snapshot<'_> {
                Snapshot {
                    root: Cow::Owned(self.root()),
                    applications: self.applications.values().map(WithConfigurations::new).collect(),
                    orders: self.orders.values().map(WithConfigurations::new).collect(),
                    $($field: self.$field.values().map(Cow::Borrowed).collect(),)*
                }
            }

            /// Replaces this state with a stored one. The state is unchanged if that can't be read.
            pub fn restore(&mut self, snapshot: Snapshot<'_>) -> Result<(), SnapshotError> {
                let Snapshot { root, applications, orders, $($field),* } = snapshot;
                let mut library = ConfigurationPool::default();
                let applications = library.open(applications)?;
                let orders = library.open(orders)?;
                self.applications.replace(applications);
                self.orders.replace(orders);
                $(self.$field.replace(keyed($field, |item| &item.id));)*
                self.set_root(root.into_owned());
                self.index();
                Ok(())
            }

            /// Replaces the content of this state with a copy of another's. Pace and regions stay.
            pub fn copy_from(&mut self, other: &Self) {
                self.applications.replace(other.applications.deref().clone());
                self.orders.replace(other.orders.deref().clone());
                $(self.$field.replace(other.$field.deref().clone());)*
                self.set_root(other.root());
                self.index();
            }

            /// Tracks changes from now on, for [`State::take_changes`].
            pub fn track_changes(&mut self) {
                self.applications.track_changes();
                self.orders.track_changes();
                $(self.$field.track_changes();)*
            }

            /// Everything that has changed since the last call.
            pub fn take_changes(&mut self) -> serde_json::Result<Vec<Record>> {
                let mut records = vec![record(Entity::Root, String::new(), Some(&self.root()))?];
                for (id, application) in self.applications.take_changed() {
                    let application = application.map(WithConfigurations::new);
                    records.push(record(Entity::Application, id, application.as_ref())?);
                }
                for (id, order) in self.orders.take_changed() {
                    let order = order.map(WithConfigurations::new);
                    records.push(record(Entity::ChangeOrder, id, order.as_ref())?);
                }
                $(for (id, item) in self.$field.take_changed() {
                    records.push(record(Entity::$kind, id.to_string(), item)?);
                })*
                Ok(records)
            }

            /// The current revision.
            pub fn revision(&self) -> Revision {
                // Each count only grows, so their sum is the same only if they all are.
                let changes = [self.applications.revision(), self.orders.revision(), $(self.$field.revision()),*];
                Revision {
                    changes: changes.into_iter().sum(),
                    ids: self.ids.clone(),
                    addresses: self.addresses.clone(),
                }
            }

            fn root(&self) -> Root {
                // Every field is named, so that a new one can't be forgotten: it belongs into the root, or is written
                // on its own, rebuilt by `index`, or a setting of the server.
                let Self {
                    seed,
                    ids,
                    numbers,
                    addresses,
                    failure,
                    now,
                    applications: _,
                    orders: _,
                    $($field: _,)*
                    names: _,
                    pipelines: _,
                    deleted: _,
                    agenda: _,
                    job_names: _,
                    runs: _,
                    job_agenda: _,
                    pace: _,
                    regions: _,
                } = self;
                Root {
                    seed: *seed,
                    ids: ids.clone(),
                    numbers: *numbers,
                    addresses: addresses.clone(),
                    failure: *failure,
                    now: *now,
                }
            }
        }

        impl SnapshotReader {
            /// Adds an entity: its kind, its identifier and its JSON.
            pub fn add(&mut self, entity: &str, id: &str, value: &[u8]) -> Result<(), SnapshotError> {
                match Entity::parse(entity) {
                    Some(entity @ Entity::Root) => self.root = Some(read(entity, id, value)?),
                    Some(entity @ Entity::Application) => self.applications.push(read(entity, id, value)?),
                    Some(entity @ Entity::ChangeOrder) => self.orders.push(read(entity, id, value)?),
                    $(Some(entity @ Entity::$kind) => self.$field.push(read(entity, id, value)?),)*
                    None => return Err(SnapshotError::new(entity, id, "this version doesn't know what it is")),
                }
                Ok(())
            }

            /// The state that was read; none if no entity was added.
            pub fn end(self) -> Result<Option<Snapshot<'static>>, SnapshotError> {
                let Self { root, applications, orders, $($field),* } = self;
                let empty = [applications.is_empty(), orders.is_empty(), $($field.is_empty()),*];
                match root {
                    Some(root) => Ok(Some(Snapshot { root, applications, orders, $($field),* })),
                    None if empty.into_iter().all(|empty| empty) => Ok(None),
                    None => Err(SnapshotError::new(Entity::Root.as_str(), "", "it is missing")),
                }
            }
        }
    };
}

entities! {
    namespaces: Namespace = "namespace",
    config_maps: ConfigMap = "config map",
    secrets: Secret = "secret",
    ingresses: Ingress = "ingress",
    grey_tag_routes: GreyTagRoute = "grey tag route",
    jobs: Job = "job",
    job_runs: JobRun = "job run",
    lane_groups: LaneGroup = "lane group",
    lanes: Lane = "lane",
    web_applications: WebApplication = "web application",
    cluster_configs: ClusterConfig = "cluster config",
    cluster_services: ClusterService = "cluster service",
    cluster_ingresses: ClusterIngress = "cluster ingress",
}

/// The parts of a state that exist once.
#[derive(Clone, Serialize, Deserialize)]
pub struct Root {
    seed: u64,
    ids: Ids,
    /// None were given before there were any.
    #[serde(default)]
    numbers: i64,
    addresses: Addresses,
    #[serde(rename = "mishap")]
    failure: Option<InstanceFailure>,
    now: Millis,
}

/// An entity with the configurations that it refers to. The entity itself holds only their version numbers.
#[derive(Clone, Serialize, Deserialize)]
pub struct WithConfigurations<'a, T: Clone> {
    configurations: Vec<Cow<'a, Configuration>>,
    item: Cow<'a, T>,
}

/// The new content of one entity.
pub struct Record {
    /// The kind of the entity.
    pub entity: Entity,
    /// Its identifier; empty for the root.
    pub id: String,
    /// The entity as JSON, including secrets; none if it was removed.
    pub value: Option<Vec<u8>>,
}

/// Identifies a version of a state. Two equal revisions mean that no command has changed the state in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    changes: u64,
    ids: Ids,
    addresses: Addresses,
}

/// Why stored data can't be read.
///
/// It names the place, but shows none of the data, which may contain secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotError {
    place: String,
    reason: String,
}

impl State {
    fn set_root(&mut self, root: Root) {
        let Root { seed, ids, numbers, addresses, failure, now } = root;
        (self.seed, self.ids, self.numbers, self.addresses) = (seed, ids, numbers, addresses);
        (self.failure, self.now) = (failure, now);
    }

    /// Rebuilds the indices.
    fn index(&mut self) {
        let key = |application: &Application| (application.namespace.clone(), application.name.clone());
        let applications = self.applications.values();
        self.names =
            applications.clone().map(|application| (key(application), application.id.clone())).collect();
        self.agenda =
            applications.filter_map(|application| Some((application.due?, application.id.clone()))).collect();
        let pipelines = |order: &ChangeOrder| {
            let id = order.id.clone();
            let pipelines = order.pipelines.iter();
            pipelines.map(|pipeline| (pipeline.id.clone(), id.clone())).collect::<Vec<_>>()
        };
        self.pipelines = self.orders.values().flat_map(pipelines).collect();
        let is_outlived = |order: &&ChangeOrder| {
            !self.applications.contains_key(&order.application) && !self.jobs.contains_key(&order.application)
        };
        let outlived = self.orders.values().filter(is_outlived);
        self.deleted = outlived.map(|order| (order.finished.unwrap_or_default(), order.id.clone())).collect();
        self.index_jobs();
    }
}

impl State {
    fn index_jobs(&mut self) {
        let jobs = self.jobs.values();
        let key = |job: &Job| (job.namespace.clone(), job.name.clone());
        self.job_names = jobs.clone().map(|job| (key(job), job.id.clone())).collect();
        self.job_agenda = jobs.filter_map(|job| Some((job.due?, job.id.clone()))).collect();
        self.runs = BTreeMap::new();
        for run in self.job_runs.values() {
            self.runs.entry(run.job.clone()).or_default().insert(run.number, run.id.clone());
        }
    }
}

impl SnapshotError {
    fn new(entity: &str, id: &str, reason: impl Into<String>) -> Self {
        Self { place: format!("{entity} {id}").trim_end().to_owned(), reason: reason.into() }
    }
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} can't be read: {}", self.place, self.reason)
    }
}

impl std::error::Error for SnapshotError {}

/// An entity that refers to configurations.
pub trait HasConfigurations: Clone {
    /// Its kind.
    const ENTITY: Entity;

    /// Its identifier, and that of the application that the configurations belong to.
    fn names(&self) -> (&str, &str);

    /// All references to configurations.
    fn configurations(&self) -> impl Iterator<Item = &Arc<Configuration>>;

    /// The same for replacing them.
    fn configurations_mut(&mut self) -> impl Iterator<Item = &mut Arc<Configuration>>;
}

impl HasConfigurations for Application {
    const ENTITY: Entity = Entity::Application;

    fn names(&self) -> (&str, &str) {
        (&self.id, &self.id)
    }

    fn configurations(&self) -> impl Iterator<Item = &Arc<Configuration>> {
        let instances = self.instances.iter().map(|instance| &instance.configuration);
        iter::once(&self.configuration).chain(instances).chain(&self.history)
    }

    fn configurations_mut(&mut self) -> impl Iterator<Item = &mut Arc<Configuration>> {
        let instances = self.instances.iter_mut().map(|instance| &mut instance.configuration);
        iter::once(&mut self.configuration).chain(instances).chain(&mut self.history)
    }
}

impl HasConfigurations for ChangeOrder {
    const ENTITY: Entity = Entity::ChangeOrder;

    fn names(&self) -> (&str, &str) {
        (&self.id, &self.application)
    }

    fn configurations(&self) -> impl Iterator<Item = &Arc<Configuration>> {
        let restored = match &self.outcome {
            Outcome::Restored(before) => Some(&before.configuration),
            _ => None,
        };
        self.before.iter().map(|before| &before.configuration).chain(restored)
    }

    fn configurations_mut(&mut self) -> impl Iterator<Item = &mut Arc<Configuration>> {
        let restored = match &mut self.outcome {
            Outcome::Restored(before) => Some(&mut before.configuration),
            _ => None,
        };
        self.before.iter_mut().map(|before| &mut before.configuration).chain(restored)
    }
}

/// The configurations of a state by application and version. All references to one version share it.
#[derive(Default)]
struct ConfigurationPool(HashMap<(String, u64), Arc<Configuration>>);

impl ConfigurationPool {
    /// Entities by their identifiers, with their configurations.
    fn open<T: HasConfigurations>(
        &mut self,
        items: Vec<WithConfigurations<'_, T>>,
    ) -> Result<BTreeMap<String, T>, SnapshotError> {
        let opened = items.into_iter().map(|item| item.open(self));
        opened.map(|item| item.map(|item| (item.names().0.to_owned(), item))).collect()
    }
}

impl<'a, T: HasConfigurations> WithConfigurations<'a, T> {
    fn new(item: &'a T) -> Self {
        let configurations: BTreeMap<u64, &Configuration> =
            item.configurations().map(|configuration| (configuration.version, &**configuration)).collect();
        Self {
            configurations: configurations.into_values().map(Cow::Borrowed).collect(),
            item: Cow::Borrowed(item),
        }
    }

    fn open(self, library: &mut ConfigurationPool) -> Result<T, SnapshotError> {
        let mut item = self.item.into_owned();
        let (id, application) = item.names();
        let (id, application) = (id.to_owned(), application.to_owned());
        for configuration in self.configurations {
            let key = (application.clone(), configuration.version);
            library.0.entry(key).or_insert_with(|| Arc::new(configuration.into_owned()));
        }
        let mut key = (application, 0);
        for reference in item.configurations_mut() {
            key.1 = reference.version;
            let shared = library.0.get(&key).ok_or_else(|| {
                SnapshotError::new(
                    T::ENTITY.as_str(),
                    &id,
                    format!("version {} of its configuration is missing", key.1),
                )
            })?;
            *reference = Arc::clone(shared);
        }
        Ok(item)
    }
}

/// Entities by their identifiers.
fn keyed<T: Clone, K: Ord + Clone>(items: Vec<Cow<'_, T>>, id: impl Fn(&T) -> &K) -> BTreeMap<K, T> {
    items.into_iter().map(|item| (id(&item).clone(), item.into_owned())).collect()
}

fn record<T: Serialize>(entity: Entity, id: String, value: Option<&T>) -> serde_json::Result<Record> {
    Ok(Record { entity, id, value: value.map(serde_json::to_vec).transpose()? })
}

fn read<T: DeserializeOwned>(entity: Entity, id: &str, value: &[u8]) -> Result<T, SnapshotError> {
    serde_json::from_slice(value).map_err(|error| {
        // The message of the error may show the data.
        let what = if error.is_data() { "unexpected data" } else { "malformed JSON" };
        SnapshotError::new(entity.as_str(), id, format!("{what} at byte {} of it", error.column()))
    })
}
