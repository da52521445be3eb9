//! Standard output: what it takes to know that something was written.

use std::io::Write as _;
#[cfg(unix)]
use std::sync::atomic::{AtomicBool, Ordering};

use crate::failure::Failure;

/// Writes to standard output.
///
/// A reader that has gone away is no failure of ours: `sae app list | head -1` ends with 0, and a command that follows a change order
/// goes on and ends as it does. Anything else that can't be written is a failure.
pub fn write(text: &str) -> Result<(), Failure> {
    write_and_look(text.as_bytes()).map(|_| ())
}

/// The same, and whether somebody still reads.
pub fn write_and_look(bytes: &[u8]) -> Result<bool, Failure> {
    if bytes.is_empty() {
        return Ok(true);
    }
    if was_closed() {
        return Err(failure("it is closed"));
    }
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(failure(error)),
    }
}

fn failure(reason: impl std::fmt::Display) -> Failure {
    Failure::other(format!("standard output can't be written: {reason}"))
}

/// Whether the program was started without a standard output, as by `>&-`.
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

// The standard library opens /dev/null in the place of a closed stream before `main`, and writing to that succeeds. This runs earlier:
// one system call and one store, nothing of the standard library. The macro asks for the word, nothing in here needs it.
#[cfg(unix)]
ctor_lite::ctor! {
    unsafe fn look_at_stdout() {
        let is_closed = rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err();
        WAS_CLOSED.store(is_closed, Ordering::Relaxed);
    }
}
