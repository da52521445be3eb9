//! The first call: which regions are there? `cargo run --package sae --example first_call`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

mod stage;

use std::error::Error;

use sae::FieldExt;
use sae::model::DescribeRegions;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // In a program of yours: `let client = sae::Client::from_env().await?;`
    let stage = stage::Stage::open().await?;

    // A request is a struct named like the operation. Its answer behaves like the output, and has the envelope besides.
    let reply = stage.client.send(DescribeRegions::new()).await?;
    for region in &reply.regions {
        println!("{}", region.region_id.or_dash());
    }
    println!("request {}", reply.request_id().or_dash());
    Ok(())
}
