//! Lists for programs that are not async.

use std::fmt;

use sae_transport::{Error, Paged, Reply};

use super::worker::{Iteration, Worker};

/// All items of a list as an iterator: see [`crate::Items`].
#[must_use = "nothing is read before an item is asked for"]
pub struct Items<O: Paged> {
    items: crate::Items<O>,
    iteration: Iteration,
}

/// The pages of a list as an iterator: see [`crate::Pages`].
#[must_use = "nothing is read before a page is asked for"]
pub struct Pages<O: Paged> {
    pages: crate::Pages<O>,
    iteration: Iteration,
}

impl<O: Paged> Items<O> {
    pub(super) fn new(items: crate::Items<O>, worker: Worker) -> Self {
        Self { items, iteration: Iteration::new(worker) }
    }

    /// All remaining items, or the first error.
    pub fn all(self) -> Result<Vec<O::Item>, Error> {
        self.iteration.worker().wait(self.items.all())?
    }
}

impl<O: Paged> Pages<O> {
    pub(super) fn new(pages: crate::Pages<O>, worker: Worker) -> Self {
        Self { pages, iteration: Iteration::new(worker) }
    }
}

impl<O: Paged> Iterator for Items<O> {
    type Item = Result<O::Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.iteration.next(self.items.next())
    }
}

impl<O: Paged> Iterator for Pages<O> {
    type Item = Result<Reply<O::Output>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.iteration.next(self.pages.next())
    }
}

impl<O: Paged> fmt::Debug for Items<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.items.fmt(f)
    }
}

impl<O: Paged> fmt::Debug for Pages<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pages.fmt(f)
    }
}
