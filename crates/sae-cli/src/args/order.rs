//! `sae order`.

use clap::{Args, Subcommand};

use super::help::with_exit_codes;
use super::{Application, Confirmation, Connection, Following, Limits, Listing, Namespace, Output};

/// Change orders: changes of an application, rolled out batch by batch.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, mut_arg("output", super::output::table))]
pub struct Order {
    #[command(flatten)]
    pub connection: Connection,
    #[command(flatten)]
    pub output: Output,
    #[command(flatten)]
    pub namespace: Namespace,
    #[command(subcommand)]
    pub verb: OrderVerb,
}

/// The verbs of `sae order`.
#[derive(Debug, Subcommand)]
pub enum OrderVerb {
    /// List the change orders of an application.
    #[command(visible_alias = "ls", after_help = "Example:\n  sae order list shop")]
    List(OrderList),
    /// Show a change order with its batches.
    #[command(after_help = SHOW_EXAMPLES)]
    Show(OrderShow),
    /// Follow a change order until it is finished or waits for a confirmation.
    #[command(after_help = with_exit_codes(WATCH_EXAMPLES))]
    Watch(OrderWatch),
    /// Confirm the next batch of a change order and follow it.
    #[command(after_help = with_exit_codes(CONFIRM_EXAMPLES))]
    Confirm(OrderConfirm),
    /// Abort a change order; instances that it has replaced keep the new version.
    #[command(after_help = with_exit_codes(ABORT_EXAMPLES))]
    Abort(OrderEnd),
    /// Roll back a change order to the previous version.
    #[command(after_help = with_exit_codes(ROLLBACK_EXAMPLES))]
    Rollback(OrderEnd),
}

/// Which change order: itself, or the latest one of its application.
#[derive(Args, Clone, Debug)]
#[group(id = "which", required = true, multiple = false)]
pub struct Which {
    /// ID of the change order.
    #[arg(value_name = "ORDER")]
    pub order: Option<String>,
    /// Use the latest change order of this application: its name or ID.
    #[arg(long, value_name = "APP")]
    pub app: Option<String>,
}

/// `sae order list`.
#[derive(Args, Debug)]
pub struct OrderList {
    #[command(flatten)]
    pub application: Application,
    #[command(flatten)]
    pub listing: Listing,
}

/// `sae order show`.
#[derive(Args, Debug)]
pub struct OrderShow {
    #[command(flatten)]
    pub which: Which,
}

/// `sae order watch`.
#[derive(Args, Debug)]
pub struct OrderWatch {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub limits: Limits,
}

/// `sae order confirm`.
#[derive(Args, Debug)]
pub struct OrderConfirm {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub following: Following,
}

/// `sae order abort` and `rollback`.
#[derive(Args, Debug)]
pub struct OrderEnd {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub following: Following,
    #[command(flatten)]
    pub confirmation: Confirmation,
}

const EXAMPLES: &str = "Examples:
  sae order list shop
  sae order watch --app shop
  sae order confirm --app shop";
const SHOW_EXAMPLES: &str = "Examples:
  sae order show 8eae0e1c-6c4b-4a3b-a1f4-0a1b2c3d4e5f
  sae order show --app shop --output yaml";
const WATCH_EXAMPLES: &str = "Examples:
  sae order watch 8eae0e1c-6c4b-4a3b-a1f4-0a1b2c3d4e5f
  sae order watch --app shop --wait-timeout 10m

Ctrl-C stops watching, with exit code 1; the change order keeps running.";
const CONFIRM_EXAMPLES: &str = "Examples:
  sae order confirm 8eae0e1c-6c4b-4a3b-a1f4-0a1b2c3d4e5f
  sae order confirm --app shop --no-wait";
const ABORT_EXAMPLES: &str = "Examples:
  sae order abort 8eae0e1c-6c4b-4a3b-a1f4-0a1b2c3d4e5f
  sae order abort --app shop --yes

The exit code is 0 if the change order was aborted.";
const ROLLBACK_EXAMPLES: &str = "Examples:
  sae order rollback 8eae0e1c-6c4b-4a3b-a1f4-0a1b2c3d4e5f
  sae order rollback --app shop --yes

A failed change order can also be rolled back, until the next one starts.
The exit code is 0 if the previous version is running again.";
