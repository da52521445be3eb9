//! Load balancers in front of an application.

use serde::{Deserialize, Serialize};

use crate::domain::change_order::{Kind, Outcome};
use crate::domain::plan::{Strategy, Work};
use crate::domain::state::Change;
use crate::domain::{Millis, Refusal, State};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listener {
    /// Port that it is reached at.
    pub port: i64,
    /// Port of the container.
    pub target: i64,
}

/// A side to be bound.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// The load balancer to use; a new one is made if there is none.
    pub id: Option<String>,
    /// How it is billed.
    pub charge: Option<String>,
    /// Ports, target ports and protocols of its listeners.
    pub ports: Vec<(i64, i64, String)>,
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

impl State {
    /// Binds load balancers; what was bound on the same side is replaced.
    pub fn bind_slb(
        &mut self,
        id: &str,
        internet: Option<Side>,
        intranet: Option<Side>,
        now: Millis,
    ) -> Result<String, Refusal> {
        let application = self.deployed(id)?;
        let (before, bound) = (application.snapshot(), application.load_balancers.clone());
        if internet.is_none() && intranet.is_none() {
            return Err(Refusal::missing("Internet"));
        }
        internet.iter().try_for_each(|side| check("Internet", side))?;
        intranet.iter().try_for_each(|side| check("Intranet", side))?;
        let public = |state: &mut Self| state.addresses.public().to_string();
        let private = |state: &mut Self| state.addresses.private().to_string();
        let internet = internet.map(|side| self.listeners(side, bound.internet, public));
        let intranet = intranet.map(|side| self.listeners(side, bound.intranet, private));
        let outcome = Outcome::Bound { internet, intranet };
        let change = self.binding(Kind::BindSlb, outcome);
        self.begin(id, before, change, now)
    }

    /// Unbinds load balancers.
    pub fn unbind_slb(
        &mut self,
        id: &str,
        internet: bool,
        intranet: bool,
        now: Millis,
    ) -> Result<String, Refusal> {
        let application = self.deployed(id)?;
        let before = application.snapshot();
        if !internet && !intranet {
            return Err(Refusal::missing("Internet"));
        }
        for (name, asked, bound) in [
            ("Internet", internet, application.load_balancers.internet.is_some()),
            ("Intranet", intranet, application.load_balancers.intranet.is_some()),
        ] {
            if asked && !bound {
                return Err(Refusal::unfit(name, "no load balancer is bound"));
            }
        }
        let change = self.binding(Kind::UnbindSlb, Outcome::Unbound { internet, intranet });
        self.begin(id, before, change, now)
    }

    fn binding(&self, kind: Kind, outcome: Outcome) -> Change {
        let work = Work { lasts: self.pace.bind, ..Work::default() };
        Change { kind, description: kind.words().to_owned(), strategy: Strategy::WHOLE, work, outcome }
    }

    /// A load balancer that was made for the application is kept.
    fn listeners(
        &mut self,
        side: Side,
        bound: Option<Listeners>,
        address: impl Fn(&mut Self) -> String,
    ) -> Listeners {
        let kept = bound.filter(|bound| side.id.as_ref().is_none_or(|id| *id == bound.id));
        let (id, address) = match kept {
            Some(bound) => (bound.id, bound.address),
            None => (side.id.unwrap_or_else(|| self.ids.tagged("lb-", 22)), address(self)),
        };
        let ports = side.ports.into_iter().map(|(port, target, _)| Listener { port, target }).collect();
        Listeners { id, address, charge: side.charge, ports, bound: 0 }
    }
}

/// Ports from 1 to 65535, each once, and TCP alone.
fn check(parameter: &str, side: &Side) -> Result<(), Refusal> {
    if side.ports.is_empty() {
        return Err(Refusal::invalid(parameter));
    }
    if side.ports.iter().any(|(_, _, protocol)| !protocol.eq_ignore_ascii_case("TCP")) {
        return Err(Refusal::new("InvalidParameter.ProtocolNotSupport"));
    }
    let mut seen = std::collections::BTreeSet::new();
    let valid = |port: i64| (1..=65_535).contains(&port);
    if side.ports.iter().all(|(port, target, _)| valid(*port) && valid(*target) && seen.insert(*port)) {
        Ok(())
    } else {
        Err(Refusal::invalid(parameter))
    }
}
