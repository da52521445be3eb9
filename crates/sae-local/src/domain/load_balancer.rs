//! Load balancers in front of an application.

use serde::{Deserialize, Serialize};

use crate::domain::Millis;

/// How an application is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadBalancers {
    /// From the internet.
    pub internet: Option<Listeners>,
    /// From its network.
    pub intranet: Option<Listeners>,
}

/// A load balancer with its listeners.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listeners {
    /// Identifier of the load balancer.
    pub id: String,
    /// Its address.
    pub address: String,
    /// How it is billed.
    pub charge: Option<String>,
    /// Its listeners.
    pub ports: Vec<Listener>,
    /// When it was bound.
    pub bound: Millis,
}

/// A listener.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listener {
    /// Port that it is reached at.
    pub port: i64,
    /// Port of the container.
    pub target: i64,
    /// Protocol, in capitals. What was written when there was TCP alone doesn't name it.
    #[serde(default = "tcp")]
    pub protocol: String,
    /// Identifier of the certificate; for HTTPS only.
    pub certificate: Option<String>,
}

impl LoadBalancers {
    /// Binds what is given; the other side stays as it is.
    pub fn bind(&mut self, internet: Option<Listeners>, intranet: Option<Listeners>, now: Millis) {
        let bound = |listeners| Listeners { bound: now, ..listeners };
        self.internet = internet.map(bound).or_else(|| self.internet.take());
        self.intranet = intranet.map(bound).or_else(|| self.intranet.take());
    }

    /// Unbinds what is asked for.
    pub fn unbind(&mut self, internet: bool, intranet: bool) {
        self.internet = self.internet.take().filter(|_| !internet);
        self.intranet = self.intranet.take().filter(|_| !intranet);
    }
}

/// The protocol of a listener that names none.
pub fn tcp() -> String {
    "TCP".to_owned()
}
