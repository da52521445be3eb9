//! `sae order`: change orders, what is done to applications step by step.

mod steer;

use clap::{Arg, ArgMatches, Command};
use sae::model::{ChangeOrderStatus, ChangeOrderSummary, DescribeChangeOrder, ListChangeOrders};
use sae::transport::encode_json;

use crate::commands::app;
use crate::failure::Failure;
use crate::list::{self, Column, List};
use crate::session::Printer;
use crate::{block_on, session};

/// The command line.
pub fn command() -> Command {
    let list = Command::new("list").visible_alias("ls").about("List the change orders of an application");
    let show = Command::new("show").about("Show a change order with its batches").arg(id());
    let noun =
        session::noun("order", "Change orders: what is done to an application, batch by batch", EXAMPLES);
    let noun = noun
        .arg(app::namespace())
        .subcommand(
            list::arguments(list.arg(app::application())).after_help("Example:\n  sae order list shop"),
        )
        .subcommand(show.after_help("Example:\n  sae order show 8eae0e1c-... --output yaml"));
    steer::commands().into_iter().fold(noun, Command::subcommand)
}

fn id() -> Arg {
    Arg::new("order").value_name("ORDER").required(true).help("Identifier of the change order")
}

pub fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let (verb, options) = session::verb(matches)?;
    if !matches!(verb, "list" | "show") {
        return steer::run(verb, options);
    }
    let client = session::client(options)?;
    if verb == "list" {
        let limit = list::limit(options);
        let orders = block_on(async {
            let app = app::named(&client, options).await?;
            Ok(list::collect(client.items(ListChangeOrders::new(app).page_size(PAGE)), limit).await?)
        })?;
        return LIST.print(orders, options);
    }
    let printer = Printer::new(options)?;
    let id = options.get_one::<String>("order").cloned().unwrap_or_default();
    let order = block_on(async { Ok(client.send(DescribeChangeOrder::new(id)).await?) })?.into_data()?;
    printer.print(&encode_json::to_string_pretty(&order))
}

/// How change orders are listed.
pub const LIST: List<ChangeOrderSummary> = List {
    columns: &[
        Column { title: "ID", cell: |order| order.change_order_id.clone().unwrap_or_default() },
        Column { title: "CREATED", cell: |order| order.create_time.clone().unwrap_or_default() },
        Column { title: "TYPE", cell: |order| order.co_type.clone().unwrap_or_default() },
        Column { title: "STATUS", cell: status },
        Column {
            title: "BATCHES",
            cell: |order| order.batch_count.map(|count| count.to_string()).unwrap_or_default(),
        },
        Column { title: "DESCRIPTION", cell: |order| order.description.clone().unwrap_or_default() },
    ],
    id: |order| order.change_order_id.clone().unwrap_or_default(),
    none: "no change orders",
};

fn status(order: &ChangeOrderSummary) -> String {
    let Some(status) = &order.status else { return String::new() };
    match status {
        ChangeOrderStatus::Preparing => "preparing".to_owned(),
        ChangeOrderStatus::Running => "running".to_owned(),
        ChangeOrderStatus::Succeeded => "succeeded".to_owned(),
        ChangeOrderStatus::Failed => "failed".to_owned(),
        ChangeOrderStatus::Aborted => "aborted".to_owned(),
        ChangeOrderStatus::WaitingForConfirmation => "waits for confirmation".to_owned(),
        ChangeOrderStatus::WaitingForNextBatch => "waits for the next batch".to_owned(),
        ChangeOrderStatus::SystemFailed => "failed in the system".to_owned(),
        ChangeOrderStatus::WaitingForApproval => "waits for approval".to_owned(),
        ChangeOrderStatus::Approved => "approved".to_owned(),
        other => other.as_i64().to_string(),
    }
}

const EXAMPLES: &str = "Examples:
  sae order list shop
  sae order watch --app shop
  sae order confirm --app shop";

const PAGE: i64 = 100;
