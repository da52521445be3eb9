//! Every example answer of the documents, sent over real HTTP and read by its typed model: each leaf survives, and where JSON and
//! XML show the same answer both read the same.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sae::{Client, Credentials, Format};
use sae_tests::{Canned, Step, leaves};
use sae_transport::{Registered, decode_json};
use serde_json::Value;

/// Leaves of the second envelope of ListLogConfigs, which read as leaves of the first.
const OUTER_ENVELOPE: [(&str, &str); 3] =
    [("successResponse", "Success"), ("requestId", "RequestId"), ("code", "Code")];

#[tokio::test]
async fn every_leaf_of_every_json_example_survives() {
    let mut count = 0;
    for (operation, folder) in documented() {
        let name = operation.description.name;
        let example = read(&folder.join("answer.json"));
        let printed = answered(operation, &folder, &example, Format::Json).await;
        let expected: Value =
            serde_json::from_str(&example).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_survives(name, expected_leaves(&expected), &leaves(&printed));
        count += 1;
    }
    assert_eq!(count, 38, "the documents show an answer in JSON for each operation");
}

#[tokio::test]
async fn every_leaf_of_every_xml_example_survives() {
    let mut count = 0;
    for (operation, folder) in documented() {
        let Ok(example) = std::fs::read_to_string(folder.join("answer.xml")) else { continue };
        let printed = answered(operation, &folder, &example, Format::Xml).await;
        assert_survives(operation.description.name, xml_leaves(&example), &leaves(&printed));
        count += 1;
    }
    assert_eq!(count, 34, "the documents show an answer in XML for these operations");
}

#[tokio::test]
async fn json_and_xml_examples_of_the_same_answer_read_the_same() {
    for (operation, folder) in documented() {
        let Ok(xml) = std::fs::read_to_string(folder.join("answer.xml")) else { continue };
        let json = read(&folder.join("answer.json"));
        let name = operation.description.name;
        let mut from_json = leaves(&answered(operation, &folder, &json, Format::Json).await);
        let mut from_xml = leaves(&answered(operation, &folder, &xml, Format::Xml).await);
        for (operation, path) in DIFFERENT_IN_THE_DOCUMENTS {
            if operation == name {
                let (json, xml) = (from_json.remove(path), from_xml.remove(path));
                assert_ne!(json, xml, "{name}: {path} is listed as different and is not");
            }
        }
        assert_eq!(from_json, from_xml, "{name}");
    }
}

/// Where the documents' own examples differ: see documents/README.md.
const DIFFERENT_IN_THE_DOCUMENTS: [(&str, &str); 9] = [
    ("CreateNamespace", "RequestId"),
    ("CreateNamespace", "TraceId"),
    ("UpdateNamespace", "RequestId"),
    ("DescribeComponents", "RequestId"),
    ("DeleteApplication", "RequestId"),
    ("DescribeApplicationConfig", "Data.CustomHostAlias"),
    ("DescribeInstanceLog", "Data"),
    ("ListConsumedServices", "Data[0].Group2Ip"),
    ("ListPublishedServices", "Data[0].Group2Ip"),
];

fn documented() -> Vec<(&'static Registered, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("documents");
    let sae = sae_models::sae::OPERATIONS.iter().copied().flatten();
    let edas = sae_models::edas::OPERATIONS.iter().copied().flatten();
    sae.map(|operation| (operation, root.join("sae-2019-05-06").join(operation.description.name)))
        .chain(
            edas.map(|operation| (operation, root.join("edas-2017-08-01").join(operation.description.name))),
        )
        .filter(|(_, folder)| folder.exists())
        .collect()
}

/// What the client makes of an answer, printed with wire names.
async fn answered(operation: &'static Registered, folder: &Path, body: &str, format: Format) -> Value {
    let name = operation.description.name;
    let server = Canned::start(vec![Step::ok(body)]).await;
    let client = Client::builder()
        .credentials(Credentials::new("id", "secret"))
        .endpoint(server.endpoint())
        .format(format)
        .build()
        .expect("a client");
    let mut request = (operation.request)();
    let notes =
        decode_json::object(&read(&folder.join("request.json")), &mut *request).expect("a JSON object");
    assert_eq!(notes, [], "{name}: the example request fits its types");
    let reply =
        client.send_registered(operation, &*request).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(reply.answer.notes(&mut *(operation.output)()), [], "{name}: everything fits its field");
    assert_eq!(reply.answer.body, body.as_bytes(), "{name}: the bytes are kept");
    serde_json::from_str(&reply.to_json()).expect("JSON")
}

