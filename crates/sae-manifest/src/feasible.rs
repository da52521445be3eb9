//! Finds what the service would refuse before anything is sent, from what it offers and from its documentation.

use sae::Client;
use sae::model::{
    ComponentType, DescribeComponents, DescribeEdasContainers, DescribeInstanceSpecifications,
    DescribeRegions, PackageType,
};

use sae::transport::text::redact_url;

use crate::entry::{Entry, Manifest};
use crate::error::Error;
use crate::finding::Finding;
use crate::hints::did_you_mean;
use crate::package::package_type;
use crate::rules::alternatives;
use crate::value::Value;

/// What the service offers, as far as the manifest needs it.
#[derive(Default)]
pub struct Offer {
    /// Sizes of instances: CPU in millicores and memory in MB.
    sizes: Vec<(i64, i64)>,
    regions: Vec<String>,
    /// Versions by key.
    components: Vec<(&'static str, Vec<String>)>,
}

impl Offer {
    /// Reads what the service offers for the keys in the manifest.
    pub async fn of(client: &Client, manifest: &Manifest) -> Result<Self, Error> {
        let names = |key: &str| manifest.applications.iter().any(|entry| entry.value.get(key).is_some());
        let mut offer = Self::default();
        if names("cpu") || names("memory") {
            let found = client.send(DescribeInstanceSpecifications::new()).await?.output.data;
            let enabled = found.into_iter().filter(|size| size.enable != Some(false));
            offer.sizes = enabled.filter_map(|size| Some((size.cpu?, size.memory?))).collect();
        }
        if !manifest.namespaces.is_empty() {
            let found = client.send(DescribeRegions::new()).await?.output.regions;
            offer.regions = found.into_iter().filter_map(|region| region.region_id).collect();
        }
        for (key, kind) in [("jdk", ComponentType::Jdk), ("web_container", ComponentType::Tomcat)] {
            if names(key) {
                let found = client.send(DescribeComponents::new(kind)).await?.output.data;
                let versions = found.into_iter().filter_map(|component| component.component_key);
                offer.components.push((key, versions.collect()));
            }
        }
        if names("edas_container_version") {
            let found = client.send(DescribeEdasContainers::new()).await?.output.data;
            let versions = found.into_iter().filter_map(|container| container.edas_container_version);
            offer.components.push(("edas_container_version", versions.collect()));
        }
        Ok(offer)
    }

    /// Findings about a new namespace.
    pub fn namespace(&self, entry: &Entry) -> Vec<Finding> {
        let region = entry.text("id").split(':').next().unwrap_or_default();
        if self.regions.iter().any(|known| known == region) {
            return Vec::new();
        }
        let near = did_you_mean(region, self.regions.iter().map(String::as_str));
        let message = format!("namespace.id: the service has no region {region:?}{near}");
        vec![Finding::new(entry.place_of("id"), message)]
    }

    /// Findings about an application.
    pub fn application(&self, entry: &Entry, live: Option<&Value>) -> Vec<Finding> {
        let mut checked = Checked { entry, live, findings: Vec::new() };
        checked.size(&self.sizes);
        checked.components(&self.components);
        checked.source();
        if live.is_none() {
            checked.package();
        }
        checked.findings
    }
}

struct Checked<'a> {
    entry: &'a Entry,
    live: Option<&'a Value>,
    findings: Vec<Finding>,
}

