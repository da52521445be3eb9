//! Futures are small: who awaits several of them, or spawns many, doesn't pay for what calls hold.

use sae::Client;
use sae::deploy::look_up;
use sae::edas::{DeployK8sApplication, GetK8sApplication, InsertK8sApplication};
use sae::model::{
    CreateApplication, CreateJob, CreateWebApplication, DeployApplication, DescribeApplicationConfig,
    DescribeJob, ListApplications, UpdateJob,
};
use sae::testing::Fake;
use sae::transport::Operation;

/// In bytes. Tokio moves larger ones to the heap when they are spawned.
const LIMIT: usize = 2048;

fn of_send<O: Operation>(client: &Client, request: O) -> (&'static str, usize) {
    (O::DESCRIPTION.name, size_of_val(&client.send(request)))
}

#[test]
fn futures_of_the_largest_operations_are_small() {
    let client = Fake::new().client().expect("a client");
    let image = sae::model::PackageType::Image;
    for (operation, size) in [
        of_send(&client, CreateApplication::new("x", image, 1)),
        of_send(&client, DeployApplication::new("x")),
        of_send(&client, DescribeApplicationConfig::new("x")),
        of_send(&client, CreateJob::default()),
        of_send(&client, UpdateJob::default()),
        of_send(&client, DescribeJob::default()),
        of_send(&client, CreateWebApplication::default()),
        of_send(&client, InsertK8sApplication::default()),
        of_send(&client, DeployK8sApplication::default()),
        of_send(&client, GetK8sApplication::default()),
    ] {
        assert!(size < LIMIT, "send {operation}: {size}");
    }
}

#[test]
fn futures_of_everything_else_are_small() {
    let client = Fake::new().client().expect("a client");
    let order = client.change_order("x");
    let mut follow = order.follow();
    let mut progress = order.progress();
    let deploy = || DeployApplication::new("x");
    for (what, size) in [
        ("call", size_of_val(&client.call(deploy()).send())),
        ("awaited call", size_of_val(&client.call(deploy()).into_future())),
        ("items", size_of_val(&client.items(ListApplications::new()).next())),
        ("all", size_of_val(&client.items(ListApplications::new()).all())),
        ("pages", size_of_val(&client.pages(ListApplications::new()).next())),
        ("submit", size_of_val(&client.submit(deploy()))),
        ("deploy", size_of_val(&client.deploy(deploy()).into_future())),
        ("an async block that deploys", size_of_val(&async { client.deploy(deploy()).token("t").await })),
        ("look_up", size_of_val(&look_up(&client, "x", None))),
        ("resolve_application", size_of_val(&client.resolve_application("x"))),
        ("resolve_namespace", size_of_val(&client.resolve_namespace("x"))),
        ("read", size_of_val(&order.read())),
        ("confirm", size_of_val(&order.confirm())),
        ("abort", size_of_val(&order.abort())),
        ("roll_back", size_of_val(&order.roll_back())),
        ("find_rollback", size_of_val(&order.find_rollback())),
        ("wait", size_of_val(&order.wait().into_future())),
        ("an async block that waits", size_of_val(&async { order.wait().await })),
        ("finished", size_of_val(&order.follow().finished())),
        ("follow", size_of_val(&follow.next())),
        ("progress", size_of_val(&progress.next())),
        ("from_env", size_of_val(&Client::from_env())),
    ] {
        assert!(size < LIMIT, "{what}: {size}");
    }
}
