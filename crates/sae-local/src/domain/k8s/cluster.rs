//! Kubernetes clusters and the namespaces in them.

use std::fmt;
use std::ops::RangeInclusive;

use crate::domain::Refusal;
use crate::domain::id::Ids;
use crate::domain::k8s::refusal::wrong;
use crate::domain::namespace::Network;

/// A cluster that EDAS has imported.
///
/// Each region has one, and always the same: its identifiers are computed from the name of the region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// Identifier in EDAS.
    pub id: String,
    /// Identifier in Container Service.
    pub container_service: String,
    /// Region.
    pub region: String,
    /// Network.
    pub network: Network,
}

/// The namespace of an application in a cluster. It takes the place of a namespace of SAE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClusterNamespace<'a> {
    /// Region of the cluster.
    pub region: &'a str,
    /// Identifier of the cluster.
    pub cluster: &'a str,
    /// Kubernetes namespace.
    pub namespace: &'a str,
}

impl Cluster {
    /// The cluster of a region.
    pub fn of(region: &str) -> Self {
        // FNV-1a.
        let seed = region.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
        });
        let mut ids = Ids::new(seed);
        Self {
            id: ids.uuid(),
            container_service: ids.tagged("c", 32),
            region: region.to_owned(),
            network: Network { vpc: ids.tagged("vpc-", 21), vswitch: ids.tagged("vsw-", 21) },
        }
    }
}

/// Writes the region first, as in the identifier of a namespace of SAE.
impl fmt::Display for ClusterNamespace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.region, self.cluster, self.namespace)
    }
}

impl<'a> ClusterNamespace<'a> {
    /// Reads what `Display` writes.
    pub fn parse(text: &'a str) -> Self {
        let mut parts = text.splitn(3, ':').map(Some).chain(std::iter::repeat(None));
        let mut next = || parts.next().flatten().unwrap_or_default();
        Self { region: next(), cluster: next(), namespace: next() }
    }
}

/// Refuses a name that isn't a label by RFC 1123, as Kubernetes does.
pub fn check_namespace(name: &str) -> Result<(), Refusal> {
    let valid = (1..=63).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-');
    if valid {
        return Ok(());
    }
    Err(wrong(
        "Namespace",
        "a Kubernetes namespace has up to 63 lower-case letters, digits and inner hyphens",
    ))
}

/// Refuses the name of an object in a cluster unless it has a length in this range, begins with a letter, and consists of
/// letters, digits and hyphens. With `strict`, letters are lower-case and the last character is no hyphen.
pub fn check_object_name(name: &str, lengths: RangeInclusive<usize>, strict: bool) -> Result<(), Refusal> {
    let valid = lengths.contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !(strict && (name.ends_with('-') || name.bytes().any(|byte| byte.is_ascii_uppercase())));
    if valid {
        return Ok(());
    }
    let (least, most) = lengths.into_inner();
    let (letters, end) =
        if strict { ("lower-case letters", ", with no hyphen at the end") } else { ("letters", "") };
    let reason = format!("{least} to {most} {letters}, digits and hyphens, with a letter at the start{end}");
    Err(wrong("Name", reason))
}

#[cfg(test)]
mod tests {
    use super::{Cluster, ClusterNamespace};

    #[test]
    fn a_region_always_has_the_same_cluster() {
        assert_eq!(Cluster::of("cn-hangzhou"), Cluster::of("cn-hangzhou"));
        assert_ne!(Cluster::of("cn-hangzhou").id, Cluster::of("cn-beijing").id);
    }

    #[test]
    fn a_home_is_read_as_it_was_written() {
        let home = ClusterNamespace { region: "cn-hangzhou", cluster: "c", namespace: "default" };
        assert_eq!(home.to_string(), "cn-hangzhou:c:default");
        assert_eq!(ClusterNamespace::parse(&home.to_string()), home);
        assert_eq!(
            ClusterNamespace::parse("cn-hangzhou"),
            ClusterNamespace { region: "cn-hangzhou", cluster: "", namespace: "" }
        );
    }
}
