//! Creating, changing, deleting and listing namespaces.

use crate::domain::namespace::{Access, LogCollection, Namespace};
use crate::domain::refusal::NO_NAMESPACE;
use crate::domain::{Millis, Refusal, State};

/// A request to create a namespace.
#[derive(Clone, Debug, Default)]
pub struct NewNamespace {
    /// Identifier: region, colon, name.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// Whether it gets a service registry.
    pub registry: bool,
}

impl State {
    /// Creates a namespace and returns its identifier.
    pub fn create_namespace(&mut self, new: NewNamespace, now: Millis) -> Result<String, Refusal> {
        self.check_id(&new.id)?;
        check_texts(&new.name, new.description.as_deref())?;
        if self.namespaces.contains_key(&new.id) {
            return Err(Refusal::new("InstanceExist.NamespaceId"));
        }
        let access = Access::new(&mut self.ids);
        let namespace = Namespace {
            id: new.id.clone(),
            name: new.name,
            description: new.description.unwrap_or_default(),
            registry: new.registry,
            network: None,
            logs: LogCollection::default(),
            access,
            created: now,
        };
        self.namespaces.insert(new.id.clone(), namespace);
        Ok(new.id)
    }

    /// Changes the display name of a namespace, and its description and registry where they are given.
    pub fn update_namespace(
        &mut self,
        id: &str,
        name: String,
        description: Option<String>,
        registry: Option<bool>,
    ) -> Result<(), Refusal> {
        self.created_namespace(id)?;
        check_texts(&name, description.as_deref())?;
        let namespace = self.namespace_mut(id)?;
        namespace.name = name;
        namespace.description = description.unwrap_or_else(|| std::mem::take(&mut namespace.description));
        namespace.registry = registry.unwrap_or(namespace.registry);
        Ok(())
    }

    /// Deletes a namespace with its lane groups.
    ///
    /// Refuses it while applications, web applications, jobs, ingresses, config maps or secrets are in it. While the last
    /// application is being deleted, and for default namespaces always, the refusal says that the cluster still exists.
    pub fn delete_namespace(&mut self, id: &str) -> Result<(), Refusal> {
        let namespace = self.namespace(id)?;
        let occupied = Refusal::new("InvalidOperation.NamespaceClusterNotDeleted");
        if namespace.short_id().is_none() {
            return Err(occupied);
        }
        if self.applications_in(id).next().is_some() {
            let deleting = self.applications_in(id).all(|application| self.is_deleting(application));
            return Err(if deleting { occupied } else { Refusal::new("Namespace.AppExists") });
        }
        if self.has_jobs(id) || self.has_web_applications(id) {
            return Err(Refusal::new("Namespace.AppExists"));
        }
        self.check_empty(id)?;
        self.namespaces.remove(id);
        self.remove_lane_groups(id);
        Ok(())
    }

    /// Refuses a namespace that still has ingresses, config maps or secrets. Of the latter two the documents don't say
    /// what becomes of them.
    fn check_empty(&self, id: &str) -> Result<(), Refusal> {
        if self.ingresses_of(id).next().is_some() {
            return Err(Refusal::new("DeleteFail.NamespaceHasIngress"));
        }
        let left = [
            ("config maps", self.config_maps_of(id).next().is_some()),
            ("secrets", self.secrets_of(id).next().is_some()),
        ];
        match left.into_iter().find(|(_, left)| *left) {
            Some((what, _)) => Err(Refusal::unfit("NamespaceId", format!("the namespace has {what}"))),
            None => Ok(()),
        }
    }

    /// Looks up a namespace, including the default ones of the regions.
    pub fn namespace(&self, id: &str) -> Result<Namespace, Refusal> {
        match self.namespaces.get(id) {
            Some(namespace) => Ok(namespace.clone()),
            None if self.is_region(id) => Ok(Namespace::default_of(id, self.seed)),
            None => Err(NO_NAMESPACE),
        }
    }

    /// Looks up a namespace that a client created. Default namespaces can be used, but not described or changed.
    pub fn created_namespace(&self, id: &str) -> Result<Namespace, Refusal> {
        self.namespace(id).ok().filter(|namespace| namespace.short_id().is_some()).ok_or(NO_NAMESPACE)
    }

    /// Looks up a namespace in order to change it. A default one is stored from then on.
    pub fn namespace_mut(&mut self, id: &str) -> Result<&mut Namespace, Refusal> {
        if !self.namespaces.contains_key(id) && self.is_region(id) {
            self.namespaces.insert(id.to_owned(), Namespace::default_of(id, self.seed));
        }
        self.namespaces.get_mut(id).ok_or(NO_NAMESPACE)
    }

    /// The namespaces of a region: the default one, then those that clients created, ordered by identifier. With
    /// `elsewhere`, those created in other regions are included.
    pub fn all_namespaces(&self, region: &str, elsewhere: bool) -> Vec<Namespace> {
        let default = self.namespace(region).ok();
        // A default namespace is stored too, once an application has bound its network.
        let created = self.namespaces.values().filter(|namespace| namespace.short_id().is_some());
        let created = created.filter(|namespace| elsewhere || namespace.region() == region);
        default.into_iter().chain(created.cloned()).collect()
    }

    /// Refuses an identifier that isn't `region:name`.
    fn check_id(&self, id: &str) -> Result<(), Refusal> {
        let malformed = Refusal::new("InvalidNamespaceId.Format");
        let Some((region, name)) = id.split_once(':') else { return Err(malformed) };
        if region.is_empty() || name.is_empty() || id.chars().count() > ID_LIMIT {
            return Err(malformed);
        }
        if id.chars().any(char::is_uppercase) {
            return Err(Refusal::new("InvalidNamespace.WithUppercase"));
        }
        if !name.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(Refusal::new("InvalidNamespaceIdSuffix.Format"));
        }
        if !self.is_region(region) {
            return Err(Refusal::with("InvalidServerlessRegion.Unsupported", [region]));
        }
        Ok(())
    }
}

fn check_texts(name: &str, description: Option<&str>) -> Result<(), Refusal> {
    if name.chars().count() > NAME_LIMIT {
        return Err(Refusal::new("InvalidNamespaceName.Format"));
    }
    if description.is_some_and(|text| text.chars().count() > DESCRIPTION_LIMIT) {
        return Err(Refusal::unfit("NamespaceDescription", "at most 100 characters"));
    }
    Ok(())
}

const ID_LIMIT: usize = 32;
const NAME_LIMIT: usize = 63;
const DESCRIPTION_LIMIT: usize = 100;
