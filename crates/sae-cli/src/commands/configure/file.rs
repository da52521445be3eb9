//! The file of profiles. Everything that this program doesn't know is kept.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use sae::credentials::Variables;
use sae::transport::input_file::read_limited_text;
use sae::transport::text::escape_control;
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::error::Category;

use super::members::Members;
use super::profile::Profile;
use crate::failure::Failure;
use crate::input;

/// The file with its profiles.
pub struct File {
    path: PathBuf,
    /// Everything but the profiles; a placeholder keeps their place.
    document: Members,
    profiles: Vec<Profile>,
}

impl File {
    /// Reads the file. If it doesn't exist, there are no profiles.
    pub fn read() -> Result<Self, Failure> {
        let path = path().ok_or_else(|| {
            Failure::other("there is no home folder; set HOME, or ALIBABA_CLOUD_CONFIG_FILE to the file with the profiles")
        })?;
        let shown = path.display();
        let text = match read_limited_text(&path, LONGEST) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => EMPTY.to_owned(),
            Err(error) => return Err(Failure::other(format!("{shown} can't be read: {error}"))),
        };
        // The error doesn't quote the text, which holds secrets.
        let mut document: Members = serde_json::from_str(&text).map_err(|error| {
            let what = match error.classify() {
                Category::Data => "not a JSON object".to_owned(),
                _ => format!("not valid JSON, at line {} column {}", error.line(), error.column()),
            };
            Failure::other(format!("{shown} is {what}; fix it or move it away"))
        })?;
        let profiles: Option<Vec<Members>> = serde_json::from_str(document.json(PROFILES).unwrap_or("null"))
            .map_err(|_| {
                Failure::other(format!(
                    "\"profiles\" in {shown} is not a list of objects; fix it or move it away"
                ))
            })?;
        let profiles = profiles.unwrap_or_default().into_iter().map(Profile).collect();
        document.set(PROFILES, "");
        Ok(Self { path, document, profiles })
    }

    /// Where it is.
    pub fn place(&self) -> String {
        escape_control(&self.path.display().to_string()).into_owned()
    }

    /// Name of the current profile.
    pub fn current(&self) -> Option<String> {
        Some(self.document.text("current")).filter(|name| !name.is_empty())
    }

    /// All profiles.
    pub fn profiles(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.iter()
    }

    /// The profile of this name.
    pub fn profile(&self, name: &str) -> Result<&Profile, Failure> {
        self.profiles.iter().find(|profile| profile.text("name") == name).ok_or_else(|| {
            let names: Vec<_> = self.profiles.iter().map(|profile| profile.text("name")).collect();
            let there = match names.as_slice() {
                [] => "it has none; `sae configure` creates one".to_owned(),
                names => format!("it has {}", names.join(", ")),
            };
            Failure::other(format!("{} has no profile {name:?}: {there}", self.path.display()))
        })
    }

    /// Adds a profile, or replaces the one of that name.
    pub fn put(&mut self, profile: Profile) {
        match self.profiles.iter_mut().find(|known| known.text("name") == profile.text("name")) {
            Some(known) => *known = profile,
            None => self.profiles.push(profile),
        }
    }

    /// Makes this the current profile.
    pub fn make_current(&mut self, name: &str) {
        self.document.set("current", name);
    }

    /// Deletes a profile. If it was the current one, the first of the others becomes current.
    pub fn delete(&mut self, name: &str) {
        self.profiles.retain(|profile| profile.text("name") != name);
        if self.current().as_deref() == Some(name) {
            let next = self.profiles.first().map(|profile| profile.text("name")).unwrap_or_default();
            self.make_current(&next);
        }
    }

    /// Replaces the file atomically; only its owner can read it.
    pub fn write(&self) -> Result<(), Failure> {
        let written = serde_json::to_string_pretty(self)
            .map_err(io::Error::from)
            .and_then(|text| replace(&self.path, &(text + "\n")));
        written.map_err(|error| Failure::other(format!("{} can't be written: {error}", self.path.display())))
    }
}

/// The document with the profiles in their place.
impl Serialize for File {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.document.iter() {
            match name {
                PROFILES => {
                    let profiles: Vec<_> = self.profiles.iter().map(|profile| &profile.0).collect();
                    map.serialize_entry(name, &profiles)?;
                }
                _ => map.serialize_entry(name, value)?,
            }
        }
        map.end()
    }
}

/// The path of the file, if it can be determined.
pub fn path() -> Option<PathBuf> {
    let named = input::variable("ALIBABA_CLOUD_CONFIG_FILE").map(PathBuf::from);
    named.or_else(|| Variables::process().home(".aliyun/config.json").ok())
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    // If the path is a symbolic link, its target is replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_folder(folder)?;
    let mut name = path.file_name().map(OsString::from).unwrap_or_default();
    name.push(format!(".{}.new", std::process::id()));
    let new = folder.join(name);
    // Remove what a killed program may have left; usually there is nothing.
    let _ = fs::remove_file(&new);
    let written = write_new(&new, text).and_then(|()| fs::rename(&new, &path));
    if written.is_err() {
        // The partial file may hold a secret. If it can't be removed, it was probably never created.
        let _ = fs::remove_file(&new);
    }
    written
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// Maximum size of the file in bytes.
const LONGEST: u64 = 4 << 20;
const PROFILES: &str = "profiles";
const EMPTY: &str = r#"{"current":"","profiles":[]}"#;
