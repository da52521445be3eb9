//! Reads environment variables and files. No other module does.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sae_transport::Error;
use sae_transport::input_file::read_limited_text;

use super::unavailable;
use super::{Credentials, CredentialsFuture, ProvideCredentials};

/// The environment variables that matter to credentials, read once. Empty ones count as missing.
///
/// ```
/// use sae::credentials::Variables;
///
/// let variables = Variables::from([("HOME", "/home/me"), ("ALIBABA_CLOUD_PROFILE", "")]);
/// assert_eq!(variables.variable("HOME"), Some("/home/me"));
/// assert_eq!(variables.variable("ALIBABA_CLOUD_PROFILE"), None);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Variables {
    variables: BTreeMap<String, String>,
    /// The names of variables whose values aren't UTF-8.
    unreadable: BTreeSet<String>,
}

impl Variables {
    /// The environment of this process.
    pub fn process() -> Self {
        // Others are of no use here; some of them are other people's secrets.
        let wanted = |name: &str| name.starts_with("ALIBABA_CLOUD_") || HOMES.contains(&name);
        let mut found = Self::from([] as [(&str, &str); 0]);
        for (name, value) in std::env::vars_os() {
            let Some(name) = name.into_string().ok().filter(|name| wanted(name)) else { continue };
            match value.into_string() {
                Ok(value) => drop(found.variables.insert(name, value)),
                Err(_) => drop(found.unreadable.insert(name)),
            }
        }
        found
    }

    /// Fails if a variable isn't UTF-8. Ignoring it could have the program use other credentials than those that were set.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let Some(name) = self.unreadable.first() else { return Ok(()) };
        Err(unavailable(format!("the environment variable {name} isn't UTF-8")))
    }

    /// The value of a variable.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether a variable is `true`, in upper or lower case.
    pub(super) fn switch(&self, name: &str) -> bool {
        self.variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The values of all these variables. Fails if any is missing, and names the missing ones.
    pub(super) fn all<const N: usize>(&self, names: [&str; N]) -> Result<[&str; N], Error> {
        let missing: Vec<_> = names.iter().copied().filter(|name| self.variable(name).is_none()).collect();
        if missing.is_empty() {
            return Ok(names.map(|name| self.variable(name).unwrap_or_default()));
        }
        let be = if missing.len() == 1 { "is" } else { "are" };
        Err(unavailable(format!("{} {be} not set", missing.join(" and "))))
    }

    /// A path in the home directory: `HOME`, or the corresponding variables of Windows.
    ///
    /// ```
    /// use sae::credentials::Variables;
    ///
    /// let variables = Variables::from([("HOME", ""), ("USERPROFILE", "/users/me")]);
    /// assert_eq!(variables.home("notes")?, std::path::Path::new("/users/me/notes"));
    /// # Ok::<(), sae::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// No variable has the home directory.
    pub fn home(&self, below: &str) -> Result<PathBuf, Error> {
        self.check()?;
        let home = match (self.variable("HOME"), self.variable("USERPROFILE")) {
            (Some(home), _) | (None, Some(home)) => home.to_owned(),
            (None, None) => {
                let parts = [self.variable("HOMEDRIVE"), self.variable("HOMEPATH")];
                parts.into_iter().collect::<Option<String>>().ok_or_else(|| {
                    unavailable(format!(
                        "there is no home directory to look for ~/{below} in: HOME is not set"
                    ))
                })?
            }
        };
        Ok(Path::new(&home).join(below))
    }
}

/// The text of a file. The error names the file and quotes nothing of it.
pub(super) fn read(path: &Path) -> Result<String, Error> {
    match read_limited_text(path, LONGEST_FILE) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(unavailable(format!("there is no {}", path.display())))
        }
        Err(error) => Err(unavailable(format!("{} can't be read: {error}", path.display()))),
    }
}

/// Whether a file exists.
pub(super) fn is_there(path: &Path) -> bool {
    path.exists()
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { variables, unreadable: BTreeSet::new() }
    }
}

impl<K: Into<String>, V: Into<String>, const N: usize> From<[(K, V); N]> for Variables {
    fn from(variables: [(K, V); N]) -> Self {
        Self::from_iter(variables)
    }
}

/// Only the names.
impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

/// The access key in the environment.
#[derive(Debug)]
pub(super) struct EnvironmentKey(pub(super) Variables);

impl EnvironmentKey {
    fn key(&self) -> Result<Credentials, Error> {
        let [id, secret] = self.0.all(["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"])?;
        let credentials = Credentials::new(id, secret);
        Ok(match self.0.variable("ALIBABA_CLOUD_SECURITY_TOKEN") {
            Some(token) => credentials.with_security_token(token),
            None => credentials,
        })
    }
}

impl ProvideCredentials for EnvironmentKey {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(std::future::ready(self.key()))
    }
}

/// The variables that may have the home directory.
const HOMES: [&str; 4] = ["HOME", "USERPROFILE", "HOMEDRIVE", "HOMEPATH"];
/// Much more than any profile or token needs.
const LONGEST_FILE: u64 = 4 << 20;
