//! Deployments that were submitted before: found by their change order or their token.

use sae::change_order::ChangeOrder;
use sae::deploy::{Token, look_up};
use sae::transport::text::escape_control;
use sae::{Client, ErrorKind};

use crate::args::deploy::Deploy;
use crate::commands::resolve;
use crate::context::Context;
use crate::failure::{Advice, Failure};
use crate::shell;

/// What the command line says about a deployment that was submitted before.
#[derive(Debug)]
pub enum Resumption {
    /// It is this one.
    Order(ChangeOrder),
    /// It is this one, which has the token that the caller has given.
    Found(ChangeOrder),
    /// There may be one with this token; without one it is to be submitted.
    Token(Named),
}

/// A deployment by the name that it is found again by.
#[derive(Debug)]
pub struct Named {
    pub token: Token,
    /// Whether the caller has given the token, so that there may be a deployment that has it.
    pub is_given: bool,
}

impl Named {
    /// How to find out what became of the deployment.
    pub fn advice(&self, args: &Deploy, context: &Context) -> Vec<Advice> {
        let token = shell::word(self.token.as_str());
        let application = args.application.repeated(&args.namespace);
        let follow = format!("sae deploy {application} --resume {token}{}", context.connection.repeated());
        vec![
            ("to follow it if it was accepted", follow),
            ("to submit it if it was not", format!("the same command once more with --resume {token}")),
        ]
    }
}

/// Refuses a command line that says what to deploy and, by a `--resume` without a token, that nothing is to be deployed; and one that
/// asks for another try without saying of what.
pub fn check(args: &Deploy) -> Result<(), Failure> {
    let is_latest = args.resume.as_ref().is_some_and(String::is_empty);
    let has_changes = args.settings.has_changes();
    if is_latest && has_changes {
        return Err(Failure::usage(
            "--resume without a token follows an earlier deployment, and what else is given would not be deployed; give it \
             a token, such as the number of the build, or leave out one of the two",
        ));
    }
    if args.retry_failed && (is_latest || !has_changes) {
        return Err(Failure::usage(
            "--retry-failed submits a deployment anew: give the whole command, with the --resume TOKEN of the one that failed",
        ));
    }
    Ok(())
}

/// How a deployment with a token of the caller's is submitted anew after it has failed.
pub fn another_try(args: &Deploy) -> String {
    let command = match args.settings.has_changes() {
        true if args.retry_failed => "the same command once more",
        true => "the same command with --retry-failed",
        false => "the whole command with --retry-failed",
    };
    command.to_owned()
}

/// The deployment that is to be resumed, if one is.
pub async fn found(client: &Client, args: &Deploy) -> Result<Resumption, Failure> {
    let Some(given) = &args.resume else {
        return Ok(Resumption::Token(Named { token: Token::random(), is_given: false }));
    };
    let has_changes = args.settings.has_changes();
    if resolve::is_id(given) {
        let order = client.change_order(given);
        match order.read().await {
            Ok(_) if has_changes => {
                return Err(Failure::usage(format!(
                    "--resume {given} follows that change order, and what else is given would not be deployed; leave out \
                     one of the two"
                )));
            }
            Ok(_) => return Ok(Resumption::Order(order)),
            // A token may look like one.
            Err(error) if error.kind() == ErrorKind::Service && args.application.is_given() => {}
            Err(error) => return Err(error.into()),
        }
    }
    if !args.application.is_given() {
        return Err(Failure::usage(
            "--resume needs --app, unless it is given the identifier of a change order",
        ));
    }
    let token = if given.is_empty() { None } else { Some(Token::new(given)?) };
    if let (true, Some(token)) = (has_changes, &token) {
        return Ok(Resumption::Token(Named { token: token.clone(), is_given: true }));
    }
    let app = resolve::application(client, &args.application, &args.namespace).await?;
    if let Some(found) = look_up(client, &app, token.as_ref()).await?.latest {
        let is_named = token.is_some();
        return Ok(if is_named { Resumption::Found(found.order) } else { Resumption::Order(found.order) });
    }
    let which = token.map_or_else(|| "by this program".to_owned(), |token| format!("with the token {token}"));
    Err(Failure::other(format!(
        "{} has no deployment {which}, so nothing was accepted; give the whole command to submit it",
        escape_control(args.application.name().unwrap_or_default()),
    )))
}
