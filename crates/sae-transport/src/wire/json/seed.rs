//! JSON of any form: a seed over `serde_json` that fills slots.
//!
//! What is done for every value is `#[inline]`: so it comes into the same codegen unit as the parser's loops, and decoding takes a
//! twentieth fewer instructions.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::long_numbers;
use super::name::Name;
use super::scan::{is_too_deep, longest_escaped};
use crate::schema::fields::{Fields, Inline, List, Map, Open, Scalar, Slot};
use crate::schema::memory::OverBudget;
use crate::wire::lenient_list::{self, Items};
use crate::wire::reading::{Left, LeftItems, LeftParts, ListSlot, Reading, Repeated, inside, put_structure};
use crate::{Any, Note};

/// Fills a slot from JSON that stands at a place of a larger document.
pub(crate) fn fill(text: &str, slot: &mut dyn Slot, reading: &mut Reading) -> serde_json::Result<Left> {
    let mut source = Source { reading, input: Input::Text };
    source.parse(text, |source, input| Value::new(slot, source).deserialize(input))
}

/// Fills a slot from JSON in which all numbers have a type; as [`Value`] for the rest.
pub(super) fn fill_part(
    text: &str,
    slot: &mut dyn Slot,
    wrapper: Option<&'static str>,
    is_item: bool,
    reading: &mut Reading,
) -> serde_json::Result<Left> {
    let mut input = serde_json::Deserializer::from_str(text);
    let mut source = Source { reading, input: Input::Text };
    let left = Value { slot, wrapper, is_item, source: &mut source }.deserialize(&mut input)?;
    input.end()?;
    Ok(left)
}

/// Fills a list from the members of an object that stands for it.
pub(crate) fn fill_leniently(
    list: &mut dyn List,
    members: BTreeMap<String, Any>,
    reading: &mut Reading,
) -> serde_json::Result<Left> {
    match lenient_list::items(list, members, reading).map_err(de::Error::custom)? {
        Items::Json(json) => fill(&json, &mut ListSlot(list), reading),
        Items::None(left) => Ok(left),
    }
}

/// Fills a slot from any format of serde. What it takes is not limited.
pub(crate) fn fill_from<'de, D: Deserializer<'de>>(
    input: D,
    slot: &mut dyn Slot,
) -> Result<Vec<Note>, D::Error> {
    let mut reading = Reading::new(usize::MAX);
    let mut source = Source { reading: &mut reading, input: Input::Serde };
    Value::new(slot, &mut source).deserialize(input)?;
    Ok(reading.into_notes())
}

/// What is read from, and what is counted.
struct Source<'r> {
    reading: &'r mut Reading,
    input: Input,
}

/// What is read from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Input {
    /// JSON text, from which values can be taken as they stand.
    Text,
    /// Some format of serde.
    Serde,
}

impl Source<'_> {
    fn parse<T>(
        &mut self,
        text: &str,
        read: impl FnOnce(
            &mut Self,
            &mut serde_json::Deserializer<serde_json::de::StrRead<'_>>,
        ) -> serde_json::Result<T>,
    ) -> serde_json::Result<T> {
        let text = long_numbers::quoted(text);
        if let Cow::Owned(text) = &text {
            self.reading.budget.take(2 * text.capacity()).map_err(over)?;
        }
        let text = &*text;
        // The parser puts texts with escapes together in a piece of memory that grows to the longest of them.
        self.reading.budget.take(3 * longest_escaped(text)).map_err(over)?;
        let mut input = serde_json::Deserializer::from_str(text);
        let value = read(self, &mut input)?;
        input.end()?;
        Ok(value)
    }
}

/// The error stands for the budget, which knows that it is over.
fn over<E: de::Error>(error: OverBudget) -> E {
    E::custom(error)
}

/// Fills the fields from the members of an object; the name of the first may have been read.
#[inline]
fn fill_object<'de, M: MapAccess<'de>>(
    mut members: M,
    first: Option<Cow<'de, str>>,
    fields: &mut dyn Fields,
    source: &mut Source<'_>,
) -> Result<(), M::Error> {
    // The text of an answer is taken as it comes. Who hands over data by serde means each member once.
    let mut seen = BTreeSet::new();
    // A request, which keeps nothing else, has fields that always hold a value.
    let mut repeated = fields.unknown_members().map(|_| Repeated::default());
    let mut next = match first {
        Some(first) => Some(first),
        None => members.next_key_seed(Name)?,
    };
    while let Some(name) = next {
        if source.input == Input::Serde && !seen.insert(name.clone()) {
            return Err(de::Error::custom(format_args!("{name} is given twice")));
        }
        fill_member(&mut members, &name, fields, source, repeated.as_mut())?;
        next = members.next_key_seed(Name)?;
    }
    source.reading.keep_repeated(repeated.unwrap_or_default(), fields).map_err(over)
}

