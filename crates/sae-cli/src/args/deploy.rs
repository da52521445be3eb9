//! `sae deploy`.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::following::HEADING;
use super::help::with_exit_codes;
use super::value::{at_least, minutes, seconds};
use super::{Application, Connection, Following, Namespace, Output};

/// Deploy a new version or new settings of an application, exactly once, and follow the rollout.
#[derive(Args, Debug)]
#[command(
    after_help = with_exit_codes(EXAMPLES),
    mut_arg("output", super::output::table),
    // With --resume the ID of a change order can stand for the application.
    mut_group("application", |group| group.required(false))
)]
pub struct Deploy {
    #[command(flatten)]
    pub application: Application,
    #[command(flatten)]
    pub namespace: Namespace,
    #[command(flatten)]
    pub settings: Settings,
    #[command(flatten)]
    pub strategy: Strategy,
    /// What to do if the rollout fails or gets stuck: keep leaves it as it is, and a stuck one keeps running; abort stops a stuck one;
    /// rollback runs the previous version again.
    #[arg(long, value_name = "WHAT", value_enum, default_value_t, help_heading = HEADING)]
    pub on_failure: OnFailure,
    /// Follow an earlier deployment instead of submitting a new one: by the ID of its change order, by its token, or the latest one of
    /// this program. If no deployment has the token, this one gets it.
    // Empty if it has no value: the latest deployment.
    #[arg(
        long, value_name = "TOKEN|ORDER", num_args = 0..=1, default_missing_value = "", help_heading = HEADING
    )]
    pub resume: Option<String>,
    /// Submit the deployment again, with the same token, if the latest one with it failed, was aborted or was rolled back.
    #[arg(long, requires = "resume", help_heading = HEADING)]
    pub retry_failed: bool,
    /// Keep retrying for this long while another change of the application is running [default: no retries]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = HEADING)]
    pub wait_while_busy: Option<Duration>,
    /// If the response was lost: send the deployment again after it hasn't been found for this long, at most three times in all
    /// [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = HEADING)]
    pub settle: Option<Duration>,
    /// If the response was lost: search for the deployment for this long after each attempt [default: 300, or --wait-timeout or
    /// --timeout if that is less]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = HEADING)]
    pub search_timeout: Option<Duration>,
    /// Create the application if it doesn't exist, and its namespace if -n has the form REGION:NAME.
    #[arg(long)]
    pub create: bool,
    #[command(flatten)]
    pub following: Following,
    #[command(flatten)]
    pub connection: Connection,
    #[command(flatten)]
    pub output: Output,
}

/// What to deploy.
#[derive(Args, Debug)]
pub struct Settings {
    /// Container image to run.
    #[arg(long, value_name = "URL", conflicts_with = "package", help_heading = SETTINGS)]
    pub image: Option<String>,
    /// JAR, WAR or ZIP file to run.
    #[arg(long, value_name = "URL", help_heading = SETTINGS)]
    pub package: Option<String>,
    /// Version label of the package.
    #[arg(long, value_name = "VERSION", requires = "package", help_heading = SETTINGS)]
    pub package_version: Option<String>,
    /// Set an environment variable and keep the others; may be repeated.
    #[arg(long, short, value_name = "NAME=VALUE", help_heading = SETTINGS)]
    pub env: Vec<String>,
    /// Remove an environment variable; may be repeated.
    #[arg(long, value_name = "NAME", help_heading = SETTINGS)]
    pub unset_env: Vec<String>,
    /// Readiness check: http:PORT/PATH, https:PORT/PATH, tcp:PORT, exec:COMMAND or JSON.
    #[arg(long, value_name = "CHECK", help_heading = SETTINGS)]
    pub readiness: Option<String>,
    /// Liveness check, in the same form; instances that fail it are restarted.
    #[arg(long, value_name = "CHECK", help_heading = SETTINGS)]
    pub liveness: Option<String>,
    /// Number of instances.
    #[arg(long, value_name = "N", value_parser = at_least::<0>, help_heading = SETTINGS)]
    pub replicas: Option<i64>,
    /// CPU per instance; `sae spec list` shows the sizes.
    #[arg(
        long, value_name = "MILLICORES", value_parser = at_least::<1>, requires = "memory", help_heading = SETTINGS
    )]
    pub cpu: Option<i64>,
    /// Memory per instance.
    #[arg(long, value_name = "MB", value_parser = at_least::<1>, requires = "cpu", help_heading = SETTINGS)]
    pub memory: Option<i64>,
    /// Any other parameter of DeployApplication; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", help_heading = SETTINGS)]
    pub param: Vec<String>,
    /// Description of the change order.
    #[arg(long, value_name = "TEXT", help_heading = SETTINGS)]
    pub description: Option<String>,
}

