//! Takes the secrets out of what was recorded.
//!
//! By structure first: an empty typed value stands beside the document and says which members are secret, and which are known at
//! all. What the spec doesn't know may be anything, so its values go too. Then by value: what was found to be a secret is taken
//! out of every other text, since the service quotes parameters in its messages.

use std::collections::{BTreeMap, BTreeSet};

use sae_transport::client::HttpRequest;
use sae_transport::{Any, Envelope, Fields, List, Open, Registered, Slot, Style, Visitor, decode_json, sign};

/// Stands where a secret stood.
pub(super) const SECRET: &str = "(secret)";
/// Stands where a value stood that the spec doesn't know.
const UNKNOWN: &str = "(not in the spec)";
/// Shorter secrets are taken out where they are all of a text, but not out of longer ones: nothing would be left.
const SHORT: usize = 4;

/// Parameters or an answer, by wire names.
pub(super) type Members = BTreeMap<String, Any>;

/// The secrets that were found so far.
#[derive(Default)]
pub(super) struct Secrets(BTreeSet<String>);

impl Secrets {
    /// Learns what a request is signed with. The secret of the access key never travels.
    pub(super) fn learn_credentials(&mut self, request: &HttpRequest) {
        let header = request.header("authorization").unwrap_or_default();
        self.learn(header);
        if let Ok(authorization) = sign::parse_authorization(header) {
            self.learn(authorization.access_key_id);
            self.learn(authorization.signature);
        }
        self.learn(request.header("x-acs-security-token").unwrap_or_default());
    }

    /// The parameters of a request without its secrets. Strings of JSON become structures: what a parameter says counts, not how it
    /// was written.
    pub(super) fn parameters(&mut self, registered: &Registered, request: &HttpRequest) -> Members {
        let description = registered.description;
        let sent = request.parameters(description);
        let mut members = sent.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        self.members(&mut members, &mut *(registered.request)());
        for parameter in description.parameters.iter().filter(|parameter| parameter.style == Style::Json) {
            if let Some(value) = members.get_mut(parameter.name)
                && let Any::Text(text) = &value
                && let Some(structure) = structure(text)
            {
                *value = structure;
            }
        }
        members
    }

    /// The members of an answer without its secrets.
    pub(super) fn answer(&mut self, mut members: Members, output: &mut dyn Fields) -> Members {
        self.enveloped(&mut members, output);
        members
    }

    /// The envelope's fields stand beside those of the output, or around them in a member `data`.
    fn enveloped(&mut self, members: &mut Members, output: &mut dyn Fields) {
        let mut envelope = Envelope::default();
        let mut inner = std::mem::take(members);
        let is_envelope = |name: &str, output: &mut dyn Fields, envelope: &mut Envelope| {
            output.slot(name).is_none() && envelope.slot(name).is_some()
        };
        let mut around: Members =
            inner.extract_if(.., |name, _| is_envelope(name, output, &mut envelope)).collect();
        for (name, value) in &mut around {
            if let (true, Any::Text(text)) = (name.eq_ignore_ascii_case("message"), value) {
                // The server's string-to-sign holds every parameter.
                *text = sign::explain::without_server_text(text).to_owned();
            }
        }
        match inner.get_mut("data") {
            Some(Any::Object(second)) if output.slot("data").is_none() => {
                self.enveloped(second, output);
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
                Some(slot) if secret.contains(slot) => self.hide(value, Some(slot), true),
                Some(slot) => self.value(value, slot),
                None => blank(value, UNKNOWN),
            }
        }
    }

    /// A value whose field is no secret; members of it may be.
    fn value(&mut self, value: &mut Any, slot: &mut dyn Slot) {
        match value {
            Any::Null | Any::Bool(_) | Any::Int(_) | Any::Float(_) => {}
            Any::Text(_) if matches!(slot.open().structure(), Open::Scalar | Open::Any(_)) => {}
            Any::Text(text) => match structure(text) {
                Some(mut structure) => {
                    self.value(&mut structure, slot);
                    *text = structure.to_json();
                }
                None if text.trim().is_empty() || is_list_of_scalars(slot) => {}
                None => UNKNOWN.clone_into(text),
            },
            Any::List(items) => match slot.open().structure() {
                Open::List(list) => items.iter_mut().for_each(|item| self.value(item, list.push())),
                Open::Any(_) => {}
                _ => items.iter_mut().for_each(|item| blank(item, UNKNOWN)),
            },
            Any::Object(members) => match slot.open().structure() {
                Open::Object(fields) => self.members(members, fields),
                Open::Map(map) => {
                    for (name, value) in members {
                        self.value(value, map.entry(name));
                    }
                }
                // An item by itself, or the list inside an object of one member.
                Open::List(list) => match item(list, members) {
                    Some(fields) => self.members(members, fields),
                    None => members.values_mut().for_each(|value| self.value(value, slot)),
                },
                Open::Any(_) => {}
                Open::Scalar | Open::Inline(_) => {
                    for value in members.values_mut() {
                        blank(value, UNKNOWN);
                    }
                }
            },
        }
    }

