//! A local Alibaba Cloud SAE: real HTTP, real signatures, honest state, no account.
//!
//! [`LocalSae::start`] opens a server on a free port of 127.0.0.1. Any SDK of Alibaba Cloud talks to it as it is: the
//! endpoint is [`LocalSae::endpoint`], the access key `local` with the secret `local-secret`. Both signature schemes
//! are verified, answers come as JSON or XML by `Accept`, refusals with the documented status, code and message.
//! The Kubernetes side of EDAS is there, too, with one cluster in each region; neither service sees what the other has.
//! What isn't implemented is refused by name, with status 400 and the code `Local.NotImplemented`.
//!
//! # A test
//!
//! One server serves many tests: each takes an access key, and with it a tenant of its own, by
//! [`Control::add_tenant`]. It fills the tenant, stops its clock, says what is to go wrong, and has its program call:
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
//! // The program under test goes to local.endpoint(), with the key "test-1" and its secret. When it waits:
//! test.advance(Duration::from_secs(600));
//!
//! // What did it call, and what became of that?
//! for served in test.requests() {
//!     println!("{:?} {:?} {:?}", served.operation, served.status, served.code);
//! }
//! local.stop().await;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - **Time**: a [`Pace`] says how long things take, [`Control::freeze`] and [`Control::advance`] drive the clock of a
//!   tenant, [`Control::skew`] sets the date of the server off.
//! - **Faults**: a [`Fault`] has calls of an operation refused, throttled, delayed or cut off, or has rollouts fail.
//! - **State**: a [`Seed`] fills a tenant by calls, a [`Snapshot`] takes all that it has and puts it back.
//! - **Requests**: [`Control::requests`] tells what was asked, [`Builder::on_request`] tells of it at once.
//! - **Data**: state lives in memory, or in a folder with [`Builder::data`]. What was answered then survives the end of
//!   the process, however it ends.
//! - **Limits**: how much a client may ask is in [`Limits`]; beyond that it is refused in words.
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
pub use crate::handlers::operations::implemented;
pub use crate::server::{Builder, Limits, LocalSae, StartError};
pub use crate::store::DataError;

mod control;
mod domain;
mod handlers;
mod protocol;
mod server;
mod store;
