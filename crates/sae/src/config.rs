//! Configuration of a client: what is set in code, endpoints, and where credentials come from.

pub use self::builder::Builder;
pub(crate) use self::builder::Config;
pub(crate) use self::endpoints::Endpoints;

mod builder;
pub mod credentials;
mod endpoints;
