//! What a manifest says: namespaces and applications, each with the lines where it says so.

use std::collections::BTreeMap;

use super::error::Error;
use super::value::Value;

/// What a file says.
pub struct Manifest {
    /// What messages call it.
    pub file: String,
    pub namespaces: Vec<Entry>,
    pub applications: Vec<Entry>,
    /// What is wrong in it, whatever the service offers.
    pub mistakes: Vec<Finding>,
}

/// A line, and what is wrong there.
pub type Finding = (usize, String);

impl Manifest {
    /// Findings in the order of their lines, as one error.
    pub fn failure(&self, mut findings: Vec<Finding>) -> Error {
        findings.sort_by_key(|(line, _)| *line);
        let lines = findings.into_iter().map(|(line, message)| format!("{}:{line}: {message}", self.file));
        Error::invalid(lines.collect::<Vec<_>>().join("\n  "))
    }
}

/// A namespace or an application as the file has it.
pub struct Entry {
    /// The file that it stands in.
    pub file: String,
    /// The line where it begins.
    pub line: usize,
    /// Where each of its keys stands.
    pub lines: BTreeMap<String, usize>,
    /// Whether all of it could be read.
    pub is_whole: bool,
    pub value: Value,
}

impl Entry {
    /// The line where a key stands, or where the entry begins if it hasn't this key.
    pub fn line_of(&self, key: &str) -> usize {
        self.lines.get(key).copied().unwrap_or(self.line)
    }

    /// The text of a key.
    pub fn text(&self, key: &str) -> &str {
        self.value.get(key).and_then(Value::as_text).unwrap_or_default()
    }
}
