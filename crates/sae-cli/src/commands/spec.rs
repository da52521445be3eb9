//! `sae spec`: the sizes that instances can have.

use clap::{ArgMatches, Command};
use sae::model::{DescribeInstanceSpecifications, InstanceSpecification};

use crate::failure::Failure;
use crate::list::{self, Column, List};
use crate::session::Printer;
use crate::{block_on, session};

/// The command line.
pub fn command() -> Command {
    let list = Command::new("list").visible_alias("ls").about("List the sizes that instances can have");
    session::noun("spec", "Sizes that instances can have", "Example:\n  sae spec list")
        .subcommand(list::arguments(list.after_help(EXAMPLES)))
}

pub fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let (_, options) = session::verb(matches)?;
    let printer = Printer::new(options)?;
    let client = session::client(options)?;
    let reply = block_on(async { Ok(client.send(DescribeInstanceSpecifications::new()).await?) })?;
    let mut sizes = reply.into_data()?;
    sizes.retain(|size| size.enable != Some(false));
    sizes.sort_by_key(|size| (size.cpu, size.memory));
    LIST.print(&printer, sizes, options)
}

const LIST: List<InstanceSpecification> = List {
    columns: &[
        Column { title: "CPU (MILLICORES)", cell: |size| number(size.cpu) },
        Column { title: "MEMORY (MB)", cell: |size| number(size.memory) },
        Column { title: "ID", cell: |size| number(size.id) },
    ],
    hide: &["ID"],
    id: |size| format!("{}x{}", number(size.cpu), number(size.memory)),
    none: "no sizes",
};

fn number(number: Option<i64>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

const EXAMPLES: &str = "Examples:
  sae spec list
  sae spec list --output json --query '[?Cpu == `1000`].Memory'";
