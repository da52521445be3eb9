//! The page that a stream is reading.

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use sae_transport::{Error, Operation, Reply};

/// The page that a stream is reading.
///
/// In a mutex that is never locked: so a list can be shared by threads with the feature `stream` as without it.
pub(super) struct Reading<O: Operation>(Mutex<Option<Page<O>>>);

type Page<O> = Pin<Box<dyn Future<Output = Result<Reply<<O as Operation>::Output>, Error>> + Send>>;

impl<O: Operation> Reading<O> {
    /// Gives it up. It is read again by what reads the next page.
    pub(super) fn stop(&mut self) {
        *self.page() = None;
    }

    pub(super) fn page(&mut self) -> &mut Option<Page<O>> {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<O: Operation> Default for Reading<O> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}
