//! Limits on requests a second and at once, by layers of tower:
//! `cargo run --package sae --example tower_limits --features tower`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

mod stage;

use std::sync::Arc;
use std::time::{Duration, Instant};

use sae::model::DescribeRegions;
use sae::transport::{ExchangeService, Http, ServiceExchange};
use sae::{Builder, Client, Error};
use sae_local::LocalSae;
use tower::ServiceBuilder;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = LocalSae::start().await?;
    let client = limited(stage::local(&server.endpoint()))?;

    let began = Instant::now();
    let calls: Vec<_> = (0..12)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.send(DescribeRegions::new()).await.map(|_| ()) })
        })
        .collect();
    for call in calls {
        call.await??;
    }
    // Five in the first 100 ms, two at a time, five in the next, and two after that.
    let is_limited = began.elapsed() >= Duration::from_millis(200);
    println!("12 calls, not faster than the limit: {is_limited}");
    Ok(())
}

/// Every attempt passes through the layers, from the top: repetitions too, which a limit around calls wouldn't see.
fn limited(builder: Builder) -> Result<Client, Error> {
    let http = ServiceBuilder::new()
        .rate_limit(5, Duration::from_millis(100))
        .concurrency_limit(2)
        .service(ExchangeService::new(Http::new()));
    // What waits longer than this was not sent, and is tried again.
    let exchange = ServiceExchange::new(http).max_wait(Duration::from_secs(20));
    builder.exchange(Arc::new(exchange)).build()
}
