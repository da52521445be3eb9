//! Network load balancers.

use sae_models::sae::{
    self, ApplicationNlbs, BindNlb, BindNlbOutput, DescribeApplicationNlbs, DescribeApplicationNlbsOutput,
    NlbInstance, NlbListenerPort, NlbListenerStatus, NlbProtocol, UnbindNlb, UnbindNlbOutput,
};

use crate::domain::change_order::{Outcome, Status};
use crate::domain::nlb::{Nlb, NlbListener};
use crate::domain::{Application, Refusal};
use crate::handlers::call::{Call, Handle};
use crate::handlers::fidelity::{Rule, Source};
use crate::handlers::fields::{change_order, needed, structure, text};

impl Handle for BindNlb {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Metadata.says("ports are 0 to 65535; TCPSSL needs certificates"),
        Source::Metadata.says("at most 10 zones"),
        Source::Assumption.says("AppId and Listeners are needed"),
        Source::Assumption
            .says("as for BindSlb, the application must be deployed, without another change order that runs"),
        Source::Assumption.says(
            "an NLB instance is there if its identifier begins with nlb-; without NlbId one is created",
        ),
        Source::Assumption.says(
            "listeners are added to those that are bound; one with the same port and protocol is replaced",
        ),
        Source::Assumption
            .says("a port has one listener for UDP and one for TCP or TCPSSL, over all applications"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<BindNlbOutput, Refusal> {
        let app = needed("AppId", self.app_id.as_deref().and_then(text))?;
        if let Some(network) = &self.address_type
            && !matches!(network.as_str(), "" | "Internet" | "Intranet")
        {
            return Err(Refusal::invalid("AddressType"));
        }
        let zones = structure("ZoneMappings", self.zone_mappings.as_ref())?;
        if zones.is_some_and(|zones| zones.len() > ZONE_LIMIT) {
            return Err(Refusal::unfit("ZoneMappings", "at most 10 zones"));
        }
        let listener = |asked: &NlbListenerPort| NlbListener {
            port: asked.port,
            target: asked.target_port,
            protocol: asked.protocol.as_str().to_owned(),
            certificates: asked
                .cert_ids
                .as_deref()
                .and_then(text)
                .filter(|_| asked.protocol.as_str() == "TCPSSL"),
        };
        let asked = structure("Listeners", self.listeners.as_ref())?;
        let listeners = asked.into_iter().flatten().map(listener).collect();
        let nlb = self.nlb_id.as_deref().and_then(text);
        let mut output = BindNlbOutput::default();
        output.data = Some(change_order(call.state.bind_nlb(&app, nlb, listeners, call.now())?));
        Ok(output)
    }
}

impl Handle for UnbindNlb {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[Source::Assumption
        .says("AppId, NlbId, Port and Protocol are needed, and name a listener that is bound")];

    fn handle(self, call: &mut Call<'_>) -> Result<UnbindNlbOutput, Refusal> {
        let app = needed("AppId", self.app_id.as_deref().and_then(text))?;
        let nlb = needed("NlbId", self.nlb_id.as_deref().and_then(text))?;
        let port = needed("Port", self.port)?;
        let protocol = needed("Protocol", self.protocol)?.as_str().to_owned();
        if !["TCP", "UDP", "TCPSSL"].contains(&protocol.as_str()) {
            return Err(Refusal::invalid("Protocol"));
        }
        let order = call.state.unbind_nlb(&app, nlb, port, protocol, call.now())?;
        let mut output = UnbindNlbOutput::default();
        output.data = Some(change_order(order));
        Ok(output)
    }
}

impl Handle for DescribeApplicationNlbs {
    const SOURCE: Source = Source::Metadata;
    const RULES: &'static [Rule] = &[
        Source::Assumption.says("instances are listed by identifier, listeners by protocol and port: TCP:80"),
        Source::Metadata.says("a listener is Creating or Configuring while it is being bound, Unbinding while it is being unbound, and otherwise Bounded"),
    ];

    fn handle(self, call: &mut Call<'_>) -> Result<DescribeApplicationNlbsOutput, Refusal> {
        let id = needed("AppId", self.app_id.as_deref().and_then(text))?;
        let application = call.application(&id)?;
        let order = application.active.as_ref().and_then(|id| call.state.orders.get(id));
        let mut data = ApplicationNlbs::default();
        for (id, nlb) in &application.load_balancers.network {
            data.instances.insert(id.clone(), instance(application, id, nlb, BOUND));
        }
        match order.map(|order| (&order.outcome, order.status)) {
            Some((Outcome::NlbBound { nlb: id, created, listeners }, status)) => {
                let status = if status == Status::Preparing { "Creating" } else { "Configuring" };
                let coming = Nlb { created: *created, listeners: listeners.clone() };
                let coming = instance(application, id, &coming, status);
                let known = data.instances.entry(id.clone()).or_insert_with(|| coming.clone());
                known.listeners.extend(coming.listeners);
            }
            Some((Outcome::NlbUnbound { nlb: id, port, protocol }, _)) => {
                let known = data.instances.get_mut(id);
                let leaving = known.and_then(|known| known.listeners.get_mut(&key(protocol, *port)));
                if let Some(leaving) = leaving {
                    leaving.status = Some(NlbListenerStatus::from("Unbinding"));
                }
            }
            _ => {}
        }
        let mut output = DescribeApplicationNlbsOutput::default();
        output.data = Some(data);
        Ok(output)
    }
}

/// An instance whose listeners all have this status.
fn instance(application: &Application, id: &str, nlb: &Nlb, status: &str) -> NlbInstance {
    let listener = |open: &NlbListener| {
        let mut data = sae::NlbListener::default();
        data.cert_ids.clone_from(&open.certificates);
        data.port = Some(open.port);
        data.target_port = Some(open.target);
        data.protocol = Some(NlbProtocol::from(open.protocol.as_str()));
        data.status = Some(NlbListenerStatus::from(status));
        (key(&open.protocol, open.port), data)
    };
    let mut data = NlbInstance::default();
    data.created_by_sae = Some(nlb.created);
    data.dns_name = Some(format!("{id}.{}.nlb.aliyuncs.com", application.region()));
    data.listeners = nlb.listeners.iter().map(listener).collect();
    data
}

fn key(protocol: &str, port: i64) -> String {
    format!("{protocol}:{port}")
}

/// The status of a listener that works.
const BOUND: &str = "Bounded";
const ZONE_LIMIT: usize = 10;
