//! Status lines: everything on standard error, and the one line of a terminal that is written anew all the time.

use std::fmt;
use std::io::{IsTerminal as _, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

use indicatif::ProgressBar;

/// Prints a line on standard error. Unlike `eprintln!` it doesn't panic if nobody reads it: a submitted change order must be followed
/// anyway.
macro_rules! status {
    ($($words:tt)*) => {
        $crate::output::status::line(format_args!($($words)*))
    };
}
pub(crate) use status;

pub fn line(words: fmt::Arguments<'_>) {
    // Written at once, so that lines of several programs don't mix.
    part(&format!("{words}\n"));
}

/// Prints text without a line break, such as a question, above the live line.
pub fn part(words: &str) {
    // If standard error can't be written, there is nowhere to report it.
    let write = || drop(std::io::stderr().lock().write_all(words.as_bytes()));
    let live = live_line().clone();
    match live {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// The line at the bottom of a terminal that is continuously updated. There is at most one.
#[derive(Debug)]
pub struct LiveLine(ProgressBar);

impl LiveLine {
    /// Starts the live line; `None` if there is one already, or if standard error is no suitable terminal.
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

/// Removes the line.
impl Drop for LiveLine {
    fn drop(&mut self) {
        self.0.finish_and_clear();
        *live_line() = None;
    }
}

/// CI logs aren't terminals, even if they have a pseudo-terminal.
pub fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !["", "0", "false"].iter().any(|no| value == *no))
}

fn live_line() -> MutexGuard<'static, Option<ProgressBar>> {
    LIVE_LINE.lock().unwrap_or_else(PoisonError::into_inner)
}

static LIVE_LINE: Mutex<Option<ProgressBar>> = Mutex::new(None);
