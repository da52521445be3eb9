//! What users are promised, each promise against the real local server and its own faults.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use sae::change_order::{Finished, Outcome, Snapshot};
use sae::credentials::{CredentialsFuture, ProvideCredentials, Refreshing};
use sae::model::{
    ChangeOrderType, CreateApplication, CreateNamespace, DeployApplication, DescribeNamespace,
    ListApplications, ListChangeOrders, PackageType, error_code,
};
use sae::{Client, Credentials, Error};
use sae_local::{Fault, LocalSae, Pace, Seed};

use crate::world::{NAMESPACE, World, builder, ms};

/// A client without anything between it and the server, which may take a moment for what it does.
fn client(world: &World) -> Client {
    builder().endpoint(world.server.endpoint()).build().expect("a client")
}

async fn deployments(client: &Client, app: &str) -> usize {
    let orders = client.items(ListChangeOrders::new(app)).all().await.expect("a list");
    orders.iter().filter(|order| order.co_type_code == Some(ChangeOrderType::Deploy)).count()
}

#[tokio::test]
async fn two_hundred_and_fifty_seven_applications_are_listed_as_such() {
    let server = LocalSae::builder().pace(Pace::instant()).start().await.expect("a server");
    let mut seed = Seed::new().call(&CreateNamespace::new("Test").namespace_id(NAMESPACE));
    for number in 0..257 {
        seed = seed.call(
            &CreateApplication::new(format!("app-{number}"), PackageType::Image, 1)
                .namespace_id(NAMESPACE)
                .image_url("repo/app:1")
                .cpu(500)
                .memory(1024)
                .deploy(false),
        );
    }
    server.control().seed(&seed).await.expect("they are created");
    let client = builder().endpoint(server.endpoint()).build().expect("a client");
    let mut names: Vec<_> = client
        .items(ListApplications::new().page_size(20))
        .all()
        .await
        .expect("a list")
        .into_iter()
        .filter_map(|application| application.app_name)
        .collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 257);
    let calls = server.control().requests();
    let pages = calls.iter().filter(|served| served.operation == Some("ListApplications")).count();
    assert_eq!(pages, 13);
}

/// Gives the key of the local server for an hour, and counts how often.
#[derive(Clone, Debug, Default)]
struct Counted(Arc<AtomicUsize>);

