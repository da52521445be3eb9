//! `sae ns`: namespaces, in which applications live.

use clap::{Arg, ArgMatches, Command};
use sae::Client;
use sae::model::{
    CreateNamespace, DeleteNamespace, DescribeNamespace, DescribeNamespaceList, NamespaceNetwork,
};
use sae::transport::encode_json;
use sae::transport::text::escape_control;

use crate::commands::app;
use crate::failure::Failure;
use crate::list::{self, Column, List};
use crate::session::Printer;
use crate::tell::tell;
use crate::{block_on, confirm, render, session};

/// The command line.
pub fn command() -> Command {
    let id = || {
        Arg::new("id")
            .value_name("NAMESPACE")
            .required(true)
            .help("Namespace, as in cn-hangzhou:shop or shop")
    };
    let new_id = Arg::new("id")
        .value_name("NAMESPACE")
        .required(true)
        .help("Region, colon, name, as in cn-hangzhou:shop; or the name alone, in the region of the call");
    let list = Command::new("list").visible_alias("ls").about("List the namespaces of the region");
    let show = Command::new("show").about("Show a namespace").arg(id());
    let create = Command::new("create")
        .about("Create a namespace; prints its identifier")
        .arg(new_id)
        .arg(text("name", "Display name [default: the name in the identifier]"))
        .arg(text("description", "Description, 100 characters at most"));
    let delete =
        Command::new("delete").visible_alias("rm").about("Delete a namespace without applications").arg(id());
    session::noun("ns", "Namespaces, in which applications live", EXAMPLES)
        .visible_alias("namespace")
        .subcommand(list::arguments(list.after_help("Examples:\n  sae ns list\n  sae ns list -q")))
        .subcommand(show.after_help("Example:\n  sae ns show shop --output json"))
        .subcommand(create.after_help("Example:\n  sae ns create cn-hangzhou:shop --name Shop"))
        .subcommand(confirm::argument(delete).after_help("Example:\n  sae ns delete cn-hangzhou:shop --yes"))
}

fn text(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name("TEXT").help(help)
}

pub fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let (verb, options) = session::verb(matches)?;
    let printer = Printer::new(options)?;
    let client = session::client(options)?;
    let id = || options.get_one::<String>("id").cloned().unwrap_or_default();
    match verb {
        "list" => {
            let all = DescribeNamespaceList::new().contain_custom(true);
            let reply = block_on(async { Ok(client.send(all).await?) })?;
            LIST.print(&printer, reply.into_data()?, options)
        }
        "show" => {
            let shown = block_on(described(&client, &id()))?;
            printer.print(&shown)
        }
        "create" => {
            let id = in_region(id(), options)?;
            let short = id.split_once(':').map_or(id.as_str(), |(_, name)| name);
            let name = options.get_one::<String>("name").map_or(short, String::as_str);
            let mut request = CreateNamespace::new(name).namespace_id(&id);
            if let Some(description) = options.get_one::<String>("description") {
                request = request.namespace_description(description);
            }
            let made = block_on(async { Ok(client.send(request).await?) })?;
            if printer.is_document() {
                return printer.print(&encode_json::to_string_pretty(&made.into_data()?));
            }
            render::write(&format!("{id}\n"))
        }
        _ => block_on(async {
            let id = app::namespace_id(&client, &id()).await?;
            confirm::ask(&format!("delete the namespace {id}"), options)?;
            client.send(DeleteNamespace::new().namespace_id(&id)).await?;
            tell!("deleted {}", escape_control(&id));
            if printer.is_document() {
                printer.print(&serde_json::json!({ "NamespaceId": id }).to_string())?;
            }
            Ok(())
        }),
    }
}

/// What is known of a namespace. A default one, whose identifier is the region alone, is only told of in the list.
async fn described(client: &Client, text: &str) -> Result<String, Failure> {
    let id = app::namespace_id(client, text).await?;
    match client.send(DescribeNamespace::new().namespace_id(&id)).await {
        Err(error) if error.is_not_found() && !id.contains(':') => {
            let all = client.send(DescribeNamespaceList::new()).await?.into_data()?;
            let found = all.iter().find(|it| it.namespace_id.as_ref() == Some(&id));
            Ok(encode_json::to_string_pretty(found.ok_or(error)?))
        }
        described => Ok(encode_json::to_string_pretty(&described?.into_data()?)),
    }
}

/// The identifier in full; a name by itself is one of the region that is called.
fn in_region(id: String, options: &ArgMatches) -> Result<String, Failure> {
    if id.contains(':') {
        return Ok(id);
    }
    match session::region(options) {
        Some(region) => Ok(format!("{region}:{id}")),
        None => Err(Failure::usage(format!("no region for {id:?}: give REGION:NAME, or --region"))),
    }
}

const EXAMPLES: &str = "Examples:
  sae ns list
  sae ns create cn-hangzhou:shop";

const LIST: List<NamespaceNetwork> = List {
    columns: &[
        Column { title: "NAMESPACE", cell: |namespace| namespace.namespace_id.clone().unwrap_or_default() },
        Column { title: "NAME", cell: |namespace| namespace.namespace_name.clone().unwrap_or_default() },
        Column { title: "VPC", cell: |namespace| namespace.vpc_id.clone().unwrap_or_default() },
        Column { title: "VSWITCH", cell: |namespace| namespace.v_switch_id.clone().unwrap_or_default() },
    ],
    hide: &["VSWITCH", "VPC"],
    id: |namespace| namespace.namespace_id.clone().unwrap_or_default(),
    none: "no namespaces",
};
