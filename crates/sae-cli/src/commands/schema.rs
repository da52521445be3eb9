//! `sae schema`: the JSON Schema of manifests.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::render;

pub fn run() -> Result<Exit, Failure> {
    render::write(&sae_manifest::schema())?;
    Ok(Exit::DONE)
}
