//! An answer on standard output: JSON, a table, or lines.

use std::collections::BTreeMap;

use jmespath::{Expression, Variable};
use sae::Any;
use sae::transport::decode_json;
use sae::transport::text::{escape_control, escape_control_json};
use sae_manifest::write_yaml;
use serde::Serialize;

use crate::args::output::Form;
use crate::failure::Failure;
use crate::output::cell::cell;
use crate::output::columns::Columns;
use crate::output::{lines, query};

pub use crate::output::stdout::write;
use crate::output::stdout::{Escaped, stream};

/// Prints a JSON document in this format.
pub fn print(json: &str, form: Form, wide: bool) -> Result<(), Failure> {
    match form {
        Form::Json => write(&(escape_control_json(json) + "\n")),
        Form::Yaml => stream(|out| write_yaml(json, out)),
        Form::Table => {
            let mut columns = Columns::new(wide);
            write(&table(json, &mut columns)?)?;
            columns.report_hidden();
            Ok(())
        }
        Form::Text => stream(|out| lines::write(json, out)),
    }
}

/// Prints a value in this format.
pub fn print_value(value: &impl Serialize, form: Form, wide: bool) -> Result<(), Failure> {
    if form == Form::Json {
        return stream(|out| {
            serde_json::to_writer_pretty(Escaped(&mut *out), value)?;
            out.write_all(b"\n")
        });
    }
    print(&serde_json::to_string(value).map_err(unshown)?, form, wide)
}

/// Selects a part of a JSON document with a JMESPath expression.
pub fn pick(json: &str, expression: &Expression<'_>) -> Result<String, Failure> {
    if values(json) > MOST_VALUES {
        return Err(Failure::other(format!(
            "the result can't be queried: it has more than {MOST_VALUES} values; print all of it and select with another program, such as jq"
        )));
    }
    let document = Variable::from_json(json).map_err(unshown)?;
    let found = expression.search(document).map_err(|error| {
        Failure::other(format!("the result can't be queried: {}", query::one_line(&error)))
    })?;
    serde_json::to_string_pretty(&found).map_err(unshown)
}

/// Upper limit of the number of values in a JSON document.
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

fn unshown(error: impl std::fmt::Display) -> Failure {
    Failure::other(format!("the result can't be shown: {error}"))
}

/// A document as tables. The result of a query can be anything.
fn table(json: &str, columns: &mut Columns) -> Result<String, Failure> {
    let mut value = Any::Null;
    decode_json::value(json, &mut value).map_err(unshown)?;
    Ok(match value {
        Any::Object(members) => tables(&members, columns),
        Any::List(items) if items.iter().any(|item| matches!(item, Any::Object(_))) => {
            let members = BTreeMap::from([(String::new(), Any::List(items))]);
            tables(&members, columns).trim_start().to_owned()
        }
        Any::List(items) => {
            items.iter().map(|item| escape_control(&cell(item)).into_owned() + "\n").collect()
        }
        scalar => escape_control(&cell(&scalar)).into_owned() + "\n",
    })
}

/// Scalars as pairs, then a table for each list of objects.
fn tables(members: &BTreeMap<String, Any>, form: &mut Columns) -> String {
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

/// The names of all members of all items, sorted.
fn columns(items: &[Any]) -> Vec<&str> {
    let names = items.iter().filter_map(|item| match item {
        Any::Object(members) => Some(members.keys()),
        _ => None,
    });
    let names: std::collections::BTreeSet<_> = names.flatten().map(String::as_str).collect();
    names.into_iter().collect()
}

/// Each value in a query takes about 200 bytes of memory, however short it is.
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
