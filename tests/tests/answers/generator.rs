//! Answers made by chance from the types, and their many spellings in XML.

use fastrand::Rng;
use sae_transport::slots::Open;
use sae_transport::{Description, Fields, Scalar, Slot};
use serde_json::{Map, Value, json};

use super::shapes::names;

/// The same seed makes the same documents.
pub struct Generator {
    random: Rng,
    /// Whether any value may be another than its type says.
    is_odd: bool,
}

impl Generator {
    /// Makes values that fit their types and say the same in JSON and XML.
    pub fn new(seed: u64) -> Self {
        Self { random: Rng::with_seed(seed), is_odd: false }
    }

    /// Makes values of any shape in any place.
    pub fn odd(seed: u64) -> Self {
        Self { random: Rng::with_seed(seed), is_odd: true }
    }

    /// An answer of an operation with some of the fields that the spec lists, and some that it doesn't.
    pub fn answer(&mut self, description: &Description, output: &mut dyn Fields) -> Value {
        let mut members = self.object(output, DEPTH);
        for name in description.envelope.fields {
            let value = match name.to_ascii_lowercase().as_str() {
                "code" if description.envelope.numeric_code => json!(200),
                "success" if description.envelope.text_success => json!("true"),
                "success" => json!(true),
                _ => json!(self.text()),
            };
            members.insert((*name).to_owned(), value);
        }
        Value::Object(members)
    }

    fn object(&mut self, fields: &mut dyn Fields, depth: usize) -> Map<String, Value> {
        let mut members = Map::new();
        // Large structs with a few fields each, so that all documents are of about the same size.
        let names = names(fields);
        let share = names.len().div_ceil(6);
        for (name, wrapper) in &names {
            if self.random.usize(..share) > 0 && names.len() > 1 {
                continue;
            }
            let slot = fields.slot(name).expect("a field that is shown can be filled");
            let value =
                if self.is_odd && self.one_in(9) { Some(self.any(3)) } else { self.value(slot, depth) };
            let Some(mut value) = value else { continue };
            if let Some(wrapper) = wrapper
                && !(self.is_odd && self.one_in(5))
            {
                let mut around = Map::from_iter([((*wrapper).to_owned(), value)]);
                self.add_unknown(&mut around);
                value = Value::Object(around);
            }
            members.insert((*name).to_owned(), value);
        }
        if !self.is_odd && members.is_empty() {
            // An empty object is an empty text in XML, and one of new members alone may be a list's wrapper as well as its item.
            let found = names.iter().find_map(|(name, wrapper)| {
                let value = self.value(fields.slot(name)?, depth).filter(|_| wrapper.is_none())?;
                Some(((*name).to_owned(), value))
            });
            members.extend(found);
        }
        if self.is_odd || !members.is_empty() {
            self.add_unknown(&mut members);
        }
        if members.is_empty() {
            members.insert("New".to_owned(), json!("x"));
        }
        members
    }

    fn add_unknown(&mut self, members: &mut Map<String, Value>) {
        if self.one_in(8) {
            members.insert(self.pick(&["New", "Newer", "A.b-c_d", "Ünbekannt"]).to_owned(), self.any(2));
        }
    }

    /// Something that no type announces: texts alone, since XML has nothing else.
    fn any(&mut self, depth: usize) -> Value {
        match self.random.usize(..if depth == 0 { 2 } else { 5 }) {
            0 => json!(self.text()),
            1 => json!(self.visible_text()),
            2 => json!({ "Inner": self.any(depth - 1), "Text": self.text() }),
            3 => json!([self.visible_text(), self.visible_text()]),
            _ => json!([{ "Item": self.any(depth - 1) }, { "Item": self.visible_text() }]),
        }
    }

