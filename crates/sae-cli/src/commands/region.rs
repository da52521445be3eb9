//! `sae region`: where SAE runs.

use clap::{ArgMatches, Command};
use sae::model::{DescribeRegions, Region};

use crate::failure::Failure;
use crate::list::{self, Column, List};
use crate::session::Printer;
use crate::{block_on, session};

/// The command line.
pub fn command() -> Command {
    let list = Command::new("list").visible_alias("ls").about("List the regions").after_help(EXAMPLES);
    session::noun("region", "Regions in which SAE runs", "Example:\n  sae region list")
        .subcommand(list::arguments(list))
}

pub fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let (_, options) = session::verb(matches)?;
    let printer = Printer::new(options)?;
    let client = session::client(options)?;
    let reply = block_on(async { Ok(client.send(DescribeRegions::new()).await?) })?;
    LIST.print(&printer, reply.output.regions, options)
}

const LIST: List<Region> = List {
    columns: &[
        Column { title: "REGION", cell: |region| region.region_id.clone().unwrap_or_default() },
        Column { title: "NAME", cell: |region| region.local_name.clone().unwrap_or_default() },
        Column { title: "ENDPOINT", cell: |region| region.region_endpoint.clone().unwrap_or_default() },
    ],
    hide: &["ENDPOINT"],
    id: |region| region.region_id.clone().unwrap_or_default(),
    none: "no regions",
};

const EXAMPLES: &str = "Examples:
  sae region list
  sae region list --output json --query '[*].RegionId'";
