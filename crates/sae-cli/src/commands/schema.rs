//! `sae schema`: the JSON Schema of manifests.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::manifest::schema;
use crate::output::render;

pub fn run() -> Result<Exit, Failure> {
    render::write(&schema::text())?;
    Ok(Exit::DONE)
}
