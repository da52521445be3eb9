//! What is committed is what the spec generates.

use std::path::Path;

use xtask::{codegen, coverage, file_tree, format};

#[test]
fn generated_code_is_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let difference = codegen::check(root).unwrap_or_else(|error| panic!("{error}"));
    assert!(difference.is_empty(), "{}", codegen::complaint(&difference));
}

#[test]
fn every_group_is_a_feature_of_the_models() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let read =
        |path: &str| -> toml::Table { std::fs::read_to_string(root.join(path)).unwrap().parse().unwrap() };
    let manifest = read("crates/sae-models/Cargo.toml");
    let features = manifest["features"].as_table().unwrap();
    let sdk = read("crates/sae/Cargo.toml");
    let of_sdk = sdk["features"].as_table().unwrap();
    for name in ["sae", "edas"] {
        assert_eq!(of_sdk[name], vec![format!("sae-models/{name}")].into(), "sae forwards {name}");
        let default = of_sdk["default"].as_array().unwrap();
        assert!(default.contains(&name.into()), "{name} is a default feature of sae");
    }
    for folder in ["sae-2019-05-06", "edas-2017-08-01"] {
        let service = read(&format!("api-spec/{folder}/service.toml"));
        let product = service["feature"].as_str().unwrap();
        let groups = service["groups"].as_array().unwrap().iter().filter_map(toml::Value::as_str);
        let wanted: Vec<String> =
            groups.map(|group| format!("{product}-{}", group.replace('_', "-"))).collect();
        let listed: Vec<&str> =
            features[product].as_array().unwrap().iter().filter_map(toml::Value::as_str).collect();
        assert_eq!(
            listed, wanted,
            "the feature {product} of sae-models lists the groups of {folder}/service.toml"
        );
        for feature in wanted {
            assert!(
                features.contains_key(&feature),
                "crates/sae-models/Cargo.toml has no line `{feature} = []`"
            );
            let forwarded = toml::Value::from(vec![format!("sae-models/{feature}")]);
            assert_eq!(of_sdk.get(&feature), Some(&forwarded), "crates/sae/Cargo.toml forwards {feature}");
        }
    }
}

#[test]
fn every_documented_operation_has_an_example() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut documented = 0;
    for service in ["sae-2019-05-06", "edas-2017-08-01"] {
        let files =
            file_tree::read(&root.join("crates/sae-models/src/generated").join(service.replace('-', "_")));
        let files = files.unwrap();
        for folder in std::fs::read_dir(root.join("tests/documents").join(service)).unwrap() {
            let operation = folder.unwrap().file_name().into_string().unwrap();
            let made = format!("/// let request = {operation}::new(");
            let is_shown = |text: &[u8]| String::from_utf8_lossy(text).contains(&made);
            assert!(files.values().any(|text| is_shown(text)), "{operation}");
            documented += 1;
        }
    }
    assert_eq!(documented, 38);
}

#[test]
fn the_spec_is_formatted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let difference = format::check(root).unwrap_or_else(|error| panic!("{error}"));
    assert!(difference.is_empty(), "{}", format::complaint(&difference));
}

#[test]
fn coverage_counts_what_the_local_server_implements_of_each_product() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let listing =
        sae_local::fidelity().map(|one| format!("{} {} {}\n", one.product, one.operation, one.source));
    let left_out =
        sae_local::out_of_scope().map(|one| format!("- {} {} {}\n", one.product, one.operation, one.reason));
    let server = coverage::read(&listing.chain(left_out).collect::<String>());
    let implemented = &server.implemented;
    assert!(implemented["sae"].contains_key("ListPublishedServices"), "{implemented:?}");
    // EDAS has an operation of this name too, which is another one and not implemented.
    assert!(implemented["edas"].contains_key("DeployK8sApplication"), "{implemented:?}");
    assert!(!implemented["edas"].contains_key("ListPublishedServices"), "{implemented:?}");
    let report = coverage::report(root, &server).unwrap_or_else(|error| panic!("{error}"));
    let left_out = sae_local::out_of_scope().filter(|one| one.product == "edas").count();
    assert!(report.contains(&format!("out of its scope: {left_out} (")), "{report}");
    for (product, operations) in implemented {
        let part = report.split("\n\n").find(|part| part.starts_with(product)).unwrap();
        let all = part.lines().find(|line| line.trim_start().starts_with("all ")).unwrap();
        assert!(all.ends_with(&format!(" {}", operations.len())), "{all}");
    }
}
