//! The one encoder to JSON.

use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use crate::fields::{Fields, Scalar, Slot, View, Visitor};

/// A struct as JSON with wire names.
pub fn to_string(fields: &dyn Fields) -> String {
    serialized(&Object(fields))
}

/// A struct as indented JSON with wire names.
pub fn to_string_pretty(fields: &dyn Fields) -> String {
    serde_json::to_string_pretty(&Object(fields)).unwrap_or_default()
}

/// A value as indented JSON.
pub fn value_to_string_pretty(value: &dyn Slot) -> String {
    serde_json::to_string_pretty(&Value(value)).unwrap_or_default()
}

pub(crate) fn slot_to_string(slot: &dyn Slot) -> String {
    serialized(&Value(slot))
}

/// Named slots as one JSON object.
pub(crate) fn members_to_string<'a>(members: impl Iterator<Item = (&'static str, &'a dyn Slot)>) -> String {
    let values: std::collections::BTreeMap<_, _> = members.map(|(name, slot)| (name, Value(slot))).collect();
    serialized(&values)
}

/// Serialising to a string can't fail here: every key is a string and nothing writes to a device.
fn serialized(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A struct, for any serde format.
pub(crate) struct Object<'a>(pub(crate) &'a dyn Fields);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = Members { out: serializer.serialize_map(None)?, failure: None };
        self.0.walk(&mut members);
        match members.failure {
            Some(failure) => Err(failure),
            None => members.out.end(),
        }
    }
}

struct Members<M: serde::ser::SerializeMap> {
    out: M,
    failure: Option<M::Error>,
}

impl<M: serde::ser::SerializeMap> Members<M> {
    fn entry(&mut self, name: &str, value: &impl Serialize) {
        if self.failure.is_none() {
            self.failure = self.out.serialize_entry(name, value).err();
        }
    }
}

impl<'a, M: serde::ser::SerializeMap> Visitor<'a> for Members<M> {
    fn field(&mut self, wire_name: &'static str, slot: &'a dyn Slot) {
        if !slot.view().is_absent() {
            self.entry(wire_name, &Value(slot));
        }
    }

    fn wrapped(&mut self, wire_name: &'static str, member: &'static str, slot: &'a dyn Slot) {
        if !slot.view().is_absent() {
            self.entry(wire_name, &Wrapped { member, slot });
        }
    }
}

/// A list inside an object of one member.
struct Wrapped<'a> {
    member: &'static str,
    slot: &'a dyn Slot,
}

impl Serialize for Wrapped<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(Some(1))?;
        out.serialize_entry(self.member, &Value(self.slot))?;
        out.end()
    }
}

/// The value of a slot, for any serde format.
pub(crate) struct Value<'a>(pub(crate) &'a dyn Slot);

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.view() {
            View::Absent | View::Null => serializer.serialize_unit(),
            View::Scalar(Scalar::Bool(value)) => serializer.serialize_bool(value),
            View::Scalar(Scalar::Int(value)) => serializer.serialize_i64(value),
            View::Scalar(Scalar::Float(value)) => match crate::slots::whole(value) {
                // `13`, as the service writes it, not `13.0`.
                Some(whole) => serializer.serialize_i64(whole),
                None => serializer.serialize_f64(value),
            },
            View::Scalar(Scalar::Text(text)) => serializer.serialize_str(text),
            View::Json(text) => serializer.serialize_str(&text),
            View::Object(fields) => Object(fields).serialize(serializer),
            View::List(list) => {
                let mut out = serializer.serialize_seq(None)?;
                let mut failure = None;
                list.each(&mut |item| {
                    if failure.is_none() {
                        failure = out.serialize_element(&Value(item)).err();
                    }
                });
                failure.map_or_else(|| out.end(), Err)
            }
            View::Map(map) => {
                let mut members = Members { out: serializer.serialize_map(None)?, failure: None };
                map.each(&mut |name, value| members.entry(name, &Value(value)));
                match members.failure {
                    Some(failure) => Err(failure),
                    None => members.out.end(),
                }
            }
        }
    }
}
