//! Files for new operations, with what the metadata knows.
//!
//! Texts, the effect and answers are not in it. Codegen refuses a skeleton until a person has filled them in, and the folder
//! it stands in is no group.

use heck::ToSnakeCase as _;
use toml::Value;

use super::metadata::{Operation, Parameter};
use super::wire;
use crate::spec::{self, FileKind};

/// Where the skeleton of an operation is written, below the repository.
pub fn path(service: &str, operation: &str) -> String {
    format!("{}/{service}/{GROUP}/{}.toml", spec::FOLDER, operation.to_snake_case())
}

/// The skeleton of an operation.
pub fn text(service: &str, operation: &Operation) -> String {
    let mut text = HEAD.to_owned();
    if operation.deprecated == Some(true) {
        text.push_str("# The metadata calls it deprecated; say in \"deprecated\" what to use instead.\n");
    }
    line(&mut text, "name", &operation.name);
    line(&mut text, "summary", "");
    let mut methods = operation.methods();
    line(&mut text, "method", methods.next().unwrap_or_default());
    let others: Vec<Value> = methods.map(Value::from).collect();
    if !others.is_empty() {
        text.push_str(&format!("other_methods = {}\n", Value::Array(others)));
    }
    line(&mut text, "path", &operation.path());
    line(&mut text, "effect", "");
    line(&mut text, "from", "today");
    if operation.parameters.iter().any(|parameter| parameter.position() == "body") {
        line(&mut text, "body", "");
    }
    for one in &operation.parameters {
        parameter(&mut text, one);
    }
    let path = path(service, &operation.name);
    let below = path.strip_prefix(spec::FOLDER).map_or(path.as_str(), |path| path.trim_start_matches('/'));
    format!("{}\n{text}", FileKind::Operation.schema_line(below))
}

fn parameter(text: &mut String, parameter: &Parameter) {
    text.push_str("\n[[parameter]]\n");
    line(text, "name", &parameter.name);
    let (kind, style) = wire::type_of(&parameter.r#type);
    line(text, "type", kind);
    if let Some(style) = style {
        line(text, "style", style);
    }
    if parameter.position() != "query" {
        line(text, "in", &parameter.position());
    }
    if parameter.required {
        text.push_str("required = true\n");
    }
    line(text, "doc", "");
}

fn line(text: &mut String, key: &str, value: &str) {
    text.push_str(&format!("{key} = {}\n", Value::from(value)));
}

/// The folder of skeletons. It is no group of the service, so nothing in it is generated.
pub const GROUP: &str = "unsorted";

const HEAD: &str = "\
# From the metadata, which says nothing about answers, nor what a call does. Fill in the empty texts, add the [[response]]
# tables, move the file to the folder of a group and remove these lines.
";
