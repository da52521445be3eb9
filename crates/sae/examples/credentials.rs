//! Where credentials come from: `cargo run --package sae --example credentials`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

mod stage;

use std::error::Error;
use std::time::{Duration, SystemTime};

use sae::credentials::{
    Chain, CredentialsFuture, Environment, InstanceRole, ProvideCredentials, Refreshing, Role, Variables,
};
use sae::model::DescribeRegions;
use sae::{Client, Credentials};

/// A source of one's own: a vault, for example.
#[derive(Debug)]
struct Vault;

impl ProvideCredentials for Vault {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async {
            println!("the vault is asked");
            let end = SystemTime::now() + Duration::from_secs(60 * 60);
            Ok(Credentials::new("local", "local-secret").with_expiration(end))
        })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let stage = stage::Stage::open().await?;

    // Kept while they are good, asked for again ahead of their end, once for all who wait.
    let vault = Refreshing::new(Vault);
    if let Some(server) = &stage.server {
        let client = Client::builder().credentials_provider(vault).endpoint(server.endpoint()).build()?;
        client.send(DescribeRegions::new()).await?;
        client.send(DescribeRegions::new()).await?;
    }

    // A role, assumed from other credentials, and the role of an ECS instance. Nothing is asked before a call wants them.
    let role =
        Role::new("acs:ram::1234567890:role/deployer").assumed_from(Credentials::new("id", "secret"))?;
    Client::builder().credentials_provider(role).region("cn-hangzhou").build()?;
    Client::builder().credentials_provider(InstanceRole::new().refreshing()).region("cn-hangzhou").build()?;

    // The chain of the official SDKs is what `Client::from_env` uses. Where there is nothing, each place says why.
    let nowhere = Variables::from([("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")]);
    let chain = Chain::new().with_environment(Environment::new(nowhere)).refreshing();
    println!("{}", chain.credentials().await.err().ok_or("there are some")?);
    Ok(())
}
