//! Every namespace, application and instance: `cargo run --package sae --example list_everything`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

mod stage;

use std::error::Error;

use sae::prelude::*;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let stage = stage::Stage::open().await?;
    let client = &stage.client;
    if stage.server.is_some() {
        stage.application().await?;
    }

    // All pages; complete, or an error. `page_size` is how many items come with a call.
    for namespace in client.items(DescribeNamespaces::new(1, 50)).all().await? {
        println!("namespace {}", namespace.namespace_id.or_dash());
    }

    // Pages are read as items are taken.
    let mut applications = client.items(ListApplications::new().page_size(50));
    while let Some(application) = applications.next().await {
        let application = application?;
        println!("application {}", application.app_name.or_dash());
        let id = application.app_id.or_missing("AppId")?;
        for group in client.items(DescribeApplicationGroups::new(&id)).all().await? {
            let request = DescribeApplicationInstances::new(&id, group.group_id.or_missing("GroupId")?);
            for instance in client.items(request).all().await? {
                println!(
                    "  {} {}",
                    instance.instance_id.or_dash(),
                    instance.instance_container_status.or_dash()
                );
            }
        }
    }

    // One call by hand, for one page and its total.
    let page = client.send(ListApplications::new().current_page(1).page_size(10)).await?.into_data()?;
    println!("{} of {} applications", page.applications.len(), page.total_size.or_dash());
    Ok(())
}
