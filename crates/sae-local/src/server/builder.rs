//! Starting a server.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;

use super::gateway::Gateway;
use super::limits::Limits;
use super::local_sae::LocalSae;
use super::server_state::ServerState;
use crate::control::backend::Backend;
use crate::control::journal::{Journal, Observer, Served};
use crate::domain::Pace;
use crate::protocol::access_keys::{AccessKeys, KeyError, NewKey};
use crate::protocol::host::Hosts;
use crate::store::Store;

impl LocalSae {
    /// Starts a server on a free port of 127.0.0.1, with the access key `local` and the secret `local-secret`.
    ///
    /// Fails if no port is free.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Settings for a server.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

/// Settings of a [`LocalSae`] to start.
#[derive(Clone)]
#[must_use = "nothing runs before `start`"]
pub struct Builder {
    listen: SocketAddr,
    keys: Vec<NewKey>,
    pace: Pace,
    data: Option<PathBuf>,
    hosts: Vec<String>,
    insecure: bool,
    limits: Limits,
    observer: Option<Observer>,
}

impl Builder {
    /// Sets the address to listen on; by default a free port of 127.0.0.1. Port 0 stands for a free port.
    pub fn listen(self, address: SocketAddr) -> Self {
        Self { listen: address, ..self }
    }

    /// Adds an access key. The first one replaces the default key. Each key has a tenant of its own, which no other key
    /// can see.
    pub fn access_key(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.keys.push(NewKey { id: id.into(), secret: secret.into(), token: None });
        self
    }

    /// Adds a temporary access key, which is accepted only with this security token.
    pub fn security_token(
        mut self,
        id: impl Into<String>,
        secret: impl Into<String>,
        token: impl Into<String>,
    ) -> Self {
        self.keys.push(NewKey { id: id.into(), secret: secret.into(), token: Some(token.into()) });
        self
    }

    /// Sets how long operations take; [`Pace::brisk`] by default.
    pub fn pace(self, pace: Pace) -> Self {
        Self { pace, ..self }
    }

    /// Keeps state in this folder, which is created if it doesn't exist. What was answered survives the end of the
    /// process, even if it is killed the moment after. Clocks that were driven are stored, too; requests, faults and
    /// used nonces aren't. Without a folder, state is only in memory.
    ///
    /// The folder contains secrets. It and its files are created for their owner only (modes 700 and 600). Refused are
    /// a folder that other users can write to, files that they can read, anything that belongs to another user, and
    /// links. Windows has no such modes; there, only links are refused.
    ///
    /// One server at a time can use a folder, from its start until [`LocalSae::stop`] returns. The data of access keys
    /// that aren't given this time stays in it.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// # let folder = std::env::temp_dir().join(format!("sae-local-{}", std::process::id()));
    /// use sae_local::LocalSae;
    ///
    /// let local = LocalSae::builder().data(&folder).start().await?;
    /// // Clients create something ...
    /// local.stop().await;
    /// // ... and it is there again.
    /// let local = LocalSae::builder().data(&folder).start().await?;
    /// # local.stop().await;
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn data(self, folder: impl Into<PathBuf>) -> Self {
        Self { data: Some(folder.into()), ..self }
    }

    /// Adds a host that the server answers to. It always answers to loopback addresses, to the address that the client
    /// has connected to, to names without a dot and, for calls of the API, to the names of the real service under
    /// `aliyuncs.com`. Other hosts are refused, since a page in a browser can have its own name lead to this machine.
    ///
    /// [`Builder::start`] fails if it isn't a name or an address without a port.
    pub fn host(mut self, name: impl Into<String>) -> Self {
        self.hosts.push(name.into());
        self
    }

    /// Allows clients on other machines to use the default access key and the control interface, which has no password.
    /// Without this, the server starts on an address that isn't a loopback one only with another access key, and its
    /// control interface answers only to this machine.
    pub fn insecure(self) -> Self {
        Self { insecure: true, ..self }
    }

    /// Sets the limits for clients.
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Calls a function with every request, for a log. The function must be fast: the answer waits for it.
    pub fn on_request(self, observer: impl Fn(&Served) + Send + Sync + 'static) -> Self {
        Self { observer: Some(Arc::new(observer)), ..self }
    }

