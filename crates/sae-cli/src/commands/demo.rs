//! `sae demo`: an application's whole life, on a local SAE in this process, through the public client, over real HTTP.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sae::{Client, Credentials};
use sae_local::{LocalSae, Pace};

use crate::exit::Exit;
use crate::failure::Failure;

mod counted;
mod rollout;
mod stage;
mod story;

use counted::Counted;
use stage::Stage;

pub async fn run() -> Result<Exit, Failure> {
    let started = Instant::now();
    let stage = Stage::new();
    let server =
        LocalSae::builder().pace(pace()).start().await.map_err(|error| Failure::other(error.to_string()))?;
    stage.title("The life of an application on a local SAE")?;
    stage.fact("server", &format!("{} in this process, state in memory", server.endpoint()))?;
    stage.fact("access key", "local, with the secret local-secret")?;
    stage.fact("requests", "signed with ACS3-HMAC-SHA256; the server verifies each signature")?;

    let counted = Arc::new(Counted::new());
    let clients = Clients { endpoint: server.endpoint(), exchange: Arc::clone(&counted) };
    let told = story::tell(&stage, &clients).await;
    server.stop().await;
    told?;
    stage.closing_table(&counted.calls(), started.elapsed())?;
    Ok(Exit::DONE)
}

/// Slow enough to watch, fast enough to wait for.
fn pace() -> Pace {
    Pace::brisk()
        .prepare(Duration::from_millis(300))
        .start(Duration::from_millis(700))
        .stop(Duration::from_millis(300))
        .bind(Duration::from_millis(600))
}

/// Makes clients of the local server whose calls are counted together.
struct Clients {
    endpoint: String,
    exchange: Arc<Counted>,
}

impl Clients {
    fn builder(&self) -> sae::Builder {
        Client::builder()
            .credentials(Credentials::new("local", "local-secret"))
            .region("cn-hangzhou")
            .endpoint(&self.endpoint)
            .exchange(Arc::clone(&self.exchange) as _)
    }

    fn client(&self) -> Result<Client, Failure> {
        Ok(self.builder().build()?)
    }
}
