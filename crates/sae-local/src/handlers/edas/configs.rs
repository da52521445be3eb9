//! ConfigMaps and Secrets.

use sae_models::edas::{
    ConfigEntry, ConfigFilter, ConfigMapPage, CreateK8sConfigMap, CreateK8sConfigMapOutput, CreateK8sSecret,
    CreateK8sSecretOutput, DeleteK8sConfigMap, DeleteK8sConfigMapOutput, DeleteK8sSecret,
    DeleteK8sSecretOutput, KubernetesConfigMap, KubernetesIngress, KubernetesSecret, KubernetesSecretType,
    ListK8sConfigMaps, ListK8sConfigMapsOutput, ListK8sSecrets, ListK8sSecretsOutput, NamedApplication,
    SecretIngress, SecretPage, UpdateK8sConfigMap, UpdateK8sConfigMapOutput, UpdateK8sSecret,
    UpdateK8sSecretOutput,
};
use sae_transport::Json;

use super::objects::{ObjectFilter, cluster_name, named, object_name};
use super::{config_users, ingresses};
use crate::domain::k8s::cluster::{Cluster, ClusterNamespace};
use crate::domain::k8s::config::{ClusterConfig, ConfigKind, SecretDetails};
use crate::domain::k8s::refusal::wrong;
use crate::domain::key_values::KeyValues;
use crate::domain::{Refusal, State, time};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::{structure, text};
use crate::handlers::page::{PAGE_LIMIT, count};

impl Handle for CreateK8sConfigMap {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Assumption.says("`Data` is a list of objects with `Key` and `Value`, as in the answers"),
        Source::Assumption.says("entries keep the limits that SAE has for config maps"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<CreateK8sConfigMapOutput, Refusal> {
        let object = object_name(call.state, self.cluster_id, self.namespace, self.name)?;
        let data = raw_entries(call.parameters.get("Data").map(String::as_str))?;
        call.state.create_cluster_config(object.home, object.name, data, None, call.now())?;
        Ok(CreateK8sConfigMapOutput::default())
    }
}

impl Handle for UpdateK8sConfigMap {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[Source::Assumption.says("`Data` takes the place of all entries")];

    fn handle(self, call: &mut Call<'_>) -> Result<UpdateK8sConfigMapOutput, Refusal> {
        let object = object_name(call.state, self.cluster_id, self.namespace, self.name)?;
        let data = raw_entries(call.parameters.get("Data").map(String::as_str))?;
        call.state.update_cluster_config(&object.home, &object.name, data, None)?;
        Ok(UpdateK8sConfigMapOutput::default())
    }
}

impl Handle for DeleteK8sConfigMap {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[Source::Assumption.says(DELETED_IN_USE)];

    fn handle(self, call: &mut Call<'_>) -> Result<DeleteK8sConfigMapOutput, Refusal> {
        let object = object_name(call.state, Some(self.cluster_id), Some(self.namespace), Some(self.name))?;
        call.state.delete_cluster_config(ConfigKind::ConfigMap, &object.home, &object.name)?;
        Ok(DeleteK8sConfigMapOutput::default())
    }
}

impl Handle for ListK8sConfigMaps {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] =
        &[Source::Metadata.says("pages are numbered from 0"), Source::Assumption.says(CONTAINED)];

    fn handle(self, call: &mut Call<'_>) -> Result<ListK8sConfigMapsOutput, Refusal> {
        let condition = call.parameters.get("Condition").filter(|text| !text.is_empty());
        let condition = condition.map(|text| Json::<ConfigFilter>::raw(text.as_str()));
        let query = Query {
            kind: ConfigKind::ConfigMap,
            filter: ObjectFilter {
                region: self.region_id,
                cluster: self.cluster_id,
                namespace: self.namespace,
            },
            pattern: pattern(condition.as_ref())?,
        };
        let (configs, total) = query.page(call.state, self.page_no, self.page_size)?;
        let related = self.show_related_apps.unwrap_or(false);
        let mut page = ConfigMapPage::default();
        page.total = Some(total);
        page.config_maps = configs.into_iter().map(|one| config_map(call.state, one, related)).collect();
        let mut output = ListK8sConfigMapsOutput::default();
        output.result = Some(page);
        Ok(output)
    }
}

