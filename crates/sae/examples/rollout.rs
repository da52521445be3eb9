//! Deploys a new image, follows the change order and asks for the truth.
//!
//! Runs against a local SAE in the same process: `cargo run --package sae --example rollout`. Against the cloud, make the client
//! with `Client::from_env()` and take an application of yours.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;
use std::time::Duration;

use sae::model::{
    ChangeOrderStatus, CreateApplication, CreateNamespace, DeployApplication, DescribeApplicationConfig,
    DescribeChangeOrder, PackageType,
};
use sae::{Client, Credentials};
use sae_local::LocalSae;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = LocalSae::start().await?;
    let client = Client::builder()
        .credentials(Credentials::new("local", "local-secret"))
        .endpoint(server.endpoint())
        .build()?;

    client.send(CreateNamespace::new("Shop").namespace_id("cn-hangzhou:shop")).await?;
    let create = CreateApplication::new("shop", PackageType::Image, 2)
        .namespace_id("cn-hangzhou:shop")
        .image_url("repo/shop:1")
        .cpu(1000)
        .memory(2048)
        .deploy(true);
    let created = client.send(create).await?.into_data()?;
    let app = created.app_id.ok_or("no AppId")?;
    follow(&client, &created.change_order_id.ok_or("no ChangeOrderId")?).await?;

    let deployed =
        client.send(DeployApplication::new(app.as_str()).image_url("repo/shop:2")).await?.into_data()?;
    follow(&client, &deployed.change_order_id.ok_or("no ChangeOrderId")?).await?;

    let config = client.send(DescribeApplicationConfig::new(app)).await?.into_data()?;
    println!("runs {}", config.image_url.unwrap_or_default());
    Ok(())
}

async fn follow(client: &Client, id: &str) -> Result<(), Box<dyn Error>> {
    loop {
        let order = client.send(DescribeChangeOrder::new(id)).await?.into_data()?;
        match order.status {
            Some(ChangeOrderStatus::Succeeded) => return Ok(()),
            Some(
                ChangeOrderStatus::Preparing
                | ChangeOrderStatus::Running
                | ChangeOrderStatus::WaitingForNextBatch,
            ) => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            other => return Err(format!("change order {id} ended with status {other:?}").into()),
        }
    }
}
