//! Standard output, with reliable errors.

use std::io::{self, BufWriter, Write};
#[cfg(unix)]
use std::sync::atomic::{AtomicBool, Ordering};

use sae::transport::text::{escape_control_json, is_hidden};

use crate::failure::Failure;

/// Writes to standard output.
///
/// It is no failure if the reader is gone: `sae app list | head -1` ends with 0, and a command that follows a change order continues.
/// Any other write error is a failure.
pub fn write(text: &str) -> Result<(), Failure> {
    write_and_look(text.as_bytes()).map(|_| ())
}

/// The same; returns whether there is still a reader.
pub fn write_and_look(bytes: &[u8]) -> Result<bool, Failure> {
    if bytes.is_empty() {
        return Ok(true);
    }
    stream_and_look(|out| out.write_all(bytes))
}

/// Writes to standard output while the text is generated, like [`write`].
pub fn stream(make: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    stream_and_look(|out| {
        let mut out = BufWriter::new(out);
        make(&mut out)?;
        out.flush()
    })
    .map(|_| ())
}

fn stream_and_look(make: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<bool, Failure> {
    if was_closed() {
        return Err(failure("it is closed"));
    }
    let mut out = io::stdout().lock();
    match make(&mut out).and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        // The data was invalid, not the stream.
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            Err(Failure::other(format!("the result can't be shown: {error}")))
        }
        Err(error) => Err(failure(error)),
    }
}

/// Escapes control characters in JSON.
pub struct Escaped<W>(pub W);

impl<W: Write> Write for Escaped<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text =
            str::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        if text.contains(is_hidden) {
            self.0.write_all(escape_control_json(text).as_bytes())?;
        } else {
            self.0.write_all(bytes)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn failure(reason: impl std::fmt::Display) -> Failure {
    Failure::other(format!("standard output can't be written: {reason}"))
}

/// Whether standard output was closed at start, as with `>&-`.
#[cfg(unix)]
fn was_closed() -> bool {
    WAS_CLOSED.load(Ordering::Relaxed)
}

#[cfg(not(unix))]
const fn was_closed() -> bool {
    false
}

#[cfg(unix)]
static WAS_CLOSED: AtomicBool = AtomicBool::new(false);

// The standard library opens /dev/null in place of a closed stream before `main`, and writing to that succeeds. This runs earlier: one
// system call and one store, without the standard library. Only the macro requires the keyword `unsafe`.
#[cfg(unix)]
ctor_lite::ctor! {
    unsafe fn look_at_stdout() {
        let is_closed = rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err();
        WAS_CLOSED.store(is_closed, Ordering::Relaxed);
    }
}
