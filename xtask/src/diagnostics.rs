//! What is wrong with a spec, told so that a person can act on it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use sae_transport::text::escape_control;
use unicode_width::UnicodeWidthStr as _;

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

    /// The place of a part of a string that stands at this span; the whole string where escapes hide the part.
    pub fn within(&self, span: &Range<usize>, string: &str, part: Range<usize>) -> Range<usize> {
        let start = span.start + 1;
        if self.text.get(start..span.end.saturating_sub(1)) == Some(string) {
            start + part.start..start + part.end
        } else {
            span.clone()
        }
    }
}

/// One mistake in the spec.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    path: String,
    place: Option<Place>,
    text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = shortened(&self.text);
        let (path, text) = (escape_control(&self.path), escape_control(&text));
        match &self.place {
            None => write!(f, "{path}: {text}"),
            Some(Place { line, column, excerpt }) => write!(f, "{path}:{line}:{column}: {text}\n{excerpt}"),
        }
    }
}

/// Where something stands in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    line: usize,
    /// In characters, from 1, as editors count.
    column: usize,
    /// The line, and below it a caret under each of its columns that is meant.
    excerpt: String,
}

impl Place {
    fn new(source: &Source, span: &Range<usize>) -> Self {
        let text = source.text.as_str();
        let (before, after) = text.split_at(text.floor_char_boundary(span.start));
        let before = before.rsplit('\n').next().unwrap_or_default();
        let after = after.split('\n').next().unwrap_or_default();
        let length = span.end.saturating_sub(span.start).min(after.len());
        let (marked, after) = after.split_at(after.ceil_char_boundary(length));

        let line = source.line(span);
        let (indent, head) = (" ".repeat(line.to_string().len()), shown_end(before));
        let (mark, tail) = (shown_start(marked), shown_start(after));
        let (space, carets) = (" ".repeat(head.width()), "^".repeat(mark.width().max(1)));
        let excerpt =
            format!("  {line} | {}\n  {indent} | {space}{carets}", format!("{head}{mark}{tail}").trim_end());
        Self { line, column: before.chars().count() + 1, excerpt }
    }
}

/// A message without the middle of a word that nobody wants to read to its end.
fn shortened(text: &str) -> Cow<'_, str> {
    let (first, last) = (text.char_indices().nth(START), text.char_indices().nth_back(END));
    match (first, last) {
        (Some((first, _)), Some((last, _))) if first < last => {
            let (start, end) = (text.get(..first).unwrap_or(text), text.get(last..).unwrap_or_default());
            Cow::Owned(format!("{start}…{end}"))
        }
        _ => Cow::Borrowed(text),
    }
}

/// The start of a text as a terminal shows it.
fn shown_start(text: &str) -> String {
    let cut = text.char_indices().nth(LONGEST).map(|(at, _)| at);
    let (start, more) = text.split_at(cut.unwrap_or(text.len()));
    format!("{}{}", shown(start), if more.is_empty() { "" } else { "…" })
}

/// The end of a text as a terminal shows it.
fn shown_end(text: &str) -> String {
    let cut = text.char_indices().nth_back(LONGEST - 1).map_or(0, |(at, _)| at);
    let (more, end) = text.split_at(cut);
    format!("{}{}", if more.is_empty() { "" } else { "…" }, shown(end))
}

fn shown(text: &str) -> String {
    escape_control(&text.replace('\t', "    ")).into_owned()
}

/// All mistakes of a run, in the order of files, lines and columns.
#[derive(Debug, Default)]
pub struct Problems {
    found: Vec<Problem>,
    closed: BTreeSet<String>,
}

impl Problems {
    /// Notes a mistake at a place of a file.
    pub fn at(&mut self, source: &Source, span: &Range<usize>, text: impl Into<String>) {
        if !self.closed.contains(&source.path) {
            let place = Some(Place::new(source, span));
            self.found.push(Problem { path: source.path.clone(), place, text: text.into() });
        }
    }

    /// Notes a mistake of a whole file or folder.
    pub fn about(&mut self, path: impl Into<String>, text: impl Into<String>) {
        let path = path.into();
        if !self.closed.contains(&path) {
            self.found.push(Problem { path, place: None, text: text.into() });
        }
    }

    /// Takes no more mistakes of a file: only part of it could be read, so what else is found there may be none.
    pub fn close(&mut self, path: &str) {
        self.closed.insert(path.to_owned());
    }

    /// Whether some file could be read in part only, so that what isn't found may stand there.
    pub fn is_any_closed(&self) -> bool {
        !self.closed.is_empty()
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The mistakes, sorted, each once.
    pub fn into_sorted(mut self) -> Vec<Problem> {
        self.found.sort();
        self.found.dedup();
        self.found
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

/// How many characters of a line are shown before, under and behind the carets.
const LONGEST: usize = 120;

/// How many characters of the start of a message are shown, and of its end: every list of what is expected fits.
const START: usize = 400;
const END: usize = 200;

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

    #[test]
    fn carets_stand_under_what_is_meant() {
        for (text, marked, expected) in [
            ("a = 1\nb = true # why\n", "true", "f:2:5: x\n  2 | b = true # why\n    |     ^^^^"),
            ("\tb = 1", "1", "f:1:6: x\n  1 |     b = 1\n    |         ^"),
            ("n = \"杭州\", x", "x", "f:1:11: x\n  1 | n = \"杭州\", x\n    |             ^"),
            ("n = \"e\u{301}\", x", "x", "f:1:11: x\n  1 | n = \"e\u{301}\", x\n    |          ^"),
            ("n = \"\u{202e}\", x", "x", "f:1:10: x\n  1 | n = \"\\u{202e}\", x\n    |                 ^"),
            ("n = \"杭州\"", "杭州", "f:1:6: x\n  1 | n = \"杭州\"\n    |      ^^^^"),
            ("a = [\n1]", "[\n1", "f:1:5: x\n  1 | a = [\n    |     ^"),
        ] {
            let source = Source::new("f".to_owned(), text.to_owned());
            let start = text.find(marked).unwrap_or_default();
            let mut problems = Problems::default();
            problems.at(&source, &(start..start + marked.len()), "x");
            let said: Vec<String> = problems.into_sorted().iter().map(Problem::to_string).collect();
            assert_eq!(said, [expected]);
        }
    }

    #[test]
    fn any_place_of_any_text_can_be_told() {
        let text = "é\n\u{202e}\r\n杭";
        let source = Source::new("f\u{1b}".to_owned(), text.to_owned());
        for start in 0..=text.len() + 1 {
            for end in 0..=text.len() + 1 {
                let mut problems = Problems::default();
                problems.at(&source, &(start..end), "x\u{202e}");
                let said = problems.into_sorted().iter().map(Problem::to_string).collect::<String>();
                assert!(
                    said.starts_with(r"f\u{1b}:") && said.contains(r"x\u{202e}") && said.ends_with('^'),
                    "{said}"
                );
                assert!(!said.contains(['\u{1b}', '\u{202e}', '\r']), "{said:?}");
            }
        }
    }

    #[test]
    fn a_long_line_is_cut_around_what_is_meant() {
        let text = format!("{}!{}", "a".repeat(1000), "b".repeat(1000));
        let place = Place::new(&Source::new("f".to_owned(), text), &(1000..1001));
        assert_eq!(place.column, 1001);
        let (line, carets) = place.excerpt.split_once('\n').unwrap_or_default();
        assert_eq!(line.chars().count(), "  1 | ".len() + 1 + 120 + 1 + 120 + 1);
        let under = line.chars().nth(carets.chars().count() - 1);
        assert_eq!(under, Some('!'));
    }
}
