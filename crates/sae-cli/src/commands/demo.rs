//! `sae demo`: an application's whole life, on a local SAE in this process, through the public client, over real HTTP.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sae_local::{LocalSae, Pace};

use crate::exit::Exit;
use crate::failure::Failure;

mod clients;
mod counted;
mod rollout;
mod screen;
mod steps;

use clients::Clients;
use counted::Counted;
use screen::Screen;

pub async fn run() -> Result<Exit, Failure> {
    let started = Instant::now();
    let screen = Screen::new();
    let server =
        LocalSae::builder().pace(pace()).start().await.map_err(|error| Failure::other(error.to_string()))?;
    screen.title("The life of an application on a local SAE")?;
    screen.fact("server", &format!("{} in this process, state in memory", server.endpoint()))?;
    screen.fact("access key", "local, with the secret local-secret")?;
    screen.fact("requests", "signed with ACS3-HMAC-SHA256; the server verifies each signature")?;

    let counted = Arc::new(Counted::new());
    let clients = Clients { endpoint: server.endpoint(), exchange: Arc::clone(&counted) };
    let ran = steps::run(&screen, &clients).await;
    server.stop().await;
    ran?;
    screen.closing_table(&counted.calls(), started.elapsed())?;
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
