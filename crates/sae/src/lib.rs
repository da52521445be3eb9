//! Rust SDK for Alibaba Cloud SAE (Serverless App Engine, API 2019-05-06) and the Kubernetes side of EDAS (API 2017-08-01).
//!
//! An operation is a struct named like it; [`Client::send`] sends it and reads its typed answer:
//!
//! ```
//! use sae::model::{CreateApplication, CreateNamespace, DeployApplication, PackageType};
//! use sae::{Client, Credentials};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! // A local SAE where nothing takes time; `Client::from_env()` reaches the cloud.
//! let server = sae_local::LocalSae::builder().pace(sae_local::Pace::instant()).start().await?;
//! let client = Client::builder()
//!     .credentials(Credentials::new("local", "local-secret"))
//!     .endpoint(server.endpoint())
//!     .build()?;
//!
//! client.send(CreateNamespace::new("Shop").namespace_id("cn-hangzhou:shop")).await?;
//! let create = CreateApplication::new("shop", PackageType::Image, 2)
//!     .namespace_id("cn-hangzhou:shop")
//!     .image_url("repo/shop:1")
//!     .cpu(1000)
//!     .memory(2048);
//! let app = client.send(create).await?.into_data()?.app_id.ok_or("no AppId")?;
//! let order = client.send(DeployApplication::new(app).image_url("repo/shop:2")).await?.into_data()?;
//! println!("change order {:?}", order.change_order_id);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! On top of single calls:
//!
//! - [`Client::call`] gives one call a time-out, attempts, an endpoint or a region of its own;
//! - [`Client::items`] and [`Client::pages`] read lists page by page, completely or with an error;
//! - [`Client::submit`] starts a change order, which [`change_order`] waits for, watches, steers and diagnoses;
//! - [`Client::deploy`] deploys exactly once, whatever is lost on the way;
//! - [`Client::resolve_application`] and [`Client::resolve_namespace`] take the names that people write.
//!
//! Requests and answers of SAE are in [`model`], those of EDAS in [`edas`]. Every failure is an [`Error`], whose kind and
//! predicates tell what to do next. [`credentials`] tells where keys come from: [`Client::from_env`] looks where the official SDKs
//! do. [`testing`] has what tests need that must not call the cloud.
//!
//! # Features
//!
//! - `blocking`: a client for programs that are not async.
//! - `tracing`: calls tell the crate of that name what they do: spans and events with operation, attempts, waits and outcome,
//!   and no parameter. It is in the dependencies anyway, below HTTP.
//! - `jsonl`: the line protocol of the signer, for programs that compare signers.

pub use sae_transport::client::{Credentials, Endpoint, Format, Scheme};
pub use sae_transport::{Answer, Any, Envelope, Error, ErrorCode, ErrorKind, Json, Note, Reply, Unknown};

pub use crate::builder::Builder;
pub use crate::call::Call;
pub use crate::client::Client;
pub use crate::deploy::Deploy;
pub use crate::pages::{Items, Pages};

/// Requests and answers of SAE, API 2019-05-06.
pub mod model {
    pub use sae_models::sae::*;
}

/// Requests and answers of EDAS, API 2017-08-01.
pub mod edas {
    pub use sae_models::edas::*;
}

/// What code needs that learns at run time which operation to call, and tests that answer calls themselves.
pub mod transport {
    pub use sae_transport::client::{
        Exchange, ExchangeError, ExchangeFuture, Http, HttpRequest, SignedRequest, SignedText, Stamp, nonce,
        signed_request,
    };
    pub use sae_transport::{
        Description, DynFields, Effect, ErrorInfo, Fields, HasChangeOrder, HasData, Method, Open, Operation,
        Paged, Parameter, Position, Registered, RequestParts, Retry, Scalar, Service, Slot, Style,
        Unreadable, Visitor, decode_json, encode_json, sign,
    };
}

#[cfg(feature = "blocking")]
pub mod blocking;
mod builder;
mod call;
pub mod change_order;
mod client;
pub mod credentials;
mod deploy;
mod pages;
mod resolve;
pub mod testing;
