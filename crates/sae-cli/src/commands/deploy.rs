//! `sae deploy`: another version of an application, submitted once and followed to its end.

use std::time::Duration;

use sae::change_order::ChangeOrder;
use sae::deploy::{DeployEvent, Lookup, look_up};
use sae::model::DeployApplication;
use sae::transport::text::escape_control;
use sae::{Client, ErrorKind};
use serde_json::json;

use crate::args::deploy::Deploy;
use crate::commands::resolve;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::failure::RolloutFailure::{Interrupted, Lost};
use crate::follow::{self, Rollout, interruptible, summary};
use crate::output::report;
use crate::output::status::status;
use crate::output::waiting::{self, Reason};

mod creation;
mod probe;
mod request;
mod resumption;
#[cfg(target_os = "linux")]
mod turn;

use resumption::{Named, Resumption};

pub async fn run(mut args: Deploy) -> Result<Exit, Failure> {
    let context = Context::new(std::mem::take(&mut args.connection), &args.output)?;
    if args.application.name()?.is_empty() && args.resume.is_none() {
        return Err(Failure::usage("no application: name it, as in `sae deploy shop --image repo/shop:2`"));
    }
    if !args.settings.has_changes() && args.resume.is_none() {
        return Err(Failure::usage(
            "nothing to deploy: give --image, --package or another setting; `sae app restart` restarts the current version",
        ));
    }
    resumption::check(&args)?;
    // Check the command line before asking the service anything.
    request::build(DeployApplication::new(""), &args)?;
    let client = context.client()?;
    let mut rollout = Rollout::new(&context, &args.following).on_failure(args.on_failure);
    let order = match resumption::found(&client, &args).await? {
        Resumption::Order(order) => order,
        Resumption::Found(order) => {
            rollout = rollout.retry(resumption::another_try(&args));
            order
        }
        Resumption::Token(named) => {
            if named.is_given {
                rollout = rollout.retry(resumption::another_try(&args));
            }
            let submitted = interruptible(Box::pin(submitted(&client, &named, &args, &context))).await;
            waiting::over();
            match submitted {
                Some(Ok(order)) => order,
                Some(Err(failure)) if failure.is_outcome_unknown() => {
                    return Err(unknown(failure, &named, &args, &context));
                }
                Some(Err(failure)) => return Err(refused(failure, &args, &context)),
                None => {
                    unwatched(&client, &named, &args, &context).await?;
                    return Ok(Exit::DONE);
                }
            }
        }
    };
    rollout.follow(&order).await?;
    Ok(Exit::DONE)
}

/// Submits the deployment or the creation, unless one with this token exists.
async fn submitted(
    client: &Client,
    named: &Named,
    args: &Deploy,
    context: &Context,
) -> Result<ChangeOrder, Failure> {
    #[cfg(target_os = "linux")]
    let _turn = if named.is_given {
        let endpoint = client.endpoint(&sae::model::SERVICE)?.to_string();
        let which = args.application.repeated(&args.namespace);
        Some(turn::Turn::of(&[endpoint.as_str(), which.as_str(), named.token.as_str()]).await)
    } else {
        None
    };
    if args.create
        && let Some(order) = creation::if_missing(client, named, args, context).await?
    {
        return Ok(order);
    }
    let app = resolve::application(client, &args.application, &args.namespace).await?;
    if named.is_given
        && let Some(found) = look_up(client, &app, Some(&named.token)).await?.latest
        && found.is_creation
        && !(args.retry_failed && found.has_failed())
    {
        return Ok(found.order);
    }
    let mut request = request::build(DeployApplication::new(&app), args)?;
    request::keep_variables(client, &mut request, &args.settings).await?;
    let limit = || follow::limit(&args.following.limits, &context.connection).min(UNCERTAINTY);
    let search = args.search_timeout.unwrap_or_else(limit);
    let mut deploy =
        client.deploy(request).token(named.token.as_str()).timeout(search).on_event(report_event);
    if !named.is_given {
        deploy = deploy.fresh();
    }
    if args.retry_failed {
        deploy = deploy.retry_failed();
    }
    if let Some(settle) = args.settle {
        deploy = deploy.settle(settle);
    }
    if let Some(limit) = args.wait_while_busy {
        deploy = deploy.wait_while_busy(limit);
    }
    Ok(deploy.await?)
}

