//! Lists as streams, for `futures` and what is built on it.

use std::ops::ControlFlow;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_core::stream::FusedStream;
use sae_transport::{Error, Paged, Reply};

use super::{Items, Pages};

/// Nothing in them is pinned: a page is read by a future in a box.
impl<O: Paged> Unpin for Pages<O> {}
impl<O: Paged> Unpin for Items<O> {}

/// Reads a page when it is polled for one. Unlike with [`Pages::next`], a page that was begun goes on being read by the next poll.
impl<O: Paged + 'static> Stream for Pages<O> {
    type Item = Result<Reply<O::Output>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let pages = &mut *self;
        let mut page = if let Some(page) = pages.reading.page().take() {
            page
        } else {
            if let ControlFlow::Break(end) = pages.end() {
                return Poll::Ready(end);
            }
            if let Err(error) = pages.cursor.put_into(&mut pages.request) {
                return Poll::Ready(Some(pages.turn(Err(error))));
            }
            let (client, request) = (pages.client.clone(), pages.request.clone());
            Box::pin(async move { client.send_ref(&request).await })
        };
        match page.as_mut().poll(context) {
            Poll::Ready(read) => Poll::Ready(Some(pages.turn(read))),
            Poll::Pending => {
                *pages.reading.page() = Some(page);
                Poll::Pending
            }
        }
    }
}

impl<O: Paged + 'static> FusedStream for Pages<O> {
    fn is_terminated(&self) -> bool {
        self.is_over && self.flaw.is_none()
    }
}

/// Reads pages as items are polled for.
impl<O: Paged + 'static> Stream for Items<O> {
    type Item = Result<O::Item, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let items = &mut *self;
        loop {
            if let Some(item) = items.known() {
                return Poll::Ready(Some(item));
            }
            let Some(page) = ready!(Pin::new(&mut items.pages).poll_next(context)) else {
                return Poll::Ready(None);
            };
            if let Err(error) = items.fill(page) {
                return Poll::Ready(Some(Err(error)));
            }
        }
    }
}
