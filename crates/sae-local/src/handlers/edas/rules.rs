//! Rules for the settings of applications.

use std::ops::RangeInclusive;

use sae_models::edas::{
    ConfigKind, ConfigMount, ContextInputType, EmptyDirMount, EncodedYaml, EnvVar, HostPathMount, Jdk,
    LogSource, NasMount, NasStorageType, PvcMount, RuntimeClass, SlsConfig, UriEncoding, WebContainerConfig,
};
use sae_transport::{Json, Slot};

use crate::domain::Refusal;
use crate::domain::configuration::{Package, Settings, non_empty};
use crate::domain::k8s::refusal::wrong;

/// Refuses settings that an application of this package type can't have.
pub fn check(package: Package, settings: &Settings) -> Result<(), Refusal> {
    check_source(package, settings)?;
    check_choices(settings)?;
    check_numbers(settings)?;
    check_resources(settings)?;
    check_variables(settings)?;
    check_mounts(settings)?;
    check_logs(settings)?;
    check_web_container(settings)?;
    check_yaml(settings)
}

/// Checks the image, or the package with its runtime.
fn check_source(package: Package, settings: &Settings) -> Result<(), Refusal> {
    let has = |name: &str| non_empty(settings, name).is_some();
    let (wanted, foreign): (&[&str], &[&str]) = match package {
        Package::Image => (&["ImageUrl"], &["PackageUrl", "JDK", "WebContainer", "EdasContainerVersion"]),
        Package::FatJar => (&["PackageUrl", "PackageVersion", "JDK"], &["ImageUrl", "WebContainer"]),
        Package::War => (&["PackageUrl", "PackageVersion", "JDK"], &["ImageUrl"]),
        Package::PhpZip | Package::PythonZip | Package::DotnetZip => (&["PackageUrl"], &["ImageUrl"]),
    };
    if let Some(missing) = wanted.iter().find(|name| !has(name)) {
        return Err(Refusal::missing(missing));
    }
    if let Some(name) = foreign.iter().find(|name| has(name)) {
        return Err(wrong(name, format!("not for an application of type {}", package.as_str())));
    }
    let container = ["WebContainer", "EdasContainerVersion", "BuildPackId"].into_iter().any(has);
    if package == Package::War && !container {
        return Err(wrong("WebContainer", "a WAR needs this or EdasContainerVersion"));
    }
    if non_empty(settings, "ImageUrl").is_some_and(|address| address.contains(char::is_whitespace)) {
        return Err(wrong("the address of the image", "it must not contain spaces"));
    }
    let custom = non_empty(settings, "JDK") == Some(Jdk::CustomOpenJdk.as_str());
    if custom && !has("UserBaseImageUrl") {
        return Err(wrong("UserBaseImageUrl", "Custom OpenJDK needs a base image"));
    }
    Ok(())
}

/// Checks settings that have a closed set of values.
fn check_choices(settings: &Settings) -> Result<(), Refusal> {
    let choices: [(&str, &[&str]); 6] = [
        ("JDK", Jdk::VALUES),
        ("UriEncoding", UriEncoding::VALUES),
        ("RuntimeClassName", RuntimeClass::VALUES),
        ("WorkloadType", &["Deployment"]),
        // The document lists four values and says that only one of them works.
        ("StorageType", &["Performance"]),
        ("ImagePlatforms", &["linux/amd64", "linux/arm64"]),
    ];
    for (name, allowed) in choices {
        let values = non_empty(settings, name).into_iter().flat_map(|value| value.split(','));
        if let Some(value) = values.map(str::trim).find(|value| !allowed.contains(value)) {
            let known = name == "StorageType" && NasStorageType::VALUES.contains(&value);
            let why = if known { "not supported so far; there is" } else { "not one of" };
            return Err(wrong(name, format!("{value} is {why} {}", allowed.join(", "))));
        }
    }
    Ok(())
}

fn check_numbers(settings: &Settings) -> Result<(), Refusal> {
    let ranges: [(&str, RangeInclusive<i64>); 11] = [
        ("BatchTimeout", 1..=i64::MAX),
        ("BatchWaitTime", 0..=i64::MAX),
        ("BuildPackId", 1..=i64::MAX),
        ("LosslessRuleDelayTime", 0..=86_400),
        ("LosslessRuleFuncType", 0..=20),
        ("LosslessRuleWarmupTime", 0..=86_400),
        ("TerminateGracePeriod", 0..=i64::MAX),
        ("InternetSlbPort", 1..=65_535),
        ("InternetTargetPort", 1..=65_535),
        ("IntranetSlbPort", 1..=65_535),
        ("IntranetTargetPort", 1..=65_535),
    ];
    for (name, range) in ranges {
        let Some(text) = non_empty(settings, name) else { continue };
        if !text.trim().parse().is_ok_and(|number: i64| range.contains(&number)) {
            let to = if *range.end() == i64::MAX { "up".to_owned() } else { format!("to {}", range.end()) };
            return Err(wrong(name, format!("a number from {} {to}", range.start())));
        }
    }
    Ok(())
}

