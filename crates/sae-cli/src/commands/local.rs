//! `sae local`: a local SAE that official SDKs can talk to.

use std::io::Write as _;
use std::net::SocketAddr;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use sae_local::LocalSae;

use crate::block_on;
use crate::failure::Failure;

/// The command line.
pub fn command() -> Command {
    Command::new("local")
        .about("Run a local SAE that official SDKs can talk to")
        .long_about(
            "Run a local SAE that official SDKs can talk to.\n\n\
             The first line on standard output is `listening http://HOST:PORT`, once calls are accepted. State is kept in \
             memory and gone when the program ends.",
        )
        .arg(
            Arg::new("listen")
                .long("listen")
                .value_name("HOST:PORT")
                .value_parser(value_parser!(SocketAddr))
                .default_value("127.0.0.1:8080")
                .help("Address to listen on; port 0 takes a free one"),
        )
        .arg(Arg::new("data").long("data").value_name("DIR").help("Keep state in this folder (not in this version)"))
        .arg(
            Arg::new("access-key")
                .long("access-key")
                .value_name("ID:SECRET")
                .action(ArgAction::Append)
                .help("Access key to accept, each a tenant of its own; may be repeated [default: local:local-secret]"),
        )
}

pub fn run(matches: &ArgMatches) -> Result<(), Failure> {
    if matches.get_one::<String>("data").is_some() {
        let message = "--data: this version keeps state in memory alone; leave the option out to run without durable state";
        return Err(Failure::usage(message));
    }
    let mut builder = LocalSae::builder();
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
        let server = builder.start().await.map_err(|error| Failure::other(error.to_string()))?;
        let mut out = std::io::stdout();
        let told = writeln!(out, "listening {}", server.endpoint()).and_then(|()| out.flush());
        told.map_err(|error| Failure::other(format!("standard output can't be written: {error}")))?;
        let stopped = tokio::signal::ctrl_c().await;
        server.stop().await;
        stopped.map_err(|error| Failure::other(format!("no signal can be waited for: {error}")))
    })
}
