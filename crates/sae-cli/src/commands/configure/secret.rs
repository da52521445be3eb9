//! A secret, typed on a terminal.

use crate::tell::{self, tell};
use std::io;

/// Asks for a line that isn't shown. The terminal is silent before the question is there, so that nothing of an answer that comes
/// at once is shown or lost.
#[cfg(unix)]
pub fn ask(question: &str) -> io::Result<String> {
    let silence = Silence::begin()?;
    tell::part(question);
    let mut line = String::new();
    let read = io::stdin().read_line(&mut line);
    drop(silence);
    tell!("");
    read.map(|_| line)
}

/// The same by what console has for other systems, where the question comes first.
#[cfg(not(unix))]
pub fn ask(question: &str) -> io::Result<String> {
    tell::part(question);
    console::Term::stderr().read_secure_line()
}

/// A terminal that doesn't show what is typed, until this is dropped.
#[cfg(unix)]
struct Silence {
    before: rustix::termios::Termios,
}

#[cfg(unix)]
impl Silence {
    fn begin() -> io::Result<Self> {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let before = tcgetattr(io::stdin())?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        // What was typed before has been shown: it is not taken for the secret.
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent)?;
        Ok(Self { before })
    }
}

#[cfg(unix)]
impl Drop for Silence {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        // A terminal that is gone needs no mending.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.before);
    }
}
