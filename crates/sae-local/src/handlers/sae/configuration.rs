//! The configuration of an application, returned as it was sent.

use sae_models::sae::{
    ApplicationConfig, ConfigMapMount, DescribeApplicationConfig, DescribeApplicationConfigOutput,
    PackageType, ProgrammingLanguage,
};
use sae_transport::UnknownMembers;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::domain::catalogue::{APP_SOURCE, EDITION, RESOURCE_TYPE};
use crate::domain::configuration::{Configuration, Package, Settings};
use crate::domain::{Application, Refusal, State};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::text;
use crate::handlers::sae::tags::answered as answered_tags;

impl Handle for DescribeApplicationConfig {
    const SOURCE: Source = Source::Document;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("mounts of config maps and secrets name them"),
        Source::Provider.says(
            "a setting that was never given has the service's default: time zone, grace period, security group, minimum of ready instances, empty lists and texts",
        ),
        Source::Metadata.says("kind, edition, language and type of the resource have defaults, too"),
        Source::Assumption.says(
            "SlsConfigs and SlsLogEnvTags are those of the namespace where the application sets none or an empty text",
        ),
        Source::Assumption.says("the security group that nobody chose is one for each VPC"),
        Source::Assumption
            .says("the current configuration and those that instances still run are available by VersionId"),
    ];

    /// Returns the current version of the configuration, or one that instances still run.
    fn handle(self, call: &mut Call<'_>) -> Result<DescribeApplicationConfigOutput, Refusal> {
        let application = call.application(&self.app_id)?;
        let mut output = DescribeApplicationConfigOutput::default();
        let configuration = match self.version_id.as_deref().filter(|id| !id.is_empty()) {
            Some(id) => application.version(id).ok_or_else(|| Refusal::invalid("VersionId"))?,
            None => &application.configuration,
        };
        let settings = call.state.with_namespace_logs(&application.namespace, &configuration.settings);
        let mut data = described(application, configuration, &settings);
        name_mounts(call.state, &mut data);
        output.data = Some(data);
        Ok(output)
    }
}

/// A configuration, with settings that may have been completed by those of the namespace.
fn described(
    application: &Application,
    configuration: &Configuration,
    settings: &Settings,
) -> ApplicationConfig {
    let mut data: ApplicationConfig = projected(DEFAULTS, settings);
    // The service doesn't return these settings.
    data.unknown_members = UnknownMembers::default();
    data.app_id = text(&application.id);
    data.app_name = text(&application.name);
    data.app_description = text(&application.description);
    data.namespace_id = text(&application.namespace);
    data.region_id = text(application.region());
    data.package_type = Some(PackageType::from(configuration.package.as_str()));
    data.cpu = Some(configuration.cpu);
    data.memory = Some(configuration.memory);
    data.replicas = Some(application.replicas);
    data.tags = answered_tags(&application.tags);
    data.vpc_id = text(&application.network.vpc);
    data.v_switch_id = data.v_switch_id.or_else(|| text(&application.network.vswitch));
    data.security_group_id = data.security_group_id.or_else(|| Some(application.network.security_group()));
    data.programming_language = Some(ProgrammingLanguage::from(configuration.language()));
    if configuration.package == Package::Image {
        data.package_version = Some(configuration.package_version());
    }
    data
}

/// Settings as an answer has them. What isn't set has its default.
pub fn projected<T: DeserializeOwned + Default>(defaults: &[(&str, &str)], settings: &Settings) -> T {
    let defaults = defaults.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
    let set = settings.iter().filter(|(_, value)| !value.is_empty());
    let set = set.map(|(name, value)| answered(name, value));
    serde_json::from_value(Value::Object(defaults.chain(set).collect())).unwrap_or_default()
}

/// Names the config maps that are mounted.
pub fn name_config_maps(state: &State, mounts: &mut [ConfigMapMount]) {
    for mount in mounts {
        let found = mount.config_map_id.and_then(|id| state.config_maps.get(&id));
        mount.config_map_name = found.map(|found| found.name.clone());
    }
}

/// Names the config maps and secrets that are mounted.
fn name_mounts(state: &State, data: &mut ApplicationConfig) {
    name_config_maps(state, &mut data.config_map_mount_desc);
    for mount in &mut data.secret_mount_desc {
        let found = mount.secret_id.and_then(|id| state.secrets.get(&id));
        mount.secret_name = found.map(|found| found.name.clone());
    }
}

/// A setting as the answer has it. Some names differ from those of the request, and some JSON texts become structures
/// whose members begin with a capital.
fn answered(name: &str, value: &str) -> (String, Value) {
    let plain = || Value::String(value.to_owned());
    let parsed = || serde_json::from_str(value).unwrap_or(Value::Null);
    let value = match name {
        "Labels" | "ServiceTags" | "OssMountDescs" | "RaspConfig" => parsed(),
        "InitContainersConfig" | "SidecarContainersConfig" => containers(parsed()),
        _ if MOUNTS.contains(&name) => capitalised(parsed()),
        _ => plain(),
    };
    (
        name.strip_suffix("DiscoverySvc").map_or_else(|| name.to_owned(), |stem| format!("{stem}Discovery")),
        value,
    )
}

/// Containers have mounts as JSON text inside the JSON.
fn containers(value: Value) -> Value {
    let member = |(name, value): (String, Value)| {
        let value = match value {
            Value::String(text) if MOUNTS.contains(&name.as_str()) => {
                capitalised(serde_json::from_str(&text).unwrap_or(Value::Null))
            }
            value => value,
        };
        (name, value)
    };
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(containers).collect()),
        Value::Object(members) => Value::Object(members.into_iter().map(member).collect()),
        value => value,
    }
}

/// Capitalizes the first letter: `mountPath` becomes `MountPath`.
pub fn capitalised(value: Value) -> Value {
    let capital = |name: String| {
        let mut letters = name.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(capitalised).collect()),
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (capital(name), value)).collect())
        }
        value => value,
    }
}

/// Settings that the service has where a request gives none. -1 stands for a minimum that isn't set, an empty text for JSON that
/// isn't. What a client would take for a choice of its user is left out: a runtime, a registry, mounts.
const DEFAULTS: &[(&str, &str)] = &[
    ("AppSource", APP_SOURCE),
    ("AssociateEip", "false"),
    ("BatchWaitTime", "0"),
    ("CommandArgs", ""),
    ("CustomHostAlias", "[]"),
    ("EnableGreyTagRoute", "false"),
    ("EnableIdle", "false"),
    ("EnableNamespaceAgentVersion", "false"),
    ("EnableNewArms", "false"),
    ("EnablePrometheus", "false"),
    ("Envs", "[]"),
    ("IsStateful", "false"),
    ("Liveness", ""),
    ("MinReadyInstanceRatio", "-1"),
    ("MinReadyInstances", "-1"),
    ("NewSaeVersion", EDITION),
    ("PostStart", ""),
    ("PreStop", ""),
    ("Readiness", ""),
    ("ResourceType", RESOURCE_TYPE),
    ("SlsConfigs", ""),
    ("TerminationGracePeriodSeconds", "30"),
    ("Timezone", "Asia/Shanghai"),
    ("TomcatConfig", ""),
];

const MOUNTS: &[&str] = &["ConfigMapMountDesc", "SecretMountDesc", "EmptyDirDesc", "MountDesc"];
