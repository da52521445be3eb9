//! Manifests: namespaces and applications as they are to be, in a file.
//!
//! A manifest speaks of what it names. A key that it leaves out stays as it is, and so does whatever it doesn't name; a table or
//! list that it names is meant whole.

use std::collections::{BTreeMap, BTreeSet};

pub use self::value::{Value, Variables};
use crate::failure::Failure;
use crate::input;

pub mod change;
mod check;
pub mod difference;
mod document;
pub mod feasible;
mod json;
pub mod keys;
pub mod live;
pub mod package;
pub mod plan;
mod rules;
pub mod schema;
mod shape;
pub mod steps;
mod value;
pub mod write;
mod yaml;

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
    /// Findings in the order of their lines, as one failure.
    pub fn failure(&self, mut findings: Vec<Finding>) -> Failure {
        findings.sort_by_key(|(line, _)| *line);
        let lines = findings.into_iter().map(|(line, message)| format!("{}:{line}: {message}", self.file));
        Failure::usage(lines.collect::<Vec<_>>().join("\n  "))
    }
}

/// A namespace or an application as the file has it.
pub struct Entry {
    /// The file that it stands in.
    pub file: String,
    /// The line where it begins.
    line: usize,
    /// Where each of its keys stands.
    lines: BTreeMap<String, usize>,
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

/// Reads a file, or standard input for `-`. What is wrong in it is told by [`Manifest::mistakes`], unless it is no document at all.
pub fn read(file: &str) -> Result<Manifest, Failure> {
    if file.is_empty() {
        return Err(Failure::usage("--file: no file is named; - stands for standard input"));
    }
    let text = input::text(file, "--file")?;
    let name = if file == "-" { "standard input" } else { file };
    from_text(&text, name)
        .map_err(|error| Failure::usage(format!("{name}:{}: {}", error.line, error.message)))
}

/// The manifest that a text is.
fn from_text(text: &str, file: &str) -> Result<Manifest, document::Unreadable> {
    let document = document::read(text, file)?;
    let mut check = check::Check::new(file);
    let (namespaces, applications) = check.manifest(&document);
    let mut names = BTreeSet::new();
    let entries = namespaces.iter().map(|entry| (entry, "id", "namespace"));
    for (entry, key, word) in entries.chain(applications.iter().map(|entry| (entry, "name", "application"))) {
        if !names.insert((word, entry.text("namespace"), entry.text(key))) {
            check.wrong(entry.line, format!("{word} {:?} stands there twice", entry.text(key)));
        }
    }
    let mut mistakes = check.mistakes;
    // Nothing to compare is no agreement: a pipe whose first program has failed ends like this.
    if mistakes.is_empty() && namespaces.is_empty() && applications.is_empty() {
        mistakes.push((document.line, "it names no namespace and no application".to_owned()));
    }
    Ok(Manifest { file: file.to_owned(), namespaces, applications, mistakes })
}

#[cfg(test)]
mod tests {
    use super::from_text;

    fn mistakes(text: &str, file: &str) -> Vec<String> {
        let mut mistakes = match from_text(text, file) {
            Ok(manifest) => manifest.mistakes,
            Err(error) => vec![(error.line, error.message)],
        };
        mistakes.sort_by_key(|(line, _)| *line);
        mistakes.into_iter().map(|(line, message)| format!("{file}:{line}: {message}")).collect()
    }

    #[track_caller]
    fn refused(text: &str, file: &str, expected: &[&str]) {
        assert_eq!(mistakes(text, file), expected);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        refused(
            "[[application]]\nname = \"web\"\nnamespace = \"a:b\"\nreplcas = 2\ncpu = \"much\"\n",
            "app.toml",
            &[
                "app.toml:4: application has no key \"replcas\"; did you mean replicas?",
                "app.toml:5: application.cpu takes a whole number, not text",
            ],
        );
        refused(
            "application:\n- name: web\n  namespace: a:b\n  readiness:\n    http: {path: /, prot: 1}\n  env: [A]\n",
            "app.yaml",
            &[
                "app.yaml:5: application.readiness.http has no key \"prot\"; did you mean port?",
                "app.yaml:6: application.env takes a table, not a list",
            ],
        );
    }

    #[test]
    fn what_is_missing_or_there_twice_is_told() {
        refused(
            "[[application]]\nname = \"web\"\n[[namespace]]\nid = \"shop\"\n",
            "m.toml",
            &[
                "m.toml:1: application needs the key namespace",
                "m.toml:4: namespace.id takes region, colon and name in lower-case letters and digits, up to 32 characters, as in \
                 cn-hangzhou:shop, not \"shop\"",
            ],
        );
        refused(
            "[[namespace]]\nid = \"a:b\"\n[[namespace]]\nid = \"a:b\"\n",
            "m.toml",
            &["m.toml:3: namespace \"a:b\" stands there twice"],
        );
    }

    #[test]
    fn only_secrets_can_stay_untold() {
        refused(
            "[[application]]\nname = \"web\"\nnamespace = \"a:b\"\nimage = { unchanged = true }\nreplicas = \"\"\njdk = \"\"\n",
            "m.toml",
            &[
                "m.toml:4: application.image is no secret: only those can be unchanged",
                "m.toml:5: application.replicas takes a whole number, not text",
                "m.toml:6: application.jdk is empty, which the service doesn't take; without the key it stays as it is",
            ],
        );
    }

    #[test]
    fn a_load_balancer_needs_listeners() {
        refused(
            "application:\n- name: web\n  namespace: a:b\n  slb:\n    internet_slb_id: lb-1\n",
            "m.yaml",
            &["m.yaml:5: application.slb.internet_slb_id needs a listener in application.slb.internet"],
        );
    }

    #[test]
    fn what_is_no_document_is_told_with_its_line() {
        refused(
            "[[application]]\nname = \n",
            "m.toml",
            &["m.toml:2: string values must be quoted, expected literal string"],
        );
        let mistakes = mistakes("a: 1\nb: [\n", "m.yaml");
        assert!(mistakes.iter().all(|mistake| mistake.starts_with("m.yaml:")), "{mistakes:?}");
        assert_eq!(mistakes.len(), 1);
    }

    #[test]
    fn json_and_yaml_and_toml_say_the_same() {
        let toml = "[[application]]\nname = \"web\"\nnamespace = \"a:b\"\n[application.env]\nPORT = 80\n";
        let yaml = "application:\n  - name: web\n    namespace: a:b\n    env:\n      PORT: 80\n";
        let json = r#"{"application": [{"name": "web", "namespace": "a:b", "env": {"PORT": "80"}}]}"#;
        let read = |text: &str| {
            let manifest =
                from_text(text, "standard input").unwrap_or_else(|error| panic!("{}", error.message));
            assert_eq!(manifest.mistakes, []);
            manifest.applications[0].value.clone()
        };
        assert_eq!(read(yaml), read(toml));
        assert_eq!(read(json), read(toml));
    }
}
