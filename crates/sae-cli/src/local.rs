//! `sae local`: a local SAE that official SDKs can talk to.

use std::error::Error;
use std::io::Write as _;
use std::net::SocketAddr;

use clap::ArgMatches;
use sae_local::LocalSae;

use crate::block_on;
use crate::failure::Failure;

pub fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let mut builder = LocalSae::builder();
    if let Some(folder) = matches.get_one::<String>("data") {
        builder = builder.data(folder);
    }
    if let Some(address) = matches.get_one::<SocketAddr>("listen") {
        builder = builder.listen(*address);
    }
    for key in matches.get_many::<String>("access-key").into_iter().flatten() {
        // The value is not repeated: most of it is a secret.
        let (id, secret) = key
            .split_once(':')
            .filter(|(id, secret)| !id.is_empty() && !secret.is_empty())
            .ok_or_else(|| Failure::usage("--access-key: expected ID:SECRET, neither of them empty"))?;
        builder = builder.access_key(id, secret);
    }
    block_on(async {
        let server = builder.start().await.map_err(|error| Failure::other(with_causes(&error)))?;
        let failure = server.data_failure();
        tokio::spawn(async move { Failure::other(with_causes(&failure.await)).print() });
        let mut out = std::io::stdout();
        let told = writeln!(out, "listening {}", server.endpoint()).and_then(|()| out.flush());
        told.map_err(|error| Failure::other(format!("standard output can't be written: {error}")))?;
        let stopped = tokio::signal::ctrl_c().await;
        server.stop().await;
        stopped.map_err(|error| Failure::other(format!("no signal can be waited for: {error}")))
    })
}

/// An error in one line, with what is behind it.
fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text += &format!(": {cause}");
        source = cause.source();
    }
    text
}
