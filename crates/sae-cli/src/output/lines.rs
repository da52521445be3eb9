//! A JSON document as lines: one for each leaf, its path, a tab, its value.

use std::io::{self, Write};

use sae::Any;
use sae::transport::text::escape_control;
use sae::transport::{JsonDocument, decode_json};

use super::cell::cell;

/// Writes a document leaf by leaf, without building a tree.
pub fn write(json: &str, out: &mut dyn Write) -> io::Result<()> {
    let document = JsonDocument::new(json);
    let is_plain_list = document.as_str().starts_with('[') && !holds_object(document)?;
    // The result of a query can be anything.
    match document.as_str().as_bytes().first() {
        Some(b'[') if is_plain_list => {
            each_item(document, &mut |item| writeln!(out, "{}", escape_control(&text(item.as_str())?)))
        }
        Some(b'[' | b'{') => leaves(&mut String::new(), document, out),
        _ => writeln!(out, "{}", escape_control(&text(document.as_str())?)),
    }
}

fn leaves(path: &mut String, value: JsonDocument<'_>, out: &mut dyn Write) -> io::Result<()> {
    let length = path.len();
    match value.as_str().as_bytes().first() {
        Some(b'{') => {
            for (name, value) in value.members()? {
                if length > 0 {
                    path.push('.');
                }
                path.push_str(&name);
                leaves(path, value, out)?;
                path.truncate(length);
            }
            Ok(())
        }
        Some(b'[') => {
            let mut index = 0_usize;
            each_item(value, &mut |item| {
                path.push_str(&format!("[{index}]"));
                index += 1;
                leaves(path, item, out)?;
                path.truncate(length);
                Ok(())
            })
        }
        _ => writeln!(out, "{}\t{}", escape_control(path), escape_control(&text(value.as_str())?)),
    }
}

/// Whether a list has an object among its items.
fn holds_object(list: JsonDocument<'_>) -> io::Result<bool> {
    let mut holds = false;
    list.each_item(&mut |item| {
        holds = item.as_str().starts_with('{');
        !holds
    })?;
    Ok(holds)
}

fn each_item<'a>(
    list: JsonDocument<'a>,
    write: &mut dyn FnMut(JsonDocument<'a>) -> io::Result<()>,
) -> io::Result<()> {
    let mut written = Ok(());
    let read = list.each_item(&mut |item| {
        written = write(item);
        written.is_ok()
    });
    written?;
    Ok(read?)
}

/// A value as text: the content of a string, or JSON.
fn text(json: &str) -> io::Result<String> {
    let mut value = Any::Null;
    let read = decode_json::value(json, &mut value);
    read.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))?;
    Ok(cell(&value))
}
