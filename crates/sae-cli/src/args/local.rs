//! `sae local` and `sae demo`.

use std::net::SocketAddr;

use clap::Args;

/// Run a local SAE that official SDKs can talk to.
#[derive(Args, Debug)]
#[command(long_about = ABOUT, after_help = EXAMPLES)]
pub struct Local {
    /// Address to listen on; port 0 chooses a free one.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Keep the state in this folder, which is created if missing: what was answered survives even a kill. The folder must be yours
    /// and closed to others [default: in memory]
    #[arg(long, value_name = "DIR")]
    pub data: Option<String>,
    /// Access key to accept, each a separate tenant; may be repeated. A key with a security token is valid only with that token. Other
    /// users of this machine can see it in the process list: a file or SAE_LOCAL_ACCESS_KEYS hides it [default: local:local-secret]
    #[arg(long, value_name = "ID:SECRET[:TOKEN]")]
    pub access_key: Vec<String>,
    /// File of access keys to accept, one per line in the same form; only its owner may write it, and not everybody may read it.
    #[arg(long, value_name = "FILE")]
    pub access_key_file: Option<String>,
    /// Also accept this host name or address; may be repeated. Loopback addresses, names without a dot and those of the real service
    /// are always accepted.
    #[arg(long, value_name = "NAME")]
    pub host: Vec<String>,
    /// Let other machines use the default access key and the control interface, which has no password. Without this, an address that
    /// other machines can reach requires an access key, and /_local/ is restricted to this machine.
    #[arg(long)]
    pub insecure: bool,
    /// Speed of changes: instantly, tenths of a second, seconds, or as in the cloud.
    #[arg(
        long, value_name = "PACE", value_parser = ["instant", "brisk", "watchable", "cloud"],
        default_value = "brisk"
    )]
    pub pace: String,
    /// First make the calls in this JSON file: {"calls":[{"operation":NAME,"params":{…}}]}
    #[arg(long, value_name = "FILE")]
    pub seed: Option<String>,
    /// Print nothing on standard error unless something fails.
    #[arg(long, short)]
    pub quiet: bool,
}

/// Watch the life cycle of an application on a local SAE: no account, no network, ten seconds.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  sae demo")]
pub struct Demo {}

const ABOUT: &str = "Run a local SAE that official SDKs can talk to.

Once it accepts calls, it prints `listening http://HOST:PORT` as the first line on standard output. On standard error it logs each \
request: time (UTC), status, operation, tenant, duration, error code. The state is kept in memory and lost when the program ends, unless \
--data names a folder for it. Programs control time, faults and state through /_local/; GET it for a list.

SAE_LOCAL_ACCESS_KEYS can hold access keys in the form of --access-key, separated by spaces or lines; it is used if neither \
--access-key nor --access-key-file is given.";
const EXAMPLES: &str = "Examples:
  sae local
  sae local --data state --access-key ci:ci-secret --pace instant
  sae local --listen 127.0.0.1:0 --seed shop.json";
