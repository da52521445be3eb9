//! The server: HTTP around the gateway.

mod budget;
mod builder;
mod connection;
mod limits;
mod line;
mod payload;
mod pulse;
mod station;

use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};

pub use self::builder::{Builder, StartError};
pub use self::limits::Limits;
use self::station::Station;
use crate::control::Control;
use crate::gateway::Gateway;
use crate::store::{DataError, Store};

/// A local SAE that accepts calls.
///
/// It runs on the tokio runtime that it was started on, until [`LocalSae::stop`] or until it is dropped. Its state
/// lives as long as it does.
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
    gateway: Arc<Gateway>,
    store: Option<Weak<Store>>,
}

impl LocalSae {
    /// Starts on a free port of 127.0.0.1, with the access key `local` and the secret `local-secret`.
    ///
    /// Fails if no port can be had.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Starts with other settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Where clients reach it: `http://127.0.0.1:PORT`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Address and port that it listens on.
    pub const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Drives it: tenants, time, faults, and what was asked. See [`Control`].
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.gateway))
    }

    /// Stops accepting calls and waits, for a few seconds at most, until those under way are answered.
    pub async fn stop(self) {
        self.shutdown.send_replace(true);
        // The task ends by itself; that it may have been cancelled with its runtime is no matter any more.
        let _ = self.accepting.await;
    }

    /// Runs until the future is ready, then stops: what a program does.
    pub async fn run_until(self, shutdown: impl Future<Output = ()>) {
        shutdown.await;
        self.stop().await;
    }

    /// Waits until something can't be kept in the folder of [`Builder::data`], and says why: the disk is full, most
    /// likely. From then on every call is refused with `InternalError`, since what it changes would be lost; what was
    /// answered before is there after a restart. Waits for ever if nothing is kept or nothing goes wrong.
    pub fn data_failure(&self) -> impl Future<Output = DataError> + Send + use<> {
        let failure = self.store.as_ref().and_then(Weak::upgrade).map(|store| store.failure());
        async move {
            match failure {
                Some(failure) => failure.await,
                None => std::future::pending().await,
            }
        }
    }

    fn run(
        address: SocketAddr,
        listener: TcpListener,
        station: impl FnOnce(Arc<Gateway>) -> Station,
        gateway: Gateway,
        store: Option<Weak<Store>>,
    ) -> Self {
        let (shutdown, signal) = watch::channel(false);
        let gateway = Arc::new(gateway);
        let station = station(Arc::clone(&gateway));
        let accepting = tokio::spawn(accept(listener, Arc::new(station), signal));
        Self { address, shutdown, accepting, gateway, store }
    }
}

impl fmt::Debug for LocalSae {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalSae").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Accepts connections until the signal comes, or until its sender is dropped.
async fn accept(listener: TcpListener, station: Arc<Station>, mut signal: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(station.limits.connections.min(Semaphore::MAX_PERMITS)));
    let doors = Arc::new(Semaphore::new(DOORS));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    // Answers are small and written whole: waiting for more would only delay them.
                    let _ = stream.set_nodelay(true);
                    let station = Arc::clone(&station);
                    if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
                        let served = connection::serve(stream, station, signal.clone());
                        connections.spawn(async move {
                            served.await;
                            drop(place);
                        });
                    } else if let Ok(door) = Arc::clone(&doors).try_acquire_owned() {
                        connections.spawn(async move {
                            connection::refuse(stream, station).await;
                            drop(door);
                        });
                    }
                }
                // Out of file descriptors, most likely: connections that end give some back.
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
            _ = signal.changed() => break,
        }
    }
    drop(listener);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    // Connections that have not ended by then are cut.
    let _ = tokio::time::timeout(GRACE, all_ended).await;
    connections.shutdown().await;
    // Whoever still has a control of it, or is still being kept waiting by a fault: the folder is free for the next one.
    station.gateway.access.close();
}

const ACCEPT_PAUSE: Duration = Duration::from_millis(20);
const GRACE: Duration = Duration::from_secs(5);
/// Connections at a time that are told that they are too many; beyond that they are closed without a word.
const DOORS: usize = 256;
