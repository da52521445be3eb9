//! Every answer, as its types promise it: read from JSON and XML, written again, and held in memory.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

mod foreign;
mod generated;
mod generator;
mod limits;
mod odd;
mod shapes;
mod survival;
mod texts;

use std::ops::Deref;

use sae_transport::{Answer, DynFields, Envelope, Note, Registered, Reply};

/// Every operation of both services.
fn operations() -> impl Iterator<Item = &'static Registered> {
    let services = [sae_models::sae::OPERATIONS, sae_models::edas::OPERATIONS];
    services.into_iter().flatten().copied().flatten()
}

/// What the client makes of the body of an answer.
/// What is made of an answer.
struct Read {
    reply: Reply<Box<dyn DynFields>>,
    notes: Vec<Note>,
}

impl Deref for Read {
    type Target = Reply<Box<dyn DynFields>>;

    fn deref(&self) -> &Self::Target {
        &self.reply
    }
}

fn read(operation: &'static Registered, body: &str) -> Read {
    let answer = Answer::new(200, Vec::new(), body.as_bytes().to_vec());
    let mut envelope = Envelope::of(operation.description.envelope);
    let mut output = (operation.output)();
    let notes = answer
        .read(&mut envelope, &mut *output)
        .unwrap_or_else(|error| panic!("{}: {error}: {body}", operation.description.name));
    Read { reply: Reply::new(output, envelope, answer), notes }
}

fn paths(notes: &[Note]) -> Vec<&str> {
    notes.iter().map(|note| note.path.as_str()).collect()
}
