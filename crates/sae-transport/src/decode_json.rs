//! The one decoder of JSON: a seed over `serde_json` that fills slots.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::fields::{Fields, Inline, List, Map, Open, Scalar, Slot};
use crate::note::{Note, Path};
use crate::{Any, Unreadable, unwrap};

/// Fills a struct from a JSON object. The notes tell which values fitted no reading of their field; members that the struct doesn't
/// know are passed over.
pub fn object(text: &str, fields: &mut dyn Fields) -> Result<Vec<Note>, Unreadable> {
    object_in(text, fields).map_err(Unreadable::new)
}

/// Fills a value from JSON, with notes as [`object`].
pub fn value(text: &str, slot: &mut dyn Slot) -> Result<Vec<Note>, Unreadable> {
    value_in(text, slot).map_err(Unreadable::new)
}

fn object_in(text: &str, fields: &mut dyn Fields) -> serde_json::Result<Vec<Note>> {
    let notes = RefCell::new(Vec::new());
    let mut input = serde_json::Deserializer::from_str(text);
    Object { fields, at: At { notes: &notes, path: Path::ROOT } }.deserialize(&mut input)?;
    input.end()?;
    Ok(notes.into_inner())
}

fn value_in(text: &str, slot: &mut dyn Slot) -> serde_json::Result<Vec<Note>> {
    let notes = RefCell::new(Vec::new());
    fill(text, slot, At { notes: &notes, path: Path::ROOT })?;
    Ok(notes.into_inner())
}

/// Fills a slot from JSON that stands at a place of a larger document.
pub(crate) fn fill(text: &str, slot: &mut dyn Slot, at: At<'_>) -> serde_json::Result<()> {
    let mut input = serde_json::Deserializer::from_str(text);
    Value { slot, wrapper: None, at }.deserialize(&mut input)?;
    input.end()
}

/// Where decoding stands, and where it reports what doesn't fit.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    pub(crate) notes: &'a RefCell<Vec<Note>>,
    pub(crate) path: Path<'a>,
}

impl At<'_> {
    pub(crate) fn misfit(&self, value: impl fmt::Display) {
        self.notes.borrow_mut().push(Note::new(&self.path, value.to_string()));
    }

    /// Keeps a structure that stands in place of a string of JSON.
    fn keep(&self, place: &mut dyn Inline, structure: Any) {
        let notes = place.keep(structure).into_iter().map(|note| note.below(&self.path));
        self.notes.borrow_mut().extend(notes);
    }
}

/// An object that must come as one.
pub(crate) struct Object<'a> {
    pub(crate) fields: &'a mut dyn Fields,
    pub(crate) at: At<'a>,
}

impl<'de> DeserializeSeed<'de> for Object<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_any(self)
    }
}

/// Anything but an object is refused in words of our own: serde's would quote the value, which may be a secret.
impl<'de> Visitor<'de> for Object<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, members: M) -> Result<(), M::Error> {
        fill_object(members, self.fields, self.at)
    }

    fn visit_seq<L: SeqAccess<'de>>(self, _: L) -> Result<(), L::Error> {
        no_object()
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<(), E> {
        no_object()
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        no_object()
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<(), E> {
        no_object()
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<(), E> {
        no_object()
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
        no_object()
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        no_object()
    }
}

fn no_object<E: de::Error>() -> Result<(), E> {
    Err(E::custom("expected an object"))
}

fn fill_object<'de, M: MapAccess<'de>>(
    mut members: M,
    fields: &mut dyn Fields,
    at: At<'_>,
) -> Result<(), M::Error> {
    while let Some(name) = members.next_key_seed(Name)? {
        fill_member(&mut members, &name, fields, at)?;
    }
    Ok(())
}

fn fill_member<'de, M: MapAccess<'de>>(
    members: &mut M,
    name: &str,
    fields: &mut dyn Fields,
    at: At<'_>,
) -> Result<(), M::Error> {
    let path = at.path.member(name);
    let wrapper = fields.wrapper(name);
    match fields.slot(name) {
        Some(slot) => members.next_value_seed(Value { slot, wrapper, at: At { path, ..at } }),
        None => members.next_value::<IgnoredAny>().map(|_| ()),
    }
}

/// A value of whatever form, on its way into a slot.
pub(crate) struct Value<'a> {
    pub(crate) slot: &'a mut dyn Slot,
    /// The member inside which a list is announced to travel.
    pub(crate) wrapper: Option<&'static str>,
    pub(crate) at: At<'a>,
}

