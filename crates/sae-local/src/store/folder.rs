//! The folder for state and its files, which belong to the user who runs the server and to nobody else.
//!
//! No link is followed: whoever can write into a folder could otherwise make the server write to any file of its user,
//! and whoever can read the files has the secrets of all tenants. Windows has neither these owners nor these modes.
//! There, links are refused when they are found, and the rest is up to the access list of the folder.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};

use super::error::{Cause, DataError};

/// A folder that was found to be private.
pub struct Folder {
    /// Its path, without a slash at the end.
    pub path: PathBuf,
    handle: Handle,
}

impl Folder {
    /// Opens a folder, or creates it with its parents, for its owner only.
    pub fn open(path: &Path) -> Result<Self, DataError> {
        // A slash at the end would follow a link.
        let path: PathBuf = path.components().collect();
        let failed = |cause| DataError::new(&path, cause);
        if path.as_os_str().is_empty() {
            return Err(DataError::new(Path::new("\"\""), Cause::NoFolder));
        }
        let made = match fs::symlink_metadata(&path) {
            Ok(found) if found.is_symlink() => return Err(failed(Cause::Unsafe(LINK.to_owned()))),
            Ok(found) if !found.is_dir() => return Err(failed(Cause::NoFolder)),
            Ok(_) => false,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                builder().create(&path).map_err(|error| failed(Cause::Open(error)))?;
                true
            }
            Err(error) => return Err(failed(Cause::Open(error))),
        };
        let handle = Handle::open(&path, made).map_err(failed)?;
        Ok(Self { path, handle })
    }

    /// The path of a file in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Opens a file for reading and writing; none if it doesn't exist.
    pub fn file(&self, name: &str) -> Result<Option<File>, DataError> {
        let failed = |cause| DataError::new(&self.path(name), cause);
        match self.handle.open_file(&self.path, name, false) {
            Ok(file) => {
                let metadata = file.metadata().map_err(|error| failed(Cause::Open(error)))?;
                check_file(&metadata).map_err(|reason| failed(Cause::Unsafe(reason)))?;
                Ok(Some(file))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(_) if is_link(&self.path(name)) => Err(failed(Cause::Unsafe(LINK.to_owned()))),
            Err(error) => Err(failed(Cause::Open(error))),
        }
    }

    /// Creates a file that no other user can read.
    pub fn new_file(&self, name: &str) -> Result<File, DataError> {
        let made = self.handle.open_file(&self.path, name, true);
        made.map_err(|error| DataError::new(&self.path(name), Cause::Open(error)))
    }

    /// Removes a file that was never completed, if there is one. Fails if it isn't a regular file.
    pub fn discard(&self, name: &str) -> Result<(), DataError> {
        let path = self.path(name);
        let failed = |cause| Err(DataError::new(&path, cause));
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_symlink() => failed(Cause::Unsafe(LINK.to_owned())),
            Ok(found) => match check_kind(&found) {
                Ok(()) => self.handle.remove(&self.path, name).or_else(|error| failed(Cause::Open(error))),
                Err(reason) => failed(Cause::Unsafe(reason)),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => failed(Cause::Open(error)),
        }
    }

    /// Renames a file durably.
    pub fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.handle.rename(&self.path, from, to)?;
        // Without this, a power failure may undo the renaming.
        self.handle.sync()
    }
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink())
}

fn builder() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

#[cfg(unix)]
use unix::{Handle, check_file, check_kind};

#[cfg(unix)]
mod unix {
    use std::fs::{self, File, Metadata};
    use std::io;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    use std::path::Path;

    use rustix::fs::{AtFlags, Mode, OFlags, open, openat, renameat, unlinkat};
    use rustix::process::geteuid;

    use super::Cause;

    /// The open folder. Files are opened in it, even if its path changes.
    pub struct Handle(File);

