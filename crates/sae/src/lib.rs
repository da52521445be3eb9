//! Rust SDK for Alibaba Cloud SAE (Serverless App Engine, API 2019-05-06) and the Kubernetes side of EDAS (API 2017-08-01).
//!
//! ```no_run
//! use sae::prelude::*;
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let client = Client::from_env().await?;
//!     for application in client.items(ListApplications::new()).all().await? {
//!         println!("{}: {} instances", application.app_name.or_dash(), application.running_instances.or_dash());
//!     }
//!     Ok(())
//! }
//! ```
//!
//! [`Client::from_env`] finds keys where the official SDKs do, and the region in `ALIBABA_CLOUD_REGION_ID`. Without an account, set
//! `ALIBABA_CLOUD_SAE_ENDPOINT` to the local server of this project, `sae local`. [`Client::builder`] configures everything in code.
//!
//! # Calls
//!
//! Each operation is a struct of the same name with a setter for each parameter; [`Client::send`] sends it and returns its typed answer.
//! Parameters that the service takes as JSON in a string are typed, too.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! # let server = sae_local::LocalSae::builder().pace(sae_local::Pace::instant()).start().await?;
//! # let client = sae::Client::builder()
//! #     .credentials(sae::Credentials::new("local", "local-secret"))
//! #     .endpoint(server.endpoint())
//! #     .build()?;
//! # client.send(sae::model::CreateNamespace::new("Shop").namespace_id("cn-hangzhou:shop")).await?;
//! # let create = sae::model::CreateApplication::new("shop", sae::model::PackageType::Image, 2)
//! #     .namespace_id("cn-hangzhou:shop").image_url("repo/shop:1").cpu(1000).memory(2048);
//! # client.submit(create).await?.wait().await?.success()?;
//! use sae::prelude::*;
//!
//! # let app = client.resolve_application("shop").await?.app_id.ok_or("no AppId")?;
//! let deploy = DeployApplication::new(app)
//!     .image_url("repo/shop:2")
//!     .envs([EnvVar::plain("GREETING", "hello")])
//!     .readiness(Probe::http("/ready", 8080));
//! let reply = client.send(deploy).await?;
//! println!("request {} began change order {}", reply.request_id().or_dash(), reply.data()?.change_order_id.or_dash());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Reply`] dereferences to the output of the operation. The service may leave out any field of an answer: [`FieldExt`] has `or_dash` to
//! show one and `or_missing` to go on with it. A reply also has the envelope, the bytes of the answer, and notes on values that
//! didn't fit their fields. Requests and answers of SAE are in [`model`], those of EDAS in [`edas`].
//!
//! # Errors
//!
//! Every failure is an [`Error`]. Its predicates and its [kind](Error::kind) tell what to do next; compare [`Error::code`] with the
//! constants in [`model::error_code`]. The first line of its text always has code, message and request id.
//!
//! ```
//! # use sae::testing::Fake;
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! # let fake = Fake::new();
//! # fake.on::<RestartApplication>().refuse(&error_code::APPLICATION_NOT_DEPLOY_YET);
//! # let client = fake.client()?;
//! use sae::prelude::*;
//!
//! match client.send(RestartApplication::new("app-id")).await {
//!     Ok(reply) => println!("request {}", reply.request_id().or_dash()),
//!     Err(error) if error.code() == Some(&error_code::APPLICATION_NOT_DEPLOY_YET) => println!("deploy it first"),
//!     Err(error) if error.is_busy() => println!("another change runs; later"),
//!     Err(error) if error.is_outcome_unknown() => println!("look before sending it again: {error}"),
//!     Err(error) => return Err(error),
//! }
//! # Ok::<(), sae::Error>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Reads are repeated after passing faults. A write is repeated only if the service can't have accepted it; if nobody can know, the
//! error is [`ErrorKind::OutcomeUnknown`]. [`Client::call`] sets a timeout, attempts, an endpoint or a region for one call,
//! [`Client::with_options`] for everything that is made with the client it returns: lists, deployments, change orders.
//!
//! # Lists
//!
//! [`Client::items`] and [`Client::pages`] read the pages of a list. A list is complete, or it ends with an error.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! # let server = sae_local::LocalSae::builder().pace(sae_local::Pace::instant()).start().await?;
//! # let client = sae::Client::builder()
//! #     .credentials(sae::Credentials::new("local", "local-secret"))
//! #     .endpoint(server.endpoint())
//! #     .build()?;
//! use sae::prelude::*;
//!
//! let mut applications = client.items(ListApplications::new().page_size(50));
//! while let Some(application) = applications.next().await {
//!     println!("{}", application?.app_name.or_dash());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Deploy once, and follow
//!
//! The service has no idempotency token. [`Client::deploy`] deploys exactly once all the same, even if an answer is lost, and returns a
//! [`ChangeOrder`](change_order::ChangeOrder) to wait for, watch, confirm, abort or roll back. [`Client::submit`] sends any other
//! operation that starts a change order.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! # let server = sae_local::LocalSae::builder().pace(sae_local::Pace::instant()).start().await?;
//! # let client = sae::Client::builder()
//! #     .credentials(sae::Credentials::new("local", "local-secret"))
//! #     .endpoint(server.endpoint())
//! #     .build()?;
//! # client.send(sae::model::CreateNamespace::new("Shop").namespace_id("cn-hangzhou:shop")).await?;
//! # let create = sae::model::CreateApplication::new("shop", sae::model::PackageType::Image, 2)
//! #     .namespace_id("cn-hangzhou:shop").image_url("repo/shop:1").cpu(1000).memory(2048);
//! # client.submit(create).await?.wait().await?.success()?;
//! use sae::model::DeployApplication;
//!
//! let app = client.resolve_application("shop").await?.app_id.ok_or("no AppId")?;
//! let order = client.deploy(DeployApplication::new(app).image_url("repo/shop:2")).await?;
//! let finished = order.wait().watch(|snapshot| eprintln!("{snapshot}")).await?;
//! finished.success()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! If the change order doesn't succeed, the error is a [`Diagnosis`](change_order::Diagnosis): causes, instances with their logs, events.
//!
//! # Testing
//!
//! [`testing::Fake`] returns scripted answers and failures; `sae_local::LocalSae` is a local server in the same process;
//! [`testing::Recorder`] and [`testing::Replay`] record and replay answers of the real service.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! use sae::model::DeployApplication;
//! use sae::testing::Fake;
//!
//! let fake = Fake::new();
//! fake.on::<DeployApplication>().drop_after();
//! let lost = fake.client()?.send(DeployApplication::new("app-id")).await;
//! assert!(lost.is_err_and(|error| error.is_outcome_unknown()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Credentials
//!
//! [`Client::from_env`] uses the [chain](credentials::Chain): environment, profiles, roles of instances and more. In code:
//!
//! ```
//! use sae::credentials::Role;
//! use sae::{Client, Credentials};
//!
//! fn deployer() -> Result<Client, sae::Error> {
//!     let keys = Credentials::new("my-id", "my-secret");
//!     let role = Role::new("acs:ram::1234567890:role/deployer").assumed_from(keys)?;
//!     Client::builder().credentials_provider(role).region("cn-hangzhou").build()
//! }
//! # deployer()?;
//! # Ok::<(), sae::Error>(())
//! ```
//!
//! Clones of a client share connections and credentials. Secrets are never shown: not by `Debug`, in an error, in a trace or in a
//! recording.
//!
//! # HTTP
//!
//! [`Builder::http`] takes authorities, a client certificate, a proxy and limits that are set in code. A client of `reqwest` sends the
//! requests instead with the feature `reqwest` (`Builder::http_client`), layers of `tower` stand in front of either with the feature
//! `tower`, and anything else implements [`transport::Exchange`].
//!
//! ```
//! use sae::transport::Http;
//! use sae::{Client, Credentials};
//!
//! fn client(authority: Vec<u8>) -> Result<Client, sae::Error> {
//!     let http = Http::builder().ca_certificates(authority).no_proxy().build()?;
//!     let keys = Credentials::new("my-id", "my-secret");
//!     Client::builder().credentials(keys).endpoint("https://sae.intern.example.com").http(http).build()
//! }
//! # assert!(client(Vec::new()).is_err());
//! # Ok::<(), sae::Error>(())
//! ```
//!
//! # Blocking client and tracing
//!
//! With the feature `blocking` there is a `blocking::Client` that does the same without async. With the feature `tracing` calls and
//! their attempts are spans with the names of OpenTelemetry. [`Builder::interceptor`] is told of them without it.
//!
//! # Examples
//!
//! The folder `examples` of the crate is a cookbook. Each example starts its own local server, except `deploy`, which calls the real
//! service. `blocking` needs the feature of that name.
//!
//! | example | shows |
//! | --- | --- |
//! | `first_call` | a client, a request, an answer |
//! | `deploy` | a complete program in two dozen lines: deploys, shows progress, ends with the right exit code |
//! | `deploy_and_follow` | deploying once, tokens, snapshots, the diagnosis |
//! | `confirm_batches` | a rollout that waits for a person after each batch |
//! | `list_everything` | items, pages, one page by hand |
//! | `handle_errors` | each kind of error and what to do about it |
//! | `retry_and_deadline` | time limits, attempts, busy applications |
//! | `credentials` | your own source, roles, the chain |
//! | `edas_on_kubernetes` | EDAS with the same client |
//! | `raw_call` | operations that are chosen at run time, answers as the service sent them |
//! | `tower_limits` | limits on requests a second and at once, by layers of tower; needs the feature `tower` |
//! | `blocking` | all of it without async |
//! | `testing_offline` | the three ways to test |
//!
//! # Features
//!
//! - `client`, on by default: sending, and all that stands on it. Without it there are models, codecs and the signer
//!   ([`transport::sign`]), in the same places.
//! - `tls`, on by default: HTTPS. Implies `client`, like those that follow.
//! - `http2`: HTTP/2 over TLS, for those who ask for it in code.
//! - `reqwest`: a client of `reqwest` sends the requests.
//! - `tower`: layers of `tower` in front of HTTP, or a service in its place.
//! - `sae` and `edas`, both on by default: all operations of a service. Each group is a feature, too, such as `sae-ingress` or
//!   `edas-kubernetes-application`. The client brings along `namespace`, `application` and `lifecycle` of SAE, which it calls itself.
//! - `blocking`: a client for programs that are not async.
//! - `stream`: [`Items`] and [`Pages`] are `futures_core::Stream`. HTTP depends on that crate in any case.
//! - `tracing`: calls report spans and events to the crate of that name, without query, headers and bodies. HTTP depends on that crate in any case.
//! - `jiff`, `chrono`: [`Timestamp`] converts to and from the types of these crates.
//! - `jsonl`: the line protocol of the signer, for programs that compare signers.

