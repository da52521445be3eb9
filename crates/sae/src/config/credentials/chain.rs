//! The places where official SDKs and the `aliyun` program look, in their order.

use std::path::PathBuf;
use std::sync::OnceLock;

use sae_transport::Error;

use super::cli_profile::CliProfile;
use super::ini_profile::IniProfile;
use super::uri::CredentialsUri;
use super::variables::{EnvironmentKey, Variables};
use super::{
    Credentials, CredentialsFuture, Environment, InstanceRole, ProvideCredentials, Refreshing, Role,
    unavailable,
};

/// The places where official SDKs and the `aliyun` program look for credentials, in their order:
///
/// 1. `ALIBABA_CLOUD_ACCESS_KEY_ID` with `ALIBABA_CLOUD_ACCESS_KEY_SECRET`, and `ALIBABA_CLOUD_SECURITY_TOKEN` if it is set;
/// 2. a role for an OIDC token: `ALIBABA_CLOUD_ROLE_ARN`, `ALIBABA_CLOUD_OIDC_PROVIDER_ARN`, `ALIBABA_CLOUD_OIDC_TOKEN_FILE`;
/// 3. a profile of the `aliyun` program in `~/.aliyun/config.json` (`ALIBABA_CLOUD_CONFIG_FILE`), unless
///    `ALIBABA_CLOUD_CLI_PROFILE_DISABLED` is `true`: the one that `ALIBABA_CLOUD_PROFILE` names, else the current one;
/// 4. a section of `~/.alibabacloud/credentials` or `credentials.ini` (`ALIBABA_CLOUD_CREDENTIALS_FILE`): the one that
///    `ALIBABA_CLOUD_PROFILE` names, else `default`;
/// 5. the role of the ECS instance (`ALIBABA_CLOUD_ECS_METADATA` names it), unless `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is `true`;
/// 6. the server at `ALIBABA_CLOUD_CREDENTIALS_URI`.
///
/// The first place that has credentials is used from then on; if it fails later, no other place is tried. With a profile named in code,
/// only the third and the fourth place are tried.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// use sae::credentials::{Chain, Environment, ProvideCredentials, Variables};
///
/// let variables = Variables::from([
///     ("ALIBABA_CLOUD_ACCESS_KEY_ID", "my-id"),
///     ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "my-secret"),
/// ]);
/// let chain = Chain::new().with_environment(Environment::new(variables)).refreshing();
/// assert_eq!(chain.credentials().await?.access_key_id(), "my-id");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Chain {
    profile: Option<String>,
    environment: Environment,
}

impl Chain {
    /// The chain in the environment of this process.
    pub fn new() -> Self {
        Self::default()
    }

    /// Uses this environment instead.
    pub fn with_environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Uses only this profile.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// The region of the profile of the `aliyun` program. Nothing if the profile can't be read; the reason is reported when its
    /// credentials are needed.
    pub fn region(&self) -> Option<String> {
        self.cli_profile().region().ok().flatten()
    }

    /// The credentials. Files are read and requests are sent only when credentials are needed.
    pub fn refreshing(self) -> Refreshing {
        let environment = self.environment.clone().connected();
        let chain = Self { environment, ..self };
        let clock = chain.environment.clock.clone();
        let variables = chain.environment.variables.clone();
        Refreshing::with_clock(Links { variables, places: chain.links(), kept: OnceLock::new() }, clock)
    }

    /// Tries one place after the other until one has credentials, and returns the result of each, for a report on which credentials are
    /// used and why.
    pub async fn places(self) -> Vec<Place> {
        let chain = Self { environment: self.environment.clone().connected(), ..self };
        let mut places = Vec::new();
        for link in chain.links() {
            let credentials = link.source.credentials().await;
            let found = credentials.is_ok();
            places.push(Place { name: link.name, credentials });
            if found {
                break;
            }
        }
        places
    }

    fn links(&self) -> Vec<Link> {
        let environment = || self.environment.clone();
        let ini = IniProfile { name: self.profile.clone(), environment: environment() };
        let profiles = [Link::new("aliyun profile", self.cli_profile()), Link::new("credentials file", ini)];
        if self.profile.is_some() {
            return profiles.into();
        }
        let mut links = vec![
            Link::new("environment", EnvironmentKey(self.environment.variables.clone())),
            Link::new("OIDC role", Configured(environment(), oidc_role)),
        ];
        links.extend(profiles);
        links
            .push(Link::new("instance role", InstanceRole::new().with_environment(environment()).metadata()));
        links.push(Link::new("credentials URI", Configured(environment(), credentials_uri)));
        links
    }

    fn cli_profile(&self) -> CliProfile {
        CliProfile { name: self.profile.clone(), environment: self.environment.clone() }
    }
}

/// A place where credentials were looked for.
#[derive(Debug)]
#[non_exhaustive]
pub struct Place {
    /// Its name in messages: `environment`, `aliyun profile`.
    pub name: &'static str,
    /// The credentials that were found there, or why there were none.
    pub credentials: Result<Credentials, Error>,
}

#[derive(Debug)]
struct Link {
    name: &'static str,
    source: Box<dyn ProvideCredentials>,
}

impl Link {
    fn new(name: &'static str, source: impl ProvideCredentials + 'static) -> Self {
        Self { name, source: Box::new(source) }
    }

    async fn credentials(&self) -> Result<Credentials, String> {
        self.source.credentials().await.map_err(|error| format!("{}: {}", self.name, error.message()))
    }
}

#[derive(Debug)]
struct Links {
    variables: Variables,
    places: Vec<Link>,
    /// The first place that had credentials.
    kept: OnceLock<usize>,
}

impl Links {
    async fn first(&self) -> Result<Credentials, Error> {
        if let Some(link) = self.kept.get().and_then(|at| self.places.get(*at)) {
            return link.credentials().await.map_err(unavailable);
        }
        self.variables.check()?;
        let mut failures = Vec::new();
        for (at, link) in self.places.iter().enumerate() {
            match link.credentials().await {
                Ok(credentials) => {
                    self.kept.get_or_init(|| at);
                    return Ok(credentials);
                }
                Err(failure) => failures.push(failure),
            }
        }
        Err(unavailable(format!("no credentials found; {}", failures.join("; "))))
    }
}

impl ProvideCredentials for Links {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(self.first())
    }
}

/// A place that variables have to configure.
struct Configured(Environment, fn(&Environment) -> Result<Box<dyn ProvideCredentials>, Error>);

impl ProvideCredentials for Configured {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async { self.1(&self.0)?.credentials().await })
    }
}

impl std::fmt::Debug for Configured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Configured").field(&self.0).finish()
    }
}

fn oidc_role(environment: &Environment) -> Result<Box<dyn ProvideCredentials>, Error> {
    let names =
        ["ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"];
    let [role, provider, token] = environment.variables.all(names)?;
    let role = Role::new(role).with_environment(environment.clone());
    Ok(Box::new(role.sessions_for(provider.to_owned(), PathBuf::from(token))?))
}

fn credentials_uri(environment: &Environment) -> Result<Box<dyn ProvideCredentials>, Error> {
    let [uri] = environment.variables.all(["ALIBABA_CLOUD_CREDENTIALS_URI"])?;
    Ok(Box::new(CredentialsUri { uri: uri.to_owned(), environment: environment.clone() }))
}
