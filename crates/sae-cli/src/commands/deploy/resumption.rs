//! Deployments that were submitted before: found by their change order or their token.

use clap::ArgMatches;
use sae::change_order::{ChangeOrder, Standing};
use sae::model::{ChangeOrderType, DescribeApplicationConfig, ListChangeOrders};
use sae::{Client, Error, ErrorKind};

use super::request;
use sae::transport::text::escape_control;

use crate::commands::app;
use crate::failure::{Advice, Failure};
use crate::session;

/// What the command line says about a deployment that was submitted before.
#[derive(Debug)]
pub enum Resumption {
    /// It is this one.
    Order(ChangeOrder),
    /// There may be one with this token; without one it is to be submitted.
    Token(Token),
}

/// What a deployment is found again by.
#[derive(Debug)]
pub enum Token {
    /// Made for this one.
    New(String),
    /// Given by the caller, so that there may be a deployment that has it.
    Given(String),
}

impl Token {
    pub fn text(&self) -> &str {
        match self {
            Self::New(text) | Self::Given(text) => text,
        }
    }

    /// How to find out what became of the deployment.
    pub fn advice(&self, options: &ArgMatches) -> Vec<Advice> {
        let token = session::word(self.text());
        let follow =
            format!("sae deploy {} --resume {token}{}", app::repeated(options), session::repeated(options));
        vec![
            ("to follow it if it was accepted", follow),
            ("to submit it if it was not", format!("the same command once more with --resume {token}")),
        ]
    }
}

/// Refuses a command line that says what to deploy and, by a `--resume` without a token, that nothing is to be deployed.
pub fn check(options: &ArgMatches) -> Result<(), Failure> {
    let is_latest = options.get_one::<String>("resume").is_some_and(String::is_empty);
    if is_latest && request::has_changes(options) {
        return Err(Failure::usage(
            "--resume without a token follows an earlier deployment, and what else is given would not be deployed; give it \
             a token, such as the number of the build, or leave out one of the two",
        ));
    }
    Ok(())
}

/// The deployment that is to be resumed, if one is.
pub async fn found(client: &Client, options: &ArgMatches) -> Result<Resumption, Failure> {
    let Some(given) = options.get_one::<String>("resume") else {
        return Ok(Resumption::Token(Token::New(new_token())));
    };
    let has_changes = request::has_changes(options);
    if app::is_id(given) {
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
            Err(error) if error.kind() == ErrorKind::Service && options.contains_id("app") => {}
            Err(error) => return Err(error.into()),
        }
    }
    if !options.contains_id("app") {
        return Err(Failure::usage(
            "--resume needs --app, unless it is given the identifier of a change order",
        ));
    }
    if has_changes {
        return Ok(Resumption::Token(Token::Given(given.clone())));
    }
    let app = app::named(client, options).await?;
    let mark = if given.is_empty() { ANY.to_owned() } else { mark(given) };
    if let Some(order) = look(client, &app, &mark).await?.ours {
        return Ok(Resumption::Order(order));
    }
    let which =
        if given.is_empty() { "by this program".to_owned() } else { format!("with the token {given}") };
    Err(Failure::other(format!(
        "{} has no deployment {}, so nothing was accepted; give the whole command to submit it",
        escape_control(options.get_one::<String>("app").map_or("", String::as_str)),
        escape_control(&which)
    )))
}

/// What the change orders of an application show.
#[derive(Debug, Default)]
pub struct Look {
    /// The latest one that has the mark.
    pub ours: Option<ChangeOrder>,
    /// Whether that one created the application.
    pub is_creation: bool,
    /// Whether the latest one is under way.
    pub is_busy: bool,
}

/// Looks for a mark. A creation has no description of its own, so it bears its mark in that of the application.
pub async fn look(client: &Client, app: &str, mark: &str) -> Result<Look, Error> {
    let mut orders = client.items(ListChangeOrders::new(app).reverse(false).page_size(PAGE));
    let mut look = Look::default();
    let mut latest = None;
    while let Some(order) = orders.next().await {
        let order = order?;
        let id = order.change_order_id.unwrap_or_default();
        look.is_busy |= latest.is_none() && !Standing(order.status.as_ref()).is_over();
        if order.description.is_some_and(|it| it.contains(mark)) {
            look.ours = Some(client.change_order(id));
            return Ok(look);
        }
        latest = Some((order.co_type_code, id));
    }
    if let Some((Some(ChangeOrderType::CreateApp), id)) = latest {
        let config = client.send(DescribeApplicationConfig::new(app)).await?.into_data()?;
        let is_ours = config.app_description.is_some_and(|it| it.contains(mark));
        look.ours = is_ours.then(|| client.change_order(id));
        look.is_creation = is_ours;
    }
    Ok(look)
}

/// How a token stands in a description.
pub fn mark(token: &str) -> String {
    format!("{ANY}{token}]")
}

/// A description without the mark behind it.
pub fn without_mark(description: &str) -> &str {
    match description.rsplit_once(ANY) {
        Some((said, token)) if token.find(']') == Some(token.len() - 1) => said.trim_end(),
        _ => description,
    }
}

/// A token that no other deployment has.
fn new_token() -> String {
    format!("{:016x}", fastrand::u64(..))
}

/// How every mark begins.
const ANY: &str = "[sae:";
const PAGE: i64 = 50;
