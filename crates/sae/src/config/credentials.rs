//! Sources of credentials.
//!
//! A client has fixed [`Credentials`], or a [`ProvideCredentials`] that it asks before each attempt. The sources of this module are
//! [`Refreshing`]: they keep credentials while they are valid, refresh them before they expire, and send one request for any number of
//! callers.
//!
//! | made by | credentials |
//! | --- | --- |
//! | [`Chain`] | the first of all places where official SDKs and the `aliyun` program look; [`Client::from_env`](crate::Client::from_env) uses it |
//! | [`Role`] | a RAM role, assumed from other credentials or for an OIDC token |
//! | [`InstanceRole`] | the RAM role of the ECS instance that the program runs on |
//! | [`Refreshing::new`] | those of a provider of your own, kept and refreshed in the same way |
//!
//! Variables, clock, HTTP and addresses are all taken from one [`Environment`], so that tests bring their own.
//!
//! ```
//! use sae::credentials::Role;
//! use sae::{Client, Credentials};
//!
//! let deployer = Role::new("acs:ram::1234567890:role/deployer")
//!     .session_name("release-pipeline")
//!     .assumed_from(Credentials::new("my-id", "my-secret"))?;
//! let client = Client::builder().credentials_provider(deployer).region("cn-hangzhou").build()?;
//! # Ok::<(), sae::Error>(())
//! ```

pub use sae_transport::client::{CredentialsFuture, ProvideCredentials};

pub use self::chain::{Chain, Place};
pub use self::environment::{Clock, Environment};
pub use self::instance_role::InstanceRole;
pub use self::refreshing::Refreshing;
pub use self::role::Role;
pub use self::variables::Variables;

mod chain;
mod cli_profile;
mod cloud_sso;
mod environment;
mod external;
mod fetch;
mod ini_profile;
mod instance_role;
mod refreshing;
mod role;
mod session;
mod sts;
mod timestamp;
mod uri;
mod variables;

use sae_transport::client::Credentials;
use sae_transport::{Error, ErrorKind};

/// Why a place has no credentials. The message contains no secret and no text of another party.
fn unavailable(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Credentials, message)
}
