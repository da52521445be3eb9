//! Load balancers of applications.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::Millis;
use crate::domain::nlb::Nlb;

/// The load balancers that an application is reached through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadBalancers {
    /// The one that is reached from the internet.
    pub internet: Option<Listeners>,
    /// The one that is reached from the application's own network.
    pub intranet: Option<Listeners>,
    /// NLB instances by identifier. Data from before there were any doesn't contain them.
    #[serde(default)]
    pub network: BTreeMap<String, Nlb>,
}

/// A load balancer with its listeners.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listeners {
    /// Identifier.
    pub id: String,
    /// Address.
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
    /// The port that clients connect to.
    pub port: i64,
    /// The port of the container.
    pub target: i64,
    /// Protocol in capitals. Data from before there were others than TCP doesn't contain it.
    #[serde(default = "tcp")]
    pub protocol: String,
    /// Identifier of the certificate; for HTTPS only.
    pub certificate: Option<String>,
}

impl LoadBalancers {
    /// Binds the given load balancers. A side without one stays as it is.
    pub fn bind(&mut self, internet: Option<Listeners>, intranet: Option<Listeners>, now: Millis) {
        let bound = |listeners| Listeners { bound: now, ..listeners };
        self.internet = internet.map(bound).or_else(|| self.internet.take());
        self.intranet = intranet.map(bound).or_else(|| self.intranet.take());
    }

    /// Unbinds the load balancers of these sides.
    pub fn unbind(&mut self, internet: bool, intranet: bool) {
        self.internet = self.internet.take().filter(|_| !internet);
        self.intranet = self.intranet.take().filter(|_| !intranet);
    }
}

/// The protocol of a listener that names none.
pub fn tcp() -> String {
    "TCP".to_owned()
}