impl Value<'_> {
    fn put(self, value: Scalar<'_>) {
        if !self.slot.put(value) {
            let mut text = String::new();
            value.write_to(&mut text);
            self.at.misfit(text);
        }
    }

    /// A structure where a scalar belongs is kept as JSON, if the slot takes text.
    fn put_structure(self, structure: &Any) {
        let text = structure.to_json();
        if !self.slot.put(Scalar::Text(&text)) {
            self.at.misfit(text);
        }
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.put(Scalar::Bool(value));
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.put(Scalar::Int(value));
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        match i64::try_from(value) {
            Ok(value) => self.put(Scalar::Int(value)),
            // Beyond every number of these services; text slots still keep each digit.
            Err(_) => self.put(Scalar::Text(&value.to_string())),
        }
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.put(Scalar::Float(value));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.put(Scalar::Text(text));
        Ok(())
    }

    fn visit_map<M: MapAccess<'de>>(self, mut members: M) -> Result<(), M::Error> {
        let at = self.at;
        match self.slot.open() {
            Open::Object(fields) => fill_object(members, fields, at),
            Open::Map(map) => fill_map(&mut members, map, at),
            Open::List(list) => fill_list_from_object(members, list, self.wrapper, at),
            Open::Any(any) => {
                *any = Any::Object(BTreeMap::new());
                match any {
                    Any::Object(map) => fill_map(&mut members, map, at),
                    _ => Ok(()),
                }
            }
            Open::Inline(place) => {
                let mut structure = BTreeMap::<String, Any>::new();
                fill_map(&mut members, &mut structure, at)?;
                at.keep(place, Any::Object(structure));
                Ok(())
            }
            Open::Scalar => {
                let mut structure = BTreeMap::<String, Any>::new();
                fill_map(&mut members, &mut structure, at)?;
                self.put_structure(&Any::Object(structure));
                Ok(())
            }
        }
    }

    fn visit_seq<L: SeqAccess<'de>>(self, mut items: L) -> Result<(), L::Error> {
        let at = self.at;
        match self.slot.open() {
            Open::List(list) => fill_list(&mut items, list, at),
            Open::Any(any) => {
                *any = Any::List(Vec::new());
                match any {
                    Any::List(list) => fill_list(&mut items, list, at),
                    _ => Ok(()),
                }
            }
            Open::Inline(place) => {
                let mut structure = Vec::<Any>::new();
                fill_list(&mut items, &mut structure, at)?;
                at.keep(place, Any::List(structure));
                Ok(())
            }
            Open::Scalar | Open::Object(_) | Open::Map(_) => {
                let mut structure = Vec::<Any>::new();
                fill_list(&mut items, &mut structure, at)?;
                self.put_structure(&Any::List(structure));
                Ok(())
            }
        }
    }
}

fn fill_map<'de, M: MapAccess<'de>>(members: &mut M, map: &mut dyn Map, at: At<'_>) -> Result<(), M::Error> {
    while let Some(name) = members.next_key_seed(Name)? {
        fill_entry(members, &name, map, at)?;
    }
    Ok(())
}

fn fill_entry<'de, M: MapAccess<'de>>(
    members: &mut M,
    name: &str,
    map: &mut dyn Map,
    at: At<'_>,
) -> Result<(), M::Error> {
    let path = at.path.member(name);
    members.next_value_seed(Value { slot: map.entry(name), wrapper: None, at: At { path, ..at } })
}

fn fill_list<'de, L: SeqAccess<'de>>(items: &mut L, list: &mut dyn List, at: At<'_>) -> Result<(), L::Error> {
    let mut index = 0;
    loop {
        let path = at.path.item(index);
        if items.next_element_seed(Item { list: &mut *list, at: At { path, ..at } })?.is_none() {
            return Ok(());
        }
        index += 1;
    }
}

/// An item of a list, appended once it is known to be there: an empty list takes no memory.
struct Item<'a> {
    list: &'a mut dyn List,
    at: At<'a>,
}

impl<'de> DeserializeSeed<'de> for Item<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        Value { slot: self.list.push(), wrapper: None, at: self.at }.deserialize(input)
    }
}

/// An object where a list belongs is one item of it if the item knows its first member, and that isn't the announced wrapper. Else
/// it has to be seen whole.
fn fill_list_from_object<'de, M: MapAccess<'de>>(
    mut members: M,
    list: &mut dyn List,
    wrapper: Option<&str>,
    at: At<'_>,
) -> Result<(), M::Error> {
    let Some(first) = members.next_key_seed(Name)? else { return Ok(()) };
    let path = at.path.item(0);
    if let Open::Object(item) = list.push().open()
        && wrapper != Some(&*first)
        && item.slot(&first).is_some()
    {
        let at = At { path, ..at };
        fill_member(&mut members, &first, item, at)?;
        return fill_object(members, item, at);
    }
    list.pop();
    let mut whole = BTreeMap::<String, Any>::new();
    fill_entry(&mut members, &first, &mut whole, at)?;
    fill_map(&mut members, &mut whole, at)?;
    unwrap::list(list, whole, at);
    Ok(())
}

/// A member's name, borrowed from the input where it holds no escape.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Self::Value, D::Error> {
        input.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}