    impl Handle {
        pub fn open(path: &Path, new: bool) -> Result<Self, Cause> {
            let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::RDONLY | OFlags::CLOEXEC;
            let folder = open(path, flags, Mode::empty()).map_err(|error| Cause::Open(error.into()))?;
            let folder = File::from(folder);
            if new {
                // The umask may have removed permissions of the owner.
                folder.set_permissions(fs::Permissions::from_mode(0o700)).map_err(Cause::Open)?;
            }
            let metadata = folder.metadata().map_err(Cause::Open)?;
            check_owner(&metadata).map_err(Cause::Unsafe)?;
            match metadata.mode() & 0o777 {
                mode if mode & 0o022 != 0 => Err(Cause::Unsafe(format!(
                    "is writable by other users (mode {mode:03o}): run `chmod 700` on it"
                ))),
                _ => Ok(Self(folder)),
            }
        }

        /// Opens a file in the folder, or creates it if `new`; fails if it exists then.
        pub fn open_file(&self, _: &Path, name: &str, new: bool) -> io::Result<File> {
            // Opening a pipe must not wait for its other end.
            let mut flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
            if new {
                flags |= OFlags::CREATE | OFlags::EXCL;
            }
            let file = File::from(openat(&self.0, name, flags, Mode::RUSR | Mode::WUSR)?);
            if new {
                file.set_permissions(fs::Permissions::from_mode(0o600))?;
            }
            Ok(file)
        }

        pub fn remove(&self, _: &Path, name: &str) -> io::Result<()> {
            Ok(unlinkat(&self.0, name, AtFlags::empty())?)
        }

        pub fn rename(&self, _: &Path, from: &str, to: &str) -> io::Result<()> {
            Ok(renameat(&self.0, from, &self.0, to)?)
        }

        pub fn sync(&self) -> io::Result<()> {
            self.0.sync_all()
        }
    }

    /// Checks that a file with secrets is regular and private; returns the problem otherwise.
    pub fn check_file(metadata: &Metadata) -> Result<(), String> {
        check_kind(metadata)?;
        check_owner(metadata)?;
        match metadata.mode() & 0o777 {
            mode if mode & 0o077 != 0 => {
                Err(format!("is accessible to other users (mode {mode:03o}): run `chmod 600` on it"))
            }
            _ => Ok(()),
        }
    }

    /// Checks that a file is regular and has one name; returns the problem otherwise.
    pub fn check_kind(metadata: &Metadata) -> Result<(), String> {
        if !metadata.is_file() {
            return Err("is not a regular file: remove it or use another folder".to_owned());
        }
        if metadata.nlink() > 1 {
            return Err("has a second name (a hard link): remove one of them".to_owned());
        }
        Ok(())
    }

    fn check_owner(metadata: &Metadata) -> Result<(), String> {
        let owner = metadata.uid();
        if owner == geteuid().as_raw() {
            return Ok(());
        }
        Err(format!("belongs to another user (id {owner}): use a folder of your own"))
    }
}

#[cfg(not(unix))]
use elsewhere::{Handle, check_file, check_kind};

#[cfg(not(unix))]
mod elsewhere {
    use std::fs::{self, File, Metadata};
    use std::io;
    use std::path::Path;

    use super::{Cause, is_link};

    pub struct Handle;

    impl Handle {
        pub fn open(_: &Path, _: bool) -> Result<Self, Cause> {
            Ok(Self)
        }

        pub fn open_file(&self, folder: &Path, name: &str, new: bool) -> io::Result<File> {
            let path = folder.join(name);
            if !new && is_link(&path) {
                return Err(io::ErrorKind::InvalidInput.into());
            }
            File::options().read(true).write(true).create_new(new).open(path)
        }

        pub fn remove(&self, folder: &Path, name: &str) -> io::Result<()> {
            fs::remove_file(folder.join(name))
        }

        pub fn rename(&self, folder: &Path, from: &str, to: &str) -> io::Result<()> {
            fs::rename(folder.join(from), folder.join(to))
        }

        /// Folders can't be synchronized here.
        pub fn sync(&self) -> io::Result<()> {
            Ok(())
        }
    }

    pub fn check_file(metadata: &Metadata) -> Result<(), String> {
        check_kind(metadata)
    }

    pub fn check_kind(metadata: &Metadata) -> Result<(), String> {
        if metadata.is_file() { Ok(()) } else { Err("is not a regular file: remove it".to_owned()) }
    }
}

const LINK: &str = "is a symbolic link: use its target or remove it";
