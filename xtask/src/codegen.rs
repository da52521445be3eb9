//! `cargo xtask codegen`: writes the generated code and the schemas of the spec's files, or says how they differ from what they should be.

use std::path::Path;
use std::{fmt, io};

use crate::diagnostics::{Problem, Problems};
use crate::file_tree::{self, Difference, Tree};
use crate::lower::lower;
use crate::print::print;
use crate::schema;
use crate::spec::{self, Spec};

/// Why no code came out.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The spec breaks rules.
    Spec(Vec<Problem>),
    /// A file can't be read or written.
    Io(io::Error),
    /// What was printed is no Rust.
    Print(syn::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spec(problems) => {
                for problem in problems {
                    writeln!(f, "{problem}")?;
                }
                let s = if problems.len() == 1 { "" } else { "s" };
                write!(
                    f,
                    "{} problem{s} in the spec; {}/README.md describes its format",
                    problems.len(),
                    spec::FOLDER
                )
            }
            Self::Io(_) => write!(f, "can't read the spec or write the generated code"),
            Self::Print(_) => write!(f, "the generator printed something that is no Rust"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Spec(_) => None,
            Self::Io(error) => Some(error),
            Self::Print(error) => Some(error),
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The generated files of a spec.
pub fn generate(files: &Tree) -> Result<Tree, Error> {
    generated(files, Problems::default())
}

/// The generated files of the spec in a folder; what can't be read there is reported like what is wrong in it.
pub fn generate_from(folder: &Path) -> Result<Tree, Error> {
    let (files, unreadable) = file_tree::read_what_can_be(folder);
    let mut problems = Problems::default();
    for (name, error) in unreadable {
        let path = format!("{}/{name}", spec::FOLDER);
        problems.about(&path, format!("can't be read: {error}"));
        problems.close(&path);
    }
    generated(&files, problems)
}

fn generated(files: &Tree, mut problems: Problems) -> Result<Tree, Error> {
    let spec = Spec::read(files, &mut problems);
    let services = lower(&spec, &mut problems);
    if !problems.is_empty() {
        return Err(Error::Spec(problems.into_sorted()));
    }
    print(&services).map_err(Error::Print)
}

/// How the committed code and schemas of a repository differ from what is generated.
pub fn check(root: &Path) -> Result<Difference, Error> {
    let mut difference = Difference::default();
    for (folder, files) in folders(root)? {
        let actual = file_tree::read(&root.join(&folder))?;
        difference.extend(Difference::between(&files, &actual).below(&folder));
    }
    Ok(difference)
}

/// Writes the generated code and the schemas of a repository, and answers what was otherwise.
pub fn write(root: &Path) -> Result<Difference, Error> {
    let mut difference = Difference::default();
    for (folder, files) in folders(root)? {
        difference.extend(file_tree::write(&root.join(&folder), &files)?.below(&folder));
    }
    Ok(difference)
}

/// What to say about committed files that are not what is generated.
pub fn complaint(difference: &Difference) -> String {
    let files = difference.list();
    format!("{files}the generated files are not what {} says; run `cargo xtask codegen`", spec::FOLDER)
}

/// The folders of generated files.
fn folders(root: &Path) -> Result<[(String, Tree); 2], Error> {
    let code = generate_from(&root.join(spec::FOLDER))?;
    Ok([(OUTPUT.to_owned(), code), (schema::folder(), schema::files())])
}

/// The folder of generated code.
pub const OUTPUT: &str = "crates/sae-models/src/generated";
