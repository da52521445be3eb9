//! `cargo xtask new`: the file of a new operation, with what a person has to fill in.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::{error, fmt};

use crate::diagnostics::{Problems, did_you_mean, listed};
use crate::file_tree::{self, Tree};
use crate::lower::names;
use crate::spec::{self, FileKind, Spec};

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Wire name of the operation.
    pub operation: String,
    /// Product code or folder of its service.
    pub service: String,
    /// Its group.
    pub group: String,
}

impl Options {
    /// Reads the words behind `new`; `None` if they are not as the usage says.
    pub fn parse(words: &[&str]) -> Option<Self> {
        let (mut operation, mut service, mut group) = (None, None, None);
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let (place, value) = match *word {
                "--service" => (&mut service, *words.next()?),
                "--group" => (&mut group, *words.next()?),
                name if !name.starts_with('-') => (&mut operation, name),
                _ => return None,
            };
            if place.replace(value.to_owned()).is_some() {
                return None;
            }
        }
        Some(Self { operation: operation?, service: service?, group: group? })
    }
}

/// Why no file was written.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// There can be no such operation there.
    Refused(String),
    /// A file can't be read or written.
    Io(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(reason) => f.write_str(reason),
            Self::Io(_) => f.write_str("can't read the spec or write the file"),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Refused(_) => None,
            Self::Io(error) => Some(error),
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Writes the file of a new operation in a repository, and answers its path there. A file that exists stays as it is.
pub fn write(root: &Path, options: &Options) -> Result<String, Error> {
    let (path, text) = skeleton(&file_tree::read(&root.join(spec::FOLDER))?, options)?;
    let path = format!("{}/{path}", spec::FOLDER);
    if let Some(folder) = root.join(&path).parent() {
        fs::create_dir_all(folder)?;
    }
    OpenOptions::new().write(true).create_new(true).open(root.join(&path))?.write_all(text.as_bytes())?;
    Ok(path)
}

/// The path of a new operation below the spec, and the text of its file.
pub fn skeleton(files: &Tree, options: &Options) -> Result<(String, String), Error> {
    let Options { operation, service, group } = options;
    if !names::is_upper_camel(operation) {
        let reason = format!("\"{operation}\" is no name in upper camel case, such as ListThings");
        return Err(Error::Refused(reason));
    }
    // What is wrong with the spec is told by codegen.
    let spec = Spec::read(files, &mut Problems::default());
    let products = || spec.services.iter().map(|folder| folder.manifest.document.product.as_ref().as_str());
    let Some(folder) = spec
        .services
        .iter()
        .find(|folder| folder.name == *service || folder.manifest.document.product.as_ref() == service)
    else {
        let (expected, near) = (listed(products(), "or"), did_you_mean(service, products()));
        return Err(Error::Refused(format!("unknown service \"{service}\"; expected {expected}{near}")));
    };
    let groups = || folder.manifest.document.groups.iter().map(|group| group.as_ref().as_str());
    if !groups().any(|known| known == group) {
        let (expected, near) = (listed(groups(), "or"), did_you_mean(group, groups()));
        return Err(Error::Refused(format!("unknown group \"{group}\"; expected {expected}{near}")));
    }
    let mut operations = folder.groups.iter().flat_map(|group| &group.operations);
    if let Some(other) = operations.find(|other| other.document.name.as_ref() == operation) {
        return Err(Error::Refused(format!("{} describes {operation} already", other.source.path)));
    }
    let path = format!("{}/{group}/{}.toml", folder.name, names::file(operation));
    let place = format!("{}/{path}", spec::FOLDER);
    if files.contains_key(&path) {
        return Err(Error::Refused(format!("{place} is there already")));
    }
    let product = folder.manifest.document.product.as_ref().to_uppercase();
    let line = FileKind::Operation.schema_line(&path);
    let text = SKELETON.replace("{operation}", operation).replace("{product}", &product);
    Ok((path, format!("{line}\n{text}")))
}

const SKELETON: &str = r#"# Fill in every "", remove what this operation doesn't have, and run `cargo xtask codegen`, which tells what is missing.
# ../../README.md explains every key, those for rare cases too.

name = "{operation}"
summary = "" # One sentence in the third person and the present tense, with a full stop.
method = "" # GET, POST, PUT or DELETE
path = "" # Placeholders as {AppId}; each of them is a parameter with in = "path" and required = true.
effect = "" # read or write: what it does to the service, whatever the method says.
from = "today" # both, document or today: where these facts come from.
source = "{product} API today" # Chapter or page.
# body = "form" # Where a parameter has in = "body": form, json or raw.
errors = [] # Codes that the documentation lists for this operation; errors.toml describes them.

# One table for each parameter.
[[parameter]]
name = "" # As on the wire.
type = "" # string, integer, long, float, double, boolean, any, [T], {T} or a shape or enum.
# in = "query" # query, path, body or header
# style = "json" # How a structure travels: json or flat.
# required = true
# sensitive = true # Where it may hold a secret.
# default = "" # What the service takes when it is left out.
# example = "" # As on the wire.
doc = "" # What it is: unit, default, limits.

# One table for each field of the answer that isn't part of the envelope.
[[response]]
name = "Data"
type = ""
doc = ""

# An object in the answer or in a parameter; what several operations use stands in a shapes.toml.
# [shape.Thing]
# doc = ""
#
# [[shape.Thing.field]]
# name = ""
# type = ""
# doc = ""
"#;
