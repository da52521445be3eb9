//! The profiles of the `aliyun` program.
//!
//! Modes and members are those of aliyun/aliyun-cli `config/profile.go`, and are used as in aliyun/credentials-python
//! `provider/cli_profile.py`.

use std::path::PathBuf;
use std::time::Duration;

use sae_transport::Error;
use serde_json::Value;

use super::cloud_sso::CloudSso;
use super::external::External;
use super::uri::CredentialsUri;
use super::variables::read;
use super::{
    Credentials, CredentialsFuture, Environment, InstanceRole, ProvideCredentials, Role, timestamp,
    unavailable,
};

/// A profile in `~/.aliyun/config.json`. The file is read each time, so that a new sign-in is noticed.
#[derive(Debug)]
pub(super) struct CliProfile {
    /// Unless set, the profile that the environment or the file names.
    pub(super) name: Option<String>,
    pub(super) environment: Environment,
}

impl CliProfile {
    /// The region of the profile.
    pub(super) fn region(&self) -> Result<Option<String>, Error> {
        let (config, name) = self.config()?;
        Ok(config.profile(&name)?.text("region_id").map(str::to_owned))
    }

    fn source(&self) -> Result<Box<dyn ProvideCredentials>, Error> {
        let (config, name) = self.config()?;
        self.source_of(&config, &name, &mut Vec::new())
    }

    fn config(&self) -> Result<(Config, String), Error> {
        let variables = &self.environment.variables;
        if variables.switch("ALIBABA_CLOUD_CLI_PROFILE_DISABLED") {
            return Err(unavailable("disabled by ALIBABA_CLOUD_CLI_PROFILE_DISABLED"));
        }
        let path = match variables.variable("ALIBABA_CLOUD_CONFIG_FILE") {
            Some(path) => PathBuf::from(path),
            None => variables.home(".aliyun/config.json")?,
        };
        let path_text = path.display().to_string();
        let text = read(&path)?;
        let document: Value = serde_json::from_str(&text).map_err(|error| {
            unavailable(format!(
                "{path_text} is no JSON: see line {}, column {}",
                error.line(),
                error.column()
            ))
        })?;
        let config = Config { path: path_text, document };
        let wanted = self.name.as_deref().or(variables.variable("ALIBABA_CLOUD_PROFILE"));
        let name = wanted.or(config.document.get("current").and_then(Value::as_str)).map(str::to_owned);
        let name = name.ok_or_else(|| unavailable(format!("{} names no current profile", config.path)))?;
        Ok((config, name))
    }

    /// `above` are the profiles that refer to this one.
    fn source_of(
        &self,
        config: &Config,
        name: &str,
        above: &mut Vec<String>,
    ) -> Result<Box<dyn ProvideCredentials>, Error> {
        let profile = config.profile(name)?;
        let round = above.iter().any(|earlier| earlier == name);
        above.push(name.to_owned());
        if round {
            return Err(unavailable(format!("the profiles go in a circle: {}", above.join(" -> "))));
        }
        let environment = || self.environment.clone();
        Ok(match profile.text("mode").unwrap_or_default() {
            "AK" => Box::new(profile.key()?),
            "StsToken" => Box::new(profile.session()?),
            "RamRoleArn" => {
                let key =
                    if profile.text("sts_token").is_some() { profile.session()? } else { profile.key()? };
                Box::new(profile.role(environment())?.sessions_from(key)?)
            }
            "ChainableRamRoleArn" => {
                let source = self.source_of(config, profile.needed("source_profile")?, above)?;
                Box::new(profile.role(environment())?.sessions_from(source)?)
            }
            "EcsRamRole" => {
                let name = profile.text("ram_role_name").unwrap_or_default();
                Box::new(InstanceRole::new().name(name).with_environment(environment()).metadata())
            }
            "OIDC" => {
                let provider = profile.needed("oidc_provider_arn")?.to_owned();
                let token = PathBuf::from(profile.needed("oidc_token_file")?);
                Box::new(profile.role(environment())?.sessions_for(provider, token)?)
            }
            "CloudSSO" => Box::new(CloudSso {
                sign_in_url: profile.needed("cloud_sso_sign_in_url")?.to_owned(),
                account: profile.needed("cloud_sso_account_id")?.to_owned(),
                access_configuration: profile.needed("cloud_sso_access_config")?.to_owned(),
                access_token: profile.needed("access_token")?.to_owned(),
                access_token_end: timestamp::at(profile.number("cloud_sso_access_token_expire").unwrap_or(0))
                    .unwrap_or(std::time::UNIX_EPOCH),
                environment: environment(),
            }),
            // The program refreshes these and stores them in the file. Refreshing them here would make its own sign-in invalid.
            "OAuth" => {
                let end = profile.number("sts_expiration").and_then(timestamp::at);
                let end = end.filter(|end| self.environment.clock.now() < *end).ok_or_else(|| {
                    profile.lacks("valid session: run any command of `aliyun` with it, which gets one")
                })?;
                Box::new(profile.session()?.with_expiration(end))
            }
            "External" => Box::new(External {
                command: profile.needed("process_command")?.to_owned(),
                environment: environment(),
            }),
            "CredentialsURI" => Box::new(CredentialsUri {
                uri: profile.needed("credentials_uri")?.to_owned(),
                environment: environment(),
            }),
            _ => return Err(profile.lacks(MODES)),
        })
    }
}

