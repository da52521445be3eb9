//! A text as a tree that knows its lines, whether it is TOML, YAML or JSON.

/// A value and its line.
pub struct Node {
    pub line: usize,
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

/// The name of a member and its line.
pub struct Key {
    pub name: String,
    pub line: usize,
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

/// The offsets of line breaks.
pub struct Lines(Vec<usize>);

impl Lines {
    pub fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    pub fn at(&self, offset: usize) -> usize {
        self.0.partition_point(|end| *end < offset) + 1
    }
}