impl ProvideCredentials for Counted {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async {
            self.0.fetch_add(1, Ordering::SeqCst);
            // The others get their chance to ask as well.
            tokio::task::yield_now().await;
            let end = SystemTime::now() + Duration::from_secs(60 * 60);
            Ok(Credentials::new("local", "local-secret").with_expiration(end))
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_tasks_share_a_client_and_one_refresh_of_its_credentials() {
    let world = World::new().await;
    let counted = Counted::default();
    let client = Client::builder()
        .credentials_provider(Refreshing::new(counted.clone()))
        .endpoint(world.server.endpoint())
        .build()
        .expect("a client");
    let tasks: Vec<_> = (0..200)
        .map(|number| {
            let client = client.clone();
            tokio::spawn(async move {
                let id = format!("cn-hangzhou:n{number}");
                client.send(CreateNamespace::new(format!("N{number}")).namespace_id(&id)).await?;
                let read = client.send(DescribeNamespace::new().namespace_id(&id)).await?.into_data()?;
                Ok::<_, Error>(read.namespace_name == Some(format!("N{number}")))
            })
        })
        .collect();
    for task in tasks {
        assert!(task.await.expect("no task panicked").expect("both calls are answered"), "its own answer");
    }
    assert_eq!(counted.0.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_deployment_whose_connection_is_cut_after_it_was_accepted_is_one_change_order() {
    let world = World::new().await;
    let app = world.application().await;
    let client = client(&world);
    let control = world.server.control();
    control.fault(Fault::on("DeployApplication").times(1).drop_after()).expect("a fault");
    let order =
        client.deploy(DeployApplication::new(&app).image_url("repo/app:2")).await.expect("it is found");
    order.wait().poll(ms(2)).await.expect("an end").success().expect("it succeeds");
    assert_eq!(deployments(&client, &app).await, 1);
}

#[tokio::test]
async fn a_deployment_whose_connection_is_cut_before_is_one_change_order_too() {
    let world = World::new().await;
    let app = world.application().await;
    let client = client(&world);
    let control = world.server.control();
    control.fault(Fault::on("DeployApplication").times(2).drop_before()).expect("a fault");
    let deploy = client.deploy(DeployApplication::new(&app).image_url("repo/app:2"));
    let order = deploy.settle(ms(20)).poll(ms(2)).await.expect("it is deployed");
    order.wait().poll(ms(2)).await.expect("an end").success().expect("it succeeds");
    assert_eq!(deployments(&client, &app).await, 1);
}

/// What becomes of a deployment whose batch waits so long for instances that don't start.
async fn failing(fault: Fault, patience: Duration) -> (Finished, Vec<String>) {
    let pace = Pace::brisk().prepare(ms(1)).start(ms(5)).stop(ms(5)).patience(patience).batch_wait(ms(1));
    let world = World::with(pace).await;
    let app = world.application().await;
    let client = client(&world);
    world.server.control().fault(fault).expect("a fault");
    let order = client.deploy(DeployApplication::new(&app).image_url("repo/app:2")).await.expect("an order");
    let (shown, seen) = std::sync::mpsc::channel();
    let show = move |snapshot: &Snapshot| shown.send(snapshot.to_string()).expect("somebody looks");
    let wait = order.wait().poll(ms(2)).patience(ms(50));
    let finished = wait.watch(show).await.expect("an end");
    (finished, seen.into_iter().collect())
}

#[tokio::test]
async fn an_image_that_cannot_be_pulled_is_the_diagnosis() {
    let (finished, seen) = failing(Fault::on("DeployApplication").image_pull_failure(), Duration::ZERO).await;
    assert_eq!(finished.outcome, Outcome::Failed);
    assert_eq!(finished.outcome.exit_code(), 5);
    let text = finished.to_string();
    assert!(text.starts_with("change order ") && text.contains(" failed\n"), "{text}");
    assert!(text.contains("cause: ") && text.contains("repo/app:2"), "{text}");
    assert!(seen.last().is_some_and(|last| last.starts_with("failed, ")), "{seen:?}");
}

#[tokio::test]
async fn a_failure_is_not_blamed_on_what_came_later() {
    let pace =
        Pace::brisk().prepare(ms(1)).start(ms(5)).stop(ms(5)).patience(Duration::ZERO).batch_wait(ms(1));
    let world = World::with(pace).await;
    let app = world.application().await;
    let (client, control) = (client(&world), world.server.control());
    let mut orders = Vec::new();
    for image in ["repo/app:bad", "repo/app:worse"] {
        control.fault(Fault::on("DeployApplication").times(1).image_pull_failure()).expect("a fault");
        let order = client.deploy(DeployApplication::new(&app).image_url(image)).await.expect("an order");
        order.wait().poll(ms(2)).await.expect("an end").success().expect_err("it fails");
        // Events tell seconds.
        control.advance(Duration::from_secs(5));
        orders.push(order);
    }
    let [first, second] = &orders[..] else { panic!("two orders") };
    let diagnosis = first.wait().await.expect("an end").success().expect_err("it failed").to_string();
    assert!(!diagnosis.contains("worse"), "{diagnosis}");
    assert!(diagnosis.contains(&format!("Change order {} failed", first.id())), "{diagnosis}");
    assert!(!diagnosis.contains(&format!("Change order {} failed", second.id())), "{diagnosis}");
    let later = format!("instances: they are those of change order {}, which came later", second.id());
    assert!(diagnosis.contains(&later), "{diagnosis}");
}

#[tokio::test]
async fn two_failures_in_one_second_are_told_apart() {
    let world = World::with(Pace::instant()).await;
    let app = world.application().await;
    let (client, control) = (client(&world), world.server.control());
    // Events tell seconds, and the clock of the service stands still.
    control.freeze();
    let mut told = Vec::new();
    for image in ["repo/app:bad", "repo/app:worse"] {
        control.fault(Fault::on("DeployApplication").times(1).image_pull_failure()).expect("a fault");
        let order = client.deploy(DeployApplication::new(&app).image_url(image)).await.expect("an order");
        let diagnosis = order.wait().await.expect("an end").success().expect_err("it fails");
        assert!(diagnosis.events.iter().any(|it| it.object_name.as_deref() != Some("app")), "{diagnosis}");
        told.push(diagnosis);
    }
    for (own, other, image) in [(0, 1, ":worse"), (1, 0, ":bad")] {
        let text = told[own].to_string();
        assert!(!text.contains(&told[other].change_order_id) && !text.contains(image), "{text}");
    }
}

#[tokio::test]
async fn instances_that_never_become_ready_are_the_diagnosis() {
    let (finished, seen) = failing(Fault::on("DeployApplication").never_ready(), Duration::ZERO).await;
    assert_eq!(finished.outcome, Outcome::Failed);
    let diagnosis = finished.diagnosis.expect("there is one");
    assert!(!diagnosis.causes.is_empty(), "{diagnosis}");
    assert!(!diagnosis.instances.is_empty(), "{diagnosis}");
    assert!(seen.first().is_some_and(|first| first.contains("0 of ")), "{seen:?}");
}

#[tokio::test]
async fn a_rollout_in_trouble_is_told_before_the_service_gives_up() {
    let fault = Fault::on("DeployApplication").image_pull_failure();
    let (finished, _) = failing(fault, Duration::from_hours(1)).await;
    assert_eq!(finished.outcome, Outcome::Stuck);
    assert_eq!(finished.outcome.exit_code(), 5);
    let text = finished.to_string();
    assert!(text.contains("cause: ") && text.contains("repo/app:2"), "{text}");
}

#[tokio::test]
async fn watching_shows_each_change_once_and_stops_where_a_person_has_to_act() {
    let world = World::new().await;
    let app = world.application().await;
    let strategy = sae::model::UpdateStrategy::batches(2).manual();
    let request = DeployApplication::new(&app).image_url("repo/app:2").update_strategy(strategy);
    let order = client(&world).deploy(request).await.expect("an order");
    let (shown, seen) = std::sync::mpsc::channel();
    let show = move |snapshot: &Snapshot| shown.send(snapshot.clone()).expect("somebody looks");
    let finished = order.wait().poll(ms(2)).watch(show).await.expect("an end");
    assert_eq!(finished.outcome, Outcome::WaitingForConfirmation);
    assert_eq!(finished.outcome.exit_code(), 7);
    let seen: Vec<_> = seen.into_iter().collect();
    assert!(seen.windows(2).all(|two| two[0] != two[1]));
    let last = seen.last().expect("at least one").to_string();
    assert!(last.starts_with("waits for a confirmation, "), "{last}");
}

#[tokio::test]
async fn what_is_slow_to_show_holds_up_no_end() {
    let world = World::new().await;
    let app = world.application().await;
    let client = client(&world);
    let order = client.deploy(DeployApplication::new(&app).image_url("repo/app:2")).await.expect("an order");
    order.wait().poll(ms(2)).await.expect("an end").success().expect("it succeeds");
    let slow = Fault::on("DescribeApplicationGroups").latency(Duration::from_hours(1));
    world.server.control().fault(slow).expect("a fault");
    let waiting =
        order.wait().timeout(ms(1)).watch(|_| panic!("there is nothing whole to show")).into_future();
    let finished = tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("it ends");
    assert!(finished.expect("an end").is_success());
}

#[tokio::test]
async fn a_code_is_compared_with_its_constant() {
    let world = World::new().await;
    let error = client(&world).send(DeployApplication::new("nothing")).await.expect_err("there is none");
    assert!(error.code() == Some(&error_code::INVALID_APPLICATION_NOT_FOUND), "{error}");
    assert!(error.is(&error_code::INVALID_APPLICATION_NOT_FOUND));
    assert!(!error.is(&error_code::APPLICATION_CHANGER_ORDER_RUNNING));
    assert_eq!(error.exit_code(), 3);
}
