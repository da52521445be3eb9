//! `sae order`: change orders, what is done to applications step by step.

mod steer;

use sae::Client;
use sae::change_order::ChangeOrder;
use sae::model::{self, ChangeOrderSubStatus, ChangeOrderSummary, ListChangeOrders};
use sae::transport::encode_json;
use sae_local::service_time;

use crate::args::order::{Order, OrderShow, OrderVerb, Which};
use crate::args::{Application, Namespace};
use crate::commands::orders::{self, status_text};
use crate::commands::resolve;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::list::{Table, print_page};
use crate::timestamp::zoned;

pub async fn run(args: Order) -> Result<Exit, Failure> {
    let Order { connection, output, namespace, verb } = args;
    let context = Context::new(connection, &output)?;
    match verb {
        OrderVerb::List(args) => orders::list(&args.application, &namespace, &args.listing, &context).await?,
        OrderVerb::Show(args) => show(&args, &namespace, &context).await?,
        verb => steer::run(&verb, &namespace, &context).await?,
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

/// The change order that the command line names; where it names an application, with what its history says.
async fn named(
    client: &Client,
    which: &Which,
    namespace: &Namespace,
) -> Result<(ChangeOrder, Option<ChangeOrderSummary>), Failure> {
    if let Some(id) = &which.order {
        if namespace.namespace.is_some() {
            return Err(Failure::usage(
                "-n says where --app is; the identifier of a change order needs none",
            ));
        }
        return Ok((client.change_order(id), None));
    }
    let application = Application::of_option(which.app.as_deref().unwrap_or_default());
    let app = resolve::application(client, &application, namespace).await?;
    let latest = client.items(ListChangeOrders::new(&app).page_size(1)).next().await.transpose()?;
    let latest = latest.ok_or_else(|| Failure::usage(format!("application {app} has no change orders")))?;
    Ok((client.change_order(latest.change_order_id.clone().unwrap_or_default()), Some(latest)))
}

/// What a person wants to know.
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
        ("STATUS", status.map(|status| if trouble { status + ", in trouble" } else { status })),
        ("MESSAGE", order.error_message),
        ("CREATED", order.create_time.map(|time| zoned(&time))),
        (
            "BATCHES",
            order
                .auto
                .map(|auto| if auto { "by themselves" } else { "each after a confirmation" }.to_owned()),
        ),
        ("DESCRIPTION", order.description),
    ];
    (facts, batches)
}
