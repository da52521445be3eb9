//! How a local SAE is started.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use sae_models::sae;
use tokio::net::TcpListener;

use crate::access::{Access, KeyError, NewKey};
use crate::domain::Pace;
use crate::gateway::Gateway;
use crate::journal::{Journal, Observer, Served};
use crate::server::{Limits, LocalSae};

/// Settings of a [`LocalSae`] that is to be started.
#[derive(Clone)]
#[must_use = "nothing runs before `start`"]
pub struct Builder {
    listen: SocketAddr,
    keys: Vec<NewKey>,
    pace: Pace,
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
    /// Fails if it can't listen at the address, if an access key is empty or can't travel in a header, or if two of them
    /// have the same id.
    pub async fn start(self) -> Result<LocalSae, StartError> {
        let Self { listen, mut keys, pace, limits, observer } = self;
        if keys.is_empty() {
            let (id, secret) = DEFAULT_KEY;
            keys.push(NewKey { id: id.to_owned(), secret: secret.to_owned(), token: None });
        }
        let regions = sae::SERVICE.regions.iter().map(|region| region.id).collect();
        let access = Access::new(pace, regions);
        for key in keys {
            access.add(key, None).map_err(|error| StartError(Cause::Key(error)))?;
        }
        let failed = |error| StartError(Cause::Listen { address: listen, error });
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(LocalSae::run(address, listener, Gateway::new(access, Journal::new(observer)), limits))
    }
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            keys: Vec::new(),
            pace: Pace::default(),
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
    Key(KeyError),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Cause::Listen { address, .. } => write!(f, "can't listen on {address}"),
            Cause::Key(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Cause::Listen { error, .. } => Some(error),
            Cause::Key(_) => None,
        }
    }
}

const DEFAULT_KEY: (&str, &str) = ("local", "local-secret");
