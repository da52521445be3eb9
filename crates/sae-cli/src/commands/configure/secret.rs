//! Asks for a secret on a terminal.

use std::io;

use crate::output::status::{self, status};

/// Asks for a line without echo. Echo is switched off before the question is printed, so that an early answer is neither shown nor
/// lost.
///
/// Ctrl-C ends the program as usual, after the terminal is restored.
#[cfg(unix)]
pub fn ask(question: &str) -> io::Result<String> {
    use rustix::process::{Signal, getpid, kill_process};
    let silence = Silence::begin()?;
    status::part(question);
    let line = silence.line();
    drop(silence);
    status!("");
    if let Some(line) = line? {
        return Ok(line);
    }
    kill_process(getpid(), Signal::INT)?;
    // The parent process made the program ignore the signal.
    Err(io::ErrorKind::Interrupted.into())
}

/// The same with the console crate on other systems, which prints the question first.
#[cfg(not(unix))]
pub fn ask(question: &str) -> io::Result<String> {
    status::part(question);
    console::Term::stderr().read_secure_line()
}

/// Switches off the echo of the terminal until dropped.
#[cfg(unix)]
struct Silence {
    before: rustix::termios::Termios,
}

#[cfg(unix)]
impl Silence {
    fn begin() -> io::Result<Self> {
        use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};
        let before = tcgetattr(io::stdin())?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO | LocalModes::ISIG);
        // Keys that would send a signal end the line instead.
        silent.special_codes[SpecialCodeIndex::VEOL] = before.special_codes[SpecialCodeIndex::VINTR];
        silent.special_codes[SpecialCodeIndex::VEOL2] = before.special_codes[SpecialCodeIndex::VQUIT];
        // Earlier input was echoed, so it can't be the secret.
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent)?;
        Ok(Self { before })
    }

    /// The typed line; `None` if an interrupt key ends it.
    fn line(&self) -> io::Result<Option<String>> {
        use io::Read as _;
        use rustix::termios::SpecialCodeIndex;
        let codes = &self.before.special_codes;
        let ends = [codes[SpecialCodeIndex::VINTR], codes[SpecialCodeIndex::VQUIT]];
        let mut line = Vec::new();
        for byte in io::stdin().lock().bytes() {
            match byte? {
                b'\n' => break,
                byte if ends.contains(&byte) => return Ok(None),
                byte => line.push(byte),
            }
        }
        String::from_utf8(line).map(Some).map_err(|_| io::ErrorKind::InvalidData.into())
    }
}

#[cfg(unix)]
impl Drop for Silence {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        // If the terminal is gone, there is nothing to restore.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.before);
    }
}
