//! What a manifest may hold, found by looking into the typed requests: a parameter that the spec gains is a key here.

use sae::transport::{Fields, Open, Scalar, Slot, Visitor};

use super::rules::Rule;

/// What a value may be.
#[derive(Debug, PartialEq)]
pub enum Shape {
    Bool,
    Int,
    Text,
    List(Box<Shape>),
    /// Names that the manifest chooses, each with a text.
    Map,
    Table(Vec<Field>),
    /// Environment variables: names with texts, or with references to secrets and config maps.
    Env,
    /// What travels as a string of JSON where its parent is JSON already.
    InText(Box<Shape>),
}

/// A key of a table.
#[derive(Debug, PartialEq)]
pub struct Field {
    /// What it is called in a manifest.
    pub key: String,
    /// What it is called on the wire, from the outside in.
    pub wire: Vec<&'static str>,
    pub shape: Shape,
    /// What its value must be besides.
    pub rule: Option<Rule>,
    /// Whether its value must not be shown.
    pub secret: bool,
}

impl Shape {
    /// Without the string around it.
    pub fn plain(&self) -> &Self {
        match self {
            Self::InText(inner) => inner.plain(),
            shape => shape,
        }
    }

    /// Whether a value is one piece.
    pub fn is_scalar(&self) -> bool {
        matches!(self.plain(), Self::Bool | Self::Int | Self::Text)
    }

    /// What it takes, in a message.
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

/// What people call a field, by its name on the wire.
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
        // `exec = { command = […] }` says no more than `command = […]`.
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

/// The shape of a parameter: the string of JSON around it is the client's business.
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

/// Which scalars a place takes tells what it is.
fn scalar(slot: &mut dyn Slot) -> Shape {
    if slot.put(Scalar::Text("text")) {
        Shape::Text
    } else if slot.put(Scalar::Bool(true)) {
        Shape::Bool
    } else {
        Shape::Int
    }
}

/// Wire names, and whether each holds a secret.
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

/// `PackageVersion` and `packageVersion` are `package_version`.
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