impl Handle for CreateK8sSecret {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Assumption.says("values come back as they were sent, with `Base64Encoded` beside them"),
        Source::Assumption.says("certificates aren't looked up, so `CertDetail` is never answered"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<CreateK8sSecretOutput, Refusal> {
        let object = object_name(call.state, self.cluster_id, self.namespace, self.name)?;
        let data = entries(structure("Data", self.data.as_ref())?)?;
        let encoded = self.base64_encoded.unwrap_or(false);
        let details = details(self.r#type.as_ref(), encoded, self.cert_id, self.cert_region_id, &data)?;
        call.state.create_cluster_config(object.home, object.name, data, Some(details), call.now())?;
        Ok(CreateK8sSecretOutput::default())
    }
}

impl Handle for UpdateK8sSecret {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Assumption.says("`Data` takes the place of all entries"),
        Source::Assumption.says("the type can't change, as in Kubernetes"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<UpdateK8sSecretOutput, Refusal> {
        let object = object_name(call.state, self.cluster_id, self.namespace, self.name)?;
        let data = entries(structure("Data", self.data.as_ref())?)?;
        let key = ClusterConfig::key(ConfigKind::Secret, &object.home, &object.name);
        let former = call.state.cluster_configs.get(&key).and_then(|config| config.secret.as_ref());
        let former = former.map(|details| KubernetesSecretType::from(details.kind.as_str()));
        let kind = self.r#type.or(former);
        let encoded = self.base64_encoded.unwrap_or(false);
        let details = details(kind.as_ref(), encoded, self.cert_id, self.cert_region_id, &data)?;
        call.state.update_cluster_config(&object.home, &object.name, data, Some(details))?;
        Ok(UpdateK8sSecretOutput::default())
    }
}

impl Handle for DeleteK8sSecret {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[Source::Assumption.says(DELETED_IN_USE)];

    fn handle(self, call: &mut Call<'_>) -> Result<DeleteK8sSecretOutput, Refusal> {
        let object = object_name(call.state, Some(self.cluster_id), Some(self.namespace), Some(self.name))?;
        call.state.delete_cluster_config(ConfigKind::Secret, &object.home, &object.name)?;
        Ok(DeleteK8sSecretOutput::default())
    }
}

impl Handle for ListK8sSecrets {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("PageSize 0 puts all on one page"),
        Source::Assumption.says("pages are numbered from 0, as those of ConfigMaps"),
        Source::Assumption.says(CONTAINED),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<ListK8sSecretsOutput, Refusal> {
        let query = Query {
            kind: ConfigKind::Secret,
            filter: ObjectFilter {
                region: self.region_id,
                cluster: self.cluster_id,
                namespace: self.namespace,
            },
            pattern: pattern(self.condition.as_ref())?,
        };
        let (configs, total) = query.page(call.state, self.page_no, self.page_size)?;
        let related = self.show_related_apps.unwrap_or(false);
        let mut page = SecretPage::default();
        page.total = Some(total);
        page.secrets = configs.into_iter().map(|one| secret(call.state, one, related)).collect();
        let mut output = ListK8sSecretsOutput::default();
        output.result = Some(page);
        Ok(output)
    }
}

/// Which ConfigMaps or Secrets a list shows.
struct Query {
    kind: ConfigKind,
    filter: ObjectFilter,
    pattern: String,
}

impl Query {
    /// A page, numbered from 0, with the number of all that the list shows. A page of Secrets of size 0 has all of them.
    fn page<'a>(
        &self,
        state: &'a State,
        number: Option<i64>,
        size: Option<i64>,
    ) -> Result<(Vec<&'a ClusterConfig>, i64), Refusal> {
        let number = usize::try_from(number.unwrap_or(0)).map_err(|_| Refusal::invalid("PageNo"))?;
        let size = match (self.kind, size.unwrap_or(20)) {
            (ConfigKind::Secret, 0) => usize::MAX,
            (_, size) if (1..=PAGE_LIMIT).contains(&size) => usize::try_from(size).unwrap_or(usize::MAX),
            _ => return Err(Refusal::invalid("PageSize")),
        };
        let found = state.cluster_configs.values().filter(|config| {
            config.kind() == self.kind
                && self.filter.shows(&config.home)
                && config.name.contains(self.pattern.as_str())
        });
        let total = count(found.clone().count());
        Ok((found.skip(number.saturating_mul(size)).take(size).collect(), total))
    }
}

/// The text that names have to contain. Refuses a filter by another field.
fn pattern(condition: Option<&Json<ConfigFilter>>) -> Result<String, Refusal> {
    match structure("Condition", condition)? {
        None => Ok(String::new()),
        Some(filter) if filter.field.eq_ignore_ascii_case("name") => Ok(filter.pattern.clone()),
        Some(filter) => Err(wrong("Condition", format!("{} is not a field to filter by", filter.field))),
    }
}

/// The entries of a ConfigMap.
fn raw_entries(json: Option<&str>) -> Result<KeyValues, Refusal> {
    let Some(json) = json.filter(|json| !json.trim().is_empty()) else { return Ok(KeyValues::new()) };
    let list = Json::<Vec<ConfigEntry>>::raw(json).into_value();
    entries(Some(&list.ok_or_else(|| wrong("Data", "a list of objects with Key and Value"))?))
}

/// Entries by key. The refusal shows no key and no value: they may be secret.
fn entries(list: Option<&Vec<ConfigEntry>>) -> Result<KeyValues, Refusal> {
    let mut data = KeyValues::new();
    for entry in list.into_iter().flatten() {
        let key = entry.key.clone().ok_or_else(|| wrong("Data", "an entry has no Key"))?;
        if data.insert(key, entry.value.clone().unwrap_or_default()).is_some() {
            return Err(wrong("Data", "two entries have the same Key"));
        }
    }
    Ok(data)
}

/// What a Secret has beside its entries. One for TLS needs a certificate, or its two entries.
fn details(
    kind: Option<&KubernetesSecretType>,
    encoded: bool,
    certificate: Option<String>,
    certificate_region: Option<String>,
    data: &KeyValues,
) -> Result<SecretDetails, Refusal> {
    let kind = kind.unwrap_or(&KubernetesSecretType::Opaque);
    if !KubernetesSecretType::VALUES.contains(&kind.as_str()) {
        return Err(wrong("Type", format!("not one of {}", KubernetesSecretType::VALUES.join(", "))));
    }
    let certificate = certificate.filter(|id| !id.is_empty());
    let has_pair = ["tls.crt", "tls.key"].into_iter().all(|key| data.contains_key(key));
    if *kind == KubernetesSecretType::Tls && certificate.is_none() && !has_pair {
        return Err(wrong("Data", "a Secret for TLS has tls.crt and tls.key, or CertId"));
    }
    Ok(SecretDetails {
        kind: kind.as_str().to_owned(),
        encoded,
        certificate,
        certificate_region: certificate_region.filter(|id| !id.is_empty()),
    })
}

fn config_map(state: &State, config: &ClusterConfig, related: bool) -> KubernetesConfigMap {
    let home = ClusterNamespace::parse(&config.home);
    let mut data = KubernetesConfigMap::default();
    data.cluster_id = text(home.cluster);
    data.cluster_name = Some(cluster_name(&Cluster::of(home.region)));
    data.creation_time = Some(time::utc(config.created));
    data.data = listed(config);
    data.name = text(&config.name);
    data.namespace = text(home.namespace);
    data.related_apps = if related { users(state, config) } else { Vec::new() };
    data
}

fn secret(state: &State, config: &ClusterConfig, related: bool) -> KubernetesSecret {
    let home = ClusterNamespace::parse(&config.home);
    let details = config.secret.clone().unwrap_or_default();
    let mut data = KubernetesSecret::default();
    data.base64_encoded = Some(details.encoded);
    data.cert_id = details.certificate;
    data.cert_region_id = details.certificate_region;
    data.cluster_id = text(home.cluster);
    data.cluster_name = Some(cluster_name(&Cluster::of(home.region)));
    data.creation_time = Some(time::utc(config.created));
    data.data = listed(config);
    data.name = text(&config.name);
    data.namespace = text(home.namespace);
    data.r#type = Some(KubernetesSecretType::from(details.kind.as_str()));
    if related {
        data.related_apps = users(state, config);
        data.related_ingress_rules = ingresses_of(state, config);
    }
    data
}

fn listed(config: &ClusterConfig) -> Vec<ConfigEntry> {
    let entry = |(key, value): (&String, &String)| {
        let mut data = ConfigEntry::default();
        data.key = Some(key.clone());
        data.value = Some(value.clone());
        data
    };
    config.data.iter().map(entry).collect()
}

/// The applications whose settings name a ConfigMap or a Secret.
fn users(state: &State, config: &ClusterConfig) -> Vec<NamedApplication> {
    state
        .applications_in(&config.home)
        .filter(|application| config_users::uses(&application.configuration, config.kind(), &config.name))
        .map(named)
        .collect()
}

/// The Ingresses that have a Secret for TLS, with the applications behind them.
fn ingresses_of(state: &State, secret: &ClusterConfig) -> Vec<SecretIngress> {
    let inside = state.cluster_ingresses.values().filter(|ingress| ingress.home == secret.home);
    let described = inside.map(|ingress| ingresses::described(state, ingress));
    let uses = |ingress: &KubernetesIngress| {
        ingress.rules.iter().any(|rule| rule.secret_name.as_deref() == Some(secret.name.as_str()))
    };
    described
        .filter(uses)
        .map(|ingress| {
            let mut data = SecretIngress::default();
            data.related_apps = ingresses::applications(&ingress);
            data.name = ingress.name;
            data.namespace = ingress.namespace;
            data
        })
        .collect()
}

const DELETED_IN_USE: &str = "it is deleted even if applications use it, as in Kubernetes";
const CONTAINED: &str = "`Condition` compares the name, which has to contain the pattern";
