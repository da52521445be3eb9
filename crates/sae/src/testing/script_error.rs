//! What a test and its script disagree on.

use std::fmt;

/// What didn't go as it was scripted or recorded: see [`Fake::finish`](super::Fake::finish).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScriptError {
    /// Operations that were called and had no answer left, once for each attempt.
    pub unanswered: Vec<String>,
    /// Operations that were called too seldom, with the number of answers that are left.
    pub unasked: Vec<(String, usize)>,
}

impl ScriptError {
    /// Nothing, if there is nothing to tell. Answers that are left are counted by operation.
    pub(super) fn check<'a>(
        unanswered: impl IntoIterator<Item = String>,
        unasked: impl IntoIterator<Item = (&'a str, usize)>,
    ) -> Result<(), Self> {
        let mut unfinished = Self { unanswered: unanswered.into_iter().collect(), unasked: Vec::new() };
        for (operation, count) in unasked.into_iter().filter(|(_, count)| *count > 0) {
            match unfinished.unasked.iter_mut().find(|(known, _)| known == operation) {
                Some((_, known)) => *known += count,
                None => unfinished.unasked.push((operation.to_owned(), count)),
            }
        }
        if unfinished.unanswered.is_empty() && unfinished.unasked.is_empty() {
            Ok(())
        } else {
            Err(unfinished)
        }
    }
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if !self.unanswered.is_empty() {
            parts.push(format!("no answer for {}", self.unanswered.join(", ")));
        }
        for (operation, left) in &self.unasked {
            let answers = if *left == 1 { "answer" } else { "answers" };
            parts.push(format!("{left} {answers} of {operation} not asked for"));
        }
        write!(f, "the calls went another way than planned: {}", parts.join("; "))
    }
}

impl std::error::Error for ScriptError {}
