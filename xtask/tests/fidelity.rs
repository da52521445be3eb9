//! Where the behaviour of the local server comes from: the guide's page on it is made from the server's table, and the
//! table agrees with the spec. `UPDATE_DOCS=1` writes the page.

#![expect(clippy::unwrap_used, reason = "a test ends where something is not as it must be")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use sae_local::{Fidelity, Source};
use xtask::diagnostics::Problems;
use xtask::file_tree;
use xtask::spec::words::Origin;
use xtask::spec::{self, Spec, Text, Word};

#[test]
fn the_source_of_an_operation_is_that_of_the_spec() {
    let mut compared = 0;
    for service in spec().services {
        let product: &str = service.manifest.document.product.as_ref();
        let documents = service.groups.iter().flat_map(|group| &group.operations).map(|file| &file.document);
        let sources: BTreeMap<&str, Source> = documents
            .map(|operation| {
                let today = operation.from.as_ref().and_then(Word::meaning) == Some(Origin::Today);
                (operation.name.as_ref().as_str(), if today { Source::Metadata } else { Source::Document })
            })
            .collect();
        for one in sae_local::fidelity().filter(|one| one.product == product) {
            assert_eq!(Some(&one.source), sources.get(one.operation), "{}", one.operation);
            compared += 1;
        }
    }
    assert_eq!(compared, sae_local::implemented().count());
}

#[test]
fn rules_are_phrases_and_stand_once() {
    for one in sae_local::fidelity() {
        let mut rules: Vec<&str> = one.rules.iter().map(|rule| rule.says).collect();
        for rule in &rules {
            assert!(!rule.ends_with('.') && !rule.contains(['|', '\n']), "{}: {rule}", one.operation);
        }
        rules.sort_unstable();
        rules.dedup();
        assert_eq!(rules.len(), one.rules.len(), "{}", one.operation);
    }
}

#[test]
fn the_guide_lists_where_everything_comes_from() {
    let page = page();
    let path = root().join("docs/guide/src/fidelity.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, page).unwrap();
        return;
    }
    let written = std::fs::read_to_string(path).unwrap();
    for (written, made) in written.lines().zip(page.lines()) {
        assert_eq!(written, made, "{ADVICE}");
    }
    assert_eq!(written, page, "{ADVICE}");
}

/// The page: a table for each group of operations that the server implements some of.
fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    let mut services = spec().services;
    // In the order of the server's table: SAE first.
    services.sort_by_key(|service| {
        let product: &str = service.manifest.document.product.as_ref();
        sae_local::fidelity().position(|one| one.product == product)
    });
    for service in services {
        let manifest = &service.manifest.document;
        let product: &str = manifest.product.as_ref();
        let local: BTreeMap<&str, Fidelity> = sae_local::fidelity()
            .filter(|one| one.product == product)
            .map(|one| (one.operation, one))
            .collect();
        write!(page, "\n## {}\n", words(manifest.title.as_ref(), product)).unwrap();
        for name in &manifest.groups {
            let name: &str = name.as_ref();
            let Some(group) = service.groups.iter().find(|group| group.name == name) else { continue };
            let operations = group.operations.iter().map(|file| file.document.name.as_ref().as_str());
            let implemented: Vec<_> = operations.filter_map(|name| local.get(name)).collect();
            if implemented.is_empty() {
                continue;
            }
            let title = words(manifest.group.get(name).and_then(|group| group.title.as_ref()), name);
            write!(page, "\n### {title}\n\n| operation | rule | source |\n| --- | --- | --- |\n").unwrap();
            for one in implemented {
                writeln!(page, "| `{}` | | {} |", one.operation, one.source).unwrap();
                for rule in one.rules {
                    writeln!(page, "| | {} | {} |", rule.says, rule.source).unwrap();
                }
            }
        }
    }
    page.push_str("\n## Out of its scope\n\nThese operations are refused with the code `Local.OutOfScope`.\n\n| operation | reason |\n| --- | --- |\n");
    for one in sae_local::out_of_scope() {
        writeln!(page, "| `{}` of `{}` | {} |", one.operation, one.product, one.reason).unwrap();
    }
    page
}

fn words<'a>(title: Option<&'a Text>, name: &'a str) -> &'a str {
    title.map_or(name, |title| title.as_ref())
}

fn spec() -> Spec {
    let mut problems = Problems::default();
    let spec = Spec::read(&file_tree::read(&root().join(spec::FOLDER)).unwrap(), &mut problems);
    assert!(problems.is_empty());
    spec
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

const ADVICE: &str = "UPDATE_DOCS=1 cargo test -p xtask --test fidelity writes the page";

const INTRODUCTION: &str = "\
# Where its behaviour comes from

Every operation that the local server implements, and the rules that it keeps, with where each comes from. `sae_local::fidelity()`
has the same as data. This page is made from it: `UPDATE_DOCS=1 cargo test -p xtask --test fidelity`.

| source | meaning |
| --- | --- |
| document | the API reference of 2019 for SAE, the page on DeployK8sApplication for EDAS |
| metadata | the official API metadata of today, and the documentation that is made from it |
| SDK | the code of an official SDK |
| provider | what Terraform's provider for Alibaba Cloud sends and expects |
| assumption | nothing official says it: the local server had to choose, and the service may differ |

The source in the row of an operation is that of its parameters and its answer; a rule has its own. Codes, statuses and messages
of refusals are those of the service, unless they begin with `Local.`.
";
