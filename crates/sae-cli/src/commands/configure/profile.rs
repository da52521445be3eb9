//! One profile, as the `aliyun` program writes it.

use serde_json::{Map, Value};

use crate::failure::Failure;

/// The members of a profile, also those that this program doesn't know.
#[derive(Clone)]
pub struct Profile(Map<String, Value>);

impl Profile {
    /// A new one.
    pub fn new(name: &str) -> Self {
        Self(Map::from_iter([("name".to_owned(), name.into()), ("mode".to_owned(), "AK".into())]))
    }

    /// The profile that a value of the file is.
    pub fn of(value: Value) -> Option<Self> {
        match value {
            Value::Object(members) => Some(Self(members)),
            _ => None,
        }
    }

    /// All members.
    pub const fn members(&self) -> &Map<String, Value> {
        &self.0
    }

    /// A member that is a text; an empty one if it isn't there.
    pub fn text(&self, member: &str) -> &str {
        self.0.get(member).and_then(Value::as_str).unwrap_or_default()
    }

    /// Sets a member.
    pub fn set(&mut self, member: &str, value: &str) {
        self.0.insert(member.to_owned(), value.into());
    }

    /// Removes a member.
    pub fn remove(&mut self, member: &str) {
        self.0.remove(member);
    }

    /// Refuses a profile that can't work.
    pub fn check(&self) -> Result<(), Failure> {
        let needed: &[(&str, &str)] = match self.text("mode") {
            "AK" | "RamRoleArn" => &[ID, SECRET],
            "StsToken" => &[ID, SECRET, ("sts_token", "a security token")],
            _ => &[],
        };
        if let Some((_, what)) = needed.iter().find(|(member, _)| self.text(member).is_empty()) {
            let name = self.text("name");
            return Err(Failure::usage(format!("the profile {name} lacks {what}; nothing was written")));
        }
        let region = self.text("region_id");
        if !region.is_empty() && !region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(Failure::usage(format!("{region:?} is no region; expected one as in cn-hangzhou")));
        }
        Ok(())
    }

    /// The members that somebody may see. What isn't known may be a secret.
    pub fn without_secrets(&self) -> Map<String, Value> {
        let shown = |(name, value): (&String, &Value)| {
            let is_text =
                value.as_str().is_some_and(|text| !text.is_empty()) || value.is_object() || value.is_array();
            let value =
                if is_text && !SHOWN.contains(&name.as_str()) { "(hidden)".into() } else { value.clone() };
            (name.clone(), value)
        };
        self.0.iter().map(shown).collect()
    }
}

const ID: (&str, &str) = ("access_key_id", "an access key id");
const SECRET: (&str, &str) = ("access_key_secret", "an access key secret");

/// Members that hold no secret, by aliyun/aliyun-cli `config/profile.go`.
const SHOWN: [&str; 21] = [
    "name",
    "mode",
    "access_key_id",
    "sts_region",
    "ram_role_name",
    "ram_role_arn",
    "ram_session_name",
    "source_profile",
    "expired_seconds",
    "key_pair_name",
    "region_id",
    "output_format",
    "language",
    "site",
    "oidc_provider_arn",
    "oidc_token_file",
    "cloud_sso_sign_in_url",
    "cloud_sso_account_id",
    "cloud_sso_access_config",
    "endpoint_type",
    "verify",
];
