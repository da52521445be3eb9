//! Namespaces.

use serde::{Deserialize, Serialize};

use crate::domain::Millis;
use crate::domain::id::Ids;

/// A namespace.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Namespace {
    /// Identifier: region, colon, name; the region alone for a default namespace.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Description.
    pub description: String,
    /// Whether it has a service registry.
    pub registry: bool,
    /// The network that its first application bound it to.
    pub network: Option<Network>,
    /// The logs of its applications that are collected. Data from before there were any doesn't contain them.
    #[serde(default)]
    pub logs: LogCollection,
    /// Access data of its configuration management.
    pub access: Access,
    /// When it was created.
    pub created: Millis,
}

/// A network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Network {
    /// Identifier of the VPC.
    pub vpc: String,
    /// Identifier of the vSwitch.
    pub vswitch: String,
}

impl Network {
    /// The security group of instances for which none is chosen: one for each VPC.
    pub fn security_group(&self) -> String {
        self.vpc.replacen("vpc-", "sg-", 1)
    }
}

/// Which logs of the applications in a namespace are collected, where an application doesn't say so itself.
///
/// It has no `Debug`: tags are secret.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogCollection {
    /// The logs as JSON; empty for none.
    pub configs: String,
    /// Tags on the logs; empty for none.
    pub tags: String,
}

impl LogCollection {
    /// The settings of an application that say the same, by wire name. An empty one isn't set.
    pub fn settings(&self) -> [(&'static str, &str); 2] {
        [("SlsConfigs", &self.configs), ("SlsLogEnvTags", &self.tags)]
    }
}

/// Access data of configuration management.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Identifier of the tenant.
    pub tenant: String,
    /// Access key.
    pub key: String,
    /// Secret of the access key.
    pub secret: String,
}

/// Leaves out the access data, which is secret.
impl std::fmt::Debug for Namespace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Namespace")
            .field("id", &self.id)
            .field("network", &self.network)
            .finish_non_exhaustive()
    }
}

impl Namespace {
    /// The default namespace of a region, which exists without being created.
    pub fn default_of(region: &str, seed: u64) -> Self {
        Self {
            id: region.to_owned(),
            name: "Default".to_owned(),
            description: "Default Namespace".to_owned(),
            registry: true,
            network: None,
            logs: LogCollection::default(),
            access: Access::of(region, seed),
            created: 0,
        }
    }

    /// The region.
    pub fn region(&self) -> &str {
        region(&self.id)
    }

    /// The short identifier: the name in the identifier, or the region for a default namespace.
    pub fn short(&self) -> &str {
        self.short_id().unwrap_or(&self.id)
    }

    /// The name in the identifier; none for a default namespace.
    pub fn short_id(&self) -> Option<&str> {
        self.id.split_once(':').map(|(_, name)| name)
    }
}

/// The region in the identifier of a namespace.
pub fn region(id: &str) -> &str {
    id.split(':').next().unwrap_or_default()
}

impl Access {
    /// New access data.
    pub fn new(ids: &mut Ids) -> Self {
        Self { tenant: ids.uuid(), key: ids.tagged("", 32), secret: ids.tagged("", 30) }
    }

    /// The access data of a default namespace: the same each time for the same seed.
    fn of(region: &str, seed: u64) -> Self {
        // FNV-1a gives each region another seed.
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        Self::new(&mut Ids::new(region.bytes().fold(seed, mix)))
    }
}
