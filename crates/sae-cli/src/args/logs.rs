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
    /// This instance alone: its identifier or the end of it; may be repeated.
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
    /// Go on with what is written from now on, until Ctrl-C.
    #[arg(long, short)]
    pub follow: bool,
    /// Lines from this time on: 10m ago, or a time such as 2026-11-22T08:30:00Z; without a zone it is China's.
    #[arg(long, value_name = "TIME", value_parser = since)]
    pub since: Option<Millis>,
    /// The last lines of each instance, this many, to begin with.
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = at_least::<0>)]
    pub tail: Option<i64>,
    /// What was written before the last restart of an instance.
    #[arg(long, short, conflicts_with = "follow")]
    pub previous: bool,
    /// How long the service may fail to answer while logs are followed [default: 300]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub outage: Option<Duration>,
}

/// Instances: what runs an application.
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

/// What is done with instances.
#[derive(Debug, Subcommand)]
pub enum InstanceVerb {
    /// List the instances of an application.
    #[command(visible_alias = "ls", after_help = LIST_EXAMPLES)]
    List(InstanceList),
    /// Show what an instance writes.
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
    /// Identifier of the instance.
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

The service keeps the latest part of each log. Lines are put in order by the time at their beginning, where they have one.";
const INSTANCE_EXAMPLES: &str = "Examples:
  sae instance list shop
  sae instance logs shop-0a1b2c3d-x7k2p -f";
const LOGS_EXAMPLES: &str = "Examples:
  sae instance logs shop-0a1b2c3d-x7k2p --tail 100
  sae instance logs shop-0a1b2c3d-x7k2p -f";
const LIST_EXAMPLES: &str = "Examples:
  sae instance list shop
  sae instance list shop -q";
