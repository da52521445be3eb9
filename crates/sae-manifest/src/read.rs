//! Reads a manifest and checks everything that doesn't depend on the service.

use std::collections::BTreeSet;

use crate::check::Check;
use crate::entry::Manifest;
use crate::error::Error;
use crate::finding::Finding;
use crate::parse;

impl Manifest {
    /// Reads a manifest in TOML, YAML or JSON. `file` is its name in messages, and its extension determines the format; without one,
    /// the first line does.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] for a syntax error only. Other mistakes are in [`Manifest::findings`], so that they are reported together with
    /// what the service would refuse.
    pub fn read(text: &str, file: &str) -> Result<Self, Error> {
        from_text(text, file).map_err(|finding| Error::invalid(file, vec![finding]))
    }
}

pub fn from_text(text: &str, file: &str) -> Result<Manifest, Finding> {
    let document = parse::read(text, file)?;
    let mut check = Check::new(file);
    let (namespaces, applications) = check.manifest(&document);
    let mut names = BTreeSet::new();
    let entries = namespaces.iter().map(|entry| (entry, "id", "namespace"));
    for (entry, key, word) in entries.chain(applications.iter().map(|entry| (entry, "name", "application"))) {
        if !names.insert((word, entry.text("namespace"), entry.text(key))) {
            check.wrong(entry.place, format!("{word} {:?} is defined twice", entry.text(key)));
        }
    }
    let mut mistakes = check.mistakes;
    // An empty manifest is a mistake, because a failed program before a pipe produces one.
    if mistakes.is_empty() && namespaces.is_empty() && applications.is_empty() {
        mistakes.push(Finding::new(document.place, "it declares no namespace and no application"));
    }
    Ok(Manifest { file: file.to_owned(), namespaces, applications, mistakes })
}

#[cfg(test)]
mod tests {
    use super::from_text;

    fn mistakes(text: &str, file: &str) -> Vec<String> {
        let mut mistakes = match from_text(text, file) {
            Ok(manifest) => manifest.mistakes,
            Err(finding) => vec![finding],
        };
        mistakes.sort_by_key(|finding| finding.line);
        mistakes.into_iter().map(|finding| format!("{file}:{finding}")).collect()
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
            &["m.toml:3: namespace \"a:b\" is defined twice"],
        );
    }

    #[test]
    fn only_secrets_can_stay_untold() {
        refused(
            "[[application]]\nname = \"web\"\nnamespace = \"a:b\"\nimage = { unchanged = true }\nreplicas = \"\"\njdk = \"\"\n",
            "m.toml",
            &[
                "m.toml:4: application.image is not a secret: only secrets can be unchanged",
                "m.toml:5: application.replicas takes a whole number, not text",
                "m.toml:6: application.jdk is empty, which the service doesn't accept; leave the key out to keep the present value",
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
