//! The content of a manifest: namespaces and applications with their lines.

use std::collections::BTreeMap;
use std::fmt;

use crate::error::Error;
use crate::finding::{Finding, Place};
use crate::value::Value;

/// A manifest: the desired state of namespaces and applications. Settings that it doesn't mention are left unchanged; a table or list
/// that it mentions is complete.
pub struct Manifest {
    pub(crate) file: String,
    pub(crate) namespaces: Vec<Entry>,
    pub(crate) applications: Vec<Entry>,
    /// Mistakes that don't depend on the service.
    pub(crate) mistakes: Vec<Finding>,
}

impl Manifest {
    /// The mistakes that don't depend on the service, such as an unknown key, in no particular order.
    pub fn findings(&self) -> &[Finding] {
        &self.mistakes
    }

    /// Fails with all mistakes that don't depend on the service. [`Plan::new`](crate::Plan::new) reports these and what the service would
    /// refuse at once.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`].
    pub fn validate(&self) -> Result<(), Error> {
        if self.mistakes.is_empty() { Ok(()) } else { Err(self.failure(self.mistakes.clone())) }
    }

    /// Combines findings into one error.
    pub(crate) fn failure(&self, findings: Vec<Finding>) -> Error {
        Error::invalid(&self.file, findings)
    }
}

/// Names and findings without the settings, which may be secret.
impl fmt::Debug for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = |entries: &[Entry], key| -> Vec<String> {
            entries.iter().map(|entry| entry.text(key).to_owned()).collect()
        };
        f.debug_struct("Manifest")
            .field("file", &self.file)
            .field("namespaces", &texts(&self.namespaces, "id"))
            .field("applications", &texts(&self.applications, "name"))
            .field("findings", &self.mistakes)
            .finish_non_exhaustive()
    }
}

/// A namespace or an application of the manifest.
pub struct Entry {
    /// Name of the file.
    pub file: String,
    /// Where it begins.
    pub place: Place,
    /// Places of its keys.
    pub places: BTreeMap<String, Place>,
    /// Whether it has no mistakes in its structure.
    pub is_whole: bool,
    pub value: Value,
}

impl Entry {
    /// The place of a key, or where the entry begins if the key is missing.
    pub fn place_of(&self, key: &str) -> Place {
        self.places.get(key).copied().unwrap_or(self.place)
    }

    /// The text of a key; empty if missing.
    pub fn text(&self, key: &str) -> &str {
        self.value.get(key).and_then(Value::as_text).unwrap_or_default()
    }
}
