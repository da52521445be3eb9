//! Finds earlier deployments by their change order or token.

use sae::change_order::ChangeOrder;
use sae::deploy::{Token, look_up};
use sae::transport::text::escape_control;
use sae::{Client, ErrorKind};

use crate::args::deploy::Deploy;
use crate::commands::resolve;
use crate::context::Context;
use crate::failure::{Advice, Failure};
use crate::shell;

/// What --resume refers to.
#[derive(Debug)]
pub enum Resumption {
    /// This deployment.
    Order(ChangeOrder),
    /// This deployment, found by the token of the caller.
    Found(ChangeOrder),
    /// A deployment with this token, which may or may not exist.
    Token(Named),
}

/// The token of a deployment.
#[derive(Debug)]
pub struct Named {
    pub token: Token,
    /// Whether the caller gave the token, so that a deployment with it may exist.
    pub is_given: bool,
}

impl Named {
    /// Commands that find out what happened to the deployment.
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

/// Refuses `--resume` without a token together with something to deploy, and `--retry-failed` without something to deploy.
pub fn check(args: &Deploy) -> Result<(), Failure> {
    let is_latest = args.resume.as_ref().is_some_and(String::is_empty);
    let has_changes = args.settings.has_changes();
    if is_latest && has_changes {
        return Err(Failure::usage(
            "--resume without a token follows an earlier deployment and doesn't deploy anything; give it a token, such as \
             the build number, or leave out either --resume or what to deploy",
        ));
    }
    if args.retry_failed && (is_latest || !has_changes) {
        return Err(Failure::usage(
            "--retry-failed submits a deployment again: give the whole command, with the --resume TOKEN of the failed one",
        ));
    }
    Ok(())
}

/// The command that submits a failed deployment again.
pub fn another_try(args: &Deploy) -> String {
    let command = match args.settings.has_changes() {
        true if args.retry_failed => "the same command once more",
        true => "the same command with --retry-failed",
        false => "the whole command with --retry-failed",
    };
    command.to_owned()
}

/// Finds the deployment to resume.
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
            // A token can look like the ID of a change order.
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
