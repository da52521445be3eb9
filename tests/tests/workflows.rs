//! What people do with an application, through the public client, against the local server over real HTTP: in JSON and in XML,
//! signed by both schemes.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where something is not as it must be")]

use std::time::Duration;

use sae::model::{
    AbortAndRollbackChangeOrder, AbortChangeOrder, ApplicationState, BatchReleaseType, BatchUpdate, BindSlb,
    ChangeOrder, ChangeOrderStatus, ConfirmPipelineBatch, CreateApplication, CreateNamespace,
    DeleteApplication, DeleteNamespace, DeployApplication, DescribeApplicationConfig,
    DescribeApplicationGroups, DescribeApplicationInstances, DescribeApplicationSlbs,
    DescribeApplicationStatus, DescribeChangeOrder, DescribeInstanceLog, DescribeNamespace,
    DescribeNamespaces, EnvVar, Instance, InstanceStatus, ListApplications, ListChangeOrders, PackageType,
    Probe, RescaleApplication, RescaleApplicationVertically, RestartApplication, SlbListener,
    SlbListenerPort, SlbProtocol, StartApplication, StopApplication, UnbindSlb, UpdateNamespace,
    UpdateStrategy, UpdateStrategyType, error_code,
};
use sae::transport::{HasData, Operation};
use sae::{Client, Credentials, Error, ErrorCode, Format, Scheme};
use sae_local::{LocalSae, Pace};

const NAMESPACE: &str = "cn-hangzhou:test";

/// A fast server with clients of every kind.
struct World {
    server: LocalSae,
}

impl World {
    async fn new() -> Self {
        let pace = Pace::brisk().prepare(ms(1)).start(ms(5)).stop(ms(5)).bind(ms(5)).batch_wait(ms(1));
        Self { server: LocalSae::builder().pace(pace).start().await.expect("a server") }
    }

    fn client(&self) -> Client {
        self.client_of(Format::Json, Scheme::Acs3)
    }

    fn client_of(&self, format: Format, scheme: Scheme) -> Client {
        Client::builder()
            .credentials(Credentials::new("local", "local-secret"))
            .endpoint(self.server.endpoint())
            .format(format)
            .signature(scheme)
            .build()
            .expect("a client")
    }

    /// An application of three instances that runs `repo/app:1`.
    async fn application(&self) -> String {
        let client = self.client();
        client.send(CreateNamespace::new("Test").namespace_id(NAMESPACE)).await.expect("a namespace");
        let created = data(&client, create().deploy(true)).await;
        let order = created.change_order_id.expect("it is deployed");
        assert_eq!(ended(&client, &order).await, ChangeOrderStatus::Succeeded);
        created.app_id.expect("an id")
    }
}

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn create() -> CreateApplication {
    CreateApplication::new("app", PackageType::Image, 3)
        .namespace_id(NAMESPACE)
        .image_url("repo/app:1")
        .cpu(1000)
        .memory(2048)
        .envs([EnvVar::new("GREETING").value("hello & <good> day")])
}

/// Deploys an image in batches, each of which waits for a confirmation. Returns the identifier of the change order.
async fn deploy_in_batches(client: &Client, app: &str, image: &str, count: i64) -> String {
    let strategy = UpdateStrategy::new()
        .r#type(UpdateStrategyType::BatchUpdate)
        .batch_update(BatchUpdate::new(count).release_type(BatchReleaseType::Manual));
    let deploy = DeployApplication::new(app).image_url(image).update_strategy(strategy);
    data(client, deploy).await.change_order_id.expect("an id")
}

/// Sends a request and returns the data of its answer.
async fn data<O>(client: &Client, request: O) -> <O::Output as HasData>::Data
where
    O: Operation,
    O::Output: HasData,
{
    client.send(request).await.expect("it is accepted").into_data().expect("Data")
}

async fn order(client: &Client, id: &str) -> ChangeOrder {
    data(client, DescribeChangeOrder::new(id)).await
}

/// Waits until the change order is over or waits for a person.
async fn ended(client: &Client, id: &str) -> ChangeOrderStatus {
    for _ in 0..2000 {
        match order(client, id).await.status.expect("a status") {
            ChangeOrderStatus::Preparing
            | ChangeOrderStatus::Running
            | ChangeOrderStatus::WaitingForNextBatch => {
                tokio::time::sleep(ms(2)).await;
            }
            status => return status,
        }
    }
    panic!("change order {id} does not end");
}

async fn instances(client: &Client, app: &str) -> Vec<Instance> {
    let groups = data(client, DescribeApplicationGroups::new(app)).await;
    let group = groups.into_iter().next().and_then(|group| group.group_id).expect("a group");
    let request = DescribeApplicationInstances::new(app, group).current_page(1).page_size(50);
    data(client, request).await.instances
}

