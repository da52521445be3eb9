//! Words on standard error.

use std::fmt;
use std::io::Write as _;

/// A line on standard error. Unlike `eprintln!` it doesn't end the program where nobody reads it any more: what has been
/// submitted has to be followed all the same.
macro_rules! tell {
    ($($words:tt)*) => {
        $crate::tell::line(format_args!($($words)*))
    };
}
pub(crate) use tell;

pub fn line(words: fmt::Arguments<'_>) {
    // In one piece, so that lines of several programs don't mix.
    part(&format!("{words}\n"));
}

/// Words without the end of a line, such as a question.
pub fn part(words: &str) {
    // There is no place left to tell it.
    let _ = std::io::stderr().lock().write_all(words.as_bytes());
}
