//! The body of an answer, whole or cut.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};

/// The body of an answer. One that is cut announces its length and ends with an error half-way.
pub struct ResponseBody {
    bytes: Option<Bytes>,
    announced: u64,
    ending: Ending,
}

/// What comes after the bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    End,
    /// A pause, in which the bytes get on their way.
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

/// The connection ends here, because somebody asked for that.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionDropped;

impl fmt::Display for ConnectionDropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is dropped on purpose")
    }
}

impl std::error::Error for ConnectionDropped {}
