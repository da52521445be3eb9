//! `sae app list`, `show` and `history`: what there is, without changing it.

use clap::{Arg, ArgMatches, Command};
use sae::Client;
use sae::model::{
    Application, DescribeApplicationConfig, DescribeApplicationStatus, ListApplications, ListChangeOrders,
};
use sae::transport::encode_json;

use super::{application, in_namespace, named};
use crate::commands::order;
use crate::failure::Failure;
use crate::list::{self, Column, List};
use crate::session::Printer;
use crate::shown::address;
use crate::{block_on, session};

pub fn commands() -> [Command; 3] {
    let list = Command::new("list")
        .visible_alias("ls")
        .about("List the applications of the region, or of a namespace")
        .arg(Arg::new("name").long("name").value_name("TEXT").help("Those whose name has this part alone"));
    let show = Command::new("show").about("Show what an application runs and how it is").arg(application());
    let history = Command::new("history").about("List the change orders of an application, newest first");
    [
        list::arguments(list).after_help(LIST_EXAMPLES),
        show.after_help(SHOW_EXAMPLES),
        list::arguments(history.arg(application())).after_help("Example:\n  sae app history shop --limit 5"),
    ]
}

pub fn run(verb: &str, options: &ArgMatches) -> Result<(), Failure> {
    let client = session::client(options)?;
    match verb {
        "list" => {
            let mut request = ListApplications::new().page_size(PAGE);
            request.app_name = options.get_one::<String>("name").cloned();
            let limit = list::limit(options);
            let found = block_on(async {
                request.namespace_id = in_namespace(&client, options).await?;
                Ok(list::collect(client.items(request), limit).await?)
            })?;
            APPLICATIONS.print(found, options)
        }
        "show" => {
            let printer = Printer::new(options)?;
            printer.print(&block_on(described(&client, options))?)
        }
        _ => {
            let limit = list::limit(options);
            let orders = block_on(async {
                let app = named(&client, options).await?;
                Ok(list::collect(client.items(ListChangeOrders::new(app).page_size(PAGE)), limit).await?)
            })?;
            order::LIST.print(orders, options)
        }
    }
}

/// Status and configuration as one document.
async fn described(client: &Client, options: &ArgMatches) -> Result<String, Failure> {
    let app = named(client, options).await?;
    let status = client.send(DescribeApplicationStatus::new(&app)).await?.into_data()?;
    let config = client.send(DescribeApplicationConfig::new(&app)).await?.into_data()?;
    let (status, config) = (encode_json::to_string_pretty(&status), encode_json::to_string_pretty(&config));
    Ok(format!("{{\"Status\": {status}, \"Config\": {config}}}"))
}

const APPLICATIONS: List<Application> = List {
    columns: &[
        Column { title: "NAME", cell: |app| app.app_name.clone().unwrap_or_default() },
        Column { title: "NAMESPACE", cell: |app| app.namespace_id.clone().unwrap_or_default() },
        Column { title: "RUNNING", cell: running },
        Column { title: "SIZE", cell: size },
        Column {
            title: "RUNS",
            cell: |app| {
                let package = || app.package_url.as_deref().map(address);
                app.image_url.clone().or_else(package).unwrap_or_default()
            },
        },
        Column { title: "ID", cell: |app| app.app_id.clone().unwrap_or_default() },
    ],
    id: |app| app.app_id.clone().unwrap_or_default(),
    none: "no applications",
};

fn running(app: &Application) -> String {
    format!("{}/{}", app.running_instances.unwrap_or_default(), app.instances.unwrap_or_default())
}

/// Cores and GiB, as people say it.
fn size(app: &Application) -> String {
    let (Some(cpu), Some(memory)) = (app.cpu, app.mem) else { return String::new() };
    let in_thousands = |amount: i64, unit: i64| match (amount / unit, amount % unit) {
        (whole, 0) => whole.to_string(),
        (whole, rest) => format!("{whole}.{}", rest * 10 / unit),
    };
    format!("{} CPU, {} GiB", in_thousands(cpu, 1000), in_thousands(memory, 1024))
}

const PAGE: i64 = 100;

const LIST_EXAMPLES: &str = "Examples:
  sae app list
  sae app list -n cn-hangzhou:shop
  sae app list -q --name web
  sae app list --output json --query '[?RunningInstances == `0`].AppName'";
const SHOW_EXAMPLES: &str = "Examples:
  sae app show shop
  sae app show shop -n cn-hangzhou:shop --output yaml --query Config.Envs";
