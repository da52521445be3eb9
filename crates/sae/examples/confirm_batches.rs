//! A rollout batch by batch, each confirmed: `cargo run --package sae --example confirm_batches [APPLICATION]`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

mod stage;

use std::error::Error;
use std::time::Duration;

use sae::change_order::Outcome;
use sae::model::{DeployApplication, UpdateStrategy};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let stage = stage::Stage::open().await?;
    let app = stage.application().await?;

    let strategy = UpdateStrategy::batches(3).manual();
    let request = DeployApplication::new(app).image_url("repo/shop:2").update_strategy(strategy);
    let order = stage.client.deploy(request).await?;
    let finished = loop {
        let finished = order.wait().timeout(Duration::from_secs(15 * 60)).await?;
        if finished.outcome != Outcome::WaitingForConfirmation {
            break finished;
        }
        // Here a program looks whether the new version does well, and else calls `order.roll_back()`.
        println!("a batch waits: confirmed");
        order.confirm().await?;
    };
    println!("{finished}");
    finished.success()?;
    Ok(())
}
