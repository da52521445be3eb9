//! `sae export`: prints a manifest of the present state.

use sae::transport::text::escape_control;
use sae_manifest::Format;

use crate::args::Output;
use crate::args::manifest::{Export, Form};
use crate::commands::resolve;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::render;
use crate::output::status::status;

pub async fn run(mut args: Export) -> Result<Exit, Failure> {
    let connection = std::mem::take(&mut args.connection);
    let context = Context::new(connection, &Output::default())?;
    let client = context.client()?;
    let mut export = sae_manifest::Export::new().with_secrets(args.with_secrets);
    let name = args.application.name()?;
    if !name.is_empty() {
        export = export.application(name);
    }
    if let Some(namespace) = resolve::namespace(&client, &args.namespace).await? {
        export = export.namespace(namespace);
    }
    let exported = export.read(&client).await?;
    if args.with_secrets {
        for path in exported.placeholders() {
            status!("note: the service doesn't show {}: it is written as unchanged", escape_control(&path));
        }
    }
    let format = match args.form {
        Form::Toml => Format::Toml,
        Form::Yaml => Format::Yaml,
        Form::Json => Format::Json,
    };
    render::write(&exported.text(format)?)?;
    Ok(Exit::DONE)
}
