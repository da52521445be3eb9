//! What all lists have in common.

use std::process::Stdio;

use sae::model::CreateApplication;
use sae::model::PackageType;
use sae::{Client, Credentials};
use sae_tests::{Canned, Step};
use serde_json::Value;

use crate::program::{Program, end_of, golden};

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_complete_however_many_pages_it_has() {
    let program = Program::start().await;
    program.must(&["ns", "create", "cn-hangzhou:shop"]).await;
    let client = Client::builder()
        .credentials(Credentials::new("local", "local-secret"))
        .endpoint(program.endpoint())
        .build()
        .expect("a client");
    for number in 0..105 {
        let create = CreateApplication::new(format!("app-{number}"), PackageType::Image, 1)
            .namespace_id("cn-hangzhou:shop")
            .image_url("repo/app:1");
        client.send(create).await.expect("created");
    }
    let ids = program.must(&["app", "list", "-q"]).await;
    let ids: std::collections::BTreeSet<_> = ids.lines().collect();
    assert_eq!(ids.len(), 105);
    let few = program.must(&["app", "list", "--limit", "103", "--output", "json"]).await;
    assert_eq!(serde_json::from_str::<Vec<Value>>(&few).expect("JSON").len(), 103);
    assert_eq!(program.must(&["app", "list", "--output", "text"]).await.lines().count(), 105);
    assert_eq!(program.must(&["app", "list"]).await.lines().count(), 106, "a line of titles more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_gets_everything_with_its_wire_names() {
    let program = Program::start().await.with_application().await;
    let listed = program.must(&["app", "list", "--output", "json"]).await;
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    let id = listed[0]["AppId"].as_str().expect("an identifier");
    let called =
        program.must(&["call", "ListApplications", "--query", "Data.Applications", "--output", "json"]).await;
    assert_eq!(listed, serde_json::from_str::<Value>(&called).expect("JSON"));
    assert_eq!(program.must(&["app", "list", "-q"]).await, format!("{id}\n"));
    let yaml = program.must(&["app", "list", "--output", "yaml"]).await;
    assert!(yaml.contains(&format!("AppId: {id}\n")), "{yaml}");
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_logs_resizes_and_restarts_of_an_application() {
    let program = Program::start().await.with_application().await;
    let instances = program.must(&["instance", "list", "web", "-q"]).await;
    let logs = format!("instance logs {} --tail 2", instances.lines().next().expect("an instance"));
    golden!(
        program
            .session(&[
                "instance list web",
                "instance list web --output text --limit 1",
                &logs,
                "app resize web --cpu 2000 --memory 4096",
                "app restart web",
                "order show --app web --output yaml --query [CoTypeCode,Status]",
            ])
            .await
    );
}

#[tokio::test]
async fn a_list_that_is_refused_says_why() {
    let refusal = r#"{"Code":"Forbidden.RAM","Message":"You may not do that.","RequestId":"R-1"}"#;
    let server = Canned::start(vec![Step::status(403, refusal)]).await;
    let program = Program::without_server(server.endpoint());
    let lists = ["app list", "ns list", "region list", "spec list", "order list web", "slb show web"];
    golden!(program.session(&lists).await);
}

#[tokio::test]
async fn a_malformed_query_is_refused_before_anything_is_called() {
    let program = Program::without_server("http://127.0.0.1:1");
    let lists = ["app list", "app history web", "instance list web", "ns list", "order list web"];
    for command in lists.into_iter().chain(["region list", "spec list", "order show x", "app show web"]) {
        let arguments: Vec<_> = command.split(' ').chain(["--query", "foo(@)"]).collect();
        let ended = program.run(&arguments).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{command}: {}", ended.stderr);
        assert!(ended.stderr.contains("no function \"foo\""), "{command}: {}", ended.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_pipe_is_no_failure_of_a_list() {
    let program = Program::start().await.with_application().await;
    for command in ["app list", "app show web", "app list --output yaml", "logs --app web"] {
        let mut child = program.command(&command.split(' ').collect::<Vec<_>>());
        let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it started");
        drop(child.stdout.take());
        let ended = end_of(child).await;
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{command}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_what_the_service_offers() {
    let program = Program::start().await;
    golden!(
        program
            .session(&[
                "region list --limit 3",
                "region ls -q --limit 2",
                "spec list --limit 3",
                "spec ls -q --limit 2",
                "spec list --output json --limit 1",
            ])
            .await
    );
}
