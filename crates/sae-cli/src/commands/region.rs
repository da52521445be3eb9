//! `sae region`: where SAE runs.

use sae::model::{DescribeRegions, Region};

use crate::args::catalogue::{self, RegionVerb};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::list::{Column, List};

pub async fn run(args: catalogue::Region) -> Result<Exit, Failure> {
    let context = Context::new(args.connection, &args.output)?;
    let RegionVerb::List(args) = args.verb;
    let reply = context.client()?.send(DescribeRegions::new()).await?;
    LIST.print(&context.printer, reply.output.regions, &args.listing)?;
    Ok(Exit::DONE)
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