impl ProvideCredentials for CliProfile {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async { self.source()?.credentials().await })
    }
}

struct Config {
    path: String,
    document: Value,
}

impl Config {
    fn profile<'a>(&'a self, name: &'a str) -> Result<Profile<'a>, Error> {
        let profiles = self.document.get("profiles").and_then(Value::as_array);
        let is_it = |profile: &&Value| profile.get("name").and_then(Value::as_str) == Some(name);
        let members = profiles.and_then(|profiles| profiles.iter().find(is_it));
        let members = members.ok_or_else(|| unavailable(format!("{} has no profile {name:?}", self.path)))?;
        Ok(Profile { name, path: &self.path, members })
    }
}

/// The members of a profile. An empty one counts as missing.
struct Profile<'a> {
    name: &'a str,
    path: &'a str,
    members: &'a Value,
}

impl<'a> Profile<'a> {
    fn text(&self, member: &str) -> Option<&'a str> {
        self.members.get(member).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    fn number(&self, member: &str) -> Option<i64> {
        self.members.get(member).and_then(Value::as_i64).filter(|number| *number > 0)
    }

    fn needed(&self, member: &str) -> Result<&'a str, Error> {
        self.text(member).ok_or_else(|| self.lacks(member))
    }

    fn lacks(&self, what: &str) -> Error {
        unavailable(format!("the profile {:?} in {} has no {what}", self.name, self.path))
    }

    fn key(&self) -> Result<Credentials, Error> {
        Ok(Credentials::new(self.needed("access_key_id")?, self.needed("access_key_secret")?))
    }

    fn session(&self) -> Result<Credentials, Error> {
        Ok(self.key()?.with_security_token(self.needed("sts_token")?))
    }

    fn role(&self, environment: Environment) -> Result<Role, Error> {
        let mut role = Role::new(self.needed("ram_role_arn")?).with_environment(environment);
        // The Python SDK reads the second name.
        if let Some(name) = self.text("ram_session_name").or(self.text("role_session_name")) {
            role = role.session_name(name);
        }
        if let Some(seconds) = self.number("expired_seconds") {
            role = role.duration(Duration::from_secs(seconds.unsigned_abs()));
        }
        if let Some(policy) = self.text("policy") {
            role = role.policy(policy);
        }
        if let Some(id) = self.text("external_id") {
            role = role.external_id(id);
        }
        if let Some(region) = self.text("sts_region") {
            role = role.sts_region(region);
        }
        Ok(role.vpc(self.members.get("enable_vpc").and_then(Value::as_bool).unwrap_or(false)))
    }
}

const MODES: &str = "mode that is known here: AK, StsToken, RamRoleArn, ChainableRamRoleArn, EcsRamRole, OIDC, CloudSSO, OAuth, \
                     External or CredentialsURI";
