//! `sae plan` and `sae drift`: the difference between a manifest and the present state.

use sae_manifest::{Change, Difference, Manifest, Plan};

use crate::args::manifest;
use crate::args::output::Form;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::output::list::Table;
use crate::output::printer::Printer;
use crate::output::render;

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

/// Computes the plan and prints it.
async fn printed(args: manifest::Plan) -> Result<Plan, Failure> {
    let context = Context::new(args.connection, &args.output)?;
    let manifest = read(&args.manifest.file)?;
    let plan = Plan::new(&context.client()?, &manifest, args.manifest.unlisted()).await?;
    print(&plan, &context.printer)?;
    Ok(plan)
}

fn print(plan: &Plan, printer: &Printer) -> Result<(), Failure> {
    if printer.is_document() {
        return printer.print(&plan.json());
    }
    match printer.form() {
        Form::Table => table(plan.changes()).print(printer, "no differences"),
        _ => render::write(&plan.to_string()),
    }
}

/// One row per difference.
fn table(changes: &[Change]) -> Table {
    let mut table = Table::new(&["ACTION", "KIND", "NAME", "KEY", "BEFORE", "AFTER"], &["KIND", "BEFORE"]);
    for change in changes {
        let mut rows: Vec<_> = change.differences.iter().map(cells).collect();
        let refusals = change.refusals.iter();
        rows.extend(refusals.map(|refusal| ["!".to_owned(), String::new(), refusal.clone()]));
        if rows.is_empty() {
            rows.push(Default::default());
        }
        for cells in rows {
            let first = [change.action.word(), change.kind, &change.name].map(str::to_owned);
            table.row(first.into_iter().chain(cells).collect());
        }
    }
    table
}

/// Path, present and wanted value.
fn cells(difference: &Difference) -> [String; 3] {
    let [before, after] = [difference.before(), difference.after()].map(Option::unwrap_or_default);
    [difference.path().to_owned(), before, after]
}

/// Reads a manifest from a file, or from standard input for `-`. Mistakes in it are in [`Manifest::findings`].
pub fn read(file: &str) -> Result<Manifest, Failure> {
    if file.is_empty() {
        return Err(Failure::usage("--file is empty; - reads standard input"));
    }
    let text = input::text(file, "--file")?;
    let name = if file == "-" { "standard input" } else { file };
    Ok(Manifest::read(&text, name)?)
}