/// Prints events before there is a change order to follow.
fn report_event(event: &DeployEvent<'_>) {
    match event {
        DeployEvent::Adopted { found, .. } => {
            status!("not submitted again: change order {} has this token", escape_control(found.order.id()));
        }
        DeployEvent::Duplicate { other, .. } => {
            status!(
                "note: change order {} is a duplicate: it was accepted at the same time",
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
            what: format!("the deployment may have been accepted; searching for it: {error}"),
            next: "sends it again, if it isn't found,",
            wait: Some(*settle),
            left: *left,
        }),
        _ => {}
    }
}

/// Reports that the service may or may not have accepted the deployment.
fn unknown(failure: Failure, named: &Named, args: &Deploy, context: &Context) -> Failure {
    let app = called(args);
    let advice = named.advice(args, context);
    summary::note(
        "❓",
        &format!("{app}: the outcome of the deployment is unknown"),
        &failure.message(),
        &advice,
    );
    if context.printer.is_document() {
        let member = if resolve::is_id(app) { "AppId" } else { "AppName" };
        let document = json!({ member: app, "Outcome": "unknown", "Token": named.token.as_str() });
        if let Err(unwritten) = context.printer.print(&format!("{document:#}")) {
            report::print(&unwritten);
        }
    }
    failure.advised(advice)
}

/// Reports a failure before there is a change order.
fn refused(failure: Failure, args: &Deploy, context: &Context) -> Failure {
    let Failure::Call(error) = &failure else { return failure };
    let which = args.application.repeated(&args.namespace) + &context.connection.repeated();
    let advice = if error.is_busy() {
        vec![
            ("to wait for its turn", "the same command with --wait-while-busy 10m".to_owned()),
            ("to watch the running change", format!("sae order watch {which}")),
            ("to abort it", format!("sae order abort {which}")),
        ]
    } else if error.code().is_some_and(|code| code.as_str().ends_with("MissingJdk")) {
        vec![("to name it", "the same command with --param Jdk='Open JDK 8'".to_owned())]
    } else {
        Vec::new()
    };
    let what = if error.kind() == ErrorKind::Service { "not deployed" } else { "deployment failed" };
    summary::note("❌", &format!("{}: {what}", called(args)), &failure.message(), &advice);
    failure.advised(advice)
}

/// Ctrl-C before the service has responded: looks once whether the deployment was accepted.
async fn unwatched(client: &Client, named: &Named, args: &Deploy, context: &Context) -> Result<(), Failure> {
    let looked = async {
        let app = resolve::application(client, &args.application, &args.namespace).await.ok()?;
        look_up(client, &app, Some(&named.token)).await.ok()
    };
    let looked = interruptible(tokio::time::timeout(LOOK, Box::pin(looked))).await;
    let ended = |how, text: &str| Failure::Rollout(how, text.to_owned());
    match looked.and_then(Result::ok).flatten().unwrap_or_default() {
        Lookup { latest: Some(found), .. } => {
            Rollout::new(context, &args.following).interrupted(&found.order)
        }
        // A running change blocks all others.
        Lookup { is_busy: true, .. } => {
            Err(ended(Interrupted, "it was not accepted: another change is running"))
        }
        _ => {
            let failure = ended(Lost, "interrupted before it was known whether the deployment was accepted");
            Err(unknown(failure, named, args, context))
        }
    }
}

/// The application as typed.
fn called(args: &Deploy) -> &str {
    args.application.name().unwrap_or_default()
}

/// Maximum time to search for a deployment whose outcome is unknown.
const UNCERTAINTY: Duration = Duration::from_secs(5 * 60);
/// Maximum time of the look after Ctrl-C.
const LOOK: Duration = Duration::from_secs(5);
