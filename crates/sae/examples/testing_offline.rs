//! Testing code that calls SAE, three ways, without an account: `cargo run --package sae --example testing_offline`.
//!
//! A scripted service shows what [`release`] does when things go wrong, a local SAE that it works, a recording repeats it.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

mod stage;

use std::error::Error;
use std::sync::Arc;

use sae::model::{CreateApplication, CreateNamespace, DeployApplication, PackageType, error_code};
use sae::testing::{Fake, Recorder, Replay};
use sae::{Client, FieldExt};
use sae_local::{LocalSae, Pace};

/// Deploys an image. Says what became of it in words for people.
async fn release(client: &Client, app: &str, image: &str) -> String {
    match client.send(DeployApplication::new(app).image_url(image)).await.and_then(sae::Reply::into_data) {
        Ok(deployment) => format!("started {}", deployment.change_order_id.or_dash()),
        Err(error) if error.is_busy() => "another change runs, try later".to_owned(),
        Err(error) if error.is_outcome_unknown() => "nobody knows, look before you try again".to_owned(),
        Err(error) => format!("failed: {error}"),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // A script: each line is what comes of one attempt.
    let fake = Fake::new();
    fake.on::<DeployApplication>()
        .refuse(&error_code::APPLICATION_CHANGER_ORDER_RUNNING)
        .drop_after()
        .json(r#"{"Data":{"ChangeOrderId":"order-1"}}"#);
    let client = fake.client()?;
    for _ in 0..3 {
        println!("scripted: {}", release(&client, "app", "repo/shop:2").await);
    }
    fake.finish()?;

    // A local SAE in two lines, here with a recorder between.
    let server = LocalSae::builder().pace(Pace::instant()).start().await?;
    let recorder = Recorder::http();
    let client = stage::local(&server.endpoint()).exchange(Arc::new(recorder.clone())).build()?;
    client.send(CreateNamespace::new("Shop").namespace_id("cn-hangzhou:shop")).await?;
    let create = CreateApplication::new("shop", PackageType::Image, 1)
        .namespace_id("cn-hangzhou:shop")
        .image_url("repo/shop:1")
        .cpu(1000)
        .memory(2048);
    let app = client.send(create).await?.into_data()?.app_id.or_missing("AppId")?;
    println!("local: {}", release(&client, &app, "repo/shop:2").await);

    // The recording, a line for each exchange and without secrets, answers as the server did.
    let cassette = recorder.cassette();
    let replay = Replay::new(cassette.lines().last().unwrap_or_default())?;
    println!("replayed: {}", release(&replay.client()?, &app, "repo/shop:2").await);
    replay.finish()?;
    Ok(())
}