/// How many instances run this image.
async fn running(client: &Client, app: &str, image: &str) -> usize {
    let runs = |instance: &&Instance| {
        instance.instance_container_status == Some(InstanceStatus::Running)
            && instance.image_url.as_deref() == Some(image)
    };
    instances(client, app).await.iter().filter(runs).count()
}

#[track_caller]
fn refused<T>(result: Result<T, Error>, code: &ErrorCode) {
    match result {
        Err(error) if error.is(code) => {}
        Err(error) => panic!("expected {code}: {error}"),
        Ok(_) => panic!("expected {code}, and it was accepted"),
    }
}

#[tokio::test]
async fn namespaces_are_created_listed_changed_and_deleted() {
    let world = World::new().await;
    for (format, scheme) in [(Format::Json, Scheme::Roa), (Format::Xml, Scheme::Acs3)] {
        let client = world.client_of(format, scheme);
        let create =
            CreateNamespace::new("Test").namespace_id(NAMESPACE).namespace_description("a <test> & more");
        client.send(create.clone()).await.expect("it is new");
        refused(client.send(create).await, &error_code::INSTANCE_EXIST_NAMESPACE_ID);
        let update = UpdateNamespace::new("Renamed").namespace_id(NAMESPACE);
        client.send(update).await.expect("it exists");
        let one = client.send(DescribeNamespace::new().namespace_id(NAMESPACE)).await.expect("it exists");
        assert_eq!(one.data().expect("Data").namespace_name.as_deref(), Some("Renamed"));
        let all = data(&client, DescribeNamespaces::new(1, 10)).await;
        assert!(all.namespaces.iter().any(|namespace| namespace.namespace_id.as_deref() == Some(NAMESPACE)));
        client.send(DeleteNamespace::new().namespace_id(NAMESPACE)).await.expect("it is empty");
        refused(
            client.send(DeleteNamespace::new().namespace_id(NAMESPACE)).await,
            &error_code::INVALID_NAMESPACE_ID_NOT_FOUND,
        );
    }
}

#[tokio::test]
async fn the_default_namespace_is_listed_and_neither_looked_up_nor_changed() {
    let world = World::new().await;
    let client = world.client_of(Format::Json, Scheme::Roa);
    let all = data(&client, DescribeNamespaces::new(1, 10)).await;
    let default =
        all.namespaces.into_iter().find_map(|namespace| namespace.namespace_id).expect("it is there");
    let missing = &error_code::INVALID_NAMESPACE_ID_NOT_FOUND;
    refused(client.send(DescribeNamespace::new().namespace_id(default.as_str())).await, missing);
    refused(client.send(UpdateNamespace::new("Mine").namespace_id(default.as_str())).await, missing);
}

#[tokio::test]
async fn what_was_configured_is_described_in_json_and_in_xml() {
    let world = World::new().await;
    let app = world.application().await;
    let probe = Probe::new().initial_delay_seconds(10).timeout_seconds(3);
    let deploy = DeployApplication::new(app.as_str())
        .liveness(probe.clone())
        .command("sleep")
        .command_args(["1d".to_owned()]);
    let deployed = data(&world.client(), deploy).await;
    ended(&world.client(), &deployed.change_order_id.expect("an order")).await;

    let json = world.client_of(Format::Json, Scheme::Acs3);
    let json = json.send(DescribeApplicationConfig::new(app.as_str())).await.expect("a configuration");
    let xml = world.client_of(Format::Xml, Scheme::Roa);
    let xml = xml.send(DescribeApplicationConfig::new(app.as_str())).await.expect("a configuration");
    assert!(json.answer.body.starts_with(b"{") && xml.answer.body.starts_with(b"<"));
    assert_eq!(json.data().expect("Data"), xml.data().expect("Data"));

    let config = json.into_data().expect("Data");
    let envs = config.envs.expect("they were set");
    assert_eq!(
        envs.value(),
        Some(&vec![EnvVar::new("GREETING").value("hello & <good> day")]),
        "an earlier setting stays"
    );
    assert_eq!(config.liveness.and_then(sae::Json::into_value), Some(probe));
    assert_eq!((config.cpu, config.memory, config.replicas), (Some(1000), Some(2048), Some(3)));
    assert_eq!(config.command.as_deref(), Some("sleep"));
}

