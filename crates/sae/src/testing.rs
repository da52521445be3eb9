//! Tests code that calls SAE, without an account.
//!
//! There are three ways, from the simplest to the most faithful:
//!
//! | what | how it answers | good for |
//! | --- | --- | --- |
//! | [`Fake`] | with what the test scripts, typed; also failures | unit tests, above all of failure paths |
//! | [`Recorder`] and [`Replay`] | as the service once did | unusual answers of the real service, kept in a file |
//! | `sae_local::LocalSae` | as the service does: state, change orders, refusals | workflows |
//!
//! # A failure path in ten lines
//!
//! ```
//! use sae::model::{DeployApplication, error_code};
//! use sae::testing::Fake;
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let fake = Fake::new();
//! fake.on::<DeployApplication>().refuse(&error_code::APPLICATION_CHANGER_ORDER_RUNNING).drop_after();
//! let client = fake.client()?;
//!
//! let deploy = || client.send(DeployApplication::new("app").image_url("repo/shop:2"));
//! assert!(deploy().await.is_err_and(|error| error.is_busy()));
//! assert!(deploy().await.is_err_and(|error| error.is_outcome_unknown()));
//! assert_eq!(fake.requests::<DeployApplication>()[1].image_url.as_deref(), Some("repo/shop:2"));
//! fake.finish()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A local SAE in the same process
//!
//! With `sae-local` in `[dev-dependencies]`, two lines start a server on a free port. It stops when it is dropped.
//!
//! ```
//! # use sae::{Client, Credentials, model::DescribeRegions};
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let server = sae_local::LocalSae::builder().pace(sae_local::Pace::instant()).start().await?;
//! let client = Client::builder().credentials(Credentials::new("local", "local-secret")).endpoint(server.endpoint()).build()?;
//!
//! assert!(!client.send(DescribeRegions::new()).await?.regions.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use self::fake::Fake;
pub use self::recorder::Recorder;
pub use self::replay::Replay;
pub use self::script::Script;
pub use self::script_error::ScriptError;

mod cassette;
mod digest;
mod fake;
mod recorder;
mod replay;
mod script;
mod script_error;
mod scrub;
