//! A running server.

use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, Weak};

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::listener::accept;
use super::server_state::ServerState;
use crate::control::Control;
use crate::control::backend::Backend;
use crate::store::{DataError, Store};

/// A running server.
///
/// It runs on the tokio runtime that it was started on, until [`LocalSae::stop`] or until it is dropped. Without a
/// folder, its state is lost then.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// use sae_local::{LocalSae, Pace};
///
/// let local = LocalSae::builder().access_key("ci", "ci-secret").pace(Pace::instant()).start().await?;
/// println!("{}", local.endpoint());
/// local.stop().await;
/// # Ok::<(), sae_local::StartError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct LocalSae {
    address: SocketAddr,
    shutdown: watch::Sender<bool>,
    accepting: JoinHandle<()>,
    backend: Arc<Backend>,
    store: Option<Weak<Store>>,
}

impl LocalSae {
    /// The address for clients: `http://127.0.0.1:PORT`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The IP address and port that it listens on.
    pub const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Controls it: tenants, time, faults and the journal. See [`Control`].
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.backend))
    }

    /// Stops accepting calls and waits until running ones are answered, for a few seconds at most.
    pub async fn stop(self) {
        self.shutdown.send_replace(true);
        // The task may have been cancelled with its runtime, which has the same effect.
        let _ = self.accepting.await;
    }

    /// Runs until the future is ready, then stops.
    pub async fn run_until(self, shutdown: impl Future<Output = ()>) {
        shutdown.await;
        self.stop().await;
    }

    /// Waits until state can't be written to the folder of [`Builder::data`](crate::Builder::data), most likely because the disk is full, and
    /// returns the error. From then on every call is refused with `InternalError`, since its changes would be lost.
    /// What was answered before is there after a restart. Waits forever without a folder, or if nothing fails.
    pub fn data_failure(&self) -> impl Future<Output = DataError> + Send + use<> {
        let failure = self.store.as_ref().and_then(Weak::upgrade).map(|store| store.failure());
        async move {
            match failure {
                Some(failure) => failure.await,
                None => std::future::pending().await,
            }
        }
    }

    /// Starts accepting connections.
    pub(super) fn run(listener: TcpListener, state: ServerState, store: Option<Weak<Store>>) -> Self {
        let (shutdown, signal) = watch::channel(false);
        let (address, backend) = (state.listen, Arc::clone(&state.gateway.backend));
        let accepting = tokio::spawn(accept(listener, Arc::new(state), signal));
        Self { address, shutdown, accepting, backend, store }
    }
}

impl fmt::Debug for LocalSae {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalSae").field("address", &self.address).finish_non_exhaustive()
    }
}
