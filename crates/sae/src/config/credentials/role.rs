//! RAM roles.

use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use sae_transport::client::{Endpoint, check_region};
use sae_transport::{Error, ErrorKind};

use super::sts::{self, Form};
use super::variables::read;
use super::{CredentialsFuture, Environment, ProvideCredentials, Refreshing};

/// A RAM role. STS issues sessions of it to credentials that may assume it, or for an OIDC token.
///
/// ```
/// use std::time::Duration;
///
/// use sae::Credentials;
/// use sae::credentials::Role;
///
/// let in_a_cluster = Role::new("acs:ram::1234567890:role/deployer")
///     .duration(Duration::from_secs(15 * 60))
///     .with_oidc_token("acs:ram::1234567890:oidc-provider/ack", "/var/run/secrets/token")?;
/// let from_a_key = Role::new("acs:ram::1234567890:role/deployer").assumed_from(Credentials::new("id", "secret"))?;
/// # Ok::<(), sae::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct Role {
    arn: String,
    session_name: Option<String>,
    duration: Duration,
    policy: Option<String>,
    external_id: Option<String>,
    sts_region: Option<String>,
    vpc: bool,
    environment: Option<Environment>,
}

impl Role {
    /// The role with this ARN, as in `acs:ram::1234567890:role/deployer`.
    pub fn new(arn: impl Into<String>) -> Self {
        Self {
            arn: arn.into(),
            session_name: None,
            duration: Duration::from_secs(60 * 60),
            policy: None,
            external_id: None,
            sts_region: None,
            vpc: false,
            environment: None,
        }
    }

    /// Name of the session in audit logs. `ALIBABA_CLOUD_ROLE_SESSION_NAME` unless set, or a name with the time.
    pub fn session_name(mut self, name: impl Into<String>) -> Self {
        self.session_name = Some(name.into());
        self
    }

    /// How long a session lasts. One hour unless set; at least 15 minutes, and at most what the role allows.
    pub fn duration(mut self, duration: Duration) -> Self {
        self.duration = duration;
        self
    }

    /// A policy in JSON that restricts the session further than the role.
    pub fn policy(mut self, policy: impl Into<String>) -> Self {
        self.policy = Some(policy.into());
        self
    }

    /// The external ID, if the role requires one of those who assume it.
    pub fn external_id(mut self, id: impl Into<String>) -> Self {
        self.external_id = Some(id.into());
        self
    }

    /// Region of the STS endpoint. `ALIBABA_CLOUD_STS_REGION` unless set; the central endpoint if neither is.
    pub fn sts_region(mut self, region: impl Into<String>) -> Self {
        self.sts_region = Some(region.into());
        self
    }

    /// Whether to use the STS endpoint inside the VPC of the region. Unless set, `ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED` decides.
    pub fn vpc(mut self, inside: bool) -> Self {
        self.vpc = inside;
        self
    }

    /// Uses this environment, clock and HTTP instead of those of the process.
    pub fn with_environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Sessions of the role, assumed with other credentials.
    ///
    /// Fails with [`ErrorKind::Config`] if the ARN is empty, the duration is too short or the region of STS is malformed.
    pub fn assumed_from(self, source: impl ProvideCredentials + 'static) -> Result<Refreshing, Error> {
        let sessions = self.sessions_from(source)?;
        let clock = sessions.environment.clock.clone();
        Ok(Refreshing::with_clock(sessions, clock))
    }

    /// Sessions of the role for the OIDC token in a file, as clusters mount it into their pods. The file is read for each session.
    ///
    /// Fails like [`Role::assumed_from`].
    pub fn with_oidc_token(
        self,
        provider_arn: impl Into<String>,
        token_file: impl Into<PathBuf>,
    ) -> Result<Refreshing, Error> {
        let sessions = self.sessions_for(provider_arn.into(), token_file.into())?;
        let clock = sessions.environment.clock.clone();
        Ok(Refreshing::with_clock(sessions, clock))
    }

