//! `sae app`: applications.

mod change;
mod create;
mod look;

use self::change::Change;
use crate::args::app::{App, AppVerb};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

pub async fn run(args: App) -> Result<Exit, Failure> {
    let App { connection, output, namespace, verb } = args;
    let context = Context::new(connection, &output)?;
    match verb {
        AppVerb::List(args) => look::list(&args, &namespace, &context).await?,
        AppVerb::Show(args) => look::show(&args, &namespace, &context).await?,
        AppVerb::History(args) => look::history(&args, &namespace, &context).await?,
        AppVerb::Create(args) => Box::pin(create::run(args, &namespace, &context)).await?,
        AppVerb::Start(args) => change::run(&Change::Start(args), &namespace, &context).await?,
        AppVerb::Stop(args) => change::run(&Change::Stop(args), &namespace, &context).await?,
        AppVerb::Restart(args) => change::run(&Change::Restart(args), &namespace, &context).await?,
        AppVerb::Scale(args) => change::run(&Change::Scale(args), &namespace, &context).await?,
        AppVerb::Resize(args) => change::run(&Change::Resize(args), &namespace, &context).await?,
        AppVerb::Delete(args) => change::run(&Change::Delete(args), &namespace, &context).await?,
    }
    Ok(Exit::DONE)
}
