//! The folders and files of api-spec, read.

pub mod document;
mod kind;
mod parse;
mod spanned;
pub mod words;

use std::collections::BTreeMap;

pub use self::kind::{FileKind, MARK, SCHEMAS};
pub use self::parse::Parsed;
use self::parse::decode;
pub use self::spanned::{Spanned, Text, Word};
use crate::diagnostics::{Problems, Source, did_you_mean};
use crate::file_tree::Tree;

/// The whole spec.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Spec {
    /// The services, in the order of their folders.
    pub services: Vec<ServiceFolder>,
}

/// The folder of one version of a service.
#[derive(Debug)]
#[non_exhaustive]
pub struct ServiceFolder {
    /// Name of the folder.
    pub name: String,
    /// Its `service.toml`.
    pub manifest: Parsed<document::Service>,
    /// Its `errors.toml`.
    pub errors: Parsed<document::Errors>,
    /// Its `shapes.toml`.
    pub shapes: Option<Parsed<document::Shapes>>,
    /// Its `deviations.toml`, which `cargo xtask import` alone understands.
    pub deviations: Option<Source>,
    /// The folders of its groups.
    pub groups: Vec<GroupFolder>,
}

/// The folder of a group of operations.
#[derive(Debug)]
#[non_exhaustive]
pub struct GroupFolder {
    /// Name of the folder.
    pub name: String,
    /// Its path, for messages.
    pub path: String,
    /// Its `shapes.toml`.
    pub shapes: Option<Parsed<document::Shapes>>,
    /// The files of its operations, in the order of their names.
    pub operations: Vec<Parsed<document::Operation>>,
}

impl Spec {
    /// Reads the files of a spec. What can't be understood becomes a problem, and the rest is there nevertheless.
    pub fn read(files: &Tree, problems: &mut Problems) -> Self {
        // Files of the service itself, and those of its groups.
        let mut folders: BTreeMap<&str, Folder<'_>> = BTreeMap::new();
        for (path, bytes) in files {
            let mut steps = path.split('/');
            let place = format!("{FOLDER}/{path}");
            match (steps.next(), steps.next(), steps.next(), steps.next()) {
                // The schemas are compared with what they are made from, like generated code.
                (Some("README.md"), None, _, _) | (Some(SCHEMAS), Some(_), None, _) => {}
                (Some(service), Some(file), None, _) => {
                    folders.entry(service).or_default().files.insert(file, decode(place, bytes, problems));
                }
                (Some(service), Some(group), Some(file), None) => {
                    let folder = folders.entry(service).or_default();
                    folder.groups.entry(group).or_default().insert(file, decode(place, bytes, problems));
                }
                _ => problems.about(place, "unknown file; see README.md for what stands where"),
            }
        }
        let services = folders.into_iter().map(|(name, folder)| read_service(name, folder, problems));
        Self { services: services.collect() }
    }
}

#[derive(Default)]
struct Folder<'a> {
    files: BTreeMap<&'a str, Source>,
    groups: BTreeMap<&'a str, BTreeMap<&'a str, Source>>,
}

fn read_service(name: &str, mut folder: Folder<'_>, problems: &mut Problems) -> ServiceFolder {
    let mut needed = |file: &str, problems: &mut Problems| {
        folder.files.remove(file).ok_or_else(|| {
            let path = format!("{FOLDER}/{name}/{file}");
            problems.about(&path, "missing; every service has one");
            Source::new(path, String::new())
        })
    };
    let (manifest, errors) = (needed("service.toml", problems), needed("errors.toml", problems));
    let (shapes, deviations) = (folder.files.remove("shapes.toml"), folder.files.remove("deviations.toml"));
    for (file, source) in folder.files {
        let near = did_you_mean(file, SERVICE_FILES);
        problems.about(source.path, format!("unknown file; expected {}{near}", SERVICE_FILES.join(", ")));
    }
    let manifest = manifest.and_then(|source| Parsed::parse(source, problems));
    let errors = errors.and_then(|source| Parsed::parse(source, problems));
    let shapes = shapes.map(|source| Parsed::parse(source, problems));
    let groups: Vec<_> =
        folder.groups.into_iter().map(|(group, files)| read_group(name, group, files, problems)).collect();
    let folders = || groups.iter().map(|group| group.name.as_str());
    ServiceFolder {
        name: name.to_owned(),
        manifest: manifest.unwrap_or_else(|source| {
            Parsed::in_place(source, document::Service::in_place(name, folders()), problems)
        }),
        errors: errors
            .unwrap_or_else(|source| Parsed::in_place(source, document::Errors::default(), problems)),
        shapes: shapes.map(|shapes| or_none(shapes, problems)),
        deviations,
        groups,
    }
}

fn read_group(
    service: &str,
    name: &str,
    mut files: BTreeMap<&str, Source>,
    problems: &mut Problems,
) -> GroupFolder {
    let shapes = files.remove("shapes.toml").map(|source| Parsed::parse(source, problems));
    let mut operations = Vec::new();
    for (file, source) in files {
        if file.strip_suffix(".toml").is_some() {
            operations.extend(Parsed::parse(source, problems));
        } else {
            problems.about(
                source.path,
                "unknown file; a group holds shapes.toml and one file for each operation",
            );
        }
    }
    GroupFolder {
        name: name.to_owned(),
        path: format!("{FOLDER}/{service}/{name}"),
        shapes: shapes.map(|shapes| or_none(shapes, problems)),
        operations,
    }
}

/// What a `shapes.toml` says, nothing where it can't be understood.
fn or_none(
    shapes: Result<Parsed<document::Shapes>, Source>,
    problems: &mut Problems,
) -> Parsed<document::Shapes> {
    shapes.unwrap_or_else(|source| Parsed::in_place(source, document::Shapes::default(), problems))
}

/// The folder of the spec, as it stands in messages and in the first lines of generated files.
pub const FOLDER: &str = "api-spec";

const SERVICE_FILES: [&str; 4] = ["service.toml", "errors.toml", "shapes.toml", "deviations.toml"];
