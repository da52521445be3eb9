//! What commands work with: the client for the command line and the environment, and the printer of results.

use std::sync::Arc;
use std::time::Duration;

use sae::credentials::Chain;
use sae::{Client, Scheme};

use crate::args::connection::Signature;
use crate::args::{Connection, Output, value};
use crate::failure::Failure;
use crate::input::variable;
use crate::output::printer::Printer;
use crate::output::waiting;

/// A connection, and how results are printed.
pub struct Context {
    pub connection: Connection,
    pub printer: Printer,
}

impl Context {
    /// Fails if the query is invalid, before anything is called.
    pub fn new(connection: Connection, output: &Output) -> Result<Self, Failure> {
        Ok(Self { connection, printer: Printer::new(output)? })
    }

    /// The client for the command line and the environment.
    pub fn client(&self) -> Result<Client, Failure> {
        Ok(self.builder()?.environment().build()?)
    }

    /// A builder with the settings of the command line.
    pub fn builder(&self) -> Result<sae::Builder, Failure> {
        let Connection { profile, endpoint, region, signature, timeout, max_attempts, answer_memory } =
            &self.connection;
        let mut builder = Client::builder().signature(match signature {
            Signature::Roa => Scheme::Roa,
            Signature::Acs3 => Scheme::Acs3,
        });
        if let Some(profile) = profile {
            builder = builder.profile(profile);
        }
        if let Some(endpoint) = endpoint {
            builder = builder.endpoint(endpoint);
        }
        if let Some(region) = region {
            builder = builder.region(region);
        }
        if let Some(timeout) = timeout {
            builder = builder.timeout(*timeout).attempt_timeout(*timeout);
        }
        if let Some(attempts) = max_attempts {
            builder = builder.max_attempts(*attempts);
        }
        let memory = answer_memory.map_or_else(memory_of_environment, |bytes| Ok(Some(bytes)))?;
        if let Some(bytes) = memory {
            builder = builder.answer_memory(bytes);
        }
        let attempt = timeout.unwrap_or(ATTEMPT);
        Ok(builder.exchange(Arc::new(waiting::Explained::new(attempt))).on_retry(waiting::retries))
    }

    /// The region of the command line, the environment or the profile, in the order that the client uses.
    pub fn region(&self) -> Option<String> {
        let variable = || variable("ALIBABA_CLOUD_REGION_ID");
        let profile = self.connection.profile.as_ref();
        let chain = || match profile {
            Some(profile) => Chain::new().profile(profile),
            None => Chain::new(),
        };
        let given = self.connection.region.clone();
        given
            .or_else(|| variable().filter(|_| profile.is_none()))
            .or_else(|| chain().region())
            .or_else(variable)
    }
}

/// The memory limit of the environment.
fn memory_of_environment() -> Result<Option<usize>, Failure> {
    let given = variable(ANSWER_MEMORY);
    let bytes = given.map(|text| value::bytes(&text)).transpose();
    bytes.map_err(|error| Failure::usage(format!("{ANSWER_MEMORY}: {error}")))
}

/// Time limit of an attempt without --timeout, as in the library.
const ATTEMPT: Duration = Duration::from_secs(30);
const ANSWER_MEMORY: &str = "ALIBABA_CLOUD_SAE_ANSWER_MEMORY";
