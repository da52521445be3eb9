//! What an application is deployed with, and what it must have.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::domain::catalogue::{DEFAULT_SIZE, EDAS_CONTAINERS, JDKS, WEB_CONTAINERS, is_size};
use crate::domain::rollout_bounds::{MaxSurge, MinReady, RolloutBounds};
use crate::domain::{Millis, Refusal, integer, time};

/// A version of an application's configuration.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// Tells the versions of one application apart.
    pub version: u64,
    /// When it was made.
    pub created: Millis,
    /// How the application is packaged.
    pub package: Package,
    /// CPU of an instance in millicores.
    pub cpu: i64,
    /// Memory of an instance in MB.
    pub memory: i64,
    /// Everything else, by wire name.
    pub settings: Settings,
}

/// Settings by their wire names, as they were sent.
pub type Settings = BTreeMap<String, String>;

/// How an application is packaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Package {
    /// An executable JAR file.
    FatJar,
    /// A WAR file for a web container.
    War,
    /// A container image.
    Image,
}

/// A host name with the address that it stands for.
pub type Alias = (String, String);

impl Package {
    /// Reads the wire spelling.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        match text {
            "FatJar" => Ok(Self::FatJar),
            "War" => Ok(Self::War),
            "Image" => Ok(Self::Image),
            _ => Err(Refusal::new("InvalidPackageType.NotFound")),
        }
    }

    /// The wire spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FatJar => "FatJar",
            Self::War => "War",
            Self::Image => "Image",
        }
    }

    const fn source(self) -> &'static str {
        match self {
            Self::Image => "ImageUrl",
            Self::FatJar | Self::War => "PackageUrl",
        }
    }
}

/// Names alone: environment variables and commands are secret.
impl std::fmt::Debug for Configuration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Configuration")
            .field("version", &self.version)
            .field("package", &self.package)
            .field("settings", &self.settings.keys())
            .finish_non_exhaustive()
    }
}

impl Configuration {
    /// A setting that isn't empty.
    pub fn setting(&self, name: &str) -> Option<&str> {
        non_empty(&self.settings, name)
    }

    /// A setting that is a number.
    pub fn number(&self, name: &str) -> Option<i64> {
        integer::parse(self.setting(name)?)
    }

    /// How long a rollout waits between two batches.
    pub fn batch_wait(&self) -> Option<Millis> {
        self.number("BatchWaitTime").map(|seconds| seconds.saturating_mul(1000))
    }

    /// How many instances must stay ready during a change.
    pub fn min_ready(&self) -> MinReady {
        MinReady { number: self.number("MinReadyInstances"), ratio: self.number("MinReadyInstanceRatio") }
    }

    /// How many instances a change may start beyond its target.
    fn max_surge(&self) -> MaxSurge {
        MaxSurge { number: self.number("MaxSurgeInstances"), ratio: self.number("MaxSurgeInstanceRatio") }
    }

    /// The bounds of a rollout of this configuration to this many instances, with this minimum of ready ones.
    pub fn rollout_bounds(&self, min_ready: MinReady, present: usize) -> RolloutBounds {
        RolloutBounds { ready: min_ready.resolve(present), surge: self.max_surge().resolve(present) }
    }

    /// The address of the image or package.
    pub fn source(&self) -> Option<&str> {
        self.setting(self.package.source())
    }

    /// The version of the package. The service makes one for an image.
    pub fn package_version(&self) -> String {
        match self.setting("PackageVersion") {
            Some(version) => version.to_owned(),
            None => time::text_with_millis(self.created),
        }
    }

    /// Refuses what can't be deployed; `deploying` says that it is to be deployed now.
    pub fn check(&self, aliases: &[Alias], deploying: bool) -> Result<(), Refusal> {
        check_size(self.cpu, self.memory)?;
        self.check_components()?;
        self.check_source(deploying)?;
        self.check_machine()?;
        self.check_rollout()?;
        check_aliases(aliases)
    }

    /// Where the instances are and how long they have to stop.
    pub fn check_machine(&self) -> Result<(), Refusal> {
        if self.setting("VSwitchId").is_some_and(|id| !is_tagged(id, "vsw-")) {
            return Err(Refusal::invalid("VSwitchId"));
        }
        let (grace, disk) = (self.number("TerminationGracePeriodSeconds"), self.number("DiskSize"));
        if grace.is_some_and(|seconds| !(1..=300).contains(&seconds)) {
            return Err(Refusal::invalid("TerminationGracePeriodSeconds"));
        }
        if self.setting("DiskSize").is_some() && disk.is_none_or(|size| size < 1) {
            return Err(Refusal::invalid("DiskSize"));
        }
        Ok(())
    }

    /// What holds for this and later changes.
    fn check_rollout(&self) -> Result<(), Refusal> {
        self.min_ready().check()?;
        self.max_surge().check()?;
        if self.number("BatchWaitTime").is_some_and(|seconds| !(0..=WAIT_LIMIT).contains(&seconds)) {
            return Err(Refusal::invalid("BatchWaitTime"));
        }
        Ok(())
    }