/// Checks that reservations are at most the limits; a limit of 0 is none. The operations name these parameters
/// differently, so the refusal names what they are about.
fn check_resources(settings: &Settings) -> Result<(), Refusal> {
    for (what, request, limit) in [
        ("CPU", "RequestsmCpu", "LimitmCpu"),
        ("memory", "RequestsMem", "LimitMem"),
        ("ephemeral storage", "RequestsEphemeralStorage", "LimitEphemeralStorage"),
    ] {
        let number = |name| non_empty(settings, name).and_then(|text| text.trim().parse::<i64>().ok());
        let (reserved, most) = (number(request).unwrap_or_default(), number(limit).unwrap_or_default());
        if reserved < 0 || most < 0 {
            return Err(wrong(what, "neither the request nor the limit may be below 0"));
        }
        if most > 0 && reserved > most {
            return Err(wrong(what, format!("the request of {reserved} is above the limit of {most}")));
        }
    }
    Ok(())
}

fn check_variables(settings: &Settings) -> Result<(), Refusal> {
    let variables: Vec<EnvVar> = list(settings, "Envs");
    if variables.iter().any(|variable| variable.name.is_empty()) {
        return Err(wrong("Envs", "a variable has no name"));
    }
    if let Some(both) = variables.iter().find(|one| one.value.is_some() && one.value_from.is_some()) {
        return Err(wrong("Envs", format!("{} has both value and valueFrom", both.name)));
    }
    Ok(())
}

/// Checks that mount paths are absolute.
fn check_mounts(settings: &Settings) -> Result<(), Refusal> {
    let absolute =
        |parameter: &str, paths: Vec<String>| match paths.iter().find(|path| !path.starts_with('/')) {
            Some(path) => Err(wrong(parameter, format!("mountPath \"{path}\" doesn't start with a slash"))),
            None => Ok(()),
        };
    let configs: Vec<ConfigMount> = list(settings, "ConfigMountDescs");
    for mount in &configs {
        if mount.name.is_empty() || !matches!(mount.r#type, ConfigKind::ConfigMap | ConfigKind::Secret) {
            return Err(wrong("ConfigMountDescs", "each mount has a name, and the type ConfigMap or Secret"));
        }
    }
    absolute("ConfigMountDescs", configs.into_iter().map(|mount| mount.mount_path).collect())?;
    let claims: Vec<PvcMount> = list(settings, "PvcMountDescs");
    if claims.iter().any(|claim| claim.pvc_name.is_empty()) {
        return Err(wrong("PvcMountDescs", "each mount has a pvcName"));
    }
    let paths = claims.into_iter().flat_map(|claim| claim.mount_paths).map(|path| path.mount_path);
    absolute("PvcMountDescs", paths.collect())?;
    let empty: Vec<EmptyDirMount> = list(settings, "EmptyDirs");
    absolute("EmptyDirs", empty.into_iter().map(|mount| mount.mount_path).collect())?;
    let local: Vec<HostPathMount> = list(settings, "LocalVolume");
    absolute("LocalVolume", local.into_iter().map(|mount| mount.mount_path).collect())?;
    let nas: Vec<NasMount> = list(settings, "MountDescs");
    absolute("MountDescs", nas.into_iter().map(|mount| mount.mount_path).collect())
}

fn check_logs(settings: &Settings) -> Result<(), Refusal> {
    for log in list::<SlsConfig>(settings, "SlsConfigs") {
        if !matches!(log.r#type, LogSource::File | LogSource::Stdout) || log.log_dir.is_empty() {
            return Err(wrong("SlsConfigs", "each entry has the type file or stdout, and a logDir"));
        }
        if let Some(name) = log.logstore.filter(|name| !name.is_empty() && !is_logstore(name)) {
            return Err(wrong("SlsConfigs", format!("{name} can't be the name of a Logstore")));
        }
    }
    Ok(())
}

fn check_web_container(settings: &Settings) -> Result<(), Refusal> {
    let config = non_empty(settings, "WebContainerConfig").map(Json::<WebContainerConfig>::raw);
    let Some(config) = config.and_then(Json::into_value) else { return Ok(()) };
    let unfit = |reason: &str| Err(wrong("WebContainerConfig", reason));
    if config.use_default_config == Some(true) {
        return Ok(());
    }
    if config.context_input_type == Some(ContextInputType::Custom)
        && config.context_path.as_deref().is_none_or(str::is_empty)
    {
        return unfit("contextInputType custom needs contextPath");
    }
    if config.http_port.is_some_and(|port| !(1024..=65_535).contains(&port)) {
        return unfit("httpPort is 1024 to 65535");
    }
    if config.uri_encoding.is_some_and(|encoding| !UriEncoding::VALUES.contains(&encoding.as_str())) {
        return unfit("uriEncoding is one that UriEncoding takes");
    }
    Ok(())
}

/// Checks YAML in Base64.
fn check_yaml(settings: &Settings) -> Result<(), Refusal> {
    for name in ["InitContainers", "Sidecars", "SecurityContext"] {
        if list::<EncodedYaml>(settings, name).iter().any(|yaml| !is_base64(&yaml.yaml_encoded)) {
            return Err(wrong(name, "yamlEncoded is not Base64"));
        }
    }
    Ok(())
}

/// The items of a setting; a single object counts as one.
fn list<T: Slot + Default>(settings: &Settings, name: &str) -> Vec<T>
where
    Vec<T>: Slot,
{
    non_empty(settings, name).map(Json::<Vec<T>>::raw).and_then(Json::into_value).unwrap_or_default()
}

fn is_logstore(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (3..=63).contains(&name.len())
        && name.bytes().all(|byte| plain(byte) || byte == b'-' || byte == b'_')
        && name.bytes().next().is_some_and(plain)
        && name.bytes().next_back().is_some_and(plain)
}

fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    !digits.is_empty()
        && text.len().is_multiple_of(4)
        && text.len() - digits.len() <= 2
        && digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/')
}
