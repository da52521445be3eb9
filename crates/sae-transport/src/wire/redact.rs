//! Values without what may be secret in them: `Debug` for every generated type, and requests that are shown.

use std::fmt::{self, Debug, Formatter};

use crate::schema::fields::{Fields, Scalar, Slot, View, Visitor};
use crate::text::{SECRET, redact_urls};
use crate::{Description, Parameter, encode_json};

/// Puts [`SECRET`] in place of each parameter that may be secret, and shows addresses without credentials.
///
/// Returns the parameters for which there is no room: structures that don't travel as a text.
pub fn request(description: &'static Description, request: &mut dyn Fields) -> Vec<&'static Parameter> {
    let has_no_room = |parameter: &&'static Parameter| {
        let Some(slot) = request.slot(parameter.name) else { return false };
        blank(slot, parameter.sensitive).is_some_and(|text| !slot.put(Scalar::Text(&text)))
    };
    description.parameters.iter().filter(has_no_room).collect()
}

/// What is to stand in a slot instead, if something is.
fn blank(slot: &dyn Slot, is_sensitive: bool) -> Option<String> {
    let view = slot.view();
    if is_sensitive {
        return (!view.is_absent()).then(|| SECRET.to_owned());
    }
    let text = match view {
        View::Scalar(Scalar::Text(text)) => text.to_owned(),
        View::Json(text) => text.into_owned(),
        View::Object(_) | View::List(_) | View::Map(_) => encode_json::slot_to_string(slot),
        View::Absent | View::Null | View::Scalar(_) => return None,
    };
    let shown = redact_urls(&text);
    (shown != text).then(|| shown.into_owned())
}

/// Writes a struct: the fields that hold something, secrets blanked.
pub fn object(name: &str, fields: &dyn Fields, f: &mut Formatter<'_>) -> fmt::Result {
    let mut out = f.debug_struct(name);
    members(fields, &mut |name, value| {
        out.field(name, value);
    });
    out.finish_non_exhaustive()
}

/// Writes a struct inside another, whose name isn't known here: `{Name: "value", ..}`.
fn nested(fields: &dyn Fields, f: &mut Formatter<'_>) -> fmt::Result {
    let mut out = f.debug_map();
    members(fields, &mut |name, value| {
        out.entry(&format_args!("{name}"), value);
    });
    out.finish_non_exhaustive()
}

/// Shows what a struct holds, member by member.
fn members(fields: &dyn Fields, show: &mut dyn FnMut(&str, &dyn Debug)) {
    fields.walk(&mut Shower { show });
    if let Some(unknown) = fields.unknown_members().filter(|unknown| !unknown.is_empty()) {
        show("unknown_members", unknown);
    }
}

/// Writes the value of a slot.
pub(crate) fn slot(slot: &dyn Slot, f: &mut Formatter<'_>) -> fmt::Result {
    Shown(slot).fmt(f)
}

struct Shower<'s> {
    show: &'s mut dyn FnMut(&str, &dyn Debug),
}

impl<'a> Visitor<'a> for Shower<'_> {
    fn field(&mut self, wire_name: &'static str, slot: &'a dyn Slot) {
        if !slot.view().is_absent() {
            (self.show)(wire_name, &Shown(slot));
        }
    }

    fn secret(&mut self, wire_name: &'static str, slot: &'a dyn Slot) {
        if !slot.view().is_absent() {
            (self.show)(wire_name, &format_args!("(secret)"));
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
            View::Scalar(Scalar::Text(text)) => redact_urls(text).fmt(f),
            // A structure inside a string: its members may be secret one by one, and the text doesn't tell which.
            View::Json(_) => f.write_str("(JSON)"),
            View::Object(fields) => nested(fields, f),
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
