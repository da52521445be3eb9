//! Documents without what may be secret in them.
//!
//! An empty typed value stands beside the document and says which members are secret, and which are known at all. Nothing is found
//! by searching: a text that is a secret in one place and stands in another by chance stays there.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::schema::fields::{List, Open};
use crate::text::replace_credentials;
use crate::wire::json::long_numbers;
use crate::{Any, Description, Envelope, Fields, Note, Scalar, Slot, Style, Visitor, decode_json};

/// Parameters or an answer, by wire names.
pub type Members = BTreeMap<String, Any>;

/// What stands in the place of a value that the spec doesn't know and that may be anything.
pub const UNKNOWN: &str = "(not in the spec)";

/// Puts something else in the places that the spec calls sensitive: whole texts and numbers there, and user, password and query of
/// addresses everywhere.
///
/// Booleans and empty texts stay: they hide nothing. A number isn't the text of its digits, but in an answer outside of strings of
/// JSON: there it is most likely read as text and sent as such.
#[expect(missing_debug_implementations, reason = "a short-lived view of somebody else's closures")]
pub struct Redaction<'a> {
    secret: &'a mut dyn FnMut(Scalar<'_>) -> String,
    hides_unknown: bool,
    /// Whether numbers are taken for texts: in an answer, but for its strings of JSON, which are handed out as they came.
    reads_numbers: bool,
    keeps_message: &'a dyn Fn(&str) -> bool,
}