#![cfg_attr(
    not(feature = "client"),
    allow(rustdoc::broken_intra_doc_links, reason = "most of the page is about the client")
)]

#[cfg(feature = "client")]
pub use sae_transport::client::{
    Backoff, Credentials, Endpoint, Format, RetryEvent, RetryOn, RetryPolicy, Scheme, Timeouts, UserAgent,
};
pub use sae_transport::{
    Answer, Any, Candidate, Envelope, Error, ErrorCode, ErrorKind, FieldExt, Headers, Json, Note, NoteKind,
    OrDash, Reply, RetryStop, Timestamp, TimestampError, Unknown, UnknownMembers, exit_code,
};

#[cfg(feature = "client")]
pub use crate::client::{Call, CallOptions, Client, Items, Pages};
#[cfg(feature = "client")]
pub use crate::config::{Builder, credentials};
#[cfg(feature = "client")]
pub use crate::deploy::Deploy;

/// Requests and answers of SAE, API 2019-05-06, in a module for each group of operations.
///
/// No two groups have a name in common, so that every type is also here without its module: `sae::model::DeployApplication` is
/// [`sae::model::lifecycle::DeployApplication`](model::lifecycle::DeployApplication). The [`prelude`] has what most
/// programs need. Each group is a Cargo feature of the same name, such as `sae-ingress`; `client` has those of
/// `namespace`, `application` and `lifecycle`.
///
/// The types are generated in the crate `sae_models`: its examples write `sae_models::sae`, which is `sae::model` here.
pub mod model {
    pub use sae_models::generated::sae_2019_05_06::*;
    #[doc(hidden)]
    pub use sae_models::sae::types::*;
}

