//! The client for programs that are not async.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

use std::time::Duration;

use sae::blocking::Client;
use sae::model::{CreateNamespace, DescribeNamespace, DescribeRegions};
use sae::testing::Fake;
use sae::{Builder, Credentials, Error, ErrorKind};
use sae_local::{LocalSae, Pace};

/// A local server on a thread of its own, for as long as the work takes.
fn with_server(work: impl FnOnce(Builder)) {
    let (ready, address) = std::sync::mpsc::channel();
    let (done, ended) = tokio::sync::oneshot::channel::<()>();
    let server = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let server = LocalSae::builder().pace(Pace::instant()).start().await.expect("a server");
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
    let operations = sae_models::sae::OPERATIONS.iter().copied().flatten();
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
            check_refused(&client.wait(async {}).expect_err("it would block"));
            drop(last);
        });
    }
    assert!(fake.operations().is_empty(), "nothing was sent");
}

#[test]
fn debug_shows_no_secret() {
    let configuration = Fake::new().builder().credentials(Credentials::new("id", "hush"));
    assert!(!format!("{:?}", Client::new(configuration).expect("a client")).contains("hush"));
}
