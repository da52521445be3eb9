//! Following a change order: options of every command that starts or watches one.

use std::time::Duration;

use clap::Args;

use super::value::seconds;

/// Whether and how a change order that a command starts is followed.
#[derive(Args, Clone, Debug, Default)]
pub struct Following {
    /// Wait until the change order is over; this is what happens anyway.
    #[arg(long, help_heading = HEADING)]
    // It only takes back an earlier --no-wait.
    wait: bool,
    /// End as soon as the change order is accepted.
    #[arg(long, overrides_with = "wait", help_heading = HEADING)]
    pub no_wait: bool,
    #[command(flatten)]
    pub limits: Limits,
}

/// How long a change order is followed.
#[derive(Args, Clone, Debug, Default)]
pub struct Limits {
    /// How long to wait; the change order goes on after that [default: --timeout if given, else 3600]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = HEADING)]
    pub wait_timeout: Option<Duration>,
    /// How long a change order may report an abnormal state before it counts as failed [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = HEADING)]
    pub patience: Option<Duration>,
    /// How long the service may fail to answer while a change order is followed [default: 300]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = HEADING)]
    pub outage: Option<Duration>,
}

/// What help shows above these options.
pub const HEADING: &str = "Change order";
