//! The one decoder of JSON: a seed over `serde_json` that fills slots.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::fields::{Fields, List, Map, Open, Scalar, Slot};
use crate::note::Notes;
use crate::{Any, Note, Unreadable, unwrap};

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
    let mut notes = Notes::default();
    let mut input = serde_json::Deserializer::from_str(text);
    Object { fields, notes: &mut notes }.deserialize(&mut input)?;
    input.end()?;
    Ok(notes.into())
}

fn value_in(text: &str, slot: &mut dyn Slot) -> serde_json::Result<Vec<Note>> {
    let mut notes = Notes::default();
    fill(text, slot, &mut notes)?;
    Ok(notes.into())
}

/// Fills a slot from JSON that stands at a place of a larger document.
pub(crate) fn fill(text: &str, slot: &mut dyn Slot, notes: &mut Notes) -> serde_json::Result<()> {
    let mut input = serde_json::Deserializer::from_str(text);
    Value { slot, wrapper: None, notes }.deserialize(&mut input)?;
    input.end()
}

/// An object that must come as one.
struct Object<'a> {
    fields: &'a mut dyn Fields,
    notes: &'a mut Notes,
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
        fill_object(members, self.fields, self.notes)
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
    notes: &mut Notes,
) -> Result<(), M::Error> {
    while let Some(name) = members.next_key_seed(Name)? {
        fill_member(&mut members, &name, fields, notes)?;
    }
    Ok(())
}

fn fill_member<'de, M: MapAccess<'de>>(
    members: &mut M,
    name: &str,
    fields: &mut dyn Fields,
    notes: &mut Notes,
) -> Result<(), M::Error> {
    let wrapper = fields.wrapper(name);
    let Some(slot) = fields.slot(name) else {
        return members.next_value::<IgnoredAny>().map(|_| ());
    };
    let before = notes.count();
    members.next_value_seed(Value { slot, wrapper, notes: &mut *notes })?;
    notes.inside_member(before, name);
    Ok(())
}

/// A value of whatever form, on its way into a slot.
pub(crate) struct Value<'a> {
    pub(crate) slot: &'a mut dyn Slot,
    /// The member inside which a list is announced to travel.
    pub(crate) wrapper: Option<&'static str>,
    pub(crate) notes: &'a mut Notes,
}

impl Value<'_> {
    fn put(self, value: Scalar<'_>) {
        if !self.slot.put(value) {
            self.notes.misfit(value.text());
        }
    }

    /// A structure where a scalar belongs is kept as JSON, if the slot takes text.
    fn put_structure(self, structure: &Any) {
        let text = structure.to_json();
        if !self.slot.put(Scalar::Text(&text)) {
            self.notes.misfit(text);
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
        match self.slot.open() {
            Open::Object(fields) => fill_object(members, fields, self.notes),
            Open::Map(map) => fill_map(&mut members, map, self.notes),
            Open::List(list) => fill_list_from_object(members, list, self.wrapper, self.notes),
            Open::Any(any) => {
                *any = any_object(members)?;
                Ok(())
            }
            Open::Inline(place) => {
                self.notes.extend(place.keep(any_object(members)?));
                Ok(())
            }
            Open::Scalar => {
                self.put_structure(&any_object(members)?);
                Ok(())
            }
        }
    }

    fn visit_seq<L: SeqAccess<'de>>(self, mut items: L) -> Result<(), L::Error> {
        match self.slot.open() {
            Open::List(list) => fill_list(&mut items, list, self.notes),
            Open::Any(any) => {
                *any = any_list(items)?;
                Ok(())
            }
            Open::Inline(place) => {
                self.notes.extend(place.keep(any_list(items)?));
                Ok(())
            }
            Open::Scalar | Open::Object(_) | Open::Map(_) => {
                self.put_structure(&any_list(items)?);
                Ok(())
            }
        }
    }
}

fn any_object<'de, M: MapAccess<'de>>(mut members: M) -> Result<Any, M::Error> {
    let mut map = BTreeMap::<String, Any>::new();
    // Any takes whatever comes: nothing is noted.
    fill_map(&mut members, &mut map, &mut Notes::default())?;
    Ok(Any::Object(map))
}

fn any_list<'de, L: SeqAccess<'de>>(mut items: L) -> Result<Any, L::Error> {
    let mut list = Vec::<Any>::new();
    fill_list(&mut items, &mut list, &mut Notes::default())?;
    Ok(Any::List(list))
}

fn fill_map<'de, M: MapAccess<'de>>(
    members: &mut M,
    map: &mut dyn Map,
    notes: &mut Notes,
) -> Result<(), M::Error> {
    while let Some(name) = members.next_key_seed(Name)? {
        fill_entry(members, &name, map, notes)?;
    }
    Ok(())
}

fn fill_entry<'de, M: MapAccess<'de>>(
    members: &mut M,
    name: &str,
    map: &mut dyn Map,
    notes: &mut Notes,
) -> Result<(), M::Error> {
    let before = notes.count();
    members.next_value_seed(Value { slot: map.entry(name), wrapper: None, notes: &mut *notes })?;
    notes.inside_member(before, name);
    Ok(())
}

fn fill_list<'de, L: SeqAccess<'de>>(
    items: &mut L,
    list: &mut dyn List,
    notes: &mut Notes,
) -> Result<(), L::Error> {
    let mut index = 0;
    loop {
        let before = notes.count();
        if items.next_element_seed(Item { list: &mut *list, notes: &mut *notes })?.is_none() {
            return Ok(());
        }
        notes.inside_item(before, index);
        index += 1;
    }
}

/// An item of a list, appended once it is known to be there: an empty list takes no memory.
struct Item<'a> {
    list: &'a mut dyn List,
    notes: &'a mut Notes,
}

impl<'de> DeserializeSeed<'de> for Item<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        Value { slot: self.list.push(), wrapper: None, notes: self.notes }.deserialize(input)
    }
}

/// An object where a list belongs is one item of it if the item knows its first member, and that isn't the announced wrapper. Else
/// it has to be seen whole.
fn fill_list_from_object<'de, M: MapAccess<'de>>(
    mut members: M,
    list: &mut dyn List,
    wrapper: Option<&str>,
    notes: &mut Notes,
) -> Result<(), M::Error> {
    let Some(first) = members.next_key_seed(Name)? else { return Ok(()) };
    if let Open::Object(item) = list.push().open()
        && wrapper != Some(&*first)
        && item.slot(&first).is_some()
    {
        let before = notes.count();
        fill_member(&mut members, &first, item, notes)?;
        fill_object(members, item, notes)?;
        notes.inside_item(before, 0);
        return Ok(());
    }
    list.pop();
    let mut whole = BTreeMap::<String, Any>::new();
    fill_entry(&mut members, &first, &mut whole, notes)?;
    fill_map(&mut members, &mut whole, notes)?;
    unwrap::list(list, whole, notes);
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
