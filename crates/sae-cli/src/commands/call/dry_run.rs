//! `--dry-run`: the request as it would go out, for a person and for a program.

use std::collections::BTreeMap;
use std::time::SystemTime;

use clap::ArgMatches;
use sae::transport::text::{SECRET, escape_control, escape_control_lines};
use sae::transport::{
    DynFields, Position, Registered, RequestParts, SignedRequest, Stamp, encode_json, nonce, redact,
    signed_request,
};
use sae::{Any, Client, Credentials, Format, Scheme};

use crate::failure::Failure;
use crate::render;
use crate::session::{self, Printer};

/// Prints the request that would be sent. What may be secret in it is blanked before it is signed, so that nothing here depends on it.
pub fn print(
    operation: &'static Registered,
    client: &Client,
    mut request: Box<dyn DynFields>,
    options: &ArgMatches,
    printer: &Printer,
) -> Result<(), Failure> {
    let description = operation.description;
    let size = RequestParts::of(description, &*request)?.body.map_or(0, |body| body.bytes.len());
    let is_body_blank = blank(operation, &mut *request)?;
    let mut parts = RequestParts::of(description, &*request)?;
    if let Some(body) = parts.body.as_mut().filter(|_| is_body_blank) {
        body.bytes = SECRET.into();
    }
    let endpoint = client.endpoint(description.service)?;
    let region = session::region(options);
    let mut stamp = Stamp::new(SystemTime::now(), nonce());
    if options.get_one::<String>("signature").is_some_and(|scheme| scheme == "acs3") {
        stamp.scheme = Scheme::Acs3;
    }
    if options.get_one::<String>("accept").is_some_and(|form| form == "xml") {
        stamp.format = Format::Xml;
    }
    stamp.region = region.as_deref();
    let mut key = Credentials::new(KEY_ID, "none");
    if has_token(options) {
        key = key.with_security_token(SECRET);
    }
    let mut signed = signed_request(description, &parts, &endpoint, &key, stamp)?;
    for (name, value) in &mut signed.http.headers {
        if name == "authorization" {
            *value = without_signature(value).into();
        }
    }
    if !printer.is_document() {
        return render::write(&escape_control_lines(&prose(&signed)));
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
        ("Curl".to_owned(), Any::from(curl(&signed).as_str())),
    ]);
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
    printer.print(&encode_json::value_to_string_pretty(&document))
}

/// Whether the key in the environment, if that is the one to be used, comes with a token. No other place is asked for a request
/// that isn't sent.
fn has_token(options: &ArgMatches) -> bool {
    let key =
        ["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"];
    !options.contains_id("profile") && key.into_iter().all(|name| session::variable(name).is_some())
}

/// Puts a word in place of each value that may be secret. A structure that is sent as it is has no room for one: then the whole
/// body is to be blanked, which is answered.
fn blank(operation: &'static Registered, request: &mut dyn DynFields) -> Result<bool, Failure> {
    let without_room = redact::request(operation.description, request);
    if let Some(parameter) = without_room.iter().find(|parameter| parameter.position != Position::Body) {
        return Err(Failure::other(format!("{} may be secret and can't be blanked", parameter.name)));
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

/// The signature of a request without its secrets would be the one of no request at all.
fn without_signature(authorization: &str) -> String {
    let start = match authorization.find("Signature=") {
        Some(at) => at + "Signature=".len(),
        None => authorization.find(':').map_or(0, |at| at + 1),
    };
    format!("{}SIGNATURE", authorization.get(..start).unwrap_or_default())
}

/// The request, what is signed of it, and the command, as a person reads them.
fn prose(signed: &SignedRequest) -> String {
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
    out.push_str(&format!("\n# With curl\n{}\n", curl(signed)));
    out
}

fn curl(signed: &SignedRequest) -> String {
    let mut command = format!("curl -X {} {}", signed.http.method.as_str(), session::word(&signed.http.url));
    for (name, value) in &signed.http.headers {
        command.push_str(&format!(" \\\n  -H {}", session::word(&format!("{name}: {value}"))));
    }
    if !signed.http.body.is_empty() {
        let body = String::from_utf8_lossy(&signed.http.body);
        command.push_str(&format!(" \\\n  --data-raw {}", session::word(&body)));
    }
    command
}

const KEY_ID: &str = "ACCESS_KEY_ID";
