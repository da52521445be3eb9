//! Configurations of applications and the rules for them.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::domain::catalogue::{
    DEFAULT_SIZE, DOTNETS, EDAS_CONTAINERS, JDKS, PHPS, PYTHONS, WEB_CONTAINERS, is_size,
};
use crate::domain::rollout_bounds::{MaxSurge, MinReady, RolloutBounds};
use crate::domain::{Millis, Refusal, integer, time};

/// A version of an application's configuration.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// Number of the version, unique in its application.
    pub version: u64,
    /// When it was made.
    pub created: Millis,
    /// Package type.
    pub package: Package,
    /// CPU of an instance in millicores.
    pub cpu: i64,
    /// Memory of an instance in MB.
    pub memory: i64,
    /// All other parameters, by wire name.
    pub settings: Settings,
}

/// Parameters by wire name, as they were sent.
pub type Settings = BTreeMap<String, String>;

/// Package type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Package {
    /// An executable JAR file.
    FatJar,
    /// A WAR file for a web container.
    War,
    /// A container image.
    Image,
    /// A ZIP file with a PHP application.
    PhpZip,
    /// A ZIP file with a Python application.
    PythonZip,
    /// A ZIP file with a .NET application.
    DotnetZip,
}

/// A host name with its address.
pub type Alias = (String, String);

impl Package {
    const ALL: [Self; 6] =
        [Self::FatJar, Self::War, Self::Image, Self::PhpZip, Self::PythonZip, Self::DotnetZip];

    /// Reads the wire spelling. Base images for PHP, such as `IMAGE_PHP_7_3`, are refused: it isn't documented what an
    /// application on one of them needs.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let known = Self::ALL.into_iter().find(|package| package.as_str() == text);
        known.ok_or(Refusal::new("InvalidPackageType.NotFound"))
    }

    /// The wire spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FatJar => "FatJar",
            Self::War => "War",
            Self::Image => "Image",
            Self::PhpZip => "PhpZip",
            Self::PythonZip => "PythonZip",
            Self::DotnetZip => "DotnetZip",
        }
    }

    /// The language of an application that names none.
    pub const fn language(self) -> &'static str {
        match self {
            Self::FatJar | Self::War | Self::Image => "java",
            Self::PhpZip => "php",
            Self::PythonZip => "python",
            Self::DotnetZip => "dotnet",
        }
    }

    const fn source(self) -> &'static str {
        match self {
            Self::Image => "ImageUrl",
            _ => "PackageUrl",
        }
    }

    /// The ending of its file; none for an image.
    const fn ending(self) -> Option<&'static str> {
        match self {
            Self::Image => None,
            Self::FatJar => Some("jar"),
            Self::War => Some("war"),
            Self::PhpZip | Self::PythonZip | Self::DotnetZip => Some("zip"),
        }
    }
}

