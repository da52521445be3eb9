//! The one encoder to JSON.

use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use crate::fields::{Fields, Scalar, Slot, View, Visitor};

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

/// Named slots as one JSON object.
pub(crate) fn members_to_string<'a>(members: impl Iterator<Item = (&'static str, &'a dyn Slot)>) -> String {
    let values: std::collections::BTreeMap<_, _> =
        members.map(|(name, slot)| (name, Value(slot, Empty::LeftOut))).collect();
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
        let mut members = Members { out: serializer.serialize_map(None)?, failure: None, empty: self.1 };
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
    empty: Empty,
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
        if !self.empty.leaves_out(&slot.view()) {
            self.entry(wire_name, &Value(slot, self.empty));
        }
    }

    fn wrapped(&mut self, wire_name: &'static str, member: &'static str, slot: &'a dyn Slot) {
        if !self.empty.leaves_out(&slot.view()) {
            self.entry(wire_name, &Wrapped { member, slot, empty: self.empty });
        }
    }
}

/// A list inside an object of one member.
struct Wrapped<'a> {
    member: &'static str,
    slot: &'a dyn Slot,
    empty: Empty,
}

impl Serialize for Wrapped<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(Some(1))?;
        out.serialize_entry(self.member, &Value(self.slot, self.empty))?;
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
            View::Scalar(Scalar::Float(value)) => match crate::slots::whole(value) {
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
                let mut members =
                    Members { out: serializer.serialize_map(None)?, failure: None, empty: self.1 };
                map.each(&mut |name, value| members.entry(name, &Value(value, self.1)));
                match members.failure {
                    Some(failure) => Err(failure),
                    None => members.out.end(),
                }
            }
        }
    }
}
