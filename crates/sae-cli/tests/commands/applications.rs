//! `sae app`, `order`, `instance`, `ns`, `slb`: an application from its creation to its deletion, and refusals.

use std::time::Duration;

use sae_local::{Fault, Pace};
use sae_tests::{Canned, Step};

use crate::program::{Program, golden};

#[tokio::test(flavor = "multi_thread")]
async fn an_application_from_its_creation_to_its_end() {
    let program = Program::start().await;
    golden!(
        program
            .session(&[
                "ns create cn-hangzhou:shop --name Shop",
                "ns list",
                "app list",
                "app create web -n shop --image repo/web:1 --replicas 2 --cpu 1000 --memory 2048 -e GREETING=hello",
                "app list",
                "app list -n shop -q",
                "app show web --query Config.Envs --output yaml",
                "app scale web 3",
                "app restart web --no-wait --output json --query keys(@)",
                "app start web --wait-timeout 20",
                "app stop web",
                "app resize web --cpu 2000 --memory 4096 -n cn-hangzhou:shop",
                "app start shop/web",
                "slb show web",
                "slb bind web --internet 80:8080 --intranet 80:8080",
                "slb show web",
                "slb show web --output text",
                "slb unbind web --internet --yes",
                "app show web",
                "order show --app web",
                "app history web --limit 3",
                "order list web --output json --query [].CoTypeCode",
                "app delete web --yes",
                "app list",
                "ns show shop --output text",
                "ns delete shop --yes",
            ])
            .await
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_come_with_advice() {
    let program = Program::start().await.with_application().await;
    golden!(
        program
            .session(&[
                "app",
                "app stop",
                "app stop nobody",
                "app stop nowhere/web",
                "app stop 00000000-0000-4000-8000-000000000000",
                "app delete web",
                "app scale web",
                "app scale web many",
                "app scale web -1",
                "app resize web --cpu 1000",
                "app resize web --cpu 1 --memory 1",
                "app create web -n shop --image repo/web:1",
                "app create other -n shop",
                "app create other -n shop --image i --package p",
                "app create other -n shop --image i --replicas 0",
                "app create other -n shop --image i -e hush",
                "app create other -n shop --image i --param hush",
                "app create other -n shop --image i --param timezone=hush",
                "app create other -n shop --image i --param AutoConfig=hush",
                "app list --limit 0",
                "app list --output table --quiet",
                "app list --query [",
                "app list -n nowhere",
                "slb bind web",
                "slb bind web --internet 80",
                "slb bind web --internet 80:8080/udp",
                "slb bind web --internet 443:8080/https",
                "slb unbind web",
                "slb unbind web --internet",
                "order show nothing",
                "instance list nobody",
                "ns show cn-hangzhou:nowhere",
                "app show shop/web -n shop",
                "app show 00000000-0000-4000-8000-000000000000 -n nowhere",
                "app show 00000000-0000-4000-8000-000000000000 -n shop",
                "app list --limit -1",
                "order show",
                "order show nothing -n shop",
                "app show nobody",
                "app restart nobody",
                "app history nobody",
                "order list nobody",
                "slb show nobody",
                "ns create shop:Shop!",
                "ns delete cn-hangzhou:shop --yes",
            ])
            .await
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_query_is_refused_before_anything_is_sent() {
    let program = Program::start().await.with_application().await;
    program.control().forget_requests();
    for command in [
        "app create other -n shop --image repo/web:1",
        "app start web",
        "app stop web",
        "app restart web",
        "app scale web 3",
        "app resize web --cpu 2000 --memory 4096",
        "app delete web --yes",
        "deploy --app web --image repo/web:2",
        "slb bind web --internet 80:8080",
        "slb unbind web --internet --yes",
        "order watch --app web",
        "order confirm --app web",
        "order abort --app web --yes",
        "order rollback --app web --yes",
        "ns create cn-hangzhou:test",
        "ns delete shop --yes",
    ] {
        for (query, reason) in [("[", "Parse error"), ("[a, {b: !sorted(@)}]", "no function \"sorted\"")] {
            let arguments: Vec<_> = command.split(' ').chain(["--query", query]).collect();
            let ended = program.run(&arguments).await;
            assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{command}: {}", ended.stderr);
            assert!(ended.stderr.contains(reason), "{command}: {}", ended.stderr);
        }
    }
    assert_eq!(program.control().requests().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn change_orders_and_instances_are_found_by_the_application() {
    let program = Program::start().await.with_application().await;
    let order = program.must(&["order", "list", "web", "-q"]).await;
    let shown = program.must(&["order", "show", order.trim(), "--query", "[CoTypeCode, Status]"]).await;
    assert_eq!(shown, "CoCreateApp\n2\n");
    let started = program.must(&["app", "restart", "web"]).await;
    let orders = program.must(&["app", "history", "web", "-q"]).await;
    assert_eq!(orders, format!("{started}{order}"), "newest first");
    let instances = program.must(&["instance", "list", "web", "--output", "json"]).await;
    let instances: serde_json::Value = serde_json::from_str(&instances).expect("JSON");
    assert_eq!(instances.as_array().map(Vec::len), Some(2), "{instances}");
    let table = program.must(&["instance", "ls", "web", "-n", "shop", "--limit", "1"]).await;
    let [titles, instance] = table.lines().collect::<Vec<_>>()[..] else { panic!("{table}") };
    assert!(titles.starts_with("INSTANCE ") && instance.contains("repo/web:1"), "{table}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_two_applications_have_needs_its_namespace() {
    let program = Program::start().await.with_application().await;
    program.must(&["ns", "create", "cn-hangzhou:test"]).await;
    program.must(&["app", "create", "web", "-n", "test", "--image", "repo/web:1"]).await;
    let ended = program.run(&["app", "stop", "web"]).await;
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.contains("cn-hangzhou:shop/web") && ended.stderr.contains("cn-hangzhou:test/web"));
    for arguments in [&["app", "stop", "web", "-n", "test"][..], &["app", "stop", "cn-hangzhou:shop/web"]] {
        program.must(arguments).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_creation_is_printed_in_one_form_however_long_it_is_waited_for() {
    let program = Program::start().await;
    program.must(&["ns", "create", "cn-hangzhou:shop"]).await;
    for (name, more) in [("waited", ""), ("left", " --no-wait"), ("idle", " --no-deploy")] {
        let command =
            format!("app create {name} -n shop --image repo/web:1{more} --query [AppId,ChangeOrderId]");
        let told = program.must(&command.split(' ').collect::<Vec<_>>()).await;
        let listed = program.must(&["app", "list", "-q", "--name", name]).await;
        let [app, order] = told.lines().collect::<Vec<_>>()[..] else { panic!("{name}: {told}") };
        assert_eq!(app, listed.trim(), "{name}");
        assert_eq!(order.len(), if name == "idle" { 0 } else { 36 }, "{name}: {order}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_package_has_a_version_and_a_jdk() {
    let program = Program::start().await;
    program.must(&["ns", "create", "cn-hangzhou:shop"]).await;
    let create = ["app", "create", "web", "-n", "shop", "--package", "https://host/web.jar"];
    let ended = program.run(&create).await;
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.contains("--package-version") && ended.stderr.contains("--jdk"), "{}", ended.stderr);
    let all = [&create[..], &["--package-version", "1", "--jdk", "Open JDK 8"]].concat();
    program.must(&all).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn namespaces_are_printed_in_every_form() {
    let program = Program::start().await;
    golden!(
        program
            .session(&[
                "ns create cn-hangzhou:shop --output json",
                "ns create test",
                "ns create test --region cn-shanghai --query NamespaceId",
                "ns show cn-hangzhou --output json",
                "ns delete cn-shanghai:test --yes --output yaml",
                "ns create cn-hangzhou:shop",
                "ns delete nowhere --yes",
                "ns list --output toml",
            ])
            .await
    );
    let program = program.with("ALIBABA_CLOUD_REGION_ID", "");
    let ended = program.run(&["ns", "create", "other"]).await;
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.contains("REGION:NAME"), "{}", ended.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_any_text() {
    let program = Program::start().await;
    program.must(&["ns", "create", "cn-hangzhou:shop", "--name", "商店"]).await;
    assert!(program.must(&["ns", "list"]).await.contains("商店"));
    program.must(&["app", "create", "web", "-n", "商店", "--image", "仓库/web:1"]).await;
    let listed = program.must(&["app", "list", "-n", "商店", "--output", "json"]).await;
    assert!(listed.contains(r#""ImageUrl": "仓库/web:1""#), "{listed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_times_out_with_the_command_to_continue() {
    let program = Program::at(Pace::instant().start(Duration::from_mins(10))).await;
    program.must(&["ns", "create", "cn-hangzhou:shop"]).await;
    let ended = program
        .run(&["app", "create", "web", "-n", "shop", "--image", "repo/web:1", "--wait-timeout", "0.2"])
        .await;
    assert_eq!(ended.code, 8, "{}", ended.stderr);
    assert!(ended.stderr.contains("waiting timed out after 0:0"), "{}", ended.stderr);
    assert!(ended.stderr.contains("to keep watching: sae order watch "), "{}", ended.stderr);
    let accepted = program.run(&["app", "show", "web", "--query", "Status.LastChangeOrderRunning"]).await;
    assert_eq!(accepted.stdout.trim(), "true", "the change order goes on: {}", accepted.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_may_have_been_accepted_has_an_exit_code_of_its_own() {
    let server = Canned::start(vec![Step::Hangup]).await;
    let program = Program::without_server(server.endpoint());
    let ended = program.run(&["app", "restart", "00000000-0000-4000-8000-000000000000"]).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (4, ""), "{}", ended.stderr);
    assert!(ended.stderr.contains("outcome unknown"), "{}", ended.stderr);
    assert_eq!(server.requests().len(), 1, "a write is not sent again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_fails_says_why_and_has_an_exit_code_of_its_own() {
    let program = Program::start().await.with_application().await;
    program.control().fault(Fault::on("RestartApplication").never_ready()).expect("a fault");
    let ended = program.run(&["app", "restart", "web"]).await;
    assert_eq!(ended.code, 5, "{}", ended.stderr);
    assert!(
        ended.stderr.contains(ended.stdout.trim()),
        "the change order is printed once it is accepted: {}",
        ended.stdout
    );
    assert!(
        ended.stderr.contains("cause: ") && ended.stderr.contains("sae order rollback "),
        "{}",
        ended.stderr
    );
}
