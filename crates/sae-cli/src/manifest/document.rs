//! A text as a tree that knows its lines: TOML, YAML, or JSON, which is YAML too.

use toml::de::{DeTable, DeValue};

use super::yaml;

/// A value and where it stands.
pub struct Node {
    pub line: usize,
    pub value: Content,
}

/// What stands there.
pub enum Content {
    Null,
    Bool(bool),
    Int(i64),
    /// A number that isn't whole, or a date, as it was written.
    Other(String),
    Text(String),
    List(Vec<Node>),
    /// In the order of the text.
    Table(Vec<(Key, Node)>),
}

/// The name of a member and where it stands.
pub struct Key {
    pub name: String,
    pub line: usize,
}

/// Why a text is no document.
pub struct Unreadable {
    pub line: usize,
    pub message: String,
}

impl Content {
    /// What it is, in a message. The value itself may be secret.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "a truth value",
            Self::Int(_) => "a whole number",
            Self::Other(_) => "a number or a date",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// Reads a text. The file's ending tells what it is; without one, its first line that says something.
pub fn read(text: &str, file: &str) -> Result<Node, Unreadable> {
    if is_toml(text, file) { from_toml(text) } else { yaml::read(text) }
}

fn is_toml(text: &str, file: &str) -> bool {
    match file.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).as_deref() {
        Some("toml") => return true,
        Some("yaml" | "yml" | "json") => return false,
        _ => {}
    }
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let first = lines.next().unwrap_or("[");
    let before = |mark: char| first.find(mark).unwrap_or(usize::MAX);
    first.starts_with('[') || before('=') < before(':')
}

fn from_toml(text: &str) -> Result<Node, Unreadable> {
    let lines = Lines::of(text);
    let table = DeTable::parse(text).map_err(|error| Unreadable {
        line: lines.at(error.span().map_or(0, |span| span.start)),
        message: error.message().to_owned(),
    })?;
    Ok(Node { line: 1, value: toml_table(table.get_ref(), &lines) })
}

fn toml_table(table: &DeTable<'_>, lines: &Lines) -> Content {
    let mut members: Vec<_> = table.iter().collect();
    members.sort_by_key(|(key, _)| key.span().start);
    let member = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
        let key_line = lines.at(key.span().start);
        let value = toml_value(value.get_ref(), lines.at(value.span().start), lines);
        (Key { name: String::from(AsRef::<str>::as_ref(key.get_ref())), line: key_line }, value)
    };
    Content::Table(members.into_iter().map(member).collect())
}

fn toml_value(value: &DeValue<'_>, line: usize, lines: &Lines) -> Node {
    let value = match value {
        DeValue::String(text) => Content::Text(text.to_string()),
        DeValue::Boolean(value) => Content::Bool(*value),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Content::Int(number),
            Err(_) => Content::Other(number.to_string()),
        },
        DeValue::Float(number) => Content::Other(number.as_str().to_owned()),
        DeValue::Datetime(time) => Content::Other(time.to_string()),
        DeValue::Array(items) => {
            let item = |item: &toml::Spanned<DeValue<'_>>| {
                toml_value(item.get_ref(), lines.at(item.span().start), lines)
            };
            Content::List(items.iter().map(item).collect())
        }
        DeValue::Table(table) => toml_table(table, lines),
    };
    Node { line, value }
}

/// Where the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    fn at(&self, offset: usize) -> usize {
        self.0.partition_point(|end| *end < offset) + 1
    }
}
