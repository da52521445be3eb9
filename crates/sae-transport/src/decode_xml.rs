//! The one decoder of XML: quick-xml's events, filling slots.
//!
//! The gateway writes an object as an element with an element for each member, a list as the same element again and again
//! (`<Data>…</Data><Data>…</Data>`) or inside a wrapper (`<Regions><Region>…</Region></Regions>`), and every scalar as text.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io::BufRead as _;

use memchr::memchr3;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

use crate::fields::{Fields, List, Open, Scalar, Slot};
use crate::note::Notes;
use crate::{Any, Note, Unreadable, unwrap};

/// Why a document can't be read.
#[derive(Debug)]
enum Malformed {
    Xml(quick_xml::Error),
    Truncated,
    NoRoot,
    Trailing,
    Entity(String),
    DocumentType,
    TooDeep,
}

/// Fills a struct from the children of the root element, whatever its name. The notes tell which values fitted no reading of their
/// field; elements that the struct doesn't know are passed over.
pub fn object(text: &str, fields: &mut dyn Fields) -> Result<Vec<Note>, Unreadable> {
    object_in(text, fields).map_err(Unreadable::new)
}

fn object_in(text: &str, fields: &mut dyn Fields) -> Result<Vec<Note>, Malformed> {
    let mut reader = Reader::from_str(text);
    // `<A/>` is `<A></A>`: one case less everywhere.
    reader.config_mut().expand_empty_elements = true;
    let mut document = Document { text, reader, notes: Notes::default(), depth: 0 };
    document.root(fields)?;
    Ok(document.notes.into())
}

struct Document<'t> {
    text: &'t str,
    reader: Reader<&'t [u8]>,
    notes: Notes,
    depth: usize,
}

/// Deeper documents are refused, as serde_json refuses them.
const MAX_DEPTH: usize = 128;

impl<'t> Document<'t> {
    fn root(&mut self, fields: &mut dyn Fields) -> Result<(), Malformed> {
        loop {
            match self.next()? {
                Event::Start(_) => break,
                Event::Text(text) if text.xml10_content().trim().is_empty() => {}
                Event::Eof | Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {
                    return Err(Malformed::NoRoot);
                }
                _ => {}
            }
        }
        self.members(fields)?;
        loop {
            match self.next()? {
                Event::Eof => return Ok(()),
                Event::Text(text) if !text.xml10_content().trim().is_empty() => {
                    return Err(Malformed::Trailing);
                }
                Event::Start(_) | Event::CData(_) | Event::GeneralRef(_) => return Err(Malformed::Trailing),
                _ => {}
            }
        }
    }

