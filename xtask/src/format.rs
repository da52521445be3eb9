//! `cargo xtask fmt`: the files of a spec with their keys in one order, that of the structs that read them.

use std::path::Path;
use std::{cmp, io};

use serde::de::value::Error as NoValue;
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;
use toml_edit::{Decor, DocumentMut, InlineTable, Item, Table, TomlError, Value};

use crate::codegen::Error;
use crate::diagnostics::{Problems, Source};
use crate::file_tree::{self, Difference, Tree};
use crate::spec::document::{
    self, Deviation, Deviations, Differs, Endpoint, Enum, Envelope, Errors, Field, Group, Operation, Pages,
    Parameter, Ram, Region, Service, Shape, Shapes,
};
use crate::spec::{self, FileKind, MARK};

/// Which files of a repository's spec aren't formatted.
pub fn check(root: &Path) -> Result<Difference, Error> {
    let files = file_tree::read(&root.join(spec::FOLDER))?;
    Ok(Difference::between(&format_all(&files)?, &files).below(spec::FOLDER))
}

/// Formats the spec of a repository, and answers which files changed.
pub fn write(root: &Path) -> Result<Difference, Error> {
    let folder = root.join(spec::FOLDER);
    let files = file_tree::read(&folder)?;
    Ok(file_tree::write(&folder, &format_all(&files)?)?.below(spec::FOLDER))
}

/// What to say about files that aren't formatted.
pub fn complaint(difference: &Difference) -> String {
    format!("{}run `cargo xtask fmt`", difference.list())
}

/// All files of a spec, the TOML files among them formatted.
pub fn format_all(files: &Tree) -> Result<Tree, Error> {
    let mut problems = Problems::default();
    let mut formatted = files.clone();
    for (path, bytes) in &mut formatted {
        let Some(kind) = FileKind::of(path) else { continue };
        let text =
            str::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        match format(kind, path, text) {
            Ok(text) => *bytes = text.into_bytes(),
            Err(error) => {
                let source = Source::new(format!("{}/{path}", spec::FOLDER), text.to_owned());
                problems.at(&source, &error.span().unwrap_or_default(), error.message());
            }
        }
    }
    if problems.is_empty() { Ok(formatted) } else { Err(Error::Spec(problems.into_sorted())) }
}

/// One file, formatted: its schema in the first line, keys and tables in the order of the structs, an empty line before each
/// table. Comments stay with what they stand at; those at the top of a file, with an empty line behind them, stay there.
pub fn format(kind: FileKind, path: &str, text: &str) -> Result<String, TomlError> {
    // What isn't TOML is told with the places of the whole text.
    let mut document: DocumentMut = text.parse()?;
    let root = document.as_table_mut();
    let head = take_head(root);
    arrange(root, kind, &mut Vec::new(), &mut 0);
    let body = document.to_string();
    // A table has an empty line before it anyway.
    let head = if body.starts_with('\n') { head.strip_suffix('\n').unwrap_or_default() } else { &head };
    Ok(format!("{}\n{head}{body}", kind.schema_line(path)))
}

/// Takes the comments at the top of a file that don't belong to what comes first.
fn take_head(table: &mut Table) -> String {
    match table.iter_mut().next() {
        Some((_, Item::Table(table))) if table.is_implicit() => take_head(table),
        Some((_, Item::Table(table))) => cut(table.decor_mut()),
        Some((_, Item::ArrayOfTables(tables))) => {
            tables.iter_mut().next().map_or_else(String::new, |table| cut(table.decor_mut()))
        }
        Some((mut key, Item::Value(_) | Item::None)) => cut(key.leaf_decor_mut()),
        None => String::new(),
    }
}

/// Cuts off what stands before the last empty line, and removes the line that names a schema.
fn cut(decor: &mut Decor) -> String {
    let before = prefix(decor);
    let before: String = before.split_inclusive('\n').filter(|line| !line.starts_with(MARK)).collect();
    let before = before.trim_start_matches('\n');
    let (head, rest) = before.split_at(before.rfind("\n\n").map_or(0, |at| at + 2));
    decor.set_prefix(rest);
    head.to_owned()
}

/// Brings a table and everything in it into order. `path` are the keys that lead to it, `position` counts tables.
fn arrange(table: &mut Table, kind: FileKind, path: &mut Vec<String>, position: &mut isize) {
    let order = keys(kind, path);
    table.sort_values_by(|left, _, right, _| compare(order, left.get(), right.get()));
    for (key, item) in table.iter_mut() {
        path.push(key.get().to_owned());
        match item {
            Item::Table(table) => arrange_next(table, kind, path, position),
            Item::ArrayOfTables(tables) => {
                tables.iter_mut().for_each(|table| arrange_next(table, kind, path, position));
            }
            Item::Value(Value::InlineTable(table)) => arrange_inline(table, kind, path),
            Item::Value(_) | Item::None => {}
        }
        path.pop();
    }
}

fn arrange_next(table: &mut Table, kind: FileKind, path: &mut Vec<String>, position: &mut isize) {
    table.set_position(Some(*position));
    *position += 1;
    let before = prefix(table.decor());
    table.decor_mut().set_prefix(format!("\n{}", before.trim_start_matches('\n')));
    arrange(table, kind, path, position);
}

