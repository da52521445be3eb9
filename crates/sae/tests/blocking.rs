//! The client for programs that are not async.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

use std::time::Duration;

use sae::blocking::{ChangeOrder, Client};
use sae::change_order::Outcome;
use sae::model::{
    CreateApplication, CreateNamespace, DeployApplication, DescribeNamespace, DescribeNamespaces,
    DescribeRegions, PackageType, UpdateStrategy,
};
use sae::testing::Fake;
use sae::{Builder, Credentials, Error, ErrorKind};
use sae_local::{Fault, LocalSae, Pace};

/// A local server on a thread of its own, for as long as the work takes.
fn with_server(work: impl FnOnce(Builder)) {
    with_failing(LocalSae::builder().pace(Pace::instant()), None, work);
}

/// The same with a fault.
fn with_failing(local: sae_local::Builder, fault: Option<Fault>, work: impl FnOnce(Builder)) {
    let (ready, address) = std::sync::mpsc::channel();
    let (done, ended) = tokio::sync::oneshot::channel::<()>();
    let server = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let server = local.start().await.expect("a server");
            if let Some(fault) = fault {
                server.control().fault(fault).expect("a fault");
            }
            ready.send(server.endpoint().clone()).expect("somebody waits");
            // Either way the work is over.
            let _ = ended.await;
            server.stop().await;
        });
    });
    let endpoint = address.recv().expect("the server starts");
    work(sae::Client::builder().credentials(Credentials::new("local", "local-secret")).endpoint(endpoint));
    drop(done);
    server.join().expect("the server ends");
}

#[test]
fn calls_go_to_a_real_server_and_return_with_their_answers() {
    with_server(|configuration| {
        let client = Client::new(configuration).expect("a client");
        client.send(CreateNamespace::new("Shop").namespace_id("cn-hangzhou:shop")).expect("a namespace");
        let reply =
            client.send(DescribeNamespace::new().namespace_id("cn-hangzhou:shop")).expect("it is there");
        assert_eq!(reply.data().expect("Data").namespace_name.as_deref(), Some("Shop"));
        let error =
            client.send(DescribeNamespace::new().namespace_id("cn-hangzhou:none")).expect_err("nothing");
        assert!(error.is_not_found(), "{error}");
    });
}

#[test]
fn lists_are_iterators() {
    with_server(|configuration| {
        let client = Client::new(configuration).expect("a client");
        for number in 0..5 {
            let create =
                CreateNamespace::new(format!("N{number}")).namespace_id(format!("cn-hangzhou:n{number}"));
            client.send(create).expect("a namespace");
        }
        let list = || DescribeNamespaces::new(1, 2);
        let all = client.items(list()).all().expect("a list");
        let items: Vec<_> = client.items(list()).map(|item| item.expect("an item")).collect();
        assert_eq!(items, all);
        assert!(all.len() > 5);
        let pages: Vec<_> = client.pages(list()).map(|page| page.expect("a page")).collect();
        assert_eq!(pages.len(), all.len().div_ceil(2));
        let found = client.resolve_namespace("N3").expect("it is there");
        assert_eq!(found.namespace_id.as_deref(), Some("cn-hangzhou:n3"));
    });
}

/// Creates the application `shop` and waits until it runs.
fn create_shop(client: &Client) -> ChangeOrder {
    client.send(CreateNamespace::new("Shop").namespace_id("cn-hangzhou:shop")).expect("a namespace");
    let create = CreateApplication::new("shop", PackageType::Image, 2)
        .namespace_id("cn-hangzhou:shop")
        .image_url("repo/shop:1")
        .cpu(1000)
        .memory(2048);
    let created = client.submit(create).expect("an application");
    created.wait().expect("an end").success().expect("it runs");
    created
}

#[test]
fn a_deployment_is_followed_and_steered() {
    with_server(|configuration| {
        let client = Client::new(configuration).expect("a client");
        let created = create_shop(&client);
        let app = client.resolve_application("shop").expect("it is there").app_id.expect("an identifier");
        assert_eq!(created.app_id(), Some(app.as_str()));

        let request = |image| {
            let manual = UpdateStrategy::batches(2).manual();
            DeployApplication::new(&app).image_url(image).update_strategy(manual)
        };
        let order = client.deploy(request("repo/shop:2")).expect("a change order");
        assert_eq!(order.wait().expect("a pause").outcome, Outcome::WaitingForConfirmation);
        order.confirm().expect("the first batch");
        let (shown, seen) = std::sync::mpsc::channel();
        let show = move |snapshot: &sae::change_order::Snapshot| {
            // Nobody may look any more.
            let _ = shown.send(snapshot.batches_done());
        };
        if order.watch(show).expect("a pause").outcome == Outcome::WaitingForConfirmation {
            order.confirm().expect("the second batch");
        }
        let mut follow = order.follow().with(|follow| follow.poll(Duration::from_millis(5)));
        assert!(follow.by_ref().all(|snapshot| snapshot.is_ok()));
        assert_eq!(follow.outcome(), Some(&Outcome::Succeeded));
        assert!(follow.finished().expect("outside").expect("an end").is_success());
        assert!(order.wait().expect("an end").is_success());
        assert!(seen.into_iter().count() > 0);

        let aborted = client.deploy(request("repo/shop:3")).expect("a change order");
        aborted.abort().expect("it waits");
        assert_eq!(client.change_order(aborted.id()).wait().expect("an end").outcome, Outcome::Aborted);
        let rolled_back = client.deploy(request("repo/shop:4")).expect("a change order");
        rolled_back.roll_back().expect("it waits");
        let finished = client.block_on(rolled_back.as_async().wait().poll(Duration::from_millis(5)));
        assert!(matches!(finished.expect("outside").expect("an end").outcome, Outcome::RolledBack { .. }));
        assert_eq!(
            rolled_back.read().expect("it is there").change_order_id.as_deref(),
            Some(rolled_back.id())
        );
    });
}

