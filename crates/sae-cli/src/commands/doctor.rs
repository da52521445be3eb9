//! `sae doctor`: what stands between this machine and the service.

use std::time::SystemTime;

use clap::{ArgMatches, Command};
use console::{Term, style};
use sae::credentials::Chain;
use sae::model::{DescribeRegions, SERVICE};
use sae::transport::sign::explain::key_faults;
use sae::{Credentials, Error, ErrorKind};

use crate::block_on;
use crate::commands::configure;
use crate::failure::Failure;
use crate::render::{self, Output};
use crate::session::{self, Printer};
use crate::shown::shown;

/// The command line.
pub fn command() -> Command {
    let command = Command::new("doctor")
        .about("Check what calls need: credentials, region, clock, network")
        .long_about(
            "Check what calls need: where the credentials come from and why other places are passed over, region, permissions of \
             the files with secrets, proxies, and by one harmless call the network, the signature and the clock.\n\n\
             The exit code is 1 if something is wrong.",
        )
        .after_help("Examples:\n  sae doctor\n  sae doctor --profile staging\n  sae doctor --output json");
    session::arguments(command, Output::Table)
}

pub fn run(options: &ArgMatches) -> Result<(), Failure> {
    let printer = Printer::new(options)?;
    let mut checks = Vec::new();
    block_on(async {
        credentials(options, &mut checks).await;
        region(options, &mut checks);
        files(&mut checks);
        proxies(&mut checks);
        call(options, &mut checks).await;
        Ok(())
    })?;
    let is_well = checks.iter().all(|check| check.state != State::Wrong);
    if printer.is_document() {
        printer.print(&document(&checks, is_well))?;
    } else {
        let is_terminal = Term::stdout().is_term();
        let lines: String = checks.iter().map(|check| check.lines(is_terminal)).collect();
        render::write(&lines)?;
    }
    if is_well { Ok(()) } else { Err(Failure::Printed(1)) }
}

/// Something that was looked at.
struct Check {
    what: &'static str,
    state: State,
    found: String,
    /// What to do, where something is wrong.
    advice: Option<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Well,
    /// Worth knowing, neither good nor bad.
    Noted,
    Wrong,
}

impl State {
    const fn name(self) -> &'static str {
        match self {
            Self::Well => "ok",
            Self::Noted => "note",
            Self::Wrong => "wrong",
        }
    }
}

impl Check {
    fn well(what: &'static str, found: impl Into<String>) -> Self {
        Self { what, state: State::Well, found: found.into(), advice: None }
    }

    fn noted(what: &'static str, found: impl Into<String>) -> Self {
        Self { what, state: State::Noted, found: found.into(), advice: None }
    }

    fn wrong(what: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { what, state: State::Wrong, found: found.into(), advice: Some(advice.into()) }
    }

    fn lines(&self, is_terminal: bool) -> String {
        let mark = match (self.state, is_terminal) {
            (State::Well, true) => style("✓").green().to_string(),
            (State::Wrong, true) => style("✗").red().to_string(),
            (State::Noted, true) => "·".to_owned(),
            (state, false) => format!("{:<5}", state.name()),
        };
        let mut lines = format!("{mark} {:<12} {}\n", self.what, shown(&self.found));
        if let Some(advice) = &self.advice {
            let gap = if is_terminal { 15 } else { 19 };
            lines.push_str(&format!("{:gap$}-> {}\n", "", shown(advice)));
        }
        lines
    }
}

