//! `sae app`.

use clap::{Args, Subcommand};

use super::help::with_exit_codes;
use super::value::at_least;
use super::{Application, Confirmation, Connection, Following, Listing, Namespace, Output};

/// Applications.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, mut_arg("output", super::output::table))]
pub struct App {
    #[command(flatten)]
    pub connection: Connection,
    #[command(flatten)]
    pub output: Output,
    #[command(flatten)]
    pub namespace: Namespace,
    #[command(subcommand)]
    pub verb: AppVerb,
}

/// The verbs of `sae app`.
#[derive(Debug, Subcommand)]
pub enum AppVerb {
    /// List the applications of the region, or of a namespace.
    #[command(visible_alias = "ls", after_help = LIST_EXAMPLES)]
    List(AppList),
    /// Show the configuration and the status of an application.
    #[command(after_help = SHOW_EXAMPLES)]
    Show(AppShow),
    /// Create an application, deploy it and print its ID.
    #[command(after_help = with_exit_codes(CREATE_EXAMPLES))]
    Create(AppCreate),
    /// Start a stopped application.
    #[command(after_help = with_exit_codes("Example:\n  sae app start shop"))]
    Start(AppChange),
    /// Stop all instances of an application.
    #[command(after_help = with_exit_codes("Example:\n  sae app stop shop"))]
    Stop(AppChange),
    /// Restart all instances of an application.
    #[command(after_help = with_exit_codes(RESTART_EXAMPLES))]
    Restart(AppChange),
    /// Change the number of instances of an application.
    #[command(after_help = with_exit_codes(SCALE_EXAMPLES))]
    Scale(AppScale),
    /// Change the size of the instances of an application.
    #[command(after_help = with_exit_codes(RESIZE_EXAMPLES))]
    Resize(AppResize),
    /// List the change orders of an application, newest first.
    #[command(after_help = "Example:\n  sae app history shop --limit 5")]
    History(AppHistory),
    /// Delete an application and its instances.
    #[command(visible_alias = "rm", after_help = with_exit_codes(DELETE_EXAMPLES))]
    Delete(AppDelete),
}

/// `sae app list`.
#[derive(Args, Debug)]
pub struct AppList {
    /// List only applications whose name contains this text.
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    #[command(flatten)]
    pub listing: Listing,
}

/// `sae app show`.
#[derive(Args, Debug)]
pub struct AppShow {
    #[command(flatten)]
    pub application: Application,
}

/// `sae app create`.
#[derive(Args, Debug)]
pub struct AppCreate {
    /// Name of the application.
    #[arg(value_name = "NAME")]
    pub name: String,
    #[command(flatten)]
    pub source: Source,
    /// Version label of the package.
    #[arg(long, value_name = "VERSION", requires = "package")]
    pub package_version: Option<String>,
    /// JDK to run the package with, as in "Open JDK 8".
    #[arg(long, value_name = "JDK")]
    pub jdk: Option<String>,
    /// Number of instances.
    #[arg(long, value_name = "N", value_parser = at_least::<1>, default_value = "1")]
    pub replicas: i64,
    /// CPU per instance [default: chosen by the service]
    #[arg(long, value_name = "MILLICORES", value_parser = at_least::<1>, requires = "memory")]
    pub cpu: Option<i64>,
    /// Memory per instance [default: chosen by the service]
    #[arg(long, value_name = "MB", value_parser = at_least::<1>, requires = "cpu")]
    pub memory: Option<i64>,
    /// Environment variable; may be repeated.
    #[arg(long, short, value_name = "NAME=VALUE")]
    pub env: Vec<String>,
    /// Description of the application.
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// Any other parameter of CreateApplication; may be repeated.
    #[arg(long, value_name = "NAME=VALUE")]
    pub param: Vec<String>,
    /// Create the application without deploying it.
    #[arg(long)]
    pub no_deploy: bool,
    #[command(flatten)]
    pub following: Following,
}

/// What the instances run.
#[derive(Args, Debug)]
#[group(id = "source", required = true, multiple = false)]
pub struct Source {
    /// Container image to run.
    #[arg(long, value_name = "URL", conflicts_with = "package")]
    pub image: Option<String>,
    /// JAR or WAR file to run.
    #[arg(long, value_name = "URL", requires_all = ["package_version", "jdk"])]
    pub package: Option<String>,
}

/// `sae app start`, `stop` and `restart`.
#[derive(Args, Debug)]
pub struct AppChange {
    #[command(flatten)]
    pub application: Application,
    #[command(flatten)]
    pub following: Following,
}

/// `sae app scale`.
#[derive(Args, Debug)]
// Both can be negative numbers. `mut_arg` moves an argument to the end, so both are changed, in their order.
#[command(
    allow_missing_positional = true,
    mut_arg("named", |app| app.allow_negative_numbers(true)),
    mut_arg("replicas", |replicas| replicas.allow_negative_numbers(true))
)]
pub struct AppScale {
    #[command(flatten)]
    pub application: Application,
    #[command(flatten)]
    pub following: Following,
    /// Number of instances.
    #[arg(value_name = "REPLICAS", value_parser = at_least::<0>)]
    pub replicas: i64,
}

/// `sae app resize`.
#[derive(Args, Debug)]
pub struct AppResize {
    #[command(flatten)]
    pub application: Application,
    #[command(flatten)]
    pub following: Following,
    /// CPU per instance; `sae spec list` shows the sizes.
    #[arg(long, value_name = "MILLICORES", value_parser = at_least::<1>)]
    pub cpu: i64,
    /// Memory per instance.
    #[arg(long, value_name = "MB", value_parser = at_least::<1>)]
    pub memory: i64,
}

/// `sae app history`.
#[derive(Args, Debug)]
pub struct AppHistory {
    #[command(flatten)]
    pub application: Application,
    #[command(flatten)]
    pub listing: Listing,
}

/// `sae app delete`.
#[derive(Args, Debug)]
pub struct AppDelete {
    #[command(flatten)]
    pub application: Application,
    #[command(flatten)]
    pub following: Following,
    #[command(flatten)]
    pub confirmation: Confirmation,
}

const EXAMPLES: &str = "Examples:
  sae app list
  sae app show shop
  sae app scale shop 5";
const LIST_EXAMPLES: &str = "Examples:
  sae app list
  sae app list -n cn-hangzhou:shop
  sae app list -q --name web
  sae app list --output json --query '[?RunningInstances == `0`].AppName'";
const SHOW_EXAMPLES: &str = "Examples:
  sae app show shop
  sae app show shop -n cn-hangzhou:shop --output yaml --query Config.Envs";
const CREATE_EXAMPLES: &str = "Examples:
  sae app create shop -n test --image registry/shop:1 --cpu 1000 --memory 2048
  sae app create shop -n test --package https://host/shop.jar --package-version 1 --jdk \"Open JDK 8\"
  sae app create shop -n test --image shop:1 -e A=1 --param Timezone=Asia/Shanghai";
const RESTART_EXAMPLES: &str = "Examples:
  sae app restart shop
  order=$(sae app restart shop --no-wait)";
const SCALE_EXAMPLES: &str = "Examples:
  sae app scale shop 5
  sae app scale shop 5 --wait-timeout 600";
const RESIZE_EXAMPLES: &str = "Example:\n  sae app resize shop --cpu 2000 --memory 4096";
const DELETE_EXAMPLES: &str = "Examples:
  sae app delete shop
  sae app delete shop -n cn-hangzhou:test --yes";
