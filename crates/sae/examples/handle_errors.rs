//! Every kind of error, and what to do about it: `cargo run --package sae --example handle_errors`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::time::Duration;

use sae::model::{DeployApplication, DescribeRegions, ListApplications, error_code};
use sae::testing::Fake;
use sae::{Client, Credentials, Error, ErrorKind};

/// What a program does about a failure: predicates for what matters most, codes for special cases, kinds for the rest.
fn what_to_do(error: &Error) -> &'static str {
    if error.code() == Some(&error_code::NO_COMPUTE_RESOURCE_QUOTA_EXCEED) {
        return "ask for more quota";
    }
    match error.kind() {
        _ if error.is_busy() => "another change runs: wait, or set wait_while_busy",
        _ if error.is_throttled() => "slow down",
        ErrorKind::NotFound => "nothing has this name; Error::candidates has what there is",
        ErrorKind::Ambiguous => "several have this name: use one of Error::candidates",
        _ if error.is_not_found() => "there is no such thing",
        ErrorKind::OutcomeUnknown => "look before sending it again, or use Client::deploy",
        ErrorKind::Config | ErrorKind::Credentials => "set up the environment",
        ErrorKind::Request => "correct the request; nothing was sent",
        ErrorKind::Connect | ErrorKind::Transport | ErrorKind::Timeout => "try again later",
        ErrorKind::Service => "read code and message; Error::advice may know more",
        ErrorKind::Decode => "Error::answer has the bytes that came",
        _ => "this version of the program doesn't know",
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    // A scripted service: each step is what comes of one attempt.
    let fake = Fake::new();
    fake.on::<DescribeRegions>().drop_after().hang().raw(200, "<html>");
    let twins = r#"{"Data":{"TotalSize":2,"Applications":[{"AppId":"1","AppName":"twin"},{"AppId":"2","AppName":"twin"}]}}"#;
    fake.on::<ListApplications>().json(twins).json(twins).json(twins).json(twins);
    fake.on::<DeployApplication>()
        .refuse(&error_code::APPLICATION_CHANGER_ORDER_RUNNING)
        .refuse(&error_code::INVALID_APPLICATION_NOT_FOUND)
        .refuse(&error_code::NO_COMPUTE_RESOURCE_QUOTA_EXCEED)
        .drop_after();
    let client = fake.builder().attempt_timeout(Duration::from_millis(10)).max_attempts(1).build()?;
    let local = || Client::builder().credentials(Credentials::new("id", "secret"));
    let mut errors = vec![Client::builder().build().err(), local().endpoint("no address").build().err()];
    errors.push(local().endpoint("http://127.0.0.1:9").build()?.send(DescribeRegions::new()).await.err());
    for _ in 0..3 {
        errors.push(client.send(DescribeRegions::new()).await.err());
    }
    for app in ["", "shop", "shop", "shop", "shop"] {
        errors.push(client.send(DeployApplication::new(app)).await.err());
    }
    let twin = client.resolve_application("twin").await.err();
    errors.extend([twin, client.resolve_application("none").await.err()]);
    for error in errors.iter().flatten() {
        println!("{:?}: {}\n    {error}", error.kind(), what_to_do(error));
    }
    Ok(())
}