impl Settings {
    /// Whether there is anything to deploy. A description alone is nothing.
    pub fn has_changes(&self) -> bool {
        self.image.is_some()
            || self.package.is_some()
            || self.sets_variables()
            || self.readiness.is_some()
            || self.liveness.is_some()
            || self.replicas.is_some()
            || self.cpu.is_some()
            || self.memory.is_some()
            || !self.param.is_empty()
    }

    /// Whether environment variables are set or taken away.
    pub fn sets_variables(&self) -> bool {
        !self.env.is_empty() || !self.unset_env.is_empty()
    }
}

/// How to replace instances.
#[derive(Args, Debug)]
pub struct Strategy {
    /// Number of batches; with --canary, of those after the canary batch.
    #[arg(long, value_name = "N", value_parser = at_least::<1>, help_heading = STRATEGY)]
    pub batches: Option<i64>,
    /// Replace this many instances first, in a batch of their own.
    #[arg(long, value_name = "N", value_parser = at_least::<1>, help_heading = STRATEGY)]
    pub canary: Option<i64>,
    /// Wait for `sae order confirm` after each batch.
    #[arg(long, help_heading = STRATEGY)]
    pub manual: bool,
    /// Time between two batches in whole minutes, as in 5 or 5m.
    #[arg(
        long, value_name = "MINUTES", value_parser = minutes, conflicts_with = "manual", help_heading = STRATEGY
    )]
    pub batch_wait: Option<i64>,
}

/// What to do with a change order that fails or is stuck, see [`Snapshot::is_stuck`](sae::change_order::Snapshot::is_stuck). `Keep`
/// leaves it as it is: a stuck one keeps running and blocks other changes. `Abort` aborts a stuck one. `Rollback` runs the previous
/// version again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OnFailure {
    #[default]
    Keep,
    Abort,
    Rollback,
}

const SETTINGS: &str = "What to deploy";
const STRATEGY: &str = "Rollout strategy";
const EXAMPLES: &str = "Examples:
  sae deploy --app shop --image registry.cn-hangzhou.aliyuncs.com/shop/web:2
  sae deploy --app shop --image repo/web:2 --batches 3 --batch-wait 5m --on-failure rollback
  sae deploy --app shop --image repo/web:2 --canary 1 --batches 2 --manual
  sae deploy --app shop --package https://host/web.jar --package-version 2 --env MODE=live
  sae deploy --app shop --image repo/web:2 --readiness http:8080/health --liveness tcp:8080
  sae deploy --app shop -n cn-hangzhou:test --create --image repo/web:1 --replicas 2
  sae deploy --app shop --image repo/web:2 --resume build-42

Each deployment has a token in the description of its change order. A job that runs again with `--resume TOKEN` and a token of \
its own, such as the build number, follows the deployment of its first run instead of making another one, and ends with its \
exit code; so do jobs that run at the same time. After a failure, `--retry-failed` submits it again.
If the response is lost (a broken connection, no response within 30 s, HTTP 5xx), the program searches for the deployment. It sends \
the deployment again after it hasn't been found for --settle (30 s), at most three times, so within 90 s. If the search gets no \
response either, it ends after --search-timeout (300 s). The exit code is 4 if the outcome is still unknown.
Ctrl-C stops watching; the change order keeps running. The exit code is then 1, or 4 if the service hasn't responded yet.
If GITHUB_STEP_SUMMARY names a file, a Markdown summary is appended to it.";