#[inline]
fn fill_member<'de, M: MapAccess<'de>>(
    members: &mut M,
    name: &str,
    fields: &mut dyn Fields,
    source: &mut Source<'_>,
    repeated: Option<&mut Repeated>,
) -> Result<(), M::Error> {
    let wrapper = fields.wrapper(name);
    let before = source.reading.notes.count();
    let Some(slot) = fields.slot(name) else {
        let json = json_of(members, source)?;
        return source.reading.unknown(name, &json, fields).map_err(over);
    };
    if let Some(repeated) = repeated
        && slot.has_value()
    {
        return fill_again(members, name, fields, source, repeated);
    }
    let left = members.next_value_seed(Value { slot, wrapper, is_item: false, source: &mut *source })?;
    if left.is_none() && source.reading.notes.count() == before {
        return Ok(());
    }
    source.reading.leave_member(before, name, left, fields).map_err(over)
}

/// Fills a field that has a value already: the last one counts, the former is kept.
#[cold]
fn fill_again<'de, M: MapAccess<'de>>(
    members: &mut M,
    name: &str,
    fields: &mut dyn Fields,
    source: &mut Source<'_>,
    repeated: &mut Repeated,
) -> Result<(), M::Error> {
    let wrapper = fields.wrapper(name);
    let before = source.reading.notes.count();
    let Some(slot) = fields.slot(name) else { return members.next_value().map(|IgnoredAny| ()) };
    let former = source.reading.json_of(slot).map_err(over)?;
    let mut left =
        members.next_value_seed(Value { slot: &mut *slot, wrapper, is_item: false, source: &mut *source })?;
    repeated.take_former(name, former, slot, source.reading).map_err(over)?;
    if let Some(whole) = left.take_if(|left| left.is_whole) {
        repeated.add(name, &whole.json, &mut source.reading.budget).map_err(over)?;
    }
    source.reading.leave_member(before, name, left, fields).map_err(over)
}

/// The value of a member as JSON.
fn json_of<'de, M: MapAccess<'de>>(members: &mut M, source: &Source<'_>) -> Result<Cow<'de, str>, M::Error> {
    if source.input == Input::Serde {
        return members.next_value::<serde_json::Value>().map(|value| Cow::Owned(value.to_string()));
    }
    let json = members.next_value::<&'de RawValue>()?.get();
    if is_too_deep(json) {
        return Err(de::Error::custom("recursion limit exceeded"));
    }
    Ok(Cow::Borrowed(json))
}

/// A value of whatever form, on its way into a slot.
struct Value<'a, 's, 'r> {
    slot: &'a mut dyn Slot,
    /// The member inside which a list is announced to travel.
    wrapper: Option<&'static str>,
    /// Whether it is an item of a list or an entry of a map, where `null` is no value.
    is_item: bool,
    source: &'s mut Source<'r>,
}

impl<'a, 's, 'r> Value<'a, 's, 'r> {
    fn new(slot: &'a mut dyn Slot, source: &'s mut Source<'r>) -> Self {
        Self { slot, wrapper: None, is_item: false, source }
    }

    #[inline]
    fn put<E: de::Error>(self, value: Scalar<'_>) -> Result<Left, E> {
        if self.slot.put(value) {
            return Ok(None);
        }
        self.source.reading.misfit(value).map_err(over)
    }