impl<'a> Redaction<'a> {
    /// Puts what `secret` makes of it in the place of each secret, and [`UNKNOWN`] in the place of what the spec doesn't know.
    pub fn new(secret: &'a mut dyn FnMut(Scalar<'_>) -> String) -> Self {
        Self { secret, hides_unknown: false, reads_numbers: false, keeps_message: &|_| true }
    }

    /// Treats what the spec doesn't know as secret, so that it can still be compared.
    #[must_use]
    pub fn hiding_unknown(self) -> Self {
        Self { hides_unknown: true, ..self }
    }

    /// Keeps only these messages of answers; others may quote what was sent, and become [`UNKNOWN`].
    #[must_use]
    pub fn keeping_messages(self, keeps_message: &'a dyn Fn(&str) -> bool) -> Self {
        Self { keeps_message, ..self }
    }

    /// The parameters of a request, beside an empty request.
    pub fn parameters(&mut self, members: &mut Members, request: &mut dyn Fields) {
        self.reads_numbers = false;
        self.members(members, request);
    }

    /// The members of an answer, beside an empty output. The envelope's stand beside those of the output, or around them in a member
    /// `data`.
    pub fn answer(&mut self, members: &mut Members, output: &mut dyn Fields) {
        self.reads_numbers = true;
        let mut envelope = Envelope::default();
        let all = std::mem::take(members).into_iter();
        let (mut around, mut inner): (Members, Members) =
            all.partition(|(name, _)| output.slot(name).is_none() && envelope.slot(name).is_some());
        for (name, value) in &mut around {
            let Any::Text(text) = value else { continue };
            if name.eq_ignore_ascii_case("message") {
                // The server's string-to-sign holds every parameter.
                *text = sae_sign::explain::without_server_text(text).to_owned();
                if !(self.keeps_message)(text) {
                    UNKNOWN.clone_into(text);
                }
            }
            self.address(text);
        }
        match inner.get_mut("data") {
            Some(Any::Object(second)) if output.slot("data").is_none() => {
                self.answer(second, output);
                around.extend(inner.remove_entry("data"));
            }
            _ => {}
        }
        self.members(&mut inner, output);
        around.append(&mut inner);
        *members = around;
    }

    fn members(&mut self, members: &mut Members, fields: &mut dyn Fields) {
        let secret = SecretSlots::of(fields);
        for (name, value) in members {
            match fields.slot(name) {
                Some(slot) if secret.contains(slot) => self.hide(value, Some(slot)),
                Some(slot) => self.value(value, slot),
                None => self.unknown(value),
            }
        }
    }

    /// A value whose field is no secret; members of it may be.
    fn value(&mut self, value: &mut Any, slot: &mut dyn Slot) {
        match value {
            Any::Null | Any::Bool(_) | Any::Int(_) | Any::Float(_) => {}
            Any::Text(text) => {
                let is_structure = of_structure(slot).is_some();
                match exact_structure(text).filter(|_| is_structure) {
                    Some(mut structure) => {
                        self.in_json(|it| it.value(&mut structure, slot));
                        *text = structure.to_json();
                    }
                    None if is_structure && !text.trim().is_empty() && !is_list_of_scalars(slot) => {
                        self.unknown(value);
                    }
                    None => self.address(text),
                }
            }
            Any::List(items) => match slot.open().structure() {
                Open::List(list) => items.iter_mut().for_each(|item| self.value(item, list.push())),
                Open::Any(_) => items.iter_mut().for_each(|item| self.addresses(item)),
                _ => items.iter_mut().for_each(|item| self.unknown(item)),
            },
            Any::Object(members) => match slot.open().structure() {
                Open::Object(fields) => self.members(members, fields),
                Open::Map(map) => {
                    for (name, value) in members {
                        self.value(value, map.entry(name).0);
                    }
                }
                // An item by itself, or the list inside an object of one member.
                Open::List(list) => match item(list, members) {
                    Some(fields) => self.members(members, fields),
                    None => members.values_mut().for_each(|value| self.value(value, slot)),
                },
                Open::Any(_) => members.values_mut().for_each(|value| self.addresses(value)),
                Open::Scalar | Open::Inline(_) => members.values_mut().for_each(|value| self.unknown(value)),
            },
        }
    }

    /// A value that is secret. The shape of a structure stays, and of its members those that its type knows and doesn't call
    /// sensitive, if it calls any so: the name of a variable beside its value.
    fn hide(&mut self, value: &mut Any, slot: Option<&mut dyn Slot>) {
        match value {
            Any::Null | Any::Bool(_) => {}
            Any::Int(number) => *value = self.number(Scalar::Int(*number), slot),
            Any::Float(number) => *value = self.number(Scalar::Float(*number), slot),
            Any::Text(text) if text.is_empty() => {}
            Any::Text(text) => match slot.and_then(of_structure).zip(exact_structure(text)) {
                Some((slot, mut structure)) => {
                    self.in_json(|it| it.hide(&mut structure, Some(slot)));
                    *text = structure.to_json();
                }
                None => *text = (self.secret)(Scalar::Text(text)),
            },
            Any::List(items) => match slot.map(|slot| slot.open().structure()) {
                Some(Open::List(list)) => {
                    for item in items {
                        self.hide(item, Some(list.push()));
                    }
                }
                _ => items.iter_mut().for_each(|item| self.hide(item, None)),
            },
            Any::Object(members) => match slot.map(|slot| slot.open().structure()) {
                Some(Open::Object(fields)) => self.hide_members(members, fields),
                Some(Open::List(list)) => match item(list, members) {
                    Some(fields) => self.hide_members(members, fields),
                    None => members.values_mut().for_each(|value| self.hide(value, None)),
                },
                Some(Open::Map(map)) => {
                    for (name, value) in members {
                        self.hide(value, Some(map.entry(name).0));
                    }
                }
                _ => members.values_mut().for_each(|value| self.hide(value, None)),
            },
        }
    }

    fn in_json(&mut self, redact: impl FnOnce(&mut Self)) {
        let reads_numbers = std::mem::replace(&mut self.reads_numbers, false);
        redact(self);
        self.reads_numbers = reads_numbers;
    }

    fn number(&mut self, number: Scalar<'_>, slot: Option<&mut dyn Slot>) -> Any {
        let fits = slot.is_none_or(|slot| slot.put(Scalar::Text(UNKNOWN)));
        let text = number.text();
        let secret = (self.secret)(if self.reads_numbers { Scalar::Text(&text) } else { number });
        if fits || self.hides_unknown { Any::Text(secret) } else { Any::Int(0) }
    }

    fn hide_members(&mut self, members: &mut Members, fields: &mut dyn Fields) {
        let secret = SecretSlots::of(fields);
        for (name, value) in members {
            match fields.slot(name) {
                Some(slot) if secret.is_empty() || secret.contains(slot) => self.hide(value, Some(slot)),
                Some(slot) => self.value(value, slot),
                None => self.hide(value, None),
            }
        }
    }

    /// Something that the spec doesn't know, which may be anything.
    fn unknown(&mut self, value: &mut Any) {
        if self.hides_unknown {
            return self.hide(value, None);
        }
        match value {
            Any::Null | Any::Bool(_) => {}
            Any::Int(_) | Any::Float(_) => *value = Any::Int(0),
            Any::Text(text) => UNKNOWN.clone_into(text),
            Any::List(items) => items.iter_mut().for_each(|item| self.unknown(item)),
            Any::Object(members) => members.values_mut().for_each(|value| self.unknown(value)),
        }
    }

    fn addresses(&mut self, value: &mut Any) {
        match value {
            Any::Null | Any::Bool(_) | Any::Int(_) | Any::Float(_) => {}
            Any::Text(text) => self.address(text),
            Any::List(items) => items.iter_mut().for_each(|item| self.addresses(item)),
            Any::Object(members) => members.values_mut().for_each(|value| self.addresses(value)),
        }
    }

    fn address(&mut self, text: &mut String) {
        let replaced = replace_credentials(text, &mut |part| (self.secret)(Scalar::Text(part)));
        if replaced != *text {
            *text = replaced;
        }
    }
}

