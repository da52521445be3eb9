//! The JSON Schema of manifests: an independent validator agrees with the program.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

#[path = "commands/program.rs"]
#[allow(dead_code, unused_imports, unused_macros, reason = "shared with the tests of other commands")]
mod program;

use jsonschema::draft202012;
use program::Program;
use sae::model::{BindSlb, CreateApplication, CreateNamespace, DeployApplication};
use sae::transport::Operation as _;
use serde_json::Value;

/// Members of an application besides its name and its namespace, and whether they are valid.
const APPLICATIONS: &[(&str, bool)] = &[
    (r#""replicas": 2, "cpu": 1000, "memory": 2048"#, true),
    (r#""replicas": "2""#, false),
    (r#""replicas": 2.5"#, false),
    (r#""replicas": 9223372036854775807"#, true),
    (r#""replicas": -4"#, false),
    (r#""cpu": 0"#, false),
    (r#""name": "5-five""#, false),
    (r#""name": "a-""#, false),
    (r#""name": "a-b""#, true),
    (r#""image": "repo /web""#, false),
    (r#""vpc_id": "net-1""#, false),
    (r#""vswitch_id": "vsw-1,vsw-2""#, true),
    (r#""vswitch_id": "vsw-1,""#, false),
    (r#""tomcat": { "port": 80 }"#, false),
    (r#""tomcat": { "uri_encoding": "UTF-7" }"#, false),
    (r#""liveness": { "period_seconds": 5 }"#, false),
    (r#""liveness": {}"#, true),
    (r#""liveness": { "command": [] }"#, false),
    (r#""pre_stop": { "command": [""] }"#, false),
    (r#""timezone": "Mars/X""#, false),
    (r#""timezone": "America/Argentina/Buenos_Aires""#, true),
    (r#""timezone": "Etc/GMT+8""#, true),
    (r#""timezone": "GMT+0""#, true),
    (r#""mount_host": "a b""#, false),
    (r#""liveness": { "command": ["sh"], "tcp": { "port": 80 } }"#, false),
    (r#""liveness": { "tcp": { "port": 70000 } }"#, false),
    (r#""host_aliases": [{ "host_name": "db" }]"#, false),
    (r#""host_aliases": [{ "host_name": "-db", "ip": "10.0.0.1" }]"#, false),
    (r#""env": { "A": { "value": 1, "secret": true } }"#, true),
    (r#""env": { "A": { "value": "x" } }"#, true),
    (r#""env": { "A": { "value": "x", "secret": 1 } }"#, false),
    (r#""env": { "A": { "value": "x", "key": "k" } }"#, false),
    (r#""env": { "A": { "secret": true } }"#, false),
    (r#""env": { "A=B": "x" }"#, false),
    (r#""env": { "A B": "x" }"#, false),
    (r#""slb": { "internet": [{ "port": 80 }] }"#, false),
    (r#""slb": { "internet": [{ "port": 80, "target": 8080, "protocol": "UDP" }] }"#, false),
    (r#""cpu": 1180591620717411303424"#, false),
    (r#""cpu": -1180591620717411303424"#, false),
    (r#""enable_new_arms": true"#, true),
    (r#""enable_new_arms": "true""#, false),
    (r#""image": "repo/web:1", "package_type": "Image""#, true),
    (r#""package_type": "of next year""#, false),
    (r#""package_type": 1"#, false),
    (r#""package_type": """#, false),
    (r#""package_version": "1.0""#, true),
    (r#""package_version": 1.5"#, false),
    (r#""jdk": """#, false),
    (r#""jdk": null"#, false),
    (r#""image": { "unchanged": true }"#, false),
    (r#""jar_start_args": { "unchanged": true }"#, true),
    (r#""jar_start_args": { "unchanged": false }"#, false),
    (r#""jar_start_args": """#, false),
    (r#""args": ["a", ""]"#, true),
    (r#""args": ["a", 1]"#, false),
    (r#""args": "a""#, false),
    (r#""env": {}"#, true),
    (r#""env": { "unchanged": true }"#, true),
    (r#""env": { "A": "", "B": 1.10, "C": true, "D": { "unchanged": true } }"#, true),
    (r#""env": { "A": { "secret": 1, "key": "k" }, "B": { "config_map": 2 } }"#, true),
    (r#""env": { "A": { "secret": 1, "config_map": 2 } }"#, false),
    (r#""env": { "A": { "key": "k" } }"#, false),
    (r#""env": { "A": { "secret": "1" } }"#, false),
    (r#""env": { "A": { "secret": 1, "key": 2 } }"#, false),
    (r#""env": { "A": null }"#, false),
    (r#""env": { "A": ["a"] }"#, false),
    (r#""env": [{ "name": "A" }]"#, false),
    (r#""labels": { "team": "shop", "tier": 1 }"#, true),
    (r#""labels": { "unchanged": true }"#, true),
    (r#""labels": { "team": {} }"#, false),
    (r#""liveness": { "command": ["sh"], "period_seconds": 5 }"#, true),
    (r#""liveness": { "exec": { "command": ["sh"] } }"#, false),
    (r#""liveness": { "http": { "path": "/", "prot": 80 } }"#, false),
    (r#""liveness": []"#, false),
    (r#""host_aliases": [{ "host_name": "db", "ip": "10.0.0.1" }]"#, true),
    (r#""host_aliases": [1]"#, false),
    (
        r#""update_strategy": { "type": "BatchUpdate", "batch_update": { "batch": 2, "release_type": "auto" } }"#,
        true,
    ),
    (r#""update_strategy": """#, false),
    (r#""auto_config": true"#, true),
    (r#""auto_config": true, "namespace": "cn-hangzhou:shop""#, false),
    (r#""auto_config": false, "namespace": "cn-hangzhou:shop""#, true),
    (r#""slb": {}"#, true),
    (r#""slb": { "internet": [] }"#, true),
    (r#""slb": { "internet": { "port": 80, "target": 8080 } }"#, false),
    (
        r#""slb": { "internet": [{ "port": 80, "target": 8080, "protocol": "TCP" }], "internet_slb_id": "lb-1" }"#,
        true,
    ),
    (r#""slb": { "internet": [], "internet_slb_id": "lb-1" }"#, false),
    (r#""slb": { "internet_slb_id": "lb-1" }"#, false),
    (r#""slb": { "intranet_slb_charge_type": "PayBySpec" }"#, false),
    (r#""slb": { "internet": [{ "port": 80, "target": 8080 }], "intranet_slb_id": "lb-1" }"#, false),
    (
        r#""slb": { "internet": [{ "port": 443, "target": 8443, "protocol": "HTTPS", "certificate": "1_cn" }] }"#,
        true,
    ),
    (
        r#""slb": { "intranet": [{ "port": 443, "target": 8443, "protocol": "TCP", "certificate": "1_cn" }] }"#,
        false,
    ),
    (r#""slb": { "internet": [{ "port": 443, "target": 8443, "certificate": "1_cn" }] }"#, false),
    (r#""slb": { "public": [] }"#, false),
    (r#""replcas": 2"#, false),
];

const MANIFESTS: &[(&str, bool)] = &[
    (r#"{ "application": { "name": "web", "namespace": "cn-hangzhou" } }"#, true),
    (r#"{ "application": [] }"#, false),
    (r#"{ "application": [], "namespace": { "id": "cn-hangzhou:shop" } }"#, true),
    (r#"{ "application": [{ "name": "web" }] }"#, false),
    (r#"{ "application": [{ "namespace": "cn-hangzhou" }] }"#, false),
    (r#"{ "application": [{ "name": "", "namespace": "cn-hangzhou" }] }"#, false),
    (r#"{ "application": ["web"] }"#, false),
    (r#"{ "application": "web" }"#, false),
    (r#"{ "aplication": [] }"#, false),
    (r#"{ "namespace": { "id": "cn-hangzhou:shop", "name": "Shop", "description": "What is sold" } }"#, true),
    (r#"{ "namespace": [{ "id": "cn-hangzhou:shop" }, { "id": "cn-hangzhou:more" }] }"#, true),
    (r#"{ "namespace": [{ "name": "Shop" }] }"#, false),
    (r#"{ "namespace": [{ "id": "t" }] }"#, false),
    (r#"{ "namespace": [{ "id": ":t" }] }"#, false),
    (r#"{ "namespace": [{ "id": "cn-hangzhou:" }] }"#, false),
    (r#"{ "namespace": [{ "id": "cn-hangzhou:shop", "name": "" }] }"#, false),
    (r#"{ "$schema": "manifest.schema.json", "namespace": [{ "id": "cn-hangzhou:shop" }] }"#, true),
    (r#"{ "$schema": 1, "namespace": [{ "id": "cn-hangzhou:shop" }] }"#, false),
    (r#"{ "$schema": "manifest.schema.json" }"#, false),
    ("{}", false),
    ("[]", false),
    ("null", false),
];

fn schema() -> Value {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/manifest.schema.json");
    serde_json::from_str(&std::fs::read_to_string(file).expect("a file")).expect("JSON")
}

#[test]
fn the_schema_is_one_of_its_draft() {
    let schema = schema();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    draft202012::meta::validate(&schema)
        .unwrap_or_else(|error| panic!("{error} at {}", error.instance_path()));
}

#[tokio::test]
async fn what_the_program_reads_is_valid_and_what_it_refuses_is_not() {
    let validator = draft202012::new(&schema()).expect("a schema");
    // Who reads a manifest goes on to the service, which isn't there.
    let program = Program::without_server("http://127.0.0.1:1");
    let application = |(members, accepted): &(&str, bool)| {
        let place = if members.contains("\"namespace\"") { "" } else { r#""namespace": "cn-hangzhou", "# };
        let name = if members.contains("\"name\":") { "" } else { r#""name": "web", "# };
        (format!(r#"{{ "application": [{{ {name}{place}{members} }}] }}"#), *accepted)
    };
    let whole = MANIFESTS.iter().map(|(text, accepted)| ((*text).to_owned(), *accepted));
    for (text, accepted) in APPLICATIONS.iter().map(application).chain(whole) {
        let json = serde_json::from_str(&text).expect("JSON");
        assert_eq!(validator.is_valid(&json), accepted, "the schema on {text}");
        let mut forms = vec![("m.json", text.clone()), ("m.yaml", text)];
        // TOML has no null and no number of this size.
        forms.extend(toml::to_string(&json).map(|text| ("m.toml", text)));
        for (file, text) in forms {
            let file = program.file(file);
            std::fs::write(&file, &text).expect("a file");
            let file = file.to_str().expect("text");
            let ended = program.run(&["plan", "-f", file, "--max-attempts", "1"]).await;
            assert_eq!(ended.code, if accepted { 1 } else { 2 }, "{text}: {}", ended.stderr);
            assert_eq!(ended.stderr.contains(file), !accepted, "{text}: {}", ended.stderr);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_and_the_manifest_of_the_guide_are_valid() {
    let validator = draft202012::new(&schema()).expect("a schema");
    let page = include_str!("../../../docs/guide/src/manifests.md");
    let (_, manifest) = page.split_once("```toml\n[[namespace]]\n").expect("a manifest");
    let (manifest, _) = manifest.split_once("```").expect("its end");
    let manifest = format!("[[namespace]]\n{manifest}");
    let json: Value = toml::from_str(&manifest).expect("TOML");
    validator.validate(&json).unwrap_or_else(|error| panic!("{error} at {}", error.instance_path()));
    let program = Program::start().await;
    let file = program.file("shop.toml");
    std::fs::write(&file, manifest).expect("a file");
    program.must(&["apply", "-f", file.to_str().expect("text"), "--yes"]).await;
    for options in [&["export", "--output", "json"][..], &["export", "--output", "json", "--with-secrets"]] {
        let exported = serde_json::from_str(&program.must(options).await).expect("JSON");
        validator.validate(&exported).unwrap_or_else(|error| panic!("{error} at {}", error.instance_path()));
    }
}

#[test]
fn the_schema_has_keys_and_no_parameters() {
    let operations = [
        CreateApplication::DESCRIPTION,
        DeployApplication::DESCRIPTION,
        BindSlb::DESCRIPTION,
        CreateNamespace::DESCRIPTION,
    ];
    let names: Vec<_> = operations
        .iter()
        .flat_map(|operation| operation.parameters)
        .map(|parameter| parameter.name)
        .collect();
    let mut texts = Vec::new();
    descriptions(&schema(), &mut texts);
    assert!(texts.len() > 100);
    for text in texts {
        for quoted in text.split('`').skip(1).step_by(2) {
            let mut words = quoted.split(|c: char| !c.is_alphanumeric());
            assert!(!words.any(|word| names.contains(&word)), "{text}");
        }
    }
}

#[test]
fn the_schema_knows_the_values_that_are_documented() {
    let schema = schema();
    let application = &schema["$defs"]["application"]["properties"];
    let strategy = &application["update_strategy"]["properties"];
    let discovery = &application["pvtz_discovery_svc"]["properties"]["port_protocols"]["items"]["properties"];
    assert_eq!(discovery["protocol"]["type"], "string", "a protocol of another kind");
    for (property, value) in [
        (&application["package_type"], "FatJar"),
        (&application["programming_language"], "java"),
        (&strategy["type"], "BatchUpdate"),
        (&strategy["batch_update"]["properties"]["release_type"], "auto"),
        (&application["slb"]["properties"]["internet"]["items"]["properties"]["protocol"], "HTTPS"),
        (&application["slb"]["properties"]["internet_slb_charge_type"], "PayBySpec"),
    ] {
        let values = property["enum"].as_array().unwrap_or_else(|| panic!("{value}: {property}"));
        assert!(values.iter().any(|known| known == value), "{value}: {property}");
    }
}

fn descriptions(schema: &Value, texts: &mut Vec<String>) {
    match schema {
        Value::Object(members) => {
            texts.extend(members.get("description").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|inner| descriptions(inner, texts));
        }
        Value::Array(items) => items.iter().for_each(|inner| descriptions(inner, texts)),
        _ => {}
    }
}