    fn value(&mut self, slot: &mut dyn Slot, depth: usize) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        Some(match slot.open() {
            Open::Scalar => self.scalar(slot),
            Open::Object(fields) => Value::Object(self.object(fields, depth)),
            Open::Any(_) => self.any(2),
            Open::Map(map) => {
                let mut members = Map::new();
                for _ in 0..self.random.usize(1..4) {
                    let key = self.pick(&["key", "team", "app.kubernetes.io/name", "1st", "a b", "ключ"]);
                    let slot = map.entry(key).0;
                    // An element that comes again in a map is noted: it may be a list, and may be another entry.
                    if let Some(value) = self.value(slot, depth).filter(|it| self.is_odd || !it.is_array()) {
                        members.insert(key.to_owned(), value);
                    }
                }
                if members.is_empty() {
                    return None;
                }
                Value::Object(members)
            }
            Open::List(list) => {
                let mut items = Vec::new();
                for _ in 0..self.random.usize(1..4) {
                    let item = self.value(list.push(), depth)?;
                    // A blank item is no item.
                    if !item.as_str().is_some_and(|text| text.trim().is_empty()) {
                        items.push(item);
                    }
                }
                if items.is_empty() {
                    return None;
                }
                Value::Array(items)
            }
            Open::Inline(place) => {
                let inner = match place.inner() {
                    Open::Object(fields) => Value::Object(self.object(fields, depth)),
                    Open::List(_) => json!([]),
                    Open::Map(_) => json!({}),
                    _ => json!("text"),
                };
                json!(inner.to_string())
            }
        })
    }

    fn scalar(&mut self, slot: &mut dyn Slot) -> Value {
        if slot.put(Scalar::Text("many")) {
            json!(self.text())
        } else if slot.put(Scalar::Bool(true)) {
            json!(self.random.bool())
        } else if slot.put(Scalar::Float(0.5)) {
            json!(f64::from(self.random.i16(..)) / 8.0)
        } else {
            json!(self.random.i32(..))
        }
    }

    /// A text that isn't blank.
    fn visible_text(&mut self) -> String {
        self.text() + "."
    }

    fn text(&mut self) -> String {
        let pieces = match self.random.usize(..8) {
            0 => 0,
            1 => 30,
            count => count,
        };
        (0..pieces).map(|_| self.pick(&PIECES)).collect()
    }

    /// The document in XML, each part of it spelled in one of the ways that mean the same. In odd documents the parts are the same,
    /// and what they mean may be anything.
    pub fn xml(&mut self, document: &Value) -> String {
        let mut out =
            self.pick(&["", "", "\u{feff}", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"]).to_owned();
        if self.one_in(8) {
            out.push_str(self.pick(&[
                "<!-- before -->",
                "\r\n",
                "<?style sheet?>\n",
                "<!-- <R> -->\n<!---->",
            ]));
        }
        self.element("Response", document, &mut out);
        if self.one_in(8) {
            out.push_str(self.pick(&["<!-- after -->", "\r\n", "<?style sheet?>\n", "\n<!--</R>-->"]));
        }
        out
    }

    fn elements(&mut self, members: &Map<String, Value>, out: &mut String) {
        let mut is_first = true;
        for (name, value) in members {
            let items = match value {
                Value::Array(items) => items.as_slice(),
                single => std::slice::from_ref(single),
            };
            for item in items {
                if self.one_in(12) {
                    out.push_str(self.pick(&[
                        "\n  ",
                        "\t",
                        "\r\n",
                        "<!-- note -->",
                        "<?note?>",
                        "words",
                        "<![CDATA[<a>]]>",
                    ]));
                }
                // Once it is known that an element holds others, nobody reads what stands between them.
                if !is_first && self.one_in(30) {
                    out.push_str(self.pick(&["R & D", "&nbsp;", "&#0;", "&;"]));
                }
                self.element(&encoded(name), item, out);
                is_first = false;
            }
        }
        if self.one_in(12) {
            out.push_str(self.pick(&["\n", " ", "words", "<!-- -->"]));
        }
    }

    fn element(&mut self, name: &str, value: &Value, out: &mut String) {
        out.push('<');
        out.push_str(name);
        if self.one_in(12) {
            out.push_str(self.pick(&[
                " ",
                "\n",
                " a=\"b\"",
                " a='>' b=\"/>'\"",
                " xmlns:x=\"y\" x:z=''",
                "\tc=\"&lt;\"",
            ]));
        }
        if is_empty(value) && self.one_in(2) {
            out.push_str("/>");
            return;
        }
        out.push('>');
        match value {
            Value::Null => {}
            Value::Object(members) => self.elements(members, out),
            Value::String(text) => self.spell(text, out),
            scalar => self.spell(&scalar.to_string(), out),
        }
        out.push_str("</");
        out.push_str(name);
        if self.one_in(20) {
            out.push_str(self.pick(&[" ", "\n", "\t"]));
        }
        out.push('>');
    }

    fn spell(&mut self, text: &str, out: &mut String) {
        // Most texts are written in the plainest way.
        let is_plain = self.random.usize(..3) > 0;
        let mut data = false;
        let mut before = '\0';
        let mut rest = text.chars();
        while let Some(character) = rest.next() {
            if !is_plain && !data && self.one_in(12) {
                out.push_str(self.pick(&["<!-- & -->", "<?a b?>", "<![CDATA[]]>", "<!---->"]));
            }
            if !is_plain && character != '\r' && !(before == ']' && character == '>') && self.one_in(8) {
                out.push_str(if data { "]]>" } else { "<![CDATA[" });
                data = !data;
            }
            if data && (character == '\r' || before == ']') {
                out.push_str("]]>");
                data = false;
            }
            before = character;
            match character {
                // A carriage return and a line feed are one end of a line.
                '\n' if !is_plain && self.one_in(2) => {
                    let is_doubled = rest.as_str().starts_with('\n');
                    out.push_str(self.pick(if is_doubled { &["\r\n", "\n"] } else { &["\r\n", "\r"] }));
                }
                character if data => out.push(character),
                '<' => out.push_str(self.pick(&["&lt;", "&#60;", "&#x3C;", "&#x0003c;"])),
                '&' => out.push_str(self.pick(&["&amp;", "&#38;", "&#x26;"])),
                '>' => out.push_str(self.pick(&["&gt;", "&#62;"])),
                '"' => out.push_str(self.pick(&["&quot;", "\""])),
                '\'' => out.push_str(self.pick(&["&apos;", "'"])),
                '\r' => out.push_str(self.pick(&["&#13;", "&#xD;"])),
                character if !is_plain && self.one_in(10) => {
                    out.push_str(&format!("&#x{:x};", u32::from(character)));
                }
                character => out.push(character),
            }
        }
        if data {
            out.push_str("]]>");
        }
    }

    /// The document in JSON, with white space between its parts. In odd documents a value may be any scalar of JSON, a member may come
    /// twice, and what is nested may be nested deeper.
    pub fn json(&mut self, document: &Value) -> String {
        let mut out = String::new();
        self.json_value(document, &mut out);
        self.space(&mut out);
        out
    }

    fn json_value(&mut self, value: &Value, out: &mut String) {
        self.space(out);
        match value {
            Value::Object(members) => {
                out.push('{');
                for (at, (name, value)) in members.iter().enumerate() {
                    let times = if self.is_odd && self.one_in(40) { 2 } else { 1 };
                    for time in 0..times {
                        out.push_str(if at + time == 0 { "" } else { "," });
                        self.space(out);
                        out.push_str(&json!(name).to_string());
                        self.space(out);
                        out.push(':');
                        self.json_value(value, out);
                    }
                }
                self.space(out);
                out.push('}');
            }
            Value::Array(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { "," });
                    self.json_value(item, out);
                }
                self.space(out);
                out.push(']');
            }
            _ if self.is_odd && self.one_in(12) => out.push_str(self.pick(&SCALARS)),
            _ if self.is_odd && self.one_in(60) => {
                let depth = self.random.usize(1..140);
                out.push_str(&"[".repeat(depth));
                out.push_str(&"]".repeat(depth));
            }
            scalar => out.push_str(&scalar.to_string()),
        }
        self.space(out);
    }

    fn space(&mut self, out: &mut String) {
        if self.one_in(12) {
            out.push_str(self.pick(&[" ", "\n", "\t", "\r\n  "]));
        }
    }

    /// The document with something in it that is wrong, or may be.
    pub fn broken(&mut self, document: &str, mistakes: &[&str]) -> String {
        let at = self.boundary(document);
        let (before, after) = document.split_at(at);
        match self.random.usize(..6) {
            0 => before.to_owned(),
            1 => format!("{before}{}{after}", self.pick(mistakes)),
            2 => {
                let rest = self.boundary(after);
                format!("{before}{}", &after[rest..])
            }
            3 => {
                let until = self.boundary(after);
                format!("{before}{}{after}", &after[..until])
            }
            4 => {
                let mistake = self.pick(mistakes);
                format!("{before}{mistake}{}", after.chars().skip(1).collect::<String>())
            }
            _ => format!("{document}{}", self.pick(mistakes)),
        }
    }

    /// Where the document may be cut into two texts.
    pub fn boundary(&mut self, document: &str) -> usize {
        let mut at = self.random.usize(..=document.len());
        while !document.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.random.usize(..choices.len())]
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.random.usize(..count) == 0
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(members) => members.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// A key as a name of an element, as the local server writes it.
fn encoded(key: &str) -> String {
    let fits = |at: usize, c: char| {
        c.is_alphabetic() || c == '_' || (at > 0 && (c.is_ascii_digit() || "-.".contains(c)))
    };
    key.chars()
        .enumerate()
        .map(|(at, c)| if fits(at, c) { c.to_string() } else { format!("_x{:06X}_", u32::from(c)) })
        .collect()
}

