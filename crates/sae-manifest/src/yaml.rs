//! Reads YAML as a tree with places.

use std::borrow::Cow;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, StrInput};

use crate::document::{Content, Key, Node};
use crate::finding::{Finding, Place};

/// Reads one document.
pub fn read(text: &str) -> Result<Node, Finding> {
    let mut reader = Reader { events: Parser::new_from_str(text) };
    let (mut found, mut last) = (None, Place { line: 1, column: 1 });
    loop {
        let (event, span) = reader.next()?;
        if span.start.line() > last.line {
            last = place(&span.start);
        }
        match event {
            Event::StreamEnd => break,
            Event::Nothing | Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd => {}
            _ if found.is_some() => {
                return Err(at(&span, "there is a second document; only one is allowed"));
            }
            event => found = Some(reader.node(event, &span, 0)?),
        }
    }
    Ok(found.unwrap_or(Node { place: last, value: Content::Null }))
}

struct Reader<'a> {
    events: Parser<'a, StrInput<'a>>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), Finding> {
        let unreadable = |error: ScanError| Finding::new(place(error.marker()), error.info());
        match self.events.next() {
            Some(event) => event.map_err(unreadable),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    /// Reads the value that starts with this event.
    fn node(&mut self, event: Event<'a>, span: &Span, depth: usize) -> Result<Node, Finding> {
        if depth > DEPTH {
            return Err(at(span, "it is nested too deeply"));
        }
        let value = match event {
            Event::Scalar(text, ScalarStyle::Plain, _, None) => plain(&text),
            Event::Scalar(text, _, _, None) => Content::Text(text.into_owned()),
            Event::SequenceStart(_, None) => self.list(depth)?,
            Event::MappingStart(_, None) => self.table(depth)?,
            Event::Alias(_) => return Err(at(span, "aliases aren't supported; write out the value")),
            Event::Scalar(..) | Event::SequenceStart(..) | Event::MappingStart(..) => {
                return Err(at(span, "tags aren't supported in manifests"));
            }
            _ => return Err(at(span, "a value is missing")),
        };
        Ok(Node { place: place(&span.start), value })
    }

    fn list(&mut self, depth: usize) -> Result<Content, Finding> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Content::List(items)),
                (event, span) => items.push(self.node(event, &span, depth + 1)?),
            }
        }
    }

    fn table(&mut self, depth: usize) -> Result<Content, Finding> {
        let mut members: Vec<(Key, Node)> = Vec::new();
        loop {
            let (name, span): (Cow<'_, str>, Span) = match self.next()? {
                (Event::MappingEnd, _) => return Ok(Content::Table(members)),
                (Event::Scalar(name, _, _, None), span) => (name, span),
                (_, span) => return Err(at(&span, "a key must be a text")),
            };
            if members.iter().any(|(known, _)| known.name == name) {
                return Err(at(&span, &format!("the key {name:?} is defined twice")));
            }
            let (event, inner) = self.next()?;
            let value = self.node(event, &inner, depth + 1)?;
            members.push((Key { name: name.into_owned(), place: place(&span.start) }, value));
        }
    }
}

/// The type of an unquoted scalar in YAML's core schema. Numbers with leading zeros are refused, since some parsers read them as
/// octal.
pub fn plain(text: &str) -> Content {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Content::Null,
        "true" | "True" | "TRUE" => return Content::Bool(true, text.to_owned()),
        "false" | "False" | "FALSE" => return Content::Bool(false, text.to_owned()),
        _ => {}
    }
    let digits = text.trim_start_matches(['+', '-']);
    let whole = match text.get(..2) {
        Some("0x") => i64::from_str_radix(text.get(2..).unwrap_or_default(), 16).ok(),
        Some("0o") => i64::from_str_radix(text.get(2..).unwrap_or_default(), 8).ok(),
        _ if digits.len() > 1 && digits.starts_with('0') => None,
        _ => text.parse().ok(),
    };
    if let Some(number) = whole {
        return Content::Int(number, text.to_owned());
    }
    let is_number = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c))
        && text.ends_with(|c: char| c.is_ascii_digit() || c == '.')
        && text.parse::<f64>().is_ok();
    if is_number { Content::Number(text.to_owned()) } else { Content::Text(text.to_owned()) }
}

fn at(span: &Span, message: &str) -> Finding {
    Finding::new(place(&span.start), message)
}

fn place(marker: &Marker) -> Place {
    Place { line: marker.line(), column: marker.col() + 1 }
}

/// Maximum depth.
pub const DEPTH: usize = 64;

#[cfg(test)]
mod tests {
    use super::read;
    use crate::document::{Content, Node};

    fn shown(node: &Node) -> String {
        match &node.value {
            Content::Null => "null".to_owned(),
            Content::Bool(value, _) => value.to_string(),
            Content::Int(number, _) => number.to_string(),
            Content::Number(text) | Content::Date(text) => format!("number {text}"),
            Content::Text(text) => format!("{text:?}"),
            Content::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(" ")),
            Content::Table(members) => {
                let member = |(key, value): &(_, Node)| -> String {
                    let key: &super::Key = key;
                    format!("{}@{}={}", key.name, key.place.line, shown(value))
                };
                format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(" "))
            }
        }
    }

    #[test]
    fn a_text_is_a_tree_that_knows_its_lines() {
        for (text, expected) in [
            ("", "null"),
            ("a: 1\nb:\n  - x\n  - 'true'\n", r#"{a@1=1 b@2=["x" "true"]}"#),
            ("{\"a\": [1, 0x1f, 1.5, -3, 1e3, v1, ~]}", r#"{a@1=[1 31 number 1.5 -3 number 1e3 "v1" null]}"#),
            (
                "image: repo/web:2\nenv: {A: \"1\", B: no}\n",
                r#"{image@1="repo/web:2" env@2={A@2="1" B@2="no"}}"#,
            ),
            ("99999999999999999999", "number 99999999999999999999"),
            ("[010, -007, 0, 0.5, 1_000]", r#"[number 010 number -007 0 number 0.5 "1_000"]"#),
            ("inf", r#""inf""#),
        ] {
            let node = read(text).unwrap_or_else(|error| panic!("{text}: {}", error.message));
            assert_eq!(shown(&node), expected, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let deep = "[".repeat(100);
        for (text, line, message) in [
            ("a: 1\na: 2\n", 2, "twice"),
            ("a: &x 1\nb: *x\n", 2, "alias"),
            ("a: !!str 1\n", 1, "tag"),
            ("a: 1\n---\nb: 2\n", 3, "second document"),
            ("a: [1\n", 2, ""),
            ("[a]: 1\n", 1, "key must be a text"),
            (&deep, 1, ""),
        ] {
            let error = read(text).err().unwrap_or_else(|| panic!("{text} is read"));
            assert!(error.message.contains(message), "{text}: {}", error.message);
            assert_eq!(error.line, line, "{text}: {}", error.message);
        }
    }
}
