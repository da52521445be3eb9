//! An answer on standard output: JSON, a table, or lines.

use std::collections::BTreeMap;

use jmespath::{Expression, Variable};
use sae::Any;
use sae::transport::decode_json;
use sae::transport::text::{escape_control, escape_control_json};

use crate::columns::Columns;
use crate::failure::Failure;
use crate::{query, yaml};

pub use crate::stdout::write;

/// How a result is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    Json,
    Yaml,
    Table,
    Text,
}

impl Output {
    /// What each is called on the command line.
    pub const NAMES: [&str; 4] = ["json", "yaml", "table", "text"];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Table => "table",
            Self::Text => "text",
        }
    }

    pub fn named(name: &str) -> Self {
        match name {
            "yaml" => Self::Yaml,
            "table" => Self::Table,
            "text" => Self::Text,
            _ => Self::Json,
        }
    }
}

/// Prints a JSON document in the form that was asked for.
pub fn print(json: &str, output: Output, wide: bool) -> Result<(), Failure> {
    let text = match output {
        Output::Json => escape_control_json(json) + "\n",
        Output::Yaml => as_yaml(json)?,
        Output::Table => {
            let mut columns = Columns::new(wide);
            write(&document(json, |members| table(members, &mut columns))?)?;
            columns.tell_hidden();
            return Ok(());
        }
        Output::Text => document(json, lines)?,
    };
    write(&text)
}

/// The part of a JSON document that a JMESPath expression picks.
pub fn pick(json: &str, expression: &Expression<'_>) -> Result<String, Failure> {
    if values(json) > MOST_VALUES {
        return Err(Failure::other(format!(
            "the result can't be queried: it has more than {MOST_VALUES} values; print it whole, and pick by another program, as jq"
        )));
    }
    let document = Variable::from_json(json).map_err(unshown)?;
    let found = expression.search(document).map_err(|error| {
        Failure::other(format!("the result can't be queried: {}", query::one_line(&error)))
    })?;
    serde_json::to_string_pretty(&found).map_err(unshown)
}

/// How many values a JSON document holds, at the most.
fn values(json: &str) -> usize {
    let (mut count, mut is_text, mut is_escaped) = (1, false, false);
    for byte in json.bytes() {
        match byte {
            b'"' if !is_escaped => is_text = !is_text,
            b',' | b'[' | b'{' if !is_text => count += 1,
            _ => {}
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    count
}

fn as_yaml(json: &str) -> Result<String, Failure> {
    let document: serde_json::Value = serde_json::from_str(json).map_err(unshown)?;
    yaml::to_string(document).map_err(unshown)
}

/// Objects as their members; what a query has made of them may be anything else.
fn document(json: &str, form: impl FnOnce(&BTreeMap<String, Any>) -> String) -> Result<String, Failure> {
    let mut value = Any::Null;
    decode_json::value(json, &mut value).map_err(unshown)?;
    Ok(match value {
        Any::Object(members) => form(&members),
        Any::List(items) if items.iter().any(|item| matches!(item, Any::Object(_))) => {
            form(&BTreeMap::from([(String::new(), Any::List(items))])).trim_start().to_owned()
        }
        Any::List(items) => {
            items.iter().map(|item| escape_control(&cell(item)).into_owned() + "\n").collect()
        }
        scalar => escape_control(&cell(&scalar)).into_owned() + "\n",
    })
}

fn unshown(error: impl std::fmt::Display) -> Failure {
    Failure::other(format!("the result can't be shown: {error}"))
}

/// One line for each leaf: its path, a tab, its value.
fn lines(members: &BTreeMap<String, Any>) -> String {
    let mut out = String::new();
    for (name, value) in members {
        leaf_lines(name, value, &mut out);
    }
    out
}

fn leaf_lines(path: &str, value: &Any, out: &mut String) {
    match value {
        Any::Object(members) => {
            for (name, value) in members {
                leaf_lines(&format!("{path}.{name}"), value, out);
            }
        }
        Any::List(items) => {
            for (index, item) in items.iter().enumerate() {
                leaf_lines(&format!("{path}[{index}]"), item, out);
            }
        }
        leaf => {
            out.push_str(&format!("{}\t{}\n", escape_control(path), escape_control(&cell(leaf))));
        }
    }
}

/// Scalars as rows of two columns, then a table for each list of objects.
fn table(members: &BTreeMap<String, Any>, form: &mut Columns) -> String {
    let mut scalars = Vec::new();
    let mut lists = Vec::new();
    collect("", members, &mut scalars, &mut lists);
    let mut out = form.pairs(scalars);
    for (path, items) in lists {
        let columns: Vec<&str> = columns(items);
        let titles = columns.iter().map(|column| column.to_uppercase()).collect();
        let rows = items.iter().filter_map(|item| {
            let Any::Object(item) = item else { return None };
            Some(columns.iter().map(|column| item.get(*column).map(cell).unwrap_or_default()).collect())
        });
        out.push_str(&format!("\n{}\n", escape_control(&path)));
        out.push_str(&form.table(titles, &[], rows));
    }
    out
}

fn collect<'a>(
    prefix: &str,
    members: &'a BTreeMap<String, Any>,
    scalars: &mut Vec<(String, String)>,
    lists: &mut Vec<(String, &'a [Any])>,
) {
    for (name, value) in members {
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            Any::Object(members) => collect(&path, members, scalars, lists),
            Any::List(items) if matches!(items.first(), Some(Any::Object(_))) => lists.push((path, items)),
            leaf => scalars.push((path, cell(leaf))),
        }
    }
}

/// The names of all members that some item has, in order.
fn columns(items: &[Any]) -> Vec<&str> {
    let names = items.iter().filter_map(|item| match item {
        Any::Object(members) => Some(members.keys()),
        _ => None,
    });
    let names: std::collections::BTreeSet<_> = names.flatten().map(String::as_str).collect();
    names.into_iter().collect()
}

fn cell(value: &Any) -> String {
    match value {
        Any::Text(text) => text.clone(),
        Any::Null => String::new(),
        other => other.to_json(),
    }
}

/// Each value that a query works on is a piece of memory of its own: some 200 bytes, however short it is in the answer.
const MOST_VALUES: usize = 500_000;

#[cfg(test)]
mod tests {
    use super::values;

    #[test]
    fn values_are_counted_outside_of_texts() {
        for (json, most) in [("1", 1), ("[1,2]", 3), (r#"{"a":[{}]}"#, 4), (r#"["[,{\\",",\",["]"#, 3)] {
            assert_eq!(values(json), most, "{json}");
        }
    }
}
