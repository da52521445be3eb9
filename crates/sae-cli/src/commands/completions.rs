//! `sae completions`: what a shell needs to complete commands and options.

use crate::args;
use crate::args::completions::Completions;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::render;

pub fn run(args: &Completions) -> Result<Exit, Failure> {
    render::write(&args::completion_script(args.shell))?;
    Ok(Exit::DONE)
}
