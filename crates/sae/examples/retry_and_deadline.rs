//! How long, how often, and what is sent again: `cargo run --package sae --example retry_and_deadline`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

mod stage;

use std::time::Duration;

use sae::model::{DescribeRegions, RestartApplication};
use sae::{Builder, Client, Error};
use sae_local::{Fault, LocalSae};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Always a local server, because this one is asked to fail.
    let server = LocalSae::start().await?;
    let control = server.control();
    let client = with_limits(stage::local(&server.endpoint()))?;

    // A read is sent again after faults that pass, and waits as long as the service asks for.
    control.fault(Fault::on("DescribeRegions").times(2).throttle(Duration::from_millis(20)))?;
    client.send(DescribeRegions::new()).await?;
    println!("read after {} requests", control.requests().len());

    // A call can have limits of its own.
    control.fault(Fault::on("DescribeRegions").times(1).latency(Duration::from_millis(200)))?;
    let late = client.call(DescribeRegions::new()).timeout(Duration::from_millis(20)).await;
    println!("{}", late.err().ok_or("it came in time")?);

    // A write is never sent twice: if its answer is lost, nobody knows.
    let stage = stage::Stage { client: client.clone(), server: Some(server) };
    let app = stage.application().await?;
    control.fault(Fault::on("RestartApplication").times(1).drop_after())?;
    let lost = client.send(RestartApplication::new(&app)).await.err().ok_or("it was answered")?;
    println!("{lost}");

    // It did arrive: the application is busy. A refusal for that is waited out, if the call says so.
    let busy = client.send(RestartApplication::new(&app)).await.err().ok_or("it is not busy")?;
    println!("{busy}");
    client.call(RestartApplication::new(&app)).wait_while_busy(Duration::from_secs(60)).await?;
    println!("restarted after the other change");
    Ok(())
}

fn with_limits(builder: Builder) -> Result<Client, Error> {
    builder
        .timeout(Duration::from_secs(60)) // a whole call, repetitions and waits included
        .attempt_timeout(Duration::from_secs(30)) // one attempt
        .max_attempts(3)
        .build()
}
