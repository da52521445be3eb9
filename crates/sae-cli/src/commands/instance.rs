//! `sae instance`: what runs an application.

use sae::model::{DescribeApplicationGroups, DescribeApplicationInstances, Instance};

use crate::args::Namespace;
use crate::args::logs::{self, InstanceList, InstanceVerb};
use crate::commands::resolve;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::list::{self, Column, List};

pub async fn run(args: logs::Instance) -> Result<Exit, Failure> {
    let logs::Instance { connection, output, namespace, verb } = args;
    match verb {
        InstanceVerb::List(args) => list(&args, &namespace, &Context::new(connection, &output)?).await?,
        InstanceVerb::Logs(args) => {
            let context = Context::new(connection, &args.output)?;
            super::logs::of_instance(&args, &context).await?;
        }
    }
    Ok(Exit::DONE)
}

async fn list(args: &InstanceList, namespace: &Namespace, context: &Context) -> Result<(), Failure> {
    let client = context.client()?;
    let limit = args.listing.limit();
    let app = resolve::application(&client, &args.application, namespace).await?;
    let mut all = Vec::new();
    for group in client.items(DescribeApplicationGroups::new(&app)).all().await? {
        let group = group.group_id.unwrap_or_default();
        let left = limit.saturating_sub(all.len());
        let request = DescribeApplicationInstances::new(&app, group).page_size(PAGE);
        all.extend(list::collect(client.items(request), left).await?);
    }
    LIST.print(&context.printer, all, &args.listing)
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
