//! `sae call`: any operation, through its typed request and answer.

mod dry_run;

use sae::transport::Description;
use sae::transport::text::escape_control;
use sae::{Credentials, Format, NoteKind};
use serde_json::{Value, json};

use crate::args::call::{Accept, Call, CallOptions};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::printer::Printer;
use crate::output::render;
use crate::output::status::status;
use crate::{commands::parameters, operations};

pub async fn run(args: Call) -> Result<Exit, Failure> {
    let Call { options, invocation } = args;
    if options.list {
        return list(&options);
    }
    let Some(invocation) = invocation else {
        return Err(Failure::usage("no operation given; name one, as in `sae call ListApplications`"));
    };
    let operation = invocation.operation;
    let request = parameters::request(operation, options.params.as_deref(), &invocation.values)?;
    let context = Context::new(options.connection, &options.output)?;
    let mut builder = context.builder()?;
    if options.accept == Accept::Xml {
        builder = builder.format(Format::Xml);
    }
    if options.dry_run {
        // A client needs credentials; nothing is signed with these.
        let client = builder.credentials(Credentials::new("dry-run", "none")).environment().build()?;
        dry_run::print(operation, &client, request, options.show_secrets, &context).await?;
        return Ok(Exit::DONE);
    }
    let client = builder.environment().build()?;
    let reply = client.send_registered(operation, &*request).await?;
    for note in reply.answer.notes(&mut *(operation.output)()) {
        let path = escape_control(&note.path);
        let more = match note.count {
            1 => String::new(),
            count => format!(" (and {} more like it)", count - 1),
        };
        match note.kind {
            NoteKind::Unknown => {
                status!("note: this version doesn't know {path}{more}; it is printed as it came");
            }
            NoteKind::Repeated => {
                status!("note: {path} came more than once{more}; all of its values are printed");
            }
            _ => status!(
                "note: the value of {path} doesn't fit the type of its field; it is printed as it came"
            ),
        }
    }
    context.printer.print_value(&reply)?;
    Ok(Exit::DONE)
}

/// Lists operations instead of calling one.
fn list(options: &CallOptions) -> Result<Exit, Failure> {
    let (product, group) = (options.product.as_deref(), options.group.as_deref());
    let printer = Printer::new(&options.output)?;
    let listing = operations::listing(product, group)?;
    if options.output.form.is_none() && !printer.has_query() {
        render::write(&listing)?;
        return Ok(Exit::DONE);
    }
    let is_wanted = |it: &&Description| {
        product.is_none_or(|wanted| wanted == it.service.product)
            && group.is_none_or(|wanted| wanted == it.group)
    };
    let listed = operations::all().filter(is_wanted).map(|it| {
        json!({ "Name": it.name, "Product": it.service.product, "Group": it.group, "Summary": it.summary })
    });
    printer.print(&listed.collect::<Value>().to_string())?;
    Ok(Exit::DONE)
}
