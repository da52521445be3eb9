//! What is wrong with a folder that states are kept in.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::tables::FORMAT;

/// Why state can't be kept in a folder, or can't be kept there any longer.
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
    /// Another process has it.
    InUse,
    /// Something else is in its place.
    NoFolder,
    /// It isn't private, for this reason.
    Unsafe(String),
    /// It can't be opened or made.
    Open(io::Error),
    /// It has a format that isn't ours.
    Format(u64),
    /// What is in it makes no sense.
    Unreadable(Source),
    /// It can't be written.
    Write(Source),
    /// It was closed, and may be somebody else's by now.
    Closed,
}

/// What was behind it.
pub type Source = Box<dyn Error + Send + Sync>;

/// What is behind a panic of the database. The panic itself has been reported when it happened.
pub fn panicked() -> Source {
    "the database gave up".into()
}

impl DataError {
    /// This is wrong with a file or a folder.
    pub fn new(path: &Path, cause: Cause) -> Self {
        Self { path: path.to_owned(), cause: Arc::new(cause) }
    }

    /// Whether it is the wrong folder to begin with, so that trying again is no use.
    pub(crate) fn is_setting(&self) -> bool {
        matches!(*self.cause, Cause::NoFolder | Cause::Unsafe(_))
    }

    /// The file or the folder.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Cause {
    /// What an error that came up while opening means.
    pub fn of(error: redb::Error) -> Self {
        match error {
            redb::Error::DatabaseAlreadyOpen => Self::InUse,
            redb::Error::Io(error) => match error.kind() {
                // The database reports a file that isn't one of its own, or that was cut short, like this.
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
            Cause::Unreadable(_) => write!(f, "{path} is damaged, or no data of a local SAE"),
            Cause::Write(_) => {
                write!(f, "{path} can't be written any more; a restart returns to the last durable state")
            }
            Cause::Closed => write!(f, "{path} is not in use any more: its server has stopped"),
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
