//! Bodies of answers.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};

/// The body of an answer. A cut one announces its length, but ends with an error half-way.
pub struct ResponseBody {
    bytes: Option<Bytes>,
    announced: u64,
    ending: Ending,
}

/// What follows the bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    End,
    /// A pause, so that the bytes are sent before the connection ends.
    Pause,
    Break,
}

impl ResponseBody {
    pub fn whole(body: String) -> Self {
        Self { announced: body.len() as u64, bytes: Some(body.into()), ending: Ending::End }
    }

    pub fn cut(body: String) -> Self {
        let announced = body.len() as u64;
        let mut bytes = Bytes::from(body);
        bytes.truncate(bytes.len() / 2);
        Self { announced, bytes: Some(bytes), ending: Ending::Pause }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = ConnectionDropped;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ConnectionDropped>>> {
        if let Some(bytes) = self.bytes.take().filter(|bytes| !bytes.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        match self.ending {
            Ending::End => Poll::Ready(None),
            Ending::Pause => {
                self.ending = Ending::Break;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Ending::Break => Poll::Ready(Some(Err(ConnectionDropped))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.ending == Ending::End && self.bytes.as_ref().is_none_or(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.announced)
    }
}

/// The connection is closed here because a fault asks for it.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionDropped;

impl fmt::Display for ConnectionDropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is dropped on purpose")
    }
}

impl std::error::Error for ConnectionDropped {}