#[tokio::test]
async fn a_deployment_replaces_the_instances_batch_by_batch_when_confirmed() {
    let world = World::new().await;
    let (client, app) = (world.client(), world.application().await);
    let before: Vec<_> =
        instances(&client, &app).await.into_iter().filter_map(|instance| instance.instance_id).collect();
    let id = deploy_in_batches(&client, &app, "repo/app:2", 3).await;
    for done in 1..3 {
        assert_eq!(ended(&client, &id).await, ChangeOrderStatus::WaitingForConfirmation);
        assert_eq!(running(&client, &app, "repo/app:2").await, done);
        let waiting = order(&client, &id).await;
        assert_eq!(waiting.batch_count, Some(3));
        let pipeline = waiting.current_pipeline_id.expect("a pipeline");
        client.send(ConfirmPipelineBatch::new(true, pipeline)).await.expect("it waits");
    }
    assert_eq!(ended(&client, &id).await, ChangeOrderStatus::Succeeded);
    assert_eq!(running(&client, &app, "repo/app:2").await, 3);
    assert_eq!(running(&client, &app, "repo/app:1").await, 0);
    let after = instances(&client, &app).await;
    assert!(after.iter().all(|instance| !before.contains(instance.instance_id.as_ref().expect("an id"))));
}

#[tokio::test]
async fn a_rollback_restores_configuration_and_instances() {
    let world = World::new().await;
    let (client, app) = (world.client(), world.application().await);
    let id = deploy_in_batches(&client, &app, "repo/app:bad", 2).await;
    assert_eq!(ended(&client, &id).await, ChangeOrderStatus::WaitingForConfirmation);
    client.send(AbortAndRollbackChangeOrder::new(id.as_str())).await.expect("it runs");
    assert_eq!(ended(&client, &id).await, ChangeOrderStatus::Aborted);
    let status = data(&client, DescribeApplicationStatus::new(app.as_str())).await;
    let rollback = status.last_change_order_id.expect("the rollback is a change order");
    assert_ne!(rollback, id);
    assert_eq!(ended(&client, &rollback).await, ChangeOrderStatus::Succeeded);
    assert_eq!(running(&client, &app, "repo/app:1").await, 3);
    let config = data(&client, DescribeApplicationConfig::new(app)).await;
    assert_eq!(config.image_url.as_deref(), Some("repo/app:1"));
}

#[tokio::test]
async fn one_change_order_at_a_time() {
    let world = World::new().await;
    let (client, app) = (world.client(), world.application().await);
    let id = deploy_in_batches(&client, &app, "repo/app:2", 2).await;
    let busy = &error_code::APPLICATION_CHANGER_ORDER_RUNNING;
    refused(client.send(RestartApplication::new(app.as_str())).await, busy);
    refused(client.send(RescaleApplication::new(app.as_str(), 5)).await, busy);
    refused(client.send(StopApplication::new(app.as_str())).await, busy);
    refused(client.send(DeleteApplication::new(app.as_str())).await, busy);
    client.send(AbortChangeOrder::new(id.as_str())).await.expect("it runs");
    assert_eq!(ended(&client, &id).await, ChangeOrderStatus::Aborted);
    client.send(RestartApplication::new(app.as_str())).await.expect("nothing runs any more");
}

#[tokio::test]
async fn an_application_is_scaled_stopped_started_resized_and_deleted() {
    let world = World::new().await;
    let (client, app) = (world.client(), world.application().await);
    let done = async |id: Option<String>| {
        let id = id.expect("a change order");
        assert_eq!(ended(&client, &id).await, ChangeOrderStatus::Succeeded);
    };
    let scaled = data(&client, RescaleApplication::new(app.as_str(), 5)).await;
    done(scaled.change_order_id).await;
    assert_eq!(running(&client, &app, "repo/app:1").await, 5);
    let stopped = data(&client, StopApplication::new(app.as_str())).await;
    done(stopped.change_order_id).await;
    assert_eq!(running(&client, &app, "repo/app:1").await, 0);
    let status = data(&client, DescribeApplicationStatus::new(app.as_str())).await;
    assert_eq!(status.current_status, Some(ApplicationState::Stopped));
    let started = data(&client, StartApplication::new(app.as_str())).await;
    done(started.change_order_id).await;
    let resize = RescaleApplicationVertically::new(app.as_str(), "2000", "4096");
    let resized = data(&client, resize).await;
    done(resized.change_order_id).await;
    let config = client.send(DescribeApplicationConfig::new(app.as_str())).await.expect("a configuration");
    assert_eq!(config.data().expect("Data").cpu, Some(2000));
    assert_eq!(running(&client, &app, "repo/app:1").await, 5);

    let refusal = RescaleApplicationVertically::new(app.as_str(), "1", "1");
    refused(client.send(refusal).await, &error_code::INVALID_INSTANCE_SPECIFICATION_UNSUPPORTED);
    refused(
        client.send(DeleteNamespace::new().namespace_id(NAMESPACE)).await,
        &error_code::NAMESPACE_APP_EXISTS,
    );
    let history = data(&client, ListChangeOrders::new(app.as_str())).await;
    assert_eq!(history.total_size, Some(5));
    client.send(DeleteApplication::new(app.as_str())).await.expect("it runs");
    for _ in 0..500 {
        if data(&client, ListApplications::new()).await.applications.is_empty() {
            client.send(DeleteNamespace::new().namespace_id(NAMESPACE)).await.expect("it is empty");
            return;
        }
        tokio::time::sleep(ms(2)).await;
    }
    panic!("the application is still listed");
}

