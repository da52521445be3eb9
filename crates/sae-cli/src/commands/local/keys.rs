//! Reads the access keys of the server from the command line, a file or the environment.

use std::env::{self, VarError};
use std::path::Path;

use sae::transport::input_file::read_secret_text;
use sae_local::Builder;

use crate::args::local::Local;
use crate::failure::Failure;

/// An access key.
pub struct Key {
    pub id: String,
    secret: String,
    token: Option<String>,
}

impl Key {
    /// Parses `ID:SECRET` or `ID:SECRET:TOKEN`. The error doesn't quote it, since most of it is secret.
    fn parse(text: &str, place: &str) -> Result<Self, Failure> {
        let parts: Vec<&str> = text.splitn(3, ':').collect();
        if parts.len() < 2 || parts.iter().any(|part| part.is_empty()) {
            let message = format!("{place}: expected ID:SECRET or ID:SECRET:TOKEN, no part of it empty");
            return Err(Failure::usage(message));
        }
        let mut parts = parts.into_iter().map(str::to_owned);
        Ok(Self {
            id: parts.next().unwrap_or_default(),
            secret: parts.next().unwrap_or_default(),
            token: parts.next(),
        })
    }

    /// Adds the key to a server.
    pub fn accepted_by(&self, builder: Builder) -> Builder {
        match &self.token {
            None => builder.access_key(&self.id, &self.secret),
            Some(token) => builder.security_token(&self.id, &self.secret, token),
        }
    }
}

/// The keys of the command line and of the given file; those of the environment if there are none.
pub fn keys(args: &Local) -> Result<Vec<Key>, Failure> {
    let typed = args.access_key.iter();
    let mut keys: Vec<Key> = typed.map(|key| Key::parse(key, "--access-key")).collect::<Result<_, _>>()?;
    if let Some(path) = &args.access_key_file {
        let place = format!("--access-key-file {path}");
        let text = read_secret_text(Path::new(path), FILE_LIMIT)
            .map_err(|error| Failure::usage(format!("{place}: {error}")))?;
        let before = keys.len();
        for (number, line) in (1..).zip(text.lines()).map(|(number, line)| (number, line.trim())) {
            if !line.is_empty() && !line.starts_with('#') {
                keys.push(Key::parse(line, &format!("{place}, line {number}"))?);
            }
        }
        if keys.len() == before {
            return Err(Failure::usage(format!(
                "{place}: it contains no access keys; expected one per line"
            )));
        }
    }
    if keys.is_empty() {
        keys = of_environment()?;
    }
    Ok(keys)
}

fn of_environment() -> Result<Vec<Key>, Failure> {
    match env::var(VARIABLE) {
        Ok(text) => text.split_whitespace().map(|key| Key::parse(key, VARIABLE)).collect(),
        Err(VarError::NotPresent) => Ok(Vec::new()),
        Err(VarError::NotUnicode(_)) => Err(Failure::usage(format!("{VARIABLE} isn't UTF-8"))),
    }
}

pub const VARIABLE: &str = "SAE_LOCAL_ACCESS_KEYS";
const FILE_LIMIT: u64 = 1024 * 1024;