    /// Like [`Role::assumed_from`], without keeping sessions.
    pub(super) fn sessions_from(
        mut self,
        source: impl ProvideCredentials + 'static,
    ) -> Result<AssumedRole, Error> {
        let environment = self.environment.take().unwrap_or_default().connected();
        let endpoint = self.checked(&environment)?;
        Ok(AssumedRole { role: self, source: Box::new(source), endpoint, environment })
    }

    /// Like [`Role::with_oidc_token`], without keeping sessions.
    pub(super) fn sessions_for(mut self, provider_arn: String, token: PathBuf) -> Result<OidcRole, Error> {
        let environment = self.environment.take().unwrap_or_default().connected();
        let endpoint = self.checked(&environment)?;
        Ok(OidcRole { role: self, provider_arn, token, endpoint, environment })
    }

    /// The STS endpoint. Fails if a setting is invalid.
    fn checked(&self, environment: &Environment) -> Result<Endpoint, Error> {
        if self.arn.is_empty() {
            let message = "the role has no name: expected acs:ram::ACCOUNT:role/NAME";
            return Err(Error::new(ErrorKind::Config, message));
        }
        if self.duration < SHORTEST {
            let message =
                format!("a session of {} s is too short: 900 s are the least", self.duration.as_secs());
            return Err(Error::new(ErrorKind::Config, message));
        }
        if let Some(endpoint) = &environment.sts_endpoint {
            return Ok(endpoint.clone());
        }
        let variables = &environment.variables;
        let region = self.sts_region.as_deref().or(variables.variable("ALIBABA_CLOUD_STS_REGION"));
        let Some(region) = region else { return "sts.aliyuncs.com".parse() };
        check_region(region)?;
        let inside = self.vpc || variables.switch("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED");
        let network = if inside { "-vpc" } else { "" };
        format!("sts{network}.{region}.aliyuncs.com").parse()
    }

    fn form(&self, environment: &Environment) -> Form {
        let named = self.session_name.as_deref().or(environment.variable("ALIBABA_CLOUD_ROLE_SESSION_NAME"));
        let name = named.map_or_else(
            || {
                let since = environment.clock.now().duration_since(UNIX_EPOCH).unwrap_or_default();
                format!("sae-rust-{}", since.as_secs())
            },
            str::to_owned,
        );
        let mut form = Form::new();
        let mut add = |name: &'static str, value: Option<String>| {
            form.extend(value.map(|value| (name.into(), value.into())));
        };
        add("RoleArn", Some(self.arn.clone()));
        add("RoleSessionName", Some(name));
        add("DurationSeconds", Some(self.duration.as_secs().to_string()));
        add("Policy", self.policy.clone());
        form
    }
}

/// Without the external ID, which some treat as a secret.
impl fmt::Debug for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Role").field("arn", &self.arn).finish_non_exhaustive()
    }
}

/// A role that is assumed with other credentials.
#[derive(Debug)]
pub(super) struct AssumedRole {
    role: Role,
    source: Box<dyn ProvideCredentials>,
    endpoint: Endpoint,
    environment: Environment,
}

impl ProvideCredentials for AssumedRole {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async {
            let source = self.source.credentials().await?;
            let mut form = self.role.form(&self.environment);
            form.extend(self.role.external_id.clone().map(|id| ("ExternalId".into(), id.into())));
            sts::assume_role(&self.environment, &self.endpoint, &source, &form).await
        })
    }
}

/// A role that is assumed for an OIDC token.
#[derive(Debug)]
pub(super) struct OidcRole {
    role: Role,
    provider_arn: String,
    token: PathBuf,
    endpoint: Endpoint,
    environment: Environment,
}

impl ProvideCredentials for OidcRole {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async {
            let token = read(&self.token)?.trim().to_owned();
            let mut form = self.role.form(&self.environment);
            form.push(("OIDCProviderArn".into(), self.provider_arn.clone().into()));
            form.push(("OIDCToken".into(), token.into()));
            sts::assume_role_with_oidc(&self.environment, &self.endpoint, &form).await
        })
    }
}

const SHORTEST: Duration = Duration::from_secs(15 * 60);
