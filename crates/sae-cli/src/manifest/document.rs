//! A text as a tree that knows its lines: TOML, YAML or JSON.

use toml::de::{DeTable, DeValue};

use super::{json, yaml};

/// A value and where it stands.
pub struct Node {
    pub line: usize,
    pub value: Content,
}

/// What stands there. Numbers and the like are kept as they were written, too: where a text belongs, that is what is meant.
pub enum Content {
    Null,
    Bool(bool, String),
    Int(i64, String),
    /// A number that isn't whole, or that is too large.
    Number(String),
    Date(String),
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
#[derive(Debug)]
pub struct Unreadable {
    pub line: usize,
    pub message: String,
}

impl Content {
    /// What it is, in a message. The value itself may be secret.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(..) => "a truth value",
            Self::Int(..) => "a whole number",
            Self::Number(text) => match text.trim_start_matches(['+', '-']) {
                digits if !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') => {
                    "a decimal number"
                }
                digits if digits.starts_with('0') => "a number with zeros before it",
                _ => "a number that is too large",
            },
            Self::Date(_) => "a date",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// Reads a text. The file's ending tells what it is; without one, its first line that says something.
pub fn read(text: &str, file: &str) -> Result<Node, Unreadable> {
    match file.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).as_deref() {
        Some("toml") => from_toml(text),
        Some("json") => json::read(text),
        Some("yaml" | "yml") => yaml::read(text).map_err(|mut error| {
            if looks_like_toml(text) {
                error.message.push_str("; this looks like TOML: give the file a name that ends in .toml");
            }
            error
        }),
        _ if looks_like_toml(text) => from_toml(text),
        // What isn't JSON may still be a table in YAML's words.
        _ if text.trim_start().starts_with('{') => json::read(text).or_else(|_| yaml::read(text)),
        _ => yaml::read(text),
    }
}

fn looks_like_toml(text: &str) -> bool {
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
    Ok(Node { line: 1, value: toml_table(table.get_ref(), text, &lines) })
}

fn toml_table(table: &DeTable<'_>, text: &str, lines: &Lines) -> Content {
    let mut members: Vec<_> = table.iter().collect();
    members.sort_by_key(|(key, _)| key.span().start);
    let member = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
        let line = lines.at(key.span().start);
        (
            Key { name: String::from(AsRef::<str>::as_ref(key.get_ref())), line },
            toml_value(value, text, lines),
        )
    };
    Content::Table(members.into_iter().map(member).collect())
}

fn toml_value(value: &toml::Spanned<DeValue<'_>>, text: &str, lines: &Lines) -> Node {
    let span = value.span();
    let line = lines.at(span.start);
    let written = || text.get(span).unwrap_or_default().to_owned();
    let value = match value.get_ref() {
        DeValue::String(text) => Content::Text(text.to_string()),
        DeValue::Boolean(value) => Content::Bool(*value, written()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Content::Int(number, written()),
            Err(_) => Content::Number(written()),
        },
        DeValue::Float(_) => Content::Number(written()),
        DeValue::Datetime(_) => Content::Date(written()),
        DeValue::Array(items) => {
            Content::List(items.iter().map(|item| toml_value(item, text, lines)).collect())
        }
        DeValue::Table(table) => toml_table(table, text, lines),
    };
    Node { line, value }
}

/// Where the lines of a text begin.
pub struct Lines(Vec<usize>);

impl Lines {
    pub fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    pub fn at(&self, offset: usize) -> usize {
        self.0.partition_point(|end| *end < offset) + 1
    }
}
