//! The content of a manifest: namespaces and applications with their lines.

use std::collections::BTreeMap;

use super::error::Error;
use super::value::Value;

/// A manifest.
pub struct Manifest {
    /// Name of the file in messages.
    pub file: String,
    pub namespaces: Vec<Entry>,
    pub applications: Vec<Entry>,
    /// Mistakes that don't depend on the service.
    pub mistakes: Vec<Finding>,
}

/// A line and a message.
pub type Finding = (usize, String);

impl Manifest {
    /// Combines findings, ordered by line, into one error.
    pub fn failure(&self, mut findings: Vec<Finding>) -> Error {
        findings.sort_by_key(|(line, _)| *line);
        let lines = findings.into_iter().map(|(line, message)| format!("{}:{line}: {message}", self.file));
        Error::invalid(lines.collect::<Vec<_>>().join("\n  "))
    }
}

/// A namespace or an application of the manifest.
pub struct Entry {
    /// Name of the file.
    pub file: String,
    /// First line.
    pub line: usize,
    /// Lines of its keys.
    pub lines: BTreeMap<String, usize>,
    /// Whether it has no mistakes in its structure.
    pub is_whole: bool,
    pub value: Value,
}

impl Entry {
    /// The line of a key, or the first line if the key is missing.
    pub fn line_of(&self, key: &str) -> usize {
        self.lines.get(key).copied().unwrap_or(self.line)
    }

    /// The text of a key; empty if missing.
    pub fn text(&self, key: &str) -> &str {
        self.value.get(key).and_then(Value::as_text).unwrap_or_default()
    }
}
