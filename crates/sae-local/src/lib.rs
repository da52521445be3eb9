//! A local Alibaba Cloud SAE for tests and demos: real HTTP, real signatures, consistent state, no account.
//!
//! [`LocalSae::start`] starts a server on a free port of 127.0.0.1. Every SDK of Alibaba Cloud works with it unchanged:
//! the endpoint is [`LocalSae::endpoint`], the access key `local` with the secret `local-secret`. Both signature schemes
//! are verified. Answers are JSON or XML according to `Accept`; refusals have the documented status, code and message.
//! EDAS on Kubernetes is served too, with one cluster in each region; its state is separate from that of SAE.
//! Operations that aren't implemented are refused with status 400 and the code `Local.NotImplemented`, those for ECS
//! clusters with `Local.OutOfScope`.
//!
//! # A test
//!
//! One server suffices for many tests: each adds an access key with a tenant of its own by [`Control::add_tenant`],
//! fills the tenant, freezes its clock, adds faults, and runs its program:
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! use std::time::Duration;
//! use sae_local::{Fault, LocalSae, Pace, Seed};
//!
//! // A rollout takes as long as in the cloud.
//! let local = LocalSae::builder().pace(Pace::cloud()).start().await?;
//! let test = local.control().add_tenant("test-1", "secret-1")?;
//! test.seed(&Seed::from_json(
//!     r#"{"calls":[{"operation":"CreateApplication","params":{"AppName":"cart","NamespaceId":"cn-beijing",
//!         "PackageType":"Image","ImageUrl":"demo/cart:1","Replicas":2}}]}"#,
//! )?).await?;
//! test.freeze();
//! test.fault(Fault::on("DeployApplication").times(1).drop_after())?;
//!
//! // The program under test calls local.endpoint() with the key "test-1" and its secret. While it waits:
//! test.advance(Duration::from_secs(600));
//!
//! // What did it call, and how was that answered?
//! for served in test.requests() {
//!     println!("{:?} {:?} {:?}", served.operation, served.status, served.code);
//! }
//! local.stop().await;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - **Time**: a [`Pace`] defines how long operations take, [`Control::freeze`] and [`Control::advance`] drive the clock
//!   of a tenant, [`Control::skew`] shifts the date of the server.
//! - **Faults**: a [`Fault`] refuses, throttles, delays or cuts off calls of an operation, or makes rollouts fail.
//! - **State**: a [`Seed`] fills a tenant by calls, a [`Snapshot`] saves and restores its whole state.
//! - **Requests**: [`Control::requests`] returns the latest requests, [`Builder::on_request`] reports each one at once.
//! - **Data**: state is in memory, or with [`Builder::data`] in a folder. Then everything that was answered survives the
//!   end of the process, however it ends.
//! - **Limits**: [`Limits`] limits what a client may send. Requests beyond that are refused with a reason.
//!
//! Programs in other languages do the same over HTTP: see [`Control`].
//!
//! # Inside
//!
//! Six folders, each of which uses only those before it:
//!
//! 1. `domain`: the state of the service and its rules, functions of state, command and time, without I/O.
//! 2. `store`: the database that makes changes durable.
//! 3. `protocol`: HTTP messages, access keys, authentication, parameters, answers as JSON and XML.
//! 4. `handlers`: the operations, from parameters to the domain to an answer.
//! 5. `control`: what tests drive: seeds, snapshots, clocks, faults and the journal.
//! 6. `server`: connections, limits, shutdown, and the gateway, which takes a call through all steps.

pub use crate::control::faults::{Fault, FaultError, FaultReport};
pub use crate::control::journal::Served;
pub use crate::control::{Control, ControlError, ControlErrorKind, Seed, Snapshot};
pub use crate::domain::pace::{Pace, UnknownPace};
pub use crate::domain::time::text as service_time;
pub use crate::handlers::fidelity::{Fidelity, OutOfScope, Rule, Source};
pub use crate::handlers::operations::{fidelity, implemented, out_of_scope};
pub use crate::server::{Builder, Limits, LocalSae, StartError};
pub use crate::store::DataError;

mod control;
mod domain;
mod handlers;
mod protocol;
mod server;
mod store;