/// Requests and answers of EDAS, API 2017-08-01, laid out like [`model`]; features are named like `edas-kubernetes-application`.
///
/// The types are generated in the crate `sae_models`: its examples write `sae_models::edas`, which is `sae::edas` here.
pub mod edas {
    #[doc(hidden)]
    pub use sae_models::edas::types::*;
    pub use sae_models::generated::edas_2017_08_01::*;
}

/// For programs that choose operations at run time, and for tests that answer calls themselves.
pub mod transport {
    #[cfg(feature = "reqwest")]
    pub use sae_transport::client::ReqwestExchange;
    #[cfg(feature = "tls")]
    pub use sae_transport::client::Roots;
    #[cfg(feature = "client")]
    pub use sae_transport::client::{
        AttemptMark, Exchange, ExchangeError, ExchangeFuture, ExtraHeaders, Http, HttpBuilder, HttpRequest,
        Interceptor, InterceptorContext, InterceptorOutcome, SignedRequest, SignedText, SigningContext,
        check_region, nonce, signed_request,
    };
    #[cfg(feature = "tower")]
    pub use sae_transport::client::{ExchangeService, ServiceExchange};
    #[cfg(feature = "client")]
    pub use sae_transport::input_file;
    pub use sae_transport::{
        DecodeError, Description, DynFields, Effect, ErrorInfo, Fields, HasChangeOrder, HasData,
        JsonDocument, Method, Operation, Paged, Parameter, Position, Registered, RequestParts, Retry, Scalar,
        Service, Slot, Style, Visitor, decode_json, encode_json, innermost_cause, operation, redact, sign,
        slots, text,
    };
}

#[cfg(feature = "blocking")]
pub mod blocking;
#[cfg(feature = "client")]
pub mod change_order;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod config;
#[cfg(feature = "client")]
pub mod deploy;
#[cfg(feature = "client")]
pub mod prelude;
#[cfg(feature = "client")]
pub mod testing;
