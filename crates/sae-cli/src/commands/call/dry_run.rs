//! `--dry-run`: prints the request, for a person or for a program.

use std::collections::BTreeMap;

use sae::credentials::{Chain, ProvideCredentials as _};
use sae::transport::text::{SECRET, escape_control, escape_control_lines};
use sae::transport::{DynFields, Position, Registered, RequestParts, SignedRequest, encode_json, redact};
use sae::{Any, Client, Credentials};

use crate::args::Connection;
use crate::context::Context;
use crate::failure::Failure;
use crate::input::variable;
use crate::output::render;
use crate::shell;

/// Prints the request without sending it, and refuses what would be refused before sending.
///
/// A signature is valid for one request within 15 minutes and doesn't reveal the key, so the printed command can be run. Values that
/// may be secret are masked before signing, unless `--show-secrets` is given; then the command can't be run. The secret of an access
/// key is never printed.
pub async fn print(
    operation: &'static Registered,
    client: &Client,
    mut request: Box<dyn DynFields>,
    shows_secrets: bool,
    context: &Context,
) -> Result<(), Failure> {
    let description = operation.description;
    let endpoint = client.endpoint(description.service)?;
    let own = own_key(&context.connection).await?;
    let has_key = own.is_some();
    let mut key = own.unwrap_or_else(|| Credentials::new(KEY_ID, "none"));
    let has_token = key.for_signer().security_token().is_some();
    let whole = RequestParts::of(description, &*request)?;
    let mut signed = client.sign(description, &whole, &key)?;
    let size = whole.body.as_ref().map_or(0, |body| body.bytes.len());
    let before = content(&whole);
    let is_body_blank = !shows_secrets && blank(operation, &mut *request)?;
    let mut parts = RequestParts::of(description, &*request)?;
    if let Some(body) = parts.body.as_mut().filter(|_| is_body_blank) {
        body.bytes = SECRET.into();
    }
    let blanked = !shows_secrets && (has_token || content(&parts) != before);
    if blanked {
        key = Credentials::new(KEY_ID, "none");
        if has_token {
            key = key.with_security_token(SECRET);
        }
        signed = client.sign(description, &parts, &key)?;
    }
    if blanked || !has_key {
        for (name, value) in &mut signed.http.headers {
            if name == "authorization" {
                *value = without_signature(value).into();
            }
        }
    }
    let note = match (blanked, has_key) {
        (true, _) => Some("it can't be run: secrets are masked; --show-secrets prints them"),
        (false, false) => {
            Some("it can't be run: there is no access key in the environment and no --profile to sign it")
        }
        (false, true) => None,
    };
    if !context.printer.is_document() {
        return render::write(&escape_control_lines(&prose(&signed, note)));
    }
    let mut document = BTreeMap::from([
        ("Operation".to_owned(), Any::from(description.name)),
        ("Method".to_owned(), Any::from(description.method.as_str())),
        ("Endpoint".to_owned(), Any::from(endpoint.to_string())),
        ("Path".to_owned(), Any::from(parts.path.as_str())),
        ("Query".to_owned(), object(&parts.query)),
        ("RequestLine".to_owned(), Any::from(request_line(&signed).as_str())),
        ("Headers".to_owned(), object(&signed.http.headers)),
        ("StringToSign".to_owned(), Any::from(signed.text.string_to_sign())),
        ("Curl".to_owned(), Any::from(curl(&signed, " ").as_str())),
    ]);
    if let Some(note) = note {
        document.insert("CurlNote".to_owned(), Any::from(note));
    }
    if let Some(canonical) = signed.text.canonical_request() {
        document.insert("CanonicalRequest".to_owned(), Any::from(canonical));
    }
    if let Some(body) = &parts.body {
        let names = body.parameters.iter().map(|name| Any::from(*name)).collect();
        let about = BTreeMap::from([
            ("ContentType".to_owned(), Any::from(body.content_type)),
            ("Bytes".to_owned(), Any::Int(i64::try_from(size).unwrap_or(i64::MAX))),
            ("Parameters".to_owned(), Any::List(names)),
            ("Content".to_owned(), Any::from(String::from_utf8_lossy(&body.bytes).as_ref())),
        ]);
        document.insert("Body".to_owned(), Any::Object(about));
    }
    context.printer.print(&encode_json::value_to_string_pretty(&document))
}

