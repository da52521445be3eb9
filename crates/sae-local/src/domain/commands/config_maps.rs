//! Creating, changing, deleting and listing config maps.

use crate::domain::config_map::ConfigMap;
use crate::domain::key_values::{KeyValues, check, check_name};
use crate::domain::reference::{NO_CONFIG_MAP, Related, Target};
use crate::domain::{Millis, Refusal, State};

/// A request to create a config map.
#[derive(Clone, Default)]
pub struct NewConfigMap {
    /// Identifier of the namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Description.
    pub description: String,
    /// The settings.
    pub data: KeyValues,
}

impl State {
    /// Creates a config map and returns its identifier.
    pub fn create_config_map(&mut self, new: NewConfigMap, now: Millis) -> Result<i64, Refusal> {
        check_name("Name", &new.name)?;
        check_description(&new.description)?;
        check("Data", &new.data)?;
        self.namespace(&new.namespace)?;
        if self.config_maps_of(&new.namespace).any(|other| other.name == new.name) {
            return Err(Refusal::unfit("Name", "the namespace has a config map of this name"));
        }
        let NewConfigMap { namespace, name, description, data } = new;
        let id = self.next_number();
        let created = ConfigMap { id, namespace, name, description, data, created: now, updated: now };
        self.config_maps.insert(id, created);
        Ok(id)
    }

    /// Looks up a config map.
    pub fn config_map(&self, id: i64) -> Result<&ConfigMap, Refusal> {
        self.config_maps.get(&id).ok_or_else(|| Refusal::with(NO_CONFIG_MAP, [id.to_string()]))
    }

    /// Replaces the settings of a config map, and its description if there is one. Instances keep the settings that
    /// they started with.
    pub fn update_config_map(
        &mut self,
        id: i64,
        description: Option<String>,
        data: KeyValues,
        now: Millis,
    ) -> Result<(), Refusal> {
        self.config_map(id)?;
        description.iter().try_for_each(|description| check_description(description))?;
        check("Data", &data)?;
        if let Some(config_map) = self.config_maps.get_mut(&id) {
            config_map.description =
                description.unwrap_or_else(|| std::mem::take(&mut config_map.description));
            config_map.data = data;
            config_map.updated = now;
        }
        Ok(())
    }

    /// Deletes a config map. Refuses it while applications use it.
    pub fn delete_config_map(&mut self, id: i64) -> Result<(), Refusal> {
        let namespace = &self.config_map(id)?.namespace;
        if self.relations(namespace).contains_key(&Target::ConfigMap(id)) {
            return Err(Refusal::new("DeleteFail.ConfigMapReferenced"));
        }
        self.config_maps.remove(&id);
        Ok(())
    }

    /// The config maps of a namespace, oldest first.
    pub fn config_maps_of<'a>(&'a self, namespace: &'a str) -> impl Iterator<Item = &'a ConfigMap> {
        self.config_maps.values().filter(move |config_map| config_map.namespace == namespace)
    }

    /// The applications that use a config map.
    pub fn users_of_config_map(&self, config_map: &ConfigMap) -> Vec<Related> {
        self.relations(&config_map.namespace).remove(&Target::ConfigMap(config_map.id)).unwrap_or_default()
    }
}

/// Refuses a description of more than 255 characters, or with spaces.
fn check_description(description: &str) -> Result<(), Refusal> {
    let fits = description.chars().count() <= DESCRIPTION_LIMIT && !description.contains(char::is_whitespace);
    if fits { Ok(()) } else { Err(Refusal::unfit("Description", "at most 255 characters, and no spaces")) }
}

const DESCRIPTION_LIMIT: usize = 255;
