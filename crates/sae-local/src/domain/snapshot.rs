//! A state as data: the whole of it, and what of it has changed.
//!
//! What can be found out from the rest isn't written: the indices are made anew, and so is what time alone has done
//! since, for that comes out the same whenever it is done.

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
use crate::domain::configuration::Configuration;
use crate::domain::id::Ids;
use crate::domain::namespace::Namespace;
use crate::domain::{Application, ChangeOrder, InstanceFailure, Millis, State};

/// A whole state, but for its pace and its regions, which belong to the server. It has secrets in it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Snapshot<'a> {
    root: Cow<'a, Root>,
    namespaces: Vec<Cow<'a, Namespace>>,
    applications: Vec<WithConfigurations<'a, Application>>,
    orders: Vec<WithConfigurations<'a, ChangeOrder>>,
}

/// A state that is put together from its entities.
#[derive(Default)]
pub struct SnapshotReader {
    root: Option<Cow<'static, Root>>,
    namespaces: Vec<Cow<'static, Namespace>>,
    applications: Vec<WithConfigurations<'static, Application>>,
    orders: Vec<WithConfigurations<'static, ChangeOrder>>,
}

/// What a state has one of.
#[derive(Clone, Serialize, Deserialize)]
pub struct Root {
    seed: u64,
    ids: Ids,
    addresses: Addresses,
    #[serde(rename = "mishap")]
    failure: Option<InstanceFailure>,
    now: Millis,
}

/// A thing together with the configurations that it refers to. In the thing stand their versions.
#[derive(Clone, Serialize, Deserialize)]
pub struct WithConfigurations<'a, T: Clone> {
    configurations: Vec<Cow<'a, Configuration>>,
    item: Cow<'a, T>,
}

/// What becomes of one entity.
pub struct Record {
    /// What kind of entity it is.
    pub entity: Entity,
    /// Its identifier; empty for the root.
    pub id: String,
    /// The entity as JSON, with its secrets; nothing if it is gone.
    pub value: Option<Vec<u8>>,
}

/// The kinds of entities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entity {
    /// What a state has one of.
    Root,
    /// A namespace.
    Namespace,
    /// An application with its instances.
    Application,
    /// A change order.
    ChangeOrder,
}

/// A point in the history of a state: the same one twice says that no command has changed it in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    changes: [u64; 3],
    ids: Ids,
    addresses: Addresses,
}

/// What was written can't be read.
///
/// It tells where and not what: secrets may stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotError {
    place: String,
    reason: String,
}

impl State {
    /// The whole state as data.
    pub fn to_snapshot(&self) -> Snapshot<'_> {
        Snapshot {
            root: Cow::Owned(self.root()),
            namespaces: self.namespaces.values().map(Cow::Borrowed).collect(),
            applications: self.applications.values().map(WithConfigurations::new).collect(),
            orders: self.orders.values().map(WithConfigurations::new).collect(),
        }
    }

    /// Takes over a state that was written, in place of this one.
    pub fn restore(&mut self, snapshot: Snapshot<'_>) -> Result<(), SnapshotError> {
        let mut library = ConfigurationPool::default();
        let mut applications = BTreeMap::new();
        for filed in snapshot.applications {
            let application = filed.open(&mut library)?;
            applications.insert(application.id.clone(), application);
        }
        let mut orders = BTreeMap::new();
        for filed in snapshot.orders {
            let order = filed.open(&mut library)?;
            orders.insert(order.id.clone(), order);
        }
        let namespaces = snapshot.namespaces.into_iter().map(Cow::into_owned);
        self.namespaces.replace(namespaces.map(|namespace| (namespace.id.clone(), namespace)).collect());
        self.applications.replace(applications);
        self.orders.replace(orders);
        let Root { seed, ids, addresses, failure, now } = snapshot.root.into_owned();
        (self.seed, self.ids, self.addresses) = (seed, ids, addresses);
        (self.failure, self.now) = (failure, now);
        self.index();
        Ok(())
    }

    /// Takes over all that another state has, but for its pace and its regions.
    pub fn copy_from(&mut self, other: &Self) {
        self.namespaces.replace(other.namespaces.deref().clone());
        self.applications.replace(other.applications.deref().clone());
        self.orders.replace(other.orders.deref().clone());
        self.seed = other.seed;
        (self.ids, self.addresses) = (other.ids.clone(), other.addresses.clone());
        (self.failure, self.now) = (other.failure, other.now);
        self.index();
    }

    /// From now on, notes what is changed, for [`State::take_changes`].
    pub fn track_changes(&mut self) {
        self.namespaces.track_changes();
        self.applications.track_changes();
        self.orders.track_changes();
    }

    /// Everything that has changed since the last time.
    pub fn take_changes(&mut self) -> serde_json::Result<Vec<Record>> {
        let mut records = vec![record(Entity::Root, String::new(), Some(&self.root()))?];
        for (id, namespace) in self.namespaces.take_changed() {
            records.push(record(Entity::Namespace, id, namespace)?);
        }
        for (id, application) in self.applications.take_changed() {
            records.push(record(Entity::Application, id, application.map(WithConfigurations::new).as_ref())?);
        }
        for (id, order) in self.orders.take_changed() {
            records.push(record(Entity::ChangeOrder, id, order.map(WithConfigurations::new).as_ref())?);
        }
        Ok(records)
    }

    /// This point in its history.
    pub fn revision(&self) -> Revision {
        let changes = [self.namespaces.revision(), self.applications.revision(), self.orders.revision()];
        Revision { changes, ids: self.ids.clone(), addresses: self.addresses.clone() }
    }

    fn root(&self) -> Root {
        // Every field is named, so that none that is added can be forgotten: those of the root, and those that aren't in it
        // because they are written by themselves, made anew by `index`, or settings of the server.
        let Self {
            seed,
            ids,
            addresses,
            failure,
            now,
            namespaces: _,
            applications: _,
            orders: _,
            names: _,
            pipelines: _,
            deleted: _,
            agenda: _,
            pace: _,
            regions: _,
        } = self;
        Root { seed: *seed, ids: ids.clone(), addresses: addresses.clone(), failure: *failure, now: *now }
    }

    /// Makes the indices.
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
        let outlived =
            self.orders.values().filter(|order| !self.applications.contains_key(&order.application));
        self.deleted = outlived.map(|order| (order.finished.unwrap_or_default(), order.id.clone())).collect();
    }
}

