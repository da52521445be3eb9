//! `cargo xtask api`: the public items of each library as a text file next to its manifest, to be reviewed like code.
//!
//! rustdoc describes a crate as JSON, on a stable toolchain only with `RUSTC_BOOTSTRAP`, and in a form that differs from version to
//! version. What is built that way stays in a folder of its own and is never run.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fmt, fs, io};

/// The file of a crate.
pub const FILE: &str = "public-api.txt";

/// The crate whose types are lines: generated, and reviewed as TOML.
const GENERATED: &str = "sae-models";

/// A file that doesn't say what the crate says.
#[derive(Debug)]
#[non_exhaustive]
pub struct Stale {
    /// The file, below the root of the repository.
    pub path: String,
    /// Items that it lacks.
    pub added: Vec<String>,
    /// Items that it has and the crate hasn't.
    pub removed: Vec<String>,
}

/// Which files are stale. Builds the documentation of all libraries.
pub fn check(root: &Path) -> Result<Vec<Stale>, ApiError> {
    let mut stale = Vec::new();
    for (path, text) in files(root)? {
        let committed = match fs::read_to_string(root.join(&path)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            read => read.map_err(|error| ApiError::of(&path, error))?,
        };
        let committed: BTreeSet<&str> = committed.lines().collect();
        let made: BTreeSet<&str> = text.lines().collect();
        if committed != made {
            let lines = |lines: Vec<&&str>| lines.into_iter().map(|line| (*line).to_owned()).collect();
            let added = lines(made.difference(&committed).collect());
            stale.push(Stale { path, added, removed: lines(committed.difference(&made).collect()) });
        }
    }
    Ok(stale)
}

/// Writes the files, and answers their paths.
pub fn write(root: &Path) -> Result<Vec<String>, ApiError> {
    let files = files(root)?;
    for (path, text) in &files {
        fs::write(root.join(path), text).map_err(|error| ApiError::of(path, error))?;
    }
    Ok(files.into_keys().collect())
}

/// What to say about stale files.
pub fn complaint(stale: &[Stale]) -> String {
    let mut text = String::new();
    for Stale { path, added, removed } in stale {
        text.push_str(&format!("{path}: {} items added, {} removed\n", added.len(), removed.len()));
        let added = added.iter().map(|item| format!("  + {item}\n"));
        let lines: Vec<String> = removed.iter().map(|item| format!("  - {item}\n")).chain(added).collect();
        text.extend(lines.iter().take(SHOWN).map(String::as_str));
        if lines.len() > SHOWN {
            text.push_str("  …\n");
        }
    }
    text + "run `cargo xtask api`, review the difference and commit it"
}

/// One line for each type, with how much it has: fields or variants, and functions of its own. Of several names of a type only the one
/// in the module of its group is kept. Items that belong to no type are lines as they are.
pub fn summary<'a>(items: impl Iterator<Item = &'a str> + Clone) -> Vec<String> {
    let mut types: BTreeMap<(&str, &str), Counts<'a>> = BTreeMap::new();
    for line in items.clone() {
        if let Some((Kind::Type, path)) = named(line)
            && is_kept(path)
            && path.split("::").count() > 3
            && let Some(key) = key(path)
        {
            types.insert(key, Counts { line, path, members: BTreeSet::new(), functions: BTreeSet::new() });
        }
    }
    let mut lines = Vec::new();
    let mut of_trait = false;
    for line in items {
        if line.starts_with("impl") {
            of_trait = line.contains(" for ");
        }
        let Some((kind, path)) = named(line).filter(|(kind, _)| *kind != Kind::Type) else { continue };
        let owner = path.rsplit_once("::").map(|(owner, _)| owner);
        let counts = owner.and_then(key).and_then(|key| types.get_mut(&key));
        match (kind, counts) {
            // Functions have the shortest name of their type, whichever it is listed by.
            (Kind::Function, Some(counts)) if !of_trait => {
                counts.functions.insert(path);
            }
            (Kind::Member, Some(counts)) if owner == Some(counts.path) => {
                counts.members.insert(path);
            }
            (Kind::Member, None) | (_, Some(_)) => {}
            (_, None) => {
                if is_kept(path) {
                    lines.push(line.to_owned());
                }
            }
        }
    }
    let mut types: Vec<_> = types.into_values().collect();
    types.sort_by_key(|counts| counts.path);
    lines.extend(types.iter().map(ToString::to_string));
    lines
}

/// A type by service and name, which no two modules of a service have in common.
fn key(path: &str) -> Option<(&str, &str)> {
    let service = path.split("::").nth(1)?;
    let (_, name) = path.rsplit_once("::")?;
    Some((service, name))
}