fn expected_leaves(document: &Value) -> BTreeMap<String, String> {
    let strip = |path: String| path.strip_prefix("data.").map_or(path.clone(), str::to_owned);
    let rename = |path: String| {
        let renamed = OUTER_ENVELOPE.iter().find(|(outer, _)| *outer == path);
        renamed.map_or(path, |(_, inner)| (*inner).to_owned())
    };
    leaves(document).into_iter().map(|(path, value)| (rename(strip(path)), value)).collect()
}

fn assert_survives(name: &str, expected: BTreeMap<String, String>, printed: &BTreeMap<String, String>) {
    for (path, value) in expected {
        assert_eq!(printed.get(&path), Some(&value), "{name}: {path}");
    }
}

/// The leaves of an example in XML by a reading of its own: every text, its path without the root, indices where printed lists
/// have them.
fn xml_leaves(example: &str) -> BTreeMap<String, String> {
    let mut texts: Vec<(String, String)> = Vec::new();
    let mut open: Vec<String> = Vec::new();
    // Paths of elements, to count how often each has come.
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let repeated = repeated_paths(example);
    for token in example.split('<').skip(1) {
        let (tag, text) = token.split_once('>').expect("a closed tag");
        if tag.starts_with('/') {
            open.pop();
            continue;
        }
        let plain = match open.last() {
            Some(parent) if !parent.is_empty() => format!("{parent}.{tag}"),
            Some(_) => tag.to_owned(),
            None => String::new(),
        };
        let number = seen.entry(plain.clone()).or_default();
        let path = if repeated.contains(&strip_indices(&plain)) {
            format!("{plain}[{number}]")
        } else {
            plain.clone()
        };
        *number += 1;
        let is_leaf = example[token.as_ptr() as usize - example.as_ptr() as usize + token.len()..]
            .starts_with(&format!("</{tag}"));
        if is_leaf && !open.is_empty() {
            texts.push((path.clone(), text.to_owned()));
        }
        open.push(path);
    }
    texts.into_iter().collect()
}

/// Elements that are lists: the documents' examples in JSON say so.
fn repeated_paths(example: &str) -> Vec<String> {
    let lists: &[(&str, &[&str])] = &[
        ("DescribeNamespacesResponse", &["Data.Namespaces"]),
        ("DescribeNamespaceListResponse", &["Data"]),
        ("DescribeRegionsResponse", &["Regions.Region"]),
        ("DescribeComponentsResponse", &["Data"]),
        ("DescribeEdasContainersResponse", &["Data"]),
        ("DescribeApplicationInstancesResponse", &["Data.Instances"]),
        ("DescribeApplicationGroupsResponse", &["Data"]),
        ("ListChangeOrders", &["Data.ChangeOrderList"]),
        ("DescribeChangeOrder", &["Data.Pipelines"]),
        ("DescribeInstanceSpecifications", &["Data"]),
        ("DescribeApplicationSlbsResponse", &["Data.Internet", "Data.Intranet"]),
        ("ListConsumedServicesResponse", &["Data", "Data.Groups"]),
        ("ListPublishedServicesResponse", &["Data", "Data.Groups"]),
    ];
    let root = example.split('<').nth(1).and_then(|token| token.split_once('>')).expect("a root").0;
    let found = lists.iter().find(|(name, _)| *name == root);
    found.map(|(_, paths)| paths.iter().map(|path| (*path).to_owned()).collect()).unwrap_or_default()
}

fn strip_indices(path: &str) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for character in path.chars() {
        match character {
            '[' => inside = true,
            ']' => inside = false,
            _ if !inside => plain.push(character),
            _ => {}
        }
    }
    plain
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
