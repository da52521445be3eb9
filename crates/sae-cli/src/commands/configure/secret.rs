//! A secret, typed on a terminal.

use std::io;

use crate::output::status::{self, status};

/// Asks for a line that isn't shown. The terminal is silent before the question is there, so that nothing of an answer that comes
/// at once is shown or lost.
///
/// An interrupt at the keyboard ends the program as ever, but the terminal is given back first.
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
    // Whoever started the program has it ignore the signal.
    Err(io::ErrorKind::Interrupted.into())
}

/// The same by what console has for other systems, where the question comes first.
#[cfg(not(unix))]
pub fn ask(question: &str) -> io::Result<String> {
    status::part(question);
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
        use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};
        let before = tcgetattr(io::stdin())?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO | LocalModes::ISIG);
        // The keys that would send a signal end the line instead.
        silent.special_codes[SpecialCodeIndex::VEOL] = before.special_codes[SpecialCodeIndex::VINTR];
        silent.special_codes[SpecialCodeIndex::VEOL2] = before.special_codes[SpecialCodeIndex::VQUIT];
        // What was typed before has been shown: it is not taken for the secret.
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent)?;
        Ok(Self { before })
    }

    /// What is typed until Enter; nothing if one of the keys of an interrupt ends it.
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
        // A terminal that is gone needs no mending.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.before);
    }
}
