//! `sae logs`, and `sae instance`, which has logs too.

use std::time::Duration;

use clap::{Args, Subcommand};

use super::value::{at_least, seconds, since};
use super::{Application, Connection, Listing, Namespace, Output};
use crate::timestamp::Millis;

/// Show the logs of an application's instances, and follow them across rollouts.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, mut_arg("output", super::output::text))]
pub struct Logs {
    /// Only this instance: its ID or the end of its ID; may be repeated.
    #[arg(long, value_name = "INSTANCE")]
    pub instance: Vec<String>,
    #[command(flatten)]
    pub application: Application,
    #[command(flatten)]
    pub namespace: Namespace,
    #[command(flatten)]
    pub lines: Lines,
    #[command(flatten)]
    pub connection: Connection,
    #[command(flatten)]
    pub output: Output,
}

/// Which lines are wanted.
#[derive(Args, Debug)]
pub struct Lines {
    /// Keep printing new lines until Ctrl-C.
    #[arg(long, short)]
    pub follow: bool,
    /// Only lines since this time: a duration such as 10m, or a time such as 2026-11-22T08:30:00Z (China Standard Time without a
    /// zone).
    #[arg(long, value_name = "TIME", value_parser = since)]
    pub since: Option<Millis>,
    /// Start with the last N lines of each instance.
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = at_least::<0>)]
    pub tail: Option<i64>,
    /// Lines from before the last restart of an instance.
    #[arg(long, short, conflicts_with = "follow")]
    pub previous: bool,
    /// Give up if the service doesn't respond for this long while following [default: 300]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub outage: Option<Duration>,
}

/// Instances of applications.
#[derive(Args, Debug)]
#[command(after_help = INSTANCE_EXAMPLES, mut_arg("output", super::output::table))]
pub struct Instance {
    #[command(flatten)]
    pub connection: Connection,
    #[command(flatten)]
    pub output: Output,
    #[command(flatten)]
    pub namespace: Namespace,
    #[command(subcommand)]
    pub verb: InstanceVerb,
}

/// The verbs of `sae instance`.
#[derive(Debug, Subcommand)]
pub enum InstanceVerb {
    /// List the instances of an application.
    #[command(visible_alias = "ls", after_help = LIST_EXAMPLES)]
    List(InstanceList),
    /// Show the log of an instance.
    #[command(after_help = LOGS_EXAMPLES, mut_arg("output", super::output::text))]
    Logs(InstanceLogs),
}

/// `sae instance list`.
#[derive(Args, Debug)]
pub struct InstanceList {
    #[command(flatten)]
    pub application: Application,
    #[command(flatten)]
    pub listing: Listing,
}

/// `sae instance logs`.
#[derive(Args, Debug)]
pub struct InstanceLogs {
    /// ID of the instance.
    #[arg(value_name = "INSTANCE")]
    pub instance: String,
    #[command(flatten)]
    pub lines: Lines,
    // Its default differs from that of the other verbs.
    #[command(flatten)]
    pub output: Output,
}

const EXAMPLES: &str = "Examples:
  sae logs shop
  sae logs shop -f --tail 20
  sae logs shop --since 10m --instance x7k2p
  sae logs shop --previous

The service keeps only the latest part of each log. Lines are sorted by the time that they begin with, if they have one.";
const INSTANCE_EXAMPLES: &str = "Examples:
  sae instance list shop
  sae instance logs shop-0a1b2c3d-x7k2p -f";
const LOGS_EXAMPLES: &str = "Examples:
  sae instance logs shop-0a1b2c3d-x7k2p --tail 100
  sae instance logs shop-0a1b2c3d-x7k2p -f";
const LIST_EXAMPLES: &str = "Examples:
  sae instance list shop
  sae instance list shop -q";