    /// Which components there must be depends on the package; all of them must exist.
    fn check_components(&self) -> Result<(), Refusal> {
        let (jdk, web, edas) =
            (self.setting("Jdk"), self.setting("WebContainer"), self.setting("EdasContainerVersion"));
        let unknown =
            |chosen: Option<&str>, known: &[&str]| chosen.is_some_and(|name| !known.contains(&name));
        if unknown(jdk, JDKS) || unknown(web, WEB_CONTAINERS) || unknown(edas, EDAS_CONTAINERS) {
            return Err(Refusal::new("InvalidComponent.NotFound"));
        }
        let components = [("Jdk", jdk), ("WebContainer", web), ("EdasContainerVersion", edas)];
        if let (Package::Image, Some((name, _))) =
            (self.package, components.into_iter().find(|(_, chosen)| chosen.is_some()))
        {
            return Err(self.unfit(name));
        }
        let refusal = match (edas, self.package, jdk, web) {
            (Some(_), _, None, _) => "PandoraApplication.MissingJdk",
            (Some(_), _, Some(_), Some(_)) => "PandoraApplication.OnlyJdk",
            (None, Package::War, None, _) | (None, Package::War, _, None) => {
                "WarApplication.MissingJdkWebcontainer"
            }
            (None, _, None, Some(_)) => "Application.MissingJdk",
            (None, Package::FatJar, None, None) => "JarApplication.MissingJdk",
            _ => return Ok(()),
        };
        Err(Refusal::new(refusal))
    }

    /// An image or a package, never both.
    fn check_source(&self, deploying: bool) -> Result<(), Refusal> {
        let (wanted, other) = match self.package {
            Package::Image => ("ImageUrl", "PackageUrl"),
            Package::FatJar | Package::War => ("PackageUrl", "ImageUrl"),
        };
        if self.setting(other).is_some() {
            return Err(self.unfit(other));
        }
        match self.setting(wanted) {
            Some(url) => self.check_file(url)?,
            None if deploying => return Err(Refusal::missing(wanted)),
            None => return Ok(()),
        }
        if deploying && self.package != Package::Image && self.setting("PackageVersion").is_none() {
            return Err(Refusal::missing("PackageVersion"));
        }
        Ok(())
    }

    fn unfit(&self, parameter: &str) -> Refusal {
        Refusal::unfit(parameter, format!("not for an application of type {}", self.package.as_str()))
    }

    /// The name of a package holds letters, digits, hyphens and underscores; its ending fits the type.
    fn check_file(&self, url: &str) -> Result<(), Refusal> {
        let ending = match self.package {
            Package::Image => {
                return if url.contains(char::is_whitespace) {
                    Err(Refusal::invalid("ImageUrl"))
                } else {
                    Ok(())
                };
            }
            Package::FatJar => "jar",
            Package::War => "war",
        };
        let path = url.split(['?', '#']).next().unwrap_or_default();
        let file = path.rsplit('/').next().unwrap_or_default();
        let name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        match file.rsplit_once('.') {
            Some((stem, end))
                if !stem.is_empty() && stem.chars().all(name) && end.eq_ignore_ascii_case(ending) =>
            {
                Ok(())
            }
            _ => Err(Refusal::new("InvalidParameter.FileName")),
        }
    }
}

/// How what refers to a configuration is written: by its version. The configurations themselves stand beside it, each
/// once, since a thousand instances may refer to the same one; see [`WithConfigurations`](crate::domain::snapshot::Filed).
pub mod by_version {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serializer};

    use super::{Configuration, Package, Settings};

    /// Writes the version.
    pub fn serialize<S: Serializer>(
        configuration: &Arc<Configuration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(configuration.version)
    }

    /// Reads a version; the configuration takes its place when the whole has been read.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<Configuration>, D::Error> {
        let version = u64::deserialize(deserializer)?;
        let package = Package::Image;
        let settings = Settings::new();
        Ok(Arc::new(Configuration { version, created: 0, package, cpu: 0, memory: 0, settings }))
    }
}

/// A setting that isn't empty.
pub fn non_empty<'a>(settings: &'a Settings, name: &str) -> Option<&'a str> {
    settings.get(name).map(String::as_str).filter(|value| !value.is_empty())
}

/// The size of instances: the one that was named, or else the one that there was.
pub fn size(cpu: Option<i64>, memory: Option<i64>, former: Option<(i64, i64)>) -> (i64, i64) {
    let (former_cpu, former_memory) = former.unwrap_or((DEFAULT_SIZE.cpu, DEFAULT_SIZE.memory));
    (cpu.unwrap_or(former_cpu), memory.unwrap_or(former_memory))
}

/// Refuses a size that doesn't exist.
pub fn check_size(cpu: i64, memory: i64) -> Result<(), Refusal> {
    if is_size(cpu, memory) {
        return Ok(());
    }
    Err(Refusal::with("InvalidInstanceSpecification.Unsupported", [cpu.to_string(), memory.to_string()]))
}

fn check_aliases(aliases: &[Alias]) -> Result<(), Refusal> {
    match aliases.iter().find(|(host, ip)| !is_host(host) || ip.parse::<IpAddr>().is_err()) {
        Some((host, ip)) => Err(Refusal::with("InvalidHostnameIp.Invalid", [host, ip])),
        None => Ok(()),
    }
}

/// A host name as RFC 1123 has it.
fn is_host(name: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(label)
}

/// Whether an identifier has this prefix and something behind it.
pub fn is_tagged(id: &str, tag: &str) -> bool {
    id.strip_prefix(tag)
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic()))
}

/// A week, in seconds.
pub const WAIT_LIMIT: i64 = 7 * 24 * 60 * 60;
