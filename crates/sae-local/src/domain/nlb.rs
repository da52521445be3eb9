//! Network load balancers (NLB) of applications.

use serde::{Deserialize, Serialize};

/// An NLB instance with the listeners that lead to one application.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nlb {
    /// Whether it was created for the application.
    pub created: bool,
    /// Its listeners.
    pub listeners: Vec<NlbListener>,
}

/// A listener. A port has one of each protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NlbListener {
    /// The port that clients connect to.
    pub port: i64,
    /// The port of the container.
    pub target: i64,
    /// Protocol in capitals.
    pub protocol: String,
    /// Identifiers of the certificates; for TCPSSL only.
    pub certificates: Option<String>,
}

impl Nlb {
    /// Adds listeners; each replaces the one with its port and protocol.
    pub fn open(&mut self, listeners: Vec<NlbListener>) {
        for listener in listeners {
            self.listeners.retain(|known| !known.is(listener.port, &listener.protocol));
            self.listeners.push(listener);
        }
        self.listeners.sort_by(|one, other| (one.port, &one.protocol).cmp(&(other.port, &other.protocol)));
    }

    /// Removes a listener.
    pub fn close(&mut self, port: i64, protocol: &str) {
        self.listeners.retain(|known| !known.is(port, protocol));
    }
}

impl NlbListener {
    /// Whether it has this port and this protocol. UDP has ports of its own; TCPSSL shares those of TCP.
    pub fn is(&self, port: i64, protocol: &str) -> bool {
        self.port == port && (self.protocol == "UDP") == (protocol == "UDP")
    }
}
