//! How a local SAE is started.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::TcpListener;

use crate::access::Access;
use crate::domain::Pace;
use crate::gateway::Gateway;
use crate::server::LocalSae;

/// Settings of a [`LocalSae`] that is to be started.
#[derive(Clone)]
#[must_use = "nothing runs before `start`"]
pub struct Builder {
    listen: SocketAddr,
    keys: Vec<(String, String)>,
    pace: Pace,
}

impl Builder {
    /// Where to listen. A free port of 127.0.0.1 by default; port 0 is a free one.
    pub fn listen(self, address: SocketAddr) -> Self {
        Self { listen: address, ..self }
    }

    /// Adds an access key; the first one replaces the default one. Each key is a tenant of its own: none sees what
    /// belongs to another.
    pub fn access_key(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.keys.push((id.into(), secret.into()));
        self
    }

    /// How long things take; [`Pace::brisk`] by default.
    pub fn pace(self, pace: Pace) -> Self {
        Self { pace, ..self }
    }

    /// Starts it on the tokio runtime of the caller. It accepts calls when this returns.
    ///
    /// Fails if it can't listen at the address, if an access key is empty, or if two of them have the same id.
    pub async fn start(self) -> Result<LocalSae, StartError> {
        let Self { listen, mut keys, pace } = self;
        if keys.iter().any(|(id, secret)| id.is_empty() || secret.is_empty()) {
            return Err(StartError(Cause::EmptyKey));
        }
        if keys.iter().map(|(id, _)| id).collect::<BTreeSet<_>>().len() < keys.len() {
            return Err(StartError(Cause::RepeatedKey));
        }
        if keys.is_empty() {
            keys.push((DEFAULT_KEY.0.to_owned(), DEFAULT_KEY.1.to_owned()));
        }
        let failed = |error| StartError(Cause::Listen { address: listen, error });
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let gateway = Gateway::new(Access::new(keys, &pace));
        Ok(LocalSae::run(address, listener, gateway))
    }
}

impl Default for Builder {
    fn default() -> Self {
        Self { listen: (Ipv4Addr::LOCALHOST, 0).into(), keys: Vec::new(), pace: Pace::default() }
    }
}

/// The ids of the keys alone.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.keys.iter().map(|(id, _)| id).collect();
        f.debug_struct("Builder")
            .field("listen", &self.listen)
            .field("access_keys", &ids)
            .field("pace", &self.pace)
            .finish()
    }
}

/// Why a local SAE can't be started.
#[derive(Debug)]
pub struct StartError(Cause);

#[derive(Debug)]
enum Cause {
    Listen { address: SocketAddr, error: io::Error },
    EmptyKey,
    RepeatedKey,
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Cause::Listen { address, .. } => write!(f, "can't listen on {address}"),
            Cause::EmptyKey => f.write_str("an access key needs an id and a secret"),
            Cause::RepeatedKey => f.write_str("the access key id is given twice"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Cause::Listen { error, .. } => Some(error),
            Cause::EmptyKey | Cause::RepeatedKey => None,
        }
    }
}

const DEFAULT_KEY: (&str, &str) = ("local", "local-secret");
