//! Config maps.

use sae_models::sae::{
    self, ConfigMapIdentity, ConfigMapList, CreateConfigMap, CreateConfigMapOutput, DeleteConfigMap,
    DeleteConfigMapOutput, DescribeConfigMap, DescribeConfigMapOutput, ListNamespacedConfigMaps,
    ListNamespacedConfigMapsOutput, UpdateConfigMap, UpdateConfigMapOutput, UpdatedConfigMap,
};
use sae_transport::Any;

use crate::domain::Refusal;
use crate::domain::commands::config_maps::NewConfigMap;
use crate::domain::config_map::ConfigMap;
use crate::domain::reference::{Related, Target};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::{needed, related, structure, text};

impl Handle for CreateConfigMap {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("a name begins with a letter and has letters, digits and underscores"),
        Source::Metadata.says("a name may have hyphens, as those in the examples"),
        Source::Assumption.says("a name stands once in a namespace"),
        Source::Metadata.says("a description has at most 255 characters and no spaces"),
        Source::Metadata.says("a key has at most 250 letters, digits, hyphens, underscores and dots, as in Kubernetes; all values together have at most 512 KiB"),
        Source::Metadata.says("a form or JSON body may hold Data"),
        Source::Assumption.says("a namespace may have any number of config maps: Exceed.ConfigMap is never answered by itself"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<CreateConfigMapOutput, Refusal> {
        let data = needed("Data", structure("Data", self.data.as_ref())?)?.clone();
        let new = NewConfigMap {
            namespace: self.namespace_id,
            name: self.name,
            description: self.description.unwrap_or_default(),
            data,
        };
        let mut output = CreateConfigMapOutput::default();
        output.data = Some(identity(call.state.create_config_map(new, call.now())?));
        Ok(output)
    }
}

impl Handle for DescribeConfigMap {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Provider.says("Data is an object"),
        Source::Assumption.says("an application uses a config map while its configuration or an instance refers to it, or a rollback of its latest change order would restore that"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeConfigMapOutput, Refusal> {
        let config_map = call.state.config_map(needed("ConfigMapId", self.config_map_id)?)?;
        let mut output = DescribeConfigMapOutput::default();
        output.data = Some(described(config_map, &call.state.users_of_config_map(config_map)));
        Ok(output)
    }
}

impl Handle for UpdateConfigMap {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("Data replaces all settings"),
        Source::Assumption.says("a description that is left out stays, an empty one removes it"),
        Source::Assumption.says("instances keep the settings that they started with"),
        Source::Assumption
            .says("a key that applications use may be removed; their next deployment is refused"),
    ];

    /// Replaces the settings. An empty description is one, too.
    fn handle(self, call: &mut Call<'_>) -> Result<UpdateConfigMapOutput, Refusal> {
        let id = needed("ConfigMapId", self.config_map_id)?;
        let data = needed("Data", structure("Data", self.data.as_ref())?)?.clone();
        let description = call.parameters.get("Description").cloned();
        call.state.update_config_map(id, description, data, call.now())?;
        let mut updated = UpdatedConfigMap::default();
        updated.config_map_id = Some(id.to_string());
        let mut output = UpdateConfigMapOutput::default();
        output.data = Some(updated);
        Ok(output)
    }
}

impl Handle for DeleteConfigMap {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[Source::Metadata.says("a config map that applications use is refused")];

    fn handle(self, call: &mut Call<'_>) -> Result<DeleteConfigMapOutput, Refusal> {
        let id = needed("ConfigMapId", self.config_map_id)?;
        call.state.delete_config_map(id)?;
        let mut output = DeleteConfigMapOutput::default();
        output.data = Some(identity(id));
        Ok(output)
    }
}

impl Handle for ListNamespacedConfigMaps {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[Source::Assumption.says("the oldest comes first")];

    fn handle(self, call: &mut Call<'_>) -> Result<ListNamespacedConfigMapsOutput, Refusal> {
        let namespace = &self.namespace_id;
        call.state.namespace(namespace)?;
        let relations = call.state.relations(namespace);
        let users = |id| relations.get(&Target::ConfigMap(id)).map(Vec::as_slice).unwrap_or_default();
        let config_maps = call.state.config_maps_of(namespace);
        let mut data = ConfigMapList::default();
        data.config_maps =
            config_maps.map(|config_map| described(config_map, users(config_map.id))).collect();
        let mut output = ListNamespacedConfigMapsOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

fn identity(id: i64) -> ConfigMapIdentity {
    let mut data = ConfigMapIdentity::default();
    data.config_map_id = Some(id);
    data
}

fn described(config_map: &ConfigMap, users: &[Related]) -> sae::ConfigMap {
    let mut data = sae::ConfigMap::default();
    data.config_map_id = Some(config_map.id);
    data.create_time = Some(config_map.created);
    data.update_time = Some(config_map.updated);
    let pairs = config_map.data.iter().map(|(key, value)| (key.clone(), Any::Text(value.clone())));
    data.data = pairs.collect();
    data.description = text(&config_map.description);
    data.name = text(&config_map.name);
    data.namespace_id = text(&config_map.namespace);
    data.relate_apps = related(users);
    data
}