/// Everything that masking can change.
fn content(parts: &RequestParts<'_>) -> (String, Vec<String>, Vec<u8>) {
    let values = parts.query.iter().chain(&parts.headers).map(|(_, value)| value.to_string()).collect();
    let body = parts.body.as_ref().map(|body| body.bytes.clone()).unwrap_or_default();
    (parts.path.clone(), values, body)
}

/// The key that would sign the call: that of a named profile, which must exist, or else the one in the environment. Other sources
/// aren't asked for a request that isn't sent.
async fn own_key(connection: &Connection) -> Result<Option<Credentials>, Failure> {
    if let Some(profile) = &connection.profile {
        let source = Chain::new().profile(profile).refreshing();
        return Ok(Some(source.credentials().await?));
    }
    let key = variable("ALIBABA_CLOUD_ACCESS_KEY_ID")
        .zip(variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET"))
        .map(|(id, secret)| Credentials::new(id, secret));
    Ok(key.map(|key| match variable("ALIBABA_CLOUD_SECURITY_TOKEN") {
        Some(token) => key.with_security_token(token),
        None => key,
    }))
}

/// Masks each value that may be secret. Returns whether the whole body has to be masked, because a structure that is sent as it is has
/// no place for a mask.
fn blank(operation: &'static Registered, request: &mut dyn DynFields) -> Result<bool, Failure> {
    let without_room = redact::request(operation.description, request);
    if let Some(parameter) = without_room.iter().find(|parameter| parameter.position != Position::Body) {
        return Err(Failure::other(format!("{} may be secret and can't be masked", parameter.name)));
    }
    Ok(!without_room.is_empty())
}

/// Name and value of each pair, by name.
fn object<N: AsRef<str>, V: AsRef<str>>(pairs: &[(N, V)]) -> Any {
    Any::Object(
        pairs.iter().map(|(name, value)| (name.as_ref().to_owned(), Any::from(value.as_ref()))).collect(),
    )
}

fn request_line(signed: &SignedRequest) -> String {
    // What follows the authority; an endpoint has no path of its own.
    let url = &signed.http.url;
    let target = url.match_indices('/').nth(2).and_then(|(at, _)| url.get(at..)).unwrap_or("/");
    format!("{} {target} HTTP/1.1", signed.http.method.as_str())
}

/// Without its secrets, the request has no valid signature.
fn without_signature(authorization: &str) -> String {
    let start = match authorization.find("Signature=") {
        Some(at) => at + "Signature=".len(),
        None => authorization.find(':').map_or(0, |at| at + 1),
    };
    format!("{}SIGNATURE", authorization.get(..start).unwrap_or_default())
}

/// The request, its string-to-sign and the command, for a person.
fn prose(signed: &SignedRequest, note: Option<&str>) -> String {
    let mut out = format!("{}\n", request_line(signed));
    for (name, value) in &signed.http.headers {
        out.push_str(&format!("{name}: {}\n", escape_control(value)));
    }
    if !signed.http.body.is_empty() {
        out.push_str(&format!("\n{}\n", String::from_utf8_lossy(&signed.http.body)));
    }
    if let Some(canonical) = signed.text.canonical_request() {
        out.push_str(&format!("\n# Canonical request\n{canonical}\n"));
    }
    out.push_str(&format!("\n# String-to-sign\n{}\n", signed.text.string_to_sign()));
    let note = note.map(|note| format!(" ({note})")).unwrap_or_default();
    out.push_str(&format!("\n# With curl{note}\n{}\n", curl(signed, " \\\n  ")));
    out
}

/// The curl command with `gap` between its parts. Its options keep curl from changing what was signed.
fn curl(signed: &SignedRequest, gap: &str) -> String {
    let url = shell::bash_word(&signed.http.url);
    let mut parts = vec![format!("curl --globoff --path-as-is -X {} {url}", signed.http.method.as_str())];
    for (name, value) in &signed.http.headers {
        // curl takes `name:` as a wish to leave the header out; `name;` sends it empty.
        let header = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
        parts.push(format!("-H {}", shell::bash_word(&header)));
    }
    if !signed.http.body.is_empty() {
        let body = String::from_utf8_lossy(&signed.http.body);
        parts.push(format!("--data-raw {}", shell::bash_word(&body)));
    }
    parts.join(gap)
}

const KEY_ID: &str = "ACCESS_KEY_ID";
