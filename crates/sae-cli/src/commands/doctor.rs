//! `sae doctor`: checks what calls need.

mod check;
mod network;

use console::Term;
use sae::Credentials;
use sae::credentials::Chain;
use sae::model::SERVICE;
use sae::transport::check_region;
use sae::transport::sign::explain::{KeyFault, key_faults};
use sae::transport::text::redact_url;

use self::check::{Check, State, document};
use crate::args::doctor::Doctor;
use crate::commands::configure;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::variable;
use crate::output::render;

pub async fn run(args: Doctor) -> Result<Exit, Failure> {
    let context = Context::new(args.connection, &args.output)?;
    let mut checks = Vec::new();
    let has_key = credentials(&context, &mut checks).await;
    let has_place = region(&context, &mut checks);
    files(&mut checks);
    proxies(&mut checks);
    if has_place {
        network::look(&context, has_key, &mut checks).await;
    } else {
        checks.push(Check::noted("endpoint", "not called: there is no region"));
    }
    let is_well = checks.iter().all(|check| check.state != State::Wrong);
    if context.printer.is_document() {
        context.printer.print(&document(&checks, is_well))?;
    } else {
        let is_terminal = Term::stdout().is_term();
        let lines: String = checks.iter().map(|check| check.lines(is_terminal)).collect();
        render::write(&lines)?;
    }
    Ok(if is_well { Exit::DONE } else { Exit::OTHER })
}

/// Reports the source of the credentials and why earlier ones were skipped. Returns whether there are any.
async fn credentials(context: &Context, checks: &mut Vec<Check>) -> bool {
    let named = context.connection.profile.clone();
    let by_variable = variable("ALIBABA_CLOUD_PROFILE").filter(|_| named.is_none());
    let chain = match &named {
        Some(profile) => Chain::new().profile(profile),
        None => Chain::new(),
    };
    let places = chain.places().await;
    let asked_profile = places.iter().any(|place| place.name == "aliyun profile");
    for place in places {
        match place.credentials {
            Ok(credentials) => {
                let id = credentials.access_key_id();
                let message = format!("access key {id} from the {}", place.name);
                checks.push(Check::well(CREDENTIALS, message));
                if let Some(profile) = by_variable.filter(|_| !asked_profile) {
                    let message = format!(
                        "not from the profile {profile} of ALIBABA_CLOUD_PROFILE: the {} comes first; --profile takes it all the same",
                        place.name
                    );
                    checks.push(Check::noted(CREDENTIALS, message));
                }
                check_key(&credentials, checks);
                return true;
            }
            Err(error) => {
                checks.push(Check::noted(
                    CREDENTIALS,
                    format!("not from the {}: {}", place.name, error.message()),
                ));
            }
        }
    }
    let advice = configure::advice(named.or(by_variable).as_deref());
    checks.push(Check::wrong(CREDENTIALS, "none found", advice));
    false
}

/// Checks for characters that were copied along with the key: the service's refusal doesn't mention them.
fn check_key(credentials: &Credentials, checks: &mut Vec<Check>) {
    let key = credentials.for_signer();
    for fault in key_faults(&key) {
        let advice = match fault {
            KeyFault::TokenMissing => {
                "give the token as well: ALIBABA_CLOUD_SECURITY_TOKEN, or `sae configure set --security-token @FILE`"
            }
            _ => "set it again without these characters",
        };
        checks.push(Check::wrong(CREDENTIALS, fault.to_string(), advice));
    }
}

/// Reports the region. Returns whether an endpoint is known.
fn region(context: &Context, checks: &mut Vec<Check>) -> bool {
    let has_endpoint =
        context.connection.endpoint.is_some() || variable("ALIBABA_CLOUD_SAE_ENDPOINT").is_some();
    let (check, has_place) = match context.region() {
        Some(region) => match check_region(&region) {
            Err(error) => (Check::wrong("region", error.message(), REGION), false),
            Ok(()) if SERVICE.regions.iter().any(|known| known.id == region) => {
                (Check::well("region", region), true)
            }
            Ok(()) => (Check::noted("region", format!("{region} (SAE is not known to run there)")), true),
        },
        None if has_endpoint => (Check::noted("region", "none; the endpoint is given"), true),
        None => (Check::wrong("region", "none", REGION), false),
    };
    checks.push(check);
    has_place
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
            None => checks.push(match stranger(&about) {
                Some(owner) => {
                    Check::noted("files", format!("{path} is not yours: it belongs to the user {owner}"))
                }
                None => Check::well("files", format!("{path} is yours alone")),
            }),
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

/// The owner of the file, if it isn't this user.
#[cfg(unix)]
fn stranger(about: &std::fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    (about.uid() != rustix::process::geteuid().as_raw()).then(|| about.uid())
}

#[cfg(not(unix))]
fn stranger(_: &std::fs::Metadata) -> Option<u32> {
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
    let set = names.into_iter().filter_map(|name| Some((name, variable(name)?)));
    let set: Vec<_> = set.map(|(name, value)| format!("{name}={}", redact_url(&value))).collect();
    match set.as_slice() {
        [] => checks.push(Check::well("proxies", "none")),
        set => checks.push(Check::noted("proxies", set.join(", "))),
    }
}

const CREDENTIALS: &str = "credentials";
const REGION: &str = "give --region, set ALIBABA_CLOUD_REGION_ID, or run `sae configure`";