/// The parameters that travel as strings of JSON become structures: what a parameter says counts, not how it is written.
pub fn structured(description: &Description, members: &mut Members) {
    for parameter in description.parameters.iter().filter(|parameter| parameter.style == Style::Json) {
        if let Some(value) = members.get_mut(parameter.name)
            && let Any::Text(text) = &value
            && let Some(structure) = exact_structure(text)
        {
            *value = structure;
        }
    }
}

/// The object or list that a text is the JSON of.
pub fn structure(text: &str) -> Option<Any> {
    noted_structure(text).map(|(structure, _)| structure)
}

/// The same, unless [`Any`] doesn't hold all that the text says: numbers beyond its types, names that stand there twice.
fn exact_structure(text: &str) -> Option<Any> {
    let (structure, notes) = noted_structure(text)?;
    let is_exact = notes.is_empty() && matches!(long_numbers::quoted(text), Cow::Borrowed(_));
    is_exact.then_some(structure)
}

fn noted_structure(text: &str) -> Option<(Any, Vec<Note>)> {
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let mut value = Any::Null;
    let notes = decode_json::value(text, &mut value).ok()?;
    matches!(value, Any::Object(_) | Any::List(_)).then_some((value, notes))
}

/// The slot, if a structure goes into it and nothing else.
fn of_structure(slot: &mut dyn Slot) -> Option<&mut dyn Slot> {
    let is_structure = !matches!(slot.open().structure(), Open::Scalar | Open::Any(_));
    is_structure.then_some(slot)
}

/// The item that an object in place of a list is, if it is one.
fn item<'a>(list: &'a mut dyn List, members: &Members) -> Option<&'a mut dyn Fields> {
    let Open::Object(fields) = list.push().open().structure() else { return None };
    members.keys().any(|name| fields.slot(name).is_some()).then_some(fields)
}

/// Lists that may come as a single value.
fn is_list_of_scalars(slot: &mut dyn Slot) -> bool {
    match slot.open().structure() {
        Open::List(list) => matches!(list.push().open().structure(), Open::Scalar),
        _ => false,
    }
}

/// The places of the secret members of a struct. By place and not by name: a member may have two names.
struct SecretSlots(Vec<*const ()>);

impl SecretSlots {
    fn of(fields: &dyn Fields) -> Self {
        let mut slots = Self(Vec::new());
        fields.walk(&mut slots);
        slots
    }

    fn contains(&self, slot: &dyn Slot) -> bool {
        self.0.contains(&place(slot))
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> Visitor<'a> for SecretSlots {
    fn field(&mut self, _: &'static str, _: &'a dyn Slot) {}

    fn secret(&mut self, _: &'static str, slot: &'a dyn Slot) {
        self.0.push(place(slot));
    }
}

fn place(slot: &dyn Slot) -> *const () {
    std::ptr::from_ref(slot).cast()
}
