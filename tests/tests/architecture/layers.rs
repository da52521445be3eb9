//! The layers inside each crate, and that no file climbs out of its own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::modules::{self, Use};

/// The layers of a crate, lowest first: top-level modules, each with what is below it. A file uses its own layer and lower ones.
const LAYERS: [(&str, &[&[&str]]); 6] = [
    (
        "sae",
        &[
            &["config"],
            &["client"],
            &["change_order"],
            &["deploy"],
            &["testing"],
            &["blocking"],
            &["prelude"],
            &["lib"],
        ],
    ),
    (
        "sae-cli",
        &[
            &["duration", "exit", "shell", "timestamp"],
            &["failure"],
            &["input", "operations"],
            &["args"],
            &["output"],
            &["context"],
            &["follow"],
            &["commands"],
            &["main"],
        ],
    ),
    (
        "sae-local",
        &[&["domain"], &["store"], &["protocol"], &["handlers"], &["control"], &["server"], &["lib"]],
    ),
    (
        "sae-manifest",
        &[
            &["finding", "hints", "package", "write_yaml"],
            &["document", "error", "value"],
            &["entry", "json", "rules", "yaml"],
            &["parse", "shape"],
            &["keys"],
            &["check", "mask", "schema", "wire"],
            &["difference", "feasible", "live", "read", "write"],
            &["steps"],
            &["change", "export"],
            &["plan"],
            &["apply"],
            &["lib"],
        ],
    ),
    (
        "sae-transport",
        &[&["input_file", "text"], &["schema"], &["wire"], &["message"], &["client"], &["lib"]],
    ),
    (
        "sae-sign",
        &[
            &["decode", "encode", "error", "scan", "scheme", "secret"],
            &["credentials", "date", "digest", "pairs", "request"],
            &["authorization", "rules", "signed", "verify_error"],
            &["acs3", "roa"],
            &["sign", "verify"],
            &["now"],
            &["explain", "jsonl"],
            &["lib"],
        ],
    ),
];

#[test]
fn no_file_uses_a_higher_layer() {
    for (name, layers) in LAYERS {
        let climbs = climbs(&uses(name), layers);
        assert!(climbs.is_empty(), "{name}:\n{}", climbs.join("\n"));
    }
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    for (name, _) in LAYERS {
        let uses = uses(name);
        let circles: Vec<String> = modules::circles(&uses)
            .into_iter()
            .map(|circle| {
                let inside = |item: &&Use| circle.contains(&item.from) && circle.contains(&item.to);
                let lines: Vec<String> = uses.iter().filter(inside).map(told).collect();
                format!("a circle of {} files:\n{}", circle.len(), lines.join("\n"))
            })
            .collect();
        assert!(circles.is_empty(), "{name}:\n{}", circles.join("\n"));
    }
}

#[test]
fn every_top_level_module_has_a_layer() {
    for (name, layers) in LAYERS {
        let known: BTreeSet<&str> = layers.iter().copied().flatten().copied().collect();
        let found: BTreeSet<String> =
            modules::files(&source(name)).iter().map(|file| top(file).to_owned()).collect();
        for module in &found {
            assert!(known.contains(module.as_str()), "{name}: say in LAYERS where {module} belongs");
        }
        for module in known {
            assert!(found.contains(module), "{name} has no {module}: take it out of LAYERS");
        }
    }
}

#[test]
fn a_climb_and_a_circle_are_found() {
    let item = |from: &str, line, to: &str| Use {
        from: from.to_owned(),
        line,
        to: to.to_owned(),
        path: format!("crate::{to}"),
    };
    let uses = [item("low", 3, "high/part"), item("high/part", 4, "high"), item("high", 5, "low")];
    assert_eq!(climbs(&uses, &[&["low"], &["high"]]), ["low.rs:3 uses high/part.rs (crate::high/part)"]);
    assert_eq!(modules::circles(&uses), [["high", "high/part", "low"]]);
    assert!(modules::circles(&uses[..2]).is_empty());
}

/// The uses that climb, with the line of each.
fn climbs(uses: &[Use], layers: &[&[&str]]) -> Vec<String> {
    let layer = |file: &str| layers.iter().position(|layer| layer.contains(&top(file)));
    uses.iter().filter(|item| layer(&item.from) < layer(&item.to)).map(told).collect()
}

fn told(item: &Use) -> String {
    format!("{}.rs:{} uses {}.rs ({})", item.from, item.line, item.to, item.path)
}

fn top(file: &str) -> &str {
    file.split('/').next().unwrap_or(file)
}

fn uses(name: &str) -> Vec<Use> {
    modules::uses(&source(name))
}

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates").join(name).join("src")
}
