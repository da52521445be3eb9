//! Differences from the metadata that are meant: `deviations.toml` in the folder of a service.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::drift::{About, Finding, Key};
use crate::diagnostics::{Problems, Source, did_you_mean, listed};
use crate::spec::document::Text;
use crate::spec::{Parsed, ServiceFolder};

/// The recorded deviations of a service, with their places.
#[derive(Debug, Default)]
pub struct Deviations(BTreeMap<Key, String>);

impl Deviations {
    /// Reads the file of a service, if it has one.
    pub fn read(service: &ServiceFolder, problems: &mut Problems) -> Self {
        let mut deviations = Self::default();
        let Some(source) = service.deviations.clone() else { return deviations };
        let Ok(Parsed { source, document }) = Parsed::<File>::parse(source, problems) else {
            return deviations;
        };
        for entry in document.deviations {
            deviations.add(&entry, &source, problems);
        }
        deviations
    }

    /// Whether a difference is recorded.
    pub fn hold(&self, key: &Key) -> bool {
        self.0.contains_key(key)
    }

    /// Entries for which there is no difference.
    pub fn outdated<'a>(&'a self, findings: &'a [Finding<'_>]) -> impl Iterator<Item = &'a Key> {
        self.0.keys().filter(|key| findings.iter().all(|finding| finding.key != **key))
    }

    /// What to say about an entry for which there is no difference.
    pub fn complaint(&self, key: &Key) -> String {
        let place = self.0.get(key).map_or("", String::as_str);
        format!("{place}: {key}: {}: deviation no longer applies; remove it", key.about)
    }

    fn add(&mut self, entry: &Entry, source: &Source, problems: &mut Problems) {
        let place = |text: &Text| format!("{}:{}", source.path, source.line(&text.span()));
        if entry.why.as_ref().trim().is_empty() {
            problems.at(source, &entry.why.span(), "key \"why\" is empty; every deviation has a reason");
        }
        let word = entry.about.as_ref().as_str();
        let Some((_, about)) = About::ALL.iter().find(|(name, _)| *name == word) else {
            let names = || About::ALL.iter().map(|(name, _)| *name);
            let (expected, near) = (listed(names(), "or"), did_you_mean(word, names()));
            let text = format!("unknown about \"{word}\"; expected {expected}{near}");
            return problems.at(source, &entry.about.span(), text);
        };
        let key = Key {
            operation: entry.operation.as_ref().clone(),
            parameter: entry.parameter.as_ref().map(|name| name.as_ref().clone()),
            about: *about,
        };
        match self.0.get(&key) {
            Some(other) => {
                let text = format!("{key}: {about}: recorded already in {other}");
                problems.at(source, &entry.operation.span(), text);
            }
            None => {
                self.0.insert(key, place(&entry.operation));
            }
        }
    }
}

/// A `deviations.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default, rename = "deviation")]
    deviations: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    operation: Text,
    parameter: Option<Text>,
    about: Text,
    why: Text,
}
