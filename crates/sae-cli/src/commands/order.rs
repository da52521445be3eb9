//! `sae order`: lists, shows, watches and controls change orders.

mod named;
mod steer;

use sae::model::{self, ChangeOrderSubStatus};
use sae::transport::encode_json;
use sae_local::service_time;

use self::named::named;
use self::steer::Steering;
use crate::args::Namespace;
use crate::args::order::{Order, OrderShow, OrderVerb};
use crate::commands::orders::{self, status_text};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::list::{Table, print_page};
use crate::timestamp::zoned;

pub async fn run(args: Order) -> Result<Exit, Failure> {
    let Order { connection, output, namespace, verb } = args;
    let context = Context::new(connection, &output)?;
    match verb {
        OrderVerb::List(args) => orders::list(&args.application, &namespace, &args.listing, &context).await?,
        OrderVerb::Show(args) => show(&args, &namespace, &context).await?,
        OrderVerb::Watch(args) => steer::run(&Steering::Watch(args), &namespace, &context).await?,
        OrderVerb::Confirm(args) => steer::run(&Steering::Confirm(args), &namespace, &context).await?,
        OrderVerb::Abort(args) => steer::run(&Steering::Abort(args), &namespace, &context).await?,
        OrderVerb::Rollback(args) => steer::run(&Steering::Rollback(args), &namespace, &context).await?,
    }
    Ok(Exit::DONE)
}

async fn show(args: &OrderShow, namespace: &Namespace, context: &Context) -> Result<(), Failure> {
    let order = named(&context.client()?, &args.which, namespace).await?.0.read().await?;
    if !context.printer.is_page() {
        return context.printer.print(&encode_json::to_string_pretty(&order));
    }
    let (facts, batches) = page(order);
    print_page(&context.printer, facts, Some(batches))
}

/// The page for a person.
fn page(order: model::ChangeOrder) -> ([(&'static str, Option<String>); 8], Table) {
    let mut batches =
        Table::new(&["BATCH", "STATUS", "STARTED", "LAST CHANGED", "PIPELINE"], &["STARTED", "LAST CHANGED"]);
    for (number, batch) in (1..).zip(order.pipelines) {
        let time =
            |at: Option<i64>| at.filter(|at| *at > 0).map(|at| zoned(&service_time(at))).unwrap_or_default();
        batches.row(vec![
            i32::to_string(&number),
            batch.status.as_ref().map(status_text).unwrap_or_default(),
            time(batch.start_time),
            time(batch.update_time),
            batch.pipeline_id.unwrap_or_default(),
        ]);
    }
    let trouble = order.sub_status == Some(ChangeOrderSubStatus::Abnormal);
    let status = order.status.as_ref().map(status_text);
    let facts = [
        ("ID", order.change_order_id),
        ("APPLICATION", order.app_name),
        ("TYPE", order.co_type),
        ("STATUS", status.map(|status| if trouble { status + ", abnormal" } else { status })),
        ("MESSAGE", order.error_message),
        ("CREATED", order.create_time.map(|time| zoned(&time))),
        (
            "BATCHES",
            order.auto.map(|auto| if auto { "automatic" } else { "each after a confirmation" }.to_owned()),
        ),
        ("DESCRIPTION", order.description),
    ];
    (facts, batches)
}
