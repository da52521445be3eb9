//! What the examples call: the cloud, or `sae local`, if the environment says where; else a local SAE that starts here.

#![allow(dead_code, reason = "not every example wants all of it")]

use std::error::Error;

use sae::model::{CreateApplication, CreateNamespace, PackageType};
use sae::{Builder, Client, Credentials};
use sae_local::LocalSae;

/// A client, and the server behind it if that started here: it stops when this is dropped.
pub struct Stage {
    pub client: Client,
    pub server: Option<LocalSae>,
}

impl Stage {
    pub async fn open() -> Result<Self, Box<dyn Error>> {
        if is_configured() {
            return Ok(Self { client: Client::from_env().await?, server: None });
        }
        let server = LocalSae::start().await?;
        let client = local(&server.endpoint()).build()?;
        Ok(Self { client, server: Some(server) })
    }

    /// The application that the first word of the command line means, else a new one, which only a server that started here gets.
    pub async fn application(&self) -> Result<String, Box<dyn Error>> {
        if let Some(name) = std::env::args().nth(1) {
            return Ok(self.client.resolve_application(&name).await?.app_id.ok_or("no AppId")?);
        }
        if self.server.is_none() {
            return Err("which application? Give its name or identifier".into());
        }
        self.client.send(CreateNamespace::new("Shop").namespace_id("cn-hangzhou:shop")).await?;
        let create = CreateApplication::new("shop", PackageType::Image, 3)
            .namespace_id("cn-hangzhou:shop")
            .image_url("repo/shop:1")
            .cpu(1000)
            .memory(2048);
        let order = self.client.submit(create).await?;
        order.wait().await?.success()?;
        Ok(order.app_id().ok_or("no AppId")?.to_owned())
    }
}

/// Whether the environment says where to call, or as whom.
pub fn is_configured() -> bool {
    let set = |name| std::env::var_os(name).is_some();
    ["ALIBABA_CLOUD_SAE_ENDPOINT", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_PROFILE"]
        .into_iter()
        .any(set)
}

/// Configuration for a local server at this address.
pub fn local(endpoint: &str) -> Builder {
    Client::builder().credentials(Credentials::new("local", "local-secret")).endpoint(endpoint)
}
