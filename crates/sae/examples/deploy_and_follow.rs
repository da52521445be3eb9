//! Deploys exactly once and follows the change order: `cargo run --package sae --example deploy_and_follow [APPLICATION]`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

mod stage;

use std::error::Error;

use sae::prelude::*;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let stage = stage::Stage::open().await?;
    let client = &stage.client;
    let app = stage.application().await?;

    // What the service wants as JSON in a string is a type here.
    let request = DeployApplication::new(&app)
        .image_url("repo/shop:2")
        .envs([EnvVar::plain("GREETING", "hello")])
        .readiness(Probe::http("/ready", 8080).period_seconds(5));

    // With a token of yours a program that was ended goes on with the deployment that it had begun.
    let order = client.deploy(request.clone()).token("build-42").await?;
    println!("change order {}", order.id());

    // Snapshots as things change; `order.wait()` waits without them.
    let mut progress = order.progress();
    while let Some(snapshot) = progress.next().await {
        println!("{}", snapshot?);
    }
    // How it ended; if it didn't succeed, the error is a diagnosis with causes, instances, logs and events.
    order.wait().await?.success()?;

    let again = client.deploy(request).token("build-42").await?;
    println!("the same again: {}", again.id() == order.id());
    let config = client.send(DescribeApplicationConfig::new(app)).await?.into_data()?;
    println!("runs {}", config.image_url.or_dash());
    Ok(())
}
