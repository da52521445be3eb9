//! The bytes of a connection.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::idle_tracker::IdleTracker;
use super::server_state::ServerState;

/// The bytes of a connection. It tells the [`IdleTracker`] when bytes arrive, and replaces the bare error answers of
/// the HTTP library by complete ones.
pub struct Connection {
    stream: TcpStream,
    tracker: Arc<IdleTracker>,
    state: Arc<ServerState>,
}

impl Connection {
    /// A connection over this stream.
    pub const fn new(stream: TcpStream, tracker: Arc<IdleTracker>, state: Arc<ServerState>) -> Self {
        Self { stream, tracker, state }
    }

    /// Writes an answer of the gateway instead of one of the library. Returns false if the bytes are no bare error
    /// answer, or if the socket doesn't take all of the answer.
    fn replaced(&self, bytes: &[u8]) -> bool {
        let status = bytes.strip_prefix(b"HTTP/1.1 ").and_then(|rest| rest.get(..3));
        let Some(code) = status.and_then(|status| UNREADABLE.iter().find(|(of, _)| of.as_bytes() == status))
        else {
            return false;
        };
        let bare = bytes.ends_with(b"\r\n\r\n") && !bytes.windows(MARK.len()).any(|part| part == MARK);
        if !bare || !self.tracker.is_quiet() {
            return false;
        }
        let answer = self.state.unreadable(code.1);
        self.stream.try_write(&answer).is_ok_and(|written| written == answer.len())
    }
}

/// Sends the reason why the server closes the connection, if it does.
impl Drop for Connection {
    fn drop(&mut self) {
        let Some(code) = self.tracker.closing_code() else { return };
        // The client may have closed it already.
        let _ = self.stream.try_write(&self.state.unreadable(code));
        // Unread bytes would reset the connection before the client reads the answer.
        let mut rest = [0; 4096];
        for _ in 0..64 {
            if !self.stream.try_read(&mut rest).is_ok_and(|read| read > 0) {
                break;
            }
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        if let Some(read) = buf.filled().get(before..)
            && !read.is_empty()
            && !self.tracker.read(read)
        {
            return Poll::Ready(Err(io::ErrorKind::QuotaExceeded.into()));
        }
        polled
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.replaced(buf) {
            return Poll::Ready(Ok(buf.len()));
        }
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let [only] = bufs
            && self.replaced(only)
        {
            return Poll::Ready(Ok(only.len()));
        }
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// This is in every answer of the server, and in none of the library's.
const MARK: &[u8] = b"content-type";
/// The statuses with which the library answers by itself, and our codes for them.
const UNREADABLE: [(&str, &str); 3] =
    [("400", "Local.HeadUnreadable"), ("414", "Local.UriTooLong"), ("431", "Local.HeadTooLarge")];