fn document(checks: &[Check], is_well: bool) -> String {
    let checks: Vec<_> = checks
        .iter()
        .map(|check| {
            serde_json::json!({
                "Check": check.what,
                "State": check.state.name(),
                "Found": check.found,
                "Advice": check.advice,
            })
        })
        .collect();
    let document = serde_json::json!({ "Checks": checks, "Healthy": is_well });
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

/// Which place gives the credentials; those before it, and why they don't.
async fn credentials(options: &ArgMatches, checks: &mut Vec<Check>) {
    let chain = match options.get_one::<String>("profile") {
        Some(profile) => Chain::new().profile(profile),
        None => Chain::new(),
    };
    let mut found = false;
    for place in chain.places().await {
        match place.credentials {
            Ok(credentials) => {
                found = true;
                let id = credentials.access_key_id();
                let message = format!("access key {id} from the {}", place.name);
                checks.push(Check::well(CREDENTIALS, message));
                check_key(&credentials, checks);
            }
            Err(error) => {
                checks.push(Check::noted(
                    CREDENTIALS,
                    format!("not from the {}: {}", place.name, error.message()),
                ));
            }
        }
    }
    if !found {
        let advice =
            "run `sae configure`, or set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET";
        checks.push(Check::wrong(CREDENTIALS, "no place has any", advice));
    }
}

/// A key that was copied together with something else is refused with a message that doesn't say so.
fn check_key(credentials: &Credentials, checks: &mut Vec<Check>) {
    for fault in key_faults(&credentials.for_signer()) {
        checks.push(Check::wrong(CREDENTIALS, fault, "set it again, without that"));
    }
}

fn region(options: &ArgMatches, checks: &mut Vec<Check>) {
    match session::region(options) {
        Some(region) if SERVICE.regions.iter().any(|known| known.id == region) => {
            checks.push(Check::well("region", region));
        }
        Some(region) => {
            checks.push(Check::noted("region", format!("{region} (SAE is not known to run there)")));
        }
        None if options.get_one::<String>("endpoint").is_some()
            || session::variable("ALIBABA_CLOUD_SAE_ENDPOINT").is_some() =>
        {
            checks.push(Check::noted("region", "none; the endpoint is given"));
        }
        None => checks.push(Check::wrong(
            "region",
            "none",
            "give --region, set ALIBABA_CLOUD_REGION_ID, or run `sae configure`",
        )),
    }
}

/// Files with secrets that others can read.
fn files(checks: &mut Vec<Check>) {
    for path in configure::secret_files() {
        let Ok(about) = std::fs::metadata(&path) else { continue };
        let path = path.display();
        match readable_by_others(&about) {
            Some(mode) => checks.push(Check::wrong(
                "files",
                format!("{path} can be read by others (mode {mode:03o})"),
                format!("chmod 600 {path}"),
            )),
            None => checks.push(Check::well("files", format!("{path} is yours alone"))),
        }
    }
}

#[cfg(unix)]
fn readable_by_others(about: &std::fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = about.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}

#[cfg(not(unix))]
fn readable_by_others(_: &std::fs::Metadata) -> Option<u32> {
    None
}

fn proxies(checks: &mut Vec<Check>) {
    let names = [
        "HTTPS_PROXY",
        "https_proxy",
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "all_proxy",
        "NO_PROXY",
        "no_proxy",
    ];
    let set = names.into_iter().filter_map(|name| Some((name, session::variable(name)?)));
    let set: Vec<_> = set.map(|(name, value)| format!("{name}={}", without_password(&value))).collect();
    match set.as_slice() {
        [] => checks.push(Check::well("proxies", "none")),
        set => checks.push(Check::noted("proxies", set.join(", "))),
    }
}

/// Name and password of a proxy stand before the `@` of its address.
fn without_password(proxy: &str) -> String {
    let (scheme, rest) = proxy.split_once("://").map_or(("", proxy), |(scheme, rest)| (scheme, rest));
    let Some((_, host)) = rest.rsplit_once('@') else { return proxy.to_owned() };
    let scheme = if scheme.is_empty() { String::new() } else { format!("{scheme}://") };
    format!("{scheme}(hidden)@{host}")
}

/// One call that changes nothing shows network, signature and clock.
async fn call(options: &ArgMatches, checks: &mut Vec<Check>) {
    let client = match session::client(options) {
        Ok(client) => client,
        Err(failure) => return checks.push(Check::wrong("call", failure.message(), "see above")),
    };
    let endpoint = match client.endpoint(&SERVICE) {
        Ok(endpoint) => endpoint.to_string(),
        Err(error) => return checks.push(Check::wrong("endpoint", error.to_string(), "see above")),
    };
    let reply = client.send(DescribeRegions::new()).await;
    match &reply {
        Ok(reply) => {
            checks.push(Check::well("endpoint", format!("{endpoint} answers")));
            checks.push(Check::well(
                "call",
                format!("DescribeRegions lists {} regions", reply.output.regions.len()),
            ));
        }
        Err(error) if error.answer().is_some() => {
            checks.push(Check::well("endpoint", format!("{endpoint} answers")));
            // What is wrong with the key is a check of its own.
            let explanation = error.explanation().and_then(|text| text.lines().next());
            let advice = explanation.or(error.advice()).unwrap_or("see the message");
            checks.push(Check::wrong("call", error.to_string(), advice));
        }
        Err(error) if error.kind() == ErrorKind::Credentials => {
            checks.push(Check::noted(
                "endpoint",
                format!("{endpoint} was not called: there are no credentials"),
            ));
        }
        Err(error) => {
            let advice = "check the address, the network and the proxies";
            checks.push(Check::wrong("endpoint", format!("{endpoint}: {}", root(error)), advice));
        }
    }
    let answer = match &reply {
        Ok(reply) => Some(&reply.answer),
        Err(error) => error.answer(),
    };
    if let Some(date) = answer.and_then(|answer| answer.header("date")) {
        checks.push(clock(date));
    }
}

/// The message of an error with its innermost cause.
fn root(error: &Error) -> String {
    use std::error::Error as _;
    let mut text = error.message().to_owned();
    if let Some(mut cause) = error.source() {
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        text.push_str(&format!(": {cause}"));
    }
    text
}

fn clock(date: &str) -> Check {
    let Ok(theirs) = httpdate::parse_http_date(date) else {
        return Check::noted("clock", "the service tells no time that can be read");
    };
    let ours = SystemTime::now();
    let (apart, way) = match ours.duration_since(theirs) {
        Ok(ahead) => (ahead.as_secs(), "ahead of"),
        Err(behind) => (behind.duration().as_secs(), "behind"),
    };
    let found = format!("{apart} s {way} the service's");
    match apart {
        0..=2 => Check::well("clock", "agrees with the service's"),
        3..=LIMIT => Check::well("clock", found),
        _ => Check::wrong("clock", found, "set it, as by NTP: requests that are 15 minutes off are refused"),
    }
}

const CREDENTIALS: &str = "credentials";
/// Seconds; far from the 15 minutes that the service takes, and more than a network delays.
const LIMIT: u64 = 60;
