//! Status lines: everything on standard error, and the one line of a terminal that is written anew all the time.

use std::fmt;
use std::io::{IsTerminal as _, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

use indicatif::ProgressBar;

/// A line on standard error. Unlike `eprintln!` it doesn't end the program where nobody reads it any more: what has been
/// submitted has to be followed all the same.
macro_rules! status {
    ($($words:tt)*) => {
        $crate::output::status::line(format_args!($($words)*))
    };
}
pub(crate) use status;

pub fn line(words: fmt::Arguments<'_>) {
    // In one piece, so that lines of several programs don't mix.
    part(&format!("{words}\n"));
}

/// Words without the end of a line, such as a question. They stand above the live line.
pub fn part(words: &str) {
    // There is no place left to tell it.
    let write = || drop(std::io::stderr().lock().write_all(words.as_bytes()));
    let live = live_line().clone();
    match live {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// The line at the bottom of a terminal that is written anew all the time. There is one at most.
#[derive(Debug)]
pub struct LiveLine(ProgressBar);

impl LiveLine {
    /// Begins one, unless there is one already, or standard error is no terminal that can show it.
    pub fn begin() -> Option<Self> {
        let can_show = std::io::stderr().is_terminal()
            && std::env::var("TERM").is_ok_and(|term| term != "dumb")
            && !is_ci();
        let mut live = live_line();
        if !can_show || live.is_some() {
            return None;
        }
        let bar = ProgressBar::new_spinner();
        *live = Some(bar.clone());
        Some(Self(bar))
    }

    pub const fn bar(&self) -> &ProgressBar {
        &self.0
    }
}

/// Takes it away.
impl Drop for LiveLine {
    fn drop(&mut self) {
        self.0.finish_and_clear();
        *live_line() = None;
    }
}

/// Logs of CI systems are no terminals, even where there is a pseudo-terminal.
pub fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !["", "0", "false"].iter().any(|no| value == *no))
}

fn live_line() -> MutexGuard<'static, Option<ProgressBar>> {
    LIVE_LINE.lock().unwrap_or_else(PoisonError::into_inner)
}

static LIVE_LINE: Mutex<Option<ProgressBar>> = Mutex::new(None);
