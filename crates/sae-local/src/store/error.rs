//! Errors of the folder for state.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::tables::FORMAT;

/// Why state can't be stored in a folder, or no longer.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// use sae_local::LocalSae;
///
/// let error = LocalSae::builder().data("Cargo.toml").start().await.unwrap_err();
/// assert_eq!(error.to_string(), "Cargo.toml is not a folder");
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct DataError {
    path: PathBuf,
    cause: Arc<Cause>,
}

#[derive(Debug)]
pub enum Cause {
    /// Another process uses it.
    InUse,
    /// It is not a folder.
    NoFolder,
    /// It isn't private, for this reason.
    Unsafe(String),
    /// It can't be opened or created.
    Open(io::Error),
    /// It has an unknown format.
    Format(u64),
    /// Its content can't be read.
    Unreadable(Source),
    /// It can't be written.
    Write(Source),
    /// It was closed; another process may use it now.
    Closed,
}

/// The underlying error.
pub type Source = Box<dyn Error + Send + Sync>;

/// Stands for a panic of the database, which was reported when it happened.
pub fn panicked() -> Source {
    "the database failed unexpectedly".into()
}

impl DataError {
    /// An error about a file or a folder.
    pub fn new(path: &Path, cause: Cause) -> Self {
        Self { path: path.to_owned(), cause: Arc::new(cause) }
    }

    /// Whether the folder is unsuitable, so that a retry can't succeed.
    pub(crate) fn is_setting(&self) -> bool {
        matches!(*self.cause, Cause::NoFolder | Cause::Unsafe(_))
    }

    /// The file or the folder.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Cause {
    /// The cause for an error while opening the database.
    pub fn of(error: redb::Error) -> Self {
        match error {
            redb::Error::DatabaseAlreadyOpen => Self::InUse,
            redb::Error::Io(error) => match error.kind() {
                // The database reports a file that isn't its own, or that is too short, with these kinds.
                io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => Self::Unreadable(error.into()),
                _ => Self::Open(error),
            },
            error => Self::Unreadable(error.into()),
        }
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &*self.cause {
            Cause::InUse => write!(f, "{path} is in use by another sae local"),
            Cause::NoFolder => write!(f, "{path} is not a folder"),
            Cause::Unsafe(reason) => write!(f, "{path} {reason}"),
            Cause::Open(_) => write!(f, "{path} can't be opened for reading and writing"),
            Cause::Format(found) => {
                write!(
                    f,
                    "{path} was written by another version: it has format {found}, this version reads {FORMAT}"
                )
            }
            Cause::Unreadable(_) => write!(f, "{path} is damaged, or not the data of a local SAE"),
            Cause::Write(_) => {
                write!(f, "{path} can't be written any more; a restart returns to the last durable state")
            }
            Cause::Closed => write!(f, "{path} is closed: its server has stopped"),
        }
    }
}

impl Error for DataError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &*self.cause {
            Cause::Open(error) => Some(error),
            Cause::Unreadable(source) | Cause::Write(source) => Some(&**source),
            Cause::InUse | Cause::NoFolder | Cause::Unsafe(_) | Cause::Format(_) | Cause::Closed => None,
        }
    }
}
