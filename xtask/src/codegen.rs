//! `cargo xtask codegen`: writes the generated code, or says how it differs from what it should be.

use std::path::Path;
use std::{fmt, io};

use crate::diagnostics::{Problem, Problems};
use crate::file_tree::{self, Difference, Tree};
use crate::lower::lower;
use crate::print::print;
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
    let mut problems = Problems::default();
    let spec = Spec::read(files, &mut problems);
    let services = lower(&spec, &mut problems);
    if !problems.is_empty() {
        return Err(Error::Spec(problems.into_sorted()));
    }
    print(&services).map_err(Error::Print)
}

/// How the committed code of a repository differs from what its spec generates.
pub fn check(root: &Path) -> Result<Difference, Error> {
    let expected = generate(&file_tree::read(&root.join(spec::FOLDER))?)?;
    Ok(Difference::between(&expected, &file_tree::read(&root.join(OUTPUT))?))
}

/// Writes the generated code of a repository, and answers what was otherwise.
pub fn write(root: &Path) -> Result<Difference, Error> {
    let files = generate(&file_tree::read(&root.join(spec::FOLDER))?)?;
    Ok(file_tree::write(&root.join(OUTPUT), &files)?)
}

/// What to say about committed code that is not what the spec generates.
pub fn complaint(difference: &Difference) -> String {
    let files = difference.list(OUTPUT);
    format!("{files}the generated code is not what {} says; run `cargo xtask codegen`", spec::FOLDER)
}

/// The folder of generated code.
pub const OUTPUT: &str = "crates/sae-models/src/generated";
