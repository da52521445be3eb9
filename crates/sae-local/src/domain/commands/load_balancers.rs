//! Binding and unbinding load balancers.

use crate::domain::change_order::{Kind, Outcome};
use crate::domain::load_balancer::{Listener, Listeners};
use crate::domain::plan::{Strategy, Work};
use crate::domain::rollout_bounds::RolloutBounds;
use crate::domain::state::Change;
use crate::domain::{Millis, Refusal, State};

/// A load balancer to bind.
#[derive(Clone, Debug, Default)]
pub struct Binding {
    /// The load balancer to use; none for the one that is bound, or a new one.
    pub id: Option<String>,
    /// How it is billed.
    pub charge: Option<String>,
    /// Its listeners.
    pub ports: Vec<Listener>,
}

impl State {
    /// Binds load balancers. A load balancer that is bound on the same side is replaced.
    pub fn bind_slb(
        &mut self,
        id: &str,
        internet: Option<Binding>,
        intranet: Option<Binding>,
        now: Millis,
    ) -> Result<String, Refusal> {
        let application = self.deployed(id)?;
        let before = application.restore_point();
        if internet.is_none() && intranet.is_none() {
            return Err(Refusal::missing("Internet"));
        }
        internet.iter().try_for_each(|side| check("Internet", side))?;
        intranet.iter().try_for_each(|side| check("Intranet", side))?;
        let same = |side: &Option<Binding>| side.as_ref().and_then(|side| side.id.clone());
        if same(&internet).is_some() && same(&internet) == same(&intranet) {
            return Err(Refusal::unfit("IntranetSlbId", "a load balancer is either public or private"));
        }
        internet.iter().try_for_each(|side| self.check_taken(id, side, true))?;
        intranet.iter().try_for_each(|side| self.check_taken(id, side, false))?;
        let internet = internet.map(|side| self.listeners(id, side, true));
        let intranet = intranet.map(|side| self.listeners(id, side, false));
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
        let before = application.restore_point();
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

    /// A change that takes as long as load balancers do.
    pub fn binding(&self, kind: Kind, outcome: Outcome) -> Change {
        let work = Work { lasts: self.pace.bind, ..Work::default() };
        let description = kind.words().to_owned();
        Change {
            kind,
            description,
            strategy: Strategy::WHOLE,
            bounds: RolloutBounds::default(),
            work,
            outcome,
        }
    }

    /// All load balancers of one kind that are bound or about to be, with the applications that they are bound to.
    fn bound(&self, public: bool) -> impl Iterator<Item = (&str, &Listeners)> {
        self.applications.values().flat_map(move |application| {
            let now = &application.load_balancers;
            let soon =
                application.active.as_ref().and_then(|id| self.orders.get(id)).and_then(|order| match &order
                    .outcome
                {
                    Outcome::Bound { internet, intranet } => {
                        (if public { internet } else { intranet }).as_ref()
                    }
                    _ => None,
                });
            let now = if public { &now.internet } else { &now.intranet };
            now.iter().chain(soon).map(|listeners| (application.id.as_str(), listeners))
        })
    }

    /// Whether an application listens on a port of a load balancer.
    pub fn is_bound_on(&self, slb: &str, port: i64) -> bool {
        let mut bound = self.bound(true).chain(self.bound(false));
        bound.any(|(_, bound)| bound.id == slb && bound.ports.iter().any(|listener| listener.port == port))
    }

    /// The load balancer to use: the named one, otherwise the one that is bound.
    fn chosen<'a>(&'a self, application: &str, side: &'a Binding, public: bool) -> Option<&'a str> {
        let own = || {
            self.bound(public).find(|(owner, _)| *owner == application).map(|(_, bound)| bound.id.as_str())
        };
        side.id.as_deref().or_else(own)
    }

    /// Refuses a load balancer of the other kind, and ports that another application uses on it.
    fn check_taken(&self, application: &str, side: &Binding, public: bool) -> Result<(), Refusal> {
        let Some(id) = self.chosen(application, side, public) else { return Ok(()) };
        let (ports, parameter) =
            if public { ("Internet", "InternetSlbId") } else { ("Intranet", "IntranetSlbId") };
        if self.bound(!public).any(|(_, bound)| bound.id == id) {
            let kind = if public { "private" } else { "public" };
            return Err(Refusal::unfit(parameter, format!("{id} is a {kind} load balancer")));
        }
        if let Some(taken) = side.ports.iter().find(|asked| self.has_ingress_on(id, asked.port)) {
            return Err(Refusal::unfit(ports, format!("an ingress listens on port {} of {id}", taken.port)));
        }
        let others = self.bound(public).filter(|(owner, bound)| *owner != application && bound.id == id);
        let mut taken = others.flat_map(|(_, bound)| &bound.ports);
        match taken.find(|taken| side.ports.iter().any(|asked| asked.port == taken.port)) {
            Some(Listener { port, .. }) => {
                Err(Refusal::unfit(ports, format!("another application listens on port {port} of {id}")))
            }
            None => Ok(()),
        }
    }

    /// Listeners on the load balancer to use, or on a new one. A known load balancer keeps its address.
    fn listeners(&mut self, application: &str, side: Binding, public: bool) -> Listeners {
        let chosen = self.chosen(application, &side, public).map(str::to_owned);
        let id = chosen.unwrap_or_else(|| self.ids.tagged("lb-", 22));
        let known =
            self.bound(public).find(|(_, bound)| bound.id == id).map(|(_, bound)| bound.address.clone());
        let address = known.unwrap_or_else(|| {
            let addresses = &mut self.addresses;
            if public { addresses.public() } else { addresses.private() }.to_string()
        });
        Listeners { id, address, charge: side.charge, ports: side.ports, bound: 0 }
    }
}

/// Refuses ports outside 1 to 65535, duplicate ports, and other protocols than TCP, HTTP and HTTPS. The documented
/// message of the refusal still names TCP alone, as in 2019.
fn check(parameter: &str, side: &Binding) -> Result<(), Refusal> {
    if side.ports.is_empty() {
        return Err(Refusal::invalid(parameter));
    }
    if side.ports.iter().any(|asked| !PROTOCOLS.contains(&asked.protocol.as_str())) {
        return Err(Refusal::new("InvalidParameter.ProtocolNotSupport"));
    }
    if side.ports.iter().any(|asked| asked.protocol == "HTTPS" && asked.certificate.is_none()) {
        return Err(Refusal::unfit(parameter, "a listener for HTTPS needs httpsCertId"));
    }
    let mut seen = std::collections::BTreeSet::new();
    let valid = |port: i64| (1..=65_535).contains(&port);
    if side.ports.iter().all(|asked| valid(asked.port) && valid(asked.target) && seen.insert(asked.port)) {
        Ok(())
    } else {
        Err(Refusal::invalid(parameter))
    }
}

const PROTOCOLS: &[&str] = &["TCP", "HTTP", "HTTPS"];
