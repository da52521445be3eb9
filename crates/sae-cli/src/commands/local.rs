//! `sae local`: a local SAE that official SDKs can talk to.

use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use sae::transport::input_file::read_limited_text;
use sae_local::{LocalSae, Pace, Seed};

use crate::failure::Failure;
use crate::{block_on, stdout};

mod guide;
mod keys;
mod log;

use guide::Guide;
use keys::keys;
use log::Log;

/// The command line.
pub fn command() -> Command {
    Command::new("local")
        .about("Run a local SAE that official SDKs can talk to")
        .long_about(
            "Run a local SAE that official SDKs can talk to.\n\n\
             The first line on standard output is `listening http://HOST:PORT`, once calls are accepted. Standard error \
             tells of each request: time (UTC), status, operation, tenant, duration, error code. State is kept in memory and \
             gone when the program ends, unless --data names a folder for it. Under /_local/ programs drive time, faults and \
             state; GET it for what there is.\n\n\
             SAE_LOCAL_ACCESS_KEYS holds access keys as --access-key takes them, separated by spaces or lines; it counts if \
             neither --access-key nor --access-key-file is given.",
        )
        .after_help(EXAMPLES)
        .arg(
            Arg::new("listen")
                .long("listen")
                .value_name("HOST:PORT")
                .value_parser(value_parser!(SocketAddr))
                .default_value("127.0.0.1:8080")
                .help("Address to listen on; port 0 takes a free one"),
        )
        .arg(Arg::new("data").long("data").value_name("DIR").help("Keep state in this folder, made if it isn't there: what was answered survives even a kill. It must be yours, and closed to others [default: in memory]"))
        .arg(
            Arg::new("access-key")
                .long("access-key")
                .value_name("ID:SECRET[:TOKEN]")
                .action(ArgAction::Append)
                .help(
                    "Access key to accept, each a tenant of its own; may be repeated. One with a security token is good \
                     with that token alone. Others on this machine can read it in the list of processes: a file or \
                     SAE_LOCAL_ACCESS_KEYS keeps it from them [default: local:local-secret]",
                ),
        )
        .arg(
            Arg::new("access-key-file")
                .long("access-key-file")
                .value_name("FILE")
                .help("Access keys to accept, one a line in the same form; only its owner may write it, and not everybody read it"),
        )
        .arg(
            Arg::new("host")
                .long("host")
                .value_name("NAME")
                .action(ArgAction::Append)
                .help(
                    "Answer to this host name or address, too; may be repeated. Loopback addresses, names without a dot and \
                     those of the real service need not be given",
                ),
        )
        .arg(
            Arg::new("insecure")
                .long("insecure")
                .action(ArgAction::SetTrue)
                .help(
                    "Let other machines use the default access key and the control interface, which has no password; without \
                     this --listen with an address that they reach wants a key, and /_local/ answers to this machine alone",
                ),
        )
        .arg(
            Arg::new("pace")
                .long("pace")
                .value_name("PACE")
                .value_parser(["instant", "brisk", "watchable", "cloud"])
                .default_value("brisk")
                .help("How long things take: nothing, tenths of a second, seconds, or as in the cloud"),
        )
        .arg(
            Arg::new("seed")
                .long("seed")
                .value_name("FILE")
                .help("Make the calls in this JSON file first: {\"calls\":[{\"operation\":NAME,\"params\":{…}}]}"),
        )
        .arg(
            Arg::new("quiet")
                .long("quiet")
                .short('q')
                .action(ArgAction::SetTrue)
                .help("Say nothing on standard error unless something fails"),
        )
}

pub fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let mut builder = LocalSae::builder();
    if let Some(folder) = matches.get_one::<String>("data") {
        builder = builder.data(folder);
    }
    if let Some(address) = matches.get_one::<SocketAddr>("listen") {
        builder = builder.listen(*address);
    }
    if let Some(name) = matches.get_one::<String>("pace") {
        let pace: Pace = name.parse().map_err(|error| Failure::usage(format!("--pace: {error}")))?;
        builder = builder.pace(pace);
    }
    for name in matches.get_many::<String>("host").into_iter().flatten() {
        builder = builder.host(name);
    }
    if matches.get_flag("insecure") {
        builder = builder.insecure();
    }
    let keys = keys(matches)?;
    builder = keys.iter().fold(builder, |builder, key| key.accepted_by(builder));
    let seed = matches.get_one::<String>("seed").map(|path| seed(path)).transpose()?;
    let log = (!matches.get_flag("quiet")).then(Log::start);
    if let Some(log) = &log {
        builder = builder.on_request(log.observer());
    }
    block_on(async {
        let server = builder.start().await.map_err(|error| {
            let message = with_causes(&error);
            if error.is_setting() { Failure::usage(message) } else { Failure::other(message) }
        })?;
        let failure = server.data_failure();
        tokio::spawn(async move { Failure::other(with_causes(&failure.await)).print() });
        if let Some((path, seed)) = seed {
            let sown = server.control().seed(&seed).await;
            sown.map_err(|error| Failure::usage(format!("--seed {path}: {error}")))?;
        }
        // Whoever reads that it listens may want it to end at once.
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
        Ok(())
    })
}

fn seed(path: &str) -> Result<(String, Seed), Failure> {
    let text = read_limited_text(Path::new(path), SEED_LIMIT)
        .map_err(|error| Failure::usage(format!("--seed {path}: {error}")))?;
    let seed = Seed::from_json(&text).map_err(|error| Failure::usage(format!("--seed {path}: {error}")))?;
    Ok((path.to_owned(), seed))
}

/// Until somebody wants it to end: at the keyboard, or as containers are stopped. Listens from now on.
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

const SEED_LIMIT: u64 = 16 * 1024 * 1024;
const EXAMPLES: &str = "Examples:
  sae local
  sae local --data state --access-key ci:ci-secret --pace instant
  sae local --listen 127.0.0.1:0 --seed shop.json";
