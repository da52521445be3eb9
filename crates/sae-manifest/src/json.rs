//! Reads JSON as a tree with lines.

use std::fmt;

use serde::Deserializer as _;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::document::{Content, Key, Lines, Node};
use crate::finding::{Finding, Place};
use crate::yaml;

/// Reads one document.
pub fn read(text: &str) -> Result<Node, Finding> {
    let lines = Lines::of(text);
    let whole = serde_json::from_str(text).map_err(|error| unreadable(text, lines.at(0), &error))?;
    Reader { text, lines }.node(whole, 0)
}

/// Reads level by level, because the parser reports positions only through slices of the text.
struct Reader<'a> {
    text: &'a str,
    lines: Lines<'a>,
}

impl<'a> Reader<'a> {
    fn node(&self, value: &'a RawValue, depth: usize) -> Result<Node, Finding> {
        let text = value.get();
        let place = self.lines.at(text.as_ptr().addr().saturating_sub(self.text.as_ptr().addr()));
        if depth > yaml::DEPTH {
            return Err(Finding::new(place, "it is nested too deeply"));
        }
        if !text.starts_with(['{', '[', '"']) {
            return Ok(Node { place, value: yaml::plain(text) });
        }
        let parts = serde_json::Deserializer::from_str(text).deserialize_any(Parts::default());
        let parts = parts.map_err(|error| unreadable(text, place, &error))?;
        let value = if let Some(text) = parts.text {
            Content::Text(text)
        } else if text.starts_with('[') {
            let items = parts.members.into_iter().map(|(_, item)| self.node(item, depth + 1));
            Content::List(items.collect::<Result<_, _>>()?)
        } else {
            let mut members: Vec<(Key, Node)> = Vec::new();
            for (name, value) in parts.members {
                let value = self.node(value, depth + 1)?;
                if members.iter().any(|(known, _)| known.name == name) {
                    let message = format!("the key {name:?} is defined twice");
                    return Err(Finding::new(value.place, message));
                }
                members.push((Key { name, place: value.place }, value));
            }
            Content::Table(members)
        };
        Ok(Node { place, value })
    }
}

/// A text, the members of a table, or the items of a list, which have no names.
#[derive(Default)]
struct Parts<'a> {
    text: Option<String>,
    members: Vec<(String, &'a RawValue)>,
}

impl<'a> Visitor<'a> for Parts<'a> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a list or a table")
    }

    fn visit_str<E>(mut self, text: &str) -> Result<Self, E> {
        self.text = Some(text.to_owned());
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'a>>(mut self, mut items: A) -> Result<Self, A::Error> {
        while let Some(item) = items.next_element()? {
            self.members.push((String::new(), item));
        }
        Ok(self)
    }

    fn visit_map<A: MapAccess<'a>>(mut self, mut members: A) -> Result<Self, A::Error> {
        while let Some(member) = members.next_entry()? {
            self.members.push(member);
        }
        Ok(self)
    }
}

/// The parser's message at its place, which the parser counts from the beginning of the value, and in bytes.
fn unreadable(value: &str, start: Place, error: &serde_json::Error) -> Finding {
    let text = error.to_string();
    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
    let bytes = error.column().saturating_sub(1);
    let before = value.lines().nth(error.line().saturating_sub(1)).and_then(|line| line.get(..bytes));
    let offset = before.map_or(bytes, |before| before.chars().count());
    let line = start.line + error.line().saturating_sub(1);
    let first = if line == start.line { start.column } else { 1 };
    Finding::new(Place { line, column: first + offset }, message)
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::document::{Content, Node};

    #[test]
    fn every_text_of_json_is_read() {
        let text = "{\n\t\"a\": \"\\ud83d\\ude00\\/\\u00e9\",\n\n\t\"b\"\n:\t[1, -2.50, true, null]\n}\n";
        let Content::Table(members) = read(text).unwrap_or_else(|error| panic!("{}", error.message)).value
        else {
            panic!("no table");
        };
        let [(a, Node { value: Content::Text(face), .. }), (b, Node { value: Content::List(items), .. })] =
            members.as_slice()
        else {
            panic!("other members");
        };
        assert_eq!((a.name.as_str(), a.place.line, face.as_str()), ("a", 2, "😀/é"));
        assert_eq!((b.name.as_str(), b.place.line), ("b", 5));
        let [one, fraction, yes, nothing] = items.as_slice() else { panic!("other items") };
        assert!(matches!(&one.value, Content::Int(1, written) if written == "1"));
        assert!(matches!(&fraction.value, Content::Number(written) if written == "-2.50"));
        assert!(matches!(&yes.value, Content::Bool(true, _)));
        assert!(matches!(&nothing.value, Content::Null));
    }

    #[test]
    fn a_long_list_on_one_line_takes_no_longer_than_one_on_many() {
        let text = format!("[{}1]", "1,".repeat(500_000));
        let began = std::time::Instant::now();
        let Content::List(items) = read(&text).unwrap_or_else(|error| panic!("{}", error.message)).value
        else {
            panic!("no list");
        };
        assert_eq!(items.last().map(|item| item.place.column), Some(1_000_002));
        // Counting from the beginning of the line for each item takes minutes.
        assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let deep = "[".repeat(100) + &"]".repeat(100);
        for (text, line, message) in [
            ("", 1, "EOF while parsing a value"),
            ("{\n\"a\": 1,\n}", 3, "key must be a string"),
            ("{\"a\": 1,\n\"a\": 2}", 2, "the key \"a\" is defined twice"),
            ("{\n\"a\": \"\\ud83d\"}", 2, "unexpected end of hex escape"),
            ("{\"a\": 1} 2", 1, "trailing characters"),
            ("{\"a\": 010}", 1, "invalid number"),
            (&deep, 1, "it is nested too deeply"),
        ] {
            let error = read(text).err().unwrap_or_else(|| panic!("{text} is read"));
            assert_eq!((error.line, error.message.as_str()), (line, message), "{text}");
        }
    }
}
