//! `sae man`: the manual, a page for each command.

use std::fs;

use crate::args::man::Man;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{args, operations};

pub fn run(args: &Man) -> Result<Exit, Failure> {
    let dir = &args.dir;
    let listing = operations::listing(None, None)?;
    let written = args::manual(&listing).and_then(|pages| {
        fs::create_dir_all(dir)?;
        pages.into_iter().try_for_each(|(name, page)| fs::write(dir.join(name), page))
    });
    written.map_err(|error| {
        Failure::other(format!("the manual can't be written to {}: {error}", dir.display()))
    })?;
    Ok(Exit::DONE)
}
