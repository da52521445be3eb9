//! Differences from the metadata that are meant: `deviations.toml` in the folder of a service.

use std::collections::BTreeMap;

use super::drift::{Finding, Key, Subject};
use crate::diagnostics::{Problems, Source};
use crate::spec::document::{self, Deviation, Text};
use crate::spec::{Parsed, ServiceFolder};

/// The recorded deviations of a service, with their places.
#[derive(Debug, Default)]
pub struct Deviations(BTreeMap<Key, String>);

impl Deviations {
    /// Reads the file of a service, if it has one.
    pub fn read(service: &ServiceFolder, problems: &mut Problems) -> Self {
        let mut deviations = Self::default();
        let Some(source) = service.deviations.clone() else { return deviations };
        let Ok(Parsed { source, document }) = Parsed::<document::Deviations>::parse(source, problems) else {
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

    /// Entries for which there is no difference. Those about answers count only where the source has answers.
    pub fn outdated<'a>(
        &'a self,
        findings: &'a [Finding<'_>],
        has_answers: bool,
    ) -> impl Iterator<Item = &'a Key> {
        let counts = move |key: &&Key| has_answers || !matches!(key.subject, Subject::Response(_));
        self.0.keys().filter(counts).filter(|key| findings.iter().all(|finding| finding.key != **key))
    }

    /// What to say about an entry for which there is no difference.
    pub fn complaint(&self, key: &Key) -> String {
        let place = self.0.get(key).map_or("", String::as_str);
        format!("{place}: {key}: {}: deviation no longer applies; remove it", key.about)
    }

    fn add(&mut self, entry: &Deviation, source: &Source, problems: &mut Problems) {
        let place = |text: &Text| format!("{}:{}", source.path, source.line(&text.span()));
        if entry.why.as_ref().trim().is_empty() {
            problems.at(source, &entry.why.span(), "key \"why\" is empty; every deviation has a reason");
        }
        let Some(about) = entry.about.meaning() else {
            return problems.at(source, &entry.about.span(), entry.about.mistake("about"));
        };
        let subject = match (&entry.parameter, &entry.response) {
            (None, None) => Subject::Operation,
            (Some(name), None) => Subject::Parameter(name.as_ref().clone()),
            (None, Some(path)) => Subject::Response(path.as_ref().clone()),
            (Some(_), Some(path)) => {
                let text = "a deviation is about a parameter or about a field of the answer, not both";
                return problems.at(source, &path.span(), text);
            }
        };
        let key = Key { operation: entry.operation.as_ref().clone(), subject, about };
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