    fn nothing<E: de::Error>(self) -> Result<Left, E> {
        if self.is_item && !matches!(self.slot.open(), Open::Any(_)) {
            return self.source.reading.misfit_json("null".to_owned()).map_err(over);
        }
        Ok(None)
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_, '_, '_> {
    type Value = Left;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Left, D::Error> {
        input.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_, '_, '_> {
    type Value = Left;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    #[inline]
    fn visit_unit<E: de::Error>(self) -> Result<Left, E> {
        self.nothing()
    }

    #[inline]
    fn visit_none<E: de::Error>(self) -> Result<Left, E> {
        self.nothing()
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, input: D) -> Result<Left, D::Error> {
        input.deserialize_any(self)
    }

    #[inline]
    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Left, E> {
        self.put(Scalar::Bool(value))
    }

    #[inline]
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Left, E> {
        self.put(Scalar::Int(value))
    }

    #[inline]
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Left, E> {
        match i64::try_from(value) {
            Ok(value) => self.put(Scalar::Int(value)),
            Err(_) => self.put(Scalar::Text(&value.to_string())),
        }
    }

    #[inline]
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Left, E> {
        self.put(Scalar::Float(value))
    }

    #[inline]
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Left, E> {
        self.source.reading.budget.take_piece(text.len()).map_err(over)?;
        self.put(Scalar::Text(text))
    }

    #[inline]
    fn visit_map<M: MapAccess<'de>>(self, mut members: M) -> Result<Left, M::Error> {
        let Self { slot, wrapper, source, .. } = self;
        source.reading.budget.take(slot.opening_size()).map_err(over)?;
        match slot.open() {
            Open::Object(fields) => fill_object(members, None, fields, source).map(|()| None),
            Open::Map(map) => fill_map(&mut members, map, source),
            Open::List(list) => match wrapper {
                Some(wrapper) => fill_wrapped(members, list, wrapper, source),
                None => fill_list_from_object(members, list, source),
            },
            Open::Any(any) => {
                *any = any_object(members, source)?;
                Ok(None)
            }
            Open::Inline(place) => {
                let structure = any_object(members, source)?;
                keep_inline(structure, place, source.reading).map_err(over)?;
                Ok(None)
            }
            Open::Scalar => {
                let before = source.reading.budget.used();
                let structure = any_object(members, source)?;
                let size = source.reading.budget.used() - before;
                let left = put_structure(&structure, slot, source.reading).map_err(over)?;
                source.reading.budget.give_back(size);
                Ok(left)
            }
        }
    }

    #[inline]
    fn visit_seq<L: SeqAccess<'de>>(self, mut items: L) -> Result<Left, L::Error> {
        let Self { slot, wrapper, source, .. } = self;
        match slot.open() {
            Open::List(list) => {
                let left = fill_list(&mut items, list, source)?;
                inside(left, wrapper, &mut source.reading.budget).map_err(over)
            }
            Open::Any(any) => {
                *any = any_list(items, source)?;
                Ok(None)
            }
            Open::Inline(place) => {
                let structure = any_list(items, source)?;
                keep_inline(structure, place, source.reading).map_err(over)?;
                Ok(None)
            }
            Open::Scalar | Open::Object(_) | Open::Map(_) => {
                let before = source.reading.budget.used();
                let structure = any_list(items, source)?;
                let size = source.reading.budget.used() - before;
                let left = put_structure(&structure, slot, source.reading).map_err(over)?;
                source.reading.budget.give_back(size);
                Ok(left)
            }
        }
    }
}

/// Fills the place of a string of JSON from the structure that came instead.
fn keep_inline(structure: Any, place: &mut dyn Inline, reading: &mut Reading) -> Result<(), OverBudget> {
    let json = reading.json_of(&structure)?;
    reading.budget.take(place.keeping_size())?;
    if let Some(value) = place.keep(structure) {
        // What has been read as JSON once is JSON: only the budget can end before it does.
        let _ = fill(&json, value, reading);
    }
    reading.budget.give_back(json.len());
    reading.budget.check(0)
}

/// `Any` takes whatever comes.
fn any_object<'de, M: MapAccess<'de>>(mut members: M, source: &mut Source<'_>) -> Result<Any, M::Error> {
    let mut map = BTreeMap::<String, Any>::new();
    fill_any_map(&mut members, &mut map, source)?;
    Ok(Any::Object(map))
}

/// What comes more than once is a list, the last value first.
fn fill_any_map<'de, M: MapAccess<'de>>(
    members: &mut M,
    map: &mut BTreeMap<String, Any>,
    source: &mut Source<'_>,
) -> Result<(), M::Error> {
    let Some(repeated) = fill_map(members, map, source)? else { return Ok(()) };
    let mut former = BTreeMap::<String, Vec<Any>>::new();
    fill(&repeated.json, &mut former, source.reading).map_err(de::Error::custom)?;
    for (name, values) in former {
        if let Some(place) = map.get_mut(&name) {
            let last = std::mem::take(place);
            *place = Any::List(std::iter::once(last).chain(values).collect());
        }
    }
    Ok(())
}

fn any_list<'de, L: SeqAccess<'de>>(mut items: L, source: &mut Source<'_>) -> Result<Any, L::Error> {
    let mut list = Vec::<Any>::new();
    fill_list(&mut items, &mut list, source)?;
    Ok(Any::List(list))
}

fn fill_map<'de, M: MapAccess<'de>>(
    members: &mut M,
    map: &mut dyn Map,
    source: &mut Source<'_>,
) -> Result<Left, M::Error> {
    let mut left_over = LeftParts::default();
    let mut repeated = Repeated::default();
    let mut count = 0;
    while let Some(name) = members.next_key_seed(Name)? {
        let before = source.reading.notes.count();
        let (slot, was_there) = source.reading.entry(map, count, &name).map_err(over)?;
        let former = if was_there { Some(source.reading.json_of(slot).map_err(over)?) } else { None };
        count += 1;
        let mut left = members.next_value_seed(Value {
            slot: &mut *slot,
            wrapper: None,
            is_item: true,
            source: &mut *source,
        })?;
        if let Some(former) = former {
            repeated.take_former(&name, former, slot, source.reading).map_err(over)?;
        }
        if was_there && let Some(left) = left.take() {
            repeated.add(&name, &left.json, &mut source.reading.budget).map_err(over)?;
        }
        left_over.leave(&name, left, before, map, source.reading).map_err(over)?;
    }
    let budget = &mut source.reading.budget;
    repeated.each(|name, values| left_over.add(name, values, budget)).map_err(over)?;
    Ok(left_over.into_left())
}

#[inline]
fn fill_list<'de, L: SeqAccess<'de>>(
    items: &mut L,
    list: &mut dyn List,
    source: &mut Source<'_>,
) -> Result<Left, L::Error> {
    let mut left_over = LeftItems::default();
    let first = source.reading.notes.count();
    let mut index = list.len();
    loop {
        let before = source.reading.notes.count();
        let Some(left) = items.next_element_seed(Item { list: &mut *list, source: &mut *source })? else {
            return Ok(left_over.into_left(list));
        };
        left_over.leave(index, left, first..before, list, source.reading).map_err(over)?;
        index += 1;
    }
}

/// An item of a list, appended once it is known to be there: an empty list takes no memory.
struct Item<'a, 's, 'r> {
    list: &'a mut dyn List,
    source: &'s mut Source<'r>,
}

impl<'de> DeserializeSeed<'de> for Item<'_, '_, '_> {
    type Value = Left;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Left, D::Error> {
        let slot = self.source.reading.push(self.list).map_err(over)?;
        Value { slot, wrapper: None, is_item: true, source: self.source }.deserialize(input)
    }
}

