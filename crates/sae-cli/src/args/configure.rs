//! `sae configure`.

use clap::{Args, Subcommand};

use super::value::trimmed;
use super::{Confirmation, Output};

/// Manage profiles: access keys and regions.
#[derive(Args, Debug)]
#[command(
    long_about = ABOUT,
    after_help = "Examples:\n  sae configure\n  sae configure --profile staging",
    mut_arg("output", super::output::table)
)]
pub struct Configure {
    /// Profile to use [default: the current one; delete has no default]
    #[arg(long, value_name = "NAME", value_parser = trimmed, global = true)]
    pub profile: Option<String>,
    #[command(flatten)]
    pub output: Output,
    #[command(subcommand)]
    pub verb: Option<ConfigureVerb>,
}

/// The verbs of `sae configure`. Without one, the program asks on a terminal.
#[derive(Debug, Subcommand)]
pub enum ConfigureVerb {
    /// List the profiles; * marks the current one.
    #[command(visible_alias = "ls", after_help = "Example:\n  sae configure list")]
    List,
    /// Show a profile, with its secrets hidden.
    #[command(after_help = "Example:\n  sae configure show --profile staging --output json")]
    Show,
    /// Create or change a profile; settings that are not given stay as they are.
    #[command(after_help = SET_EXAMPLES)]
    Set(ConfigureSet),
    /// Delete a profile.
    #[command(visible_alias = "rm", after_help = "Example:\n  sae configure delete --profile staging --yes")]
    Delete(Confirmation),
}

/// `sae configure set`.
#[derive(Args, Debug)]
pub struct ConfigureSet {
    /// ID of the access key.
    #[arg(long, value_name = "ID", value_parser = trimmed)]
    pub access_key_id: Option<String>,
    /// Secret of the access key; a file or standard input keeps it out of the process list.
    #[arg(long, value_name = "TEXT|@FILE|-", value_parser = trimmed, allow_hyphen_values = true)]
    pub access_key_secret: Option<String>,
    /// Security token of a temporary access key.
    #[arg(long, value_name = "TEXT|@FILE|-", value_parser = trimmed, allow_hyphen_values = true)]
    pub security_token: Option<String>,
    /// Region, as in cn-hangzhou.
    #[arg(long, value_name = "ID", value_parser = trimmed)]
    pub region_id: Option<String>,
    /// RAM role to assume with the access key.
    #[arg(long, value_name = "ARN", value_parser = trimmed)]
    pub role_arn: Option<String>,
    /// Session name of the role.
    #[arg(long, value_name = "NAME", value_parser = trimmed, requires = "role_arn")]
    pub role_session_name: Option<String>,
    /// RAM role of the ECS instance, instead of an access key.
    #[arg(
        long, value_name = "NAME", value_parser = trimmed,
        conflicts_with_all = ["access_key_id", "access_key_secret", "security_token", "role_arn"]
    )]
    pub instance_role: Option<String>,
    /// Make it the current profile, which is used by default.
    #[arg(long)]
    pub current: bool,
}

const ABOUT: &str = "Manage profiles: access keys and regions, in the file of the aliyun program: ~/.aliyun/config.json, or the one that \
ALIBABA_CLOUD_CONFIG_FILE names. Without a verb it asks for them on a terminal.

Commands use the current profile, or the one that ALIBABA_CLOUD_PROFILE names, unless the environment has a key. --profile takes \
precedence over both.";
const SET_EXAMPLES: &str = "Examples:
  sae configure set --access-key-id LTAI5t... --access-key-secret @secret.txt --region-id cn-hangzhou
  pass show aliyun | sae configure set --profile staging --access-key-id LTAI5t... --access-key-secret -
  sae configure set --profile on-ecs --instance-role deployer --region-id cn-hangzhou --current";
