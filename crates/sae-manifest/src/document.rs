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

/// A text and the offsets at which its lines begin.
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub fn of(text: &'a str) -> Self {
        Self { text, starts: text.match_indices('\n').map(|(at, _)| at + 1).collect() }
    }

    pub fn at(&self, offset: usize) -> Place {
        let before = self.starts.partition_point(|start| *start <= offset);
        let start = before.checked_sub(1).and_then(|last| self.starts.get(last)).copied().unwrap_or(0);
        let column = self.text.get(start..offset).map_or(0, |text| text.chars().count()) + 1;
        Place { line: before + 1, column }
    }
}
