//! Web applications: create, change, stop, start and delete; revisions, shares of the requests, limits of instances.

use sae_local::{LocalSae, Pace};
use serde_json::{Value, json};

use crate::client::{Answer, Call};
use crate::parameters::description;

const NAMESPACE: &str = "cn-beijing:test";

/// Calls an operation for an application, with the revision if its path has one. Without a body nothing is sent.
async fn call(
    local: &LocalSae,
    operation: &str,
    (id, revision): (&str, &str),
    query: &[(&str, &str)],
    body: &Value,
) -> Answer {
    let description = description(operation);
    let path = description.path.replace("{ApplicationId}", id).replace("{RevisionId}", revision);
    let query = [&[("NamespaceId", NAMESPACE)], query].concat();
    let call = Call::new(description.method.as_str(), &path, &query);
    let call = if body.is_null() { call } else { call.body("application/json", &body.to_string()) };
    call.send(local).await
}

async fn data(local: &LocalSae, operation: &str, id: &str, body: Value) -> Value {
    of_revision(local, operation, (id, ""), &[], body).await
}

async fn of_revision(
    local: &LocalSae,
    operation: &str,
    path: (&str, &str),
    query: &[(&str, &str)],
    body: Value,
) -> Value {
    let answer = call(local, operation, path, query, &body).await;
    assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
    answer.json()["Data"].take()
}

async fn server() -> LocalSae {
    let local = LocalSae::builder().pace(Pace::instant()).start().await.unwrap();
    let query = [("NamespaceId", NAMESPACE), ("NamespaceName", "test")];
    let path = description("CreateNamespace").path;
    assert_eq!(Call::new("POST", path, &query).send(&local).await.status, 200);
    local
}

fn container(image: &str) -> Value {
    json!({
        "Image": image, "Port": 8080, "Args": "[\"-v\"]", "Command": "[\"/run\"]",
        "EnvironmentVariables": {"MODE": "test"}, "RequestConcurrency": 10, "RequestTimeout": 60,
        "Resources": {"Cpu": 1000, "Memory": 2048},
        "StartupProbe": {"PeriodSeconds": 5, "ProbeHandler": {"HttpGet": {"HttpHeaders": [{"name": "a", "value": "b"}], "Path": "/up", "Port": 8080}}},
    })
}

fn application(name: &str) -> Value {
    json!({"ApplicationName": name, "RevisionConfig": {"Containers": [container("demo/web:1")]}})
}

