//! `sae plan` and `sae drift`: what a manifest asks for beyond what there is.

use crate::args::manifest;
use crate::args::output::Form;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::manifest::plan::Plan;
use crate::printer::Printer;
use crate::render;

pub async fn run(args: manifest::Plan) -> Result<Exit, Failure> {
    printed(args).await?.check()?;
    Ok(Exit::DONE)
}

pub async fn drift(args: manifest::Drift) -> Result<Exit, Failure> {
    let plan = printed(args.plan).await?;
    if !plan.is_empty() {
        return Ok(Exit::DIFFERS);
    }
    plan.check()?;
    Ok(Exit::DONE)
}

/// Makes the plan and prints it.
async fn printed(args: manifest::Plan) -> Result<Plan, Failure> {
    let context = Context::new(args.connection, &args.output)?;
    let manifest = crate::manifest::read(&args.manifest.file)?;
    let plan = Plan::of(&context.client()?, &manifest, args.manifest.prune).await?;
    print(&plan, &context.printer)?;
    Ok(plan)
}

fn print(plan: &Plan, printer: &Printer) -> Result<(), Failure> {
    if printer.is_document() {
        return printer.print(&plan.json());
    }
    match printer.form() {
        Form::Table => plan.table().print(printer, "no differences"),
        _ => render::write(&plan.text()),
    }
}
