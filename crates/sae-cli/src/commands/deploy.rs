//! `sae deploy`: another version of an application, submitted once and followed to its end.

use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command};
use sae::change_order::ChangeOrder;
use sae::model::DeployApplication;
use sae::{Client, ErrorKind};

use crate::block_on;
use crate::commands::app;
use crate::failure::Failure;
use crate::render::Output;
use crate::rollout::{self, OnFailure, Rollout, interruptible};
use crate::session::{self, Printer};
use crate::tree::EXIT_CODES;

mod creation;
mod probe;
mod request;
mod resumption;

use crate::tell::tell;
use resumption::{Resumption, Token};

/// The command line.
pub fn command() -> Command {
    let command = Command::new("deploy")
        .about("Deploy a version or settings of an application, exactly once, and follow the rollout")
        .after_help(format!("{EXAMPLES}\n\n{EXIT_CODES}"))
        .arg(
            Arg::new("app")
                .long("app")
                .value_name("APP")
                .help("Name or identifier of the application; NAMESPACE/NAME where the name alone is not enough")
                .required_unless_present("resume"),
        )
        .arg(app::namespace())
        .args(request::arguments())
        .arg(
            Arg::new("on-failure")
                .long("on-failure")
                .value_name("WHAT")
                .value_parser(["keep", "abort", "rollback"])
                .default_value("keep")
                .help("What to do with a rollout that fails")
                .help_heading("Change order"),
        )
        .arg(
            Arg::new("resume")
                .long("resume")
                .value_name("TOKEN|ORDER")
                .num_args(0..=1)
                .default_missing_value("")
                .help(
                    "Follow a deployment that was submitted before instead of submitting it again: by the change order, by its \
                     token, or the latest one of this program. A token that no deployment has is given to this one",
                )
                .help_heading("Change order"),
        )
        .arg(
            Arg::new("wait-while-busy")
                .long("wait-while-busy")
                .value_name("SECONDS")
                .value_parser(session::seconds)
                .help("How long to try again while another change of the application is under way [default: not at all]")
                .help_heading("Change order"),
        )
        .arg(
            Arg::new("create")
                .long("create")
                .action(ArgAction::SetTrue)
                .help("Create the application if there is none of this name, and its namespace if -n has it as REGION:NAME"),
        );
    session::arguments(rollout::arguments(command), Output::Table)
}

pub fn run(options: &ArgMatches) -> Result<(), Failure> {
    let printer = Printer::new(options)?;
    let on_failure = match options.get_one::<String>("on-failure").map(String::as_str) {
        Some("abort") => OnFailure::Abort,
        Some("rollback") => OnFailure::RollBack,
        _ => OnFailure::Keep,
    };
    let has_changes = request::has_changes(options);
    if !has_changes && !options.contains_id("resume") {
        return Err(Failure::usage(
            "nothing to deploy: give --image, --package or another setting; `sae app restart` starts the same version anew",
        ));
    }
    // What is wrong with the command line is told before anything is asked of the service.
    request::build(DeployApplication::new(""), options)?;
    let client = session::client(options)?;
    block_on(async {
        let order = match resumption::found(&client, options).await? {
            Resumption::Order(order) => order,
            Resumption::Token(token) => {
                match interruptible(Box::pin(submitted(&client, &printer, &token, options))).await {
                    Some(submitted) => submitted?,
                    None => return Err(unwatched(&token, options)),
                }
            }
        };
        Rollout::new(options).on_failure(on_failure).follow(&order).await
    })
}

/// Submits the deployment, or the creation.
async fn submitted(
    client: &Client,
    printer: &Printer,
    token: &Token,
    options: &ArgMatches,
) -> Result<ChangeOrder, Failure> {
    if options.get_flag("create")
        && let Some(order) = creation::if_missing(client, options).await?
    {
        return Ok(order);
    }
    let app = app::named(client, options).await?;
    let mut request = request::build(DeployApplication::new(&app), options)?;
    request::keep_variables(client, &mut request, options).await?;
    let mut deploy =
        client.deploy(request).token(token.text()).timeout(rollout::limit(options).min(UNCERTAINTY));
    if let Token::New(_) = token {
        deploy = deploy.fresh();
    }
    if let Some(limit) = options.get_one("wait-while-busy").copied() {
        deploy = deploy.wait_while_busy(limit);
    }
    match deploy.await {
        Err(error) if error.kind() == ErrorKind::OutcomeUnknown => {
            if printer.is_document() {
                let document =
                    serde_json::json!({ "AppId": app, "Outcome": "unknown", "Token": token.text() });
                printer.print(&format!("{document:#}"))?;
            }
            Failure::from(error).print();
            tell!("{}", token.advice(options));
            Err(Failure::Printed(UNKNOWN))
        }
        submitted => Ok(submitted?),
    }
}

/// Ctrl-C before the service has answered.
fn unwatched(token: &Token, options: &ArgMatches) -> Failure {
    tell!("interrupted: whether the deployment was accepted isn't known\n{}", token.advice(options));
    Failure::Printed(UNKNOWN)
}

/// How long an unknown outcome is looked into at most.
const UNCERTAINTY: Duration = Duration::from_mins(5);
/// Exit code of an unknown outcome.
const UNKNOWN: u8 = 4;

const EXAMPLES: &str = "Examples:
  sae deploy --app shop --image registry.cn-hangzhou.aliyuncs.com/shop/web:2
  sae deploy --app shop --image repo/web:2 --batches 3 --batch-wait 5m --on-failure rollback
  sae deploy --app shop --image repo/web:2 --canary 1 --batches 2 --manual
  sae deploy --app shop --package https://host/web.jar --package-version 2 --env MODE=live
  sae deploy --app shop --image repo/web:2 --readiness http:8080/health --liveness tcp:8080
  sae deploy --app shop -n cn-hangzhou:test --create --image repo/web:1 --replicas 2
  sae deploy --app shop --image repo/web:2 --resume build-42

Each deployment bears a token in the description of its change order. A job that runs again
with `--resume TOKEN` and a token of its own, such as the number of the build, follows the
deployment of its first run instead of making another one.
Ctrl-C ends the watching alone; the change order goes on. The exit code is 1 then, or 4 as
long as the service hasn't answered.
Where GITHUB_STEP_SUMMARY names a file, a summary in Markdown is appended to it.";