/// What texts are made of.
const PIECES: [&str; 24] = [
    "a",
    "B",
    "7",
    "-1",
    "0.5",
    "true",
    "demo-app",
    "cn-beijing",
    " ",
    "  ",
    "\n",
    "\t",
    "\r",
    "<",
    ">",
    "&",
    "\"",
    "'",
    "]]",
    "]]>",
    "&amp;",
    "中文",
    "é",
    "🦓",
];

/// Scalars of JSON, at the edges of what numbers and texts hold.
const SCALARS: [&str; 28] = [
    "null",
    "true",
    "false",
    "0",
    "-0",
    "-7",
    "1.5",
    "-1.25e2",
    "1E5",
    "100.0",
    "0.12345678901234567890123",
    "999999999999999999",
    "-999999999999999999",
    "1000000000000000000",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "18446744073709551616",
    "1e19",
    "1e400",
    "-1E-400",
    "\"\"",
    "\" \"",
    "\"\\u0041\\n\"",
    "\"\\\\\"",
    "\"12\"",
    "[]",
    "{}",
];

/// What is wrong in most places of JSON.
pub const JSON_MISTAKES: [&str; 28] = [
    ",",
    ":",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "\\",
    "\\u12",
    "\\ud800",
    "\u{0}",
    "\u{1f}",
    "\n",
    "\u{b}",
    "\u{a0}",
    "é",
    "0",
    "01",
    "-",
    "+1",
    ".5",
    "1.",
    "1e",
    "12345678901234567890",
    "tru",
    "nulll",
    "'a'",
    "//",
];

/// What is wrong in most places of XML.
pub const XML_MISTAKES: [&str; 36] = [
    "<",
    ">",
    "&",
    "</",
    "</a>",
    "<a>",
    "<a/>",
    "<>",
    "</>",
    "<a/b>",
    "<a b='>",
    "<a b=\"",
    "&nbsp;",
    "&;",
    "&#0;",
    "&#xD800;",
    "&#+65;",
    "&#x110000;",
    "&amp",
    "R & D;",
    "<!DOCTYPE a>",
    "<!DOCTYPE a [<!ENTITY b \"c\">]>",
    "<!a>",
    "<!",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<!-->",
    "<?",
    "?>",
    "<?>",
    "\0",
    "\u{feff}",
    "=\"",
    "<<a>",
];

/// Deeper than every answer that doesn't hold itself.
const DEPTH: usize = 16;
