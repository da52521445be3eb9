//! The one decoder of XML: its pieces, filling slots.
//!
//! The gateway writes an object as an element with an element for each member, a list as the same element again and again
//! (`<Data>…</Data><Data>…</Data>`) or inside a wrapper (`<Regions><Region>…</Region></Regions>`), and every scalar as text.

mod pending;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::schema::fields::{Fields, List, Open, Scalar, Slot, View};
use crate::schema::memory::{MemoryBudget, OverBudget};
use crate::wire::json::seed;
use crate::wire::reading::{Left, LeftItems, LeftOver, LeftParts, Reading, Repeated, inside, put_structure};
use crate::wire::xml::reader::{Event, Malformed, Reader};
use crate::{Any, DecodeError, Note};

use pending::{Pending, Rest};

/// Fills a struct from the children of the root element, whatever its name. The notes tell which values fitted no reading of their
/// field, and which elements the struct doesn't know. It keeps both if it is part of an answer.
///
/// Fails if the text is no XML of this form, or if the struct would take more memory than 8 times the text's bytes and 1 MiB.
pub fn object(text: &str, fields: &mut dyn Fields) -> Result<Vec<Note>, DecodeError> {
    object_within(text, fields, MemoryBudget::usual(text.len()))
}

/// The same with a limit of memory of one's own, in bytes.
pub fn object_within(text: &str, fields: &mut dyn Fields, limit: usize) -> Result<Vec<Note>, DecodeError> {
    read(text, fields, Reading::new(limit))
}

/// The same without notes.
#[cfg(feature = "client")]
pub(crate) fn fill_within(text: &str, fields: &mut dyn Fields, limit: usize) -> Result<(), DecodeError> {
    read(text, fields, Reading::without_notes(limit)).map(drop)
}

fn read(text: &str, fields: &mut dyn Fields, reading: Reading) -> Result<Vec<Note>, DecodeError> {
    let mut document = Document { reader: Reader::new(text), reading, is_unknown: false };
    match document.root(fields) {
        Ok(()) => Ok(document.reading.into_notes()),
        Err(Failure::Malformed(error)) => Err(DecodeError::new(error)),
        Err(Failure::Json(error)) => match document.reading.budget.exceeded() {
            Some(over) => Err(DecodeError::over(&over)),
            None => Err(DecodeError::new(error)),
        },
        Err(Failure::OverBudget(over)) => Err(DecodeError::over(&over)),
    }
}

/// Why a document is not read to its end.
enum Failure {
    Malformed(Malformed),
    OverBudget(OverBudget),
    /// A list that came as an object, on its way through JSON.
    Json(serde_json::Error),
}

impl From<Malformed> for Failure {
    fn from(error: Malformed) -> Self {
        Self::Malformed(error)
    }
}

