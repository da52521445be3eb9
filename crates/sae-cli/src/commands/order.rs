//! `sae order`: change orders, what is done to applications step by step.

mod steer;

use clap::{Arg, ArgGroup, ArgMatches, Command};
use sae::Client;
use sae::change_order::{ChangeOrder, Standing};
use sae::model::{self, ChangeOrderStatus, ChangeOrderSubStatus, ChangeOrderSummary, ListChangeOrders};
use sae::transport::encode_json;
use sae_local::service_time;

use crate::commands::app;
use crate::failure::Failure;
use crate::list::{self, Column, List, Table, print_page};
use crate::session::Printer;
use crate::stamp::zoned;
use crate::{block_on, session};

/// The command line.
pub fn command() -> Command {
    let list = Command::new("list").visible_alias("ls").about("List the change orders of an application");
    let show = which(Command::new("show").about("Show a change order with its batches"));
    let noun =
        session::noun("order", "Change orders: what is done to an application, batch by batch", EXAMPLES);
    let noun = app::with_namespace(noun)
        .subcommand(list::arguments(app::with_application(list)).after_help("Example:\n  sae order list shop"))
        .subcommand(show.after_help("Examples:\n  sae order show 8eae0e1c-6c4b-4a3b-a1f4-0a1b2c3d4e5f\n  sae order show --app shop --output yaml"));
    steer::commands().into_iter().fold(noun, Command::subcommand)
}

/// Adds what names a change order: itself, or its application.
fn which(command: Command) -> Command {
    command
        .arg(Arg::new("order").value_name("ORDER").help("Identifier of the change order"))
        .arg(
            Arg::new("app")
                .long("app")
                .value_name("APP")
                .help("Application whose latest change order is meant: its name or identifier"),
        )
        .group(ArgGroup::new("which").args(["order", "app"]).required(true))
}

/// The change order that the command line names; where it names an application, with what its history says.
async fn named(
    client: &Client,
    options: &ArgMatches,
) -> Result<(ChangeOrder, Option<ChangeOrderSummary>), Failure> {
    if let Some(id) = options.get_one::<String>("order") {
        if options.contains_id("namespace") {
            return Err(Failure::usage(
                "-n says where --app is; the identifier of a change order needs none",
            ));
        }
        return Ok((client.change_order(id), None));
    }
    let app = app::named(client, options).await?;
    let latest = client.items(ListChangeOrders::new(&app).page_size(1)).next().await.transpose()?;
    let latest = latest.ok_or_else(|| Failure::usage(format!("application {app} has no change orders")))?;
    Ok((client.change_order(latest.change_order_id.clone().unwrap_or_default()), Some(latest)))
}

pub fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let (verb, options) = session::verb(matches)?;
    if !matches!(verb, "list" | "show") {
        return steer::run(verb, options);
    }
    let printer = Printer::new(options)?;
    let client = session::client(options)?;
    if verb == "list" {
        let limit = list::limit(options);
        let orders = block_on(async {
            let app = app::named(&client, options).await?;
            Ok(list::collect(client.items(ListChangeOrders::new(app).page_size(PAGE)), limit).await?)
        })?;
        return LIST.print(&printer, orders, options);
    }
    let order = block_on(async { Ok(named(&client, options).await?.0.read().await?) })?;
    if !printer.is_page() {
        return printer.print(&encode_json::to_string_pretty(&order));
    }
    let (facts, batches) = page(order);
    print_page(&printer, facts, Some(batches))
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
            batch.status.as_ref().map(words).unwrap_or_default(),
            time(batch.start_time),
            time(batch.update_time),
            batch.pipeline_id.unwrap_or_default(),
        ]);
    }
    let trouble = order.sub_status == Some(ChangeOrderSubStatus::Abnormal);
    let status = order.status.as_ref().map(words);
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

/// How change orders are listed.
pub const LIST: List<ChangeOrderSummary> = List {
    columns: &[
        Column { title: "ID", cell: |order| order.change_order_id.clone().unwrap_or_default() },
        Column {
            title: "CREATED",
            cell: |order| order.create_time.as_deref().map(zoned).unwrap_or_default(),
        },
        Column { title: "TYPE", cell: |order| order.co_type.clone().unwrap_or_default() },
        Column { title: "STATUS", cell: |order| order.status.as_ref().map(words).unwrap_or_default() },
        Column {
            title: "BATCHES",
            cell: |order| order.batch_count.map(|count| count.to_string()).unwrap_or_default(),
        },
        Column { title: "DESCRIPTION", cell: |order| order.description.clone().unwrap_or_default() },
    ],
    hide: &["DESCRIPTION", "BATCHES", "CREATED", "TYPE"],
    id: |order| order.change_order_id.clone().unwrap_or_default(),
    none: "no change orders",
};

fn words(status: &ChangeOrderStatus) -> String {
    Standing(Some(status)).to_string()
}

const EXAMPLES: &str = "Examples:
  sae order list shop
  sae order watch --app shop
  sae order confirm --app shop";

const PAGE: i64 = 100;
