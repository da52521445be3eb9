//! Manifests: namespaces and applications as they are to be, in a file.
//!
//! A manifest speaks of what it names. A key that it leaves out stays as it is, and so does whatever it doesn't name; a table or
//! list that it names is meant whole.

use std::collections::BTreeSet;
use std::io::Read as _;

pub use self::value::Value;
use crate::failure::Failure;

pub mod change;
mod check;
pub mod difference;
mod document;
mod json;
pub mod keys;
pub mod live;
pub mod plan;
pub mod schema;
mod shape;
pub mod steps;
mod value;
pub mod write;
mod yaml;

/// What a file says.
pub struct Manifest {
    pub namespaces: Vec<Entry>,
    pub applications: Vec<Entry>,
}

/// A namespace or an application as the file has it.
pub struct Entry {
    pub line: usize,
    /// The file and the line where it stands.
    pub place: String,
    pub value: Value,
}

impl Entry {
    /// The text of a key.
    pub fn text(&self, key: &str) -> &str {
        self.value.get(key).and_then(Value::as_text).unwrap_or_default()
    }
}

/// Reads a file, or standard input for `-`. Fails with everything that is wrong in it.
pub fn read(file: &str) -> Result<Manifest, Failure> {
    if file.is_empty() {
        return Err(Failure::usage("--file: no file is named; - stands for standard input"));
    }
    let text = if file == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    let text = text.map_err(|error| Failure::usage(format!("--file: {file} can't be read: {error}")))?;
    let name = if file == "-" { "standard input" } else { file };
    from_text(&text, name).map_err(|mistakes| Failure::usage(mistakes.join("\n  ")))
}

/// The manifest that a text is, or its mistakes.
fn from_text(text: &str, file: &str) -> Result<Manifest, Vec<String>> {
    let document = document::read(text, file)
        .map_err(|error| vec![format!("{file}:{}: {}", error.line, error.message)])?;
    let mut check = check::Check::new(file);
    let manifest = check.manifest(&document);
    let mut names = BTreeSet::new();
    let entries = manifest.namespaces.iter().map(|entry| (entry, "id", "namespace"));
    let entries = entries.chain(manifest.applications.iter().map(|entry| (entry, "name", "application")));
    for (entry, key, word) in entries {
        if !names.insert((word, entry.text("namespace"), entry.text(key))) {
            check.wrong(entry.line, format!("{word} {:?} stands there twice", entry.text(key)));
        }
    }
    let mut mistakes = check.mistakes;
    // Nothing to compare is no agreement: a pipe whose first program has failed ends like this.
    if mistakes.is_empty() && manifest.namespaces.is_empty() && manifest.applications.is_empty() {
        mistakes.push((document.line, "it names no namespace and no application".to_owned()));
    }
    if mistakes.is_empty() {
        return Ok(manifest);
    }
    mistakes.sort_by_key(|(line, _)| *line);
    Err(mistakes.into_iter().map(|(line, message)| format!("{file}:{line}: {message}")).collect())
}

#[cfg(test)]
mod tests {
    use super::from_text;

    #[track_caller]
    fn refused(text: &str, file: &str, expected: &[&str]) {
        let mistakes = from_text(text, file).err().unwrap_or_default();
        assert_eq!(mistakes, expected);
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
                "m.toml:4: namespace.id takes region, colon and name, as in cn-hangzhou:shop",
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
        let mistakes = from_text("a: 1\nb: [\n", "m.yaml").err().unwrap_or_default();
        assert!(mistakes.iter().all(|mistake| mistake.starts_with("m.yaml:")), "{mistakes:?}");
        assert_eq!(mistakes.len(), 1);
    }

    #[test]
    fn json_and_yaml_and_toml_say_the_same() {
        let toml = "[[application]]\nname = \"web\"\nnamespace = \"a:b\"\n[application.env]\nPORT = 80\n";
        let yaml = "application:\n  - name: web\n    namespace: a:b\n    env:\n      PORT: 80\n";
        let json = r#"{"application": [{"name": "web", "namespace": "a:b", "env": {"PORT": "80"}}]}"#;
        let read =
            |text: &str| from_text(text, "standard input").map(|read| read.applications[0].value.clone());
        let expected = read(toml).expect("a manifest");
        assert_eq!(read(yaml).expect("a manifest"), expected);
        assert_eq!(read(json).expect("a manifest"), expected);
    }
}
