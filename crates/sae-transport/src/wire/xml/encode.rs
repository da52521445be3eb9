//! The one encoder to XML, in the gateway's shapes.

use std::borrow::Cow;

use crate::schema::fields::{Fields, Slot, View, Visitor};

/// A struct as an XML document with this root element.
///
/// Lists are repeated elements, or stand inside their wrapper; what is absent is left out.
pub fn to_string(root: &str, fields: &dyn Fields) -> String {
    let mut out = Out(String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"));
    out.element(root, |out| out.members(fields));
    out.0
}

struct Out(String);

impl Out {
    fn element(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.tag("<", name);
        content(self);
        self.tag("</", name);
    }

    fn tag(&mut self, open: &str, name: &str) {
        self.0.push_str(open);
        self.0.push_str(name);
        self.0.push('>');
    }

    fn members(&mut self, fields: &dyn Fields) {
        fields.walk(self);
        let unknown = fields.unknown_members().filter(|members| !members.is_empty());
        if let Some(unknown) = unknown {
            let mut present = Present(Vec::new());
            fields.walk(&mut present);
            let others = unknown.to_map();
            for (name, value) in others.iter().filter(|(name, _)| !present.0.contains(&name.as_str())) {
                self.slot(&encoded_name(name), value);
            }
        }
    }

    fn slot(&mut self, name: &str, slot: &dyn Slot) {
        match slot.view() {
            View::Absent | View::Null => {}
            View::Scalar(scalar) => self.element(name, |out| out.text(&scalar.text())),
            View::Json(text) => self.element(name, |out| out.text(&text)),
            View::Object(fields) => self.element(name, |out| out.members(fields)),
            View::List(list) => list.each(&mut |item| match item.view() {
                View::List(_) => self.element(name, |out| out.slot(name, item)),
                _ => self.slot(name, item),
            }),
            View::Map(map) if map.is_empty() => {}
            View::Map(map) => self.element(name, |out| {
                map.each(&mut |key, value| out.slot(&encoded_name(key), value));
            }),
        }
    }

    /// Characters that XML can't hold become the replacement character: a log may contain anything.
    fn text(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '&' => self.0.push_str("&amp;"),
                '"' => self.0.push_str("&quot;"),
                // A bare carriage return would come back as a line feed.
                '\r' => self.0.push_str("&#13;"),
                '\t' | '\n' => self.0.push(character),
                '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => self.0.push('\u{fffd}'),
                _ => self.0.push(character),
            }
        }
    }
}

impl<'a> Visitor<'a> for Out {
    fn field(&mut self, wire_name: &'static str, slot: &'a dyn Slot) {
        self.slot(wire_name, slot);
    }

    fn wrapped(&mut self, wire_name: &'static str, member: &'static str, slot: &'a dyn Slot) {
        if !slot.view().is_absent() {
            self.element(wire_name, |out| out.slot(member, slot));
        }
    }
}

/// The names of the fields that hold something.
struct Present(Vec<&'static str>);

impl<'a> Visitor<'a> for Present {
    fn field(&mut self, wire_name: &'static str, slot: &'a dyn Slot) {
        if !slot.view().is_absent() {
            self.0.push(wire_name);
        }
    }
}

/// A map's key as an element's name: what a name can't hold becomes `_x00002F_`.
fn encoded_name(key: &str) -> Cow<'_, str> {
    let fits = |at: usize, c: char| {
        c.is_ascii_alphabetic() || c == '_' || (at > 0 && (c.is_ascii_digit() || "-.".contains(c)))
    };
    if !key.is_empty() && key.char_indices().all(|(at, c)| fits(at, c)) && !key.contains("_x") {
        return Cow::Borrowed(key);
    }
    let mut name = String::with_capacity(key.len() + 9);
    for (at, c) in key.char_indices() {
        if fits(at, c) && !(c == '_' && key.get(at + 1..).is_some_and(|rest| rest.starts_with('x'))) {
            name.push(c);
        } else {
            for part in ["_x", &format!("{:06X}", u32::from(c)), "_"] {
                name.push_str(part);
            }
        }
    }
    Cow::Owned(if name.is_empty() { "_".to_owned() } else { name })
}
