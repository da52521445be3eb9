//! Documents made from the types of answers.

use sae_transport::slots::{Open, View};
use sae_transport::{Description, Fields, Scalar, Slot, Visitor};
use serde_json::{Map, Value, json};

/// How full a document is.
#[derive(Clone, Copy)]
pub struct Filling {
    /// A member that no type knows, in every object and every wrapper.
    pub unknown: bool,
    /// Items without members around each list's item.
    pub empty_items: bool,
}

/// A whole answer of an operation with every field that the spec lists.
pub fn document(description: &Description, output: &mut dyn Fields, filling: Filling) -> Value {
    let Value::Object(mut members) = object(output, filling, DEPTH) else { panic!("an object") };
    let shape = description.envelope;
    for name in shape.fields {
        let value = match name.to_ascii_lowercase().as_str() {
            "code" if shape.numeric_code => json!(200),
            "code" => json!("200"),
            "success" if shape.text_success => json!("true"),
            "success" => json!(true),
            _ => json!(format!("the {name}")),
        };
        members.insert((*name).to_owned(), value);
    }
    Value::Object(members)
}

/// The fields of a struct: their names, and the members inside which lists travel.
pub fn names(fields: &dyn Fields) -> Vec<(&'static str, Option<&'static str>)> {
    let mut names = Names(Vec::new());
    fields.walk(&mut names);
    names.0
}

struct Names(Vec<(&'static str, Option<&'static str>)>);

impl<'a> Visitor<'a> for Names {
    fn field(&mut self, wire_name: &'static str, _: &'a dyn Slot) {
        self.0.push((wire_name, None));
    }

    fn wrapped(&mut self, wire_name: &'static str, member: &'static str, _: &'a dyn Slot) {
        self.0.push((wire_name, Some(member)));
    }
}

fn object(fields: &mut dyn Fields, filling: Filling, depth: usize) -> Value {
    let mut members = Map::new();
    for (name, wrapper) in names(fields) {
        let slot = fields.slot(name).expect("a field that is shown can be filled");
        let Some(value) = value(slot, filling, depth) else { continue };
        let value = match wrapper {
            Some(wrapper) => {
                let mut around = Map::from_iter([(wrapper.to_owned(), value)]);
                add_unknown(&mut around, filling);
                Value::Object(around)
            }
            None => value,
        };
        members.insert(name.to_owned(), value);
    }
    add_unknown(&mut members, filling);
    Value::Object(members)
}

fn add_unknown(members: &mut Map<String, Value>, filling: Filling) {
    if filling.unknown {
        members.insert("NewMember".to_owned(), json!({ "Inner": ["a", "b"], "Text": "hush" }));
    }
}

/// Nothing where a shape holds itself without end.
fn value(slot: &mut dyn Slot, filling: Filling, depth: usize) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    Some(match slot.open() {
        Open::Scalar => return Some(scalar(slot)),
        Open::Object(fields) => object(fields, filling, depth),
        Open::Any(_) => json!("anything"),
        Open::Map(map) => json!({ "key": value(map.entry("key").0, filling, depth)? }),
        Open::List(list) => {
            let item = value(list.push(), filling, depth)?;
            if filling.empty_items && item.is_object() && !filling.unknown {
                json!([{}, item, {}])
            } else {
                json!([item, item])
            }
        }
        Open::Inline(place) => {
            let inner = match place.inner() {
                Open::Object(fields) => object(fields, Filling { unknown: false, ..filling }, depth),
                Open::List(_) => json!([]),
                Open::Map(_) => json!({}),
                _ => json!("text"),
            };
            json!(inner.to_string())
        }
    })
}

fn scalar(slot: &mut dyn Slot) -> Value {
    let fits = |slot: &mut dyn Slot, value| slot.put(value);
    if fits(slot, Scalar::Text("many")) {
        json!("many")
    } else if fits(slot, Scalar::Bool(true)) {
        json!(true)
    } else if fits(slot, Scalar::Float(0.5)) {
        json!(0.5)
    } else {
        assert!(fits(slot, Scalar::Int(7)), "a scalar takes one of these");
        assert!(matches!(slot.view(), View::Scalar(Scalar::Int(7))));
        json!(7)
    }
}

/// The document in XML as the gateway writes it, by a writer that knows no types.
pub fn xml(document: &Value) -> String {
    let mut out = String::from("<Response>");
    elements(document, &mut out);
    out + "</Response>"
}

fn elements(members: &Value, out: &mut String) {
    for (name, value) in members.as_object().expect("an object") {
        let items = match value {
            Value::Array(items) => items.as_slice(),
            single => std::slice::from_ref(single),
        };
        for item in items {
            match item {
                Value::Object(members) if members.is_empty() => out.push_str(&format!("<{name}/>")),
                Value::Object(_) => {
                    out.push_str(&format!("<{name}>"));
                    elements(item, out);
                    out.push_str(&format!("</{name}>"));
                }
                Value::String(text) => {
                    let text = text.replace('&', "&amp;").replace('<', "&lt;");
                    out.push_str(&format!("<{name}>{text}</{name}>"));
                }
                scalar => out.push_str(&format!("<{name}>{scalar}</{name}>")),
            }
        }
    }
}

/// Deeper than every answer that doesn't hold itself.
const DEPTH: usize = 16;