#[test]
fn patience_is_that_of_the_async_client_and_settable() {
    let ms = Duration::from_millis;
    // Instances that never become ready: abnormal for half a second, then the change order fails by itself.
    let pace = Pace::brisk().prepare(ms(1)).start(ms(5)).stop(ms(5)).batch_wait(ms(1)).patience(ms(500));
    let local = LocalSae::builder().pace(pace);
    with_failing(local, Some(Fault::on("DeployApplication").never_ready()), |configuration| {
        let client = Client::new(configuration).expect("a client");
        let created = create_shop(&client);
        let app = created.app_id().expect("an AppId");
        for (patience, outcome) in
            [(Some(ms(20)), Outcome::Stuck), (Some(ms(60_000)), Outcome::Failed), (None, Outcome::Failed)]
        {
            let deploy = client.deploy(DeployApplication::new(app).image_url("repo/shop:2"));
            let order = deploy.expect("a change order");
            let mut wait = order.as_async().wait().poll(ms(5));
            if let Some(patience) = patience {
                wait = wait.patience(patience);
            }
            let finished = client.block_on(wait).expect("outside").expect("an end");
            assert_eq!(finished.outcome, outcome, "{patience:?}: {finished}");
            // The next one may begin once this one is over.
            order.wait().expect("an end");
        }
    });
}

#[test]
fn clones_call_from_several_threads_at_once() {
    with_server(|configuration| {
        let client = Client::new(configuration).expect("a client");
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let client = client.clone();
                std::thread::spawn(move || {
                    (0..10).try_for_each(|_| client.send(DescribeRegions::new()).map(|_| ()))
                })
            })
            .collect();
        for thread in threads {
            thread.join().expect("it ends").expect("each call is answered");
        }
    });
}

#[test]
fn an_operation_that_is_learned_at_run_time_is_called_too() {
    let fake = Fake::new();
    fake.on::<DescribeRegions>().json(r#"{"Regions":{"Region":[{"RegionId":"cn-hangzhou"}]}}"#);
    let operations = sae::model::OPERATIONS.iter().copied().flatten();
    let registered =
        operations.into_iter().find(|one| one.description.name == "DescribeRegions").expect("it is there");
    let client = Client::new(fake.builder()).expect("a client");
    let reply = client.send_registered(registered, &*(registered.request)()).expect("it is answered");
    assert!(reply.to_json().contains("cn-hangzhou"));
}

#[test]
fn limits_of_time_hold() {
    let fake = Fake::new();
    fake.on::<DescribeRegions>().hang();
    let configuration = fake.builder().attempt_timeout(Duration::from_millis(5)).max_attempts(1);
    let error =
        Client::new(configuration).expect("a client").send(DescribeRegions::new()).expect_err("no answer");
    assert_eq!(error.kind(), ErrorKind::Timeout);
}

fn check_refused(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.message().contains("use sae::Client there"), "{error}");
}

#[test]
fn inside_a_runtime_calls_are_errors_and_dropping_is_fine() {
    let fake = Fake::new();
    let outside = Client::new(fake.builder()).expect("a client");
    for mut runtime in
        [tokio::runtime::Builder::new_current_thread(), tokio::runtime::Builder::new_multi_thread()]
    {
        let client = outside.clone();
        let last = Client::new(fake.builder()).expect("a client");
        runtime.build().expect("a runtime").block_on(async {
            check_refused(&client.send(DescribeRegions::new()).expect_err("it would block"));
            check_refused(&Client::new(fake.builder()).expect_err("so would every call"));
            check_refused(&Client::from_env().expect_err("so would every call"));
            check_refused(&client.block_on(async {}).expect_err("it would block"));
            drop(last);
        });
    }
    assert!(fake.operations().is_empty(), "nothing was sent");
}

#[test]
fn inside_a_runtime_an_iterator_has_one_error_and_then_ends() {
    fn check<T>(mut iterator: impl Iterator<Item = Result<T, Error>>) {
        check_refused(&iterator.next().expect("an error").err().expect("it would block"));
        assert!(iterator.next().is_none(), "it has ended");
        assert!(iterator.next().is_none(), "the end stays the end");
    }
    let fake = Fake::new();
    let client = Client::new(fake.builder()).expect("a client");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        check(client.items(DescribeNamespaces::new(1, 10)));
        check(client.pages(DescribeNamespaces::new(1, 10)));
        let mut follow = client.change_order("order").follow();
        check(follow.by_ref());
        assert_eq!(follow.outcome(), None);
    });
    assert!(fake.operations().is_empty(), "nothing was sent");
}

#[test]
fn debug_shows_no_secret() {
    let configuration = Fake::new().builder().credentials(Credentials::new("id", "hush"));
    assert!(!format!("{:?}", Client::new(configuration).expect("a client")).contains("hush"));
}
