//! The structure of manifests, derived from the typed requests: a new parameter of the spec becomes a key.

use sae::transport::slots::Open;
use sae::transport::{Fields, Scalar, Slot, Visitor};

use crate::rules::Rule;

/// The structure of a value.
#[derive(Debug, PartialEq)]
pub enum Shape {
    Bool,
    Int,
    Text,
    List(Box<Shape>),
    /// Free names, each with a text.
    Map,
    Table(Vec<Field>),
    /// Environment variables: names with texts, or with references to secrets and config maps.
    Env,
    /// A JSON string within JSON.
    InText(Box<Shape>),
}

/// A key of a table.
#[derive(Debug, PartialEq)]
pub struct Field {
    /// Key in a manifest.
    pub key: String,
    /// Wire names from the outside in.
    pub wire: Vec<&'static str>,
    pub shape: Shape,
    /// Additional rule.
    pub rule: Option<Rule>,
    /// Whether its value is secret.
    pub secret: bool,
}

impl Shape {
    /// The structure within the JSON string.
    pub fn plain(&self) -> &Self {
        match self {
            Self::InText(inner) => inner.plain(),
            shape => shape,
        }
    }

    /// Whether it is a scalar.
    pub fn is_scalar(&self) -> bool {
        matches!(self.plain(), Self::Bool | Self::Int | Self::Text)
    }

    /// The expected kind of value in messages.
    pub fn expected(&self) -> &'static str {
        match self.plain() {
            Self::Bool => "true or false",
            Self::Int => "a whole number",
            Self::Text => "text",
            Self::List(_) => "a list",
            _ => "a table",
        }
    }
}

/// The fields of a request.
pub fn fields(request: &mut dyn Fields, names: Names) -> Vec<Field> {
    inner_fields(request, "", names)
}

/// Common names of fields by wire name.
pub type Names = &'static [(&'static str, &'static str)];

/// The fields of a request, or of a structure inside its parameter `outer`.
fn inner_fields(request: &mut dyn Fields, outer: &str, names: Names) -> Vec<Field> {
    let mut seen = WireNames::default();
    request.walk(&mut seen);
    let mut fields = Vec::new();
    for (wire, secret) in seen.0 {
        let Some(slot) = request.slot(wire) else { continue };
        let mut shape = if wire == "Envs" { env(slot) } else { of(slot, wire, names) };
        let renamed = names.iter().find(|(known, _)| *known == wire).map(|(_, key)| (*key).to_owned());
        let mut field = Field {
            key: renamed.unwrap_or_else(|| snake_case(wire)),
            wire: vec![wire],
            shape: Shape::Bool,
            rule: Rule::of(outer, wire),
            secret,
        };
        // `command = […]` stands for `exec = { command = […] }`.
        if let Shape::Table(inner) = &mut shape
            && let [only] = inner.as_mut_slice()
            && only.wire == ["command"]
            && wire == "exec"
        {
            "command".clone_into(&mut field.key);
            field.wire.append(&mut only.wire);
            field.secret |= only.secret;
            field.rule = only.rule;
            shape = std::mem::replace(&mut only.shape, Shape::Bool);
        }
        field.shape = shape;
        fields.push(field);
    }
    fields
}

/// The structure of a parameter; the client adds the JSON string around it.
fn of(slot: &mut dyn Slot, wire: &str, names: Names) -> Shape {
    match slot.open() {
        Open::Scalar => scalar(slot),
        Open::Inline(place) => Shape::InText(Box::new(opened(place.inner().structure(), wire, names))),
        open => opened(open, wire, names),
    }
}

fn opened(open: Open<'_>, wire: &str, names: Names) -> Shape {
    match open {
        Open::Object(inner) => Shape::Table(inner_fields(inner, wire, names)),
        Open::List(list) => Shape::List(Box::new(of(list.push(), wire, names))),
        Open::Map(_) => Shape::Map,
        Open::Inline(place) => opened(place.inner(), wire, names),
        Open::Scalar | Open::Any(_) => Shape::Text,
    }
}

fn env(slot: &mut dyn Slot) -> Shape {
    match slot.open() {
        Open::Inline(_) => Shape::InText(Box::new(Shape::Env)),
        _ => Shape::Env,
    }
}

/// Finds the kind of a place by trying scalars.
fn scalar(slot: &mut dyn Slot) -> Shape {
    if slot.put(Scalar::Text("text")) {
        Shape::Text
    } else if slot.put(Scalar::Bool(true)) {
        Shape::Bool
    } else {
        Shape::Int
    }
}

/// Wire names and whether each is secret.
#[derive(Default)]
struct WireNames(Vec<(&'static str, bool)>);

impl<'a> Visitor<'a> for WireNames {
    fn field(&mut self, wire_name: &'static str, _: &'a dyn Slot) {
        self.0.push((wire_name, false));
    }

    fn secret(&mut self, wire_name: &'static str, _: &'a dyn Slot) {
        self.0.push((wire_name, true));
    }
}

/// Converts `PackageVersion` and `packageVersion` to `package_version`.
fn snake_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}
