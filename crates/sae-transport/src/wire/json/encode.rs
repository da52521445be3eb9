//! The one encoder to JSON.

use std::collections::BTreeMap;

use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::document::{self, JsonDocument};
use crate::schema::fields::{Fields, Form, List, Scalar, Slot, View, Visitor};

/// A struct as JSON with wire names.
pub fn to_string(fields: &dyn Fields) -> String {
    serialized(&Object(fields, Empty::LeftOut))
}

/// The same with empty lists and maps, `"Ips":[]`, as the service writes its answers: clients that read JSON without
/// types loop over what is there.
pub fn to_string_with_empty(fields: &dyn Fields) -> String {
    serialized(&Object(fields, Empty::Written))
}

/// A struct as indented JSON with wire names.
pub fn to_string_pretty(fields: &dyn Fields) -> String {
    serde_json::to_string_pretty(&Object(fields, Empty::LeftOut)).unwrap_or_default()
}

/// A value as indented JSON.
pub fn value_to_string_pretty(value: &dyn Slot) -> String {
    serde_json::to_string_pretty(&Value(value, Empty::LeftOut)).unwrap_or_default()
}

/// A struct with wire names, for any format of serde.
pub(crate) fn serialize<S: Serializer>(fields: &dyn Fields, serializer: S) -> Result<S::Ok, S::Error> {
    Object(fields, Empty::LeftOut).serialize(serializer)
}

pub(crate) fn slot_to_string(slot: &dyn Slot) -> String {
    serialized(&Value(slot, Empty::LeftOut))
}

/// How many bytes a value takes as JSON.
pub(crate) fn length(slot: &dyn Slot) -> usize {
    struct Count(usize);

    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let mut count = Count(0);
    let _ = serde_json::to_writer(&mut count, &Value(slot, Empty::LeftOut));
    count.0
}

/// A value as JSON in a piece of memory of exactly this length.
pub(crate) fn to_string_of_length(slot: &dyn Slot, length: usize) -> String {
    let mut out = Vec::with_capacity(length);
    let _ = serde_json::to_writer(&mut out, &Value(slot, Empty::LeftOut));
    String::from_utf8(out).unwrap_or_default()
}

/// A list or a map together with what of it has no place in the slot.
pub(crate) fn value_with_parts(slot: &dyn Slot, parts: &str) -> String {
    let parts = serde_json::from_str(parts).ok();
    serialized(&Whole { slot, empty: Empty::LeftOut, parts })
}

/// Named slots as one JSON object.
pub(crate) fn members_to_string<'a>(members: impl Iterator<Item = (&'static str, &'a dyn Slot)>) -> String {
    let values: BTreeMap<_, _> = members.map(|(name, slot)| (name, Value(slot, Empty::LeftOut))).collect();
    serialized(&values)
}

/// Serialising to a string can't fail here: every key is a string and nothing writes to a device.
fn serialized(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// What becomes of empty lists and maps.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Empty {
    LeftOut,
    Written,
}

impl Empty {
    fn leaves_out(self, view: &View<'_>) -> bool {
        match self {
            Self::LeftOut => view.is_absent(),
            Self::Written => matches!(view, View::Absent),
        }
    }
}

/// A struct, for any serde format.
struct Object<'a>(&'a dyn Fields, Empty);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kept = self.0.unknown_members().map(crate::UnknownMembers::values).unwrap_or_default();
        let mut members = Members::new(serializer.serialize_map(None)?, self.1);
        members.kept = kept;
        self.0.walk(&mut members);
        members.end()
    }
}

struct Members<'k, M: serde::ser::SerializeMap> {
    out: M,
    failure: Option<M::Error>,
    empty: Empty,
    /// What has no field, by name; what the fields have written of it is taken out.
    kept: BTreeMap<String, &'k RawValue>,
}

impl<M: serde::ser::SerializeMap> Members<'_, M> {
    fn new(out: M, empty: Empty) -> Self {
        Self { out, failure: None, empty, kept: BTreeMap::new() }
    }

    fn end(mut self) -> Result<M::Ok, M::Error> {
        for (name, value) in std::mem::take(&mut self.kept) {
            self.entry(&name, &kept_value(value));
        }
        match self.failure {
            Some(failure) => Err(failure),
            None => self.out.end(),
        }
    }

    /// Writes a field, or in its place what came and did not fit it.
    fn member(&mut self, name: &str, view: &View<'_>, value: &impl Serialize, kept: Option<&RawValue>) {
        if !view.is_absent() {
            self.entry(name, value);
        } else if let Some(kept) = kept {
            self.entry(name, &kept_value(kept));
        } else if !self.empty.leaves_out(view) {
            self.entry(name, value);
        }
    }

    fn entry(&mut self, name: &str, value: &impl Serialize) {
        if self.failure.is_none() {
            self.failure = self.out.serialize_entry(name, value).err();
        }
    }
}

