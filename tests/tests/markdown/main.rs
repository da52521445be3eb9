//! The Markdown of the repository: links lead somewhere, files that it names exist, and its code works.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

mod architecture;
mod code;
mod guide;
mod links;
mod own_operations;
mod pages;
mod run;

use std::path::{Component, Path, PathBuf};

/// The Markdown files of the repository, as paths below its root.
fn markdown() -> Vec<PathBuf> {
    let files = files(&root(), "md");
    let files: Vec<_> = files
        .iter()
        .map(|file| file.strip_prefix(root()).expect("a file of the repository").to_owned())
        .collect();
    // Input of a test about files that must not be there.
    files.into_iter().filter(|file| !file.starts_with("xtask/tests")).collect()
}

/// The files of a folder and of those below it with this extension, except what tools make or keep.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        if path.is_dir() {
            if !name.starts_with('.') && !["target", "node_modules"].contains(&name.as_ref()) {
                files.extend(self::files(&path, extension));
            }
        } else if path.extension().is_some_and(|it| it == extension) {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The path without `.` and `..`; nothing if it leaves the repository.
fn resolved(path: &Path) -> Option<PathBuf> {
    let mut resolved = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                if !resolved.pop() {
                    return None;
                }
            }
            Component::Normal(name) => resolved.push(name),
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(resolved)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository").to_owned()
}
