//! What is wrong with a spec, told so that a person can act on it.

use std::fmt;
use std::ops::Range;

/// A file of the spec, with what is needed to speak about its lines.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Source {
    /// Its path as people write it: `api-spec/sae-2019-05-06/errors.toml`.
    pub path: String,
    /// What it says.
    pub text: String,
}

impl Source {
    /// A file with this path and text.
    pub fn new(path: String, text: String) -> Self {
        Self { path, text }
    }

    /// The number of the line in which a span starts.
    pub fn line(&self, span: &Range<usize>) -> usize {
        self.text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1
    }

    /// The text of the line in which a span starts.
    pub fn line_text(&self, span: &Range<usize>) -> &str {
        self.text.lines().nth(self.line(span) - 1).unwrap_or_default().trim()
    }
}

/// One mistake in the spec.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    path: String,
    line: usize,
    text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            write!(f, "{}: {}", self.path, self.text)
        } else {
            write!(f, "{}:{}: {}", self.path, self.line, self.text)
        }
    }
}

/// All mistakes of a run, in the order of files and lines.
#[derive(Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Notes a mistake at a place of a file.
    pub fn at(&mut self, source: &Source, span: &Range<usize>, text: impl Into<String>) {
        self.0.push(Problem { path: source.path.clone(), line: source.line(span), text: text.into() });
    }

    /// Notes a mistake of a whole file or folder.
    pub fn about(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.0.push(Problem { path: path.into(), line: 0, text: text.into() });
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The mistakes, sorted, each once.
    pub fn into_sorted(mut self) -> Vec<Problem> {
        self.0.sort();
        self.0.dedup();
        self.0
    }
}

/// The end of a message that names the nearest right word, if one is near: `; did you mean "string"?`.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, candidates).map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"))
}

/// Words as they stand in a message: `a, b and c`.
pub fn listed<'a>(words: impl IntoIterator<Item = &'a str>, last: &str) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    match words.split_last() {
        None => "nothing".to_owned(),
        Some((only, [])) => (*only).to_owned(),
        Some((end, rest)) => format!("{} {last} {end}", rest.join(", ")),
    }
}

fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.chars().count().max(lower.chars().count()) / 3)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_word_is_named() {
        for (word, expected) in
            [("strng", "; did you mean \"string\"?"), ("INTEGER", "; did you mean \"integer\"?"), ("xyz", "")]
        {
            assert_eq!(did_you_mean(word, ["string", "integer", "boolean"]), expected, "{word}");
        }
    }

    #[test]
    fn words_are_listed() {
        for (words, expected) in [(&[][..], "nothing"), (&["a"], "a"), (&["a", "b", "c"], "a, b or c")] {
            assert_eq!(listed(words.iter().copied(), "or"), expected);
        }
    }
}
