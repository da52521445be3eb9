//! Secrets.

use serde::{Deserialize, Serialize};

use crate::domain::key_values::{self, KeyValues};
use crate::domain::{Millis, Refusal};

/// A secret: confidential settings that the applications of a namespace share.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret {
    /// Identifier.
    pub id: i64,
    /// Identifier of the namespace.
    pub namespace: String,
    /// Name, unique among the secrets of the namespace.
    pub name: String,
    /// What it holds.
    pub kind: SecretKind,
    /// The settings.
    pub data: KeyValues,
    /// When it was created.
    pub created: Millis,
    /// When it was last changed.
    pub updated: Millis,
}

/// What a secret holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SecretKind {
    /// Any settings.
    Opaque,
    /// Passwords of image registries.
    DockerConfigJson,
    /// A TLS certificate with its key.
    Tls,
}

/// Leaves out the settings.
impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secret")
            .field("id", &self.id)
            .field("namespace", &self.namespace)
            .field("name", &self.name)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl SecretKind {
    /// Reads the wire spelling.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let known = [Self::Opaque, Self::DockerConfigJson, Self::Tls];
        let found = known.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| Refusal::invalid("SecretType"))
    }

    /// The wire spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Opaque => "Opaque",
            Self::DockerConfigJson => "kubernetes.io/dockerconfigjson",
            Self::Tls => "kubernetes.io/tls",
        }
    }

    /// The keys that it must have.
    const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Opaque => &[],
            Self::DockerConfigJson => &[".dockerconfigjson"],
            Self::Tls => &["tls.crt", "tls.key"],
        }
    }

    /// Refuses settings that a secret of this kind can't have. The refusal shows nothing of them.
    pub fn check(self, data: &KeyValues) -> Result<(), Refusal> {
        key_values::check("SecretData", data)?;
        match self.keys().iter().find(|key| !data.contains_key(**key)) {
            Some(key) => {
                let reason = format!("a secret of type {} needs the key {key}", self.as_str());
                Err(Refusal::unfit("SecretData", reason))
            }
            None => Ok(()),
        }
    }
}