#[tokio::test]
async fn a_load_balancer_is_bound_and_unbound() {
    let world = World::new().await;
    let (client, app) = (world.client(), world.application().await);
    let udp = BindSlb::new(app.as_str()).internet([SlbListenerPort::new(80, 8080, "UDP")]);
    refused(client.send(udp).await, &error_code::INVALID_PARAMETER_PROTOCOL_NOT_SUPPORT);
    let bind = BindSlb::new(app.as_str()).internet([
        SlbListenerPort::new(80, 8080, SlbProtocol::Tcp),
        SlbListenerPort::new(81, 8081, SlbProtocol::Http),
        SlbListenerPort::new(443, 8443, SlbProtocol::Https).https_cert_id("1_cn"),
    ]);
    let bound = data(&client, bind).await;
    ended(&client, &bound.change_order_id.expect("an order")).await;
    let slbs = data(&client, DescribeApplicationSlbs::new(app.as_str())).await;
    assert!(slbs.internet_ip.is_some());
    let open = |listener: &SlbListener| {
        let protocol = listener.protocol.as_ref().map(|protocol| protocol.as_str().to_owned());
        (listener.port, listener.target_port, protocol, listener.https_cert_id.clone())
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        slbs.internet.iter().map(open).collect::<Vec<_>>(),
        [
            (Some(80), Some(8080), text("TCP"), None),
            (Some(81), Some(8081), text("HTTP"), None),
            (Some(443), Some(8443), text("HTTPS"), text("1_cn")),
        ]
    );
    let unbound = data(&client, UnbindSlb::new(app.as_str()).internet(true)).await;
    ended(&client, &unbound.change_order_id.expect("an order")).await;
    let slbs = data(&client, DescribeApplicationSlbs::new(app)).await;
    assert!(slbs.internet.is_empty() && slbs.internet_ip.is_none());
}

#[tokio::test]
async fn an_instance_logs_its_life() {
    let world = World::new().await;
    let (client, app) = (world.client(), world.application().await);
    let instance = instances(&client, &app)
        .await
        .into_iter()
        .find_map(|instance| instance.instance_id)
        .expect("an instance");
    let log = data(&client, DescribeInstanceLog::new(instance)).await;
    assert!(log.contains("repo/app:1"), "{log}");
}

#[tokio::test]
async fn what_does_not_exist_is_refused_as_documented() {
    let world = World::new().await;
    let client = world.client();
    let missing = &error_code::INVALID_APPLICATION_NOT_FOUND;
    refused(client.send(DescribeApplicationStatus::new("nobody")).await, missing);
    refused(client.send(DeployApplication::new("nobody")).await, missing);
    refused(
        client.send(DescribeChangeOrder::new("nobody")).await,
        &error_code::INVALID_CHANGE_ORDER_NOT_FOUND,
    );
    refused(client.send(create()).await, &error_code::INVALID_NAMESPACE_ID_NOT_FOUND);
}

#[tokio::test]
async fn tenants_do_not_see_each_other() {
    let server = LocalSae::builder()
        .access_key("a", "secret-a")
        .access_key("b", "secret-b")
        .start()
        .await
        .expect("a server");
    let client = |id: &str, secret: &str| {
        Client::builder()
            .credentials(Credentials::new(id, secret))
            .endpoint(server.endpoint())
            .build()
            .expect("a client")
    };
    let (a, b) = (client("a", "secret-a"), client("b", "secret-b"));
    a.send(CreateNamespace::new("Test").namespace_id(NAMESPACE)).await.expect("it is new");
    refused(
        b.send(DescribeNamespace::new().namespace_id(NAMESPACE)).await,
        &error_code::INVALID_NAMESPACE_ID_NOT_FOUND,
    );
    refused(
        client("c", "x").send(ListApplications::new()).await,
        &error_code::INVALID_ACCESS_KEY_ID_NOT_FOUND,
    );
}

#[tokio::test]
async fn a_structure_that_is_none_is_refused_by_name() {
    let world = World::new().await;
    let (client, app) = (world.client(), world.application().await);
    for request in [
        DeployApplication::new(app.as_str()).mount_desc(sae::Json::raw("[[1]]")),
        DeployApplication::new(app.as_str()).sls_configs(sae::Json::raw("no JSON")),
        DeployApplication::new(app.as_str()).envs(sae::Json::raw("{")),
    ] {
        refused(client.send(request).await, &error_code::INVALID_PARAMETER_OBVIOUSLY);
    }
}
