//! `sae doctor`.

use clap::Args;

use super::{Connection, Output};

/// Check what calls need: credentials, region, clock, network.
#[derive(Args, Debug)]
#[command(
    long_about = ABOUT,
    after_help = "Examples:\n  sae doctor\n  sae doctor --profile staging\n  sae doctor --output json",
    mut_arg("output", super::output::table)
)]
pub struct Doctor {
    #[command(flatten)]
    pub connection: Connection,
    #[command(flatten)]
    pub output: Output,
}

const ABOUT: &str = "Check what calls need: where the credentials come from and why other sources are skipped, the region, permissions of the files with \
secrets, proxies, and with one harmless call the network, the signature and the clock.

The exit code is 1 if something is wrong.";
