//! Manifests of Alibaba Cloud SAE: files in TOML, YAML or JSON that declare namespaces and applications.
//!
//! A manifest declares the desired state. Settings that it doesn't mention are left unchanged; a table or list that it mentions is
//! complete.
//!
//! - [`Manifest::read`] reads one, and [`Manifest::validate`] checks all that doesn't depend on the service.
//! - [`Plan::new`] compares it with the present state and with what the service offers. A plan that isn't empty after a manifest was
//!   applied is drift.
//! - [`Plan::apply`] makes the changes one after the other and waits for each change order; the first failure ends it.
//!   [`Plan::apply_with`] does the same with waiting of one's own ([`Waiter`]).
//! - [`Export`] makes a manifest of what exists.
//! - [`schema`] is the JSON Schema of manifests, for editors.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! # let server = sae_local::LocalSae::builder().pace(sae_local::Pace::instant()).start().await?;
//! # let client = sae::Client::builder()
//! #     .credentials(sae::Credentials::new("local", "local-secret"))
//! #     .endpoint(server.endpoint())
//! #     .build()?;
//! # let client = &client;
//! use sae_manifest::{Manifest, Plan, Unlisted};
//!
//! let text = r#"
//! [[namespace]]
//! id = "cn-hangzhou:demo"
//!
//! [[application]]
//! name = "shop"
//! namespace = "cn-hangzhou:demo"
//! image = "repo/shop:1"
//! replicas = 2
//! cpu = 1000
//! memory = 2048
//! "#;
//! let manifest = Manifest::read(text, "shop.toml")?;
//! let plan = Plan::new(client, &manifest, Unlisted::Keep).await?;
//! print!("{plan}");
//! let applied = plan.apply(client, |event| println!("{event}")).await?;
//! applied.success()?;
//!
//! let plan = Plan::new(client, &manifest, Unlisted::Keep).await?;
//! assert!(plan.is_empty(), "drift:\n{plan}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Errors
//!
//! An [`Error`] means that nothing was changed. [`Error::Invalid`] has every mistake of the manifest and everything that the service would
//! refuse as a [`Finding`] with its line. What fails while a plan is applied is in [`Applied`], with what is done and what is not.

pub use apply::{Applied, ChangeError, Event, WaitError, Waiter};
pub use change::{Action, Change};
pub use difference::Difference;
pub use entry::Manifest;
pub use error::Error;
pub use export::{Export, Exported};
pub use finding::Finding;
pub use package::package_type;
pub use plan::{Plan, Unlisted};
pub use schema::schema;
pub use write::Format;
pub use write_yaml::write_yaml;

mod apply;
mod change;
mod check;
mod difference;
mod document;
mod entry;
mod error;
mod export;
mod feasible;
mod finding;
pub mod hints;
mod json;
mod keys;
mod live;
mod mask;
mod package;
mod parse;
mod plan;
mod read;
mod rules;
mod schema;
mod shape;
mod steps;
mod value;
mod wire;
mod write;
mod write_yaml;
mod yaml;
