//! `sae local`: a local SAE that official SDKs can talk to.

use std::error::Error;
use std::path::Path;

use sae::transport::input_file::read_limited_text;
use sae_local::{LocalSae, Pace, Seed};

use crate::args::local::Local;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::report;
use crate::output::stdout;

mod guide;
mod keys;
mod log;

use guide::Guide;
use keys::keys;
use log::Log;

pub async fn run(args: Local) -> Result<Exit, Failure> {
    let pace: Pace = args.pace.parse().map_err(|error| Failure::usage(format!("--pace: {error}")))?;
    let mut builder = LocalSae::builder().listen(args.listen).pace(pace);
    if let Some(folder) = &args.data {
        builder = builder.data(folder);
    }
    for name in &args.host {
        builder = builder.host(name);
    }
    if args.insecure {
        builder = builder.insecure();
    }
    let keys = keys(&args)?;
    builder = keys.iter().fold(builder, |builder, key| key.accepted_by(builder));
    let seed = args.seed.as_deref().map(seed).transpose()?;
    let log = (!args.quiet).then(Log::start);
    if let Some(log) = &log {
        builder = builder.on_request(log.observer());
    }
    let server = builder.start().await.map_err(|error| {
        let message = with_causes(&error);
        if error.is_setting() { Failure::usage(message) } else { Failure::other(message) }
    })?;
    let failure = server.data_failure();
    tokio::spawn(async move { report::print(&Failure::other(with_causes(&failure.await))) });
    if let Some((path, seed)) = seed {
        let sown = server.control().seed(&seed).await;
        sown.map_err(|error| Failure::usage(format!("--seed {path}: {error}")))?;
    }
    // A reader of the first line may want to stop the program at once.
    let stopped =
        stop_signal().map_err(|error| Failure::other(format!("no signal can be waited for: {error}")))?;
    stdout::write(&format!("listening {}\n", server.endpoint()))?;
    if log.is_some() && console::user_attended_stderr() {
        Guide::new(server.local_addr(), keys.first().map(|key| key.id.as_str())).print();
    }
    stopped.await;
    server.stop().await;
    if let Some(log) = log {
        log.end();
    }
    Ok(Exit::DONE)
}

fn seed(path: &str) -> Result<(String, Seed), Failure> {
    let text = read_limited_text(Path::new(path), SEED_LIMIT)
        .map_err(|error| Failure::usage(format!("--seed {path}: {error}")))?;
    let seed = Seed::from_json(&text).map_err(|error| Failure::usage(format!("--seed {path}: {error}")))?;
    Ok((path.to_owned(), seed))
}

/// Waits for Ctrl-C, or for SIGTERM, which stops containers. Listens from this call on.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut keyboard, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(std::future::poll_fn(move |cx| {
        let came = keyboard.poll_recv(cx).is_ready() || terminate.poll_recv(cx).is_ready();
        if came { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    }))
}

#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    let mut keyboard = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        keyboard.recv().await;
    })
}

/// An error with its causes in one line.
fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text += &format!(": {cause}");
        source = cause.source();
    }
    text
}

const SEED_LIMIT: u64 = 16 * 1024 * 1024;