/// An object with the announced member: that is the list, and what stands beside it is kept. Without it the object may be anything
/// that stands for a list.
fn fill_wrapped<'de, M: MapAccess<'de>>(
    mut members: M,
    list: &mut dyn List,
    wrapper: &'static str,
    source: &mut Source<'_>,
) -> Result<Left, M::Error> {
    let mut around = LeftParts::default();
    let mut others = BTreeMap::<String, Any>::new();
    let mut is_wrapped = false;
    while let Some(name) = members.next_key_seed(Name)? {
        if name == wrapper {
            is_wrapped = true;
            let slot = &mut ListSlot(&mut *list);
            let left = members.next_value_seed(Value::new(slot, source))?;
            if let Some(left) = left {
                around.add(wrapper, &left.json, &mut source.reading.budget).map_err(over)?;
            }
        } else {
            let count = others.len();
            let (slot, _) = source.reading.entry(&mut others, count, &name).map_err(over)?;
            members.next_value_seed(Value::new(slot, source))?;
        }
    }
    if !is_wrapped {
        return if others.is_empty() {
            Ok(None)
        } else {
            let left = fill_leniently(list, others, source.reading).map_err(de::Error::custom)?;
            inside(left, Some(wrapper), &mut source.reading.budget).map_err(over)
        };
    }
    for (name, value) in others {
        around.add_unknown(&name, &value.to_json(), source.reading).map_err(over)?;
    }
    Ok(around.into_left())
}

/// An object where a list belongs, which nobody announced. It is one item if the item knows its first member; else it has to be seen
/// whole.
fn fill_list_from_object<'de, M: MapAccess<'de>>(
    mut members: M,
    list: &mut dyn List,
    source: &mut Source<'_>,
) -> Result<Left, M::Error> {
    let Some(first) = members.next_key_seed(Name)? else {
        return source.reading.misfit_json("{}".to_owned()).map_err(over);
    };
    if let Open::Object(item) = source.reading.push(list).map_err(over)?.open()
        && item.slot(&first).is_some()
    {
        let before = source.reading.notes.count();
        fill_object(members, Some(first), item, source)?;
        let Reading { notes, budget } = &mut *source.reading;
        notes.inside_item(before, 0, budget).map_err(over)?;
        return Ok(None);
    }
    list.pop();
    let mut whole = BTreeMap::<String, Any>::new();
    let (slot, _) = source.reading.entry(&mut whole, 0, &first).map_err(over)?;
    members.next_value_seed(Value::new(slot, source))?;
    fill_any_map(&mut members, &mut whole, source)?;
    fill_leniently(list, whole, source.reading).map_err(de::Error::custom)
}
