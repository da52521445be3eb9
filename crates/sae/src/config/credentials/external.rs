//! Credentials that a program prints.

use std::io::Read as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use sae_transport::Error;
use serde_json::Value;
use tokio::sync::oneshot;

use super::session::expiring;
use super::{Credentials, CredentialsFuture, Environment, ProvideCredentials, unavailable};

/// A program that prints credentials in JSON.
pub(super) struct External {
    pub(super) command: String,
    pub(super) environment: Environment,
}

impl External {
    async fn session(&self) -> Result<Credentials, Error> {
        let words = words(&self.command)?;
        let limit = self.environment.limit(LIMIT);
        let (done, output) = oneshot::channel();
        // The receiver may be gone when the program ends.
        in_background(move || drop(done.send(output_of(&words, limit))))?;
        let output = output.await.map_err(|_| unavailable("the credentials program could not be run"))??;
        credentials(&output)
    }
}

/// Runs in its own thread, because a runtime that shuts down would wait for one of its own threads.
fn in_background(work: impl FnOnce() + Send + 'static) -> Result<(), Error> {
    let started = std::thread::Builder::new().spawn(work);
    started.map(drop).map_err(|error| unavailable(format!("no thread for the credentials program: {error}")))
}

/// The words of a command line. It isn't run by a shell.
fn words(command: &str) -> Result<Vec<String>, Error> {
    // On Windows the backslash is part of paths.
    let literal = if cfg!(windows) { command.replace('\\', "\\\\") } else { command.to_owned() };
    let words = shlex::split(&literal).filter(|words| !words.is_empty());
    words.ok_or_else(|| unavailable("process_command is empty or has a quotation mark that is not closed"))
}

/// The standard output of the program. Its other output is discarded, since it may contain secrets.
fn output_of(words: &[String], limit: Duration) -> Result<Vec<u8>, Error> {
    let begin = Instant::now();
    let [program, arguments @ ..] = words else { return Err(unavailable("process_command is empty")) };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| unavailable(format!("the credentials program can't be started: {error}")))?;
    let ended = read(&mut child, limit).and_then(|output| Ok((output, wait(&mut child, begin, limit)?)));
    let (output, status) = ended.inspect_err(|_| {
        // The program is killed and reaped. Nothing depends on whether that works.
        let _ = child.kill().and_then(|()| child.wait());
    })?;
    if status.success() {
        return Ok(output);
    }
    Err(unavailable(format!("the credentials program failed with {status}; run it by hand to see why")))
}

/// Reads to the end, unless that takes too long: a process that the program has started may keep the pipe open.
fn read(child: &mut Child, limit: Duration) -> Result<Vec<u8>, Error> {
    let pipe = child.stdout.take().ok_or_else(|| late(limit))?;
    let (done, output) = mpsc::channel();
    in_background(move || {
        let mut bytes = Vec::new();
        if pipe.take(LONGEST).read_to_end(&mut bytes).is_ok() {
            // The receiver may be gone.
            let _ = done.send(bytes);
        }
    })?;
    output.recv_timeout(limit).map_err(|_| late(limit))
}

fn wait(child: &mut Child, begin: Instant, limit: Duration) -> Result<ExitStatus, Error> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if begin.elapsed() < limit => std::thread::sleep(Duration::from_millis(2)),
            Ok(None) | Err(_) => return Err(late(limit)),
        }
    }
}

fn late(limit: Duration) -> Error {
    unavailable(format!("the credentials program did not end within {:.1} s", limit.as_secs_f64()))
}

fn credentials(output: &[u8]) -> Result<Credentials, Error> {
    let document = serde_json::from_slice::<Value>(output).unwrap_or_default();
    let text = |member: &str| document.get(member).and_then(Value::as_str).filter(|text| !text.is_empty());
    let (Some(id), Some(secret)) = (text("access_key_id"), text("access_key_secret")) else {
        let message =
            "the credentials program printed no JSON object with access_key_id and access_key_secret";
        return Err(unavailable(message));
    };
    let credentials = Credentials::new(id, secret);
    let credentials = match text("sts_token") {
        Some(token) => credentials.with_security_token(token),
        None if text("mode") == Some("StsToken") => {
            return Err(unavailable(
                "the credentials program printed no sts_token, which the mode StsToken needs",
            ));
        }
        None => credentials,
    };
    expiring("the credentials program", credentials, document.get("expiration"))
}

impl ProvideCredentials for External {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(self.session())
    }
}

/// The command line may contain a secret.
impl std::fmt::Debug for External {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("External").finish_non_exhaustive()
    }
}

/// As in the official SDKs.
const LIMIT: Duration = Duration::from_secs(60);
const LONGEST: u64 = 1 << 20;
