//! The folders and files of api-spec, read.

pub mod document;
mod parse;

use std::collections::BTreeMap;

pub use self::parse::{Parsed, Reported};
use crate::diagnostics::{Problems, Source, did_you_mean};
use crate::tree::Tree;

/// The whole spec.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Spec {
    /// The services whose files could all be read, in the order of their folders.
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
    /// Reads the files of a spec. One that can't be understood becomes a problem, and its service is left out.
    pub fn read(files: &Tree, problems: &mut Problems) -> Self {
        // Files of the service itself, and those of its groups.
        let mut folders: BTreeMap<&str, Folder<'_>> = BTreeMap::new();
        for (path, text) in files {
            let mut steps = path.split('/');
            let source = || Source::new(format!("{FOLDER}/{path}"), text.clone());
            match (steps.next(), steps.next(), steps.next(), steps.next()) {
                (Some(service), Some(file), None, _) => {
                    folders.entry(service).or_default().files.insert(file, source());
                }
                (Some(service), Some(group), Some(file), None) => {
                    let folder = folders.entry(service).or_default();
                    folder.groups.entry(group).or_default().insert(file, source());
                }
                (Some("README.md"), None, _, _) => {}
                _ => problems.about(source().path, "unknown file; see README.md for what stands where"),
            }
        }
        let read = |(name, folder)| read_service(name, folder, problems).ok();
        Self { services: folders.into_iter().filter_map(read).collect() }
    }
}

#[derive(Default)]
struct Folder<'a> {
    files: BTreeMap<&'a str, Source>,
    groups: BTreeMap<&'a str, BTreeMap<&'a str, Source>>,
}

fn read_service(
    name: &str,
    mut folder: Folder<'_>,
    problems: &mut Problems,
) -> Result<ServiceFolder, Reported> {
    let mut needed = |file: &str, problems: &mut Problems| {
        let source = folder.files.remove(file);
        if source.is_none() {
            problems.about(format!("{FOLDER}/{name}/{file}"), "missing; every service has one");
        }
        source
    };
    let (manifest, errors) = (needed("service.toml", problems), needed("errors.toml", problems));
    let (shapes, deviations) = (folder.files.remove("shapes.toml"), folder.files.remove("deviations.toml"));
    for (file, source) in folder.files {
        let near = did_you_mean(file, SERVICE_FILES);
        problems.about(source.path, format!("unknown file; expected {}{near}", SERVICE_FILES.join(", ")));
    }
    let manifest = manifest.ok_or(Reported).and_then(|source| Parsed::parse(source, problems));
    let errors = errors.ok_or(Reported).and_then(|source| Parsed::parse(source, problems));
    let shapes = shapes.map(|source| Parsed::parse(source, problems));
    let groups: Vec<_> =
        folder.groups.into_iter().map(|(group, files)| read_group(name, group, files, problems)).collect();
    // A file that was reported leaves nothing certain to say about the rest.
    Ok(ServiceFolder {
        name: name.to_owned(),
        manifest: manifest?,
        errors: errors?,
        shapes: shapes.transpose()?,
        deviations,
        groups: groups.into_iter().collect::<Result<_, _>>()?,
    })
}

fn read_group(
    service: &str,
    name: &str,
    mut files: BTreeMap<&str, Source>,
    problems: &mut Problems,
) -> Result<GroupFolder, Reported> {
    let shapes = files.remove("shapes.toml").map(|source| Parsed::parse(source, problems));
    let mut operations = Vec::new();
    for (file, source) in files {
        if file.strip_suffix(".toml").is_some() {
            operations.push(Parsed::parse(source, problems));
        } else {
            problems.about(
                source.path,
                "unknown file; a group holds shapes.toml and one file for each operation",
            );
        }
    }
    Ok(GroupFolder {
        name: name.to_owned(),
        path: format!("{FOLDER}/{service}/{name}"),
        shapes: shapes.transpose()?,
        operations: operations.into_iter().collect::<Result<_, _>>()?,
    })
}

/// The folder of the spec, as it stands in messages and in the first lines of generated files.
pub const FOLDER: &str = "api-spec";

const SERVICE_FILES: [&str; 4] = ["service.toml", "errors.toml", "shapes.toml", "deviations.toml"];