/// Shows the names of the settings only: environment variables and commands are secret.
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
    /// The value of a setting; none if it is empty.
    pub fn setting(&self, name: &str) -> Option<&str> {
        non_empty(&self.settings, name)
    }

    /// A setting as a number.
    pub fn number(&self, name: &str) -> Option<i64> {
        integer::parse(self.setting(name)?)
    }

    /// The language that it is written in.
    pub fn language(&self) -> &str {
        self.setting("ProgrammingLanguage").unwrap_or_else(|| self.package.language())
    }

    /// The pause between two batches, in milliseconds.
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

    /// The bounds of a rollout to this many instances, with this minimum of ready ones.
    pub fn rollout_bounds(&self, min_ready: MinReady, present: usize) -> RolloutBounds {
        RolloutBounds { ready: min_ready.resolve(present), surge: self.max_surge().resolve(present) }
    }

    /// The address of the image or package.
    pub fn source(&self) -> Option<&str> {
        self.setting(self.package.source())
    }

    /// The version of the package. For an image it is the time when the configuration was made.
    pub fn package_version(&self) -> String {
        match self.setting("PackageVersion") {
            Some(version) => version.to_owned(),
            None => time::text_with_millis(self.created),
        }
    }

    /// Refuses a configuration that breaks a rule; `deploying` also requires what a deployment needs.
    pub fn check(&self, aliases: &[Alias], deploying: bool) -> Result<(), Refusal> {
        check_size(self.cpu, self.memory)?;
        self.check_components()?;
        self.check_source(deploying)?;
        self.check_machine()?;
        self.check_rollout()?;
        check_aliases(aliases)
    }

    /// Refuses a configuration of a job that breaks a rule. Jobs in PHP can't name their version of it.
    pub fn check_job(&self, aliases: &[Alias]) -> Result<(), Refusal> {
        check_size(self.cpu, self.memory)?;
        if self.package != Package::PhpZip {
            self.check_components()?;
        }
        self.check_source(true)?;
        self.check_machine()?;
        for name in ["BackoffLimit", "Timeout"] {
            if self.setting(name).is_some() && self.number(name).is_none_or(|number| number < 0) {
                return Err(Refusal::invalid(name));
            }
        }
        check_aliases(aliases)
    }

    /// Checks the vSwitch, the grace period and the disk.
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

    /// Checks the settings for rollouts.
    fn check_rollout(&self) -> Result<(), Refusal> {
        self.min_ready().check()?;
        self.max_surge().check()?;
        if self.number("BatchWaitTime").is_some_and(|seconds| !(0..=WAIT_LIMIT).contains(&seconds)) {
            return Err(Refusal::invalid("BatchWaitTime"));
        }
        Ok(())
    }

    /// Checks that the components exist, and that there are those that the package type needs. An image brings its own,
    /// but the service keeps a JDK and an EDAS container that are chosen for it.
    fn check_components(&self) -> Result<(), Refusal> {
        let is_unknown = |(name, known): &(&str, &[&str])| {
            self.setting(name).is_some_and(|chosen| !known.contains(&chosen))
        };
        if COMPONENTS.iter().any(is_unknown) {
            return Err(Refusal::new("InvalidComponent.NotFound"));
        }
        let runtime = match self.package {
            Package::FatJar | Package::War => return self.check_java(),
            Package::Image if self.setting("WebContainer").is_some() => {
                return Err(self.unfit("WebContainer"));
            }
            Package::Image => return Ok(()),
            Package::PhpZip => "Php",
            Package::PythonZip => "Python",
            Package::DotnetZip => "Dotnet",
        };
        self.setting(runtime).map(|_| ()).ok_or_else(|| Refusal::missing(runtime))
    }

    /// Checks the components of a Java package.
    fn check_java(&self) -> Result<(), Refusal> {
        let (jdk, web, edas) =
            (self.setting("Jdk"), self.setting("WebContainer"), self.setting("EdasContainerVersion"));
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

    /// Checks that there is an image or a package as the type requires, and not the other.
    fn check_source(&self, deploying: bool) -> Result<(), Refusal> {
        let wanted = self.package.source();
        let other = if self.package == Package::Image { "PackageUrl" } else { "ImageUrl" };
        if self.setting(other).is_some() {
            return Err(self.unfit(other));
        }
        match self.setting(wanted) {
            Some(url) => self.check_file(url)?,
            None if deploying => return Err(Refusal::missing(wanted)),
            None => return Ok(()),
        }
        let is_versioned = matches!(self.package, Package::FatJar | Package::War | Package::PythonZip);
        if deploying && is_versioned && self.setting("PackageVersion").is_none() {
            return Err(Refusal::missing("PackageVersion"));
        }
        Ok(())
    }

    fn unfit(&self, parameter: &str) -> Refusal {
        Refusal::unfit(parameter, format!("not for an application of type {}", self.package.as_str()))
    }

    /// Checks the file name of a package: letters, digits, hyphens, underscores, and an ending that fits the type.
    fn check_file(&self, url: &str) -> Result<(), Refusal> {
        let Some(ending) = self.package.ending() else {
            let is_address = !url.contains(char::is_whitespace);
            return if is_address { Ok(()) } else { Err(Refusal::invalid("ImageUrl")) };
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

/// Writes references to configurations as version numbers. The configurations themselves are written once, since a
/// thousand instances may refer to the same one; see
/// [`WithConfigurations`](crate::domain::snapshot::WithConfigurations).
pub mod by_version {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serializer};

    use super::{Configuration, Package, Settings};

    /// Writes the version number.
    pub fn serialize<S: Serializer>(
        configuration: &Arc<Configuration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(configuration.version)
    }

    /// Reads a version number. The configuration itself is filled in once all data is read.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<Configuration>, D::Error> {
        u64::deserialize(deserializer).map(placeholder)
    }

    /// Stands for a configuration until its content is read.
    pub fn placeholder(version: u64) -> Arc<Configuration> {
        let package = Package::Image;
        let settings = Settings::new();
        Arc::new(Configuration { version, created: 0, package, cpu: 0, memory: 0, settings })
    }
}

/// The same for a list of configurations.
pub mod by_versions {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serializer};

    use super::{Configuration, by_version};

    /// Writes the version numbers.
    pub fn serialize<S: Serializer>(
        configurations: &[Arc<Configuration>],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(configurations.iter().map(|configuration| configuration.version))
    }

    /// Reads version numbers. The configurations themselves are filled in once all data is read.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Arc<Configuration>>, D::Error> {
        let versions = Vec::<u64>::deserialize(deserializer)?;
        Ok(versions.into_iter().map(by_version::placeholder).collect())
    }
}

/// The value of a setting; none if it is empty.
pub fn non_empty<'a>(settings: &'a Settings, name: &str) -> Option<&'a str> {
    settings.get(name).map(String::as_str).filter(|value| !value.is_empty())
}

/// CPU and memory as requested, otherwise as before, otherwise the default.
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

/// Whether a name is a host name by RFC 1123.
fn is_host(name: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(label)
}

/// Whether an identifier consists of this prefix and further characters.
pub fn is_tagged(id: &str, tag: &str) -> bool {
    id.strip_prefix(tag)
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic()))
}

/// The settings that choose a component, with its versions.
const COMPONENTS: &[(&str, &[&str])] = &[
    ("Jdk", JDKS),
    ("WebContainer", WEB_CONTAINERS),
    ("EdasContainerVersion", EDAS_CONTAINERS),
    ("Php", PHPS),
    ("Python", PYTHONS),
    ("Dotnet", DOTNETS),
];

/// The longest pause between two batches: a week, in seconds.
pub const WAIT_LIMIT: i64 = 7 * 24 * 60 * 60;
