//! The credentials file that the official SDKs share.

use std::path::PathBuf;

use configparser::ini::Ini;
use sae_transport::Error;

use super::variables::{is_there, read};
use super::{
    Credentials, CredentialsFuture, Environment, InstanceRole, ProvideCredentials, Role, unavailable,
};

/// A section of the INI file in `~/.alibabacloud`. The file is read each time.
#[derive(Debug)]
pub(super) struct IniProfile {
    /// Unless set, the section that the environment names, or `default`.
    pub(super) name: Option<String>,
    pub(super) environment: Environment,
}

impl IniProfile {
    fn source(&self) -> Result<Box<dyn ProvideCredentials>, Error> {
        let section = self.section()?;
        let environment = || self.environment.clone();
        let role = |section: &Section| {
            let mut role = Role::new(section.needed("role_arn")?).with_environment(environment());
            if let Some(name) = section.text("role_session_name") {
                role = role.session_name(name);
            }
            if let Some(policy) = section.text("policy") {
                role = role.policy(policy);
            }
            Ok::<_, Error>(role)
        };
        Ok(match section.needed("type")?.as_str() {
            "access_key" => Box::new(section.key()?),
            "ram_role_arn" => Box::new(role(&section)?.sessions_from(section.key()?)?),
            "oidc_role_arn" => {
                let token = PathBuf::from(section.needed("oidc_token_file_path")?);
                Box::new(role(&section)?.sessions_for(section.needed("oidc_provider_arn")?, token)?)
            }
            "ecs_ram_role" => {
                let name = section.text("role_name").unwrap_or_default();
                Box::new(InstanceRole::new().name(name).with_environment(environment()).metadata())
            }
            _ => return Err(section.lacks(TYPES)),
        })
    }

    fn section(&self) -> Result<Section, Error> {
        let path = self.path()?;
        let text = read(&path)?;
        let path = path.display().to_string();
        let mut ini = Ini::new_cs();
        // Values are split as by the Python SDK. A colon is part of every ARN.
        ini.set_inline_comment_symbols(Some(&['#']));
        let mut format = ini.defaults();
        format.delimiters = vec!['='];
        ini.load_defaults(format);
        // The message of the parser quotes the line, so it isn't shown.
        ini.read(text).map_err(|_| unavailable(format!("{path} is no INI file")))?;
        let wanted = self.name.as_deref().or(self.environment.variable("ALIBABA_CLOUD_PROFILE"));
        let name = wanted.unwrap_or("default").to_owned();
        if ini.get_map_ref().contains_key(&name) {
            return Ok(Section { name, path, ini });
        }
        Err(unavailable(format!("{path} has no section [{name}]")))
    }

    /// The Go library has one name for the file, those of Python and Java have another.
    fn path(&self) -> Result<PathBuf, Error> {
        let variables = &self.environment.variables;
        if let Some(path) = variables.variable("ALIBABA_CLOUD_CREDENTIALS_FILE") {
            return Ok(PathBuf::from(path));
        }
        let plain = variables.home(".alibabacloud/credentials")?;
        let with_extension = variables.home(".alibabacloud/credentials.ini")?;
        Ok(if !is_there(&plain) && is_there(&with_extension) { with_extension } else { plain })
    }
}

impl ProvideCredentials for IniProfile {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async { self.source()?.credentials().await })
    }
}

struct Section {
    name: String,
    path: String,
    ini: Ini,
}

impl Section {
    fn text(&self, key: &str) -> Option<String> {
        self.ini.get(&self.name, key).filter(|value| !value.is_empty())
    }

    fn needed(&self, key: &str) -> Result<String, Error> {
        self.text(key).ok_or_else(|| self.lacks(key))
    }

    fn lacks(&self, what: &str) -> Error {
        unavailable(format!("the section [{}] in {} has no {what}", self.name, self.path))
    }

    fn key(&self) -> Result<Credentials, Error> {
        Ok(Credentials::new(self.needed("access_key_id")?, self.needed("access_key_secret")?))
    }
}

const TYPES: &str = "type that is known here: access_key, ram_role_arn, oidc_role_arn or ecs_ram_role";