    fn next(&mut self) -> Result<Event<'t>, Malformed> {
        match self.reader.read_event().map_err(Malformed::Xml)? {
            Event::DocType(_) => Err(Malformed::DocumentType),
            event => Ok(event),
        }
    }

    /// The next child element's start, or nothing at the parent's end.
    fn child(&mut self) -> Result<Option<quick_xml::events::BytesStart<'t>>, Malformed> {
        loop {
            match self.next()? {
                Event::Start(start) => return Ok(Some(start)),
                Event::End(_) => return Ok(None),
                Event::Eof => return Err(Malformed::Truncated),
                _ => {}
            }
        }
    }

    /// Fills the fields from the elements up to the parent's end.
    fn members(&mut self, fields: &mut dyn Fields) -> Result<(), Malformed> {
        while let Some(start) = self.child()? {
            self.member(start.name().as_ref(), fields)?;
        }
        Ok(())
    }

    fn member(&mut self, name: &str, fields: &mut dyn Fields) -> Result<(), Malformed> {
        let wrapper = fields.wrapper(name);
        match fields.slot(name) {
            Some(slot) => self.value_of(name, slot, wrapper),
            None => self.skip(),
        }
    }

    /// Passes over the element whose start has been read.
    fn skip(&mut self) -> Result<(), Malformed> {
        let mut open = 1_usize;
        while open > 0 {
            match self.next()? {
                Event::Start(_) => open += 1,
                Event::End(_) => open -= 1,
                Event::Eof => return Err(Malformed::Truncated),
                _ => {}
            }
        }
        Ok(())
    }

    /// Fills a slot from the element whose start has been read.
    fn value(&mut self, slot: &mut dyn Slot, wrapper: Option<&'static str>) -> Result<(), Malformed> {
        self.deeper(|document| match document.content()? {
            Content::Text(text) => {
                document.put(slot, &text);
                Ok(())
            }
            Content::Child(first) => document.structure(slot, wrapper, first.name().as_ref()),
        })
    }

    /// The same where the element has a name, and isn't one of a list.
    fn value_of(
        &mut self,
        name: &str,
        slot: &mut dyn Slot,
        wrapper: Option<&'static str>,
    ) -> Result<(), Malformed> {
        let before = self.notes.count();
        self.value(slot, wrapper)?;
        self.notes.inside_member(before, name);
        Ok(())
    }

    fn deeper<R>(&mut self, read: impl FnOnce(&mut Self) -> Result<R, Malformed>) -> Result<R, Malformed> {
        if self.depth == MAX_DEPTH {
            return Err(Malformed::TooDeep);
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Reads up to the element's end if it holds text alone, or up to the start of its first child.
    fn content(&mut self) -> Result<Content<'t>, Malformed> {
        if let Some(text) = self.plain_text() {
            // Whatever comes but the element's end is an error of the parser.
            return self.next().map(|_| Content::Text(Cow::Borrowed(text)));
        }
        let mut text = Cow::Borrowed("");
        loop {
            match self.next()? {
                Event::End(_) => return Ok(Content::Text(text)),
                Event::Start(start) => return Ok(Content::Child(start)),
                Event::Text(part) => append(&mut text, part.xml10_content()),
                Event::CData(part) => append(&mut text, part.xml10_content()),
                Event::GeneralRef(reference) => {
                    let character = resolve(&reference)?;
                    text.to_mut().push(character);
                }
                Event::Eof => return Err(Malformed::Truncated),
                _ => {}
            }
        }
    }

    /// The content of an element that has just been opened, if it is text alone and as it stands: nearly every element of an answer.
    ///
    /// The parser would take three times as long for it, since it looks at bytes and checks each piece to be UTF-8.
    fn plain_text(&mut self) -> Option<&'t str> {
        let (before, rest) =
            self.text.split_at_checked(usize::try_from(self.reader.buffer_position()).ok()?)?;
        let (text, after) = rest.split_at_checked(memchr3(b'<', b'&', b'\r', rest.as_bytes())?)?;
        // What follows `<A/>` isn't in it.
        if before.ends_with("/>") || !after.starts_with("</") {
            return None;
        }
        self.reader.stream().consume(text.len());
        Some(text)
    }

    fn put(&mut self, slot: &mut dyn Slot, text: &str) {
        if !slot.put(Scalar::Text(text)) {
            self.notes.misfit(text);
        }
    }

    /// Fills a slot from an element of which the start of the first child has been read.
    fn structure(
        &mut self,
        slot: &mut dyn Slot,
        wrapper: Option<&'static str>,
        first: &str,
    ) -> Result<(), Malformed> {
        // In XML a structure has no form of its own to be kept: lists can't be told from objects.
        match slot.open().structure() {
            Open::Object(fields) => {
                self.member(first, fields)?;
                self.members(fields)?;
            }
            Open::Map(map) => {
                self.value_of(first, map.entry(&decoded_name(first)), None)?;
                while let Some(start) = self.child()? {
                    let name = start.name();
                    self.value_of(name.as_ref(), map.entry(&decoded_name(name.as_ref())), None)?;
                }
            }
            Open::List(list) if wrapper == Some(first) => self.items(list)?,
            Open::List(list) => self.item(list, first)?,
            Open::Any(any) => *any = self.any_structure(first)?,
            Open::Scalar | Open::Inline(_) => {
                let text = self.any_structure(first)?.to_json();
                self.put(slot, &text);
            }
        }
        Ok(())
    }

    /// The children of a wrapper are the items; the start of the first has been read.
    fn items(&mut self, list: &mut dyn List) -> Result<(), Malformed> {
        let mut index = 0;
        loop {
            let before = self.notes.count();
            self.value(list.push(), None)?;
            self.notes.inside_item(before, index);
            index += 1;
            if self.child()?.is_none() {
                return Ok(());
            }
        }
    }

    /// An element of a list that nobody announced as wrapped: an item if that knows the first child. Else it has to be seen whole.
    fn item(&mut self, list: &mut dyn List, first: &str) -> Result<(), Malformed> {
        let slot = list.push();
        match slot.open() {
            Open::Object(item) => {
                if item.slot(first).is_some() {
                    self.member(first, item)?;
                    return self.members(item);
                }
            }
            Open::Scalar => {}
            _ => return self.structure(slot, None, first),
        }
        list.pop();
        let members = self.any_members(first)?;
        unwrap::list(list, members, &mut self.notes);
        Ok(())
    }

    fn any(&mut self) -> Result<Any, Malformed> {
        self.deeper(|document| match document.content()? {
            Content::Text(text) => Ok(Any::Text(text.into_owned())),
            Content::Child(first) => document.any_structure(first.name().as_ref()),
        })
    }

    fn any_structure(&mut self, first: &str) -> Result<Any, Malformed> {
        self.any_members(first).map(Any::Object)
    }

    /// The children of an element, of which the start of the first has been read; the same name again makes a list.
    fn any_members(&mut self, first: &str) -> Result<BTreeMap<String, Any>, Malformed> {
        let mut members = BTreeMap::new();
        add(&mut members, first, self.any()?);
        while let Some(start) = self.child()? {
            let value = self.any()?;
            add(&mut members, start.name().as_ref(), value);
        }
        Ok(members)
    }
}

