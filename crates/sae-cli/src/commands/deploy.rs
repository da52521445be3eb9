//! `sae deploy`: another version of an application, submitted once and followed to its end.

use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command};
use sae::change_order::ChangeOrder;
use sae::deploy::{DeployEvent, Lookup, look_up};
use sae::model::DeployApplication;
use sae::transport::text::escape_control;
use sae::{Client, ErrorKind};
use serde_json::json;

use crate::block_on;
use crate::commands::app;
use crate::failure::Failure;
use crate::failure::Rollout::{Interrupted, Lost};
use crate::render::Output;
use crate::rollout::{self, OnFailure, Rollout, interruptible, summary};
use crate::session::{self, Printer};
use crate::tell::tell;
use crate::waiting::{self, Reason};

mod creation;
mod probe;
mod request;
mod resumption;
#[cfg(target_os = "linux")]
mod turn;

use resumption::{Named, Resumption};

/// The command line.
pub fn command() -> Command {
    let command = Command::new("deploy")
        .about("Deploy a version or settings of an application, exactly once, and follow the rollout")
        .after_help(EXAMPLES);
    let command = app::with_namespace(app::with_application(command))
        // A deployment that is resumed may stand for it.
        .mut_group("application", |group| group.required(false))
        .args(request::arguments())
        .arg(
            Arg::new("on-failure")
                .long("on-failure")
                .value_name("WHAT")
                .value_parser(["keep", "abort", "rollback"])
                .default_value("keep")
                .help(
                    "What to do with a rollout that fails: keep leaves it as it is, and one that is stuck goes on running; abort ends \
                     one that is stuck where it stands; rollback ends it and runs the previous version again",
                )
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
            Arg::new("retry-failed")
                .long("retry-failed")
                .action(ArgAction::SetTrue)
                .requires("resume")
                .help(
                    "Submit the deployment anew, with the same token, if the latest one with it has failed, was aborted or was rolled \
                     back",
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
            Arg::new("settle")
                .long("settle")
                .value_name("SECONDS")
                .value_parser(session::seconds)
                .help(
                    "How long a deployment whose answer was lost must not be seen before it is sent again, up to three times in all \
                     [default: 30]",
                )
                .help_heading("Change order"),
        )
        .arg(
            Arg::new("search-timeout")
                .long("search-timeout")
                .value_name("SECONDS")
                .value_parser(session::seconds)
                .help(
                    "How long to look for a deployment whose answer was lost, each time that it was sent [default: 300, or \
                     --wait-timeout or --timeout if that is less]",
                )
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
    if app::given(options)?.is_empty() && !options.contains_id("resume") {
        return Err(Failure::usage("no application: name it, as in `sae deploy shop --image repo/shop:2`"));
    }
    let has_changes = request::has_changes(options);
    if !has_changes && !options.contains_id("resume") {
        return Err(Failure::usage(
            "nothing to deploy: give --image, --package or another setting; `sae app restart` starts the same version anew",
        ));
    }
    resumption::check(options)?;
    // What is wrong with the command line is told before anything is asked of the service.
    request::build(DeployApplication::new(""), options)?;
    let client = session::client(options)?;
    block_on(async {
        let mut rollout = Rollout::new(&printer, options).on_failure(on_failure);
        let order = match resumption::found(&client, options).await? {
            Resumption::Order(order) => order,
            Resumption::Found(order) => {
                rollout = rollout.retry(resumption::another_try(options));
                order
            }
            Resumption::Token(named) => {
                if named.is_given {
                    rollout = rollout.retry(resumption::another_try(options));
                }
                let submitted = interruptible(Box::pin(submitted(&client, &named, options))).await;
                waiting::over();
                match submitted {
                    Some(Ok(order)) => order,
                    Some(Err(failure)) if failure.is_outcome_unknown() => {
                        return Err(unknown(failure, &named, &printer, options));
                    }
                    Some(Err(failure)) => return Err(refused(failure, options)),
                    None => return unwatched(&client, &named, &printer, options).await,
                }
            }
        };
        rollout.follow(&order).await
    })
}

/// Submits the deployment, or the creation, unless one has the token already.
async fn submitted(client: &Client, named: &Named, options: &ArgMatches) -> Result<ChangeOrder, Failure> {
    #[cfg(target_os = "linux")]
    let _turn = if named.is_given {
        let endpoint = client.endpoint(&sae::model::SERVICE)?.to_string();
        let which = app::repeated(options);
        Some(turn::Turn::of(&[endpoint.as_str(), which.as_str(), named.token.as_str()]).await)
    } else {
        None
    };
    if options.get_flag("create")
        && let Some(order) = creation::if_missing(client, named, options).await?
    {
        return Ok(order);
    }
    let app = app::named(client, options).await?;
    let retry_failed = options.get_flag("retry-failed");
    if named.is_given
        && let Some(found) = look_up(client, &app, Some(&named.token)).await?.latest
        && found.is_creation
        && !(retry_failed && found.has_failed())
    {
        return Ok(found.order);
    }
    let mut request = request::build(DeployApplication::new(&app), options)?;
    request::keep_variables(client, &mut request, options).await?;
    let given = |name: &str| options.get_one::<Duration>(name).copied();
    let search = given("search-timeout").unwrap_or_else(|| rollout::limit(options).min(UNCERTAINTY));
    let mut deploy = client.deploy(request).token(named.token.as_str()).timeout(search).on_event(tell_of);
    if !named.is_given {
        deploy = deploy.fresh();
    }
    if retry_failed {
        deploy = deploy.retry_failed();
    }
    if let Some(settle) = given("settle") {
        deploy = deploy.settle(settle);
    }
    if let Some(limit) = given("wait-while-busy") {
        deploy = deploy.wait_while_busy(limit);
    }
    Ok(deploy.await?)
}

/// What somebody who waits wants to know before there is a change order to follow.
fn tell_of(event: &DeployEvent<'_>) {
    match event {
        DeployEvent::Adopted { found, .. } => {
            tell!("nothing was submitted: change order {} has the token", escape_control(found.order.id()));
        }
        DeployEvent::Duplicate { other, .. } => {
            tell!(
                "note: change order {} deploys the same: it was accepted at the same moment",
                escape_control(other)
            );
        }
        DeployEvent::Refused { error, wait, left, .. } => waiting::because(Reason {
            what: format!("not deployed yet: {error}"),
            next: "tries again",
            wait: Some(*wait),
            left: *left,
        }),
        DeployEvent::Searching { error, settle, left, .. } => waiting::because(Reason {
            what: format!("the deployment may have been accepted, and is searched for: {error}"),
            next: "sends it again, unless it is found,",
            wait: Some(*settle),
            left: *left,
        }),
        _ => {}
    }
}

/// The service may have accepted it, or not.
fn unknown(failure: Failure, named: &Named, printer: &Printer, options: &ArgMatches) -> Failure {
    let app = called(options);
    let advice = named.advice(options);
    summary::note("❓", &format!("{app}: whether it was deployed isn't known"), &failure.message(), &advice);
    if printer.is_document() {
        let member = if app::is_id(app) { "AppId" } else { "AppName" };
        let document = json!({ member: app, "Outcome": "unknown", "Token": named.token.as_str() });
        if let Err(unwritten) = printer.print(&format!("{document:#}")) {
            unwritten.print();
        }
    }
    failure.advised(advice)
}

/// It ends before a change order is there.
fn refused(failure: Failure, options: &ArgMatches) -> Failure {
    let Failure::Call(error) = &failure else { return failure };
    let which = format!("{}{}", app::repeated(options), session::repeated(options));
    let advice = if error.is_busy() {
        vec![
            ("to wait for its turn", "the same command with --wait-while-busy 10m".to_owned()),
            ("to watch what is under way", format!("sae order watch {which}")),
            ("to end it where it stands", format!("sae order abort {which}")),
        ]
    } else if error.code().is_some_and(|code| code.as_str().ends_with("MissingJdk")) {
        vec![("to name it", "the same command with --param Jdk='Open JDK 8'".to_owned())]
    } else {
        Vec::new()
    };
    let what = if error.kind() == ErrorKind::Service { "not deployed" } else { "deployment failed" };
    summary::note("❌", &format!("{}: {what}", called(options)), &failure.message(), &advice);
    failure.advised(advice)
}

/// Ctrl-C before the service has answered: one look tells what became of it, if it can be told.
async fn unwatched(
    client: &Client,
    named: &Named,
    printer: &Printer,
    options: &ArgMatches,
) -> Result<(), Failure> {
    let looked = async {
        let app = app::named(client, options).await.ok()?;
        look_up(client, &app, Some(&named.token)).await.ok()
    };
    let looked = interruptible(tokio::time::timeout(LOOK, Box::pin(looked))).await;
    let ended = |how, text: &str| Failure::Rollout(how, text.to_owned());
    match looked.and_then(Result::ok).flatten().unwrap_or_default() {
        Lookup { latest: Some(found), .. } => Rollout::new(printer, options).interrupted(&found.order),
        // While it runs, every other one is refused.
        Lookup { is_busy: true, .. } => {
            Err(ended(Interrupted, "nothing was accepted, for another change is under way"))
        }
        _ => {
            let failure = ended(Lost, "interrupted before it was known whether the deployment was accepted");
            Err(unknown(failure, named, printer, options))
        }
    }
}

/// What the command line calls the application.
fn called(options: &ArgMatches) -> &str {
    app::given(options).unwrap_or_default()
}

/// How long an unknown outcome is looked into at most.
const UNCERTAINTY: Duration = Duration::from_mins(5);
/// How long somebody waits who wants no more.
const LOOK: Duration = Duration::from_secs(5);

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
