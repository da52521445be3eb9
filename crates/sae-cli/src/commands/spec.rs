//! `sae spec`: the sizes that instances can have.

use sae::model::{DescribeInstanceSpecifications, InstanceSpecification};

use crate::args::catalogue::{Spec, SpecVerb};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::list::{Column, List};

pub async fn run(args: Spec) -> Result<Exit, Failure> {
    let context = Context::new(args.connection, &args.output)?;
    let SpecVerb::List(args) = args.verb;
    let reply = context.client()?.send(DescribeInstanceSpecifications::new()).await?;
    let mut sizes = reply.into_data()?;
    sizes.retain(|size| size.enable != Some(false));
    sizes.sort_by_key(|size| (size.cpu, size.memory));
    LIST.print(&context.printer, sizes, &args.listing)?;
    Ok(Exit::DONE)
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
