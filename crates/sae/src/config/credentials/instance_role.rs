//! The RAM role of the ECS instance that the program runs on.

use std::time::Duration;

use sae_transport::client::HttpRequest;
use sae_transport::sign::encode;
use sae_transport::{Answer, Error, Method};

use super::fetch::{Source, document, fetch};
use super::session::session;
use super::{Credentials, CredentialsFuture, Environment, ProvideCredentials, Refreshing, unavailable};

/// The RAM role of the ECS instance that the program runs on, read from the metadata of the instance.
///
/// ```
/// use sae::credentials::InstanceRole;
///
/// let provider = InstanceRole::new().name("deployer").refreshing();
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct InstanceRole {
    name: Option<String>,
    environment: Option<Environment>,
}

impl InstanceRole {
    /// The role that the metadata names.
    pub fn new() -> Self {
        Self::default()
    }

    /// The role with this name, which saves one request. `ALIBABA_CLOUD_ECS_METADATA` unless set.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Uses this environment, clock and HTTP instead of those of the process.
    pub fn with_environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Sessions of the role.
    pub fn refreshing(self) -> Refreshing {
        let metadata = self.metadata();
        let clock = metadata.environment.clock.clone();
        Refreshing::with_clock(metadata, clock)
    }

    /// Like [`InstanceRole::refreshing`], without keeping sessions.
    pub(super) fn metadata(self) -> Metadata {
        let environment = self.environment.unwrap_or_default().connected();
        let origin = match &environment.metadata_endpoint {
            Some(endpoint) => endpoint.to_string(),
            None => ADDRESS.to_owned(),
        };
        let named = self.name.filter(|name| !name.is_empty());
        let role = named.or_else(|| environment.variable("ALIBABA_CLOUD_ECS_METADATA").map(str::to_owned));
        Metadata { role, origin, environment }
    }
}

/// The metadata service of an instance.
#[derive(Debug)]
pub(super) struct Metadata {
    role: Option<String>,
    origin: String,
    environment: Environment,
}

impl Metadata {
    async fn session(&self) -> Result<Credentials, Error> {
        if self.environment.variables.switch("ALIBABA_CLOUD_ECS_METADATA_DISABLED") {
            return Err(unavailable("disabled by ALIBABA_CLOUD_ECS_METADATA_DISABLED"));
        }
        let token = self.token().await?;
        let role = self.role(token.as_deref()).await?;
        let answer = self.look_up(&role, token.as_deref()).await?;
        let name = self.describe();
        let document = document(&name, &answer.body)?;
        if document.get("Code").and_then(serde_json::Value::as_str) != Some("Success") {
            return Err(unavailable(format!("{name} answered without the code Success")));
        }
        session(&name, &document)
    }

    /// Version 2 of the metadata service requires a token, which a program that only forwards requests can't get. If the service has no
    /// tokens, version 1 is used, unless that is disabled.
    async fn token(&self) -> Result<Option<String>, Error> {
        let request = || {
            let mut request = HttpRequest::new(Method::Put, format!("{}/latest/api/token", self.origin));
            request.headers.push((TOKEN_TTL.into(), TOKEN_SECONDS.into()));
            Ok(request)
        };
        let token = self.ask(request).await.and_then(|answer| {
            let token = String::from_utf8(answer.body).unwrap_or_default().trim().to_owned();
            let fits = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
            fits.then_some(token).ok_or_else(|| unavailable(format!("{} gave no token", self.describe())))
        });
        if self.first_version_forbidden() { token.map(Some) } else { Ok(token.ok()) }
    }

    async fn role(&self, token: Option<&str>) -> Result<String, Error> {
        if let Some(role) = &self.role {
            return Ok(role.clone());
        }
        let answer = self.look_up("", token).await?;
        let listed = String::from_utf8_lossy(&answer.body);
        let first = listed.lines().map(str::trim).find(|line| !line.is_empty());
        let none = || unavailable(format!("{} knows no role of this instance", self.describe()));
        first.map(str::to_owned).ok_or_else(none)
    }

    /// Sends the request with the token, and without it if that fails.
    async fn look_up(&self, role: &str, token: Option<&str>) -> Result<Answer, Error> {
        let request = |token: Option<&str>| {
            let mut request =
                HttpRequest::new(Method::Get, format!("{}{ROLES}{}", self.origin, encode(role)));
            request.headers.extend(token.map(|token| (TOKEN.into(), token.to_owned().into())));
            Ok(request)
        };
        match self.ask(|| request(token)).await {
            Err(_) if token.is_some() && !self.first_version_forbidden() => self.ask(|| request(None)).await,
            answer => answer,
        }
    }

    async fn ask(&self, request: impl FnMut() -> Result<HttpRequest, Error>) -> Result<Answer, Error> {
        let name = self.describe();
        fetch(&self.environment, Source { name: &name, limit: LIMIT, attempts: 1 }, request).await
    }

    fn first_version_forbidden(&self) -> bool {
        self.environment.variables.switch("ALIBABA_CLOUD_IMDSV1_DISABLED")
    }

    fn describe(&self) -> String {
        format!("the metadata at {}", self.origin)
    }
}

impl ProvideCredentials for Metadata {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(self.session())
    }
}

const ADDRESS: &str = "http://100.100.100.200";
const ROLES: &str = "/latest/meta-data/ram/security-credentials/";
const TOKEN: &str = "x-aliyun-ecs-metadata-token";
const TOKEN_TTL: &str = "x-aliyun-ecs-metadata-token-ttl-seconds";
/// Six hours, as in the official SDKs. It is only needed for the requests that follow.
const TOKEN_SECONDS: &str = "21600";
/// The metadata service is close, or there is none.
const LIMIT: Duration = Duration::from_secs(1);
