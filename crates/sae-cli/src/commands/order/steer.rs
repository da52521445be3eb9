//! `sae order watch`, `confirm`, `abort` and `rollback`: control an existing change order and follow it.

use sae::change_order::StatusText;
use sae::model::ChangeOrderSummary;
use sae::transport::text::escape_control;

use super::named::named;
use crate::args::Namespace;
use crate::args::order::{OrderConfirm, OrderEnd, OrderWatch, Which};
use crate::commands::resolve;
use crate::context::Context;
use crate::failure::Failure;
use crate::follow::{Rollout, Wanted};
use crate::output::confirm;
use crate::output::status::status;
use crate::shell;

/// What controls or follows a change order.
pub enum Steering {
    Watch(OrderWatch),
    Confirm(OrderConfirm),
    Abort(OrderEnd),
    Rollback(OrderEnd),
}

pub async fn run(steering: &Steering, namespace: &Namespace, context: &Context) -> Result<(), Failure> {
    let (name, which, steered) = match steering {
        Steering::Watch(args) => ("watch", &args.which, watch(args, namespace, context).await),
        Steering::Confirm(args) => ("confirm", &args.which, confirm(args, namespace, context).await),
        Steering::Abort(args) => ("abort", &args.which, abort(args, namespace, context).await),
        Steering::Rollback(args) => ("rollback", &args.which, roll_back(args, namespace, context).await),
    };
    steered.map_err(|failure| advised(failure, name, which, context))
}

async fn watch(args: &OrderWatch, namespace: &Namespace, context: &Context) -> Result<(), Failure> {
    let (order, latest) = named(&context.client()?, &args.which, namespace).await?;
    latest.iter().for_each(introduce);
    Rollout::watching(context, &args.limits).known().follow(&order).await
}

async fn confirm(args: &OrderConfirm, namespace: &Namespace, context: &Context) -> Result<(), Failure> {
    let (order, latest) = named(&context.client()?, &args.which, namespace).await?;
    latest.iter().for_each(introduce);
    let passed = order.read().await?.current_pipeline_id;
    order.confirm().await?;
    if !args.following.no_wait {
        status!("confirmed");
    }
    let rollout = Rollout::new(context, &args.following).known();
    rollout.done("confirmed").passed(passed).follow(&order).await
}

async fn abort(args: &OrderEnd, namespace: &Namespace, context: &Context) -> Result<(), Failure> {
    let (order, latest) = named(&context.client()?, &args.which, namespace).await?;
    latest.iter().for_each(introduce);
    confirm::ask(&format!("abort the change order {}", order.id()), args.confirmation)?;
    order.abort().await?;
    let rollout = Rollout::new(context, &args.following).known();
    rollout.done("being aborted").wanted(Wanted::Abort).follow(&order).await
}

async fn roll_back(args: &OrderEnd, namespace: &Namespace, context: &Context) -> Result<(), Failure> {
    let (order, latest) = named(&context.client()?, &args.which, namespace).await?;
    latest.iter().for_each(introduce);
    let question = format!("roll back the change order {} and run the previous version again", order.id());
    confirm::ask(&question, args.confirmation)?;
    order.roll_back().await?;
    let rollout = Rollout::new(context, &args.following).known();
    rollout.done("being rolled back").wanted(Wanted::Rollback).follow(&order).await
}

/// Adds advice: the given ID may be that of an application.
fn advised(failure: Failure, verb: &str, which: &Which, context: &Context) -> Failure {
    match (failure, &which.order) {
        (Failure::Call(error), Some(order)) if error.is_not_found() && !resolve::is_id(order) => {
            let options = context.connection.repeated();
            let command = format!("sae order {verb} --app {}{options}", shell::word(order));
            Failure::Call(error).advised(vec![("if it is an application", command)])
        }
        (failure, _) => failure,
    }
}

/// Prints which change order was found.
fn introduce(latest: &ChangeOrderSummary) {
    let id = latest.change_order_id.as_deref().unwrap_or_default();
    let kind = latest.co_type.as_deref().unwrap_or_default();
    let over = if StatusText(latest.status.as_ref()).is_over() { ", already finished" } else { "" };
    status!("{}: {}{over}", escape_control(id), escape_control(kind));
}