/// A type with how much it has.
struct Counts<'a> {
    line: &'a str,
    path: &'a str,
    members: BTreeSet<&'a str>,
    functions: BTreeSet<&'a str>,
}

impl fmt::Display for Counts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, members, functions, .. } = self;
        let member = if line.contains("pub enum ") { "variants" } else { "fields" };
        write!(f, "{line}: {member} {}, functions {}", members.len(), functions.len())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Type,
    Function,
    /// A field or a variant.
    Member,
    Other,
}

/// What an item is, and its path. Nothing for an `impl`.
fn named(item: &str) -> Option<(Kind, &str)> {
    let start = item.find("pub ")?;
    if !item.get(..start)?.split(' ').all(|word| word.is_empty() || word.starts_with("#[")) {
        return None;
    }
    let mut words = item.get(start + 4..)?;
    let mut kind = Kind::Member;
    while let Some((word, rest)) = words.split_once(' ') {
        kind = match word {
            "struct" | "enum" | "union" => Kind::Type,
            "fn" => Kind::Function,
            "const" | "async" | "unsafe" if kind == Kind::Member => Kind::Other,
            "mod" | "static" | "type" | "trait" | "use" | "macro" => Kind::Other,
            _ => break,
        };
        words = rest;
    }
    let end = words.find(['(', '<', ' ', '!', '=']).unwrap_or(words.len());
    let path = words.get(..end)?.trim_end_matches(':');
    Some((kind, path))
}

/// Whether this is the name by which a generated item is reviewed.
fn is_kept(path: &str) -> bool {
    !path.contains("::types::") && !path.ends_with("::types") && !path.contains("::generated")
}

/// The files as they should be: paths below the root with texts.
fn files(root: &Path) -> Result<BTreeMap<String, String>, ApiError> {
    let libraries = libraries(root)?;
    let (generated, others): (Vec<&str>, Vec<&str>) =
        libraries.iter().map(String::as_str).partition(|name| *name == GENERATED);
    document(root, &others, "")?;
    // Its types stand in a hidden module, from which the documented ones export them.
    document(root, &generated, "--document-hidden-items")?;
    let mut files = BTreeMap::new();
    for name in &libraries {
        let json = folder(root).join(format!("doc/{}.json", name.replace('-', "_")));
        let api = public_api::Builder::from_rustdoc_json(json)
            .omit_auto_derived_impls(true)
            .omit_auto_trait_impls(true)
            .omit_blanket_impls(true)
            .build()
            .map_err(|error| ApiError::of(&format!("{name}: {TOOLCHAIN}"), error))?;
        let items: Vec<String> = api.items().map(ToString::to_string).collect();
        let lines = if name == GENERATED { summary(items.iter().map(String::as_str)) } else { items.clone() };
        let text = format!("# Public items of {name}, made by `cargo xtask api`.\n{}\n", lines.join("\n"));
        files.insert(format!("crates/{name}/{FILE}"), text);
    }
    Ok(files)
}

/// Names of the crates that others can use.
fn libraries(root: &Path) -> Result<Vec<String>, ApiError> {
    let crates = root.join("crates");
    let entries = fs::read_dir(&crates).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let entries = entries.map_err(|error| ApiError::of("crates", error))?;
    let libraries = entries.iter().filter(|entry| entry.path().join("src/lib.rs").is_file());
    let mut names: Vec<String> =
        libraries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    Ok(names)
}

/// Has rustdoc describe crates, with all their features.
fn document(root: &Path, names: &[&str], flags: &str) -> Result<(), ApiError> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["doc", "--quiet", "--no-deps", "--all-features", "--target-dir"])
        .arg(folder(root))
        .args(names.iter().flat_map(|name| ["--package", name]))
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTDOCFLAGS", format!("-Z unstable-options --output-format json {flags}"))
        .current_dir(root)
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(ApiError::new(format!("cargo doc: {status}"))),
        Err(error) => Err(ApiError::of("cargo doc", error)),
    }
}

/// Apart from what is run: crates that notice `RUSTC_BOOTSTRAP` would be built anew by each command in turn.
fn folder(root: &Path) -> PathBuf {
    root.join("target/api")
}

/// Why the public items can't be told.
#[derive(Debug)]
pub struct ApiError {
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl ApiError {
    fn new(message: String) -> Self {
        Self { message, source: None }
    }

    fn of(what: &str, source: impl Error + Send + Sync + 'static) -> Self {
        Self { message: what.to_owned(), source: Some(Box::new(source)) }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for ApiError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}

const TOOLCHAIN: &str = "what rustdoc wrote can't be read; with another toolchain than Rust 1.95, choose the version of public-api that knows its form";
/// So many differences of a file are shown.
const SHOWN: usize = 40;
