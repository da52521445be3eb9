//! Every parameter of CreateApplication and DeployApplication is sent, and found again where it belongs.

use sae_local::{LocalSae, Pace};
use sae_models::sae;
use sae_transport::{Description, Parameter};
use serde_json::{Map, Value};

use crate::client::{Answer, Call};

const APP: &str = "/pop/v1/sam/app";

#[tokio::test]
async fn every_parameter_of_a_new_application_is_found_again() {
    let local = server().await;
    for (at, parameter) in description("CreateApplication").parameters.iter().enumerate() {
        let name = format!("app-{at}");
        // The first application of a namespace binds its network, so one that names a network needs a namespace of its
        // own.
        let namespace = if parameter.name == "VpcId" { "cn-shanghai" } else { "cn-beijing" };
        let mut query = base(parameter.name);
        query.extend([
            ("AppName", name.as_str()),
            ("Replicas", "1"),
            ("NamespaceId", namespace),
            ("Deploy", "true"),
        ]);
        let value = value(parameter);
        set(&mut query, parameter.name, &value);
        let answer = Call::new("POST", &format!("{APP}/createApplication"), &query).send(&local).await;
        assert_eq!(answer.status, 200, "{}: {}", parameter.name, answer.body);
        check(&local, parameter, &value, &answer).await;
    }
}

#[tokio::test]
async fn every_parameter_of_a_deployment_is_found_again_and_stays() {
    let local = server().await;
    for (at, parameter) in description("DeployApplication").parameters.iter().enumerate() {
        let name = format!("app-{at}");
        let mut query = base(parameter.name);
        query.extend([
            ("AppName", name.as_str()),
            ("Replicas", "2"),
            ("NamespaceId", "cn-beijing"),
            ("Deploy", "true"),
        ]);
        let created = Call::new("POST", &format!("{APP}/createApplication"), &query).send(&local).await;
        assert_eq!(created.status, 200, "{}: {}", parameter.name, created.body);
        let id = created.value("AppId");
        if parameter.name == "Deploy" {
            Call::new("PUT", &format!("{APP}/stopApplication"), &[("AppId", &id)]).send(&local).await;
        }
        let value = if parameter.name == "AppId" { id.clone() } else { value(parameter) };
        let mut query = vec![("AppId", id.as_str())];
        set(&mut query, parameter.name, &value);
        let answer = Call::new("POST", &format!("{APP}/deployApplication"), &query).send(&local).await;
        assert_eq!(answer.status, 200, "{}: {}", parameter.name, answer.body);
        check(&local, parameter, &value, &answer).await;
        if !FOR_ONCE.contains(&parameter.name) {
            let again = [("AppId", id.as_str())];
            let answer = Call::new("POST", &format!("{APP}/deployApplication"), &again).send(&local).await;
            check(&local, parameter, &value, &answer).await;
        }
    }
}

