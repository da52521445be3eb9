//! `sae instance`: what runs an application.

use clap::{Arg, ArgMatches, Command};
use sae::model::{DescribeApplicationGroups, DescribeApplicationInstances, Instance};

use crate::commands::{app, logs};
use crate::failure::Failure;
use crate::list::{self, Column, List};
use crate::render::Output;
use crate::session::Printer;
use crate::{block_on, session};

/// The command line.
pub fn command() -> Command {
    let list = Command::new("list").visible_alias("ls").about("List the instances of an application");
    let log = Command::new("logs")
        .about("Show what an instance writes")
        .arg(Arg::new("instance").value_name("INSTANCE").required(true).help("Identifier of the instance"));
    app::with_namespace(session::noun("instance", "Instances: what runs an application", EXAMPLES))
        .subcommand(list::arguments(app::with_application(list)).after_help(LIST_EXAMPLES))
        .subcommand(session::output_arguments(logs::arguments(log), Output::Text).after_help(LOGS_EXAMPLES))
}

pub fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let (verb, options) = session::verb(matches)?;
    if verb == "logs" {
        return logs::of_instance(options);
    }
    let printer = Printer::new(options)?;
    let client = session::client(options)?;
    let limit = list::limit(options);
    let instances = block_on(async {
        let app = app::named(&client, options).await?;
        let mut all = Vec::new();
        for group in client.items(DescribeApplicationGroups::new(&app)).all().await? {
            let group = group.group_id.unwrap_or_default();
            let left = limit.saturating_sub(all.len());
            let request = DescribeApplicationInstances::new(&app, group).page_size(PAGE);
            all.extend(list::collect(client.items(request), left).await?);
        }
        Ok(all)
    })?;
    LIST.print(&printer, instances, options)
}

const LIST: List<Instance> = List {
    columns: &[
        Column { title: "INSTANCE", cell: |instance| instance.instance_id.clone().unwrap_or_default() },
        Column {
            title: "STATUS",
            cell: |instance| {
                instance
                    .instance_container_status
                    .as_ref()
                    .map_or_else(String::new, |s| s.as_str().to_owned())
            },
        },
        Column {
            title: "ADDRESS",
            cell: |instance| instance.instance_container_ip.clone().unwrap_or_default(),
        },
        Column { title: "VERSION", cell: |instance| instance.package_version.clone().unwrap_or_default() },
        Column { title: "IMAGE", cell: |instance| instance.image_url.clone().unwrap_or_default() },
    ],
    hide: &["ADDRESS", "VERSION", "IMAGE"],
    id: |instance| instance.instance_id.clone().unwrap_or_default(),
    none: "no instances",
};

const PAGE: i64 = 100;

const EXAMPLES: &str = "Examples:
  sae instance list shop
  sae instance logs shop-0a1b2c3d-x7k2p -f";
const LOGS_EXAMPLES: &str = "Examples:
  sae instance logs shop-0a1b2c3d-x7k2p --tail 100
  sae instance logs shop-0a1b2c3d-x7k2p -f";
const LIST_EXAMPLES: &str = "Examples:
  sae instance list shop
  sae instance list shop -q";
