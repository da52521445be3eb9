//! `sae ns`: namespaces, in which applications live.

use sae::Client;
use sae::model::{
    CreateNamespace, DeleteNamespace, DescribeNamespace, DescribeNamespaceList, NamespaceNetwork,
};
use sae::transport::encode_json;
use sae::transport::text::escape_control;

use crate::args::ns::{Ns, NsCreate, NsDelete, NsVerb};
use crate::commands::resolve;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::list::{Column, List};
use crate::output::status::status;
use crate::output::{confirm, render};

pub async fn run(args: Ns) -> Result<Exit, Failure> {
    let Ns { connection, output, verb } = args;
    let context = Context::new(connection, &output)?;
    let client = context.client()?;
    match verb {
        NsVerb::List(args) => {
            let reply = client.send(DescribeNamespaceList::new().contain_custom(true)).await?;
            LIST.print(&context.printer, reply.into_data()?, &args.listing)?;
        }
        NsVerb::Show(args) => context.printer.print(&described(&client, &args.id).await?)?,
        NsVerb::Create(args) => create(&client, args, &context).await?,
        NsVerb::Delete(args) => delete(&client, &args, &context).await?,
    }
    Ok(Exit::DONE)
}

async fn create(client: &Client, args: NsCreate, context: &Context) -> Result<(), Failure> {
    let id = in_region(args.id, context)?;
    let short = id.split_once(':').map_or(id.as_str(), |(_, name)| name);
    let mut request = CreateNamespace::new(args.name.as_deref().unwrap_or(short)).namespace_id(&id);
    if let Some(description) = args.description {
        request = request.namespace_description(description);
    }
    let made = client.send(request).await?;
    if context.printer.is_document() {
        return context.printer.print(&encode_json::to_string_pretty(&made.into_data()?));
    }
    render::write(&format!("{id}\n"))
}

async fn delete(client: &Client, args: &NsDelete, context: &Context) -> Result<(), Failure> {
    let id = resolve::namespace_id(client, &args.id).await?;
    confirm::ask(&format!("delete the namespace {id}"), args.confirmation)?;
    client.send(DeleteNamespace::new().namespace_id(&id)).await?;
    status!("deleted {}", escape_control(&id));
    if context.printer.is_document() {
        context.printer.print(&serde_json::json!({ "NamespaceId": id }).to_string())?;
    }
    Ok(())
}

/// The description of a namespace. The default one, whose ID is the region, is only in the list.
async fn described(client: &Client, text: &str) -> Result<String, Failure> {
    let id = resolve::namespace_id(client, text).await?;
    match client.send(DescribeNamespace::new().namespace_id(&id)).await {
        Err(error) if error.is_not_found() && !id.contains(':') => {
            let all = client.send(DescribeNamespaceList::new()).await?.into_data()?;
            let found = all.iter().find(|it| it.namespace_id.as_ref() == Some(&id));
            Ok(encode_json::to_string_pretty(found.ok_or(error)?))
        }
        described => Ok(encode_json::to_string_pretty(&described?.into_data()?)),
    }
}

/// The full ID; a name without a region is in the region of the call.
fn in_region(id: String, context: &Context) -> Result<String, Failure> {
    if id.contains(':') {
        return Ok(id);
    }
    match context.region() {
        Some(region) => Ok(format!("{region}:{id}")),
        None => Err(Failure::usage(format!("no region for {id:?}: give REGION:NAME, or --region"))),
    }
}

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
