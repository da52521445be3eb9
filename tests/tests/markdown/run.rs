//! Blocks of the guide that no example and no documentation test runs.

use std::error::Error;
use std::time::Duration;

use sae::model::{CreateApplication, CreateNamespace, ListApplications, PackageType, RescaleApplication};
use sae::{Client, Credentials};
use sae_local::{Fault, LocalSae, Pace};

#[expect(clippy::duration_suboptimal_units, reason = "as the guide has it, for Rust 1.88")]
#[tokio::test]
async fn half_an_hour_passes() -> Result<(), Box<dyn Error>> {
    let server = LocalSae::start().await?;
    let keys = Credentials::new("local", "local-secret");
    let client = Client::builder().credentials(keys).endpoint(server.endpoint()).build()?;

    server.control().fault(Fault::on("DeployApplication").times(1).drop_after())?;
    client.send(ListApplications::new()).await?;
    server.control().advance(Duration::from_secs(30 * 60));
    Ok(())
}

#[tokio::test]
async fn an_application_is_scaled() -> Result<(), Box<dyn Error>> {
    let server = LocalSae::builder().pace(Pace::instant()).start().await?;
    let keys = Credentials::new("local", "local-secret");
    let client = Client::builder().credentials(keys).endpoint(server.endpoint()).build()?;
    client.send(CreateNamespace::new("Shop").namespace_id("cn-hangzhou:shop")).await?;
    let create = CreateApplication::new("shop", PackageType::Image, 1)
        .namespace_id("cn-hangzhou:shop")
        .image_url("repo/shop:1")
        .cpu(1000)
        .memory(2048);
    client.submit(create).await?.wait().await?.success()?;

    let app = client.resolve_application("shop").await?.app_id.ok_or("no AppId")?;
    let order = client.submit(RescaleApplication::new(app, 5)).await?;
    order.wait().await?.success()?;
    print_history(&client, &client.resolve_application("shop").await?.app_id.ok_or("no AppId")?).await
}

#[expect(clippy::print_stdout, reason = "the guide shows it")]
async fn print_history(client: &Client, app: &str) -> Result<(), Box<dyn Error>> {
    for order in client.items(sae::model::ListChangeOrders::new(app)).all().await? {
        if let (Some(start), Some(end)) = (order.create_time(), order.finish_time()) {
            println!("from {start} to {end}");
        }
        assert!(order.finish_time() >= order.create_time() && order.create_time().is_some(), "{order:?}");
    }
    Ok(())
}
