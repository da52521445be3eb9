//! Credentials from a URI, for example of a sidecar.

use std::time::Duration;

use sae_transport::client::{Endpoint, HttpRequest};
use sae_transport::{Error, Method};

use super::fetch::{Source, document, fetch};
use super::session::session;
use super::{Credentials, CredentialsFuture, Environment, ProvideCredentials, unavailable};

/// A server that answers a plain GET with temporary credentials.
pub(super) struct CredentialsUri {
    pub(super) uri: String,
    pub(super) environment: Environment,
}

impl CredentialsUri {
    async fn session(&self) -> Result<Credentials, Error> {
        let name = format!("the credentials URI at {}", origin(&self.uri)?);
        let source = Source { name: &name, limit: LIMIT, attempts: 2 };
        let request = || Ok(HttpRequest::new(Method::Get, self.uri.as_str()));
        let answer = fetch(&self.environment, source, request).await?;
        let document = document(&name, &answer.body)?;
        match document.get("Code").map(|code| code.as_str() == Some("Success")) {
            Some(false) => Err(unavailable(format!("{name} answered without the code Success"))),
            // Only some of the official SDKs require the code.
            Some(true) | None => session(&name, &document),
        }
    }
}

impl ProvideCredentials for CredentialsUri {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(self.session())
    }
}

/// Path and query may contain a secret.
impl std::fmt::Debug for CredentialsUri {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CredentialsUri").finish_non_exhaustive()
    }
}

/// Scheme and host of a URL; nothing of a URL without them.
pub(super) fn origin(url: &str) -> Result<Endpoint, Error> {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(host..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(url.len(), |at| host + at);
    let origin = url.get(..end).filter(|_| host > 0).unwrap_or_default();
    origin
        .parse()
        .map_err(|_| unavailable("the address is no URL: expected http://HOST/PATH or https://HOST/PATH"))
}

/// As in the official SDKs.
const LIMIT: Duration = Duration::from_secs(10);
