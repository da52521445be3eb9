//! How a local SAE is started.

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
}

/// Settings of a [`LocalSae`] that is to be started.
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
    /// Where to listen. A free port of 127.0.0.1 by default; port 0 is a free one.
    pub fn listen(self, address: SocketAddr) -> Self {
        Self { listen: address, ..self }
    }

    /// Adds an access key; the first one replaces the default one. Each key is a tenant of its own: none sees what
    /// belongs to another.
    pub fn access_key(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.keys.push(NewKey { id: id.into(), secret: secret.into(), token: None });
        self
    }

    /// Adds a temporary access key, which is accepted with this security token alone.
    pub fn security_token(
        mut self,
        id: impl Into<String>,
        secret: impl Into<String>,
        token: impl Into<String>,
    ) -> Self {
        self.keys.push(NewKey { id: id.into(), secret: secret.into(), token: Some(token.into()) });
        self
    }

    /// How long things take; [`Pace::brisk`] by default.
    pub fn pace(self, pace: Pace) -> Self {
        Self { pace, ..self }
    }

    /// Keeps state in this folder, which is made if it isn't there: an answer that was given holds, even if the process
    /// is killed the moment after. A clock that was driven is as it was, too; requests, faults and used nonces are
    /// forgotten. Without a folder, state lives in memory alone.
    ///
    /// The folder holds secrets. It and its files are made for their owner alone (modes 700 and 600); a folder that others can write
    /// to, a file that they can read, anything of another user, and links are refused. Windows has no such modes: there only
    /// links are.
    ///
    /// One server at a time can use a folder, from its start until [`LocalSae::stop`] has returned. What belongs to
    /// access keys that aren't given this time stays there untouched.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// # let folder = std::env::temp_dir().join(format!("sae-local-{}", std::process::id()));
    /// use sae_local::LocalSae;
    ///
    /// let local = LocalSae::builder().data(&folder).start().await?;
    /// // Whatever clients do here ...
    /// local.stop().await;
    /// // ... is there again.
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

    /// Adds a host that it answers to; may be repeated. Without this it answers to loopback addresses and to the one that the client
    /// has reached, to names without a dot, and, for calls of the API, to the names of the real service under `aliyuncs.com`.
    /// Anything else may be a page in a browser that has its own name lead here, and is refused.
    ///
    /// [`Builder::start`] fails if it isn't a name or an address without a port.
    pub fn host(mut self, name: impl Into<String>) -> Self {
        self.hosts.push(name.into());
        self
    }

    /// Lets clients on other machines do what they please: with the access key that everybody knows, if no other one is given, and
    /// with the control interface, which has no password. Without this the server doesn't start on an address that isn't a
    /// loopback one unless a key is given, and its control interface answers to this machine alone.
    pub fn insecure(self) -> Self {
        Self { insecure: true, ..self }
    }

    /// How much a client may ask of it.
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Tells of every request once it is dealt with, for a log. It must not take its time: the answer waits for it.
    pub fn on_request(self, observer: impl Fn(&Served) + Send + Sync + 'static) -> Self {
        Self { observer: Some(Arc::new(observer)), ..self }
    }

    /// Starts it on the tokio runtime of the caller. It accepts calls when this returns.
    ///
    /// Fails if it can't listen at the address, if an access key is empty or can't travel in a header, if two of them
    /// have the same id, if other machines could come in with the default key, if a host is none, or if the folder for state is
    /// in use, damaged, out of reach or not private.
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

/// The ids of the keys alone.
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

/// Why a local SAE can't be started.
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
                "{address} is open to other machines, and everybody knows the default access key: give another one, or allow it \
                 by --insecure (Builder::insecure)"
            ),
            Cause::Host { host } => write!(f, "{host:?} is no host: a name or an address, without a port"),
            Cause::Key(error) => error.fmt(f),
            Cause::Task(_) => f.write_str("the start was interrupted"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Cause::Listen { error, .. } | Cause::Task(error) => Some(error),
            // What is wrong with the data says all that there is to say.
            Cause::Key(KeyError::Data(error)) => error.source(),
            Cause::Key(_) | Cause::Open { .. } | Cause::Host { .. } => None,
        }
    }
}

impl StartError {
    /// Whether a setting is wrong, so that the same start fails again wherever it is tried; else the address or the folder isn't free,
    /// or the folder can't be read.
    pub fn is_setting(&self) -> bool {
        match &self.0 {
            Cause::Key(KeyError::Data(error)) => error.is_setting(),
            Cause::Open { .. } | Cause::Host { .. } | Cause::Key(_) => true,
            Cause::Listen { .. } | Cause::Task(_) => false,
        }
    }
}

const DEFAULT_KEY: (&str, &str) = ("local", "local-secret");
