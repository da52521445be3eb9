//! Every parameter of a change is sent, and found again where it belongs, or it is listed with the reason why not.

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
pub async fn server() -> LocalSae {
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

/// Changes besides creation and deployment of applications, with the operation that reads what they have set.
const CHANGES: &[(&str, &str)] = &[
    ("CreateNamespace", "DescribeNamespace"),
    ("UpdateNamespace", "DescribeNamespace"),
    ("BindSlb", "DescribeApplicationSlbs"),
    ("RescaleApplication", "DescribeApplicationConfig"),
    ("RescaleApplicationVertically", "DescribeApplicationConfig"),
    ("UpdateApplicationDescription", "DescribeApplicationConfig"),
];

#[tokio::test]
async fn every_parameter_of_another_change_is_found_again() {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let call = async |operation: &str, query: &[(&str, &str)]| {
        let description = description(operation);
        let answer = Call::new(description.method.as_str(), description.path, query).send(&local).await;
        assert_eq!(answer.status, 200, "{operation} {query:?}: {}", answer.body);
        answer
    };
    for (operation, read) in CHANGES {
        for (at, parameter) in description(operation).parameters.iter().enumerate() {
            let name = format!("{operation}{at}");
            let namespace = format!("cn-hangzhou:{}", name.to_lowercase());
            if *operation == "UpdateNamespace" {
                call("CreateNamespace", &[("NamespaceId", &namespace), ("NamespaceName", "before")]).await;
            }
            let target = if operation.ends_with("Namespace") {
                ("NamespaceId", namespace.as_str())
            } else {
                let query = [("AppName", name.as_str()), ("Replicas", "2"), ("PackageType", "Image")];
                let query = [&query[..], &[("ImageUrl", "demo/nginx:1")]].concat();
                ("AppId", &*call("CreateApplication", &query).await.value("AppId").leak())
            };
            let value = match parameter.name {
                "NamespaceId" | "AppId" => target.1,
                "NameSpaceShortId" => target.1.split_once(':').unwrap().1,
                other => changed(other),
            };
            let mut query: Vec<_> = [target].into_iter().chain(needed(operation)).collect();
            if parameter.name == "NameSpaceShortId" {
                query.remove(0);
            }
            set(&mut query, parameter.name, value);
            call(operation, &query).await;
            let found = serde_json::from_str::<Value>(&call(read, &[target]).await.body).unwrap();
            let found = &found["Data"];
            let place = parameter.name;
            let is_found = contains(&normal(found[place].clone()), &normal(Value::from(value)));
            let reason = reason(place, &[NOWHERE, FOR_ONE_CHANGE]);
            assert_eq!(is_found, reason.is_none(), "{operation} {place}={value}: {found}");
        }
    }
}

/// What a change needs besides what it is about.
fn needed(operation: &str) -> Vec<(&'static str, &'static str)> {
    match operation {
        "CreateNamespace" | "UpdateNamespace" => vec![("NamespaceName", "name")],
        "BindSlb" => ["Internet", "Intranet"].map(|name| (name, changed(name))).into(),
        "RescaleApplication" => vec![("Replicas", "3")],
        "RescaleApplicationVertically" => vec![("Cpu", "2000"), ("Memory", "4096")],
        "UpdateApplicationDescription" => vec![("AppDescription", "text")],
        _ => Vec::new(),
    }
}

/// A value that isn't there before the change.
fn changed(parameter: &str) -> &'static str {
    match parameter {
        "EnableMicroRegistration"
        | "AutoEnableApplicationScalingRule"
        | "autoEnableApplicationScalingRule" => "false",
        "Internet" | "Intranet" => r#"[{"port":80,"targetPort":8080,"protocol":"TCP"}]"#,
        "InternetSlbId" => "lb-public",
        "IntranetSlbId" => "lb-private",
        "InternetSlbChargeType" | "IntranetSlbChargeType" => "PayBySpec",
        "Cpu" => "2000",
        "Memory" => "4096",
        "Replicas" => "3",
        "Deploy" => "true",
        "DiskSize" => "30",
        "ResourceType" => "application",
        "VSwitchId" => "vsw-2",
        "MinReadyInstances" | "minReadyInstances" => "1",
        "MinReadyInstanceRatio" | "minReadyInstanceRatio" => "50",
        _ => "another text",
    }
}

/// Whether a value has all that is expected; the service may add members.
fn contains(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            expected.iter().all(|(name, value)| found.get(name).is_some_and(|it| contains(it, value)))
        }
        (Value::Array(found), Value::Array(expected)) => {
            found.len() == expected.len() && found.iter().zip(expected).all(|(it, value)| contains(it, value))
        }
        _ => found == expected,
    }
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
        _ if reason(name, &[NOWHERE]).is_some() => {
            assert_eq!(config[name], Value::Null, "{name} has a place");
        }
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
pub fn normal(value: Value) -> Value {
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

pub fn description(name: &str) -> &'static Description {
    let all = sae::OPERATIONS.iter().copied().flatten();
    all.map(|operation| operation.description).find(|description| description.name == name).unwrap()
}

/// The parameters that an application needs for this one to fit.
pub fn base(parameter: &str) -> Vec<(&'static str, &'static str)> {
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

pub fn set<'a>(query: &mut Vec<(&'a str, &'a str)>, name: &'a str, value: &'a str) {
    query.retain(|(other, _)| *other != name);
    query.push((name, value));
}

/// The example of the spec, unless it has none or it doesn't fit here.
pub fn value(parameter: &Parameter) -> String {
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

/// Why no answer has a parameter, as one of these lists says; none if one has it.
fn reason(parameter: &str, lists: &[&[(&str, &'static str)]]) -> Option<&'static str> {
    let all = lists.iter().copied().flatten();
    all.copied().find(|(name, _)| name.eq_ignore_ascii_case(parameter)).map(|(_, reason)| reason)
}

/// Parameters of changes besides deployments that apply to the change alone, with what they do.
const FOR_ONE_CHANGE: &[(&str, &str)] = &[
    ("Deploy", "it says whether instances get the new size at once"),
    ("MinReadyInstanceRatio", "it keeps instances ready during the change"),
    ("MinReadyInstances", "it keeps instances ready during the change"),
];

/// Parameters that no answer of the service contains, with the reason. They change nothing else in the local service.
const NOWHERE: &[(&str, &str)] = &[
    (
        "AutoEnableApplicationScalingRule",
        "it says what becomes of scaling rules, which are resources of their own",
    ),
    ("EnableEbpf", "the service answers no such member"),
    ("EnableNamespaceSlsConfig", "the service answers the log collection that results from it"),
    ("EnableSidecarResourceIsolated", "the service answers no such member"),
    (
        "GpuConfig",
        "the service answers GpuCount and GpuType, and the format of this parameter isn't documented",
    ),
    ("SaeVersion", "its values aren't documented; the service answers NewSaeVersion"),
];