impl From<OverBudget> for Failure {
    fn from(error: OverBudget) -> Self {
        Self::OverBudget(error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}

struct Document<'t> {
    reader: Reader<'t>,
    reading: Reading,
    /// Whether it is inside an element that nobody knows, whose text needn't be right.
    is_unknown: bool,
}

impl<'t> Document<'t> {
    fn root(&mut self, fields: &mut dyn Fields) -> Result<(), Failure> {
        loop {
            match self.reader.next()? {
                Event::Start(_) => break,
                Event::Text(text) if text.is_blank() => {}
                Event::Text(_) | Event::End | Event::Eof => return Err(Malformed::NoRoot.into()),
            }
        }
        self.members(None, fields)?;
        loop {
            match self.reader.next()? {
                Event::Eof => return Ok(()),
                Event::Text(text) if text.is_blank() => {}
                Event::Text(_) | Event::Start(_) | Event::End => return Err(Malformed::Trailing.into()),
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

    /// Fills the fields from the elements up to the parent's end; the start of the first may have been read.
    fn members(&mut self, first: Option<&'t str>, fields: &mut dyn Fields) -> Result<(), Failure> {
        let mut pending = Pending { first_note: self.reading.notes.count(), ..Pending::default() };
        let mut next = match first {
            Some(first) => Some(first),
            None => self.child()?,
        };
        while let Some(name) = next {
            self.member(name, fields, &mut pending)?;
            next = self.child()?;
        }
        for (name, count) in std::mem::take(&mut pending.blanks) {
            if count > 1
                && let Some(Open::List(list)) = fields.slot(name).map(Slot::open)
            {
                self.blank_items(count, name, list, &mut pending)?;
            }
        }
        for (name, items) in std::mem::take(&mut pending.left) {
            let left = match fields.slot(name).map(Slot::open) {
                Some(Open::List(list)) => items.into_left(list),
                _ => None,
            };
            let left = inside(left, fields.wrapper(name), &mut self.reading.budget)?;
            self.reading.keep_left(name, left, fields)?;
        }
        for Rest { name, json, count } in pending.rest {
            let json = if count == 1 { json } else { format!("[{json}]") };
            self.reading.keep_left(name, Some(Box::new(LeftOver::whole(json))), fields)?;
        }
        self.reading.budget.give_back(pending.unknown_size);
        for (name, value) in pending.unknown {
            self.reading.unknown(&name, &value.to_json(), fields)?;
        }
        Ok(())
    }

    fn member(
        &mut self,
        name: &'t str,
        fields: &mut dyn Fields,
        pending: &mut Pending<'t>,
    ) -> Result<(), Failure> {
        let wrapper = fields.wrapper(name);
        let before = self.reading.notes.count();
        let Some(slot) = fields.slot(name) else {
            let used = self.reading.budget.used();
            let value = self.unknown()?;
            self.add(&mut pending.unknown, name, value)?;
            pending.unknown_size += self.reading.budget.used() - used;
            return Ok(());
        };
        let left = if is_taken(slot) || pending.has_rest(name) {
            self.again()?
        } else if let Open::List(list) = slot.open() {
            let left = self.list(name, list, wrapper, pending)?;
            self.reading.keep_left(name, left, fields)?;
            None
        } else {
            self.value(slot)?
        };
        if left.is_none() && self.reading.notes.count() == before {
            return Ok(());
        }
        let Reading { notes, budget } = &mut self.reading;
        notes.inside_member(before, name, budget)?;
        notes.merge(pending.first_note, before);
        match left {
            Some(left) if left.is_whole => Ok(pending.add_rest(name, &left.json, budget)?),
            left => Ok(self.reading.keep_left(name, left, fields)?),
        }
    }

    /// The value of an element whose field is taken: a list that the spec doesn't know of is written like this.
    fn again(&mut self) -> Result<Left, Failure> {
        let before = self.reading.budget.used();
        let value = self.unknown()?;
        let json = self.reading.json_of(&value)?;
        let size = self.reading.budget.used() - before;
        let left = self.reading.repeated(json)?;
        self.reading.budget.give_back(size);
        Ok(left)
    }

    /// Fills a slot, which is no list's, from the element whose start has been read.
    fn value(&mut self, slot: &mut dyn Slot) -> Result<Left, Failure> {
        match self.content()? {
            Content::Text(text) => self.put(slot, &text),
            Content::Child(first) => self.structure(slot, first),
        }
    }

    /// Reads up to the element's end if it holds text alone, or up to the start of its first child.
    fn content(&mut self) -> Result<Content<'t>, Failure> {
        let mut text = Cow::Borrowed("");
        loop {
            match self.reader.next()? {
                Event::Start(name) => return Ok(Content::Child(name)),
                Event::Text(part) => {
                    // While a text is put together, up to three times its length are there.
                    if !text.is_empty() || part.is_coded() {
                        self.reading.budget.check(3 * (text.len() + part.raw().len()))?;
                    }
                    if self.is_unknown {
                        part.append_or_raw_to(&mut text);
                    } else {
                        part.append_to(&mut text)?;
                    }
                }
                Event::End | Event::Eof => return Ok(Content::Text(text)),
            }
        }
    }

    fn put(&mut self, slot: &mut dyn Slot, text: &str) -> Result<Left, Failure> {
        self.reading.budget.take_piece(text.len())?;
        if slot.put(Scalar::Text(text)) {
            return Ok(None);
        }
        Ok(self.reading.misfit(Scalar::Text(text))?)
    }

    /// Fills a slot from an element of which the start of the first child has been read.
    fn structure(&mut self, slot: &mut dyn Slot, first: &'t str) -> Result<Left, Failure> {
        self.reading.budget.take(slot.opening_size())?;
        // In XML a structure has no form of its own to be kept: lists can't be told from objects.
        match slot.open().structure() {
            Open::Object(fields) => self.members(Some(first), fields).map(|()| None),
            Open::Map(map) => {
                let mut left_over = LeftParts::default();
                let mut repeated = Repeated::default();
                let (mut next, mut count) = (Some(first), 0);
                while let Some(element) = next {
                    let name = decoded_name(element);
                    let before = self.reading.notes.count();
                    let (slot, was_there) = self.reading.entry(map, count, &name)?;
                    count += 1;
                    let left = if was_there { self.again()? } else { self.value(slot)? };
                    let Reading { notes, budget } = &mut self.reading;
                    notes.inside_member(before, &name, budget)?;
                    if let Some(left) = left {
                        if was_there {
                            repeated.add(&name, &left.json, budget)?;
                        } else {
                            if left.is_whole {
                                map.remove(&name);
                            }
                            left_over.add(&name, &left.json, budget)?;
                        }
                    }
                    next = self.child()?;
                }
                repeated.each(|name, values| left_over.add(name, values, &mut self.reading.budget))?;
                Ok(left_over.into_left())
            }
            // Of a list in a list, or in a string of JSON, each element is an item.
            Open::List(list) => {
                let mut left_over = LeftItems::default();
                self.items(list, Some(first), &mut left_over)?;
                Ok(left_over.into_left(list))
            }
            Open::Any(any) => {
                *any = self.any_structure(first)?;
                Ok(None)
            }
            Open::Scalar | Open::Inline(_) => {
                let before = self.reading.budget.used();
                let structure = self.any_structure(first)?;
                let size = self.reading.budget.used() - before;
                let left = put_structure(&structure, slot, &mut self.reading)?;
                self.reading.budget.give_back(size);
                Ok(left)
            }
        }
    }

    /// An element of a list: an item, or a wrapper around the items.
    fn list(
        &mut self,
        name: &'t str,
        list: &mut dyn List,
        wrapper: Option<&'static str>,
        pending: &mut Pending<'t>,
    ) -> Result<Left, Failure> {
        let content = self.content()?;
        if let Content::Text(text) = &content
            && text.trim().is_empty()
        {
            if wrapper.is_none() && list.is_empty() && pending.left_count(name) == 0 {
                match pending.blanks.iter_mut().find(|(list, _)| *list == name) {
                    Some((_, count)) => *count += 1,
                    None => pending.blanks.push((name, 1)),
                }
            } else if wrapper.is_none() {
                self.blank_items(1, name, list, pending)?;
            }
            return Ok(None);
        }
        let blanks = pending.take_blanks(name);
        self.blank_items(blanks, name, list, pending)?;
        if let (Content::Child(first), Some(wrapper)) = (&content, wrapper)
            && self.is_wrapped(first, wrapper)?
        {
            return self.wrapped(list, first, wrapper);
        }
        self.item(name, list, content, pending)
    }

    /// Items of which only the empty element is there.
    fn blank_items(
        &mut self,
        count: usize,
        name: &'t str,
        list: &mut dyn List,
        pending: &mut Pending<'t>,
    ) -> Result<(), Failure> {
        for _ in 0..count {
            let slot = self.reading.push(list)?;
            if !matches!(slot.open(), Open::Object(_)) && !slot.put(Scalar::Text("")) {
                let index = list.len() - 1 + pending.left_count(name);
                let left = self.reading.misfit(Scalar::Text(""))?;
                if let Some(items) = pending.left(name) {
                    items.add(index, left, list, &mut self.reading.budget)?;
                }
            }
        }
        Ok(())
    }

    /// An element of a list that holds no announced wrapper: an item if that knows the first child. Else it has to be seen whole.
    fn item(
        &mut self,
        name: &'t str,
        list: &mut dyn List,
        content: Content<'t>,
        pending: &mut Pending<'t>,
    ) -> Result<Left, Failure> {
        let index = list.len() + pending.left_count(name);
        let before = self.reading.notes.count();
        let slot = self.reading.push(list)?;
        let left = match content {
            Content::Text(text) => self.put(slot, &text)?,
            Content::Child(first) if knows(slot, first) => self.structure(slot, first)?,
            Content::Child(first) => match slot.open() {
                Open::Scalar | Open::Object(_) => {
                    list.pop();
                    let used = self.reading.budget.used();
                    let members = self.any_members(first)?;
                    let size = self.reading.budget.used() - used;
                    let left = seed::fill_leniently(list, members, &mut self.reading)?;
                    let Reading { notes, budget } = &mut self.reading;
                    budget.give_back(size);
                    if let Some(left) = left
                        && let Some(items) = pending.left(name)
                    {
                        notes.inside_item(before, index, budget)?;
                        items.push(index, left.json, budget)?;
                    }
                    return Ok(None);
                }
                _ => self.structure(slot, first)?,
            },
        };
        let Reading { notes, budget } = &mut self.reading;
        notes.inside_item(before, index, budget)?;
        if left.is_some()
            && let Some(items) = pending.left(name)
        {
            items.add(index, left, list, budget)?;
        }
        Ok(None)
    }

    /// Whether one of the children is the announced wrapper; the start of the first has been read.
    fn is_wrapped(&self, first: &str, wrapper: &str) -> Result<bool, Malformed> {
        if first == wrapper {
            return Ok(true);
        }
        let mut ahead = self.reader.clone();
        let parent = ahead.depth() - 1;
        let mut name = first;
        loop {
            if name == wrapper {
                return Ok(true);
            }
            while ahead.depth() > parent {
                ahead.next()?;
            }
            loop {
                match ahead.next()? {
                    Event::Start(next) => {
                        name = next;
                        break;
                    }
                    Event::Text(_) => {}
                    Event::End | Event::Eof => return Ok(false),
                }
            }
        }
    }

    /// The children of an announced wrapper's name are the items; the start of the first child has been read.
    fn wrapped(
        &mut self,
        list: &mut dyn List,
        first: &'t str,
        wrapper: &'static str,
    ) -> Result<Left, Failure> {
        let mut items = LeftItems::default();
        let mut others = BTreeMap::new();
        let mut others_size = 0;
        let first_note = self.reading.notes.count();
        let mut next = Some(first);
        while let Some(name) = next {
            if name == wrapper {
                self.one_item(list, first_note, &mut items)?;
            } else {
                let before = self.reading.budget.used();
                let value = self.unknown()?;
                self.add(&mut others, name, value)?;
                others_size += self.reading.budget.used() - before;
            }
            next = self.child()?;
        }
        let mut around = LeftParts::default();
        if let Some(left) = items.into_left(list) {
            around.add(wrapper, &left.json, &mut self.reading.budget)?;
        }
        for (name, value) in &others {
            around.add_unknown(name, &value.to_json(), &mut self.reading)?;
        }
        self.reading.budget.give_back(others_size);
        Ok(around.into_left())
    }

    /// Elements of whatever name, each an item.
    fn items(
        &mut self,
        list: &mut dyn List,
        first: Option<&'t str>,
        left_over: &mut LeftItems,
    ) -> Result<(), Failure> {
        let first_note = self.reading.notes.count();
        let mut next = first;
        while next.is_some() {
            self.one_item(list, first_note, left_over)?;
            next = self.child()?;
        }
        Ok(())
    }

    /// An item of which it is certain that it is one; its start has been read.
    fn one_item(
        &mut self,
        list: &mut dyn List,
        first_note: usize,
        left_over: &mut LeftItems,
    ) -> Result<(), Failure> {
        let index = list.len() + left_over.count();
        let before = self.reading.notes.count();
        let slot = self.reading.push(list)?;
        let left = match self.content()? {
            Content::Text(text) if text.trim().is_empty() && matches!(slot.open(), Open::Object(_)) => None,
            Content::Text(text) => self.put(slot, &text)?,
            Content::Child(first) => self.structure(slot, first)?,
        };
        let Reading { notes, budget } = &mut self.reading;
        if left.is_some() {
            left_over.add(index, left, list, budget)?;
        }
        notes.inside_item(before, index, budget)?;
        notes.merge(first_note, before);
        Ok(())
    }

    /// The value of an element that nobody knows.
    fn unknown(&mut self) -> Result<Any, Failure> {
        self.is_unknown = true;
        let value = self.any()?;
        self.is_unknown = false;
        Ok(value)
    }

    fn any(&mut self) -> Result<Any, Failure> {
        match self.content()? {
            Content::Text(text) => {
                self.reading.budget.take_piece(text.len())?;
                Ok(Any::Text(text.into_owned()))
            }
            Content::Child(first) => self.any_structure(first),
        }
    }

    fn any_structure(&mut self, first: &'t str) -> Result<Any, Failure> {
        self.any_members(first).map(Any::Object)
    }

    /// The children of an element, of which the start of the first has been read; the same name again makes a list.
    fn any_members(&mut self, first: &'t str) -> Result<BTreeMap<String, Any>, Failure> {
        let mut members = BTreeMap::new();
        let mut next = Some(first);
        while let Some(name) = next {
            let value = self.any()?;
            self.add(&mut members, name, value)?;
            next = self.child()?;
        }
        Ok(members)
    }

    /// The same name again makes a list of the two.
    fn add(
        &mut self,
        members: &mut BTreeMap<String, Any>,
        element: &str,
        value: Any,
    ) -> Result<(), OverBudget> {
        let name = decoded_name(element);
        match members.get_mut(&*name) {
            None => {
                let count = members.len();
                self.reading.entry(members, count, &name)?.0.put(Scalar::Text(""));
                if let Some(place) = members.get_mut(&*name) {
                    *place = value;
                }
            }
            Some(Any::List(items)) => {
                self.reading.push(items)?;
                if let Some(place) = items.last_mut() {
                    *place = value;
                }
            }
            Some(single) => {
                self.reading.budget.take_piece(2 * size_of::<Any>())?;
                *single = Any::List(vec![std::mem::take(single), value]);
            }
        }
        Ok(())
    }
}

/// Whether it holds a value, and can't take a second one.
fn is_taken(slot: &dyn Slot) -> bool {
    slot.has_value() && !matches!(slot.view(), View::List(_))
}

/// Whether it is an object that knows this member.
fn knows(slot: &mut dyn Slot, name: &str) -> bool {
    match slot.open() {
        Open::Object(fields) => fields.slot(name).is_some(),
        _ => false,
    }
}

enum Content<'t> {
    Text(Cow<'t, str>),
    Child(&'t str),
}

/// Undoes what [`encode_xml`](crate::wire::xml::encode) does to the names of map entries.
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
            let is_code = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F')) && end == "_";
            is_code.then(|| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)).flatten()
        });
        let used = if character.is_some() { 9 } else { 2 };
        decoded.push_str(character.map_or("_x".to_owned(), String::from).as_str());
        rest = escape.get(used..).unwrap_or_default();
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}