fn arrange_inline(table: &mut InlineTable, kind: FileKind, path: &[String]) {
    let order = keys(kind, path);
    if !table.iter().map(|(key, _)| place(order, key)).is_sorted() {
        table.sort_values_by(|left, _, right, _| compare(order, left.get(), right.get()));
        table.fmt();
    }
}

fn compare(order: &[&str], left: &str, right: &str) -> cmp::Ordering {
    place(order, left).cmp(&place(order, right))
}

/// The place of a key; unknown ones come last.
fn place(order: &[&str], key: &str) -> usize {
    order.iter().position(|known| *known == key).unwrap_or(order.len())
}

fn prefix(decor: &Decor) -> String {
    decor.prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().to_owned()
}

/// The keys of the table at the end of a path, in their order; none where people choose them.
fn keys(kind: FileKind, path: &[String]) -> &'static [&'static str] {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        [] => match kind {
            FileKind::Service => fields::<Service>(),
            FileKind::Errors => fields::<Errors>(),
            FileKind::Shapes => fields::<Shapes>(),
            FileKind::Deviations => fields::<Deviations>(),
            FileKind::Operation => fields::<Operation>(),
        },
        [.., "differs"] => fields::<Differs>(),
        ["ram"] => fields::<Ram>(),
        ["envelope"] => fields::<Envelope>(),
        ["pages"] => fields::<Pages>(),
        ["parameter"] => fields::<Parameter>(),
        ["response"] | ["shape", _, "field"] => fields::<Field>(),
        ["shape", _] => fields::<Shape>(),
        ["enum", _] => fields::<Enum>(),
        ["enum", _, "value"] => fields::<document::Value>(),
        ["endpoint"] => fields::<Endpoint>(),
        ["region"] => fields::<Region>(),
        ["group", _] => fields::<Group>(),
        ["error"] => fields::<document::Error>(),
        ["deviation"] => fields::<Deviation>(),
        _ => &[],
    }
}

/// The names of a struct's fields in a file.
fn fields<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut fields: &'static [&'static str] = &[];
    // Ends with an error as soon as the struct has said what it is made of.
    drop(T::deserialize(Probe(&mut fields)));
    fields
}

/// Takes down which fields a struct asks for.
struct Probe<'p>(&'p mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = NoValue;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NoValue> {
        Err(NoValue::custom("there is no value"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, NoValue> {
        *self.0 = fields;
        Err(NoValue::custom("there is no value"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq
        tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formatted(text: &str) -> String {
        format(FileKind::Operation, "a/b/c.toml", text).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn keys_and_tables_are_ordered_and_comments_stay() {
        let text = "\
#:schema ../../elsewhere.json
# About the file.

# What it does.
summary = \"S.\" # short
name = \"A\"
differs = { why = \"x\", required = true }
[shape.B]
doc = \"B.\"
# Of B.
[[shape.B.field]]
doc = \"x\" # why
name = \"F\"


[shape.A]
[[response]]
type = \"B\"
name = \"R\"
[[parameter]]
name = \"P\"
# At the end.
";
        let expected = "\
#:schema ../../schemas/operation.json
# About the file.

name = \"A\"
# What it does.
summary = \"S.\" # short
differs = { required = true, why = \"x\" }

[[parameter]]
name = \"P\"

[[response]]
name = \"R\"
type = \"B\"

[shape.B]
doc = \"B.\"

# Of B.
[[shape.B.field]]
name = \"F\"
doc = \"x\" # why

[shape.A]
# At the end.
";
        assert_eq!(formatted(text), expected);
        assert_eq!(formatted(expected), expected);
    }

    #[test]
    fn a_file_of_tables_starts_with_its_schema_too() {
        for (kind, table) in [(FileKind::Shapes, "[shape.A]"), (FileKind::Errors, "[[error]]")] {
            let text = format!("# Of all.\n\n# Of one.\n{table}\n");
            let once = format(kind, "a/x.toml", &text).unwrap();
            assert_eq!(once, format!("{}\n# Of all.\n\n# Of one.\n{table}\n", kind.schema_line("a/x.toml")));
            assert_eq!(format(kind, "a/x.toml", &once).unwrap(), once);
        }
    }

    #[test]
    fn every_table_has_an_order() {
        for (path, first) in [
            (&[][..], "name"),
            (&["differs"], "required"),
            (&["ram"], "action"),
            (&["envelope"], "fields"),
            (&["pages"], "style"),
            (&["parameter"], "name"),
            (&["parameter", "differs"], "required"),
            (&["response"], "name"),
            (&["shape", "A"], "doc"),
            (&["shape", "A", "field"], "name"),
            (&["enum", "A"], "doc"),
            (&["enum", "A", "value"], "value"),
        ] {
            let path: Vec<String> = path.iter().map(|key| (*key).to_owned()).collect();
            assert_eq!(keys(FileKind::Operation, &path).first(), Some(&first), "{path:?}");
        }
    }
}