/// A server with a config map and a secret that applications can refer to, numbers 1 and 2.
async fn server() -> LocalSae {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let config_map = [("NamespaceId", "cn-beijing"), ("Name", "one"), ("Data", r#"{"test":"1"}"#)];
    let secret = [
        ("NamespaceId", "cn-beijing"),
        ("SecretName", "two"),
        ("SecretType", "Opaque"),
        ("SecretData", r#"{"SecretData":"{\"test\":\"2\"}"}"#),
    ];
    for (path, query) in
        [("/pop/v1/sam/configmap/configMap", &config_map[..]), ("/pop/v1/sam/secret/secret", &secret)]
    {
        let created = Call::new("POST", path, query).send(&local).await;
        assert_eq!(created.status, 200, "{}", created.body);
    }
    local
}

/// Looks for a value in the configuration of an application, or in another answer.
async fn check(local: &LocalSae, parameter: &Parameter, value: &str, answer: &Answer) {
    let name = parameter.name;
    let app = answer.value("AppId");
    let data = |answer: Answer| serde_json::from_str::<Value>(&answer.body).unwrap()["Data"].clone();
    let config =
        Call::new("GET", &format!("{APP}/describeApplicationConfig"), &[("AppId", &app)]).send(local).await;
    let config = data(config);
    match name {
        "AppId" => assert_eq!(app, value),
        // It is in the default namespace of the client's region, whatever else was sent.
        "AutoConfig" => assert_eq!(config["NamespaceId"], "cn-hangzhou"),
        "Deploy" => {
            let status = [("AppId", app.as_str())];
            let status =
                Call::new("GET", &format!("{APP}/describeApplicationStatus"), &status).send(local).await;
            let expected = if value == "true" { "1" } else { "0" };
            assert_eq!(status.value("RunningInstances"), expected, "{value}");
        }
        "ChangeOrderDesc" => {
            let order = [("ChangeOrderId", answer.value("ChangeOrderId"))];
            let order: Vec<_> = order.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let order =
                Call::new("GET", "/pop/v1/sam/changeorder/DescribeChangeOrder", &order).send(local).await;
            assert_eq!(order.value("Description"), value);
        }
        _ if NOWHERE.contains(&name) => assert_eq!(config[name], Value::Null, "{name} has a place"),
        _ => {
            let place =
                name.strip_suffix("DiscoverySvc").map_or(name.to_owned(), |stem| format!("{stem}Discovery"));
            let mut found = config[&place].clone();
            for mount in found.as_array_mut().into_iter().flatten() {
                // The answer names what is mounted.
                for name in ["ConfigMapName", "SecretName"] {
                    mount.as_object_mut().and_then(|mount| mount.remove(name));
                }
            }
            let found = normal(found);
            let expected = normal(Value::from(value));
            // Some single structures are lists in the answer.
            let found = match (found, &expected) {
                (Value::Array(mut items), Value::Object(_)) if items.len() == 1 => items.remove(0),
                (found, _) => found,
            };
            assert_eq!(found, expected, "{name}");
        }
    }
}

/// Normalizes JSON: texts that are JSON become structures, members are in lower camel case, empty lists are removed,
/// scalars are text.
fn normal(value: Value) -> Value {
    let lower = |name: String| {
        let mut letters = name.chars();
        letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
    };
    match value {
        Value::String(text) if text.starts_with(['{', '[']) => match serde_json::from_str::<Value>(&text) {
            Ok(value) => normal(value),
            Err(_) => Value::String(text),
        },
        Value::Array(items) => Value::Array(items.into_iter().map(normal).collect()),
        Value::Object(members) => {
            let members: Map<String, Value> =
                members.into_iter().map(|(name, value)| (lower(name), normal(value))).collect();
            let given = members.into_iter().filter(|(_, value)| !value.as_array().is_some_and(Vec::is_empty));
            Value::Object(given.collect())
        }
        Value::Number(_) | Value::Bool(_) => Value::String(value.to_string()),
        value => value,
    }
}

fn description(name: &str) -> &'static Description {
    let all = sae::OPERATIONS.iter().copied().flatten();
    all.map(|operation| operation.description).find(|description| description.name == name).unwrap()
}

/// The parameters that an application needs for this one to fit.
fn base(parameter: &str) -> Vec<(&'static str, &'static str)> {
    let package = |url| vec![("PackageUrl", url), ("PackageVersion", "1"), ("Jdk", "Open JDK 8")];
    let (kind, more) = match parameter {
        "Jdk"
        | "JarStartArgs"
        | "JarStartOptions"
        | "PackageUrl"
        | "PackageVersion"
        | "PackageType"
        | "EdasContainerVersion" => ("FatJar", package("http://host/a.jar")),
        "WebContainer" | "TomcatConfig" | "WarStartOptions" => {
            let tomcat = ("WebContainer", "apache-tomcat-8.5.42");
            ("War", package("http://host/a.war").into_iter().chain([tomcat]).collect())
        }
        _ => ("Image", vec![("ImageUrl", "demo/nginx:1")]),
    };
    [("PackageType", kind)].into_iter().chain(more).collect()
}

fn set<'a>(query: &mut Vec<(&'a str, &'a str)>, name: &'a str, value: &'a str) {
    query.retain(|(other, _)| *other != name);
    query.push((name, value));
}

/// The example of the spec, unless it has none or it doesn't fit here.
fn value(parameter: &Parameter) -> String {
    let own = match parameter.name {
        "NamespaceId" => "cn-beijing",
        "Deploy" => "false",
        "AutoConfig" => "true",
        "VpcId" => "vpc-1",
        "VSwitchId" => "vsw-2",
        "ConfigMapMountDesc" => r#"[{"configMapId":1,"key":"test","mountPath":"/tmp"}]"#,
        "SecretMountDesc" => r#"[{"secretId":2,"key":"test","mountPath":"/tmp"}]"#,
        "ImagePullSecrets" => "2",
        "UpdateStrategy" => {
            r#"{"type":"BatchUpdate","batchUpdate":{"batch":2,"releaseType":"auto","batchWaitTime":1}}"#
        }
        "Labels" => r#"{"one":"1"}"#,
        "RaspConfig" => r#"{"EnableRasp":true,"RaspAppName":"demo"}"#,
        "HeadlessPvtzDiscoverySvc" => r#"{"serviceName":"demo","namespaceId":"cn-beijing:test"}"#,
        "InitContainersConfig" => r#"[{"Name":"init","ImageUrl":"demo/init:1"}]"#,
        "SidecarContainersConfig" => r#"[{"Name":"side","ImageUrl":"demo/side:1","Cpu":500,"Memory":1024}]"#,
        _ => match (parameter.example, parameter.kind) {
            (Some(example), _) => example,
            (None, "boolean") => "true",
            (None, "integer") => "20",
            (None, _) => "some text",
        },
    };
    own.to_owned()
}

/// Parameters that apply to one deployment only.
const FOR_ONCE: &[&str] = &["ChangeOrderDesc", "Deploy"];

/// Parameters that no answer of the service contains, and that change nothing in the local service.
const NOWHERE: &[&str] = &[
    "AutoEnableApplicationScalingRule",
    "EnableEbpf",
    "EnableNamespaceSlsConfig",
    "EnableSidecarResourceIsolated",
    "GpuConfig",
    "SaeVersion",
];
