//! Config maps.

use serde::{Deserialize, Serialize};

use crate::domain::Millis;
use crate::domain::key_values::KeyValues;

/// A config map: settings that the applications of a namespace share.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigMap {
    /// Identifier.
    pub id: i64,
    /// Identifier of the namespace.
    pub namespace: String,
    /// Name, unique among the config maps of the namespace.
    pub name: String,
    /// Description.
    pub description: String,
    /// The settings.
    pub data: KeyValues,
    /// When it was created.
    pub created: Millis,
    /// When it was last changed.
    pub updated: Millis,
}

/// Leaves out the settings, which may be secret.
impl std::fmt::Debug for ConfigMap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConfigMap")
            .field("id", &self.id)
            .field("namespace", &self.namespace)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
