//! HTTP that is configured in code, over real sockets.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

mod builder;
mod front;
mod proxy;
mod tls;

use sae::model::DescribeRegions;
use sae::transport::Http;
use sae::{Builder, Client, Credentials, Error};
use sae_local::LocalSae;

fn builder(endpoint: impl Into<String>) -> Builder {
    Client::builder()
        .credentials(Credentials::new("local", "local-secret"))
        .endpoint(endpoint)
        .max_attempts(1)
}

async fn call(endpoint: impl Into<String>, http: &Http) -> Result<(), Error> {
    let client = builder(endpoint).http(http.clone()).build().expect("a client");
    client.send(DescribeRegions::new()).await.map(|_| ())
}

/// A local SAE and its port.
async fn local() -> (LocalSae, u16) {
    let server = LocalSae::start().await.expect("a server");
    let port = port_of(&server);
    (server, port)
}

fn port_of(server: &LocalSae) -> u16 {
    server.endpoint().rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port")
}
