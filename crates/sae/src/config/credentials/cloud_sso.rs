//! Credentials of a CloudSSO sign-in with the `aliyun` program.

use std::time::{Duration, SystemTime};

use sae_transport::client::HttpRequest;
use sae_transport::{Error, Method};
use serde_json::json;

use super::fetch::{Source, document, fetch};
use super::session::session;
use super::uri::origin;
use super::{Credentials, CredentialsFuture, Environment, ProvideCredentials, unavailable};

/// A sign-in, with the account and the access configuration to use.
pub(super) struct CloudSso {
    pub(super) sign_in_url: String,
    pub(super) account: String,
    pub(super) access_configuration: String,
    pub(super) access_token: String,
    pub(super) access_token_end: SystemTime,
    pub(super) environment: Environment,
}

impl CloudSso {
    async fn session(&self) -> Result<Credentials, Error> {
        if self.access_token_end <= self.environment.clock.now() {
            return Err(unavailable(
                "the CloudSSO sign-in has expired: sign in again with `aliyun configure`",
            ));
        }
        let origin = origin(&self.sign_in_url)?;
        let name = format!("CloudSSO at {origin}");
        let body = json!({
            "AccountId": self.account,
            "AccessConfigurationId": self.access_configuration,
        });
        let request = || {
            let mut request = HttpRequest::new(Method::Post, format!("{origin}/cloud-credentials"));
            request.headers = vec![
                ("accept".into(), "application/json".into()),
                ("content-type".into(), "application/json".into()),
                ("authorization".into(), format!("Bearer {}", self.access_token).into()),
            ];
            request.body = body.to_string().into_bytes();
            Ok(request)
        };
        let source = Source { name: &name, limit: LIMIT, attempts: 2 };
        let answer = fetch(&self.environment, source, request).await?;
        let document = document(&name, &answer.body)?;
        let given = document.get("CloudCredential");
        session(&name, given.ok_or_else(|| unavailable(format!("{name} answered without CloudCredential")))?)
    }
}

impl ProvideCredentials for CloudSso {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(self.session())
    }
}

impl std::fmt::Debug for CloudSso {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CloudSso").field("account", &self.account).finish_non_exhaustive()
    }
}

/// As in the official SDKs.
const LIMIT: Duration = Duration::from_secs(10);
