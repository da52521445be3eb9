//! Requests to STS, which issues sessions of roles. API version 2015-04-01.

use std::time::Duration;

use sae_transport::client::{Endpoint, HttpRequest, nonce};
use sae_transport::sign::{Request, Scheme, sha256_hex, sign};
use sae_transport::{Error, Method, Pair, query_string};

use super::fetch::{Source, document, fetch};
use super::session::session;
use super::{Credentials, Environment, timestamp, unavailable};

/// Parameters with their values.
pub(super) type Form = Vec<Pair<'static>>;

/// Requests a session with these credentials, signed by ACS3.
pub(super) async fn assume_role(
    environment: &Environment,
    endpoint: &Endpoint,
    credentials: &Credentials,
    form: &Form,
) -> Result<Credentials, Error> {
    let request = || {
        let body = query_string(form).into_bytes();
        let mut headers: Form = [
            ("accept", "application/json".to_owned()),
            ("content-type", "application/x-www-form-urlencoded".to_owned()),
            ("host", endpoint.host().to_owned()),
            ("x-acs-action", "AssumeRole".to_owned()),
            ("x-acs-version", VERSION.to_owned()),
            ("x-acs-date", date(environment)?),
            ("x-acs-signature-nonce", nonce()),
            ("x-acs-content-sha256", sha256_hex(&body)),
        ]
        .map(|(name, value)| (name.into(), value.into()))
        .into();
        let unsigned = Request { method: "POST", path: "/", query: &[], headers: &headers, body: &body };
        let signed = sign(Scheme::Acs3, &unsigned, &credentials.for_signer())
            .map_err(|error| unavailable(format!("the question to STS can't be signed: {error}")))?;
        headers.extend(signed.token_headers.into_iter().map(|(name, value)| (name.into(), value.into())));
        headers.push(("authorization".into(), signed.authorization.into()));
        Ok(post(format!("{endpoint}/"), headers, body))
    };
    ask(environment, endpoint, request).await
}

/// Requests a session for an OIDC token. The token authenticates the caller, so the request isn't signed.
pub(super) async fn assume_role_with_oidc(
    environment: &Environment,
    endpoint: &Endpoint,
    form: &Form,
) -> Result<Credentials, Error> {
    let request = || {
        let query = [
            ("Action", "AssumeRoleWithOIDC".to_owned()),
            ("Format", "JSON".to_owned()),
            ("Version", VERSION.to_owned()),
            ("Timestamp", date(environment)?),
            ("SignatureNonce", nonce()),
        ]
        .map(|(name, value)| (name.into(), value.into()));
        let headers = [("accept", "application/json"), ("content-type", "application/x-www-form-urlencoded")]
            .map(|(name, value)| (name.into(), value.into()));
        let url = format!("{endpoint}/?{}", query_string(&query));
        Ok(post(url, headers.into(), query_string(form).into_bytes()))
    };
    ask(environment, endpoint, request).await
}

fn date(environment: &Environment) -> Result<String, Error> {
    timestamp::format(environment.clock.now())
        .ok_or_else(|| unavailable("the clock must be between 1970 and 9999".to_owned()))
}

async fn ask(
    environment: &Environment,
    endpoint: &Endpoint,
    request: impl FnMut() -> Result<HttpRequest, Error>,
) -> Result<Credentials, Error> {
    let name = format!("STS at {endpoint}");
    let source = Source { name: &name, limit: LIMIT, attempts: 2 };
    let answer = fetch(environment, source, request).await?;
    let document = document(&name, &answer.body)?;
    let given = document.get("Credentials");
    session(&name, given.ok_or_else(|| unavailable(format!("{name} answered without Credentials")))?)
}

fn post(url: String, headers: Form, body: Vec<u8>) -> HttpRequest {
    let mut request = HttpRequest::new(Method::Post, url);
    request.headers = headers;
    request.body = body;
    request
}

const VERSION: &str = "2015-04-01";
/// As in the official SDKs.
const LIMIT: Duration = Duration::from_secs(10);
