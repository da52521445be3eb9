//! `Debug` for every generated type: the fields that are there, and none of the secrets.

use std::fmt::{self, Debug, DebugStruct, Formatter};

use crate::fields::{Fields, Scalar, Slot, View, Visitor};

/// Writes a struct: the fields that hold something, secrets blanked.
pub fn object(name: &str, fields: &dyn Fields, f: &mut Formatter<'_>) -> fmt::Result {
    let mut members = Members { out: f.debug_struct(name) };
    fields.walk(&mut members);
    members.out.finish_non_exhaustive()
}

/// Writes the value of a slot.
pub(crate) fn slot(slot: &dyn Slot, f: &mut Formatter<'_>) -> fmt::Result {
    Shown(slot).fmt(f)
}

struct Members<'f, 'b> {
    out: DebugStruct<'f, 'b>,
}

impl<'a> Visitor<'a> for Members<'_, '_> {
    fn field(&mut self, wire_name: &'static str, slot: &'a dyn Slot) {
        if !slot.view().is_absent() {
            self.out.field(wire_name, &Shown(slot));
        }
    }

    fn secret(&mut self, wire_name: &'static str, slot: &'a dyn Slot) {
        if !slot.view().is_absent() {
            self.out.field(wire_name, &format_args!("(secret)"));
        }
    }
}

struct Shown<'a>(&'a dyn Slot);

impl Debug for Shown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0.view() {
            View::Absent | View::Null => f.write_str("None"),
            View::Scalar(Scalar::Bool(value)) => value.fmt(f),
            View::Scalar(Scalar::Int(value)) => value.fmt(f),
            View::Scalar(Scalar::Float(value)) => value.fmt(f),
            View::Scalar(Scalar::Text(text)) => text.fmt(f),
            // A structure inside a string: its members may be secret one by one, and the text doesn't tell which.
            View::Json(_) => f.write_str("(JSON)"),
            View::Object(fields) => object("", fields, f),
            View::List(list) => {
                let mut out = f.debug_list();
                list.each(&mut |item| {
                    out.entry(&Shown(item));
                });
                out.finish()
            }
            View::Map(map) => {
                let mut out = f.debug_map();
                map.each(&mut |name, value| {
                    out.entry(&name, &Shown(value));
                });
                out.finish()
            }
        }
    }
}
