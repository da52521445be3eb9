//! The one decoder of XML: its pieces, filling slots.
//!
//! The gateway writes an object as an element with an element for each member, a list as the same element again and again
//! (`<Data>…</Data><Data>…</Data>`) or inside a wrapper (`<Regions><Region>…</Region></Regions>`), and every scalar as text.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::fields::{Fields, List, Open, Scalar, Slot};
use crate::note::Notes;
use crate::xml::{Event, Malformed, Reader};
use crate::{Any, Note, Unreadable, unwrap};

/// Fills a struct from the children of the root element, whatever its name. The notes tell which values fitted no reading of their
/// field; elements that the struct doesn't know are passed over.
pub fn object(text: &str, fields: &mut dyn Fields) -> Result<Vec<Note>, Unreadable> {
    object_in(text, fields).map_err(Unreadable::new)
}

fn object_in(text: &str, fields: &mut dyn Fields) -> Result<Vec<Note>, Malformed> {
    let mut document = Document { reader: Reader::new(text), notes: Notes::default() };
    document.root(fields)?;
    Ok(document.notes.into())
}

struct Document<'t> {
    reader: Reader<'t>,
    notes: Notes,
}

impl<'t> Document<'t> {
    fn root(&mut self, fields: &mut dyn Fields) -> Result<(), Malformed> {
        loop {
            match self.reader.next()? {
                Event::Start(_) => break,
                Event::Text(text) if text.is_blank() => {}
                Event::Text(_) | Event::End | Event::Eof => return Err(Malformed::NoRoot),
            }
        }
        self.members(fields)?;
        loop {
            match self.reader.next()? {
                Event::Eof => return Ok(()),
                Event::Text(text) if text.is_blank() => {}
                Event::Text(_) | Event::Start(_) | Event::End => return Err(Malformed::Trailing),
            }
        }
    }

    /// The name of the next child element, or nothing at the parent's end.
    fn child(&mut self) -> Result<Option<&'t str>, Malformed> {
        loop {
            match self.reader.next()? {
                Event::Start(name) => return Ok(Some(name)),
                Event::Text(_) => {}
                Event::End | Event::Eof => return Ok(None),
            }
        }
    }

    /// Fills the fields from the elements up to the parent's end.
    fn members(&mut self, fields: &mut dyn Fields) -> Result<(), Malformed> {
        while let Some(name) = self.child()? {
            self.member(name, fields)?;
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
        let depth = self.reader.depth();
        while self.reader.depth() >= depth {
            self.reader.next()?;
        }
        Ok(())
    }

    /// Fills a slot from the element whose start has been read.
    fn value(&mut self, slot: &mut dyn Slot, wrapper: Option<&'static str>) -> Result<(), Malformed> {
        match self.content()? {
            Content::Text(text) => {
                self.put(slot, &text);
                Ok(())
            }
            Content::Child(first) => self.structure(slot, wrapper, first),
        }
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

    /// Reads up to the element's end if it holds text alone, or up to the start of its first child.
    fn content(&mut self) -> Result<Content<'t>, Malformed> {
        // The root holds the values, and isn't one.
        if self.reader.depth() > MAX_DEPTH + 1 {
            return Err(Malformed::TooDeep(MAX_DEPTH));
        }
        let mut text = Cow::Borrowed("");
        loop {
            match self.reader.next()? {
                Event::Start(name) => return Ok(Content::Child(name)),
                Event::Text(part) if text.is_empty() => text = part.read()?,
                Event::Text(part) => text.to_mut().push_str(&part.read()?),
                Event::End | Event::Eof => return Ok(Content::Text(text)),
            }
        }
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
                while let Some(name) = self.child()? {
                    self.value_of(name, map.entry(&decoded_name(name)), None)?;
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
        match self.content()? {
            Content::Text(text) => Ok(Any::Text(text.into_owned())),
            Content::Child(first) => self.any_structure(first),
        }
    }

    fn any_structure(&mut self, first: &str) -> Result<Any, Malformed> {
        self.any_members(first).map(Any::Object)
    }

    /// The children of an element, of which the start of the first has been read; the same name again makes a list.
    fn any_members(&mut self, first: &str) -> Result<BTreeMap<String, Any>, Malformed> {
        let mut members = BTreeMap::new();
        add(&mut members, first, self.any()?);
        while let Some(name) = self.child()? {
            add(&mut members, name, self.any()?);
        }
        Ok(members)
    }
}

enum Content<'t> {
    Text(Cow<'t, str>),
    Child(&'t str),
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

/// Deeper documents are refused, as serde_json refuses them.
const MAX_DEPTH: usize = 128;
