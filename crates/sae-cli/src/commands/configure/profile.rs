//! A profile in the format of the `aliyun` program.

use sae::transport::check_region;

use super::members::Members;
use sae::transport::text::SECRET;

use crate::failure::Failure;

/// The members of a profile, including unknown ones.
#[derive(Clone)]
pub struct Profile(pub Members);

impl Profile {
    /// A new one.
    pub fn new(name: &str) -> Self {
        let mut profile = Self(Members::default());
        profile.set("name", name);
        profile.set("mode", "AK");
        profile
    }

    /// A text member; empty if missing.
    pub fn text(&self, member: &str) -> String {
        self.0.text(member)
    }

    /// Sets a member.
    pub fn set(&mut self, member: &str, value: &str) {
        self.0.set(member, value);
    }

    /// Sets another access key. Removes the token of the previous key; a role that is assumed with the key stays.
    pub fn set_key(&mut self, id: &str) {
        self.set("access_key_id", id);
        self.0.remove("sts_token");
        self.set_mode("AK");
    }

    /// Sets the token of a temporary access key.
    pub fn set_token(&mut self, token: &str) {
        self.set("sts_token", token);
        self.set_mode("StsToken");
    }

    /// Sets the mode, unless a role is assumed: that works with either kind of key.
    fn set_mode(&mut self, mode: &str) {
        if self.text("mode") != "RamRoleArn" {
            self.set("mode", mode);
        }
    }

    /// Fails if the profile can't work.
    pub fn check(&self) -> Result<(), Failure> {
        let needed: &[(&str, &str)] = match self.text("mode").as_str() {
            "AK" | "RamRoleArn" => &[ID, SECRET_KEY],
            "StsToken" => &[ID, SECRET_KEY, ("sts_token", "a security token")],
            _ => &[],
        };
        if let Some((_, what)) = needed.iter().find(|(member, _)| self.text(member).is_empty()) {
            let name = self.text("name");
            return Err(Failure::usage(format!("the profile {name} needs {what}; nothing was written")));
        }
        let region = self.text("region_id");
        if !region.is_empty() {
            check_region(&region)?;
        }
        Ok(())
    }

    /// The members with secrets masked. Unknown members may be secret.
    pub fn without_secrets(&self) -> Members {
        let mut shown = self.0.clone();
        for (name, value) in self.0.iter() {
            let json = value.get();
            if json.starts_with(['"', '{', '[']) && json != "\"\"" && !SHOWN.contains(&name) {
                shown.set(name, SECRET);
            }
        }
        shown
    }
}

const ID: (&str, &str) = ("access_key_id", "an access key id");
const SECRET_KEY: (&str, &str) = ("access_key_secret", "an access key secret");

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
