//! The official metadata: one JSON file an operation, in a folder for each product and language.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::api_docs::Schema;
use super::product;
use crate::diagnostics::Problems;
use crate::file_tree::Tree;
use crate::spec::ServiceFolder;

/// What a source says of a service.
#[derive(Debug, Default)]
pub struct Source {
    /// Its operations, by name.
    pub operations: BTreeMap<String, Found>,
    /// Schemas that others name.
    pub schemas: BTreeMap<String, Schema>,
}

/// An operation, as the metadata describes it. It says nothing about answers, nor how a body is written.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    /// Wire name.
    pub name: String,
    /// Whether it should no longer be used.
    pub deprecated: Option<bool>,
    /// HTTP methods: `GET`, or `GET|POST` where several do.
    pub method: String,
    /// Path, with placeholders as `[AppId]`.
    pub path_pattern: String,
    /// What goes in.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
    /// What comes back; the metadata doesn't say.
    #[serde(skip)]
    pub answer: Option<Schema>,
}

/// A parameter, as the metadata describes it.
#[derive(Debug, Deserialize)]
pub struct Parameter {
    /// Wire name.
    pub name: String,
    /// `Query`, `Body`, `Path` or another word.
    pub position: String,
    /// `String`, `Integer`, `Json` or another word.
    pub r#type: String,
    /// Whether a call without it is refused.
    #[serde(default)]
    pub required: bool,
    /// What it means, in Markdown.
    #[serde(default)]
    pub description: String,
    /// Its values, where they are a closed set.
    #[serde(default)]
    pub r#enum: Vec<Value>,
    /// Whether it should no longer be used.
    pub deprecated: Option<bool>,
}

/// An operation with its file.
#[derive(Debug)]
pub struct Found {
    /// Path of the file below the checkout.
    pub path: String,
    /// What it says.
    pub operation: Operation,
}

impl Operation {
    /// The HTTP methods, in the order of the metadata.
    pub fn methods(&self) -> impl Iterator<Item = &str> {
        self.method.split('|').map(str::trim)
    }

    /// The path with placeholders as the spec writes them: `{AppId}`.
    pub fn path(&self) -> String {
        self.path_pattern.replace('[', "{").replace(']', "}")
    }
}

impl Parameter {
    /// The values that it takes, as far as they are told: as a set, or as the items of a list in the description.
    pub fn values(&self) -> Vec<String> {
        if self.r#enum.is_empty() {
            return self.description.lines().filter_map(listed_value).map(str::to_owned).collect();
        }
        self.r#enum
            .iter()
            .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            .collect()
    }

    /// The position as the spec writes it.
    pub fn position(&self) -> String {
        self.position.to_lowercase()
    }
}

/// The value that an item of a list is about: `*   **running**: The applications …`.
fn listed_value(line: &str) -> Option<&str> {
    let item = line.trim_start().strip_prefix(['-', '*', '•']).filter(|item| item.starts_with(' '))?;
    let item = item.trim().trim_start_matches(['*', '`', '"']);
    let end = item.find(|c: char| !(c.is_ascii_alphanumeric() || "_.-/".contains(c))).unwrap_or(item.len());
    let (value, rest) = item.split_at(end);
    let rest = rest.trim_start_matches(['*', '`', '"', ' ']);
    (!value.is_empty() && (rest.is_empty() || rest.starts_with([':', '：', '(', '（']))).then_some(value)
}

/// The operations of a service.
///
/// The languages differ in descriptions alone, so one is enough; but what isn't translated yet stands only in the Chinese
/// folder.
pub fn operations(service: &ServiceFolder, files: &Tree, problems: &mut Problems) -> Source {
    let mut operations = BTreeMap::new();
    let product = product(service);
    let mut is_there = false;
    for language in LANGUAGES {
        let folder = format!("{language}/{product}/");
        for (path, bytes) in files {
            let Some(name) = path.strip_prefix(&folder).and_then(|file| file.strip_suffix(".json")) else {
                continue;
            };
            is_there = true;
            if name == VERSION {
                check_version(service, path, bytes, problems);
            } else if let Some(operation) = read::<Operation>(path, bytes, problems) {
                if name == operation.name {
                    let found = Found { path: path.clone(), operation };
                    operations.entry(found.operation.name.clone()).or_insert(found);
                } else {
                    problems
                        .about(path, format!("describes {}, not the operation of its name", operation.name));
                }
            }
        }
    }
    if !is_there {
        let folders = LANGUAGES.map(|language| format!("{language}/{product}"));
        let text = "no operations here; --meta takes a checkout of aliyun/aliyun-openapi-meta";
        problems.about(folders.join(" and "), text);
    }
    Source { operations, schemas: BTreeMap::new() }
}

fn check_version(service: &ServiceFolder, path: &str, bytes: &[u8], problems: &mut Problems) {
    #[derive(Deserialize)]
    struct Version {
        version: String,
    }
    let ours = service.manifest.document.version.as_ref();
    if let Some(Version { version }) = read(path, bytes, problems).filter(|it: &Version| it.version != *ours)
    {
        let text = format!("version {version} can't be compared with {}, which is {ours}", service.name);
        problems.about(path, text);
    }
}

fn read<T: serde::de::DeserializeOwned>(path: &str, bytes: &[u8], problems: &mut Problems) -> Option<T> {
    serde_json::from_slice(bytes).map_err(|error| problems.about(path, error.to_string())).ok()
}

/// The folders of the languages, the one that counts first.
pub const LANGUAGES: [&str; 2] = ["en-US", "zh-CN"];

/// The file that lists a product's operations with titles.
const VERSION: &str = "version";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_in_lists_of_a_description() {
        for (line, expected) in [
            ("*   **running**: The number of running instances.", Some("running")),
            ("- appName: Application name.", Some("appName")),
            ("- `slb.s1.small`", Some("slb.s1.small")),
            ("- **kubernetes.io/tls**（TLS）", Some("kubernetes.io/tls")),
            ("- 0: off", Some("0")),
            ("- The name of the application.", None),
            ("**Note**: it is late.", None),
            ("--", None),
            ("", None),
        ] {
            assert_eq!(listed_value(line), expected, "{line}");
        }
    }
}