    /// A value that is secret. Its shape stays, so that it can still be read; what it holds goes, and is learned unless the type has
    /// members that say more exactly what is secret in it.
    fn hide(&mut self, value: &mut Any, slot: Option<&mut dyn Slot>, learn: bool) {
        match value {
            Any::Null | Any::Bool(_) => {}
            Any::Int(_) | Any::Float(_) => {
                if learn {
                    self.learn(&value.to_json());
                }
                *value = Any::Int(0);
            }
            Any::Text(text) => {
                if let Some(mut structure) = structure(text) {
                    self.hide(&mut structure, slot, learn);
                    *text = structure.to_json();
                } else {
                    if learn {
                        self.learn(text);
                    }
                    SECRET.clone_into(text);
                }
            }
            Any::List(items) => match slot.map(|slot| slot.open().structure()) {
                Some(Open::List(list)) => {
                    for item in items {
                        self.hide(item, Some(list.push()), learn);
                    }
                }
                _ => items.iter_mut().for_each(|item| self.hide(item, None, learn)),
            },
            Any::Object(members) => match slot.map(|slot| slot.open().structure()) {
                Some(Open::Object(fields)) => {
                    let secret = SecretSlots::of(fields);
                    for (name, value) in members {
                        let slot = fields.slot(name);
                        let learn =
                            slot.as_ref().is_none_or(|slot| secret.is_empty() || secret.contains(&**slot));
                        self.hide(value, slot, learn);
                    }
                }
                _ => members.values_mut().for_each(|value| self.hide(value, None, learn)),
            },
        }
    }

    fn learn(&mut self, secret: &str) {
        if !secret.is_empty() && secret != SECRET {
            self.0.insert(secret.to_owned());
        }
    }

    /// Takes every secret out of the texts of a document, names of members included.
    pub(super) fn take_out(&self, document: &mut Any) {
        match document {
            Any::Text(text) => *text = self.without(text),
            Any::List(items) => items.iter_mut().for_each(|item| self.take_out(item)),
            Any::Object(members) => self.take_out_of(members),
            Any::Null | Any::Bool(_) | Any::Int(_) | Any::Float(_) => {}
        }
    }

    /// [`Secrets::take_out`] for the members of a document.
    pub(super) fn take_out_of(&self, members: &mut Members) {
        let each = std::mem::take(members).into_iter().map(|(name, mut value)| {
            self.take_out(&mut value);
            (self.without(&name), value)
        });
        *members = each.collect();
    }

    /// A text without secrets. The longest go first: one may be a part of another.
    pub(super) fn without(&self, text: &str) -> String {
        let mut secrets: Vec<_> = self.0.iter().collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        let mut text = without_grants(text);
        for secret in secrets {
            if text == *secret {
                return SECRET.to_owned();
            }
            if secret.chars().count() >= SHORT {
                text = text.replace(secret.as_str(), SECRET);
            }
        }
        text
    }
}

/// Addresses may grant what they lead to: a signature in the query, a name and a password before the host.
fn without_grants(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let (place, query) = rest.split_once('?').map_or((rest, ""), |(place, _)| (place, SECRET));
    let host_ends = place.find('/').unwrap_or(place.len());
    let (host, path) = place.split_at(host_ends);
    let host = host.rsplit_once('@').map_or(host.to_owned(), |(_, host)| format!("{SECRET}@{host}"));
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{scheme}://{host}{path}{mark}{query}")
}

/// The operation that a request is for, if the spec has it.
pub(super) fn registered(request: &HttpRequest) -> Option<&'static Registered> {
    let services = [sae_models::sae::OPERATIONS, sae_models::edas::OPERATIONS];
    let mut operations = services.into_iter().flatten().copied().flatten();
    operations.find(|registered| request.is_for(registered.description))
}

/// The object or list that a text is the JSON of.
pub(super) fn structure(text: &str) -> Option<Any> {
    let mut value = Any::Null;
    decode_json::value(text, &mut value).ok()?;
    matches!(value, Any::Object(_) | Any::List(_)).then_some(value)
}

/// Puts a mark in place of every text, and zero in place of every number.
fn blank(value: &mut Any, mark: &str) {
    match value {
        Any::Null | Any::Bool(_) => {}
        Any::Int(_) | Any::Float(_) => *value = Any::Int(0),
        Any::Text(text) => mark.clone_into(text),
        Any::List(items) => items.iter_mut().for_each(|item| blank(item, mark)),
        Any::Object(members) => members.values_mut().for_each(|value| blank(value, mark)),
    }
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
