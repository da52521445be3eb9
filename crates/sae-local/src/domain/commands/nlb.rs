//! Binding and unbinding network load balancers.

use crate::domain::change_order::{Kind, Outcome};
use crate::domain::configuration::is_tagged;
use crate::domain::nlb::NlbListener;
use crate::domain::{Millis, Refusal, State};

impl State {
    /// Binds listeners of an NLB instance, or of a new one. Listeners that are bound stay, unless one of the new ones has
    /// the same port and protocol.
    pub fn bind_nlb(
        &mut self,
        id: &str,
        nlb: Option<String>,
        listeners: Vec<NlbListener>,
        now: Millis,
    ) -> Result<String, Refusal> {
        let application = self.deployed(id)?;
        let before = application.restore_point();
        check(&listeners)?;
        if let Some(nlb) = &nlb {
            if !is_tagged(nlb, TAG) {
                return Err(Refusal::unfit("NlbId", "there is no NLB instance with this identifier"));
            }
            let taken = |port: i64, protocol: &str| {
                self.nlb_listeners(nlb).any(|(owner, known)| owner != id && known.is(port, protocol))
            };
            if let Some(taken) = listeners.iter().find(|asked| taken(asked.port, &asked.protocol)) {
                let reason = format!("another application listens on port {} of {nlb}", taken.port);
                return Err(Refusal::unfit("Listeners", reason));
            }
        }
        let created = nlb.is_none();
        let nlb = nlb.unwrap_or_else(|| self.ids.tagged(TAG, NEW_LENGTH));
        let outcome = Outcome::NlbBound { nlb, created, listeners };
        let change = self.binding(Kind::BindNlb, outcome);
        self.begin(id, before, change, now)
    }

    /// Unbinds a listener of an NLB instance.
    pub fn unbind_nlb(
        &mut self,
        id: &str,
        nlb: String,
        port: i64,
        protocol: String,
        now: Millis,
    ) -> Result<String, Refusal> {
        let application = self.deployed(id)?;
        let before = application.restore_point();
        let bound = application.load_balancers.network.get(&nlb).ok_or_else(|| {
            Refusal::unfit("NlbId", "the application isn't bound to an NLB instance with this identifier")
        })?;
        if !bound.listeners.iter().any(|known| known.port == port && known.protocol == protocol) {
            return Err(Refusal::unfit("Port", "there is no listener with this port and protocol"));
        }
        let outcome = Outcome::NlbUnbound { nlb, port, protocol };
        let change = self.binding(Kind::UnbindNlb, outcome);
        self.begin(id, before, change, now)
    }

    /// The listeners of an NLB instance that are bound or about to be, with their applications.
    fn nlb_listeners<'a>(&'a self, nlb: &'a str) -> impl Iterator<Item = (&'a str, &'a NlbListener)> {
        self.applications.values().flat_map(move |application| {
            let bound = application.load_balancers.network.get(nlb).map(|bound| &bound.listeners);
            let order = application.active.as_ref().and_then(|id| self.orders.get(id));
            let soon = order.and_then(|order| match &order.outcome {
                Outcome::NlbBound { nlb: other, listeners, .. } if other == nlb => Some(listeners),
                _ => None,
            });
            let listeners = bound.into_iter().chain(soon).flatten();
            listeners.map(|listener| (application.id.as_str(), listener))
        })
    }
}

/// Refuses ports above 65535, other protocols than TCP, UDP and TCPSSL, TCPSSL without a certificate, and two listeners
/// with the same port and protocol.
fn check(listeners: &[NlbListener]) -> Result<(), Refusal> {
    if listeners.is_empty() {
        return Err(Refusal::missing("Listeners"));
    }
    let valid = |port: i64| (0..=65_535).contains(&port);
    for (at, listener) in listeners.iter().enumerate() {
        let invalid = |member: &str| Err(Refusal::invalid(&format!("Listeners[{at}].{member}")));
        if !PROTOCOLS.contains(&listener.protocol.as_str()) {
            return invalid("Protocol");
        }
        if !valid(listener.port) {
            return invalid("Port");
        }
        if !valid(listener.target) {
            return invalid("TargetPort");
        }
        if listener.protocol == "TCPSSL" && listener.certificates.is_none() {
            return Err(Refusal::unfit("Listeners", "a listener for TCPSSL needs CertIds"));
        }
        let former = listeners.iter().take(at);
        if former.into_iter().any(|other| other.is(listener.port, &listener.protocol)) {
            return Err(Refusal::unfit("Listeners", "two listeners have the same port and protocol"));
        }
    }
    Ok(())
}

const PROTOCOLS: &[&str] = &["TCP", "UDP", "TCPSSL"];
/// The beginning of the identifiers of NLB instances.
const TAG: &str = "nlb-";
/// The number of random characters in a new identifier.
const NEW_LENGTH: usize = 18;
