//! `sae local` and `sae demo`.

use std::net::SocketAddr;

use clap::Args;

/// Run a local SAE that official SDKs can talk to.
#[derive(Args, Debug)]
#[command(long_about = ABOUT, after_help = EXAMPLES)]
pub struct Local {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Keep state in this folder, made if it isn't there: what was answered survives even a kill. It must be yours, and closed to
    /// others [default: in memory]
    #[arg(long, value_name = "DIR")]
    pub data: Option<String>,
    /// Access key to accept, each a tenant of its own; may be repeated. One with a security token is good with that token alone.
    /// Others on this machine can read it in the list of processes: a file or SAE_LOCAL_ACCESS_KEYS keeps it from them [default:
    /// local:local-secret]
    #[arg(long, value_name = "ID:SECRET[:TOKEN]")]
    pub access_key: Vec<String>,
    /// Access keys to accept, one a line in the same form; only its owner may write it, and not everybody read it.
    #[arg(long, value_name = "FILE")]
    pub access_key_file: Option<String>,
    /// Answer to this host name or address, too; may be repeated. Loopback addresses, names without a dot and those of the real
    /// service need not be given.
    #[arg(long, value_name = "NAME")]
    pub host: Vec<String>,
    /// Let other machines use the default access key and the control interface, which has no password; without this --listen with an
    /// address that they reach wants a key, and /_local/ answers to this machine alone.
    #[arg(long)]
    pub insecure: bool,
    /// How long things take: nothing, tenths of a second, seconds, or as in the cloud.
    #[arg(
        long, value_name = "PACE", value_parser = ["instant", "brisk", "watchable", "cloud"],
        default_value = "brisk"
    )]
    pub pace: String,
    /// Make the calls in this JSON file first: {"calls":[{"operation":NAME,"params":{…}}]}
    #[arg(long, value_name = "FILE")]
    pub seed: Option<String>,
    /// Say nothing on standard error unless something fails.
    #[arg(long, short)]
    pub quiet: bool,
}

/// Watch an application's whole life on a local SAE: no account, no network, ten seconds.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  sae demo")]
pub struct Demo {}

const ABOUT: &str = "Run a local SAE that official SDKs can talk to.

The first line on standard output is `listening http://HOST:PORT`, once calls are accepted. Standard error \
tells of each request: time (UTC), status, operation, tenant, duration, error code. State is kept in memory and \
gone when the program ends, unless --data names a folder for it. Under /_local/ programs drive time, faults and \
state; GET it for what there is.

SAE_LOCAL_ACCESS_KEYS holds access keys as --access-key takes them, separated by spaces or lines; it counts if \
neither --access-key nor --access-key-file is given.";
const EXAMPLES: &str = "Examples:
  sae local
  sae local --data state --access-key ci:ci-secret --pace instant
  sae local --listen 127.0.0.1:0 --seed shop.json";
