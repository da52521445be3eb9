//! A text as a tree that knows its places, whether it is TOML, YAML or JSON.

use crate::finding::Place;

/// A value and its place.
pub struct Node {
    pub place: Place,
    pub value: Content,
}

/// A value. Scalars keep their text, which counts where a text is expected.
pub enum Content {
    Null,
    Bool(bool, String),
    Int(i64, String),
    /// A decimal number, or one that is too large.
    Number(String),
    Date(String),
    Text(String),
    List(Vec<Node>),
    /// In the order of the text.
    Table(Vec<(Key, Node)>),
}

/// The name of a member and its place.
pub struct Key {
    pub name: String,
    pub place: Place,
}

impl Content {
    /// The kind of value for messages. The value itself may be secret.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(..) => "a boolean",
            Self::Int(..) => "a whole number",
            Self::Number(text) => match text.trim_start_matches(['+', '-']) {
                digits if !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') => {
                    "a decimal number"
                }
                digits if digits.starts_with('0') => "a number with leading zeros",
                _ => "a number that is too large",
            },
            Self::Date(_) => "a date",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// The places of a text. Each is found without reading its line from the beginning, for a line may be the whole text.
pub struct Lines<'a> {
    text: &'a [u8],
    /// Offsets at which lines begin, without the first.
    starts: Vec<usize>,
    /// How many characters there are before each block.
    counts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub fn of(text: &'a str) -> Self {
        let starts = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        let text = text.as_bytes();
        let mut counts = vec![0];
        let mut count = 0;
        for block in text.chunks(BLOCK) {
            count += characters(block);
            counts.push(count);
        }
        Self { text, starts, counts }
    }

    pub fn at(&self, offset: usize) -> Place {
        let before = self.starts.partition_point(|start| *start <= offset);
        let start = before.checked_sub(1).and_then(|last| self.starts.get(last)).copied().unwrap_or(0);
        let column = self.characters_before(offset).saturating_sub(self.characters_before(start)) + 1;
        Place { line: before + 1, column }
    }

    fn characters_before(&self, offset: usize) -> usize {
        let offset = offset.min(self.text.len());
        let block = offset / BLOCK;
        let rest = self.text.get(block * BLOCK..offset).map_or(0, characters);
        self.counts.get(block).copied().unwrap_or_default() + rest
    }
}

/// How many characters begin in these bytes of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count()
}

const BLOCK: usize = 128;

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn columns_are_counted_in_characters_from_the_beginning_of_the_line() {
        let text = format!("{}\n{}\n\nend", "éx店😀".repeat(100), "店".repeat(99));
        let lines = Lines::of(&text);
        let (mut line, mut column) = (1, 1);
        for (offset, character) in text.char_indices() {
            let place = lines.at(offset);
            assert_eq!((place.line, place.column), (line, column), "{offset}");
            (line, column) = if character == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        let end = lines.at(text.len());
        assert_eq!((end.line, end.column), (line, column));
    }
}