impl<'a, M: serde::ser::SerializeMap> Visitor<'a> for Members<'_, M> {
    fn field(&mut self, wire_name: &'static str, slot: &'a dyn Slot) {
        let (kept, empty) = (self.kept.remove(wire_name), self.empty);
        let value = Whole { slot, empty, parts: kept };
        self.member(wire_name, &slot.view(), &value, kept);
    }

    fn recast(&mut self, wire_name: &'static str, form: Form, slot: &'a dyn Slot) {
        let View::Scalar(scalar) = slot.view() else { return self.field(wire_name, slot) };
        if self.kept.contains_key(wire_name) {
            return self.field(wire_name, slot);
        }
        match (form, scalar.text().parse::<i64>()) {
            (Form::Number, Ok(number)) => self.entry(wire_name, &number),
            (Form::Text, _) => self.entry(wire_name, &scalar.text()),
            _ => self.field(wire_name, slot),
        }
    }

    fn wrapped(&mut self, wire_name: &'static str, member: &'static str, slot: &'a dyn Slot) {
        let (kept, empty) = (self.kept.remove(wire_name), self.empty);
        let value = Wrapped { member, slot, empty, around: kept };
        self.member(wire_name, &slot.view(), &value, kept);
    }
}

/// What was kept of an answer.
fn kept_value(value: &RawValue) -> JsonDocument<'_> {
    JsonDocument::new(value.get())
}

/// A list inside an object, in which others may stand beside it.
struct Wrapped<'a> {
    member: &'static str,
    slot: &'a dyn Slot,
    empty: Empty,
    around: Option<&'a RawValue>,
}

impl Serialize for Wrapped<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut around = self.around.map(|around| document::members(around.get())).unwrap_or_default();
        let parts = around.remove(self.member);
        let mut out = serializer.serialize_map(None)?;
        out.serialize_entry(self.member, &Whole { slot: self.slot, empty: self.empty, parts })?;
        for (name, value) in around {
            out.serialize_entry(&name, &kept_value(value))?;
        }
        out.end()
    }
}

/// The value of a slot together with what has no place in it: items by their index, entries of a map by their name, further values
/// of what came more than once.
struct Whole<'a> {
    slot: &'a dyn Slot,
    empty: Empty,
    parts: Option<&'a RawValue>,
}

impl Serialize for Whole<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let parts = self.parts.map(RawValue::get);
        match (parts, self.slot.view()) {
            (Some(parts), View::List(list)) if parts.starts_with('{') => {
                Items { list, empty: self.empty, parts: document::members(parts) }.serialize(serializer)
            }
            (Some(parts), View::Map(map)) if parts.starts_with('{') => {
                let mut members = Members::new(serializer.serialize_map(None)?, self.empty);
                members.kept = document::members(parts);
                map.each(&mut |name, value| {
                    let kept = members.kept.remove(name);
                    let value = Whole { slot: value, empty: members.empty, parts: kept };
                    members.entry(name, &value);
                });
                members.end()
            }
            (Some(_), View::Absent | View::Null | View::List(_)) | (None, _) => {
                Value(self.slot, self.empty).serialize(serializer)
            }
            // It came more than once.
            (Some(others), _) => {
                let mut out = serializer.serialize_seq(None)?;
                out.serialize_element(&Value(self.slot, self.empty))?;
                match serde_json::from_str::<Vec<&RawValue>>(others) {
                    Ok(others) => {
                        others.into_iter().try_for_each(|other| out.serialize_element(&kept_value(other)))?;
                    }
                    Err(_) => out.serialize_element(&JsonDocument::new(others))?,
                }
                out.end()
            }
        }
    }
}

/// A list with the items that did not fit it, where they stood.
struct Items<'a> {
    list: &'a dyn List,
    empty: Empty,
    parts: BTreeMap<String, &'a RawValue>,
}

impl Serialize for Items<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut others: Vec<(usize, &RawValue)> =
            self.parts.iter().filter_map(|(index, item)| Some((index.parse().ok()?, *item))).collect();
        others.sort_by_key(|(index, _)| *index);
        let mut others = others.into_iter().peekable();
        let mut out = serializer.serialize_seq(None)?;
        let (mut index, mut result) = (0, Ok(()));
        self.list.each(&mut |item| {
            while result.is_ok()
                && let Some((_, other)) = others.next_if(|(at, _)| *at == index)
            {
                result = out.serialize_element(&kept_value(other));
                index += 1;
            }
            if result.is_ok() {
                result = out.serialize_element(&Value(item, self.empty));
            }
            index += 1;
        });
        result?;
        for (_, other) in others {
            out.serialize_element(&kept_value(other))?;
        }
        out.end()
    }
}

/// The value of a slot, for any serde format.
pub(crate) struct Value<'a>(pub(crate) &'a dyn Slot, pub(crate) Empty);

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.view() {
            View::Absent | View::Null => serializer.serialize_unit(),
            View::Scalar(Scalar::Bool(value)) => serializer.serialize_bool(value),
            View::Scalar(Scalar::Int(value)) => serializer.serialize_i64(value),
            View::Scalar(Scalar::Float(value)) => match crate::schema::slots::whole(value) {
                // `13`, as the service writes it, not `13.0`.
                Some(whole) => serializer.serialize_i64(whole),
                None => serializer.serialize_f64(value),
            },
            View::Scalar(Scalar::Text(text)) => serializer.serialize_str(text),
            View::Json(text) => serializer.serialize_str(&text),
            View::Object(fields) => Object(fields, self.1).serialize(serializer),
            View::List(list) => {
                let mut out = serializer.serialize_seq(None)?;
                let mut failure = None;
                list.each(&mut |item| {
                    if failure.is_none() {
                        failure = out.serialize_element(&Value(item, self.1)).err();
                    }
                });
                failure.map_or_else(|| out.end(), Err)
            }
            View::Map(map) => {
                let mut members = Members::new(serializer.serialize_map(None)?, self.1);
                map.each(&mut |name, value| members.entry(name, &Value(value, self.1)));
                members.end()
            }
        }
    }
}
