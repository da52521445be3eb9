//! What reaches the program from outside: arguments and variables that have to be text, files with limits.

use std::ffi::{OsStr, OsString};
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use sae::transport::input_file::read_limited_text;

use crate::failure::Failure;

/// The arguments as text. One that isn't UTF-8 is refused by its position: replacing its bytes would change its meaning, and its value
/// may be a secret.
pub fn arguments(given: Vec<OsString>) -> Result<Vec<String>, Failure> {
    let mut arguments: Vec<String> = Vec::new();
    for (at, argument) in given.into_iter().enumerate() {
        match argument.into_string() {
            Ok(text) => arguments.push(text),
            Err(bytes) => {
                let name = name(&bytes, arguments.last().map(String::as_str));
                return Err(Failure::usage(format!("argument {at}{name} isn't UTF-8")));
            }
        }
    }
    Ok(arguments)
}

/// The option that the argument is, or belongs to.
fn name(argument: &OsStr, before: Option<&str>) -> String {
    let text = argument.to_string_lossy();
    let is_option = |text: &str| text.starts_with('-') && !text.contains(char::REPLACEMENT_CHARACTER);
    match (text.split_once('='), before) {
        (Some((name, _)), _) if is_option(name) => format!(", {name}=…,"),
        (_, Some(before)) if is_option(before) && !before.contains('=') => format!(", after {before},"),
        _ => String::new(),
    }
}

/// Refuses variables that the program or the library reads and that aren't UTF-8.
pub fn check_environment() -> Result<(), Failure> {
    let is_read = |name: &str| {
        name.starts_with("ALIBABA_CLOUD_") || READ.iter().any(|read| name.eq_ignore_ascii_case(read))
    };
    for (name, value) in std::env::vars_os() {
        if let Some(name) = name.to_str().filter(|name| is_read(name))
            && value.to_str().is_none()
        {
            return Err(Failure::usage(format!("the environment variable {name} isn't UTF-8")));
        }
    }
    Ok(())
}

/// A variable of the environment; an empty one counts as missing.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A value as it is, the content of `@FILE`, or standard input for `-`. `option` is named in errors.
pub fn text_or_file(value: &str, option: &str) -> Result<String, Failure> {
    match value.strip_prefix('@').or(Some(value).filter(|value| *value == "-")) {
        Some(file) => text(file, option),
        None => Ok(value.to_owned()),
    }
}

/// Reads a text file, or standard input for `-`. `what` is named in errors, which don't quote the content.
pub fn text(file: &str, what: &str) -> Result<String, Failure> {
    if file == "-" {
        return standard_input(what);
    }
    read_limited_text(Path::new(file), LIMIT).map_err(|error| {
        let hint = match error.kind() {
            ErrorKind::InvalidInput => "; - reads standard input",
            _ => "",
        };
        Failure::usage(format!("{what}: the file {file} can't be read: {error}{hint}"))
    })
}

fn standard_input(what: &str) -> Result<String, Failure> {
    let mut text = String::new();
    let read = std::io::stdin().lock().take(LIMIT + 1).read_to_string(&mut text);
    match read {
        Ok(length) if length as u64 > LIMIT => {
            Err(Failure::usage(format!("{what}: standard input is larger than {LIMIT} bytes")))
        }
        Ok(_) => Ok(text),
        Err(error) => Err(Failure::usage(format!("{what}: standard input can't be read: {error}"))),
    }
}

/// Much more than the largest request or manifest.
const LIMIT: u64 = 4 << 20;
/// In addition to `ALIBABA_CLOUD_*`; names of proxies are also read in lower case.
const READ: [&str; 10] = [
    "HOME",
    "USERPROFILE",
    "HOMEDRIVE",
    "HOMEPATH",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "CI",
    "TERM",
];