    /// Starts the server on the tokio runtime of the caller. It accepts calls when this returns.
    ///
    /// Fails if it can't listen on the address, if an access key is empty, duplicate or can't be sent in a header, if
    /// other machines could use the default key, if a host is invalid, or if the folder for state is in use, damaged,
    /// not private or can't be opened.
    pub async fn start(self) -> Result<LocalSae, StartError> {
        let Self { listen, mut keys, pace, data, hosts, insecure, limits, observer } = self;
        let (id, secret) = DEFAULT_KEY;
        if keys.is_empty() {
            keys.push(NewKey { id: id.to_owned(), secret: secret.to_owned(), token: None });
        }
        let known = keys.iter().any(|key| key.secret == secret);
        if known && !insecure && !listen.ip().to_canonical().is_loopback() {
            return Err(StartError(Cause::Open { address: listen }));
        }
        let hosts = Hosts::new(listen, &hosts).map_err(|host| StartError(Cause::Host { host }))?;
        let failed = |error| StartError(Cause::Listen { address: listen, error });
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let open = move || {
            let store = data.map(|folder| Store::open(&folder).map(Arc::new)).transpose();
            let access = AccessKeys::new(pace, store.map_err(KeyError::Data)?);
            for key in keys {
                access.add(key, None)?;
            }
            Ok(access)
        };
        let opened = tokio::task::spawn_blocking(open).await;
        let access = opened
            .map_err(|error| StartError(Cause::Task(error.into())))?
            .map_err(|error| StartError(Cause::Key(error)))?;
        let store = access.store();
        let backend = Arc::new(Backend::new(access, Journal::new(observer)));
        let state = ServerState::new(Arc::new(Gateway::new(backend)), limits, address, hosts, insecure);
        Ok(LocalSae::run(listener, state, store))
    }
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            keys: Vec::new(),
            pace: Pace::default(),
            data: None,
            hosts: Vec::new(),
            insecure: false,
            limits: Limits::default(),
            observer: None,
        }
    }
}

/// Shows the ids of the access keys only.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.keys.iter().map(|key| &key.id).collect();
        f.debug_struct("Builder")
            .field("listen", &self.listen)
            .field("access_keys", &ids)
            .field("pace", &self.pace)
            .field("data", &self.data)
            .field("hosts", &self.hosts)
            .field("insecure", &self.insecure)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// Why a server can't be started.
#[derive(Debug)]
pub struct StartError(Cause);

#[derive(Debug)]
enum Cause {
    Listen { address: SocketAddr, error: io::Error },
    Open { address: SocketAddr },
    Host { host: String },
    Key(KeyError),
    Task(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Cause::Listen { address, .. } => write!(f, "can't listen on {address}"),
            Cause::Open { address } => write!(
                f,
                "{address} is reachable from other machines, and the default access key is publicly known: set another key, \
                 or allow it with --insecure (Builder::insecure)"
            ),
            Cause::Host { host } => {
                write!(f, "{host:?} is not a host: give a name or an address without a port")
            }
            Cause::Key(error) => error.fmt(f),
            Cause::Task(_) => f.write_str("the start was interrupted"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Cause::Listen { error, .. } | Cause::Task(error) => Some(error),
            // The message about the data includes its cause.
            Cause::Key(KeyError::Data(error)) => error.source(),
            Cause::Key(_) | Cause::Open { .. } | Cause::Host { .. } => None,
        }
    }
}

impl StartError {
    /// Whether a setting is wrong, so that a retry can't succeed. Otherwise the address or the folder isn't available
    /// now.
    pub fn is_setting(&self) -> bool {
        match &self.0 {
            Cause::Key(KeyError::Data(error)) => error.is_setting(),
            Cause::Open { .. } | Cause::Host { .. } | Cause::Key(_) => true,
            Cause::Listen { .. } | Cause::Task(_) => false,
        }
    }
}

const DEFAULT_KEY: (&str, &str) = ("local", "local-secret");
