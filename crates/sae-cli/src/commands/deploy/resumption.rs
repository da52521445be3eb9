//! Deployments that were submitted before: found by their change order or their token.

use clap::ArgMatches;
use sae::change_order::ChangeOrder;
use sae::model::{ChangeOrderSummary, ListChangeOrders};
use sae::{Client, ErrorKind};

use super::request;
use crate::commands::app;
use crate::failure::Failure;
use crate::session;
use crate::shown::shown;

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
    pub fn advice(&self, options: &ArgMatches) -> String {
        let app = options.get_one::<String>("app").map_or("", String::as_str);
        let namespace = options.get_one::<String>("namespace");
        let namespace = namespace.map(|name| format!(" -n {}", session::word(name))).unwrap_or_default();
        let token = session::word(self.text());
        format!(
            "  to follow it if it was accepted: sae deploy --app {}{namespace} --resume {token}{}\n  to submit it if it was not: \
             the same command once more with --resume {token}",
            session::word(app),
            session::repeated(options)
        )
    }
}

/// The deployment that is to be resumed, if one is.
pub async fn found(client: &Client, options: &ArgMatches) -> Result<Resumption, Failure> {
    let Some(given) = options.get_one::<String>("resume") else {
        return Ok(Resumption::Token(Token::New(new_token())));
    };
    if looks_like_order(given) {
        let order = client.change_order(given);
        match order.read().await {
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
    if !given.is_empty() && request::has_changes(options) {
        return Ok(Resumption::Token(Token::Given(given.clone())));
    }
    let app = app::named(client, options).await?;
    let mark = if given.is_empty() { "[sae:".to_owned() } else { format!("[sae:{given}]") };
    let is_meant =
        |order: &ChangeOrderSummary| order.description.as_deref().is_some_and(|it| it.contains(&mark));
    let mut orders = client.items(ListChangeOrders::new(&app).reverse(false).page_size(PAGE));
    while let Some(order) = orders.next().await {
        let order = order?;
        if let Some(id) = order.change_order_id.clone().filter(|_| is_meant(&order)) {
            return Ok(Resumption::Order(client.change_order(id)));
        }
    }
    let which =
        if given.is_empty() { "by this program".to_owned() } else { format!("with the token {given}") };
    Err(Failure::other(format!(
        "{} has no deployment {}, so nothing was accepted; give the whole command to submit it",
        shown(options.get_one::<String>("app").map_or("", String::as_str)),
        shown(&which)
    )))
}

/// A token that no other deployment has.
fn new_token() -> String {
    format!("{:016x}", fastrand::u64(..))
}

fn looks_like_order(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

const PAGE: i64 = 50;
