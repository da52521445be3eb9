//! Files that somebody names: configuration, seeds, keys.
//!
//! A path from a command line or an environment variable can lead anywhere: to a pipe that nobody writes, to a device without an
//! end, to a folder on a server that has gone. What stands here reads regular files, up to a size, within a time, and refuses
//! everything else. Symbolic links are followed.

use std::fs::{self, File, FileType, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

/// Reads a regular file of at most `limit` bytes.
///
/// It returns within [`READ_TIME`]; an async caller runs it where blocking is allowed. Errors don't name the path. Besides those of
/// opening and reading a file they are [`ErrorKind::InvalidInput`] for anything but a regular file, [`ErrorKind::FileTooLarge`] and
/// [`ErrorKind::TimedOut`].
///
/// ```
/// use sae_transport::input_file::read_limited;
///
/// let error = read_limited("/dev/zero".as_ref(), 1024).expect_err("it has no end");
/// # #[cfg(unix)]
/// assert_eq!(error.to_string(), "this is a device, not a regular file");
/// ```
pub fn read_limited(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    within_time(path, move |path| read(open(path)?, limit))
}

/// The same for UTF-8 text; anything else is [`ErrorKind::InvalidData`].
pub fn read_limited_text(path: &Path, limit: u64) -> io::Result<String> {
    text(read_limited(path, limit)?)
}

/// The same for a file with secrets. It is refused with [`ErrorKind::PermissionDenied`] if everybody can read it, or anybody but
/// its owner can write it. Windows has no such modes; there nothing is checked.
pub fn read_secret_text(path: &Path, limit: u64) -> io::Result<String> {
    let read = within_time(path, move |path| {
        let (file, metadata) = open(path)?;
        check_mode(&metadata)?;
        read((file, metadata), limit)
    });
    text(read?)
}

/// How long reading one file may take: 5 seconds.
pub const READ_TIME: Duration = Duration::from_secs(5);

/// Reads on another thread: a read that hangs can't be interrupted, only left behind.
fn within_time(
    path: &Path,
    read: impl FnOnce(&Path) -> io::Result<Vec<u8>> + Send + 'static,
) -> io::Result<Vec<u8>> {
    let (sender, receiver) = sync_channel(1);
    let path = path.to_owned();
    std::thread::Builder::new().spawn(move || sender.send(read(&path)))?;
    receiver.recv_timeout(READ_TIME).map_err(|error| match error {
        RecvTimeoutError::Timeout => {
            io::Error::new(ErrorKind::TimedOut, format!("it can't be read within {} s", READ_TIME.as_secs()))
        }
        RecvTimeoutError::Disconnected => io::Error::other("reading it was interrupted"),
    })?
}

/// Asks what it is before it opens it, since opening alone does something to pipes and devices, and again of what it has opened.
fn open(path: &Path) -> io::Result<(File, Metadata)> {
    check_type(fs::metadata(path)?.file_type())?;
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK | libc::O_NOCTTY);
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    check_type(metadata.file_type())?;
    Ok((file, metadata))
}

fn check_type(found: FileType) -> io::Result<()> {
    if found.is_file() {
        return Ok(());
    }
    let kind = match found {
        found if found.is_dir() => "a folder",
        #[cfg(unix)]
        found if std::os::unix::fs::FileTypeExt::is_fifo(&found) => "a pipe",
        #[cfg(unix)]
        found if std::os::unix::fs::FileTypeExt::is_socket(&found) => "a socket",
        _ => "a device",
    };
    Err(io::Error::new(ErrorKind::InvalidInput, format!("this is {kind}, not a regular file")))
}

#[cfg(unix)]
fn check_mode(metadata: &Metadata) -> io::Result<()> {
    let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
    if mode & 0o026 == 0 {
        return Ok(());
    }
    let message =
        format!("it holds secrets and has mode {mode:03o}, which is open to others; `chmod 600` closes it");
    Err(io::Error::new(ErrorKind::PermissionDenied, message))
}

#[cfg(not(unix))]
fn check_mode(_: &Metadata) -> io::Result<()> {
    Ok(())
}

/// The length that a file states is only a hint: it may grow, and some files of the system state none.
fn read((file, metadata): (File, Metadata), limit: u64) -> io::Result<Vec<u8>> {
    let too_large = || {
        io::Error::new(
            ErrorKind::FileTooLarge,
            format!("it is larger than the {limit} bytes that it may have"),
        )
    };
    if metadata.len() > limit {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(too_large()) } else { Ok(bytes) }
}

fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        io::Error::new(ErrorKind::InvalidData, format!("byte {} isn't UTF-8", at + 1))
    })
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::net::UnixListener;
    use std::path::PathBuf;
    use std::process::Command;

    use super::*;

    /// What is read of a path, or the words of the error.
    fn check(path: impl AsRef<Path>, expected: Result<&str, &str>) {
        let found = read_limited_text(path.as_ref(), 8).map_err(|error| error.to_string());
        assert_eq!(found.as_deref().map_err(String::as_str), expected, "{}", path.as_ref().display());
    }

    fn file(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
        let path = folder.join(name);
        fs::write(&path, bytes).expect("a file");
        path
    }

    #[test]
    fn regular_files_of_a_size_are_read_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let (folder, path) = (folder.path(), |name| folder.path().join(name));
        check(file(folder, "empty", b""), Ok(""));
        check(file(folder, "full", b"12345678"), Ok("12345678"));
        std::os::unix::fs::symlink(path("full"), path("link")).expect("a link");
        check(path("link"), Ok("12345678"));
        check(file(folder, "large", b"123456789"), Err("it is larger than the 8 bytes that it may have"));
        check(file(folder, "bytes", b"ab\xff"), Err("byte 3 isn't UTF-8"));
        // Nobody writes this pipe: to open it would take for ever.
        assert!(Command::new("mkfifo").arg(path("pipe")).status().expect("mkfifo runs").success());
        check(path("pipe"), Err("this is a pipe, not a regular file"));
        std::os::unix::fs::symlink(path("pipe"), path("hidden")).expect("a link");
        check(path("hidden"), Err("this is a pipe, not a regular file"));
        let _socket = UnixListener::bind(path("socket")).expect("a socket");
        check(path("socket"), Err("this is a socket, not a regular file"));
        check("/dev/zero", Err("this is a device, not a regular file"));
        check(folder, Err("this is a folder, not a regular file"));
        let missing = read_limited(&path("missing"), 8).expect_err("there is none");
        assert_eq!(missing.kind(), ErrorKind::NotFound);
    }

    /// A regular file by its type, of no length, with more bytes than that.
    #[cfg(target_os = "linux")]
    #[test]
    fn the_length_that_a_file_states_is_not_believed() {
        check("/proc/self/status", Err("it is larger than the 8 bytes that it may have"));
    }

    #[test]
    fn secrets_are_read_from_files_that_are_closed_to_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = file(folder.path(), "keys", b"a:b");
        for (mode, open) in [
            (0o600, false),
            (0o400, false),
            (0o640, false),
            (0o700, false),
            (0o644, true),
            (0o604, true),
            (0o620, true),
            (0o602, true),
        ] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("a mode");
            let found = read_secret_text(&path, 8).map_err(|error| error.to_string());
            let told = format!(
                "it holds secrets and has mode {mode:03o}, which is open to others; `chmod 600` closes it"
            );
            assert_eq!(found, if open { Err(told) } else { Ok("a:b".to_owned()) }, "{mode:o}");
        }
    }
}