impl Checked<'_> {
    fn wrong(&mut self, key: &str, message: &str) {
        self.findings.push(Finding::new(self.entry.place_of(key), format!("application.{message}")));
    }

    /// The value of the manifest, or else the present one.
    fn value(&self, key: &str) -> Option<&Value> {
        let given = self.entry.value.get(key).filter(|value| **value != Value::Unchanged);
        given.or_else(|| self.live?.get(key))
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.value(key).and_then(Value::as_text).filter(|text| !text.is_empty())
    }

    fn number(&self, key: &str) -> Option<i64> {
        match self.value(key) {
            Some(Value::Int(number)) => Some(*number),
            _ => None,
        }
    }

    /// CPU and memory must be one of the offered sizes.
    fn size(&mut self, sizes: &[(i64, i64)]) {
        let Some(named) = ["cpu", "memory"].into_iter().find(|key| self.entry.value.get(key).is_some())
        else {
            return;
        };
        let (cpu, memory) = (self.number("cpu"), self.number("memory"));
        // Values below 1 are reported already.
        if cpu.is_some_and(|cpu| cpu < 1) || memory.is_some_and(|memory| memory < 1) {
            return;
        }
        let pair = |(cpu, memory): &(i64, i64)| format!("cpu {cpu} and memory {memory}");
        let (Some(cpu), Some(memory)) = (cpu, memory) else {
            let other = if cpu.is_some() { "memory" } else { "cpu" };
            let fits = |size: &&(i64, i64)| {
                cpu.is_none_or(|cpu| cpu == size.0) && memory.is_none_or(|memory| memory == size.1)
            };
            let sizes: Vec<_> = sizes.iter().filter(fits).map(pair).collect();
            let sizes: Vec<_> = sizes.iter().map(String::as_str).collect();
            let there_are = match sizes.as_slice() {
                [] => "the service has no such size".to_owned(),
                sizes => format!("the service has {}", alternatives(sizes)),
            };
            return self.wrong(named, &format!("{named} needs application.{other}: {there_are}"));
        };
        if sizes.contains(&(cpu, memory)) {
            return;
        }
        let far = |size: &(i64, i64)| distance(cpu, size.0) + distance(memory, size.1);
        let near = sizes.iter().min_by(|a, b| far(a).total_cmp(&far(b)));
        let near = near.map_or_else(String::new, |size| format!("; the nearest is {}", pair(size)));
        self.wrong(named, &format!("{named}: there is no size of {}{near}", pair(&(cpu, memory))));
    }

    fn components(&mut self, offered: &[(&'static str, Vec<String>)]) {
        for (key, versions) in offered {
            if let Some(chosen) = self.entry.value.get(key).and_then(Value::as_text)
                && !versions.iter().any(|version| version == chosen)
            {
                let near = did_you_mean(chosen, versions.iter().map(String::as_str));
                let known: Vec<_> = versions.iter().map(String::as_str).collect();
                let known = if near.is_empty() { format!("; it has {}", alternatives(&known)) } else { near };
                self.wrong(key, &format!("{key}: the service has no {chosen:?}{known}"));
            }
        }
    }

    /// An application needs an image or a package.
    fn source(&mut self) {
        let rests = self.entry.value.get("deploy") == Some(&Value::Bool(false));
        if !rests && self.text("image").is_none() && self.text("package").is_none() {
            let message = "image and application.package are missing: give one of them, or deploy = false";
            self.wrong("name", message);
        }
    }

    /// Keys that a new application of each type requires or excludes.
    fn package(&mut self) {
        if self.number("replicas") == Some(0) {
            self.wrong("replicas", "replicas takes at least 1 for a new application; the nearest is 1");
        }
        let package = self.text("package").map(str::to_owned);
        let kind =
            self.text("package_type").map_or_else(|| package_type(package.as_deref()), PackageType::from);
        let name = kind.as_str().to_owned();
        // Invalid ones are reported already.
        if matches!(kind, PackageType::Unknown(_)) {
            return;
        }
        let is_image = name.to_ascii_uppercase().starts_with("IMAGE");
        let unfit: &[&str] = if is_image {
            &["package", "jdk", "web_container", "edas_container_version"]
        } else {
            &["image"]
        };
        if !is_image && package.is_none() {
            if self.text("image").is_some() {
                self.wrong("package_type", &format!("package_type {name} needs application.package"));
            }
            return;
        }
        for key in unfit {
            if self.text(key).is_some() {
                self.wrong(key, &format!("{key} is not supported for applications of the type {name}"));
            }
        }
        let Some(url) = package.filter(|_| !is_image) else { return };
        let has = |key: &str| self.text(key).is_some();
        let needed: &[&str] = match kind {
            PackageType::War if has("edas_container_version") => &["package_version", "jdk"],
            PackageType::War => &["package_version", "jdk", "web_container"],
            PackageType::FatJar => &["package_version", "jdk"],
            PackageType::PythonZip => &["package_version"],
            PackageType::DotnetZip => &["dotnet", "command"],
            _ => &[],
        };
        let missing: Vec<_> = needed.iter().copied().filter(|key| !has(key)).collect();
        let both = has("edas_container_version") && has("web_container");
        for key in missing {
            self.wrong("package", &format!("package needs application.{key} for the type {name}"));
        }
        if both {
            self.wrong(
                "web_container",
                "web_container can't be combined with application.edas_container_version",
            );
        }
        let ending = match kind {
            PackageType::FatJar => "jar",
            PackageType::War => "war",
            _ => return,
        };
        if !is_file(&url, ending) {
            let message = format!(
                "package takes a file named with letters, digits, hyphens and underscores that ends in .{ending}, not {}",
                redact_url(&url)
            );
            self.wrong("package", &message);
        }
    }
}

fn distance(wanted: i64, there: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "only which is nearest counts")]
    let ratio = wanted as f64 / there as f64;
    ratio.ln().abs()
}

fn is_file(url: &str, ending: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let file = path.rsplit('/').next().unwrap_or_default();
    let name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    file.rsplit_once('.').is_some_and(|(stem, end)| {
        !stem.is_empty() && stem.chars().all(name) && end.eq_ignore_ascii_case(ending)
    })
}