enum Content<'t> {
    Text(Cow<'t, str>),
    Child(quick_xml::events::BytesStart<'t>),
}

/// The same name again makes a list of the two.
fn add(members: &mut BTreeMap<String, Any>, name: &str, value: Any) {
    match members.get_mut(name) {
        None => {
            members.insert(name.to_owned(), value);
        }
        Some(Any::List(items)) => items.push(value),
        Some(single) => *single = Any::List(vec![std::mem::take(single), value]),
    }
}

fn append<'t>(text: &mut Cow<'t, str>, part: Cow<'t, str>) {
    if text.is_empty() {
        *text = part;
    } else {
        text.to_mut().push_str(&part);
    }
}

/// Character references and XML's own five entities; there are no others without a document type.
fn resolve(reference: &BytesRef<'_>) -> Result<char, Malformed> {
    if let Some(character) = reference.resolve_char_ref().map_err(Malformed::Xml)? {
        return Ok(character);
    }
    let name = reference.xml10_content();
    quick_xml::escape::resolve_xml_entity(&name)
        .and_then(|text| text.chars().next())
        .ok_or_else(|| Malformed::Entity(name.into_owned()))
}

/// Undoes what [`encode_xml`](crate::encode_xml) does to the names of map entries.
fn decoded_name(name: &str) -> Cow<'_, str> {
    if !name.contains("_x") {
        return Cow::Borrowed(name);
    }
    let mut decoded = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find("_x") {
        let (before, escape) = rest.split_at(at);
        decoded.push_str(before);
        let character = escape.get(2..8).zip(escape.get(8..9)).and_then(|(digits, end)| {
            let code = u32::from_str_radix(digits, 16).ok()?;
            char::from_u32(code).filter(|_| end == "_")
        });
        let used = if character.is_some() { 9 } else { 2 };
        decoded.push_str(character.map_or("_x".to_owned(), String::from).as_str());
        rest = escape.get(used..).unwrap_or_default();
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Xml(_) => f.write_str("not well-formed XML"),
            Self::Truncated => f.write_str("the XML ends in the middle of an element"),
            Self::NoRoot => f.write_str("there is no XML element"),
            Self::Trailing => f.write_str("something follows the root element"),
            Self::Entity(name) => write!(f, "unknown entity &{name};"),
            Self::DocumentType => f.write_str("document types are not accepted"),
            Self::TooDeep => write!(f, "nested deeper than {MAX_DEPTH} elements"),
        }
    }
}

impl std::error::Error for Malformed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Xml(error) => Some(error),
            _ => None,
        }
    }
}
