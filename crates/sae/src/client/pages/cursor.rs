//! Finds the next page, and whether a list is complete. Not generic over the operation; sends nothing.

use std::collections::HashSet;

use sae_transport::slots::text_at;
use sae_transport::{Error, ErrorKind, Fields, Pages, Scalar, Turn};

/// The state of reading the pages of a list once.
#[derive(Debug)]
pub(super) struct Cursor {
    pages: &'static Pages,
    operation: &'static str,
    /// Number of the page to be read.
    number: i64,
    /// Whether no page has been read yet.
    is_first: bool,
    /// Token of the page to be read; none for the first.
    token: Option<String>,
    /// Tokens that have been used.
    tokens: HashSet<String>,
    /// Items so far.
    read: u64,
    /// Identifiers so far.
    ids: HashSet<String>,
    /// Items on all pages, as the latest page said.
    total: Option<u64>,
    /// Whether a page showed that the list has changed.
    is_shaken: bool,
}

/// What a page tells about the list.
#[derive(Debug)]
pub(super) enum Turned {
    /// There is another page.
    More,
    /// It was the last page, and nothing is missing.
    Whole,
    /// It was the last page, and the list isn't complete for this reason.
    Flawed(Error),
}

impl Cursor {
    pub(super) fn new(pages: &'static Pages, operation: &'static str) -> Self {
        let number = match &pages.turn {
            Turn::Number { first, .. } => *first,
            Turn::Token { .. } => 1,
        };
        Self {
            pages,
            operation,
            number,
            is_first: true,
            token: None,
            tokens: HashSet::new(),
            read: 0,
            ids: HashSet::new(),
            total: None,
            is_shaken: false,
        }
    }

    /// Sets the page in a request.
    pub(super) fn put_into(&self, request: &mut dyn Fields) -> Result<(), Error> {
        let taken = match (&self.pages.turn, &self.token) {
            (Turn::Number { page, .. }, _) => put(request, page, Scalar::Int(self.number)),
            (Turn::Token { parameter, .. }, Some(token)) => put(request, parameter, Scalar::Text(token)),
            // The start that the caller has set.
            (Turn::Token { .. }, None) => true,
        };
        if taken {
            Ok(())
        } else {
            Err(self.error(ErrorKind::Request, "the request takes no page".to_owned()))
        }
    }

    /// Moves on to the next page, given the identifiers of the items of this one.
    pub(super) fn turn(&mut self, output: &dyn Fields, ids: Vec<Option<String>>) -> Result<Turned, Error> {
        let (count, before) = (ids.len(), self.ids.len());
        self.read += u64::try_from(count).unwrap_or(u64::MAX);
        let named = ids.iter().flatten().count();
        self.ids.extend(ids.into_iter().flatten());
        let fresh = self.ids.len() - before;
        let comes_twice = fresh < named;
        match &self.pages.turn {
            Turn::Token { next, .. } => self.follow(text_at(output, next)),
            Turn::Number { total, .. } => {
                let total = text_at(output, total).and_then(|total| total.trim().parse().ok());
                Ok(self.count(count, fresh, comes_twice, total))
            }
        }
    }

    fn follow(&mut self, next: Option<String>) -> Result<Turned, Error> {
        let Some(next) = next else { return Ok(Turned::Whole) };
        if !self.tokens.insert(next.clone()) {
            let message = "a page leads back to one before it: the list has no end".to_owned();
            return Err(self.error(ErrorKind::Decode, message));
        }
        self.token = Some(next);
        Ok(Turned::More)
    }

    fn count(&mut self, count: usize, fresh: usize, comes_twice: bool, total: Option<u64>) -> Turned {
        let is_first = std::mem::replace(&mut self.is_first, false);
        self.number += 1;
        let Some(total) = total else {
            return match (count, fresh) {
                (0, _) => Turned::Whole,
                // A service that ignores pages returns the same one again and again.
                (_, 0) if !self.pages.id.is_empty() => Turned::Whole,
                (_, 0) => self.flawed("the answer doesn't say how many items there are".to_owned()),
                _ => Turned::More,
            };
        };
        self.is_shaken |= comes_twice || (!is_first && self.total != Some(total));
        self.total = Some(total);
        let read = self.read;
        if read < total && count > 0 {
            Turned::More
        } else if read < total {
            self.flawed(format!("the list ends after {read} of {total} items"))
        } else if read > total {
            self.flawed(format!("the list has {read} items where it says {total}"))
        } else if self.is_shaken {
            self.flawed("the list changed while it was read".to_owned())
        } else {
            Turned::Whole
        }
    }

    fn flawed(&self, message: String) -> Turned {
        Turned::Flawed(self.error(ErrorKind::Decode, message))
    }

    fn error(&self, kind: ErrorKind, message: String) -> Error {
        Error::new(kind, message).with_operation(self.operation)
    }
}

fn put(request: &mut dyn Fields, parameter: &str, value: Scalar<'_>) -> bool {
    request.slot(parameter).is_some_and(|slot| slot.put(value))
}
