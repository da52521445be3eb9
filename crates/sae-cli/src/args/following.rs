//! Following a change order: options of every command that starts or watches one.

use std::time::Duration;

use clap::Args;

use super::value::seconds;

/// Whether and how a change order that a command starts is followed.
#[derive(Args, Clone, Debug, Default)]
pub struct Following {
    /// Wait until the change order is finished; this is the default.
    #[arg(long, help_heading = HEADING)]
    // It isn't read: it only overrides an earlier --no-wait.
    wait: bool,
    /// Exit as soon as the change order is accepted.
    #[arg(long, overrides_with = "wait", help_heading = HEADING)]
    pub no_wait: bool,
    #[command(flatten)]
    pub limits: Limits,
}

/// How long a change order is followed.
#[derive(Args, Clone, Debug, Default)]
pub struct Limits {
    /// Stop waiting after this long; the change order keeps running [default: --timeout if given, else 3600]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = HEADING)]
    pub wait_timeout: Option<Duration>,
    /// Fail if the change order reports an abnormal state for this long [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = HEADING)]
    pub patience: Option<Duration>,
    /// Give up if the service doesn't respond for this long while waiting [default: 300]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = HEADING)]
    pub outage: Option<Duration>,
}

/// Heading in help.
pub const HEADING: &str = "Change order";
