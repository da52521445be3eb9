//! How to reach the service, and as whom: options of every command that calls it.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::value::{bytes, seconds};
use crate::shell;

/// How to reach the service. Where an option is given twice, the later one counts.
#[derive(Args, Clone, Debug, Default)]
pub struct Connection {
    /// Profile of ~/.aliyun/config.json; takes precedence over a key in the environment.
    #[arg(long, value_name = "NAME", global = true, overrides_with = "profile", help_heading = HEADING)]
    pub profile: Option<String>,
    /// URL of the service, instead of the region's endpoint.
    #[arg(long, value_name = "URL", global = true, overrides_with = "endpoint", help_heading = HEADING)]
    pub endpoint: Option<String>,
    /// Region, as in cn-hangzhou [env: ALIBABA_CLOUD_REGION_ID]
    #[arg(long, value_name = "ID", global = true, overrides_with = "region", help_heading = HEADING)]
    pub region: Option<String>,
    /// Signature scheme; with roa a value can't be cleared.
    #[arg(
        long, value_name = "SCHEME", value_enum, default_value_t, global = true, overrides_with = "signature",
        help_heading = HEADING
    )]
    pub signature: Signature,
    /// Time limit of a call, including retries [default: 60]
    #[arg(
        long, value_name = "SECONDS", value_parser = seconds, global = true, overrides_with = "timeout",
        help_heading = HEADING
    )]
    pub timeout: Option<Duration>,
    /// Maximum number of attempts of a call [default: 3]
    #[arg(
        long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100), global = true,
        overrides_with = "max_attempts", help_heading = HEADING
    )]
    pub max_attempts: Option<u32>,
    /// Maximum memory for a decoded response, in bytes, as in 64M [default: 8 times its bytes and 1M] [env:
    /// ALIBABA_CLOUD_SAE_ANSWER_MEMORY]
    #[arg(
        long, value_name = "N", value_parser = bytes, global = true, overrides_with = "answer_memory",
        help_heading = HEADING
    )]
    pub answer_memory: Option<usize>,
}

/// Signature schemes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Signature {
    Roa,
    #[default]
    Acs3,
}

impl Connection {
    /// These options as typed, for commands that are suggested next: they reach the same service as the same account.
    pub fn repeated(&self) -> String {
        let signature = (self.signature == Signature::Roa).then_some("roa");
        let given = [
            ("profile", self.profile.as_deref()),
            ("endpoint", self.endpoint.as_deref()),
            ("region", self.region.as_deref()),
            ("signature", signature),
        ];
        let given = given.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let options: Vec<_> =
            given.map(|(name, value)| format!(" --{name} {}", shell::word(value))).collect();
        options.concat()
    }
}

/// Heading in help, for these options and those of [`super::Output`].
pub const HEADING: &str = "Connection and output";