impl SnapshotReader {
    /// Adds an entity: its kind, its identifier and its JSON.
    pub fn add(&mut self, entity: &str, id: &str, value: &[u8]) -> Result<(), SnapshotError> {
        match Entity::parse(entity) {
            Some(entity @ Entity::Root) => self.root = Some(read(entity, id, value)?),
            Some(entity @ Entity::Namespace) => self.namespaces.push(read(entity, id, value)?),
            Some(entity @ Entity::Application) => self.applications.push(read(entity, id, value)?),
            Some(entity @ Entity::ChangeOrder) => self.orders.push(read(entity, id, value)?),
            None => return Err(SnapshotError::new(entity, id, "this version doesn't know what it is")),
        }
        Ok(())
    }

    /// The state; nothing if nothing was added.
    pub fn end(self) -> Result<Option<Snapshot<'static>>, SnapshotError> {
        let Self { root, namespaces, applications, orders } = self;
        let empty = namespaces.is_empty() && applications.is_empty() && orders.is_empty();
        match root {
            Some(root) => Ok(Some(Snapshot { root, namespaces, applications, orders })),
            None if empty => Ok(None),
            None => Err(SnapshotError::new(Entity::Root.as_str(), "", "it is missing")),
        }
    }
}

impl Entity {
    const ALL: [Self; 4] = [Self::Root, Self::Namespace, Self::Application, Self::ChangeOrder];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Namespace => "namespace",
            Self::Application => "application",
            Self::ChangeOrder => "change order",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|entity| entity.as_str() == name)
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

/// What refers to configurations.
pub trait HasConfigurations: Clone {
    /// What it is.
    const ENTITY: Entity;

    /// Its identifier, and that of the application whose configurations they are.
    fn names(&self) -> (&str, &str);

    /// All references.
    fn configurations(&self) -> impl Iterator<Item = &Arc<Configuration>>;

    /// All references, to be changed.
    fn configurations_mut(&mut self) -> impl Iterator<Item = &mut Arc<Configuration>>;
}

impl HasConfigurations for Application {
    const ENTITY: Entity = Entity::Application;

    fn names(&self) -> (&str, &str) {
        (&self.id, &self.id)
    }

    fn configurations(&self) -> impl Iterator<Item = &Arc<Configuration>> {
        let instances = self.instances.iter().map(|instance| &instance.configuration);
        iter::once(&self.configuration).chain(instances)
    }

    fn configurations_mut(&mut self) -> impl Iterator<Item = &mut Arc<Configuration>> {
        let instances = self.instances.iter_mut().map(|instance| &mut instance.configuration);
        iter::once(&mut self.configuration).chain(instances)
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

/// The configurations of a state by application and version, so that all who refer to one share it.
#[derive(Default)]
struct ConfigurationPool(HashMap<(String, u64), Arc<Configuration>>);

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

fn record<T: Serialize>(entity: Entity, id: String, value: Option<&T>) -> serde_json::Result<Record> {
    Ok(Record { entity, id, value: value.map(serde_json::to_vec).transpose()? })
}

fn read<T: DeserializeOwned>(entity: Entity, id: &str, value: &[u8]) -> Result<T, SnapshotError> {
    serde_json::from_slice(value).map_err(|error| {
        // The message of the error may show what stands there.
        let what = if error.is_data() { "unexpected data" } else { "malformed JSON" };
        SnapshotError::new(entity.as_str(), id, format!("{what} at byte {} of it", error.column()))
    })
}
