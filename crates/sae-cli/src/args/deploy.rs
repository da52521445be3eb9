//! `sae deploy`.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::following::HEADING;
use super::help::with_exit_codes;
use super::value::{at_least, minutes, seconds};
use super::{Application, Connection, Following, Namespace, Output};

/// Deploy a version or settings of an application, exactly once, and follow the rollout.
#[derive(Args, Debug)]
#[command(
    after_help = with_exit_codes(EXAMPLES),
    mut_arg("output", super::output::table),
    // A deployment that is resumed may stand for it.
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
    /// What to do with a rollout that fails: keep leaves it as it is, and one that is stuck goes on running; abort ends one that is
    /// stuck where it stands; rollback ends it and runs the previous version again.
    #[arg(long, value_name = "WHAT", value_enum, default_value_t, help_heading = HEADING)]
    pub on_failure: OnFailure,
    /// Follow a deployment that was submitted before instead of submitting it again: by the change order, by its token, or the latest
    /// one of this program. A token that no deployment has is given to this one.
    // Without a value it is empty: the latest one.
    #[arg(
        long, value_name = "TOKEN|ORDER", num_args = 0..=1, default_missing_value = "", help_heading = HEADING
    )]
    pub resume: Option<String>,
    /// Submit the deployment anew, with the same token, if the latest one with it has failed, was aborted or was rolled back.
    #[arg(long, requires = "resume", help_heading = HEADING)]
    pub retry_failed: bool,
    /// How long to try again while another change of the application is under way [default: not at all]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = HEADING)]
    pub wait_while_busy: Option<Duration>,
    /// How long a deployment whose answer was lost must not be seen before it is sent again, up to three times in all [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = HEADING)]
    pub settle: Option<Duration>,
    /// How long to look for a deployment whose answer was lost, each time that it was sent [default: 300, or --wait-timeout or
    /// --timeout if that is less]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = HEADING)]
    pub search_timeout: Option<Duration>,
    /// Create the application if there is none of this name, and its namespace if -n has it as REGION:NAME.
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
    /// Image that its instances run.
    #[arg(long, value_name = "URL", conflicts_with = "package", help_heading = SETTINGS)]
    pub image: Option<String>,
    /// JAR, WAR or ZIP file that its instances run.
    #[arg(long, value_name = "URL", help_heading = SETTINGS)]
    pub package: Option<String>,
    /// Version of the package, a text of your own.
    #[arg(long, value_name = "VERSION", requires = "package", help_heading = SETTINGS)]
    pub package_version: Option<String>,
    /// Environment variable of the instances; the others stay; may be repeated.
    #[arg(long, short, value_name = "NAME=VALUE", help_heading = SETTINGS)]
    pub env: Vec<String>,
    /// Environment variable to take away; may be repeated.
    #[arg(long, value_name = "NAME", help_heading = SETTINGS)]
    pub unset_env: Vec<String>,
    /// When an instance is ready: http:PORT/PATH, https:PORT/PATH, tcp:PORT, exec:COMMAND or JSON.
    #[arg(long, value_name = "CHECK", help_heading = SETTINGS)]
    pub readiness: Option<String>,
    /// Whether an instance is alive, else it is restarted; written like --readiness.
    #[arg(long, value_name = "CHECK", help_heading = SETTINGS)]
    pub liveness: Option<String>,
    /// How many instances are wanted.
    #[arg(long, value_name = "N", value_parser = at_least::<0>, help_heading = SETTINGS)]
    pub replicas: Option<i64>,
    /// CPU of an instance, as `sae spec list` shows them.
    #[arg(
        long, value_name = "MILLICORES", value_parser = at_least::<1>, requires = "memory", help_heading = SETTINGS
    )]
    pub cpu: Option<i64>,
    /// Memory of an instance.
    #[arg(long, value_name = "MB", value_parser = at_least::<1>, requires = "cpu", help_heading = SETTINGS)]
    pub memory: Option<i64>,
    /// Any other parameter of DeployApplication; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", help_heading = SETTINGS)]
    pub param: Vec<String>,
    /// What the change order says about itself.
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
    /// Batches in which instances are replaced; with --canary, those after it.
    #[arg(long, value_name = "N", value_parser = at_least::<1>, help_heading = STRATEGY)]
    pub batches: Option<i64>,
    /// Replace this many instances first, as a batch of their own.
    #[arg(long, value_name = "N", value_parser = at_least::<1>, help_heading = STRATEGY)]
    pub canary: Option<i64>,
    /// Wait for `sae order confirm` after each batch.
    #[arg(long, help_heading = STRATEGY)]
    pub manual: bool,
    /// How long to wait between two batches, as in 5 or 5m; whole minutes are what the service knows.
    #[arg(
        long, value_name = "MINUTES", value_parser = minutes, conflicts_with = "manual", help_heading = STRATEGY
    )]
    pub batch_wait: Option<i64>,
}

/// What is done with a change order that fails, or is stuck: see [`Snapshot::is_stuck`](sae::change_order::Snapshot::is_stuck).
// Keep: nothing; one that is stuck keeps running, and blocks other changes. Abort: one that is stuck is ended where it stands; one that
// has failed has ended by itself. Rollback: it is ended, and the previous version is running again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OnFailure {
    #[default]
    Keep,
    Abort,
    Rollback,
}

const SETTINGS: &str = "What to deploy";
const STRATEGY: &str = "How to replace instances";
const EXAMPLES: &str = "Examples:
  sae deploy --app shop --image registry.cn-hangzhou.aliyuncs.com/shop/web:2
  sae deploy --app shop --image repo/web:2 --batches 3 --batch-wait 5m --on-failure rollback
  sae deploy --app shop --image repo/web:2 --canary 1 --batches 2 --manual
  sae deploy --app shop --package https://host/web.jar --package-version 2 --env MODE=live
  sae deploy --app shop --image repo/web:2 --readiness http:8080/health --liveness tcp:8080
  sae deploy --app shop -n cn-hangzhou:test --create --image repo/web:1 --replicas 2
  sae deploy --app shop --image repo/web:2 --resume build-42

Each deployment bears a token in the description of its change order. A job that runs again with `--resume TOKEN` and a token of \
its own, such as the number of the build, follows the deployment of its first run instead of making another one, and ends with its \
exit code; so do jobs that run at the same time. After a failure, `--retry-failed` submits it anew.
A deployment whose answer is lost (a broken connection, no answer within 30 s, HTTP 5xx) is searched for: it is sent again once it \
was not seen for --settle (30 s), up to three times, so for 90 s; while the search gets no answer, until --search-timeout (300 s). \
The exit code is 4 if it still isn't known whether it was accepted.
Ctrl-C ends the watching alone; the change order goes on. The exit code is 1 then, or 4 as long as the service hasn't answered.
Where GITHUB_STEP_SUMMARY names a file, a summary in Markdown is appended to it.";