async fn create(local: &LocalSae, body: Value) -> String {
    data(local, "CreateWebApplication", "", body).await["ApplicationId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_web_application_returns_what_it_was_created_with() {
    let local = server().await;
    let mut body = application("shop");
    body["Description"] = json!("the shop");
    body["RevisionConfig"]["EnableArmsMetrics"] = json!(true);
    body["RevisionConfig"]["Containers"][0]["ImageRegistryConfig"] =
        json!({"AuthConfig": {"UserName": "me", "Password": "hidden-word"}});
    body["WebNetworkConfig"] =
        json!({"InternetAccess": true, "SecurityGroupId": "sg-1", "VSwitchIds": ["vsw-1"]});
    body["WebScalingConfig"] = json!({"MinimumInstanceCount": 2, "MaximumInstanceCount": 5});
    body["WebTrafficConfig"] = json!({
        "AuthType": "Application", "DisableInternetURL": true,
        "WebAclConfig": {"WebAclEntries": [{"Entry": "10.0.0.1"}]},
    });
    let id = create(&local, body.clone()).await;
    let shown = data(&local, "DescribeWebApplication", &id, Value::Null).await;
    assert!(!shown.to_string().contains("hidden-word"), "{shown}");
    let mut revision = body["RevisionConfig"].clone();
    revision["Containers"][0]["ImageRegistryConfig"] = json!({"AuthConfig": {"UserName": "me"}});
    revision["WebNetworkConfig"] = body["WebNetworkConfig"].clone();
    let mut traffic = body["WebTrafficConfig"].clone();
    traffic["RevisionsTrafficWeight"] = json!({"1": 1});
    for (member, expected) in [
        ("ApplicationName", &json!("shop")),
        ("NamespaceId", &json!(NAMESPACE)),
        ("Description", &json!("the shop")),
        ("RevisionConfig", &revision),
        ("WebScalingConfig", &body["WebScalingConfig"]),
        ("WebTrafficConfig", &traffic),
    ] {
        assert_eq!(&shown[member], expected, "{member}");
    }
    let network = json!({"InternetAccess": false, "VSwitchIds": ["vsw-2"]});
    let update = json!({"WebNetworkConfig": network});
    let updated = data(&local, "UpdateWebApplication", &id, update).await;
    assert_eq!(
        json!([updated["Description"], updated["RevisionConfig"]["WebNetworkConfig"]]),
        json!(["the shop", network])
    );
    let before = local.control().snapshot().unwrap();
    data(&local, "DeleteWebApplication", &id, Value::Null).await;
    let gone = call(&local, "DescribeWebApplication", (&id, ""), &[], &Value::Null).await;
    assert_eq!(gone.refusal(), (404, "InvalidAppId.NotFound".to_owned()));
    local.control().restore(&before).await.unwrap();
    assert_eq!(data(&local, "DescribeWebApplication", &id, Value::Null).await, updated);
}

#[tokio::test]
async fn revisions_share_the_requests() {
    let local = server().await;
    let id = create(&local, application("shop")).await;
    let new = json!({"Containers": [container("demo/web:2")], "Description": "second"});
    let second = data(&local, "PublishWebApplicationRevision", &id, new).await;
    assert_eq!(
        json!([second["RevisionId"], second["Description"], second["Weight"]]),
        json!(["2", "second", 0])
    );
    let shares = json!({"1": 0.9, "2": 0.1});
    let change = json!({"RevisionsTrafficWeight": shares, "DisableURLInternet": true});
    data(&local, "UpdateWebApplicationTrafficConfig", &id, change).await;
    let traffic = data(&local, "DescribeWebApplicationTrafficConfig", &id, Value::Null).await;
    assert_eq!(
        json!([traffic["RevisionsTrafficWeight"], traffic["DisableInternetURL"], traffic["AuthType"]]),
        json!([shares, true, "Anonymous"])
    );
    for wrong in [json!({"1": 0.5}), json!({"1": 0.5, "3": 0.5}), json!({"1": 1.5, "2": -0.5})] {
        let body = json!({"RevisionsTrafficWeight": wrong});
        let refused = call(&local, "UpdateWebApplicationTrafficConfig", (&id, ""), &[], &body).await;
        assert_eq!(refused.refusal(), (400, "InvalidParameter.WithMessage".to_owned()), "{wrong}");
    }
    let third = json!({"Containers": [container("demo/web:3")], "TakeEffect": true});
    data(&local, "PublishWebApplicationRevision", &id, third).await;
    let shown = data(&local, "DescribeWebApplication", &id, Value::Null).await;
    assert_eq!(
        json!([
            shown["WebTrafficConfig"]["RevisionsTrafficWeight"],
            shown["RevisionConfig"]["Containers"][0]["Image"]
        ]),
        json!([{"3": 1}, "demo/web:3"])
    );
    let used = call(&local, "DeleteWebApplicationRevision", (&id, "3"), &[], &Value::Null).await;
    assert_eq!(used.refusal(), (400, "InvalidParameter.WithMessage".to_owned()));
    let describe = of_revision(&local, "DescribeWebApplicationRevision", (&id, "2"), &[], Value::Null).await;
    let deleted = of_revision(&local, "DeleteWebApplicationRevision", (&id, "2"), &[], Value::Null).await;
    assert_eq!(deleted, describe);
    let first =
        of_revision(&local, "ListWebApplicationRevisions", (&id, ""), &[("Limit", "1")], Value::Null).await;
    assert_eq!(json!([first["Revisions"][0]["RevisionId"], first["NextToken"]]), json!(["3", "1"]));
    let rest = [("Limit", "1"), ("NextToken", "1")];
    let rest = of_revision(&local, "ListWebApplicationRevisions", (&id, ""), &rest, Value::Null).await;
    assert_eq!(json!([rest["Revisions"][0]["RevisionId"], rest["NextToken"]]), json!(["1", null]));
}

#[tokio::test]
async fn a_web_application_runs_within_its_limits_until_it_is_stopped() {
    let local = server().await;
    let id = create(&local, application("shop")).await;
    create(&local, application("other")).await;
    let listed = async |prefix: &str| {
        let query = [("Prefix", prefix), ("Limit", "1")];
        of_revision(&local, "ListWebApplications", ("", ""), &query, Value::Null).await
    };
    let count = async || listed("shop").await["WebApplicationWithInstanceCount"][0]["InstanceCount"].take();
    assert_eq!(count().await, 0);
    let limits = json!({"MinimumInstanceCount": 3, "MaximumInstanceCount": 4});
    data(&local, "UpdateWebApplicationScalingConfig", &id, limits.clone()).await;
    assert_eq!(data(&local, "DescribeWebApplicationScalingConfig", &id, Value::Null).await, limits);
    assert_eq!(count().await, 3);
    for (fewest, most) in [(5, 4), (-1, 4), (0, 0), (0, 1001)] {
        let body = json!({"MinimumInstanceCount": fewest, "MaximumInstanceCount": most});
        let refused = call(&local, "UpdateWebApplicationScalingConfig", (&id, ""), &[], &body).await;
        assert_eq!(refused.refusal(), (400, "InvalidParameter.WithMessage".to_owned()), "{fewest} {most}");
    }
    data(&local, "StopWebApplication", &id, Value::Null).await;
    assert_eq!(count().await, 0);
    data(&local, "StartWebApplication", &id, Value::Null).await;
    assert_eq!(count().await, 3);
    let mut names = Vec::new();
    let mut token = String::new();
    loop {
        let query = [("Limit", "1"), ("NextToken", token.as_str())];
        let page = of_revision(&local, "ListWebApplications", ("", ""), &query, Value::Null).await;
        let item = &page["WebApplicationWithInstanceCount"][0]["WebApplication"]["ApplicationName"];
        names.push(item.as_str().unwrap().to_owned());
        let Some(next) = page["NextToken"].as_str() else { break };
        token = next.to_owned();
    }
    names.sort();
    assert_eq!(names, ["other", "shop"]);
}

#[tokio::test]
async fn a_web_application_that_does_not_fit_is_refused() {
    let local = server().await;
    create(&local, application("shop")).await;
    let (message, invalid) = ("InvalidParameter.WithMessage", "InvalidParameter.Obviously");
    let changed = |pointer: &str, value: Value| {
        let mut body = application("new");
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    let container = "/RevisionConfig/Containers/0";
    for (body, code) in [
        (application("shop"), message),
        (application("-"), invalid),
        (changed("/RevisionConfig/Containers", json!([])), message),
        (changed(&format!("{container}/Resources/Memory"), json!(1)), message),
        (changed(&format!("{container}/Port"), json!(0)), invalid),
    ] {
        let refused = call(&local, "CreateWebApplication", ("", ""), &[], &body).await;
        assert_eq!(refused.refusal(), (400, code.to_owned()), "{body}");
    }
    let path = description("DeleteNamespace").path;
    let namespace = [("NamespaceId", NAMESPACE)];
    let occupied = Call::new("DELETE", path, &namespace).send(&local).await;
    assert_eq!(occupied.value("Code"), "Namespace.AppExists");
    let moved = [("NamespaceId", NAMESPACE), ("VpcId", "vpc-other")];
    let moved = Call::new("POST", description("UpdateNamespaceVpc").path, &moved).send(&local).await;
    assert_eq!(moved.value("Code"), message);
}
