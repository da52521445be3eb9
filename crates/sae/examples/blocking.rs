//! Without async: `cargo run --package sae --features blocking --example blocking`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

mod stage;

use std::error::Error;

use sae::blocking::Client;
use sae::model::{CreateApplication, CreateNamespace, DeployApplication, ListApplications, PackageType};
use sae_local::LocalSae;

fn main() -> Result<(), Box<dyn Error>> {
    // Always a local server, because this makes an application. It lives on a thread of its own.
    let (ready, started) = std::sync::mpsc::channel();
    std::thread::spawn(move || serve(&ready));
    // In a program of yours: `Client::from_env()?`
    let client = Client::new(stage::local(&started.recv()?))?;

    client.send(CreateNamespace::new("Shop").namespace_id("cn-hangzhou:shop"))?;
    let create = CreateApplication::new("shop", PackageType::Image, 2)
        .namespace_id("cn-hangzhou:shop")
        .image_url("repo/shop:1")
        .cpu(1000)
        .memory(2048);
    client.submit(create)?.wait()?.success()?;

    for application in client.items(ListApplications::new()) {
        let app = application?.app_id.ok_or("no AppId")?;
        let order = client.deploy(DeployApplication::new(app).image_url("repo/shop:2"))?;
        println!("{}", order.watch(|snapshot| println!("{snapshot}"))?);
    }
    Ok(())
}

fn serve(ready: &std::sync::mpsc::Sender<String>) -> Option<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    runtime.block_on(async {
        let server = LocalSae::start().await.ok()?;
        ready.send(server.endpoint()).ok()?;
        std::future::pending().await
    })
}
